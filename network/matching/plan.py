"""Several weeks of rounds at once: each one as often as they want, with whom suits them best, and nobody twice.

A week is solved as one matching (`spans`), after a large corps has been matched day by day. Then weeks, single days
and pairs of days are solved anew with all others held, for as long as that makes the plan better or as there is time:
only then is it known how often the departments meet, and whom somebody meets later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, count

import numpy as np
import numpy.typing as npt

from .candidates import promising_pairs
from .corps import Corps, Mask, Rows
from .groups import PAIR, SERVED, THREE, Members, ordered
from .instance import Instance, PersonId, week_of
from .pairing import Edges, best_matching, fractional_matching
from .reasons import pairs_of
from .rounds import MatchedRound, describe, gains, waiting_bonus
from .scores import Meetings, Scores
from .spans import Span, with_guests

CANDIDATES = 20  # partners a person begins with
# How often a week is gone through. In one go nobody meets the same person twice; in a small corps some have to.
TURNS = 5
LARGE = 3_000  # people from whom on a plan is made day by day
REPEATED = 60  # what it costs to meet again within 90 days, in points of the score, beside what the score itself takes
# The score below which those with days to spare wait, how it follows the number who meet, and how near that must come.
RESERVE, RESERVE_STEP, RESERVE_TURNS, RESERVE_TOLERANCE = 60, 4, 4, 0.1
# Where not all can have what they want, in points:
LATER_MEETING = 300  # what a second meeting in a week is worth less than somebody's first
A_ROUND_WAITED = 25
MOST_WAITED = 10
LONGEST_WAIT = 3  # rounds; to wait longer is to be avoided
TOO_LONG = 300
LATE = 100  # for each round over
NEVER_SERVED = 80  # for each week that has gone without a meeting
# How many windows are tried if nothing is said about time: all of a small corps, weeks and days of a middling one.
FEW, SOME = 100, 400

Counts = npt.NDArray[np.int64]
Days = list[list[Members]]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """One round for each of the instance's dates, in their order.

    `is_settled` is false if `seconds` were up before all had been tried: only then can another run end differently.
    """

    rounds: tuple[MatchedRound, ...]
    gain: int
    is_settled: bool


def plan_rounds(
    instance: Instance, *, seconds: float | None = None, seed: int = 0, progress: Progress | None = None
) -> Plan:
    """Plan a round for each date. Improves the first plan until nothing helps or `seconds` have gone since the call;

    if None, tries as much as is worth its time. `progress` is told the share that is done.
    """
    return _Planner(instance, seed).plan(seconds, progress or (lambda _share: None))


class _Planner:
    """`days` holds the groups of each date. `can` (people, dates) tells who can come, `week` (dates,) the week of each

    date, and `wanted` (people, weeks) how many meetings each one can have and wants.
    """

    def __init__(self, instance: Instance, seed: int) -> None:
        self.corps = Corps(instance, seed)
        self.dates = sorted(instance.dates)
        weeks = sorted({week_of(day) for day in self.dates})
        self.weeks = np.arange(len(weeks))
        self.week = np.array([weeks.index(week_of(day)) for day in self.dates], dtype=np.intp)
        self.can: Mask = np.zeros((len(self.corps), len(self.dates)), dtype=bool)
        self.wanted: Counts = np.zeros((len(self.corps), len(weeks)), dtype=np.int64)
        for row, peer in enumerate(self.corps.people):
            self.can[row] = [peer.can_come(day) for day in self.dates]
            room = [peer.cap - sum(week_of(held) == week for held in peer.agreed) for week in weeks]
            self.wanted[row] = np.clip(
                np.minimum(room, np.bincount(self.week[self.can[row]], minlength=len(weeks))), 0, None
            )
        self.everybody = np.arange(len(self.corps))
        self.behind = Meetings(self.corps, instance.history)
        self.days: Days = [[] for _ in self.dates]
        self.is_scarce = False
        self.reserve = RESERVE

    def plan(self, seconds: float | None, progress: Progress) -> Plan:
        began = time.monotonic()
        self.is_scarce = self.is_crowded()
        self.make_first(progress)
        if not self.is_scarce and (self.wanted - self.met_in(self.weeks)).sum() > len(self.weeks):
            # More are left out than the one a week whom an odd number may leave over. Then it matters who.
            self.is_scarce = True
            self.make_first(progress)
        is_settled = self.improve(began, seconds, progress)
        return Plan(rounds := tuple(self.described()), sum(matched.gain for matched in rounds), is_settled)

    def is_crowded(self) -> bool:
        """Whether in some week one department wants more meetings than the others have room for, two in each three."""
        for week in self.weeks:
            by_department = np.bincount(self.corps.department, weights=self.wanted[:, week])
            if by_department.size and 3 * by_department.max() > 2 * by_department.sum():
                return True
        return False

    def make_first(self, progress: Progress) -> None:
        self.days = [[] for _ in self.dates]
        for week in self.weeks:
            window = np.flatnonzero(self.week == week).tolist()
            pairs = self.promising_pairs(window) if len(self.corps) > LARGE else None
            if pairs is not None:
                for day in window:
                    self.days[day] = self.solved_day(day, pairs)
                    progress((day + 1) / len(self.dates) / 2)
            for turn in range(TURNS):
                # Whoever has a meeting yields to others at first; what room is left is theirs again.
                for day, groups in self.solved(window, held=self.days, yielding=turn == 0).items():
                    self.days[day] = groups
                if (self.wanted[:, [week]] - self.met_in(np.array([week]))).sum() < PAIR:
                    break
            progress((window[-1] + 1) / len(self.dates) / 2)

    # ---- day by day, in a large corps ----
    def promising_pairs(self, window: list[int]) -> tuple[Rows, Rows]:
        past = self.meetings().before(self.dates[window[0]])
        matrix = Scores(self.corps, past, aversion=REPEATED).matrix(np.arange(len(self.corps)))
        return promising_pairs(matrix, CANDIDATES, self.can[:, window])

    def solved_day(self, day: int, pairs: tuple[Rows, Rows]) -> list[Members]:
        """The best pairs of a day among those who still want a meeting in its week.

        Whoever has days to spare meets only somebody who is worth it, and waits for another day else. How much that is
        follows from how many would have to meet today if all days were equal.
        """
        week = self.week[day]
        wanted = self.wanted[:, week] - self.met_in(np.array([week]))[:, 0]
        days_left = self.can[:, (self.week == week) & (np.arange(len(self.dates)) >= day)].sum(axis=1)
        comes = self.can[:, day] & (wanted > 0)
        can_wait = days_left > wanted
        due = (wanted[comes] / days_left[comes]).sum()
        both = comes[pairs[0]] & comes[pairs[1]]
        left, right = pairs[0][both], pairs[1][both]
        scores = Scores(self.corps, self.meetings().before(self.dates[day]))
        is_new = ~scores.are_repeats(left, right)
        left, right = left[is_new], right[is_new]
        bonus = self.bonus([day])[:, 0]
        worth = 2 * SERVED + 2 * scores.of(left, right).astype(np.int64) + bonus[left] + bonus[right]
        for _turn in range(RESERVE_TURNS):
            reserve = (SERVED + self.reserve) * can_wait
            enough = worth > reserve[left] + reserve[right]
            edges = Edges(
                len(self.corps), left[enough], right[enough], (worth - reserve[left] - reserve[right])[enough]
            )
            fractional = fractional_matching(edges)
            served = np.count_nonzero(fractional.partner != np.arange(len(self.corps)))
            if abs(served - due) <= due * RESERVE_TOLERANCE:
                break
            self.reserve += RESERVE_STEP if served > due else -RESERVE_STEP
        partner = best_matching(edges, fractional).partner
        return [ordered((row, int(partner[row]))) for row in np.flatnonzero(partner > np.arange(len(partner))).tolist()]

    # ---- a few days, with all others held ----
    def solved(self, window: list[int], held: Days | None = None, *, yielding: bool = True) -> dict[int, list[Members]]:
        """The best groups for these days, given those of all other days, and those held on these days, if any.

        Where not all can have what they want, second meetings in a week are `yielding`.
        """
        days = np.array(window, dtype=np.intp)
        kept: Days = [[] if held is None else held[day] for day in window]
        other = set(range(len(self.dates))) if held is not None else set(range(len(self.dates))) - set(window)
        weeks = np.unique(self.week[days])
        week = np.searchsorted(weeks, self.week[days])
        met = self.met_in(weeks, other)
        wanted = self.wanted[:, weeks] - met
        can = self.can[:, days]
        for column, groups in enumerate(kept):
            can[_members(groups), column] = False
        rows = np.flatnonzero((can & (wanted[:, week] > 0)).any(axis=1))
        if not len(rows):
            return dict(zip(window, kept, strict=True))
        bonus = self.bonus(window, other)[rows]
        # With so many meetings in this time nobody need wait too long.
        needed = (self.waited_before(window)[:, None] + can.sum(axis=1, keepdims=True)) // (LONGEST_WAIT + 1)
        scores = Scores(self.corps, self.meetings(other).around(self.dates[window[0]]), aversion=REPEATED)
        span = Span(
            matrix=scores.matrix(rows),
            can=can[rows],
            week=week,
            wanted=wanted[rows],
            bonus=bonus,
            yielding=np.maximum(wanted - np.maximum(needed - met, met == 0), 0)[rows] * (self.is_scarce and yielding),
            yields=LATER_MEETING + bonus.max(axis=1),
        )
        solution = span.solve(promising_pairs(span.matrix, CANDIDATES, span.can))
        found: Days = [[] for _ in window]
        for a, b, column in zip(
            rows[solution.left].tolist(), rows[solution.right].tolist(), solution.day.tolist(), strict=True
        ):
            found[column].append(ordered((a, b)))
        return dict(zip(window, with_guests(scores, span, rows, found, kept), strict=True))

    def met_in(self, weeks: Rows, days: Collection[int] | None = None) -> Counts:
        """How often each one meets in these weeks (people, weeks), on some of the days or on all."""
        number = np.zeros((len(self.corps), len(weeks)), dtype=np.int64)
        for column, week in enumerate(weeks):
            for day in np.flatnonzero(self.week == week).tolist():
                if days is None or day in days:
                    number[_members(self.days[day]), column] += 1
        return number

    def meetings(self, days: Collection[int] | None = None) -> Meetings:
        """What is behind, and some of the days of the plan or all."""
        meetings = self.behind.copy()
        for day, groups in enumerate(self.days):
            if days is None or day in days:
                meetings.add_groups(groups, self.dates[day])
        return meetings

    def bonus(self, window: list[int], other: Collection[int] | None = None) -> Counts:
        """What it is worth, beside the score, that somebody meets on one of these days (people, days).

        Waiting ends with the first meeting of the plan, and where not all can have what they want, it counts by how
        long the wait would be without these days: the more, and the more the sooner once it is long.
        """
        waiting = np.ones(len(self.corps), dtype=bool)
        for day, groups in enumerate(self.days):
            if other is None or day in other:
                waiting[_members(groups)] = False
        bonus = np.repeat((waiting_bonus(self.corps) * waiting)[:, None], len(window), axis=1)
        if not self.is_scarce:
            return bonus
        waited = self.waited_before(window)
        can = self.can[:, window].astype(np.int64)
        before = waited[:, None] + np.cumsum(can, axis=1) - can
        without = waited + can.sum(axis=1)
        worth = A_ROUND_WAITED * np.minimum(without, MOST_WAITED) + TOO_LONG * (without > LONGEST_WAIT)
        worth += NEVER_SERVED * int(self.week[window[0]]) * waiting
        bonus += worth[:, None] - LATE * np.maximum(before - LONGEST_WAIT, 0)
        # Never a loss: to meet late is better than not to meet.
        return np.maximum(bonus, 0)

    def waited_before(self, window: list[int]) -> Counts:
        nobody_yet = np.zeros(len(self.corps), dtype=np.int64)
        *_, waited = [nobody_yet, *self.waits(self.days[: window[0]])]
        return waited

    def waits(self, days: Days) -> Iterator[Counts]:
        """After each day by row: how many rounds in a row somebody could come, had room in the week, and got nobody."""
        waited = np.zeros(len(self.corps), dtype=np.int64)
        met = np.zeros_like(self.wanted)
        for day, groups in enumerate(days):
            week = self.week[day]
            served = _members(groups)
            met[served, week] += 1
            waits = self.can[:, day] & (met[:, week] < self.wanted[:, week])
            waits[served] = False
            waited[waits] += 1
            waited[served] = 0
            yield waited.copy()

    # ---- better and better ----
    def improve(self, began: float, seconds: float | None, progress: Progress) -> bool:
        """Solve windows anew for as long as that helps. Returns whether it was not time that ended it."""
        windows = self.windows()
        turns = self.usual_turns() if seconds is None else None
        best = self.rank_of(self.days)
        fruitless = 0
        for turn in count():
            spent = time.monotonic() - began
            if fruitless == len(windows) or turn == turns:
                break
            if seconds is not None and spent >= seconds:
                return False
            days = list(self.days)
            for day, groups in self.solved(windows[turn % len(windows)]).items():
                days[day] = groups
            rank = self.rank_of(days)
            fruitless += 1
            if rank > best:
                best, self.days, fruitless = rank, days, 0
            progress(0.5 + 0.5 * (turn / turns if turns else spent / (seconds or 1)))
        return True

    def windows(self) -> list[list[int]]:
        """Days to be solved anew together, in the order they are tried."""
        single = [[day] for day in range(len(self.dates))]
        if len(self.corps) > LARGE:
            return single
        weeks = [np.flatnonzero(self.week == week).tolist() for week in self.weeks]
        pairs = [list(pair) for pair in combinations(range(len(self.dates)), 2)]
        pairs.sort(key=lambda pair: (self.week[pair[0]] != self.week[pair[1]], pair[1] - pair[0], pair))
        return weeks + single + pairs

    def usual_turns(self) -> int:
        if len(self.corps) <= FEW:
            return len(self.windows())
        return len(self.weeks) + len(self.dates) if len(self.corps) <= SOME else 0

    def rank_of(self, days: Days) -> tuple[int, ...]:
        """What makes one plan better than another, first things first: coverage, who is worst off, threes, repeats."""
        listed = [group for groups in days for group in groups]
        told = list(self.told(days))
        longest = np.max(list(self.waits(days)), axis=0) if self.is_scarce else np.zeros(1)
        return (
            sum(map(len, listed)),
            len(set(_members(listed).tolist())) if self.is_scarce else 0,
            -int(np.maximum(longest - LONGEST_WAIT, 0).sum()),
            -sum(len(group) == THREE for group in listed),
            -sum(repeats for _gain, repeats in told),
            sum(gain for gain, _repeats in told),
        )

    def told(self, days: Days) -> Iterator[tuple[int, int]]:
        """Day by day the gain, as the days before make it, and how many pairs meet again."""
        meetings = self.behind.copy()
        bonus = waiting_bonus(self.corps).copy()
        for day, groups in enumerate(days):
            scores = Scores(self.corps, meetings.before(self.dates[day]))
            pairs = np.array(pairs_of(groups), dtype=np.intp).reshape(-1, PAIR)
            repeats = int(scores.are_repeats(pairs[:, 0], pairs[:, 1]).sum())
            yield int(gains(scores, groups, bonus).sum()), repeats
            meetings.add_groups(groups, self.dates[day])
            bonus[_members(groups)] = 0

    def described(self) -> Iterator[MatchedRound]:
        meetings = self.behind.copy()
        unmet = self.wanted > self.met_in(self.weeks)
        bonus = waiting_bonus(self.corps).copy()
        waiting = set(range(len(self.corps)))
        for day, groups in enumerate(self.days):
            served = _members(groups)
            # Who has all the meetings they want that week is neither left out nor could be anybody's partner.
            counts = self.can[:, day] & unmet[:, self.week[day]]
            counts[served] = True
            left_out = np.flatnonzero(counts & ~np.isin(self.everybody, served))
            yield describe(
                Scores(self.corps, meetings.before(self.dates[day])),
                self.dates[day],
                np.flatnonzero(counts),
                groups,
                bonus=bonus,
                waiting=waiting,
                next_dates=self.next_dates(day, set(left_out.tolist())),
            )
            meetings.add_groups(groups, self.dates[day])
            bonus[served] = 0
            waiting.difference_update(served.tolist())

    def next_dates(self, day: int, rows: set[int]) -> dict[PersonId, date]:
        """The dates of their next meetings in the plan, of those who have one."""
        found: dict[PersonId, date] = {}
        for later in range(day + 1, len(self.dates)):
            for row in rows.intersection(_members(self.days[later]).tolist()):
                found.setdefault(self.corps.ids[row], self.dates[later])
        return found


def _members(groups: Collection[Members]) -> Rows:
    return np.array([row for group in groups for row in group], dtype=np.intp)
