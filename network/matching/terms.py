"""What a plan is made for: who can come when and how often, and what a plan then amounts to, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .corps import Corps, Mask, Rows
from .groups import Members
from .instance import Instance, week_of
from .rounds import waiting_bonus
from .scores import Meetings, Scores

Counts = npt.NDArray[np.int64]
Days = Sequence[list[Members]]


class Told(NamedTuple):
    """A day as those before it make it: its scores, and for whom (`waiting`, by row) it would be the first meeting.

    `bonus` (people,) is what it is worth beside the score that somebody meets then.
    """

    day: int
    groups: list[Members]
    scores: Scores
    bonus: Counts
    waiting: Mask


class Terms:
    """`can` (people, dates) tells who can come, `week` (dates,) numbers the week of each date, and `wanted` (people,
    weeks) is how many meetings each one wants and can have. `behind` are the meetings before the plan."""

    def __init__(self, instance: Instance, seed: int) -> None:
        self.corps = Corps(instance, seed)
        self.behind = Meetings(self.corps, instance.history)
        self.dates = sorted(instance.dates)
        weeks = sorted({week_of(day) for day in self.dates})
        self.weeks: Rows = np.arange(len(weeks))
        self.week: Rows = np.array([weeks.index(week_of(day)) for day in self.dates], dtype=np.intp)
        self.can: Mask = np.zeros((len(self.corps), len(self.dates)), dtype=bool)
        self.wanted: Counts = np.zeros((len(self.corps), len(weeks)), dtype=np.int64)
        for row, peer in enumerate(self.corps.people):
            self.can[row] = [peer.can_come(day) for day in self.dates]
            room = [peer.room_in(week) for week in weeks]
            offered = np.bincount(self.week[self.can[row]], minlength=len(weeks))
            self.wanted[row] = np.maximum(np.minimum(room, offered), 0)

    def days_of(self, week: int) -> list[int]:
        return np.flatnonzero(self.week == week).tolist()

    def are_crowded(self) -> bool:
        """Whether in some week one department wants more meetings than the others have room for, two in each three."""
        for week in self.weeks:
            by_department = np.bincount(self.corps.department, weights=self.wanted[:, week])
            if by_department.size and 3 * by_department.max() > 2 * by_department.sum():
                return True
        return False

    def met_in(self, days: Days, weeks: Rows, among: Collection[int] | None = None) -> Counts:
        """How often each one meets in these weeks (people, weeks), on all days or on those `among` them."""
        number = np.zeros((len(self.corps), len(weeks)), dtype=np.int64)
        for column, week in enumerate(weeks.tolist()):
            for day in self.days_of(week):
                if among is None or day in among:
                    number[members_of(days[day]), column] += 1
        return number

    def meetings(self, days: Days, among: Collection[int] | None = None) -> Meetings:
        """What is behind, and all days of a plan or those `among` them."""
        meetings = self.behind.copy()
        for day, groups in enumerate(days):
            if among is None or day in among:
                meetings.add_groups(groups, self.dates[day])
        return meetings

    def waits(self, days: Days) -> Iterator[Counts]:
        """After each day by row: how many rounds in a row somebody could come, had room in the week, and got nobody."""
        waited = np.zeros(len(self.corps), dtype=np.int64)
        met = np.zeros_like(self.wanted)
        for day, groups in enumerate(days):
            week = self.week[day]
            served = members_of(groups)
            met[served, week] += 1
            waits = self.can[:, day] & (met[:, week] < self.wanted[:, week])
            waits[served] = False
            waited[waits] += 1
            waited[served] = 0
            yield waited.copy()

    def told(self, days: Days) -> Iterator[Told]:
        meetings = self.behind.copy()
        waiting = np.ones(len(self.corps), dtype=bool)
        for day, groups in enumerate(days):
            scores = Scores(self.corps, meetings.before(self.dates[day]))
            yield Told(day, groups, scores, waiting_bonus(self.corps) * waiting, waiting.copy())
            meetings.add_groups(groups, self.dates[day])
            waiting[members_of(groups)] = False


def members_of(groups: Collection[Members]) -> Rows:
    return np.array([row for group in groups for row in group], dtype=np.intp)
