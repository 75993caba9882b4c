"""Bytes into rows: the shapes that Excel and staff systems write, and what is turned away."""

import contextlib
import json

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from network.people_import.reading import MAX_BYTES, MAX_ROWS, Column, Row, Table, UnreadableFileError, read_table

HEADINGS = "medarbejdernr;navn;e-mail;afdeling"
SOREN = {
    Column.EMPLOYEE_NUMBER: "E1",
    Column.NAME: "Søren Ærø",
    Column.EMAIL: "soeren@egeby.example",
    Column.UNIT: "Pårørende",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_read_table_reads_what_excel_writes(encoding, separator, line_end):
    lines = [HEADINGS, "E1;Søren Ærø;soeren@egeby.example;Pårørende", ""]

    table = read_table(line_end.join(lines).replace(";", separator).encode(encoding))

    assert table.rows == (Row(2, SOREN),)


def test_read_table_reads_decomposed_letters_of_a_mac():
    table = read_table("navn;e-mail;afdeling\nA\u030age Berg;aage@egeby.example;byg".encode())

    assert table.rows[0].cells[Column.NAME] == "Åge Berg"


def test_read_table_reads_the_separator_that_excel_states():
    table = read_table(f"sep=|\r\n{HEADINGS}\r\nE1;x;y;z".replace(";", "|").encode())

    assert (table.rows[0].line, table.rows[0].cells[Column.NAME]) == (3, "x")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Medarbejder nr.", Column.EMPLOYEE_NUMBER),
        ("MEDARBEJDERNUMMER", Column.EMPLOYEE_NUMBER),
        ("Nærmeste  leder ", Column.LINE_MANAGER),
        ("naermeste_leder", Column.LINE_MANAGER),
        ("Telefonnummer", Column.PHONE),
        ("Stilling", Column.JOB_TITLE),
        ("Arbejdssted", Column.WORKPLACE),
        ("Anciennitet", Column.SENIORITY),
    ],
)
def test_read_table_knows_headings_by_other_spellings(heading, column):
    table = read_table(f"Navn;E-Mail;AFDELING;{heading}\na;b;c;d".encode())

    assert table.rows[0].cells[column] == "d"


def test_read_table_takes_columns_in_any_order_and_names_those_it_ignores():
    table = read_table(b"afdeling;bilnr;email;navn\nbyg;7;a@b.dk;Anna")

    assert table.ignored == ("bilnr",)
    assert table.rows[0].cells == {Column.NAME: "Anna", Column.EMAIL: "a@b.dk", Column.UNIT: "byg"}


def test_read_table_counts_lines_of_the_file_through_quotes_and_empty_lines():
    content = 'navn;e-mail;afdeling\n\n"Anna\nBech";a@b.dk;"byg; og ""plan"""\n;;\n\nBo;b@b.dk;byg\n'

    rows = read_table(content.encode()).rows

    assert [row.line for row in rows] == [3, 7]
    assert (rows[0].cells[Column.NAME], rows[0].cells[Column.UNIT]) == ("Anna Bech", 'byg; og "plan"')


def test_read_table_bears_trailing_separators_and_short_rows():
    rows = read_table(b"navn;e-mail;afdeling;titel;;\nAnna;a@b.dk;byg;x;;;;\nBo;b@b.dk").rows

    assert [row.is_too_long for row in rows] == [False, False]
    assert rows[1].cells[Column.UNIT] == ""


def test_read_table_marks_a_row_with_more_cells_than_headings():
    assert read_table(b"navn;e-mail;afdeling\nAnna;a@b.dk;byg;x").rows[0].is_too_long


def test_read_table_empties_cells_with_a_cpr_number_in_any_column():
    content = "navn;e-mail;afdeling;bil\nAnna 010190-1234;a@b.dk;byg;0101901234\nBo;b@b.dk;byg;;010190-1234"

    table = read_table(content.encode())

    assert next(row.cpr_in for row in table.rows) == ("navn", "bil")
    assert len(table.rows[1].cpr_in) == 1
    assert "1234" not in json.dumps(table.as_json())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (
            b"PK\x03\x04rest of a workbook",
            "This is an Excel workbook. Open it in Excel, choose “Save as”, and then “CSV",
        ),
        (b"\xd0\xcf\x11\xe0old workbook", "This is an Excel workbook."),
        (b"navn;e-mail;afdeling\nAn\x00na;a@b.dk;byg", "The file holds characters that do not belong in a text file."),
        (b"navn\x81;e-mail;afdeling", "The file holds characters that do not belong in a text file."),
        ("navn;e-mail;afdeling\nSøren;a@b.dk;".encode() + b"bl\xe5", "The file mixes two character sets"),
        (b"Anna;a@b.dk;byg\nBo;b@b.dk;byg", "The first line must hold headings"),
        (b"navn;titel\nAnna;x", "These columns are missing: e-mail, afdeling."),
        (b"navn;e-mail;mail;afdeling\nAnna;a;b;c", "The column “e-mail” is there twice."),
        (b"navn;e-mail;afdeling\n;;\n", "The file has headings, but no people below them."),
        (b'navn;e-mail;afdeling\nBo;b@b.dk;byg\n"Anna;a@b.dk;byg\n', "Line 3: a quotation mark is not closed"),
        (b"navn;e-mail;010190-1234\nAnna;a;b", "There is a CPR number in the first line."),
        (b"navn;e-mail;afdeling\n" + b"x" * 140_000 + b";a;b", "Line 2: a quotation mark is not closed"),
        (b"x" * (MAX_BYTES + 1), "The file is larger than 5 MB."),
        (b"navn;e-mail;afdeling\n" + b"a;b;c\n" * (MAX_ROWS + 1), "The file has more than 20,000 rows."),
        (b"sep=\r\r\nnavn", "These columns are missing: e-mail, afdeling."),
    ],
    ids=range(17),
)
def test_read_table_refuses_in_a_sentence(content, sentence):
    with translation.override("en"), pytest.raises(UnreadableFileError) as error:
        read_table(content)

    assert str(error.value).startswith(sentence)
    assert "1234" not in str(error.value)


def test_table_survives_being_kept():
    table = read_table(b"navn;e-mail;afdeling;x\nAnna 010190-1234;a@b.dk;byg;;y\nBo;b@b.dk;byg")

    assert Table.from_json(json.loads(json.dumps(table.as_json()))) == table


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b'sep="\n"')
@example(b'navn;e-mail;afdeling\n\r"')
def test_read_table_raises_nothing_but_its_own_error(content):
    with contextlib.suppress(UnreadableFileError):
        read_table(content)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_read_table_raises_nothing_but_its_own_error_below_good_headings(text):
    with contextlib.suppress(UnreadableFileError):
        read_table(f"{HEADINGS}\n{text}".encode())
