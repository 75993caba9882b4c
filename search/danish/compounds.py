"""Cutting compounds by words that are known to stand by themselves: borger|mødet, konflikt|håndtering, sag-s-behandler.

Nothing is cut at an s or e alone: both sides must be words. All works on folded words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .stems import stem_of
from .stopwords import STOP_WORDS
from .words import fold, unfold

SHORTEST_PART = 3
SHORTEST_COMPOUND = 7
# A part of this length may be known by another of its forms alone (samtaler for samtale|ark).
SHORTEST_BY_STEM = 5
_LINK_COST = {"": 0.0, "s": 0.5, "e": 1.0}
_PART_COST = 4.0
_SHORT_PART_COST = 2.0
# Words that mostly begin other words without being a part of their meaning: efter|ladt, frem|lagt.
_NO_PARTS = STOP_WORDS | {
    "bag",
    "bar",
    "efter",
    "forud",
    "frem",
    "hel",
    "ind",
    "inde",
    "mis",
    "mod",
    "nej",
    "sam",
    "ude",
}
# Words that look like an ending: lære|ren, fag|lige, hund|rede.
_NO_LAST = """
    alen and ben dom ende endes ene ens entligt gen gene genen ger gerne gernes hed heden heder hederne ing
    ingen ingens inger ingerne jer kede kerne kik kommen lede let lig lige lighed ligheden ligheder ligt loes
    loese loest log ment mentet met ner net nets rede ren rende rene rens rer ret rets ring ringen ryg ryk
    sagt sen sens ser sere seret set skab skabet som sommere ste sten tage tagen ten teste tes tet tion toer
    ters vel vis vist
"""
_NO_LAST_PARTS = frozenset(_NO_LAST.split())
_ENDINGS = ("r", "n", "t", "s", "er", "en", "et", "ne", "ns", "rs", "rne")


@dataclass(frozen=True, slots=True)
class Part:
    """A word inside a folded compound: its stem, the word as it stands there, and its place."""

    stem: str
    text: str
    start: int
    end: int


_Cut = tuple[float, list[Part]]  # what a way to cut costs, and its parts


class Lexicon:
    """Words known to stand by themselves, each with the number of documents that have it."""

    def __init__(self, words: Iterable[tuple[str, int]] = ()) -> None:
        self._stems_of_forms: dict[str, str] = {}
        self._documents: dict[str, int] = {}
        self._bases: set[str] = set()
        for word, documents in words:
            self._add(word, documents)

    def _add(self, word: str, documents: int) -> None:
        form = fold(word)
        if len(form) < SHORTEST_PART or form in _NO_PARTS or not form.isalpha():
            return
        stem = self._stems_of_forms.setdefault(form, stem_of(word))
        self._documents[stem] = self._documents.get(stem, 0) + documents
        for ending in _ENDINGS:
            if form.endswith(ending) and len(form) - len(ending) >= SHORTEST_BY_STEM:
                self._bases.add(form.removesuffix(ending))

    def __contains__(self, word: str) -> bool:
        return fold(word) in self._stems_of_forms

    def split(self, folded: str) -> list[Part]:
        """The parts of the likeliest way to cut a folded word; empty if it is no compound of known words."""
        if len(folded) < SHORTEST_COMPOUND or not folded.isalpha():
            return []
        best = self._best_from(0, folded, {})
        return best[1] if best else []

    def _best_from(self, start: int, folded: str, known: dict[int, _Cut | None]) -> _Cut | None:
        """The way of least cost to cut from `start` to the end; `known` remembers it for each start."""
        if start not in known:
            known[start] = min(self._cuts(start, folded, known), key=lambda cut: cut[0], default=None)
        return known[start]

    def _cuts(self, start: int, folded: str, known: dict[int, _Cut | None]) -> Iterator[_Cut]:
        """Every way to cut from `start`: as the last part, or as a part, a link, and the best way after them."""
        if start and (stem := self._stem_of_last(folded[start:])):
            yield self._cost(folded[start:], stem), [Part(stem, folded[start:], start, len(folded))]
        for end in range(start + SHORTEST_PART, len(folded) - SHORTEST_PART + 1):
            text = folded[start:end]
            stem = self._stem_of_inner(text)
            if not stem:
                continue
            for link, link_cost in _LINK_COST.items():
                after = end + len(link)
                if folded.startswith(link, end) and (rest := self._best_from(after, folded, known)):
                    cost = self._cost(text, stem) + link_cost + rest[0]
                    yield cost, [Part(stem, text, start, end), *rest[1]]

    def _cost(self, text: str, stem: str) -> float:
        cost = _PART_COST + math.log(len(self._documents) / self._documents[stem] + 1)
        return cost + _SHORT_PART_COST if len(text) == SHORTEST_PART else cost

    def _stem_of_inner(self, text: str) -> str | None:
        """A part before the last stands in its base form, or in one that is known by another form of the same word."""
        if stem := self._stems_of_forms.get(text):
            return stem
        return self._known_stem(text) if text in self._bases else None

    def _stem_of_last(self, text: str) -> str | None:
        """The last part may be bent in any way."""
        if len(text) < SHORTEST_PART or text in _NO_PARTS or text in _NO_LAST_PARTS:
            return None
        return self._stems_of_forms.get(text) or self._known_stem(text)

    def _known_stem(self, text: str) -> str | None:
        for spelling in dict.fromkeys((text, unfold(text))):
            stem = stem_of(spelling)
            if len(stem) >= SHORTEST_PART and stem in self._documents:
                return stem
        return None
