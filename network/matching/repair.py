"""A round is mended on its morning: whoever lost their partner gets another one, and as few others as may be notice.

First those orphans are matched with each other and with people who could come and have room in the week. Who is left
joins a pair as third. Only if that helps nobody are one or two groups taken apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from .corps import Corps
from .groups import MOST_AT_TABLE, SERVED, Members, Table, ordered, unserved, with_thirds
from .instance import PAIR, THREE, Instance, InstanceError, PersonId, week_of
from .pairing import Edges, best_matching, pairs_among
from .rounds import MatchedRound, describe, waiting_bonus
from .scores import REPEATED, Meetings, Scores

ORPHAN = 10_000  # more than any gain: to place one comes before everything else
MOST_NEAR = 6  # groups with somebody an orphan may be with that are tried

PlannedRound = tuple[date, Sequence[Sequence[PersonId]]]


def repair_round(
    instance: Instance, day: date, groups: Sequence[Sequence[PersonId]], away: Collection[PersonId], *, seed: int = 0
) -> MatchedRound:
    """Mend one round for those who cannot come after all. `agreed` of the instance's people is beside these groups."""
    return repair_plan(instance, [(day, groups)], {day: set(away)}, seed=seed)[0]


def repair_plan(
    instance: Instance,
    rounds: Iterable[PlannedRound],
    cancellations: Mapping[date, Collection[PersonId]],
    *,
    seed: int = 0,
) -> tuple[MatchedRound, ...]:
    """Mend the rounds date by date, each with what is known that morning: later cancellations are not looked at.

    Raises InstanceError for people and dates that the instance does not know.
    """
    return tuple(_Repairer(instance, rounds, seed).repaired(cancellations))


class _Repairer:
    """`days` holds the groups of each date, mended up to now."""

    def __init__(self, instance: Instance, rounds: Iterable[PlannedRound], seed: int) -> None:
        self.corps = Corps(instance, seed)
        self.behind = Meetings(self.corps, instance.history)
        self.dates = sorted(instance.dates)
        self.days: dict[date, list[Members]] = {day: [] for day in self.dates}
        for day, groups in rounds:
            if day not in self.days:
                raise InstanceError(f"The plan has a round on {day}, which is none of the instance's dates.")
            self.days[day] += [ordered(self.rows_of(group)) for group in groups]
            served = [row for group in self.days[day] for row in group]
            if len(set(served)) != len(served) or any(not PAIR <= len(group) <= THREE for group in self.days[day]):
                raise InstanceError(f"On {day} somebody is in two groups, or a group is not of two or three people.")

    def rows_of(self, ids: Iterable[PersonId]) -> list[int]:
        listed = list(ids)
        for person in listed:
            if person not in self.corps.row:
                raise InstanceError(f"The plan names {person}, whom nobody knows.")
        return [self.corps.row[person] for person in listed]

    def repaired(self, cancellations: Mapping[date, Collection[PersonId]]) -> Iterator[MatchedRound]:
        bonus = waiting_bonus(self.corps).copy()
        waiting = set(range(len(self.corps)))
        for day in cancellations:
            if day not in self.days:
                raise InstanceError(f"Somebody cancels on {day}, which is none of the instance's dates.")
        for day in self.dates:
            away = set(self.rows_of(cancellations.get(day, ())))
            self.days[day], orphans = self.mended(day, away)
            past = self.meetings(other for other in self.dates if other < day)
            coming = np.setdiff1d(self.corps.who_can_come(day), np.array(sorted(away), dtype=np.intp))
            served = {row for group in self.days[day] for row in group}
            yield describe(
                Scores(self.corps, past.before(day)),
                day,
                coming,
                self.days[day],
                bonus=bonus,
                waiting=waiting,
                alone=sorted(orphans - served),
            )
            bonus[list(served)] = 0
            waiting -= served

    def mended(self, day: date, away: set[int]) -> tuple[list[Members], set[int]]:
        """The groups of a day without those who are away, and who had lost their partners."""
        kept, orphans = self.without(self.days[day], away)
        if not orphans:
            return kept, orphans
        self.days[day] = kept
        scores = self.scores(day)
        found = self.matched(scores, sorted(orphans), self.spare(day, away | orphans))
        over = unserved(sorted(orphans), found)
        groups = with_thirds(scores, kept, over, np.zeros(len(self.corps), dtype=np.int64)) + found
        for orphan in unserved(sorted(orphans), groups):
            groups = self.rearranged(scores, groups, orphan)
        return sorted(groups), orphans

    def without(self, groups: Iterable[Members], away: set[int]) -> tuple[list[Members], set[int]]:
        kept: list[Members] = []
        orphans: set[int] = set()
        for group in groups:
            rest = tuple(row for row in group if row not in away)
            a, b = np.array(rest[:1], dtype=np.intp), np.array(rest[1:PAIR], dtype=np.intp)
            if len(rest) == len(group) or (len(rest) == PAIR and self.corps.may_be_a_pair(a, b)[0]):
                kept.append(rest)
            else:
                orphans.update(rest)
        return kept, orphans

    def scores(self, day: date) -> Scores:
        """What pairs are worth that day, given whom they meet before and after."""
        meetings = self.meetings(other for other in self.dates if other != day)
        return Scores(self.corps, meetings.around(day), aversion=REPEATED)

    def meetings(self, days: Iterable[date]) -> Meetings:
        """What is behind, and these days of the plan."""
        meetings = self.behind.copy()
        for day in days:
            meetings.add_groups(self.days[day], day)
        return meetings

    def spare(self, day: date, others: set[int]) -> list[int]:
        """Who could come, is in no group that day, and has fewer meetings in the week than they want."""
        met: npt.NDArray[np.int64] = np.zeros(len(self.corps), dtype=np.int64)
        for other, groups in self.days.items():
            if week_of(other) == week_of(day):
                met[[row for group in groups for row in group]] += 1
        busy = others.union(*self.days[day])
        return [
            row
            for row in self.corps.who_can_come(day).tolist()
            if row not in busy and met[row] < self.corps.people[row].room_in(week_of(day))
        ]

    def matched(self, scores: Scores, orphans: list[int], spare: list[int]) -> list[Members]:
        """As many orphans as can be with each other or with the spare, then at the highest gain."""
        people = np.array([*orphans, *spare], dtype=np.intp)
        left, right = np.triu_indices(len(orphans), 1, len(people))
        allowed = self.corps.may_be_a_pair(people[left], people[right])
        left, right = left[allowed], right[allowed]
        worth = 2 * SERVED + 2 * scores.of(people[left], people[right]).astype(np.int64)
        worth += ORPHAN * (1 + (right < len(orphans)))
        partner = best_matching(Edges(len(people), left, right, worth)).partner
        return [ordered(people[list(pair)].tolist()) for pair in pairs_among(partner)]

    def rearranged(self, scores: Scores, groups: list[Members], orphan: int) -> list[Members]:
        """The groups with a place for the orphan: one of them taken apart, else two; unchanged if that is no help."""
        rows = np.array([row for group in groups for row in group], dtype=np.intp)
        fits = set(rows[self.corps.may_be_together(np.full(len(rows), orphan), rows)].tolist())
        near = [group for group in groups if fits.intersection(group)][:MOST_NEAR]
        if not near:
            return groups
        others = [group for group in groups if group not in near]
        seats = (near + others)[: MOST_AT_TABLE // THREE]
        table = Table(scores, {orphan}.union(*seats), np.zeros(len(self.corps), dtype=np.int64))
        # Two groups of three have no room for a seventh.
        two = (both for both in product(near, seats) if both[0] != both[1] and PAIR in map(len, both))
        for chosen in [*combinations(near, 1), *two]:
            people = [orphan, *(row for group in chosen for row in group)]
            ways = list(table.splits(people, spare=0))
            if ways:
                return [group for group in groups if group not in chosen] + max(ways, key=table.rank)
        return groups
