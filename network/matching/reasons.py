"""Why these people were put together: two or three reasons a group, each one true of the data it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from .scores import NEVER, PairTable

Reason = dict[str, int | str]

MOST = 3
LONG_AGO_DAYS = 60


class _Found(NamedTuple):
    reason: Reason
    about: frozenset[int]


def reasons_of(table: PairTable, group: Sequence[int]) -> list[Reason]:
    """The best reasons, at most three: good kinds first, and in a group of three so that nobody goes unmentioned."""
    pairs = list(combinations(group, 2))
    ranked = [found for kind in _KINDS for a, b in pairs for found in kind(table, a, b)]
    chosen: list[Reason] = []
    unmentioned = frozenset(group)
    while ranked and len(chosen) < MOST:
        best = max(ranked, key=lambda found: len(found.about & unmentioned))  # the first of equals
        ranked = [found for found in ranked if found.reason != best.reason]
        chosen.append(best.reason)
        unmentioned = unmentioned - best.about or frozenset(group)
    return chosen


def _between(table: PairTable, a: int, b: int, code: str, **more: int | str) -> _Found:
    return _Found({"code": code, "a": table.people[a].id, "b": table.people[b].id, **more}, frozenset({a, b}))


def _helps(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    for giver, taker in ((a, b), (b, a)):
        themes = table.people[giver].offers & table.people[taker].seeks
        if themes:
            reason: Reason = {
                "code": "helps",
                "from": table.people[giver].id,
                "to": table.people[taker].id,
                "theme": min(themes),
            }
            yield _Found(reason, frozenset({a, b}))


def _history(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    days = int(table.days_since[a, b])
    if days == NEVER:
        yield _between(table, a, b, "first_meeting")
    elif days >= LONG_AGO_DAYS:
        yield _between(table, a, b, "long_ago", days=days)


def _departments(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    if not table.same_department[a, b] and not table.department_meetings[a, b]:
        yield _between(table, a, b, "departments")


def _waited(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    for row in (a, b):
        person = table.people[row]
        if person.left_out:
            yield _Found({"code": "waited", "person": person.id, "rounds": person.left_out}, frozenset({row}))


def _seniority(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    if table.people[a].seniority != table.people[b].seniority:
        yield _between(table, a, b, "seniority")


def _language(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    spoken = [language for language in table.people[a].languages if language in table.people[b].languages]
    if spoken:
        yield _between(table, a, b, "language", language=spoken[0])


def _format(table: PairTable, a: int, b: int) -> Iterator[_Found]:
    one, other = table.people[a], table.people[b]
    for way in ("physical", "video", "phone"):
        if way in one.formats & other.formats and (way != "physical" or (one.site and one.site == other.site)):
            yield _between(table, a, b, "format", format=way)
            return


_KINDS: tuple[Callable[[PairTable, int, int], Iterator[_Found]], ...] = (
    _helps,
    _history,
    _departments,
    _waited,
    _seniority,
    _language,
    _format,
)
