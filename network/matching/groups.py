"""Groups of two and three: what one is worth, and how those left over by the pairs find a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, product

import numpy as np
import numpy.typing as npt

from .corps import Rows
from .instance import PAIR, THREE
from .pairing import ALONE, Edges, best_matching
from .scores import Scores

SERVED = 200  # for each person who gets somebody
GROUP_OF_THREE = -100
SAME_DEPARTMENT_IN_THREE = -60

MOST_LOOKED_AT = 1_500  # sets of three groups that are looked at for all who are left over
FIVE_SPLITS = 10  # ways to divide five people into three and two
FEW = 9  # so few that all ways to group them can be looked at
MOST_AT_TABLE = 240  # people whose groups are rearranged together
MOST_PLACES = 400_000  # pairs times people left over that are all looked at
PLACES_FOR_EACH = 200
LEAST_GAIN = 1_000  # added where a gain may be less than nothing, since edges weigh more than that

Members = tuple[int, ...]
Gains = npt.NDArray[np.int64]


def third_gains(scores: Scores, pairs: Rows, third: Rows) -> Gains:
    """What it adds that `third[k]` joins the pair `pairs[k]` (k, 2), their bonus apart; -LEAST_GAIN if it may not."""
    corps = scores.corps
    a, b = pairs[:, 0], pairs[:, 1]
    first, second = corps.department[a] == corps.department[third], corps.department[b] == corps.department[third]
    gain = SERVED + GROUP_OF_THREE + SAME_DEPARTMENT_IN_THREE * (first.astype(np.int64) + second)
    gain += scores.of(a, third) + scores.of(b, third) - scores.of(a, b)
    allowed = corps.may_be_together(a, third) & corps.may_be_together(b, third)
    allowed &= ~(first & second)  # a pair is of two departments, unless it is pinned
    gains: Gains = np.where(allowed, gain, -LEAST_GAIN)
    return gains


def places_for(scores: Scores, pairs: Rows, over: Rows, bonus: Gains) -> tuple[Rows, Rows, Gains]:
    """Who of `over` may join which of `pairs`, by their places in these, and what that is worth: always more than 0.

    `bonus` is by place in `over`. So much is counted for each place that no gain is worth leaving somebody out. In a
    crowd each one looks at PLACES_FOR_EACH pairs only.
    """
    if len(over) * len(pairs) > MOST_PLACES and len(pairs) > PLACES_FOR_EACH:
        steps = np.arange(len(over))[:, None] * PLACES_FOR_EACH + np.arange(PLACES_FOR_EACH)
        where = (steps % len(pairs)).ravel()
    else:
        where = np.tile(np.arange(len(pairs)), len(over))
    who = np.repeat(np.arange(len(over)), len(where) // max(len(over), 1))
    gains = third_gains(scores, pairs[where], over[who])
    allowed = gains > -LEAST_GAIN
    who, where = who[allowed], where[allowed]
    return who, where, gains[allowed] + bonus[who] + 4 * LEAST_GAIN


def with_thirds(scores: Scores, groups: list[Members], alone: Sequence[int], bonus: Gains) -> list[Members]:
    """Let those left over join pairs: as many as possible, then at the highest gain. `bonus` is by row."""
    pairs = np.array([group for group in groups if len(group) == PAIR], dtype=np.intp).reshape(-1, PAIR)
    if not len(pairs) or not len(alone):
        return groups
    over = np.array(alone, dtype=np.intp)
    who, where, worth = places_for(scores, pairs, over, bonus[over])
    guest = best_matching(Edges(len(pairs) + len(over), where, len(pairs) + who, worth)).partner[: len(pairs)]
    filled = [
        ordered((*pair, int(over[guest[place] - len(pairs)]))) if guest[place] != ALONE else pair
        for place, pair in enumerate(map(tuple, pairs.tolist()))
    ]
    return [group for group in groups if len(group) != PAIR] + filled


class Table:
    """A few people whose groups are rearranged with each other, by all ways to do it with two or three groups.

    People are rows of the corps. Single numbers are looked up here, which plain lists do quicker than arrays.
    """

    def __init__(self, scores: Scores, people: Iterable[int], bonus: Gains) -> None:
        self.people = sorted(people)
        self.place = {row: place for place, row in enumerate(self.people)}
        rows = np.array(self.people, dtype=np.intp)
        left, right = np.repeat(rows, len(rows)), np.tile(rows, len(rows))
        corps, shape = scores.corps, (len(rows), len(rows))
        same = (corps.department[left] == corps.department[right]).reshape(shape)
        together = corps.may_be_together(left, right).reshape(shape)
        self._grids = scores.of(left, right).reshape(shape), together, same
        self.score, self.together, self.same_department = (grid.tolist() for grid in self._grids)
        self.bonus = bonus[rows].tolist()

    def may_be(self, group: Members) -> bool:
        pairs = [(self.place[a], self.place[b]) for a, b in combinations(group, 2)]
        return all(self.together[a][b] for a, b in pairs) and not all(self.same_department[a][b] for a, b in pairs)

    def gain(self, group: Members) -> int:
        places = [self.place[row] for row in group]
        gain = SERVED * len(group) + sum(self.bonus[place] for place in places)
        if len(group) == PAIR:
            return int(gain + 2 * self.score[places[0]][places[1]])
        pairs = list(combinations(places, 2))
        same = sum(self.same_department[a][b] for a, b in pairs)
        return int(gain + sum(self.score[a][b] for a, b in pairs) + GROUP_OF_THREE + SAME_DEPARTMENT_IN_THREE * same)

    def rank(self, groups: Iterable[Members]) -> tuple[int, int, int]:
        """Most people served first, then fewest groups of three, then the highest gain."""
        listed = list(groups)
        served = sum(len(group) for group in listed)
        threes = sum(len(group) == THREE for group in listed)
        return served, -threes, sum(self.gain(group) for group in listed)

    def exchanged(self, groups: list[Members]) -> list[Members]:
        """Rearrange groups of three and people left over with other groups, as long as one such step helps."""
        home = {row: group for group in groups for row in group}
        improved = True
        while improved:
            improved = False
            for chosen in self._neighbourhoods(sorted(set(home.values()))):
                if any(home.get(group[0]) != (group if len(group) > 1 else None) for group in chosen):
                    continue  # an earlier step of this turn has taken it apart
                before = [group for group in chosen if len(group) > 1]
                people = [row for group in chosen for row in group]
                best = max(self.splits(people, spare=len(chosen) - len(before)), key=self.rank, default=before)
                if self.rank(best) > self.rank(before):
                    for row in people:
                        home.pop(row, None)
                    home |= {row: group for group in best for row in group}
                    improved = True
        return sorted(set(home.values()))

    def _neighbourhoods(self, groups: list[Members]) -> Iterator[tuple[Members, ...]]:
        """Sets of groups worth rearranging, mostly two or three; a person left over counts as a group of one."""
        threes = [group for group in groups if len(group) == THREE]
        pairs = [group for group in groups if len(group) == PAIR]
        served = {row for group in groups for row in group}
        alone: list[Members] = [(row,) for row in self.people if row not in served]
        if len(self.people) <= FEW and (threes or alone):
            yield (*groups, *alone)
        for single in alone:
            near = [
                group for group in groups if any(self.together[self.place[single[0]]][self.place[row]] for row in group)
            ]
            yield from ((single, group) for group in near)
            # Room for one more needs a pair: where all are threes already, nobody else can come in.
            mixed = ((single, one, other) for one, other in product(near, groups) if one != other)
            yield from islice((each for each in mixed if PAIR in map(len, each)), MOST_LOOKED_AT // len(alone))
        yield from combinations(threes, 2)
        for three in threes:
            yield from ((three, pair) for pair in self._worth_mixing(three, pairs))

    def _worth_mixing(self, three: Members, pairs: list[Members]) -> list[Members]:
        """The pairs with which a group of three is better divided in another way, the best first."""
        if not pairs:
            return []
        score, together, same = self._grids
        people = np.array([[self.place[row] for row in (*three, *pair)] for pair in pairs], dtype=np.intp)
        worth = np.full((FIVE_SPLITS, len(pairs)), -LEAST_GAIN, dtype=np.int64)
        for split, chosen in enumerate(combinations(range(THREE + PAIR), PAIR)):
            a, b = (people[:, column] for column in chosen)
            rest = [people[:, column] for column in range(THREE + PAIR) if column not in chosen]
            mixed = [same[one, other] for one, other in combinations(rest, PAIR)]
            allowed = together[a, b] & ~same[a, b] & ~np.logical_and.reduce(mixed)
            for one, other in combinations(rest, PAIR):
                allowed &= together[one, other]
            gain = 2 * score[a, b] + sum(score[one, other] for one, other in combinations(rest, PAIR))
            worth[split, allowed] = (gain + SAME_DEPARTMENT_IN_THREE * np.sum(mixed, axis=0))[allowed]
        now = worth[-1]  # the three as it is comes last: the pair is the last two of the five
        better = worth.max(axis=0) - now
        return [pairs[place] for place in np.argsort(-better, kind="stable").tolist() if better[place] > 0]

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
                group = ordered((first, *others))
                if self.may_be(group):
                    remaining = [row for row in rest if row not in others]
                    yield from ([group, *more] for more in self.splits(remaining, spare))


def ordered(group: Iterable[int]) -> Members:
    return tuple(sorted(group))


def unserved(rows: Iterable[int], groups: Iterable[Members]) -> list[int]:
    served = {row for group in groups for row in group}
    return [row for row in rows if row not in served]
