"""Several days as one matching: who meets whom on which of them, with no more meetings a week than each one wants.

Every day on which a person can come is a node, and a pair that may meet on a day is an edge between two of them.
Somebody who can come on more days than they may meet gets a node of rest for each day too many; it can take any one of
their days of that week, and all nodes of rest are taken. A matching of this graph then is a plan that holds the caps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .candidates import missing_pairs, united
from .corps import Mask, Rows, Small, looked_up
from .groups import SERVED, Members, ordered, places_for
from .instance import PAIR
from .pairing import ALONE, Edges, Weights, best_matching, fractional_matching, rough_matching
from .scores import Scores

REST = 1 << 20  # more than any way of meetings that a rest could make room for
NO_NODE = -1
ANY_DAY = -1
COMPLETED = 3  # times that pairs are added which the prices show to be missing
ONCE_ROUNDS = 12  # times that pairs who would meet twice are held to one day


class Met(NamedTuple):
    """Pairs of rows and the number of the day within the span."""

    left: Rows
    right: Rows
    day: Rows


@dataclass(frozen=True)
class Span:
    """What a plan for some days is made from.

    `matrix` (people, people) holds the scores of pairs; `can` (people, days) tells who can come when, `week` (days,)
    numbers the weeks, `wanted` (people, weeks) is how many meetings each one may have in a week, and `bonus`
    (people, days) what it is worth, beside the score, that a person meets somebody on a day. Where not all can have
    what they want, `yielding` (people, weeks) tells how many of these meetings are somebody's second or later ones in
    the week, and each of those is worth `yields` (people,) less.
    """

    matrix: Small
    can: Mask
    week: Rows
    wanted: npt.NDArray[np.int64]
    bonus: npt.NDArray[np.int64]
    yielding: npt.NDArray[np.int64]
    yields: npt.NDArray[np.int64]

    def solve(self, pairs: tuple[Rows, Rows]) -> Met:
        """The best meetings, among `pairs` and others that their solution shows to be missing.

        Nobody meets the same person twice.
        """
        graph = _Graph(self)
        for _round in range(COMPLETED):
            missing = graph.missing(fractional_matching(graph.edges(pairs)).double_price)
            if not len(missing[0]):
                break
            pairs = united(pairs, missing, len(self.matrix))
        # Blossoms are slow: they come only when nobody meets twice any more, and may then bring in few who do.
        graph.met_once(pairs, rough=True)
        met, again = graph.met_once(pairs, rough=False)
        return Met(*(np.delete(side, again) for side in met))


class _Graph:
    """The nodes of a span, and the pairs that are held to one day so that they do not meet twice."""

    def __init__(self, span: Span) -> None:
        self.span = span
        can = span.can & (span.wanted[:, span.week] > 0)
        self.who, self.when = np.nonzero(can)
        self.node = np.full(can.shape, NO_NODE, dtype=np.intp)
        self.node[self.who, self.when] = np.arange(len(self.who))
        self.rests = self._rests(can)
        self.held = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)

    def _rests(self, can: Mask) -> tuple[Rows, Rows, Weights]:
        """Edges between nodes of rest and the days they can take: those that must, then those that may be taken."""
        rests, days = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
        weights = [np.empty(0, dtype=np.int64)]
        first = len(self.who)
        span = self.span
        for week in range(span.wanted.shape[1]):
            of_week = np.flatnonzero(span.week == week)
            spare = np.maximum(can[:, of_week].sum(axis=1) - span.wanted[:, week], 0)
            must = np.full(len(can), REST, dtype=np.int64)
            for number, weight in ((spare, must), (np.minimum(span.yielding, span.wanted)[:, week], span.yields)):
                resting = np.repeat(np.arange(len(can)), number)
                nodes = first + np.arange(len(resting))
                for day in of_week:
                    node = self.node[resting, day]
                    there = node != NO_NODE
                    rests.append(nodes[there])
                    days.append(node[there])
                    weights.append(weight[resting[there]])
                first += len(resting)
        self.size = first
        return np.concatenate(rests), np.concatenate(days), np.concatenate(weights)

    def edges(self, pairs: tuple[Rows, Rows]) -> Edges:
        left, right = pairs
        size = len(self.span.matrix)
        only = looked_up(*self.held, left * size + right, missing=ANY_DAY)
        lefts, rights, weights = ([side] for side in self.rests)
        worth = 2 * SERVED + 2 * self.span.matrix[left, right].astype(np.int64)
        for day in range(len(self.span.week)):
            both = (self.node[left, day] != NO_NODE) & (self.node[right, day] != NO_NODE)
            both &= (only == ANY_DAY) | (only == day)
            a, b = left[both], right[both]
            lefts.append(self.node[a, day])
            rights.append(self.node[b, day])
            weights.append(worth[both] + self.span.bonus[a, day] + self.span.bonus[b, day])
        return Edges(self.size, np.concatenate(lefts), np.concatenate(rights), np.concatenate(weights))

    def missing(self, double_price: Weights) -> tuple[Rows, Rows]:
        """Pairs that the prices show to be worth more on some day than what their two people have."""
        size = len(self.span.matrix)
        found = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        for day in range(len(self.span.week)):
            rows = np.flatnonzero(self.node[:, day] != NO_NODE)
            price = double_price[self.node[rows, day]] - 2 * SERVED - 2 * self.span.bonus[rows, day]
            missing, _ = missing_pairs(self.span.matrix, rows, price)
            found = united(found, missing, size)
        return found

    def met(self, partner: Rows) -> Met:
        nodes = np.flatnonzero(partner[: len(self.who)] != ALONE)
        nodes = nodes[(nodes < partner[nodes]) & (partner[nodes] < len(self.who))]
        a, b = self.who[nodes], self.who[partner[nodes]]
        return Met(np.minimum(a, b), np.maximum(a, b), self.when[nodes])

    def met_once(self, pairs: tuple[Rows, Rows], *, rough: bool) -> tuple[Met, Rows]:
        """The best meetings, pairs who would meet twice being held to one day, and the places of any who still do."""
        for _round in range(ONCE_ROUNDS):
            edges = self.edges(pairs)
            fractional = fractional_matching(edges)
            met = self.met(rough_matching(fractional) if rough else best_matching(edges, fractional).partner)
            again = self.hold_repeats(met)
            if not len(again):
                break
        return met, again

    def hold_repeats(self, met: Met) -> Rows:
        """Hold pairs who would meet more than once to one of these days. Returns the places of the other meetings."""
        size = len(self.span.matrix)
        keys = met.left * size + met.right
        order = np.lexsort((met.day, keys))
        repeated = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        first = order[repeated]
        known = np.concatenate([self.held[0], keys[first]])
        unique, place = np.unique(known, return_index=True)
        self.held = unique, np.concatenate([self.held[1], met.day[first]])[place]
        return order[repeated + 1]


def with_guests(
    scores: Scores, span: Span, rows: Rows, met: Sequence[list[Members]], held: Sequence[list[Members]]
) -> list[list[Members]]:
    """The groups of each day, with those who would have more meetings as third in some: as many as possible.

    `rows` are the people of the span as rows of the corps, in which groups count, too. `met` are the groups of the
    span's solution, and `held` those that each day had beside them, whose meetings the span does not count.
    """
    place = {row: number for number, row in enumerate(rows.tolist())}
    wanted, yielding, can = span.wanted.copy(), span.yielding.copy(), span.can.copy()
    for day, groups in enumerate(met):
        served = [place[row] for group in groups for row in group]
        wanted[served, span.week[day]] -= 1
        can[served, day] = False
    days = [[*new, *old] for new, old in zip(met, held, strict=True)]
    graph = _Graph(replace(span, wanted=wanted, yielding=np.minimum(yielding, wanted), can=can))
    if not len(graph.who):
        return [sorted(groups) for groups in days]
    listed = [(day, group) for day, groups in enumerate(days) for group in groups if len(group) == PAIR]
    pairs = np.array([group for _, group in listed], dtype=np.intp).reshape(-1, PAIR)
    day_of = np.array([day for day, _ in listed], dtype=np.intp)
    lefts, rights, weights = ([side] for side in graph.rests)
    for day in range(len(days)):
        of_day = np.flatnonzero(day_of == day)
        over = np.flatnonzero(graph.node[:, day] != NO_NODE)
        if not len(of_day) or not len(over):
            continue
        who, where, worth = places_for(scores, pairs[of_day], rows[over], span.bonus[over, day])
        lefts.append(graph.size + of_day[where])
        rights.append(graph.node[over[who], day])
        weights.append(worth)
    edges = Edges(graph.size + len(pairs), np.concatenate(lefts), np.concatenate(rights), np.concatenate(weights))
    guest = best_matching(edges).partner[graph.size :]
    filled: list[list[Members]] = [[group for group in groups if len(group) != PAIR] for groups in days]
    for (day, group), node in zip(listed, guest.tolist(), strict=True):
        filled[day].append(group if node == ALONE else ordered((*group, int(rows[graph.who[node]]))))
    return [sorted(groups) for groups in filled]
