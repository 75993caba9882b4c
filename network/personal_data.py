"""Finding what must not be written down: Danish civil registration numbers (CPR)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What a service says. A form also shows the number (`cpr_error`); an exception that may be logged must not hold it.
CPR_REFUSED = _("This looks like a CPR number. Take it out; your text is still here, and nothing has been stored.")

# The ways people write six digits of birth and four of serial. They are read after `_plain`: every digit is 0-9, every
# dash "-", every space within a line " ". The sign inside the date is the same both times, so that groups of digits
# which are no date (accounts, phone numbers) stay outside.
_DAY_AND_MONTH = r"(?P<day>\d\d)(?P<sign> ?[-./_]? ?)(?P<month>\d\d)(?P=sign)"
_WRITTEN_AS = (
    # 010190-1234, 0101901234, 01.01.90 1234; letters in the serial make it a replacement number of the health service
    re.compile(
        rf"(?<!\d){_DAY_AND_MONTH}(?P<year>\d\d)(?:(?: ?- ?|[./_]| {{0,2}})\d{{4}}|-?\d[A-Z]{{2}}\d)(?!\d)",
        re.IGNORECASE,
    ),
    # 01011990-1234
    re.compile(rf"(?<!\d){_DAY_AND_MONTH}(?P<year>(?:18|19|20)\d\d) ?- ?\d{{4}}(?!\d)"),
    # 01 01 90 12 34, and not the middle of two phone numbers
    re.compile(r"(?<!\d)(?<!\d )(?P<day>\d\d) (?P<month>\d\d) (?P<year>\d\d) \d\d \d\d(?! ?\d)"),
)
# A year in front makes it a case number, 2026-010190-1234.
_CASE_NUMBER = re.compile(r"\b(?:19|20)\d\d[-/]$")
# Ten digits in a row are also a production unit, an account or a phone number, if what stands in front says so. A "pnr"
# without the hyphen is a personnummer.
_OTHER_NUMBER = re.compile(
    r"(?:\+|\b(?:p-nr|p-nummer|ean|kontonr|kontonummer|fakturanr|fakturanummer|tlf|telefon|mobil)[.:]{0,2} ?)$",
    re.IGNORECASE,
)
_LONGEST_WORD_IN_FRONT = 20
_SAME_SIGN = {"\N{MINUS SIGN}": "-", "\N{DIVISION SLASH}": "/", "\N{FRACTION SLASH}": "/", "\N{MIDDLE DOT}": "."}
_LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def find_cpr_numbers(text: str) -> list[str]:
    """The parts of `text` that read as a CPR number, as they are written there, in their order.

    A number is a day, month and year followed by a serial. Replacement numbers (erstatningspersonnumre) count too. The
    check digit is not asked for: numbers given since 2007 do not always satisfy it. In doubt it is a CPR number: a
    false alarm costs a moment, a missed number cannot be taken back.
    """
    plain, positions = _plain(text)
    spans = {
        match.span()
        for pattern in _WRITTEN_AS
        for match in pattern.finditer(plain)
        if _is_birthday(match) and not _is_another_number(match, plain)
    }
    return [text[positions[start] : positions[end - 1] + 1] for start, end in sorted(spans)]


def cpr_error(number: str) -> ValidationError:
    """What a form says of a field that holds a CPR number, with the number, so that it can be found in a long text."""
    return ValidationError(
        _(
            "This looks like a CPR number: %(number)s. Take it out before you save. "
            "Nothing has been stored, and your text is still here."
        ),
        params={"number": number},
        code="cpr",
    )


def refuse_cpr_numbers(text: str) -> None:
    """A validator for the fields of forms."""
    if found := find_cpr_numbers(text):
        raise cpr_error(found[0])


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with one sign for all signs that look alike and without invisible ones, and where each sign stood."""
    signs: list[str] = []
    positions: list[int] = []
    for position, sign in enumerate(text):
        plain = _plain_sign(sign)
        if plain:
            signs.append(plain)
            positions.append(position)
    return "".join(signs), positions


def _plain_sign(sign: str) -> str:
    if sign.isascii() and sign.isprintable():
        return sign
    if sign.isspace():
        return "\n" if sign in _LINE_BREAKS else " "
    category = unicodedata.category(sign)
    if category in {"Cf", "Mn", "Me"}:  # zero-width and soft hyphens, marks on top of a digit
        return ""
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    normal = unicodedata.normalize("NFKC", sign)
    return _SAME_SIGN.get(sign, normal if len(normal) == 1 else sign)


def _is_birthday(match: re.Match[str]) -> bool:
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if day > 60:  # noqa: PLR2004  replacement numbers add 60 to the day
        day -= 60
    try:
        date(year if len(match["year"]) > len("yy") else 2000 + year, month, day)
    except ValueError:
        return False
    return True


def _is_another_number(match: re.Match[str], plain: str) -> bool:
    in_front = plain[max(0, match.start() - _LONGEST_WORD_IN_FRONT) : match.start()]
    if _CASE_NUMBER.search(in_front):
        return True
    return match[0].isdecimal() and _OTHER_NUMBER.search(in_front) is not None
