"""What the matching is told: people, who may not meet, and who has met."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

PersonId = int | str
Week = tuple[int, int]  # ISO year and ISO week: the last days of December may be in the first week of the next year
DAYS_A_WEEK = 7
PAIR, THREE = 2, 3  # how many people are in a group


def week_of(day: date) -> Week:
    year, week, _weekday = day.isocalendar()
    return year, week


class InstanceError(ValueError):
    """The instance contradicts itself: an id that is used twice, or that nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Somebody who can be matched. `languages` begins with the preferred one; `left_out` counts rounds in a row.

    A `site` of None is unknown, and never the same as another. `days` are those of the instance on which the person
    can come; None is every day. `cap` is the most meetings in an ISO week, those on the days of `agreed` included.
    """

    id: PersonId
    department: Hashable
    leader: PersonId | None = None
    seniority: int = 3
    languages: tuple[str, ...] = ("da",)
    formats: frozenset[str] = frozenset({"video"})
    site: str | None = None
    seeks: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    left_out: int = 0
    days: frozenset[date] | None = None
    cap: int = DAYS_A_WEEK
    agreed: tuple[date, ...] = ()

    def can_come(self, day: date) -> bool:
        return self.cap > 0 and day not in self.agreed and (self.days is None or day in self.days)

    def room_in(self, week: Week) -> int:
        """How many more meetings they want in the week than are agreed."""
        return self.cap - sum(week_of(held) == week for held in self.agreed)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two or three people who met on a day."""

    day: date
    members: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    require_shared_language: bool = False
    require_shared_format: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """All who are known, not only those who can come on a given day: their history tells which departments met.

    `blocks` are unordered pairs who must not be together, whatever the reason.
    """

    people: tuple[Peer, ...]
    dates: tuple[date, ...]
    blocks: frozenset[frozenset[PersonId]] = frozenset()
    history: tuple[Meeting, ...] = ()
    rules: Rules = Rules()

    def __post_init__(self) -> None:
        if len(set(self.dates)) != len(self.dates):
            raise InstanceError("A date is there twice.")
        if any(len(block) != PAIR for block in self.blocks):
            raise InstanceError("A block is between two people.")
        ids = [person.id for person in self.people]
        known = set(ids)
        if len(known) != len(ids):
            raise InstanceError("Two people have the same id.")
        _all_known(known, (member for block in self.blocks for member in block), "block")
        _all_known(known, (member for meeting in self.history for member in meeting.members), "history")


def _all_known(known: set[PersonId], ids: Iterable[PersonId], where: str) -> None:
    for person in ids:
        if person not in known:
            raise InstanceError(f"The {where} names {person}, whom nobody knows.")
