"""All people of an instance as arrays: the form in which scores are calculated for many pairs at once."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from .instance import Instance, Peer, PersonId, week_of

Rows = npt.NDArray[np.intp]
Bits = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]

FORBIDDEN = -128  # in place of points: these two may not meet
BITS = 64

Value = TypeVar("Value", bound=Hashable)


class Corps:
    """People by row number, in an order that hangs on nothing but the seed and their ids.

    Whatever later breaks a tie by row number so breaks it by a hash, alike for any order of the people given.

    `department` (n,) numbers the departments; `seeks` and `offers` (n, words) are bit sets of themes; `traits` (n,)
    numbers the combinations of seniority, languages, ways to meet and site, and `trait_points` (traits, traits) holds
    what such a combination adds to the score of a pair, or FORBIDDEN where the instance's rules ask for more.
    `barred` are pairs (a < b) who may never be together: a block, or one leads the other.
    """

    def __init__(self, instance: Instance, seed: int = 0) -> None:
        self.instance = instance
        self.people: tuple[Peer, ...] = tuple(sorted(instance.people, key=lambda peer: _digest(seed, peer.id)))
        self.ids = [peer.id for peer in self.people]
        self.row = {peer.id: number for number, peer in enumerate(self.people)}
        self.department, self.departments = _numbered([peer.department for peer in self.people])
        self.themes = sorted(frozenset().union(*(peer.seeks | peer.offers for peer in self.people)))
        bit = {theme: number for number, theme in enumerate(self.themes)}
        self.seeks = _bit_sets([peer.seeks for peer in self.people], bit)
        self.offers = _bit_sets([peer.offers for peer in self.people], bit)
        self.traits, combinations = _numbered([_traits(peer) for peer in self.people])
        self.trait_parts = _trait_parts(combinations)
        self.trait_points = self._trait_points(combinations)
        self.has_required_traits = bool((self.trait_points == FORBIDDEN).any())
        self.waited = np.array([peer.left_out for peer in self.people], dtype=np.int64)
        self.barred = self._barred()
        self._coming: dict[date, Rows] = {}

    def __len__(self) -> int:
        return len(self.people)

    def rows_of(self, ids: Iterable[PersonId]) -> Rows:
        return np.array(sorted(self.row[person] for person in ids), dtype=np.intp)

    def who_can_come(self, day: date) -> Rows:
        """Rows of those who can come on the day and have not agreed to as much in its week as they want."""
        if day not in self._coming:
            week = week_of(day)
            coming = [row for row, peer in enumerate(self.people) if peer.can_come(day) and peer.room_in(week) > 0]
            self._coming[day] = np.array(coming, dtype=np.intp)
        return self._coming[day]

    def are_barred(self, left: Rows, right: Rows) -> Mask:
        """Whether the pairs (left[k], right[k]) are among those who may never be together."""
        barred: Mask = looked_up(self.barred, self.barred, pair_keys(left, right, len(self)), missing=-1) >= 0
        return barred

    def may_be_together(self, left: Rows, right: Rows) -> Mask:
        """Whether these pairs may be in one group: of three, where two may be of one department."""
        fitting = self.trait_points[self.traits[left], self.traits[right]] != FORBIDDEN
        together: Mask = fitting & (left != right) & ~self.are_barred(left, right)
        return together

    def may_be_a_pair(self, left: Rows, right: Rows) -> Mask:
        pair: Mask = (self.department[left] != self.department[right]) & self.may_be_together(left, right)
        return pair

    def _trait_points(self, combinations: Sequence[Traits]) -> Small:
        points = sum(self.trait_parts.values(), start=np.zeros((len(combinations),) * 2, dtype=np.int8))
        rules = self.instance.rules
        if rules.require_shared_language:
            points[self.trait_parts["language"] == NO_SHARED_LANGUAGE] = FORBIDDEN
        if rules.require_shared_format:
            points[self.trait_parts["format"] == NO_SHARED_FORMAT] = FORBIDDEN
        return points

    def _barred(self) -> npt.NDArray[np.int64]:
        pairs = [(self.row[peer.id], self.row[peer.leader]) for peer in self.people if peer.leader in self.row]
        pairs += [(self.row[a], self.row[b]) for a, b in map(tuple, self.instance.blocks)]
        if not pairs:
            return np.empty(0, dtype=np.int64)
        both = np.array(pairs, dtype=np.intp)
        return np.unique(pair_keys(both[:, 0], both[:, 1], len(self)))


Traits = tuple[int, tuple[str, ...], frozenset[str], Hashable]

SAME_PREFERRED_LANGUAGE, NO_SHARED_LANGUAGE = 4, -25
SHARED_FORMAT, NO_SHARED_FORMAT = 6, -10
NEARBY_SENIORITY, DISTANT_SENIORITY, NEARBY_LEVELS = 6, 3, 2
IN_PERSON = "physical"


def pair_keys(left: Rows, right: Rows, size: int) -> npt.NDArray[np.int64]:
    """One number for each unordered pair of rows."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    keys: npt.NDArray[np.int64] = low.astype(np.int64) * size + high
    return keys


def looked_up(
    keys: npt.NDArray[np.int64], values: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64], *, missing: int
) -> npt.NDArray[np.int64]:
    """For each of the wanted keys its value, or `missing`. `keys` are sorted and go with `values`."""
    if not len(keys):
        return np.full(len(wanted), missing, dtype=np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], missing)


def _digest(seed: int, person: PersonId) -> bytes:
    return hashlib.blake2b(f"{seed}:{person!r}".encode(), digest_size=16).digest()


def _numbered(values: Sequence[Value]) -> tuple[Rows, list[Value]]:
    """The same number for the same value, and the values by number."""
    numbers: dict[Value, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.intp), list(numbers)


def _bit_sets(sets: Sequence[frozenset[str]], bit: dict[str, int]) -> Bits:
    words = np.zeros((len(sets), -(-len(bit) // BITS)), dtype=np.uint64)
    for row, themes in enumerate(sets):
        for theme in themes:
            words[row, bit[theme] // BITS] |= np.uint64(1 << bit[theme] % BITS)
    return words


def _traits(peer: Peer) -> Traits:
    """Somebody without a language prefers none; somebody of an unknown site shares it with nobody."""
    site: Hashable = peer.site if IN_PERSON in peer.formats else None
    return peer.seniority, peer.languages, peer.formats, site


def _trait_parts(combinations: Sequence[Traits]) -> dict[str, Small]:
    """The parts of the score that hang on traits alone, each (traits, traits), by the formula in docs/matching.md."""
    levels = np.array([seniority for seniority, *_ in combinations], dtype=np.int16)
    apart = np.abs(levels[:, None] - levels[None, :])
    seniority = np.select([apart == 0, apart <= NEARBY_LEVELS], [0, NEARBY_SENIORITY], default=DISTANT_SENIORITY)

    speaks = _incidence([languages for _, languages, _, _ in combinations])
    preferred = _incidence([languages[:1] for _, languages, _, _ in combinations])
    language = np.select([_meets(preferred), _meets(speaks)], [SAME_PREFERRED_LANGUAGE, 0], default=NO_SHARED_LANGUAGE)

    remote = _incidence([tuple(formats - {IN_PERSON}) for _, _, formats, _ in combinations])
    site = _incidence([(site,) if site else () for *_, site in combinations])
    way = np.where(_meets(remote) | _meets(site), SHARED_FORMAT, NO_SHARED_FORMAT)
    return {
        "seniority": seniority.astype(np.int8),
        "language": language.astype(np.int8),
        "format": way.astype(np.int8),
    }


def _incidence(sets: Sequence[Sequence[Hashable]]) -> npt.NDArray[np.float32]:
    column = {value: number for number, value in enumerate(dict.fromkeys(value for row in sets for value in row))}
    grid = np.zeros((len(sets), len(column)), dtype=np.float32)
    for row, values in enumerate(sets):
        grid[row, [column[value] for value in values]] = 1
    return grid


def _meets(incidence: npt.NDArray[np.float32]) -> Mask:
    meets: Mask = incidence @ incidence.T > 0
    return meets
