"""What a query says of the meeting it is for: how long it may take, and how many take part. Offered as filters."""

from __future__ import annotations

import re
from collections.abc import Callable

_NUMBERS = ("en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv")
_WORDS = {word: number for number, word in enumerate(_NUMBERS, start=1)} | {"et": 1, "femten": 15, "tyve": 20}
_NUMBER = rf"(\d{{1,4}}|{'|'.join(_WORDS)})"


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else _WORDS[number]


_MINUTES: tuple[tuple[str, Callable[[str], int]], ...] = (
    (rf"\b{_NUMBER} ?min(?:\.|ut|utter|utters)?(?!\w)", _value),
    (r"\b(kvarter)(?:er|ers)?\b", lambda __: 15),
    (r"\b(halv(?:anden)?) times?\b", lambda half: 30 if half == "halv" else 90),
    (rf"\b{_NUMBER} timer?s?\b", lambda number: 60 * _value(number)),
)
_PEOPLE = r"(?:deltagere?|personer|mennesker|kolleger|medarbejdere|borgere|pårørende|mand|stykker)"
_PARTICIPANTS = rf"\b{_NUMBER} {_PEOPLE}\b|\bvi er {_NUMBER}\b"
MOST = 10_000  # what the form takes


def minutes_in(text: str) -> int | None:
    """How many minutes a query says there are."""
    for pattern, value in _MINUTES:
        if found := re.search(pattern, text, re.IGNORECASE):
            return _sensible(value(found[1].lower()))
    return None


def participants_in(text: str) -> int | None:
    """How many people a query says there are."""
    found = re.search(_PARTICIPANTS, text, re.IGNORECASE)
    return _sensible(_value((found[1] or found[2]).lower())) if found else None


def _sensible(number: int) -> int | None:
    return number if 0 < number <= MOST else None
