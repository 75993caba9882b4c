"""One round: everybody who can be served is served, and among all such rounds a best one is chosen.

Pairs come from a maximum-weight matching. Whoever it leaves over joins a pair, which then is a group of three; that
step is a best assignment, then exchanges between groups until none helps, tried from several starting points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

import numpy as np

from .candidates import missing_pairs, promising_pairs, united
from .corps import Corps, Rows
from .groups import (
    FEW,
    GROUP_OF_THREE,
    MOST_AT_TABLE,
    SAME_DEPARTMENT_IN_THREE,
    SERVED,
    Gains,
    Members,
    Table,
    ordered,
    third_gains,
    unserved,
    with_thirds,
)
from .instance import PAIR, THREE, Instance, InstanceError, PersonId
from .pairing import ALONE, Edges, Matched, best_matching, fractional_matching, pairs_among, weight_of
from .reasons import Facts, Reason, pairs_of, reasons_of
from .scores import Meetings, Scores

WAITED = 10  # for each round a person was left out before, at most five
WAITED_ROUNDS = 5
CANDIDATES = 10  # partners a person begins with
COMPLETED = 3  # times that a large corps is solved, pairs being added which the prices show to be missing
COMPLETED_IF_FEW = 20
SERVED_FIRST = 4_000  # in the place of SERVED where no gain is worth leaving somebody out
ALL_ARE_TRIED = 60  # people up to whom everybody is tried as the one who is left over
FEW_ALONE = 3  # where more are left over, it does not help to leave somebody else
TRIED = 8
MOST_ALONE, FEW_PARTNERS = (
    20,
    4,
)  # of those left over, and of the people each of them may be with, a table seats so many
MOST_TRIED = 3_000

Pair = tuple[PersonId, PersonId]


class LeftOut(StrEnum):
    """Why somebody who could come got nobody. No code tells a private block from other hindrances."""

    NOBODY_ELSE = "nobody_else"
    ONLY_OWN_DEPARTMENT = "only_own_department"
    NO_PERMITTED_PARTNER = "no_permitted_partner"
    ODD_ONE_OUT = "odd_one_out"
    ALL_PARTNERS_TAKEN = "all_partners_taken"


@dataclass(frozen=True, slots=True)
class Group:
    """Two or three people. `parts` are the named parts of all their pairs, with what a group of three costs."""

    members: tuple[PersonId, ...]
    parts: dict[str, int]
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class MatchedRound:
    """`next_dates` tells of those left out on which of the instance's next dates there is somebody for them.

    `bound` is a gain that no round of these people exceeds, or None where groups of three with two of one department
    are needed, for which there is no good one.
    """

    day: date
    groups: tuple[Group, ...]
    left_out: dict[PersonId, LeftOut]
    next_dates: dict[PersonId, date]
    gain: int
    bound: int | None


def solve_round(
    instance: Instance,
    day: date,
    *,
    pool: Iterable[PersonId] | None = None,
    pinned: Iterable[Pair] = (),
    seed: int = 0,
) -> MatchedRound:
    """Match the people of `pool` on `day`; if None, all who can come then and have not as many meetings as they want.

    Most people served first, then fewest groups of three, then the highest gain. Pinned pairs are together whatever
    they are worth, as a pair or as two of three. Raises InstanceError for a pool or a pin that names somebody unknown
    or not in the pool, and for a pinned pair that may not meet.
    """
    corps = Corps(instance, seed)
    known = set(corps.ids)
    wanted = None if pool is None else set(pool)
    if wanted is not None and wanted - known:
        raise InstanceError(f"The pool names {min(wanted - known, key=str)}, whom nobody knows.")
    rows = corps.who_can_come(day) if wanted is None else corps.rows_of(wanted)
    scores = Scores(corps, Meetings(corps, instance.history).before(day))
    held = _pinned(corps, rows, pinned)
    drafted = draft_round(scores, rows, waiting_bonus(corps), held)
    return describe(scores, day, rows, drafted.groups, bonus=waiting_bonus(corps), bound=drafted.bound)


def waiting_bonus(corps: Corps) -> Gains:
    """By row, what it is worth beside the score that somebody who was left out before gets a partner."""
    return WAITED * np.minimum(corps.waited, WAITED_ROUNDS)


@dataclass(frozen=True)
class Drafted:
    groups: list[Members]
    bound: int | None


def draft_round(scores: Scores, rows: Rows, bonus: Gains, pinned: Sequence[Members] = ()) -> Drafted:
    """The groups of one day among these rows of the corps; `bonus` is by row."""
    free = np.setdiff1d(rows, np.array([row for pair in pinned for row in pair], dtype=np.intp))
    solver = _Solver(scores, free, bonus)
    groups = solver.solve()
    held = with_thirds(scores, list(pinned), unserved(free.tolist(), groups), bonus)
    departments = scores.corps.department
    has_mixed = any(len(set(departments[list(group)])) < THREE for group in groups if len(group) == THREE)
    return Drafted(sorted([*held, *groups]), None if pinned or has_mixed else solver.bound)


def best_pairs(scores: Scores, rows: Rows) -> list[Members]:
    """Pairs alone, as many as can be, then at the highest score."""
    if len(rows) < PAIR:
        return []
    solver = _Solver(scores, rows, np.zeros(len(scores.corps), dtype=np.int64))
    return solver.paired(solver.match(SERVED_FIRST)[1])


class _Solver:
    """The groups among some rows of the corps, which here go by their place among them until groups come out."""

    def __init__(self, scores: Scores, rows: Rows, bonus: Gains) -> None:
        self.scores = scores
        self.rows = rows
        self.all_bonus = bonus
        self.bonus = bonus[rows]
        self.matrix = scores.matrix(rows)
        self.bound = 0

    def solve(self) -> list[Members]:
        size = len(self.rows)
        if size < PAIR:
            return []
        pairs, matched, self.bound = self.match(SERVED)
        if np.count_nonzero(matched.partner == ALONE) > size % 2:
            # Some are left who might be served, if others had partners of whom they have less.
            pairs, matched, _ = self.match(SERVED_FIRST)
        best = self.completed(matched)
        if np.count_nonzero(matched.partner == ALONE):
            for other in self.others_left_over(pairs, matched):
                if self.is_best_possible(best):
                    break
                best = max(best, other, key=self.rank)
        return best

    def is_best_possible(self, groups: list[Members]) -> bool:
        served, _, gain = self.rank(groups)
        return served == len(self.rows) and gain >= self.bound

    def match(self, served: int) -> tuple[tuple[Rows, Rows], Matched, int]:
        """The best pairs if each person in one is worth `served`, the pairs it took to see that, and a bound.

        Starts from promising pairs, and adds those that the prices of the solution show to be missing.
        """
        everybody = np.arange(len(self.rows))
        pairs = promising_pairs(self.matrix, CANDIDATES)
        for turn in range(COMPLETED if len(everybody) > MOST_TRIED else COMPLETED_IF_FEW):
            edges = self.edges(pairs, served)
            fractional = fractional_matching(edges)
            price = fractional.double_price - 2 * served - 2 * self.bonus
            missing, exceeded = missing_pairs(self.matrix, everybody, price)
            if not len(missing[0]) or (turn == COMPLETED - 1 and len(everybody) > MOST_TRIED):
                break
            pairs = united(pairs, missing, len(everybody))
        # Raise both prices of a pair that is missing by half of what they lack, and they are a bound for all pairs.
        bound = int(2 * fractional.double_price.sum() + exceeded.sum()) // 4
        if len(everybody) % 2:
            # An odd number leaves somebody out, or makes a group of three.
            bound -= min(-GROUP_OF_THREE, int(fractional.double_price.min()) // 2)
        matched = best_matching(edges, fractional)
        if len(everybody) <= MOST_TRIED:
            # A pair that no price calls for may still be in the best matching, if it lacks no more than that does.
            most = int(fractional.double_price.sum()) // 2
            most -= len(everybody) % 2 * (int(fractional.double_price.min()) // 2)
            lost = most - weight_of(edges, matched.partner)
            if lost > 0:
                close, _ = missing_pairs(self.matrix, everybody, price - lost)
                pairs = united(pairs, close, len(everybody))
                matched = best_matching(self.edges(pairs, served))
        return pairs, matched, bound

    def edges(self, pairs: tuple[Rows, Rows], served: int) -> Edges:
        left, right = pairs
        gain = 2 * served + 2 * self.matrix[left, right].astype(np.int64) + self.bonus[left] + self.bonus[right]
        return Edges(len(self.rows), left, right, gain)

    def completed(self, matched: Matched) -> list[Members]:
        """The pairs of a matching with thirds, rearranged as long as that helps."""
        pairs = self.paired(matched)
        over = unserved(self.rows.tolist(), pairs)
        if not over:
            return pairs
        groups = with_thirds(self.scores, pairs, over, self.all_bonus)
        seated = self.seated(groups)
        table = Table(self.scores, seated, self.all_bonus)
        chosen = set(seated)
        within = [group for group in groups if chosen.issuperset(group)]
        return [group for group in groups if not chosen.issuperset(group)] + table.exchanged(within)

    def paired(self, matched: Matched) -> list[Members]:
        return [ordered(self.rows[list(pair)].tolist()) for pair in pairs_among(matched.partner)]

    def seated(self, groups: list[Members]) -> list[int]:
        """Whose groups are rearranged: all, if few; else those of three, those left over, and groups good for them."""
        if len(self.rows) <= MOST_AT_TABLE:
            return self.rows.tolist()
        alone = unserved(self.rows.tolist(), groups)
        loose = alone + [row for group in groups if len(group) == THREE for row in group]
        loose = loose[: MOST_AT_TABLE // 2]
        home = {row: group for group in groups for row in group}
        near = [home[row] for single in alone[:MOST_ALONE] for row in self.partners(single, home)]
        seated = set(loose).union(*near, *(home[row] for row in loose if row in home))
        pairs = np.array([group for group in groups if len(group) == PAIR], dtype=np.intp).reshape(-1, PAIR)
        worth = np.max([third_gains(self.scores, pairs, np.full(len(pairs), row)) for row in seated], axis=0, initial=0)
        best = np.argsort(-worth, kind="stable")[: max(MOST_AT_TABLE - len(seated), 0) // PAIR]
        return sorted(seated.union(pairs[best].ravel().tolist()))

    def partners(self, single: int, served: Collection[int]) -> list[int]:
        """A few of those served with whom somebody may be in a group, people of other departments first."""
        who = np.full(len(self.rows), single)
        corps = self.scores.corps
        fitting = [corps.may_be_a_pair(who, self.rows), corps.may_be_together(who, self.rows)]
        found = dict.fromkeys(row for mask in fitting for row in self.rows[mask].tolist() if row in served)
        return list(found)[:FEW_PARTNERS]

    def others_left_over(self, pairs: tuple[Rows, Rows], matched: Matched) -> Iterator[list[Members]]:
        """What comes of leaving somebody else over by the pairs: everybody if few, else those who cost least."""
        size = len(self.rows)
        if size <= FEW:
            return  # all ways to group them have been looked at
        alone = np.count_nonzero(matched.partner == ALONE)
        if size > MOST_TRIED or alone > (FEW_ALONE if size <= ALL_ARE_TRIED else 1):
            return
        tried = np.argsort(matched.double_price, kind="stable")[: size if size <= ALL_ARE_TRIED else TRIED]
        for place in tried.tolist():
            without = (pairs[0] != place) & (pairs[1] != place)
            yield self.completed(best_matching(self.edges((pairs[0][without], pairs[1][without]), SERVED_FIRST)))

    def rank(self, groups: list[Members]) -> tuple[int, int, int]:
        served = sum(len(group) for group in groups)
        threes = sum(len(group) == THREE for group in groups)
        return served, -threes, int(gains(self.scores, groups, self.all_bonus).sum())


def gains(scores: Scores, groups: Sequence[Members], bonus: Gains) -> Gains:
    """What each group adds to the gain of the round."""
    if not groups:
        return np.empty(0, dtype=np.int64)
    pairs = np.array(pairs_of(groups), dtype=np.intp)
    left, right = pairs[:, 0], pairs[:, 1]
    size = np.array([len(group) for group in groups])
    of_three = np.repeat(size == THREE, np.where(size == THREE, THREE, 1))
    same = scores.corps.department[left] == scores.corps.department[right]
    worth = scores.of(left, right).astype(np.int64) * np.where(of_three, 1, 2)
    worth += np.where(of_three & same, SAME_DEPARTMENT_IN_THREE, 0)
    starts = np.concatenate([[0], np.cumsum(np.where(size == THREE, THREE, 1))[:-1]])
    members = np.array([row for group in groups for row in group], dtype=np.intp)
    waited = np.add.reduceat(bonus[members], np.concatenate([[0], np.cumsum(size)[:-1]]))
    total: Gains = np.add.reduceat(worth, starts) + SERVED * size + GROUP_OF_THREE * (size == THREE) + waited
    return total


def describe(
    scores: Scores,
    day: date,
    rows: Rows,
    groups: Sequence[Members],
    *,
    bonus: Gains,
    bound: int | None = None,
    waiting: Collection[int] | None = None,
    alone: Sequence[int] | None = None,
    next_dates: dict[PersonId, date] | None = None,
) -> MatchedRound:
    """A round in the form that leaves this module. `rows` are all who could come, `alone` those of them left out.

    `waiting` are those whose waiting ends with a meeting that day; all, if None. Without `next_dates`, those on which
    the instance says that somebody can come.
    """
    corps = scores.corps
    listed = sorted(groups)
    facts = Facts(scores, listed, range(len(corps)) if waiting is None else waiting)
    left = unserved(rows.tolist(), listed) if alone is None else alone
    return MatchedRound(
        day=day,
        groups=tuple(_described(facts, corps, group) for group in listed),
        left_out={corps.ids[row]: _why_left_out(corps, row, rows, left) for row in left},
        next_dates=_next_dates(corps, day, left) if next_dates is None else next_dates,
        gain=int(gains(scores, listed, bonus).sum()),
        bound=bound,
    )


def _described(facts: Facts, corps: Corps, group: Members) -> Group:
    parts = facts.parts_of(group)
    if len(group) == THREE:
        parts["group_of_three"] = GROUP_OF_THREE
        departments = [int(corps.department[row]) for row in group]
        same = sum(a == b for a, b in combinations(departments, 2))
        if same:
            parts["same_department"] = SAME_DEPARTMENT_IN_THREE * same
    return Group(tuple(corps.ids[row] for row in group), parts, tuple(reasons_of(facts, group)))


def _why_left_out(corps: Corps, row: int, rows: Rows, alone: Sequence[int]) -> LeftOut:
    if len(rows) == 1:
        return LeftOut.NOBODY_ELSE
    if (corps.department[rows] == corps.department[row]).all():
        return LeftOut.ONLY_OWN_DEPARTMENT
    if not corps.may_be_a_pair(np.full(len(rows), row), rows).any():
        return LeftOut.NO_PERMITTED_PARTNER
    if len(rows) % 2 and list(alone) == [row]:
        return LeftOut.ODD_ONE_OUT
    return LeftOut.ALL_PARTNERS_TAKEN


def _next_dates(corps: Corps, day: date, alone: Sequence[int]) -> dict[PersonId, date]:
    """For those left out, the first of the later dates on which both they and a permitted partner can come."""
    found: dict[PersonId, date] = {}
    waiting = list(alone)
    for later in sorted(date_ for date_ in corps.instance.dates if date_ > day):
        if not waiting:
            break
        rows = corps.who_can_come(later)
        coming = set(rows.tolist())
        reached = [row for row in waiting if row in coming and corps.may_be_a_pair(np.full(len(rows), row), rows).any()]
        found |= {corps.ids[row]: later for row in reached}
        waiting = [row for row in waiting if corps.ids[row] not in found]
    return found


def _pinned(corps: Corps, rows: Rows, pinned: Iterable[Pair]) -> list[Members]:
    """The rows of the pinned pairs, each once."""
    coming = set(rows.tolist())
    pairs: list[Members] = []
    for a, b in pinned:
        if a not in corps.row or b not in corps.row:
            raise InstanceError(f"A pinned pair names {a if a not in corps.row else b}, whom nobody knows.")
        pair = ordered((corps.row[a], corps.row[b]))
        if pair in pairs:
            continue
        if not coming.issuperset(pair):
            raise InstanceError(f"{a} and {b} are pinned, but one of them cannot come.")
        if not corps.may_be_a_pair(np.array(pair[:1]), np.array(pair[1:]))[0]:
            raise InstanceError(f"{a} and {b} are pinned, but may not meet.")
        if any(not set(pair).isdisjoint(other) for other in pairs):
            raise InstanceError(f"{a} or {b} is pinned to two people.")
        pairs.append(pair)
    return pairs
