"""From the bytes that somebody hands in to rows of cells. Knows neither people nor the database.

A CPR number never gets further than this module: its cell is emptied, and the row only remembers where it was.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from network.personal_data import find_cpr_numbers

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
SEPARATORS = ";,\t|"
EXCEL_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .xls
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UTF8_READ_AS_WINDOWS = re.compile("Ã[¦¸¥†˜…]")  # æ ø å Æ Ø Å
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\r?\n', re.IGNORECASE)  # Excel's own note about the separator


class UnreadableFileError(Exception):
    """The file as a whole cannot be used. The message says why, for the person who chose it."""


class Column(StrEnum):
    """The columns of the file, each by the heading that it has in Danish staff lists."""

    EMPLOYEE_NUMBER = "medarbejdernr"
    NAME = "navn"
    EMAIL = "e-mail"
    UNIT = "afdeling"
    JOB_TITLE = "titel"
    LINE_MANAGER = "nærmeste leder"
    SENIORITY = "anciennitet"
    WORKPLACE = "lokation"
    PHONE = "telefon"


REQUIRED = (Column.NAME, Column.EMAIL, Column.UNIT)
OTHER_SPELLINGS = {
    "medarbejdernummer": Column.EMPLOYEE_NUMBER,
    "mail": Column.EMAIL,
    "emailadresse": Column.EMAIL,
    "mailadresse": Column.EMAIL,
    "enhed": Column.UNIT,
    "stilling": Column.JOB_TITLE,
    "stillingsbetegnelse": Column.JOB_TITLE,
    "leder": Column.LINE_MANAGER,
    "naermesteleder": Column.LINE_MANAGER,
    "arbejdssted": Column.WORKPLACE,
    "telefonnr": Column.PHONE,
    "telefonnummer": Column.PHONE,
    "tlf": Column.PHONE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person's row. `line` is where it begins in the file, counted from 1 with the headings."""

    line: int
    cells: dict[Column, str]
    cpr_in: tuple[str, ...] = ()  # headings of the cells that held a CPR number
    is_too_long: bool = False  # has more filled cells than there are headings


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]  # headings that mean nothing to us
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        rows = [[row.line, list(row.cells.values()), row.cpr_in, row.is_too_long] for row in self.rows]
        return {"columns": self.columns, "ignored": self.ignored, "rows": rows}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Table:
        columns = tuple(Column(column) for column in data["columns"])
        rows = tuple(
            Row(line, dict(zip(columns, cells, strict=True)), tuple(cpr_in), is_too_long)
            for line, cells, cpr_in, is_too_long in data["rows"]
        )
        return cls(columns, tuple(data["ignored"]), rows)


def read_table(content: bytes) -> Table:
    """The rows of a CSV file in any of the shapes that Danish Excel writes. Raises UnreadableFileError."""
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(
            _("The file is larger than 5 MB. Split it, or leave out columns that are not needed.")
        )
    text = _decode(content)
    if not text.strip():
        raise UnreadableFileError(_("The file is empty."))
    if stated := SEPARATOR_LINE.match(text):
        return _read(text[stated.end() :], stated.group(1), lines_before=1)
    return _read(text, _separator_of(text), lines_before=0)


def _decode(content: bytes) -> str:
    if content.startswith(EXCEL_SIGNATURES):
        raise UnreadableFileError(
            _("This is an Excel workbook. Open it in Excel, choose “Save as”, and then “CSV (semicolon separated)”.")
        )
    try:
        text = content.decode("utf-16" if content.startswith(UTF16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        text = _decode_windows(content)
    if CONTROL_CHARACTERS.search(text):
        raise _not_text()
    return unicodedata.normalize("NFC", text)


def _decode_windows(content: bytes) -> str:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _not_text() from None
    if UTF8_READ_AS_WINDOWS.search(text):
        raise UnreadableFileError(
            _("The file mixes two character sets, so æ, ø and å cannot be read. Save it again as “CSV UTF-8”.")
        )
    return text


def _not_text() -> UnreadableFileError:
    return UnreadableFileError(
        _("The file holds characters that do not belong in a text file. Save it again as “CSV UTF-8”.")
    )


def _separator_of(text: str) -> str:
    """The separator with which the first line holds most headings that we know."""
    return max(SEPARATORS, key=lambda separator: len(_known(_first_record(text, separator))))


def _first_record(text: str, separator: str) -> list[str]:
    try:
        return next((cells for line, cells in _records(text, separator) if any(cells)), [])
    except UnreadableFileError:
        return []


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line on which it begins; a quoted cell may hold line breaks."""
    lines = io.StringIO(text, newline="")
    try:
        reader = csv.reader(lines, delimiter=separator, strict=True)
    except (TypeError, ValueError):  # what a “sep=” line may not ask for
        raise _no_headings() from None
    line = 1
    try:
        for cells in reader:
            yield line, [_clean(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise UnreadableFileError(
            _("Line %(line)s: a quotation mark is not closed as it should be, or a cell is far too long.")
            % {"line": line}
        ) from None


def _clean(cell: str) -> str:
    return " ".join(cell.translate(INVISIBLE).split())


def _read(text: str, separator: str, *, lines_before: int) -> Table:
    records = ((line + lines_before, cells) for line, cells in _records(text, separator) if any(cells))
    headings = next(records, (0, []))[1]
    while headings and not headings[-1]:  # trailing separators
        headings.pop()
    columns = _columns(headings)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) == MAX_ROWS:
            raise UnreadableFileError(_("The file has more than 20,000 rows. Split it into several files."))
        rows.append(_row(line, cells, headings, columns))
    if not rows:
        raise UnreadableFileError(_("The file has headings, but no people below them."))
    ignored = tuple(heading for heading in headings if heading and _column(heading) is None)
    return Table(tuple(columns), ignored, tuple(rows))


def _columns(headings: list[str]) -> dict[Column, int]:
    """Where each column stands."""
    if any(find_cpr_numbers(heading) for heading in headings):
        raise UnreadableFileError(_("There is a CPR number in the first line. Remove it, and choose the file again."))
    known = _known(headings)
    if not known:
        raise _no_headings()
    twice = [column for column in Column if known.count(column) > 1]
    if twice:
        raise UnreadableFileError(_("The column “%(column)s” is there twice.") % {"column": twice[0]})
    missing = [column for column in REQUIRED if column not in known]
    if missing:
        raise UnreadableFileError(_("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)})
    places = {_column(heading): place for place, heading in enumerate(headings)}
    return {column: places[column] for column in Column if column in places}


def _no_headings() -> UnreadableFileError:
    return UnreadableFileError(
        _("The first line must hold headings, for example: %(example)s") % {"example": ";".join(Column)}
    )


def _known(headings: list[str]) -> list[Column]:
    return [column for heading in headings if (column := _column(heading))]


def _column(heading: str) -> Column | None:
    letters = "".join(filter(str.isalnum, heading.casefold()))
    return OTHER_SPELLINGS.get(letters) or COLUMNS_BY_LETTERS.get(letters)


COLUMNS_BY_LETTERS = {"".join(filter(str.isalnum, column)): column for column in Column}


def _row(line: int, cells: list[str], headings: list[str], columns: dict[Column, int]) -> Row:
    cpr_in = []
    for place, cell in enumerate(cells):
        if find_cpr_numbers(cell):
            cells[place] = ""
            cpr_in.append((headings[place : place + 1] or [""])[0] or _("column %(number)s") % {"number": place + 1})
    return Row(
        line=line,
        cells={column: cells[place] if place < len(cells) else "" for column, place in columns.items()},
        cpr_in=tuple(cpr_in),
        is_too_long=any(cells[len(headings) :]),
    )
