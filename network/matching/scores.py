"""The score of a pair on a day: named parts, each in whole points, for many pairs at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import numpy.typing as npt

from .corps import FORBIDDEN, Corps, Mask, Rows, Small, looked_up, pair_keys
from .instance import Meeting

Points = npt.NDArray[np.int32]
Keys = npt.NDArray[np.int64]

POINTS_A_THEME = 10
THEMES_COUNTED = 2
MUTUAL = 10
NEW = 20
WORN = 60  # what a pair loses by meeting again the same day; halves every HALF_LIFE_DAYS
HALF_LIFE_DAYS = 60
SPREAD = 10
SPREAD_DAYS = 28
NEVER = -1
REPEAT_DAYS = 90  # to meet again within so many days is a repeat
REPEATED = 60  # what a repeat costs in plans and repairs, beside what it takes from the score itself
LOWEST = -120  # what a matrix of bytes has room for
BLOCK = 256  # rows of a matrix that are worked on together: small enough to stay in the processor's cache


class Meetings:
    """Who met whom on which day, of all pairs of rows: `keys`, and `days` as ordinals."""

    def __init__(self, corps: Corps, meetings: Iterable[Meeting] = ()) -> None:
        self.corps = corps
        self.keys: Keys = np.empty(0, dtype=np.int64)
        self.days: Keys = np.empty(0, dtype=np.int64)
        self.add(
            (corps.row[a], corps.row[b], meeting.day.toordinal())
            for meeting in meetings
            for a, b in combinations(meeting.members, 2)
        )

    def add(self, met: Iterable[tuple[int, int, int]]) -> None:
        """Take in pairs of rows with the ordinal of the day on which they met."""
        new = np.array(list(met), dtype=np.int64).reshape(-1, 3)
        self.keys = np.concatenate([self.keys, pair_keys(new[:, 0], new[:, 1], len(self.corps))])
        self.days = np.concatenate([self.days, new[:, 2]])

    def copy(self) -> Meetings:
        same = Meetings(self.corps)
        same.keys, same.days = self.keys, self.days
        return same

    def add_groups(self, groups: Iterable[Sequence[int]], day: date) -> None:
        self.add((a, b, day.toordinal()) for group in groups for a, b in combinations(group, 2))

    def before(self, day: date) -> Past:
        """What they say of a day: the last time a pair met until then, and how often departments met lately.

        A meeting of the very day makes a pair less new, but is not counted among those of the departments.
        """
        since = day.toordinal() - self.days
        return self._past(since, since >= 0, (since > 0) & (since <= SPREAD_DAYS))

    def around(self, day: date) -> Past:
        """The same with later meetings as well: what one more meeting that day takes from all others, it loses."""
        apart = np.abs(day.toordinal() - self.days)
        return self._past(apart, np.ones(len(apart), dtype=bool), apart <= SPREAD_DAYS)

    def _past(self, apart: Keys, counts: Mask, lately: Mask) -> Past:
        keys, apart, lately = self.keys[counts], apart[counts], lately[counts]
        order = np.lexsort((apart, keys))
        nearest = order[np.append(True, keys[order][1:] != keys[order][:-1])] if len(keys) else order
        return Past(keys[nearest], apart[nearest], self._between_departments(keys[lately]))

    def _between_departments(self, keys: Keys) -> npt.NDArray[np.int32]:
        number = len(self.corps.departments)
        one, other = (self.corps.department[side] for side in np.divmod(keys, max(len(self.corps), 1)))
        met = np.bincount(one * number + other, minlength=number * number).reshape(number, number)
        both_ways: npt.NDArray[np.int32] = (met + met.T - np.diag(met.diagonal())).astype(np.int32)
        return both_ways


@dataclass(frozen=True)
class Past:
    """`keys` are sorted, `since` are days since those pairs last met; `department_meetings` (departments squared)."""

    keys: Keys
    since: Keys
    department_meetings: npt.NDArray[np.int32]

    def days_since(self, left: Rows, right: Rows, size: int) -> Keys:
        """Days since each of these pairs last met, or NEVER."""
        return looked_up(self.keys, self.since, pair_keys(left, right, size), missing=NEVER)


class Scores:
    """The scores of one day: s(i, j, date), whole points, at most 96, the sum of its named parts.

    With an `aversion`, a pair that met in the last REPEAT_DAYS counts for so many points less, though not below LOWEST
    in a matrix; the parts stay as they are.
    """

    def __init__(self, corps: Corps, past: Past, *, aversion: int = 0) -> None:
        self.corps = corps
        self.past = past
        self.aversion = aversion
        self._spread = (SPREAD // (1 + past.department_meetings)).astype(np.int8)

    def days_since(self, left: Rows, right: Rows) -> Keys:
        return self.past.days_since(left, right, len(self.corps))

    def department_meetings(self, left: Rows, right: Rows) -> Points:
        return self.past.department_meetings[self.corps.department[left], self.corps.department[right]]

    def parts(self, left: Rows, right: Rows) -> dict[str, Points]:
        """The named parts of the scores of the pairs (left[k], right[k])."""
        corps = self.corps
        gets = _shared(corps.seeks[left], corps.offers[right])
        gives = _shared(corps.offers[left], corps.seeks[right])
        traits = corps.traits[left], corps.traits[right]
        parts = {
            "fit": POINTS_A_THEME * (gets + gives),
            "mutual": MUTUAL * ((gets > 0) & (gives > 0)),
            "novelty": novelty(self.days_since(left, right)),
            "spread": self._spread[corps.department[left], corps.department[right]],
            **{name: grid[traits] for name, grid in corps.trait_parts.items()},
        }
        return {name: points.astype(np.int32) for name, points in parts.items()}

    def of(self, left: Rows, right: Rows) -> Points:
        total: Points = np.sum(list(self.parts(left, right).values()), axis=0, dtype=np.int32)
        if self.aversion:
            total -= self.aversion * self.are_repeats(left, right)
        return total

    def are_repeats(self, left: Rows, right: Rows) -> Mask:
        """Whether these pairs met so lately that it would be a repeat."""
        days = self.days_since(left, right)
        repeats: Mask = (days != NEVER) & (days <= REPEAT_DAYS)
        return repeats

    def matrix(self, rows: Rows) -> Small:
        """The scores of all pairs of these rows (n, n), FORBIDDEN where the two may not be a pair."""
        size = len(rows)
        matrix = np.empty((size, size), dtype=np.int8)
        for start in range(0, size, BLOCK):
            self._fill(matrix, rows, start, min(size, start + BLOCK))
        self._correct(matrix, rows)
        return matrix

    def _fill(self, matrix: Small, rows: Rows, start: int, stop: int) -> None:
        """The rows from `start` to `stop`, left of the diagonal too, with nothing of who met whom before."""
        corps = self.corps
        # The half below the diagonal is the half above it.
        matrix[start:stop, :start] = matrix[:start, start:stop].T
        some, others = rows[start:stop], rows[start:]
        gets = _shared_grid(corps.seeks[some], corps.offers[others])
        gives = _shared_grid(corps.offers[some], corps.seeks[others])
        both = (gets > 0) & (gives > 0)
        gets += gives
        block = gets.view(np.int8)
        block *= POINTS_A_THEME
        block += both.view(np.int8) * np.int8(MUTUAL)
        block += NEW
        block += self._spread[corps.department[some]].take(corps.department[others], axis=1)
        traits = corps.trait_points[corps.traits[some]].take(corps.traits[others], axis=1)
        forbidden = corps.department[some][:, None] == corps.department[others][None, :]
        if corps.has_required_traits:
            forbidden |= traits == FORBIDDEN
        block += traits
        block[forbidden] = FORBIDDEN
        matrix[start:stop, start:] = block

    def _correct(self, matrix: Small, rows: Rows) -> None:
        """Put in what is known of single pairs: when they met, and that they may never meet."""
        place = np.full(len(self.corps), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        left, right = (place[side] for side in np.divmod(self.past.keys, len(self.corps)))
        inside = (left >= 0) & (right >= 0)
        left, right = left[inside], right[inside]
        since = self.past.since[inside]
        worn = (novelty(since) - NEW - self.aversion * (since <= REPEAT_DAYS)).astype(np.int16)
        points = np.where(
            matrix[left, right] == FORBIDDEN, FORBIDDEN, (matrix[left, right] + worn).clip(LOWEST)
        ).astype(np.int8)
        matrix[left, right] = matrix[right, left] = points
        left, right = (place[side] for side in np.divmod(self.corps.barred, len(self.corps)))
        inside = (left >= 0) & (right >= 0)
        matrix[left[inside], right[inside]] = matrix[right[inside], left[inside]] = FORBIDDEN


def novelty(days_since: Keys) -> Points:
    """20 for those who never met, else 20 less a penalty of 60 that halves every 60 days."""
    longest = int(days_since.max(initial=0))
    penalty = np.floor(WORN * 0.5 ** (np.arange(longest + 1) / HALF_LIFE_DAYS) + 0.5).astype(np.int32)
    points: Points = np.where(days_since == NEVER, NEW, NEW - penalty[np.maximum(days_since, 0)]).astype(np.int32)
    return points


def _shared(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> Points:
    """How many themes the bit sets left[k] and right[k] have in common, as far as they count."""
    shared = np.bitwise_count(left & right).sum(axis=-1, dtype=np.int32)
    return np.minimum(shared, THEMES_COUNTED)


def _shared_grid(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    """The same for every one of `left` with every one of `right`."""
    grid = np.zeros((len(left), len(right)), dtype=np.uint8)
    for word in range(left.shape[1]):
        grid += np.bitwise_count(left[:, word][:, None] & right[:, word][None, :])
        np.minimum(grid, THEMES_COUNTED, out=grid)
    return grid
