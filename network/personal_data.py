"""Finding what must not be written down: Danish civil registration numbers (CPR)."""

from __future__ import annotations

import re
from datetime import date

# ddmmyy-xxxx, with or without a hyphen, space or dot between; not part of a longer number.
_CPR = re.compile(r"(?<![\d-])(\d{2})\s?[.\-/]?\s?(\d{2})\s?[.\-/]?\s?(\d{2})\s?[-–—.\s]?\s?(\d{4})(?![\d-])")


def find_cpr_numbers(text: str) -> list[str]:
    """The parts of `text` that read as a CPR number: a valid day, month and year followed by four digits.

    The check digit is not asked for: numbers given since 2007 do not always satisfy it.
    """
    return [match.group(0) for match in _CPR.finditer(text) if _is_date(*match.groups()[:3])]


def _is_date(day: str, month: str, year: str) -> bool:
    # Replacement numbers (erstatnings-CPR) add 60 to the day.
    number = int(day)
    if number > 60:
        number -= 60
    try:
        date(2000 + int(year), int(month), number)
    except ValueError:
        return False
    return True
