"""The tokens of a document as FTS5 keeps them: each with a letter before it that says what kind it is."""

from __future__ import annotations

from search.fields import Fields

EXACT = "x"  # a folded word
STEM = "s"  # the stem of a word, or of what is in or behind one
PART = "p"  # of these the latter alone, for beginnings of words


def everywhere(fields: Fields) -> str:
    related = f"{fields.title_parts} {fields.parts}"
    return _joined(
        (EXACT, f"{fields.title_exact} {fields.exact}"),
        (STEM, f"{fields.title} {fields.lead} {fields.body} {fields.theme} {related}"),
        (PART, related),
    )


def in_title(fields: Fields) -> str:
    return _joined(
        (EXACT, fields.title_exact), (STEM, f"{fields.title} {fields.title_parts}"), (PART, fields.title_parts)
    )


def _joined(*kinds: tuple[str, str]) -> str:
    return " ".join(kind + token for kind, tokens in kinds for token in set(tokens.split()))
