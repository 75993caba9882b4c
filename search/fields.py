"""A document as tokens: what engines store and match. Both engines are given the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .danish.analysis import Analyser, Analysis
from .danish.words import normalise, word_texts
from .documents import Kind, SearchDocument


class Fields(NamedTuple):
    """Tokens, parted by spaces: `…exact` has folded words, `…parts` what is in or behind words, the others stems."""

    title: str
    title_exact: str
    title_parts: str
    lead: str
    body: str
    exact: str
    parts: str
    theme: str


def fields_of(document: SearchDocument, analyser: Analyser) -> Fields:
    title = _analysed(analyser, [document.title])
    lead = _analysed(analyser, [document.intro, *document.headings])
    body = _analysed(analyser, [document.body])
    theme = _analysed(analyser, _theme_texts(document))
    return Fields(
        title=_joined(word.stem for word in title),
        title_exact=_joined(word.exact for word in title),
        title_parts=_joined(_related(title)),
        lead=_joined(word.stem for word in lead),
        body=_joined(word.stem for word in body),
        exact=_joined(word.exact for word in [*lead, *body, *theme]),
        parts=_joined(_related([*lead, *body])),
        theme=_joined([*(word.stem for word in theme), *_related(theme)]),
    )


def vocabulary_of(document: SearchDocument) -> dict[str, bool]:
    """Every word of the document in lower case, and whether it may be a part of compounds: people's names may not."""
    running = [document.intro, *document.headings, document.body, *_theme_texts(document)]
    return dict.fromkeys(_words([document.title]), document.kind != Kind.PERSON) | dict.fromkeys(_words(running), True)


def _theme_texts(document: SearchDocument) -> list[str]:
    themes = [text for theme in document.themes for text in (theme.name, theme.words)]
    return [*themes, *document.keywords, *document.target_groups]


def _words(texts: Iterable[str]) -> list[str]:
    return word_texts(normalise("\n".join(texts)).lower())


def _analysed(analyser: Analyser, texts: Iterable[str]) -> list[Analysis]:
    return [analyser.analyse(word) for word in _words(texts)]


def _related(words: Iterable[Analysis]) -> Iterator[str]:
    for word in words:
        yield from sorted(word.related - {word.stem})


def _joined(tokens: Iterable[str]) -> str:
    return " ".join(tokens)
