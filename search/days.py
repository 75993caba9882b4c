"""The day that somebody means who looks for a time for sparring "i morgen": documents name it by its date."""

from __future__ import annotations

import re
from datetime import date, timedelta

# Only beside a word of booking: "en vred borger i morgen" is about the borger.
_OF_BOOKING = re.compile(
    r"\b(?:spar|spare|sparre|sparring\w*|tid|tider|tidspunkt\w*|ledig\w*|book\w*)\b", re.IGNORECASE
)
_DAYS_FROM_NOW = {"dag": 0, "morgen": 1, "overmorgen": 2}
_NAMED = re.compile(r"\bi ?(dag|morgen|overmorgen)\b", re.IGNORECASE)


def named_day(text: str, today: date) -> date | None:
    """The day that a query for a time names by its distance, if it does."""
    named = _NAMED.search(text)
    if named is None or not _OF_BOOKING.search(text):
        return None
    return today + timedelta(days=_DAYS_FROM_NOW[named[1].lower()])


def with_day(text: str, spelled_out: str) -> str:
    """The query with the day in other words."""
    return _NAMED.sub(spelled_out, text, count=1)
