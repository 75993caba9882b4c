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

from .candidates import promising_pairs
from .corps import Rows
from .groups import SERVED, Members, ordered
from .instance import PAIR, THREE, Instance, PersonId
from .pairing import Edges, best_matching, fractional_matching, pairs_among
from .reasons import pairs_of
from .rounds import MatchedRound, describe, gains, waiting_bonus
from .scores import REPEATED, Scores
from .spans import Span, with_guests
from .terms import Counts, Terms, members_of

CANDIDATES = 20  # partners a person begins with
# How often a week is gone through. In one go nobody meets the same person twice; in a small corps some have to.
TURNS = 5
LARGE = 3_000  # people from whom on a plan is made day by day
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
    """Plan a round for each date.

    Improves the first plan until nothing helps or `seconds` have gone since the call; if None, as far as is worth its
    time. `progress` is told the share that is done.
    """
    return _Planner(instance, seed).plan(seconds, progress or (lambda _share: None))


class _Planner:
    """Works on `days`, the groups of each date of the terms."""

    def __init__(self, instance: Instance, seed: int) -> None:
        self.terms = Terms(instance, seed)
        self.corps = self.terms.corps
        self.days: Days = [[] for _ in self.terms.dates]
        self.is_scarce = self.terms.are_crowded()
        self.reserve = RESERVE

    def plan(self, seconds: float | None, progress: Progress) -> Plan:
        began = time.monotonic()
        self.make_first(progress)
        unmet = self.terms.wanted - self.terms.met_in(self.days, self.terms.weeks)
        if not self.is_scarce and unmet.sum() > len(self.terms.weeks):
            # More are left out than the one a week whom an odd number may leave over. Then it matters who.
            self.is_scarce = True
            self.make_first(lambda _share: None)
        is_settled = self.improve(began, seconds, progress)
        rounds = tuple(self.described())
        return Plan(rounds, sum(matched.gain for matched in rounds), is_settled)

    def make_first(self, progress: Progress) -> None:
        self.days = [[] for _ in self.terms.dates]
        for week in self.terms.weeks:
            window = self.terms.days_of(week)
            pairs = self.promising_pairs(window) if len(self.corps) > LARGE else None
            if pairs is not None:
                for day in window:
                    self.days[day] = self.solved_day(day, pairs)
                    progress((day + 1) / len(self.terms.dates) / 2)
            for turn in range(TURNS):
                # Whoever has a meeting yields to others at first; what room is left is theirs again.
                for day, groups in self.solved(window, held=self.days, yielding=turn == 0).items():
                    self.days[day] = groups
                if (self.terms.wanted[:, [week]] - self.terms.met_in(self.days, np.array([week]))).sum() < PAIR:
                    break
            progress((window[-1] + 1) / len(self.terms.dates) / 2)

    # ---- day by day, in a large corps ----
    def promising_pairs(self, window: list[int]) -> tuple[Rows, Rows]:
        past = self.terms.meetings(self.days).before(self.terms.dates[window[0]])
        matrix = Scores(self.corps, past, aversion=REPEATED).matrix(np.arange(len(self.corps)))
        return promising_pairs(matrix, CANDIDATES, self.terms.can[:, window])

    def solved_day(self, day: int, pairs: tuple[Rows, Rows]) -> list[Members]:
        """The best pairs of a day among those who still want a meeting in its week.

        Whoever has days to spare meets only somebody who is worth it, and waits for another day else. How much that is
        follows from how many would have to meet today if all days were equal.
        """
        week = self.terms.week[day]
        wanted = self.terms.wanted[:, week] - self.terms.met_in(self.days, np.array([week]))[:, 0]
        days_left = self.terms.can[:, (self.terms.week == week) & (np.arange(len(self.terms.dates)) >= day)].sum(axis=1)
        comes = self.terms.can[:, day] & (wanted > 0)
        can_wait = days_left > wanted
        due = (wanted[comes] / days_left[comes]).sum()
        both = comes[pairs[0]] & comes[pairs[1]]
        left, right = pairs[0][both], pairs[1][both]
        scores = Scores(self.corps, self.terms.meetings(self.days).before(self.terms.dates[day]))
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
        return [ordered(pair) for pair in pairs_among(partner)]

    # ---- a few days, with all others held ----
    def solved(self, window: list[int], held: Days | None = None, *, yielding: bool = True) -> dict[int, list[Members]]:
        """The best groups for these days, given those of all other days, and those held on these days, if any.

        Where not all can have what they want, second meetings in a week are `yielding`.
        """
        terms, days = self.terms, np.array(window, dtype=np.intp)
        kept: Days = [[] if held is None else held[day] for day in window]
        other = set(range(len(terms.dates))).difference(window if held is None else ())
        weeks = np.unique(terms.week[days])
        week = np.searchsorted(weeks, terms.week[days])
        met = terms.met_in(self.days, weeks, other)
        wanted = terms.wanted[:, weeks] - met
        can = terms.can[:, days]
        for column, groups in enumerate(kept):
            can[members_of(groups), column] = False
        rows = np.flatnonzero((can & (wanted[:, week] > 0)).any(axis=1))
        if not len(rows):
            return dict(zip(window, kept, strict=True))
        bonus = self.bonus(window, other)[rows]
        # With so many meetings in this time nobody need wait too long.
        needed = (self.waited_before(window)[:, None] + can.sum(axis=1, keepdims=True)) // (LONGEST_WAIT + 1)
        past = terms.meetings(self.days, other).around(terms.dates[window[0]])
        scores = Scores(self.corps, past, aversion=REPEATED)
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

    def bonus(self, window: list[int], other: Collection[int] | None = None) -> Counts:
        """What it is worth, beside the score, that somebody meets on one of these days (people, days).

        Waiting ends with the first meeting of the plan, and where not all can have what they want, it counts by how
        long the wait would be without these days: the more, and the more the sooner once it is long.
        """
        waiting = np.ones(len(self.corps), dtype=bool)
        for day, groups in enumerate(self.days):
            if other is None or day in other:
                waiting[members_of(groups)] = False
        bonus = np.repeat((waiting_bonus(self.corps) * waiting)[:, None], len(window), axis=1)
        if not self.is_scarce:
            return bonus
        waited = self.waited_before(window)
        can = self.terms.can[:, window].astype(np.int64)
        before = waited[:, None] + np.cumsum(can, axis=1) - can
        without = waited + can.sum(axis=1)
        worth = A_ROUND_WAITED * np.minimum(without, MOST_WAITED) + TOO_LONG * (without > LONGEST_WAIT)
        worth += NEVER_SERVED * int(self.terms.week[window[0]]) * waiting
        bonus += worth[:, None] - LATE * np.maximum(before - LONGEST_WAIT, 0)
        # Never a loss: to meet late is better than not to meet.
        return np.maximum(bonus, 0)

    def waited_before(self, window: list[int]) -> Counts:
        nobody_yet = np.zeros(len(self.corps), dtype=np.int64)
        *_, waited = [nobody_yet, *self.terms.waits(self.days[: window[0]])]
        return waited

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
        single = [[day] for day in range(len(self.terms.dates))]
        if len(self.corps) > LARGE:
            return single
        weeks = [self.terms.days_of(week) for week in self.terms.weeks]
        pairs = [list(pair) for pair in combinations(range(len(self.terms.dates)), 2)]
        pairs.sort(key=lambda pair: (self.terms.week[pair[0]] != self.terms.week[pair[1]], pair[1] - pair[0], pair))
        return weeks + single + pairs

    def usual_turns(self) -> int:
        if len(self.corps) <= FEW:
            return len(self.windows())
        return len(self.terms.weeks) + len(self.terms.dates) if len(self.corps) <= SOME else 0

    def rank_of(self, days: Days) -> tuple[int, ...]:
        """What makes one plan better than another, first things first: coverage, who is worst off, threes, repeats."""
        listed = [group for groups in days for group in groups]
        told = list(self.terms.told(days))
        longest = np.max(list(self.terms.waits(days)), axis=0) if self.is_scarce else np.zeros(1)
        return (
            sum(map(len, listed)),
            len(set(members_of(listed).tolist())) if self.is_scarce else 0,
            -int(np.maximum(longest - LONGEST_WAIT, 0).sum()),
            -sum(len(group) == THREE for group in listed),
            -sum(repeats_in(day.scores, day.groups) for day in told),
            sum(int(gains(day.scores, day.groups, day.bonus).sum()) for day in told),
        )

    def described(self) -> Iterator[MatchedRound]:
        terms = self.terms
        unmet = terms.wanted > terms.met_in(self.days, terms.weeks)
        for day, groups, scores, bonus, waiting in terms.told(self.days):
            served = members_of(groups)
            # Who has all the meetings they want that week is neither left out nor could be anybody's partner.
            counts = terms.can[:, day] & unmet[:, terms.week[day]]
            left_out = set(np.flatnonzero(counts).tolist()).difference(served.tolist())
            counts[served] = True
            yield describe(
                scores,
                terms.dates[day],
                np.flatnonzero(counts),
                groups,
                bonus=bonus,
                waiting=set(np.flatnonzero(waiting).tolist()),
                next_dates=self.next_dates(day, left_out),
            )

    def next_dates(self, day: int, rows: set[int]) -> dict[PersonId, date]:
        """The dates of their next meetings in the plan, of those who have one."""
        found: dict[PersonId, date] = {}
        for later in range(day + 1, len(self.terms.dates)):
            for row in rows.intersection(members_of(self.days[later]).tolist()):
                found.setdefault(self.corps.ids[row], self.terms.dates[later])
        return found


def repeats_in(scores: Scores, groups: list[Members]) -> int:
    pairs = np.array(pairs_of(groups), dtype=np.intp).reshape(-1, PAIR)
    return int(scores.are_repeats(pairs[:, 0], pairs[:, 1]).sum())
