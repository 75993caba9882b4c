"""Which pairs are worth a look: a sparse graph in the place of all pairs.

The best partners of everybody are the same popular few, and a graph of those leaves many without anybody. So a partner
is judged by the score less a price for their popularity: what only some others score more than with that partner.
What the graph still lacks is told by the prices of its solution, and added.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .corps import FORBIDDEN, Mask, Rows, Small, pair_keys

Prices = npt.NDArray[np.int64]

BLOCK = 256
POPULAR_SHARE = 20  # a price is what one in so many scores more than
OUT_OF_REACH = -1_000  # below any score less any price
MOST_MISSING = 12  # pairs added for one person at a time
HIGHEST = 15_000  # above four scores, and the sum of two still is a number of sixteen bits


def popularity(matrix: Small) -> npt.NDArray[np.int16]:
    """The price of each of n people: the score that one in POPULAR_SHARE of the others exceeds with them."""
    size = len(matrix)
    place = size - max(1, size // POPULAR_SHARE)
    price = np.empty(size, dtype=np.int16)
    for start in range(0, size, BLOCK):
        price[start : start + BLOCK] = np.partition(matrix[start : start + BLOCK], place, axis=1)[:, place]
    return price


def promising_pairs(matrix: Small, count: int, meet: Mask | None = None) -> tuple[Rows, Rows]:
    """For each person the `count` best partners by score less price; each pair once, with left < right.

    `meet` (n, days) tells who can come when: pairs without a day in common are none.
    """
    size = len(matrix)
    count = min(count, size - 1)
    if count < 1:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    price = popularity(matrix)
    days = None if meet is None else np.packbits(meet, axis=1)
    keys = []
    for start in range(0, size, BLOCK):
        worth = matrix[start : start + BLOCK] - price
        worth[matrix[start : start + BLOCK] == FORBIDDEN] = OUT_OF_REACH
        if days is not None:
            worth[~_share_a_day(days[start : start + BLOCK], days)] = OUT_OF_REACH
        least = np.partition(worth, size - count, axis=1)[:, size - count]
        rows, columns = _places(worth >= np.maximum(least, OUT_OF_REACH + 1)[:, None])
        # Of those who are worth the same, the next ones after oneself: else all would have the same few.
        order = np.lexsort(((columns - rows - start) % size, -worth[rows, columns], rows))
        rows, columns = rows[order], columns[order]
        few = _rank_in_row(rows, len(worth)) < count
        keys.append(pair_keys(rows[few] + start, columns[few], size))
    return _pairs(np.unique(np.concatenate(keys)), size)


def missing_pairs(matrix: Small, rows: Rows, price: Prices) -> tuple[tuple[Rows, Rows], Prices]:
    """Pairs of `rows` of which four times the score exceeds the sum of their prices (rows,), and by how much at most.

    For each person the MOST_MISSING next ones after their own row; the second array (rows,) is 0 where there is none.
    """
    size = len(matrix)
    keys = [np.empty(0, dtype=np.int64)]
    exceeded = np.zeros(len(rows), dtype=np.int64)
    # Beyond what sixteen bits hold a price is above or below every score all the same.
    own = price.clip(-HIGHEST, HIGHEST).astype(np.int16)
    for start in range(0, len(rows), BLOCK):
        some = rows[start : start + BLOCK]
        scores = matrix[some] if len(rows) == size else matrix[np.ix_(some, rows)]
        worth = scores.astype(np.int16)
        worth *= 4
        worth -= own
        exceeds = worth > own[start : start + BLOCK, None]
        exceeds &= scores != FORBIDDEN
        left, right = _places(exceeds)
        np.maximum.at(exceeded, start + left, worth[left, right].astype(np.int64) - own[start + left])
        order = np.lexsort(((rows[right] - some[left]) % size, left))
        left, right = left[order], right[order]
        few = _rank_in_row(left, len(some)) < MOST_MISSING
        keys.append(pair_keys(some[left[few]], rows[right[few]], size))
    return _pairs(np.unique(np.concatenate(keys)), size), exceeded


def united(one: tuple[Rows, Rows], other: tuple[Rows, Rows], size: int) -> tuple[Rows, Rows]:
    return _pairs(np.union1d(pair_keys(*one, size), pair_keys(*other, size)), size)


def _places(mask: Mask) -> tuple[Rows, Rows]:
    """Rows and columns of what is true; several times quicker than asking for both at once."""
    rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])
    return rows, columns


def _rank_in_row(rows: Rows, number: int) -> Rows:
    """The how-manieth of its row each entry is; `rows` are sorted."""
    return np.arange(len(rows)) - np.searchsorted(rows, np.arange(number))[rows]


def _share_a_day(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> Mask:
    share = np.zeros((len(left), len(right)), dtype=bool)
    for byte in range(left.shape[1]):
        share |= (left[:, byte][:, None] & right[:, byte][None, :]) != 0
    return share


def _pairs(keys: npt.NDArray[np.int64], size: int) -> tuple[Rows, Rows]:
    left, right = np.divmod(keys, size)
    return left.astype(np.intp), right.astype(np.intp)
