"""Why these people were put together: two or three reasons a group, each one true of the data it was made from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .corps import IN_PERSON
from .instance import Peer
from .scores import NEVER, Scores

Reason = dict[str, int | str]

MOST = 3
LONG_AGO_DAYS = 60
WAYS = (IN_PERSON, "video", "phone")  # the first that works is named


class _Found(NamedTuple):
    reason: Reason
    about: frozenset[int]


class Facts:
    """What reasons are made from, looked up at once for all groups of a day.

    `waiting` are the rows of those whose time of waiting ends with this meeting.
    """

    def __init__(self, scores: Scores, groups: Iterable[Sequence[int]], waiting: Collection[int]) -> None:
        self.people = scores.corps.people
        self.waiting = waiting
        self.pairs = {pair: place for place, pair in enumerate(pairs_of(groups))}
        left, right = (np.array([pair[side] for pair in self.pairs], dtype=np.intp) for side in (0, 1))
        self._days = scores.days_since(left, right).tolist()
        self._apart = (scores.corps.department[left] != scores.corps.department[right]).tolist()
        self._met = scores.department_meetings(left, right).tolist()
        self.parts = {name: points.tolist() for name, points in scores.parts(left, right).items()}

    def days_since(self, a: int, b: int) -> int:
        return int(self._days[self.pairs[a, b]])

    def departments_are_new(self, a: int, b: int) -> bool:
        """Whether they are of two departments that have not met in the last four weeks."""
        place = self.pairs[a, b]
        return self._apart[place] and not self._met[place]

    def parts_of(self, group: Sequence[int]) -> dict[str, int]:
        """The named parts of the score, summed over the pairs of the group."""
        places = [self.pairs[pair] for pair in combinations(group, 2)]
        return {name: sum(points[place] for place in places) for name, points in self.parts.items()}


def pairs_of(groups: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    return [pair for group in groups for pair in combinations(group, 2)]


def reasons_of(facts: Facts, group: Sequence[int], theme: str | None = None) -> list[Reason]:
    """The best reasons, at most three: good kinds first, and in a group of three so that nobody goes unmentioned.

    A `theme` that was asked for comes before all others.
    """
    pairs = list(combinations(group, 2))
    ranked = [found for kind in _KINDS for a, b in pairs for found in kind(facts, a, b)]
    for giver, taker in [*pairs, *((b, a) for a, b in pairs)] if theme else ():
        if theme in facts.people[giver].offers & facts.people[taker].seeks:
            ranked.insert(0, _help(facts, giver, taker, theme))
    chosen: list[Reason] = []
    unmentioned = frozenset(group)
    while ranked and len(chosen) < MOST:
        best = max(ranked, key=lambda found: len(found.about & unmentioned))  # the first of equals
        ranked = [found for found in ranked if found.reason != best.reason]
        chosen.append(best.reason)
        unmentioned = unmentioned - best.about or frozenset(group)
    return chosen


def _between(facts: Facts, a: int, b: int, code: str, **more: int | str) -> _Found:
    return _Found({"code": code, "a": facts.people[a].id, "b": facts.people[b].id, **more}, frozenset({a, b}))


def _helps(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    for giver, taker in ((a, b), (b, a)):
        themes = facts.people[giver].offers & facts.people[taker].seeks
        if themes:
            yield _help(facts, giver, taker, min(themes))


def _help(facts: Facts, giver: int, taker: int, theme: str) -> _Found:
    ends = {"from": facts.people[giver].id, "to": facts.people[taker].id}
    return _Found({"code": "helps", **ends, "theme": theme}, frozenset({giver, taker}))


def _history(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    days = facts.days_since(a, b)
    if days == NEVER:
        yield _between(facts, a, b, "first_meeting")
    elif days >= LONG_AGO_DAYS:
        yield _between(facts, a, b, "long_ago", days=days)


def _departments(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    if facts.departments_are_new(a, b):
        yield _between(facts, a, b, "departments")


def _waited(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    for row in (a, b):
        person = facts.people[row]
        if person.left_out and row in facts.waiting:
            yield _Found({"code": "waited", "person": person.id, "rounds": person.left_out}, frozenset({row}))


def _seniority(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    if facts.people[a].seniority != facts.people[b].seniority:
        yield _between(facts, a, b, "seniority")


def _language(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    spoken = [language for language in facts.people[a].languages if language in facts.people[b].languages]
    if spoken:
        yield _between(facts, a, b, "language", language=spoken[0])


def _format(facts: Facts, a: int, b: int) -> Iterator[_Found]:
    way = shared_way(facts.people[a], facts.people[b])
    if way:
        yield _between(facts, a, b, "format", format=way)


def shared_way(one: Peer, other: Peer) -> str | None:
    """How the two can meet; in person only where both are at one site."""
    for way in WAYS:
        if way in one.formats & other.formats and (way != IN_PERSON or (one.site and one.site == other.site)):
            return way
    return None


_KINDS: tuple[Callable[[Facts, int, int], Iterator[_Found]], ...] = (
    _helps,
    _history,
    _departments,
    _waited,
    _seniority,
    _language,
    _format,
)
