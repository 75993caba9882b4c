from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest

from sparring import timetable
from sparring.timetable import COPENHAGEN, is_available, local_instant, pages_of_days, public_holidays, slot_times

MONDAY = date(2027, 3, 1)


@dataclass
class Series:
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    starts_at: time = time(9, 30)
    minutes: int = 30

    def runs_on(self, day):
        return day.weekday() in self.weekdays


@dataclass
class Window:
    weekday: int = 0
    starts_at: time = time(9)
    ends_at: time = time(12)


@dataclass
class Absence:
    from_on: date
    until_on: date


def days_of(series, first, last, closing_days=()):
    times = slot_times(series, first=first, last=last, closing_days=closing_days)
    return [start.astimezone(COPENHAGEN).date() for start, _ in times]


def available(windows, absences=(), start=(9, 30), minutes=30):
    starts_at = datetime(2027, 3, 1, *start, tzinfo=COPENHAGEN)
    return is_available(windows, absences, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))


def test_slots_are_on_the_weekdays_of_their_series():
    week = days_of(Series(weekdays=(0, 3)), MONDAY, MONDAY + timedelta(days=6))
    assert week == [MONDAY, date(2027, 3, 4)]


def test_first_and_last_day_are_both_included():
    assert days_of(Series(), MONDAY, MONDAY) == [MONDAY]


def test_easter_and_christmas_have_no_slots():
    # In 2027 Maundy Thursday is 25 March and Easter Monday 29 March.
    assert days_of(Series(), date(2027, 3, 24), date(2027, 3, 30)) == [date(2027, 3, 24), date(2027, 3, 30)]
    assert days_of(Series(), date(2026, 12, 24), date(2026, 12, 28)) == [date(2026, 12, 24), date(2026, 12, 28)]


def test_great_prayer_day_is_a_working_day_since_2024():
    assert date(2023, 5, 5) in public_holidays(2023)
    assert date(2024, 4, 26) not in public_holidays(2024)


def test_closing_days_have_no_slots():
    assert days_of(Series(), MONDAY, MONDAY + timedelta(days=1), {MONDAY}) == [date(2027, 3, 2)]


@pytest.mark.parametrize(
    ("before", "after", "utc_before", "utc_after"),
    [
        (date(2027, 3, 26), date(2027, 3, 30), 8, 7),  # the clocks go forward on 28 March 2027
        (date(2027, 10, 29), date(2027, 11, 1), 7, 8),  # and back on 31 October
    ],
)
def test_slots_keep_their_local_hour_when_clocks_change(before, after, utc_before, utc_after):
    assert local_instant(before, time(9, 30)) == datetime(
        before.year, before.month, before.day, utc_before, 30, tzinfo=UTC
    )
    assert local_instant(after, time(9, 30)) == datetime(after.year, after.month, after.day, utc_after, 30, tzinfo=UTC)


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_slot_lasts_its_minutes_across_the_change_of_clocks(change):
    sunday = Series(weekdays=(6,), starts_at=time(1, 45))
    [(start, end)] = slot_times(sunday, first=change, last=change, closing_days=())
    assert end - start == timedelta(minutes=30)


def test_skipped_hour_is_shown_an_hour_later():
    instant = local_instant(date(2026, 3, 29), time(2, 30))
    assert instant.astimezone(COPENHAGEN).time() == time(3, 30)


def test_repeated_hour_is_the_first_of_the_two():
    assert local_instant(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_holidays_of_a_year_are_computed_once(monkeypatch):
    asked = []
    monkeypatch.setattr(holidays, "country_holidays", lambda code, years: asked.append(years) or {})
    public_holidays.cache_clear()
    slot_times(Series(), first=date(2031, 1, 1), last=date(2031, 12, 31), closing_days=())
    public_holidays.cache_clear()
    assert asked == [2031]


def test_somebody_is_available_when_one_window_holds_the_whole_time():
    assert available([Window()])
    assert available([Window(starts_at=time(9, 30), ends_at=time(10))])
    assert not available([Window(ends_at=time(9, 45))])
    assert not available([Window(starts_at=time(9, 45))])
    assert not available([Window(weekday=1)])
    assert not available([])


def test_time_across_midnight_is_in_no_window():
    assert not available([Window(starts_at=time(0), ends_at=time(23, 59))], start=(23, 45))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(-1, 1, False), (0, 0, False), (0, 5, False), (-5, 0, False), (-5, -1, True), (1, 5, True)],
)
def test_pause_covers_its_first_and_last_day(first, last, expected):
    pause = Absence(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))
    assert available([Window()], [pause]) is expected


def test_local_day_is_the_danish_one():
    assert timetable.local_day(datetime(2027, 3, 1, 23, 30, tzinfo=UTC)) == date(2027, 3, 2)


@pytest.mark.parametrize(
    ("rows", "pages"),
    [
        ([], []),
        ([3], [[0]]),
        ([3, 7, 1], [[0, 1], [2]]),
        ([30, 1], [[0], [1]]),
        ([1, 30, 10], [[0], [1], [2]]),
        ([10, 10], [[0], [1]]),
    ],
)
def test_days_are_shared_out_on_pages_uncut(rows, pages):
    days = [MONDAY + timedelta(days=number) for number in range(len(rows))]
    shared = pages_of_days(list(zip(days, rows, strict=True)), most=10)
    assert shared == [[days[number] for number in page] for page in pages]
