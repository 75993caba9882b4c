"""Slips of the finger: how many lie between two words, and how likely each is.

Of words that are as many slips away, the one that was likelier meant is found as a noisy channel is undone (Kernighan,
Church and Gale, 1990): how common the word is, times how often fingers slip that way. Nearly all slips are one of four:
a letter too few, one too many, another one, or two that are swapped (Damerau, 1964). A letter left out, typed twice or
swapped is one particular slip of its place; another letter is one of many, and most of these are keys beside the right
one. `docs/search.md` says on what the chances were tried.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA, Postfix, Prefix

from .words import bare, unfold

REACH = 2  # edits of folded words; further apart they are not compared

# How likely a slip is beside one that leaves out a letter, types it twice or swaps it with the next one.
KEY_BESIDE = 0.5
ANOTHER_KEY = 0.03
KEY_BESIDE_TOO = 0.3
ANOTHER_KEY_TOO = 0.05
SEVERAL = 0.01
SPELT_OUT = 0.5  # what was typed as ae, oe or aa is more often an æ, ø or å with a slip beside it

_KEYBOARD = ("qwertyuiopå", "asdfghjklæø", "zxcvbnm")
_INDENTED = (0.0, 0.3, 0.8)  # keys
_APART = 1.1


class Nearness(NamedTuple):
    """By what to sort words that may have been meant, the likeliest first: a missing ø before any slip; fewer slips;
    the same first letter, which people seldom miss; the likelier slip."""

    is_other_letters: bool
    slips: int
    has_other_first: bool
    unlikelihood: float  # powers of ten


def _keys_beside() -> frozenset[tuple[str, str]]:
    places = {
        key: (row, column + _INDENTED[row]) for row, keys in enumerate(_KEYBOARD) for column, key in enumerate(keys)
    }
    return frozenset(
        (key, other)
        for key, (row, column) in places.items()
        for other, (other_row, other_column) in places.items()
        if key != other and abs(row - other_row) <= 1 and abs(column - other_column) < _APART
    )


_BESIDE = _keys_beside()


def slips_between(folded: str, other: str) -> int:
    """Edits from one folded word to another; two letters that are swapped are one.

    A letter that is folded to two is one: who loses the ø of borgermøde made one slip, and who has none on the keyboard
    and types an o made none.
    """
    return min(OSA.distance(folded, other), OSA.distance(bare(folded), bare(other)))


def nearness(typed: str, other: str) -> Nearness:
    """How near the second folded word is to the first."""
    return Nearness(
        bare(other) != bare(typed),
        slips_between(typed, other),
        other[:1] != typed[:1],
        -math.log10(chance(typed, other)),
    )


def chance(typed: str, meant: str) -> float:
    """How likely one who means the folded word types the other, beside leaving out a letter: from 0 to 1."""
    return max(_chance(unfold(typed), unfold(meant)), SPELT_OUT * _chance(typed, meant))


def _chance(typed: str, meant: str) -> float:
    start = Prefix.similarity(typed, meant)
    end = Postfix.similarity(typed[start:], meant[start:])
    instead = typed[start : len(typed) - end]
    of = meant[start : len(meant) - end]
    match len(instead), len(of):
        case (0, 0 | 1):
            return 1.0
        case (1, 0):
            return _chance_of_more(instead, typed[max(0, start - 1) : start + 2])
        case (1, 1):
            return KEY_BESIDE if (instead, of) in _BESIDE else ANOTHER_KEY
        case (2, 2) if instead == of[::-1]:
            return 1.0
    return SEVERAL


def _chance_of_more(letter: str, around: str) -> float:
    """Of a letter too many, with the letters before and after it."""
    if (letter, letter) in pairwise(around):
        return 1.0
    return KEY_BESIDE_TOO if any((letter, other) in _BESIDE for other in around) else ANOTHER_KEY_TOO
