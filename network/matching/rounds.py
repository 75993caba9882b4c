"""One round: everybody who can be served is served, and among all such rounds a best one is chosen.

Pairs come from an exact maximum-weight matching. Whoever it leaves over joins a pair, which then is a group of three;
that step is a best assignment, then exchanges between groups until none helps, tried from several starting points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

import numpy as np
import rustworkx as rx

from .instance import Instance, InstanceError, PersonId
from .reasons import Reason, reasons_of
from .scores import Mask, PairTable, pair_table

SERVED = 200  # for each person who gets somebody
WAITED = 10  # for each round a person was left out before, at most five
WAITED_ROUNDS = 5
GROUP_OF_THREE = -100
SAME_DEPARTMENT_IN_THREE = -60

PAIR = 2
THREE = 3
# Weights are multiplied by this, and the tie-break of all pairs together stays below one.
TIE_ROOM = 1 << 40
TIE_BITS = 28
# How much work to spend on trying out who joins others as third: up to 60 people everybody is tried.
EDGES_TO_TRY = 220_000
LOWEST = -1_000  # below any score
FEW = 9  # so few that all ways to group them can be looked at

Members = tuple[int, ...]


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
    day: date
    groups: tuple[Group, ...]
    left_out: dict[PersonId, LeftOut]
    gain: int


def solve_round(
    instance: Instance, day: date, *, pool: Iterable[PersonId] | None = None, seed: int = 0
) -> MatchedRound:
    """Match the people of `pool` (all, if None) on `day`.

    Most people served first, then fewest groups of three, then the highest gain. Pairs alone are exactly optimal.
    Raises InstanceError for a pool that names somebody unknown.
    """
    known = {peer.id for peer in instance.people}
    wanted = known if pool is None else set(pool)
    if wanted - known:
        raise InstanceError(f"The pool names {min(wanted - known, key=str)}, whom nobody knows.")
    return _Solver(pair_table(instance, day, wanted, seed)).solve()


class _Solver:
    """Works on row numbers of the table; ids come back in the answer."""

    def __init__(self, table: PairTable) -> None:
        self.table = table
        self.waited = np.array([WAITED * min(WAITED_ROUNDS, peer.left_out) for peer in table.people], dtype=np.int64)
        # Exchanges look at single numbers; in plain lists that is several times quicker than in arrays.
        self.score = table.score.tolist()
        self.permitted = table.permitted.tolist()
        self.together = table.together.tolist()
        self.same_department = table.same_department.tolist()

    def solve(self) -> MatchedRound:
        groups = max(self.attempts(), key=self.rank)
        alone = self.unserved(groups)
        return MatchedRound(
            day=self.table.day,
            groups=tuple(self.described(group) for group in sorted(groups)),
            left_out={self.table.people[row].id: self.why_left_out(row, alone) for row in alone},
            gain=sum(self.gain(group) for group in groups),
        )

    def attempts(self) -> Iterator[list[Members]]:
        """The optimal pairs; and if those leave people over, also what comes of leaving somebody else over instead."""
        size = len(self.table.people)
        pairs = self.best_pairs(self.table.permitted)
        yield self.exchange(self.with_thirds(pairs))
        if PAIR * len(pairs) == size or size <= FEW:
            return
        best_partner = np.where(self.table.permitted, self.table.score, LOWEST).max(axis=1)
        hardest_first = np.lexsort((self.table.tie.diagonal(), best_partner))
        for row in hardest_first[: EDGES_TO_TRY // size**2].tolist():
            permitted = self.table.permitted.copy()
            permitted[row, :] = permitted[:, row] = False
            yield self.exchange(self.with_thirds(self.best_pairs(permitted)))

    # ---- pairs ----
    def best_pairs(self, permitted: Mask) -> list[Members]:
        """The matching with most of the permitted pairs, and of those the one with the highest gain."""
        table = self.table
        gain = 2 * SERVED + 2 * table.score.astype(np.int64) + self.waited[:, None] + self.waited[None, :]
        weight = gain * TIE_ROOM + (table.tie >> np.uint64(64 - TIE_BITS)).astype(np.int64)
        rows, columns = np.nonzero(np.triu(permitted, 1))
        edges = zip(rows.tolist(), columns.tolist(), weight[rows, columns].tolist(), strict=True)
        return _matching(len(table.people), edges)

    # ---- groups of three ----
    def with_thirds(self, pairs: list[Members]) -> list[Members]:
        """Let those left over join pairs: as many as possible, then at the highest gain."""
        alone = self.unserved(pairs)
        first = len(pairs)
        edges = (
            (place, first + position, (self.gain((*pair, row)) - self.gain(pair)) * TIE_ROOM + self.tie_of(pair, row))
            for place, pair in enumerate(pairs)
            for position, row in enumerate(alone)
            if self.may_be((*pair, row))
        )
        third = {place: alone[position - first] for place, position in _matching(first + len(alone), edges)}
        return [_ordered((*pair, third[place])) if place in third else pair for place, pair in enumerate(pairs)]

    def exchange(self, groups: list[Members]) -> list[Members]:
        """Rearrange groups of three and people left over with other groups, as long as one such step helps."""
        improved = True
        while improved:
            improved = False
            for chosen in self.neighbourhoods(groups):
                people = [row for group in chosen for row in group]
                before = [group for group in chosen if len(group) > 1]
                best = max(self.splits(people, spare=len(chosen) - len(before)), key=self.rank, default=before)
                if self.rank(best) > self.rank(before):
                    groups = sorted([group for group in groups if group not in before] + best)
                    improved = True
                    break
        return groups

    def neighbourhoods(self, groups: list[Members]) -> Iterator[tuple[Members, ...]]:
        """Sets of groups worth rearranging, mostly two or three; a person left over counts as a group of one."""
        threes = [group for group in groups if len(group) == THREE]
        pairs = [group for group in groups if len(group) == PAIR]
        alone: list[Members] = [(row,) for row in self.unserved(groups)]
        if len(self.table.people) <= FEW and (threes or alone):
            yield (*groups, *alone)
        for single in alone:
            yield from ((single, group) for group in groups)
            # Room for one more needs a pair: where all are threes already, nobody else can come in.
            yield from ((single, pair, group) for pair in pairs for group in groups if group != pair)
        yield from combinations(threes, 2)
        yield from ((three, pair) for three in threes for pair in pairs)

    def splits(self, people: list[int], spare: int) -> Iterator[list[Members]]:
        """All permitted ways to divide people into pairs and threes with at most `spare` of them left over."""
        if not people:
            yield []
            return
        first, rest = people[0], people[1:]
        if spare:
            yield from self.splits(rest, spare - 1)
        for size in (1, 2):
            for others in combinations(rest, size):
                group = _ordered((first, *others))
                if self.may_be(group):
                    remaining = [row for row in rest if row not in others]
                    yield from ([group, *more] for more in self.splits(remaining, spare))

    def rank(self, groups: list[Members]) -> tuple[int, int, int]:
        served = sum(len(group) for group in groups)
        threes = sum(len(group) == THREE for group in groups)
        return served, -threes, sum(self.gain(group) for group in groups)

    # ---- one group ----
    def may_be(self, group: Members) -> bool:
        if len(group) == PAIR:
            return bool(self.permitted[group[0]][group[1]])
        pairs = list(combinations(group, 2))
        return all(self.together[a][b] for a, b in pairs) and not all(self.same_department[a][b] for a, b in pairs)

    def gain(self, group: Members) -> int:
        gain = SERVED * len(group) + int(self.waited[list(group)].sum())
        if len(group) == PAIR:
            return gain + 2 * self.score[group[0]][group[1]]
        pairs = list(combinations(group, 2))
        same = sum(self.same_department[a][b] for a, b in pairs)
        return gain + sum(self.score[a][b] for a, b in pairs) + GROUP_OF_THREE + SAME_DEPARTMENT_IN_THREE * same

    def tie_of(self, pair: Members, row: int) -> int:
        return int(self.table.tie[pair[0], row] ^ self.table.tie[pair[1], row]) >> (64 - TIE_BITS)

    def described(self, group: Members) -> Group:
        pairs = list(combinations(group, 2))
        parts = {name: sum(int(grid[a, b]) for a, b in pairs) for name, grid in self.table.parts.items()}
        if len(group) == THREE:
            parts["group_of_three"] = GROUP_OF_THREE
            same = sum(self.same_department[a][b] for a, b in pairs)
            if same:
                parts["same_department"] = SAME_DEPARTMENT_IN_THREE * same
        return Group(
            members=tuple(self.table.people[row].id for row in group),
            parts=parts,
            reasons=tuple(reasons_of(self.table, group)),
        )

    # ---- those left over ----
    def unserved(self, groups: list[Members]) -> list[int]:
        served = {row for group in groups for row in group}
        return [row for row in range(len(self.table.people)) if row not in served]

    def why_left_out(self, row: int, alone: list[int]) -> LeftOut:
        everyone = len(self.table.people)
        if everyone == 1:
            return LeftOut.NOBODY_ELSE
        if all(self.same_department[row]):
            return LeftOut.ONLY_OWN_DEPARTMENT
        if not any(self.permitted[row]):
            return LeftOut.NO_PERMITTED_PARTNER
        if everyone % 2 and alone == [row]:
            return LeftOut.ODD_ONE_OUT
        return LeftOut.ALL_PARTNERS_TAKEN


def _matching(size: int, edges: Iterable[tuple[int, int, int]]) -> list[Members]:
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    graph.add_edges_from(list(edges))
    return sorted(_ordered(pair) for pair in rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int))


def _ordered(group: Members) -> Members:
    return tuple(sorted(group))
