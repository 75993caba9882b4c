"""Cutting compounds into the words they are made of: borger|mødet, sags|behandler, børne|have.

A dynamic programme over words as they stand inside compounds, by the dictionary's links, and a last word in any form.
Nothing is cut at an s or e alone. Words are in lower case, with æ, ø and å.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .lexicon import UNLISTED, Kind, Lemma, Lexicon, lexicon

SHORTEST_COMPOUND, LONGEST_COMPOUND = 5, 60
SHORTEST_PART = 3
_RAREST = 9.0  # a word costs what its Zipf value lacks to this
_PART_COST = 1.0
_SHORT_PART_COST = 1.5
_SHORTEST_UNLISTED = 5  # shorter words that hardly anybody writes stand in slips of the finger, not in compounds
_TWO_LETTERS = frozenset(("bo", "by", "el", "gå", "ko", "kø", "sø", "tv", "øl", "år"))
# They begin words that grammar made, not compounds: afgøre, forvaltning, selvfølgelig.
_NOT_FIRST = """
ad af alt an anden and at bag bar ben bi bort den der des det dog efter ej en end ene enten er et for fore fort
forud fra frem før gen gennem god hel hen her heri hver hvor ikke imod ind inde indre inter it jo kon lad lige man
med mer mere mis mod nej ned ny om op over peri pro psyko på rap re sam sammen selv sig sin så ti til tilbage to tre
u ud uden ude under ved vel vid være
"""
NOT_FIRST = frozenset(_NOT_FIRST.split())
# Endings that are words, too: venskab, barndom, arbejdsløs; or words that hardly end a compound.
_NOT_LAST = """
agtig agtigt ale alt and anden andet bar ble bling de den der des det dom else en end ende ene ens er et for fra
frem fuld færdig færdige gen gene her hed heden heder hen ing inger ion ionen ioner ionerne isme ismen isse ist jer
kede ken lagt lagte let lig lige lighed ligheden ligt log løs løse løshed løst med men ment met mis mæssig mæssige
mæssigt nativ native ned ner net og om on op ovation på ration re reb ren rende rene rete rette rigt ring ringen
roben sam sats se sel sen ser sig sin skab skaber skabet skabelig ske som sport sten ste sten synlig synligt te tede
tes tion to tre ud vanlig vanlige ved vel villig villige vis
"""
NOT_LAST = frozenset(_NOT_LAST.split())


class Piece(NamedTuple):
    """A word inside another: what it is a form of, and its place without its link."""

    lemma: Lemma
    start: int
    end: int


class _Cut(NamedTuple):
    cost: float
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=50_000)
def split(word: str) -> tuple[Piece, ...]:
    """The likeliest words that this one is put together of; none if it is no compound."""
    if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND or not word.isalpha():
        return ()
    lemmas = lexicon().lemmas_of(word)
    if lemmas and not lemmas[0].kind & Kind.COMPOUND:
        return ()
    return best_split(word, lexicon())


def best_split(word: str, words: Lexicon) -> tuple[Piece, ...]:
    """As `split`, whether or not the word itself is known."""
    cut = _best_from(0, word, words, {})
    return cut.pieces if cut else ()


def _best_from(start: int, word: str, words: Lexicon, known: dict[int, _Cut | None]) -> _Cut | None:
    """The way of least cost to cut from `start` to the end; `known` remembers it for each start."""
    if start in known:
        return known[start]
    best = _as_last(start, word, words) if start else None
    for lemma, end, after in words.inner_at(word, start):
        text = word[start:end]
        if text in NOT_FIRST or after == len(word) or (cost := _cost(text, lemma, words)) is None:
            continue
        if best and cost >= best.cost:
            continue
        rest = _best_from(after, word, words, known)
        if rest and (best is None or cost + rest.cost < best.cost):
            best = _Cut(cost + rest.cost, (Piece(lemma, start, end), *rest.pieces))
    known[start] = best
    return best


def _as_last(start: int, word: str, words: Lexicon) -> _Cut | None:
    text = word[start:]
    if text in NOT_LAST:
        return None
    lemmas = [lemma for lemma in words.lemmas_of(text) if lemma.kind & (Kind.NOUN | Kind.VERB | Kind.ADJECTIVE)]
    # A compound is a noun rather than a verb: behandler in sagsbehandler is no form of behandle.
    for lemma in sorted(lemmas, key=lambda lemma: not lemma.kind & Kind.NOUN):
        if (cost := _cost(text, lemma, words)) is not None:
            return _Cut(cost, (Piece(lemma, start, len(word)),))
    return None


@lru_cache(maxsize=30_000)
def _cost(text: str, lemma: Lemma, words: Lexicon) -> float | None:
    """What it costs to take the text for the word; None if it may not be."""
    if len(text) < SHORTEST_PART and text not in _TWO_LETTERS:
        return None
    zipf = words.zipf(lemma.word)
    if zipf <= UNLISTED and len(lemma.word) < _SHORTEST_UNLISTED:
        return None
    return _RAREST - zipf + _PART_COST + (_SHORT_PART_COST if len(text) <= SHORTEST_PART else 0)
