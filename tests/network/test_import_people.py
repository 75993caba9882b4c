"""What an import of people does, and what it refuses: through the services and the command."""

import contextlib
import tomllib
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from network.models import Department, OrgUnit, Person
from network.people_import import services
from network.people_import.directory import load_directory
from network.people_import.reading import Column, UnreadableFileError, read_table
from network.people_import.services import (
    BadRowsError,
    StalePlanError,
    import_people,
    options_for,
    preview_import,
)
from tests.factories import DepartmentFactory, OrgUnitFactory, PersonFactory

HEADINGS = "medarbejdernr;navn;e-mail;afdeling;titel;nærmeste leder;anciennitet;lokation;telefon"
DEMO = settings.ROOT / "demo" / "data"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def byg(db):
    return OrgUnitFactory(name="Byggesag", slug="byggesag", department__name="Teknik og Miljø")


def row(
    number="E1", name="Anna Bech", email="anna@egeby.example", *, unit="byggesag", title="", leader="", seniority=""
):
    return f"{number};{name};{email};{unit};{title};{leader};{seniority};;"


def table_of(*rows, headings=HEADINGS):
    return read_table("\n".join([headings, *rows]).encode())


def run(*rows, by=None, headings=HEADINGS, **choices):
    return import_people(table_of(*rows, headings=headings), options_for(by, **choices))


def preview(*rows, by=None, headings=HEADINGS, **choices):
    return preview_import(table_of(*rows, headings=headings), options_for(by, **choices))


def problems(*rows, **choices):
    return [(problem.line, problem.column, problem.text) for problem in preview(*rows, **choices).problems]


# Saving


def test_import_creates_people_with_every_field_and_no_password(byg):
    run("E1;Anne Marie Lind;Anne@Egeby.example;byggesag;Planlægger;;4;Rådhuset;2116")

    anne = Person.objects.get()
    assert (anne.first_name, anne.last_name, anne.email) == ("Anne Marie", "Lind", "anne@egeby.example")
    assert (anne.employee_number, anne.org_unit, anne.job_title) == ("E1", byg, "Planlægger")
    assert (anne.seniority, anne.workplace, anne.phone) == (4, "Rådhuset", "2116")
    assert (anne.is_active, anne.is_staff, anne.is_external, anne.has_usable_password()) == (True, False, False, False)


def test_import_finds_leaders_earlier_and_later_in_the_file_and_in_the_database(byg):
    dorthe = PersonFactory(email="dorthe@egeby.example")

    run(
        row("E1", "Anna", "anna@egeby.example", leader="bo@egeby.example"),
        row("E2", "Bo", "bo@egeby.example", leader="Dorthe@egeby.example"),
        row("E3", "Carl", "carl@egeby.example", leader="anna@egeby.example"),
    )

    leaders = dict(Person.objects.exclude(pk=dorthe.pk).values_list("first_name", "line_manager__email"))
    assert leaders == {"Anna": "bo@egeby.example", "Bo": "dorthe@egeby.example", "Carl": "anna@egeby.example"}


def test_import_a_second_time_changes_nothing(byg):
    rows = [row(leader="bo@egeby.example", seniority="2"), row("E2", "Bo", "bo@egeby.example", title="Chef")]
    run(*rows)

    plan = run(*rows)

    assert (plan.changes_something, plan.unchanged) == (False, 2)


def test_import_shows_each_change_before_and_after(byg):
    plan_unit = OrgUnitFactory(name="Plan", slug="plan")
    run(row(title="Elev", leader="bo@egeby.example"), row("E2", "Bo Ravn", "bo@egeby.example"))

    plan = run(row(name="Anna Lund", email="lund@egeby.example", unit="plan", title="Planlægger", seniority="2"))

    changes = [(change.column, change.before, change.after) for change in plan.changed[0].changes]
    assert changes == [
        (Column.NAME, "Anna Bech", "Anna Lund"),
        (Column.EMAIL, "anna@egeby.example", "lund@egeby.example"),
        (Column.UNIT, "Byggesag", "Plan"),
        (Column.JOB_TITLE, "Elev", "Planlægger"),
        (Column.SENIORITY, "3", "2"),
        (Column.LINE_MANAGER, "Bo Ravn", ""),
    ]
    anna = Person.objects.get(employee_number="E1")
    assert (anna.name, anna.email, anna.org_unit) == ("Anna Lund", "lund@egeby.example", plan_unit)
    assert (anna.job_title, anna.seniority, anna.line_manager) == ("Planlægger", 2, None)


def test_import_leaves_alone_what_the_file_is_silent_about(byg):
    anna = PersonFactory(email="anna@egeby.example", employee_number="E1", phone="2116", seniority=5, org_unit=byg)

    plan = run(f"{anna.name};anna@egeby.example;byggesag", headings="navn;e-mail;afdeling")

    anna.refresh_from_db()
    assert (plan.unchanged, anna.employee_number, anna.phone, anna.seniority) == (1, "E1", "2116", 5)


def test_import_knows_people_by_number_before_email(byg):
    anna = PersonFactory(email="old@egeby.example", employee_number="E1")
    bo = PersonFactory(email="bo@egeby.example")

    run(row("E1", email="new@egeby.example"), row("E2", "Bo", "BO@egeby.example"))

    assert dict(Person.objects.values_list("pk", "email")) == {
        anna.pk: "new@egeby.example",
        bo.pk: "bo@egeby.example",
    }
    assert Person.objects.get(pk=bo.pk).employee_number == "E2"


def test_import_hands_an_email_on_to_somebody_else(byg):
    anna = PersonFactory(email="anna@egeby.example", employee_number="E1", org_unit=byg)
    bo = PersonFactory(email="bo@egeby.example", employee_number="E2", org_unit=byg)

    run(
        row("E1", "Anna", "bo@egeby.example"),
        row("E2", "Bo", "anna@egeby.example"),
        row("E3", "Ny", "ny@egeby.example"),
    )

    assert Person.objects.get(pk=anna.pk).email == "bo@egeby.example"
    assert Person.objects.get(pk=bo.pk).email == "anna@egeby.example"


def test_import_gives_a_new_person_the_email_of_one_who_changed(byg):
    anna = PersonFactory(email="anna@egeby.example", employee_number="E1", org_unit=byg)

    run(row("E1", "Anna", "anna2@egeby.example"), row("E9", "Anna Ny", "anna@egeby.example"))

    assert Person.objects.get(email="anna@egeby.example").employee_number == "E9"
    assert Person.objects.get(email="anna2@egeby.example") == anna


def test_import_lets_the_old_address_sign_in_no_more(byg):
    anna = PersonFactory(email="anna@egeby.example", employee_number="E1", org_unit=byg)
    EmailAddress.objects.create(user=anna, email="anna@egeby.example", verified=True, primary=True)

    run(row("E1", email="lund@egeby.example"))

    assert not EmailAddress.objects.exists()


def test_import_takes_a_returning_person_back(byg):
    anna = PersonFactory(email="anna@egeby.example", employee_number="E1", is_active=False)

    plan = run(row())

    anna.refresh_from_db()
    assert (plan.changed[0].returns, anna.is_active) == (True, True)


# Units


@pytest.mark.parametrize(
    "words", ["byggesag", "BYGGESAG", "Byggesag", "Teknik og Miljø / Byggesag", "teknik og miljø/byggesag"]
)
def test_import_finds_a_unit_by_short_name_name_or_department(byg, words):
    run(row(unit=words))

    assert Person.objects.get().org_unit == byg


def test_import_asks_for_the_department_where_a_name_is_not_unique(byg):
    OrgUnitFactory(name="Sekretariat", slug="sek-1", department=byg.department)
    other = OrgUnitFactory(name="Sekretariat", slug="sek-2", department__name="Kultur")

    assert problems(row(unit="Sekretariat")) == [
        (
            2,
            "afdeling",
            "“Sekretariat” is found in several departments. Write for example “Teknik og Miljø / Sekretariat”.",
        )
    ]
    run(row(unit="Kultur / Sekretariat"))
    assert Person.objects.get().org_unit == other


def test_import_puts_people_of_a_merged_unit_where_it_went_and_says_so(byg):
    middle = OrgUnitFactory(name="Vej", closed_on=date(2025, 1, 1), merged_into=byg)
    OrgUnitFactory(name="Park og Vej", slug="park-og-vej", closed_on=date(2024, 1, 1), merged_into=middle)

    plan = run(row(unit="park-og-vej"))

    assert Person.objects.get().org_unit == byg
    assert [(remark.line, remark.text) for remark in plan.remarks] == [
        (2, "“Park og Vej” has been merged into “Byggesag”. The person is put there.")
    ]
    assert not run(row(unit="park-og-vej")).changes_something


def test_import_prefers_an_open_unit_to_a_closed_namesake(byg):
    OrgUnitFactory(name="Byggesag", slug="gammel", closed_on=date(2024, 1, 1))

    run(row(unit="Byggesag "))

    assert Person.objects.get().org_unit == byg


# Bad rows

BAD_ROWS = {
    "name missing": (row(name=" "), "navn", "The name is missing."),
    "e-mail missing": (row(email=""), "e-mail", "The e-mail is missing."),
    "e-mail invalid": (row(email="anna@@egeby"), "e-mail", "“anna@@egeby” is not an e-mail address."),
    "unit missing": (row(unit=""), "afdeling", "The unit is missing."),
    "unit unknown": (row(unit="bygesag"), "afdeling", "There is no unit “bygesag”."),
    "unit closed": (row(unit="lukket"), "afdeling", "The unit “Lukket” closed on 01.02.2025."),
    "leader unknown": (
        row(leader="x@egeby.example"),
        "nærmeste leder",
        "Nobody has the e-mail “x@egeby.example”, neither in the file nor here.",
    ),
    "leader gone": (
        row(leader="gone@egeby.example"),
        "nærmeste leder",
        "“gone@egeby.example” is not an active employee any more.",
    ),
    "leader self": (row(leader="ANNA@egeby.example"), "nærmeste leder", "The person is named as their own leader."),
    "seniority 6": (row(seniority="6"), "anciennitet", "“6” is not one of the levels 1, 2, 3, 4 and 5."),
    "seniority word": (row(seniority="²"), "anciennitet", "“²” is not one of the levels 1, 2, 3, 4 and 5."),
    "too long": (row(title="x" * 121), "titel", "The text is longer than 120 characters."),
    "too many cells": (row() + ";x", "", "The row has more cells than there are headings."),
    "CPR number": (
        row(name="Anna 010190-1234"),
        "navn",
        "There is a CPR number here. Remove it; it must not be stored.",
    ),
    "external": (
        row(email="vera@egeby.example"),
        "",
        "Vera Coach is an external observer here. Change that under People first.",
    ),
    "e-mail of another": (
        row("E7", email="bo@egeby.example"),
        "e-mail",
        "“bo@egeby.example” already belongs to Bo Ravn, who has another employee number.",
    ),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_import_names_the_bad_row_and_saves_nothing(byg, case):
    bad, column, sentence = BAD_ROWS[case]
    OrgUnitFactory(name="Lukket", slug="lukket", closed_on=date(2025, 2, 1))
    PersonFactory(email="gone@egeby.example", is_active=False)
    PersonFactory(email="vera@egeby.example", first_name="Vera", last_name="Coach", is_external=True)
    PersonFactory(email="bo@egeby.example", first_name="Bo", last_name="Ravn", employee_number="E2")
    PersonFactory(email="seven@egeby.example", employee_number="E7")
    before = set(Person.objects.values_list("email", "employee_number"))
    rows = (row("E8", "God", "god@egeby.example"), "", bad)

    with pytest.raises(BadRowsError) as error:
        run(*rows)

    assert [(each.line, each.column, each.text) for each in error.value.plan.problems] == [(4, column, sentence)]
    assert set(Person.objects.values_list("email", "employee_number")) == before


@pytest.mark.parametrize("case", BAD_ROWS)
def test_import_skips_the_bad_row_when_asked_to(byg, case):
    OrgUnitFactory(name="Lukket", slug="lukket", closed_on=date(2025, 2, 1))
    PersonFactory(email="gone@egeby.example", is_active=False)
    PersonFactory(email="vera@egeby.example", is_external=True)
    PersonFactory(email="bo@egeby.example", employee_number="E2")
    PersonFactory(email="seven@egeby.example", employee_number="E7")

    plan = run(row("E8", "God", "god@egeby.example"), BAD_ROWS[case][0], skip_bad=True)

    assert (len(plan.created), len(plan.changed), plan.bad_lines) == (1, 0, 1)
    assert Person.objects.filter(email="god@egeby.example").exists()


def test_import_refuses_both_of_two_rows_with_one_email(byg):
    assert problems(row("E1"), row("E2", "Anne", "ANNA@egeby.example")) == [
        (2, "e-mail", "“anna@egeby.example” is also on line 3."),
        (3, "e-mail", "“anna@egeby.example” is also on line 2."),
    ]


def test_import_refuses_both_of_two_rows_with_one_number(byg):
    assert problems(row("E1"), row("E1", "Bo", "bo@egeby.example")) == [
        (2, "medarbejdernr", "“E1” is also on line 3."),
        (3, "medarbejdernr", "“E1” is also on line 2."),
    ]


def test_import_names_every_fault_of_a_row(byg):
    assert [column for line, column, text in problems(row(name="", email="x", unit="", seniority="0"))] == [
        "navn",
        "e-mail",
        "afdeling",
        "anciennitet",
    ]


def test_import_never_repeats_a_cpr_number(byg):
    plan = preview(row(email="010190-1234@egeby.example", leader="0101901234"), row(leader="010190-1234"))

    assert [problem.line for problem in plan.problems] == [2, 2, 3]
    assert "1234" not in repr(plan)


def test_import_refuses_a_circle_of_leaders(byg):
    rows = (
        row("E1", "Anna", "anna@egeby.example", leader="bo@egeby.example"),
        row("E2", "Bo", "bo@egeby.example", leader="carl@egeby.example"),
        row("E3", "Carl", "carl@egeby.example", leader="anna@egeby.example"),
        row("E4", "Dorthe", "dorthe@egeby.example", leader="anna@egeby.example"),
    )

    assert [(line, column) for line, column, text in problems(*rows)] == [(n, "nærmeste leder") for n in (2, 3, 4, 5)]
    assert problems(*rows)[0][2] == "The leaders go in a circle: Anna → Bo → Carl → Anna."
    assert problems(*rows)[3][2] == "The leader “anna@egeby.example” is on line 2, which cannot be used."


def test_import_refuses_a_circle_that_is_closed_by_people_outside_the_file(byg):
    anna = PersonFactory(first_name="Anna", last_name="Bech", email="anna@egeby.example", employee_number="E1")
    PersonFactory(first_name="Bo", last_name="Ravn", email="bo@egeby.example", line_manager=anna)

    assert problems(row(leader="bo@egeby.example")) == [
        (2, "nærmeste leder", "The leaders go in a circle: Anna Bech → Bo Ravn → Anna Bech.")
    ]


def test_import_finds_the_circle_that_skipping_another_row_leaves(byg):
    """Carl is skipped and keeps the leader he has, Anna, who would now be led by Bo, whom Carl leads."""
    anna = PersonFactory(email="anna@egeby.example", employee_number="E1", org_unit=byg)
    carl = PersonFactory(email="carl@egeby.example", employee_number="E3", line_manager=anna)
    PersonFactory(email="bo@egeby.example", employee_number="E2", line_manager=carl)

    plan = run(row("E3", "Carl", "carl@egeby.example", seniority="9"), row(leader="bo@egeby.example"), skip_bad=True)

    assert (plan.bad_lines, plan.changes_something) == (2, False)


def test_import_skips_rows_that_lean_on_a_skipped_one(byg):
    plan = run(
        row("E3", "Carl", "carl@egeby.example", leader="bo@egeby.example"),
        row("E2", "Bo", "bo@egeby.example", leader="anna@egeby.example"),
        row(seniority="9"),
        row("E4", "Dorthe", "dorthe@egeby.example"),
        skip_bad=True,
    )

    assert plan.bad_lines == 3
    assert list(Person.objects.values_list("first_name", flat=True)) == ["Dorthe"]


def test_import_keeps_an_email_with_its_holder_when_the_row_that_frees_it_is_bad(byg):
    PersonFactory(email="anna@egeby.example", employee_number="E1")

    plan = run(row("E1", email="ny@egeby.example", seniority="9"), row("E2", "Bo", "anna@egeby.example"), skip_bad=True)

    assert (plan.bad_lines, Person.objects.get().employee_number) == (2, "E1")


# People who are not in the file


@pytest.fixture
def staff(byg):
    """Anna, whom the files name, and one of each kind of person whom they do not."""
    PersonFactory(email="numbered@egeby.example", employee_number="E20")
    PersonFactory(email="plain@egeby.example")
    PersonFactory(email="admin@egeby.example", employee_number="E21", is_superuser=True)
    PersonFactory(email="coach@egeby.example", employee_number="E22", is_external=True)
    return PersonFactory(email="anna@egeby.example", employee_number="E1", org_unit=byg)


def inactive():
    return set(Person.objects.filter(is_active=False).values_list("email", flat=True))


def test_import_only_lists_people_who_are_not_in_the_file(staff):
    plan = run(row())

    assert {person.email for person in plan.absent} == {
        "numbered@egeby.example",
        "plain@egeby.example",
        "admin@egeby.example",
    }
    assert inactive() == set()


def test_import_deactivates_absent_people_with_a_number_when_asked_to(staff):
    plan = run(row(), deactivate_absent=True)

    assert [person.email for person in plan.deactivated] == ["numbered@egeby.example"]
    assert inactive() == {"numbered@egeby.example"}


def test_import_never_deactivates_the_one_who_runs_it(staff):
    run(row(), by=Person.objects.get(email="numbered@egeby.example"), deactivate_absent=True)

    assert inactive() == set()


def test_import_deactivates_nobody_while_a_row_is_left_out(staff):
    plan = run(row(), row("", email="typo@@egeby"), deactivate_absent=True, skip_bad=True)

    assert (plan.deactivated, plan.spared, inactive()) == ((), 1, set())


def test_import_refuses_a_leader_who_would_be_deactivated(staff):
    assert problems(row(leader="numbered@egeby.example"), deactivate_absent=True) == [
        (2, "nærmeste leder", "“numbered@egeby.example” is not in the file, and would be deactivated.")
    ]


# Who may what, and at what time


@pytest.mark.parametrize("is_active", [True, False])
def test_import_by_a_coordinator_cannot_take_over_an_administrator(byg, birgit, is_active):
    PersonFactory(email="admin@egeby.example", employee_number="E1", is_superuser=True, is_active=is_active)
    taken = row(email="mine@egeby.example")

    assert [column for line, column, text in problems(taken, by=birgit)] == ["e-mail"]
    assert problems(taken) == []


def test_import_refuses_a_plan_that_is_no_longer_the_same(byg):
    options = options_for(None)
    expected = preview_import(table_of(row()), options).digest
    PersonFactory(email="anna@egeby.example")

    with pytest.raises(StalePlanError):
        import_people(table_of(row()), options, expected=expected)

    assert Person.objects.get().employee_number == ""


def test_import_twice_from_the_same_look_saves_once(byg, monkeypatch):
    """The second import still sees the people of before the first, as two transactions at once would."""
    seen = load_directory()
    monkeypatch.setattr(services, "load_directory", lambda: seen)
    run(row())

    with pytest.raises(StalePlanError):
        run(row())

    assert Person.objects.count() == 1


def test_import_plan_is_the_same_whenever_nothing_changed(byg):
    PersonFactory(email="bo@egeby.example", employee_number="E2")

    digests = {preview(row(), row("E2", "Bo", "bo2@egeby.example")).digest for _ in range(2)}

    assert len(digests) == 1
    assert preview(row(), row("E2", "Bo", "bo3@egeby.example")).digest not in digests


def test_import_plan_takes_two_queries_for_any_number_of_rows(byg, django_assert_num_queries):
    for rows in (1, 100):
        with django_assert_num_queries(2):
            preview(*(row(f"E{n}", f"Nr {n}", f"nr{n}@egeby.example") for n in range(rows)))


def test_import_writes_many_rows_at_a_time(byg, django_assert_max_num_queries):
    rows = [
        row(f"E{n}", f"Nr {n}", f"nr{n}@egeby.example", leader=f"nr{n // 7}@egeby.example" if n else "")
        for n in range(100)
    ]

    with django_assert_max_num_queries(15):
        run(*rows)
    with django_assert_max_num_queries(15):
        run(*(each.replace(";byggesag;", ";byggesag;Chef") for each in rows))


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300), st.lists(st.text(max_size=12), max_size=30).map(";".join).map(str.encode)
    )
)
def test_import_of_random_content_raises_nothing_but_its_own_errors(byg, content):
    for start in (b"", f"{HEADINGS}\n".encode()):
        with contextlib.suppress(UnreadableFileError):
            preview_import(read_table(start + content), options_for(None))


# The command


@pytest.fixture
def write(tmp_path):
    def _write(*rows) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes("\r\n".join([HEADINGS, *rows]).encode("cp1252"))
        return path

    return _write


def command(path, *choices):
    out, err = StringIO(), StringIO()
    call_command("import_people", path, *choices, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_imports_and_counts(byg, write):
    out, _err = command(write(row(name="Søren Ærø")))

    assert out.splitlines()[-1] == "1 new, 0 changed, 0 unchanged, 0 rows left out, 0 deactivated."
    assert Person.objects.get().name == "Søren Ærø"


def test_command_says_when_nothing_changes(byg, write):
    command(write(row()))

    out, _err = command(write(row()))

    assert out.splitlines()[-1] == "Everybody in the file is up to date."


def test_command_saves_nothing_while_a_row_is_bad(byg, write):
    err = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("import_people", write(row(), row("E2", "", "x")), stdout=StringIO(), stderr=err)

    assert error.value.returncode == 1
    assert err.getvalue().splitlines() == [
        "Line 3, navn: The name is missing.",
        "Line 3, e-mail: “x” is not an e-mail address.",
    ]
    assert not Person.objects.exists()


def test_command_skips_bad_rows_when_asked_to(byg, write):
    _out, err = command(write(row(), row("E2", "", "x@y.dk")), "--skip-bad")

    assert (Person.objects.count(), err) == (1, "Line 3, navn: The name is missing.\n")


def test_command_saves_nothing_on_a_dry_run(byg, write):
    out, _err = command(write(row()), "--dry-run")

    assert out.splitlines()[-2:] == [
        "1 new, 0 changed, 0 unchanged, 0 rows left out, 0 deactivated.",
        "This was a trial run. Nothing was saved.",
    ]
    assert not Person.objects.exists()


def test_command_tells_that_a_dry_run_would_be_refused(byg, write):
    with pytest.raises(CommandError) as error:
        command(write(row(name="")), "--dry-run")

    assert error.value.returncode == 1


def test_command_lists_and_deactivates_absent_people(staff, write):
    out, _err = command(write(row()), "--deactivate-absent")

    assert "Not in the file, deactivated: Fornavn" in out
    assert inactive() == {"numbered@egeby.example"}


@pytest.mark.parametrize("name", ["missing.csv", ".", "people.xlsx"])
def test_command_says_that_a_file_cannot_be_read(db, tmp_path, name):
    (tmp_path / "people.xlsx").write_bytes(b"PK\x03\x04")

    with pytest.raises(CommandError) as error:
        command(tmp_path / name)

    assert error.value.returncode == 2


# The demonstration municipality


def test_demo_people_import_clean_into_the_demo_organisation(db):
    organisation = tomllib.loads((DEMO / "organisation.toml").read_text())
    for department in organisation["departments"]:
        DepartmentFactory(slug=department["slug"], name=department["name"])
    for unit in organisation["org_units"]:
        department = Department.objects.get(slug=unit["department"])
        OrgUnit.objects.create(slug=unit["slug"], name=unit["name"], department=department)
    table = read_table((DEMO / "people.csv").read_bytes())

    plan = import_people(table, options_for(None))

    assert (len(plan.created), plan.problems, plan.remarks) == (160, (), ())
    assert not import_people(table, options_for(None)).changes_something
