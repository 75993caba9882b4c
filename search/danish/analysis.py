"""The one analysis that indexing, queries and marks share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .compounds import Lexicon, Part
from .stems import stem_of, verb_stems_of
from .words import fold, pieces_of, unfold


@dataclass(frozen=True, slots=True)
class Analysis:
    """A word of a text. `parts` are the words inside a compound, at all depths, with their places in `exact`.

    `verbs` are stems of the verb behind the word, or behind the last part of it.
    """

    exact: str
    stem: str
    parts: tuple[Part, ...]
    verbs: tuple[str, ...]

    @property
    def related(self) -> frozenset[str]:
        """Stems that the word is found by beside its own."""
        return frozenset(part.stem for part in self.parts) | frozenset(self.verbs)


class Analyser:
    """Analyses words by what a lexicon knows. Not changed after it is made: learn more by making a new one."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or Lexicon()
        self.analyse = lru_cache(maxsize=50_000)(self._analyse)

    def _analyse(self, word: str) -> Analysis:
        exact = fold(word)
        parts = tuple(self._all_parts(exact, self.split(word)))
        verbs = dict.fromkeys(verb_stems_of(word))
        for part in parts:
            verbs.update(dict.fromkeys(verb_stems_of(unfold(part.text))))
        return Analysis(exact=exact, stem=stem_of(word), parts=parts, verbs=tuple(verbs))

    def split(self, word: str) -> list[Part]:
        """The words that a compound is made of: those between its hyphens, or by what the lexicon knows."""
        return _hyphenated(word) or self.lexicon.split(fold(word))

    def _all_parts(self, whole: str, parts: Iterable[Part]) -> Iterable[Part]:
        """The parts and the parts inside them: borgerinddragelse|korps holds borger and inddragelse too."""
        for part in parts:
            yield part
            if part.text != whole:
                for inner in self._all_parts(part.text, self.lexicon.split(part.text)):
                    yield Part(inner.stem, inner.text, part.start + inner.start, part.start + inner.end)

    def spellings_of(self, typed: str) -> tuple[str, ...]:
        """A typed word as it stands, and as it would be if ae, oe and aa stood for æ, ø and å."""
        return tuple(dict.fromkeys((typed, unfold(typed.lower()))))


def _hyphenated(word: str) -> list[Part]:
    pieces = pieces_of(word)
    if len(pieces) == 1:
        return []
    parts, start = [], 0
    for piece in pieces:
        text = fold(piece)
        parts.append(Part(stem_of(piece), text, start, start + len(text)))
        start += len(text)
    return parts
