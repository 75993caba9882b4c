"""A document as tokens: what engines store and match. Both engines are given the same."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from .danish.analysis import Analysis, analyse
from .danish.words import fold, normalise, pieces_of, word_texts
from .documents import SearchDocument

# The kinds of tokens that engines match.
EXACT = "x"  # a folded word
STEM = "s"  # the stem of a word, or of what is in or behind one
PART = "p"  # of these the latter alone, for beginnings of words


class Fields(NamedTuple):
    """Lists of tokens: `…exact` has folded words, `…parts` what is in or behind words, the others stems.

    `headings` are not matched, as `lead` has their words; each is a list of all tokens of one heading.
    """

    title: list[str]
    title_exact: list[str]
    title_parts: list[str]
    lead: list[str]
    body: list[str]
    exact: list[str]
    parts: list[str]
    theme: list[str]
    headings: list[list[str]]
    words: frozenset[str]  # every word, in lower case


def fields_of(document: SearchDocument) -> Fields:
    texts = [*map(_words, _texts_of(document))]
    words = [*map(_with_pieces, texts)]
    title, lead, body, theme = ([*map(analyse, each)] for each in words)
    return Fields(
        title=[word.stem for word in title],
        title_exact=[*map(fold, texts[0])],
        title_parts=_related(title),
        lead=[word.stem for word in lead],
        body=[word.stem for word in body],
        exact=[word.exact for word in chain(title, lead, body, theme)],
        parts=_related([*lead, *body]),
        theme=[*(word.stem for word in theme), *_related(theme)],
        headings=[_all_tokens(heading) for heading in document.headings],
        words=frozenset().union(*words),
    )


def tokens_of(fields: Fields) -> dict[str, list[str]]:
    """What a document is found by, of each kind, each token once."""
    related = (fields.title_parts, fields.parts)
    return {
        EXACT: _once(fields.title_exact, fields.exact),
        STEM: _once(fields.title, fields.lead, fields.body, fields.theme, *related),
        PART: _once(*related),
    }


def title_tokens_of(fields: Fields) -> dict[str, list[str]]:
    """What a title is found by, of each kind, each token once."""
    return {
        EXACT: _once(fields.title_exact),
        STEM: _once(fields.title, fields.title_parts),
        PART: _once(fields.title_parts),
    }


def _once(*tokens: list[str]) -> list[str]:
    return list(dict.fromkeys(chain(*tokens)))


def vocabulary_of(document: SearchDocument) -> frozenset[str]:
    """Every word of the document, in lower case, and every piece of one with hyphens."""
    return frozenset().union(*(_with_pieces(_words(texts)) for texts in _texts_of(document)))


def forms_in(fields: Fields) -> list[str]:
    """What somebody who misspells may have come near in a document: all words and their stems, each once."""
    return _once(fields.title_exact, fields.exact, fields.title, fields.lead, fields.body, fields.theme)


@lru_cache(maxsize=50_000)
def forms_of(word: str) -> tuple[str, ...]:
    """What somebody who misspells may have come near: the word and its stem, folded."""
    analysis = analyse(word)
    return tuple(dict.fromkeys((analysis.exact, analysis.stem)))


def _texts_of(document: SearchDocument) -> tuple[list[str], ...]:
    """The texts of the title, the lead, the body, and of what the document is about."""
    themes = [text for theme in document.themes for text in (theme.name, theme.words)]
    return (
        [document.title],
        [document.intro, *document.headings],
        [document.body],
        [*themes, *document.keywords, *document.target_groups],
    )


def _words(texts: Iterable[str]) -> list[str]:
    return word_texts(normalise("\n".join(texts)).lower())


def _with_pieces(words: list[str]) -> list[str]:
    """Of a word with hyphens each piece is a word as well."""
    if "".join(words).isalnum():
        return words
    return [each for word in words for each in ((word,) if word.isalnum() else (word, *pieces_of(word)))]


def _related(words: Iterable[Analysis]) -> list[str]:
    return [token for word in words for token in word.related]


def _all_tokens(text: str) -> list[str]:
    words = map(analyse, _with_pieces(_words([text])))
    return list(dict.fromkeys(token for word in words for token in (word.exact, word.stem, *word.related)))
