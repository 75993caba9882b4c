"""When there is sparring: working days, the instants of a fixed time, and who is available. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Series(Protocol):
    """A fixed sparring time, as `sparring.models.SlotSeries` is one."""

    starts_at: time
    minutes: int

    def runs_on(self, day: date) -> bool: ...


class Window(Protocol):
    """A weekly time in which somebody can be asked, in local time."""

    weekday: int
    starts_at: time
    ends_at: time


class Absence(Protocol):
    """Days, both included, on which somebody is not asked."""

    from_on: date
    until_on: date


@lru_cache(maxsize=16)
def public_holidays(year: int) -> frozenset[date]:
    """The Danish public holidays (helligdage) of a year. Days that are only customary belong to the closing days."""
    return frozenset(holidays.country_holidays("DK", years=year))


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def slot_times(
    series: Series, *, first: date, last: date, closing_days: Collection[date]
) -> list[tuple[datetime, datetime]]:
    """Start and end of each slot that a series has from `first` to `last`, both included."""
    starts = [
        local_instant(day, series.starts_at)
        for day in days_between(first, last)
        if series.runs_on(day) and day not in closing_days and day not in public_holidays(day.year)
    ]
    return [(start, start + timedelta(minutes=series.minutes)) for start in starts]


def local_instant(day: date, hour: time) -> datetime:
    """The instant, in UTC, at which the clocks in Denmark show this hour on this day.

    An hour that the spring change skips is the instant that it would have been, shown an hour later; of one that the
    autumn change repeats it is the first.
    """
    return datetime.combine(day, hour, COPENHAGEN).astimezone(UTC)


def local_day(instant: datetime) -> date:
    return instant.astimezone(COPENHAGEN).date()


def is_available(
    windows: Iterable[Window], absences: Iterable[Absence], *, starts_at: datetime, ends_at: datetime
) -> bool:
    """Whether one window holds the whole time, and no absence its day."""
    start, end = starts_at.astimezone(COPENHAGEN), ends_at.astimezone(COPENHAGEN)
    day = start.date()
    if any(absence.from_on <= day <= absence.until_on for absence in absences):
        return False
    return any(
        window.weekday == day.weekday() and window.starts_at <= start.time() and end.time() <= window.ends_at
        for window in windows
        if end.date() == day
    )


def pages_of_days(rows_on: Sequence[tuple[date, int]], *, most: int) -> list[list[date]]:
    """Share days, given with their number of rows, out on pages of at most `most` rows. A day is never cut in two."""
    pages: list[list[date]] = []
    room = 0
    for day, rows in rows_on:
        if not pages or rows > room:
            pages.append([])
            room = most
        pages[-1].append(day)
        room -= rows
    return pages
