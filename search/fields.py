"""A document as tokens: what engines store and match. Both engines are given the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .danish.analysis import Analysis, analyse
from .danish.words import normalise, word_texts
from .documents import SearchDocument


class Fields(NamedTuple):
    """Tokens, parted by spaces: `…exact` has folded words, `…parts` what is in or behind words, the others stems.

    `headings` are not matched, as `lead` has their words; each is a line with all tokens of one heading.
    """

    title: str
    title_exact: str
    title_parts: str
    lead: str
    body: str
    exact: str
    parts: str
    theme: str
    headings: str


def fields_of(document: SearchDocument) -> Fields:
    title = _analysed([document.title])
    lead = _analysed([document.intro, *document.headings])
    body = _analysed([document.body])
    theme = _analysed(_theme_texts(document))
    return Fields(
        title=_joined(word.stem for word in title),
        title_exact=_joined(word.exact for word in title),
        title_parts=_joined(_related(title)),
        lead=_joined(word.stem for word in lead),
        body=_joined(word.stem for word in body),
        exact=_joined(word.exact for word in [*lead, *body, *theme]),
        parts=_joined(_related([*lead, *body])),
        theme=_joined([*(word.stem for word in theme), *_related(theme)]),
        headings="\n".join(map(_all_tokens, document.headings)),
    )


def vocabulary_of(document: SearchDocument) -> frozenset[str]:
    """Every word of the document, in lower case."""
    texts = [document.title, document.intro, *document.headings, document.body, *_theme_texts(document)]
    return frozenset(_words(texts))


def forms_of(word: str) -> tuple[str, ...]:
    """What somebody who misspells may have come near: the word and its stem, folded."""
    analysis = analyse(word)
    return tuple(dict.fromkeys((analysis.exact, analysis.stem)))


def _theme_texts(document: SearchDocument) -> list[str]:
    themes = [text for theme in document.themes for text in (theme.name, theme.words)]
    return [*themes, *document.keywords, *document.target_groups]


def _words(texts: Iterable[str]) -> list[str]:
    return _words_of("\n".join(texts))


@lru_cache(maxsize=64)  # the words of a document are asked for by several of these functions
def _words_of(text: str) -> list[str]:
    return word_texts(normalise(text).lower())


def _analysed(texts: Iterable[str]) -> list[Analysis]:
    return [analyse(word) for word in _words(texts)]


def _related(words: Iterable[Analysis]) -> Iterator[str]:
    for word in words:
        yield from word.related


def _all_tokens(text: str) -> str:
    words = _analysed([text])
    return _joined(dict.fromkeys(token for word in words for token in (word.exact, word.stem, *word.related)))


def _joined(tokens: Iterable[str]) -> str:
    return " ".join(tokens)
