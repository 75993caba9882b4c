"""Short lists: what a page shows of something there may be much of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ShortList:
    """The first rows of a list and how many there are in all."""

    rows: Sequence[Any] = ()
    total: int = 0

    @property
    def left_out(self) -> int:
        return self.total - len(self.rows)


def short_list(rows: Sequence[Any]) -> ShortList:
    """Of rows that each carry the `total` of the list they were taken from."""
    return ShortList(rows, rows[0].total) if rows else ShortList()
