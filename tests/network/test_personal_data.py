from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.personal_data import find_cpr_numbers


@pytest.mark.parametrize(
    "number",
    [
        "010190-1234",
        "0101901234",
        "010190 1234",
        "010190  1234",
        "010190 - 1234",
        "010190.1234",
        "010190/1234",
        "010190_1234",
        "01.01.90-1234",
        "01.01.90 1234",
        "01. 01. 90 - 1234",
        "01-01-90-1234",
        "01/01/90-1234",
        "01 01 90-1234",
        "01 01 90 1234",
        "01 01 90 12 34",
        "01011990-1234",
        "01.01.1990-1234",
        "01.01.1990 - 1234",
        "290200-1234",
    ],
)
def test_number_is_found_however_it_is_divided(number):
    assert find_cpr_numbers(f"Borgeren, {number}, ringede.") == [number]


@pytest.mark.parametrize(
    "sign",
    [
        "\N{HYPHEN}",
        "\N{NON-BREAKING HYPHEN}",
        "\N{FIGURE DASH}",
        "\N{EN DASH}",
        "\N{EM DASH}",
        "\N{HORIZONTAL BAR}",
        "\N{MINUS SIGN}",
        "\N{FULLWIDTH HYPHEN-MINUS}",
        "\N{SMALL HYPHEN-MINUS}",
        "\N{SOFT HYPHEN}",
        "\N{NO-BREAK SPACE}",
        "\N{NARROW NO-BREAK SPACE}",
        "\N{THIN SPACE}",
        "\t",
        "\N{ZERO WIDTH SPACE}",
        "\N{ZERO WIDTH JOINER}",
        "\N{WORD JOINER}",
        "\N{ZERO WIDTH NO-BREAK SPACE}",
        "\N{MIDDLE DOT}",
        "\N{FULLWIDTH FULL STOP}",
        "\N{FRACTION SLASH}",
        "\N{FULLWIDTH SOLIDUS}",
    ],
)
def test_number_is_found_with_any_sign_that_looks_like_a_divider(sign):
    assert find_cpr_numbers(f"cpr 010190{sign}1234") == [f"010190{sign}1234"]


@pytest.mark.parametrize(
    "digits", ["０１０１９０-１２３４", "٠١٠١٩٠-١٢٣٤", "𝟎𝟏𝟎𝟏𝟗𝟎-𝟏𝟐𝟑𝟒", "0\u200b1\u200b0190-12\u200d34"]
)
def test_number_is_found_in_digits_of_any_width_or_script(digits):
    assert find_cpr_numbers(digits) == [digits]


@pytest.mark.parametrize("number", ["610190-1234", "910190-1234", "0203291WQ3", "310105-7jc9"])
def test_replacement_number_is_found(number):
    assert find_cpr_numbers(number) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "cpr-010190-1234",
        "CPR010190-1234",
        "(010190-1234)",
        "010190-1234.",
        "pnr.0101901234",
        "A010190-1234B",
        "1. 010190-1234",
        "Sagsnr. 010190-1234",
        "tlf. 010190-1234",
        "https://egeby.example/?cpr=0101901234&a=1",
    ],
)
def test_number_is_found_whatever_stands_around_it(text):
    assert len(find_cpr_numbers(text)) == 1


@pytest.mark.parametrize("between", [" og ", ", ", "/", "-", "\n", " "])
def test_both_of_two_numbers_are_found(between):
    assert find_cpr_numbers(f"010190-1234{between}020290-2345") == ["010190-1234", "020290-2345"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ring på 12 34 56 78 eller 12345678.",
        "Ring på +45 12 34 56 78, 0045 12345678 eller 4512345678.",
        "20 11 12 13 20 11 12 14",
        "Ring på +31 10901234 eller +3110901234.",
        "Vi ses 01.03.2027 kl. 14.00.",
        "Vi ses 01.03.2027 14:00-15:30 og 02-03-2027 9.30.",
        "Vi ses 01.03.27 14.00 eller d. 010327 kl. 1400.",
        "2027-03-01 1400",
        "2027-03-01T14:00:00.123456",
        "Fra 01.03.27-31.03.27 og 010327-310327 og 01.03.2027 - 31.03.2027.",
        "Der kom nogle den 01.03.27.\n1400 var hjemme.",
        "Vi mødtes den 01.03.27, 1400 var inviteret.",
        "Sagsnr. 2026-010190-1234, 24/12345, S2026-004511 og KLE 01.02.03-G01-12-24",
        "27.00.00-A00-1-24",
        "EAN 5790001234567 og CVR 12345678",
        "P-nummer: 1003386531",
        "Kontonr. 1202116243 og faktura 20260101-01",
        "IBAN DK50 0040 0440 1162 43",
        "320190-1234, 011390-1234, 290201-1234 og 920190-1234 er ingen fødselsdage.",
        "010190-12345 og 9010190-1234 er for lange; 010190-123 er for kort.",
        "010190-XXXX",
        "1.234.567.890 kr.",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    ],
)
def test_other_numbers_raise_no_alarm(text):
    assert find_cpr_numbers(text) == []


birthdays = st.dates(min_value=date(1900, 1, 1), max_value=date(2057, 12, 31))
words = st.text(alphabet="abcdghijknoprsuvyæøå ,.!?\n", max_size=60)  # too few letters to spell out another number


@given(words, birthdays, st.integers(0, 9999), st.sampled_from(["", "-", " ", "\N{EN DASH}", " - "]), words)
def test_any_birthday_with_any_serial_is_found_in_any_words(before, birthday, serial, divider, after):
    number = f"{birthday:%d%m%y}{divider}{serial:04}"
    assert find_cpr_numbers(before + number + after) == [number]


@given(words, birthdays, st.times(), st.sampled_from(["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m %Y"]), words)
def test_no_date_with_a_time_raises_an_alarm(before, day, at, form, after):
    assert find_cpr_numbers(f"{before} {day.strftime(form)} kl. {at:%H.%M} {after}") == []
    assert find_cpr_numbers(f"{before} {day.strftime(form)} {at:%H:%M} {after}") == []


@given(words, st.integers(10_00_00_00, 99_99_99_99), words)
def test_no_phone_number_raises_an_alarm(before, number, after):
    pairs = f"{number:_}".replace("_", "")
    grouped = " ".join(pairs[start : start + 2] for start in range(0, 8, 2))
    assert find_cpr_numbers(f"{before} {number}, {grouped} og +45 {grouped} {after}") == []


@given(st.text(max_size=200))
def test_what_is_found_stands_in_the_text(text):
    assert all(number in text for number in find_cpr_numbers(text))


@given(st.integers(61, 91), st.integers(1, 12), st.integers(0, 99), st.integers(0, 9999))
def test_replacement_days_follow_the_calendar(day, month, year, serial):
    number = f"{day}{month:02}{year:02}-{serial:04}"
    try:
        date(2000 + year, month, day - 60)
    except ValueError:
        assert find_cpr_numbers(number) == []
    else:
        assert find_cpr_numbers(number) == [number]


def test_a_long_text_is_read_in_a_moment():
    assert find_cpr_numbers("01 " * 40_000 + "0" * 40_000 + "tlf " * 10_000) == []
