"""The weekly times of an ambassador, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from typing import NamedTuple


class Window(NamedTuple):
    """A time of the week in which somebody can be asked. `weekday` is 0 for Monday; sorts as the week runs."""

    weekday: int
    starts_at: time
    ends_at: time

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


def first_overlap(windows: Iterable[Window]) -> tuple[Window, Window] | None:
    """The first two windows that overlap or meet: a sparring across the seam would fit in neither."""
    for one, other in pairwise(sorted(windows)):
        if one.weekday == other.weekday and other.starts_at <= one.ends_at:
            return one, other
    return None
