"""Searches that found nothing: counted, without who, and without what may tell of somebody."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from knowledge.setup import set_up_site
from network.roles import Role
from search.missed import misses_to_tell, note_miss, purge_missed_searches
from search.models import MissedSearch
from tests.conftest import with_role
from tests.factories.network import PersonFactory

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
REPORT = "/redaktion/reports/soegninger-uden-resultat/"


def told() -> list[tuple[str, int, int]]:
    return [(miss.text, miss.times, miss.days) for miss in misses_to_tell()]


def test_words_are_kept_from_the_second_day(db):
    note_miss("Robotstøvsuger  i hjemmet!", on=MONDAY)
    note_miss("robotstøvsuger i hjemmet", on=MONDAY)

    assert list(MissedSearch.objects.values_list("text", "times", "days", "last_on")) == [("", 2, 1, MONDAY)]
    assert told() == []

    note_miss("robotstøvsuger, i hjemmet", on=TUESDAY)

    assert told() == [("robotstøvsuger i hjemmet", 3, 2)]


def test_the_words_cannot_be_read_from_the_first_day(db):
    note_miss("robotstøvsuger", on=MONDAY)

    assert "robot" not in str(MissedSearch.objects.values().get())


def test_misses_of_one_day_never_become_another_day(db):
    for day in (MONDAY, TUESDAY, TUESDAY, MONDAY):
        note_miss("robotstøvsuger", on=day)

    miss = MissedSearch.objects.get()
    assert (miss.times, miss.days, miss.last_on) == (4, 2, TUESDAY)


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "sag 0101901234",
        "ring 12 34 56 78",
        "mette@egeby.example",
        "www.egeby.example",
        "https://egeby.example",
        "mette",
        "vred Sørensen",
        "fru abdirahmansen",
        "Xhevahire græder",
        "en borger der hver dag ringer om sin sag og aldrig får svar",
        "x" * 200,
        "  ?! ",
        "",
    ],
)
def test_what_may_tell_of_somebody_is_not_counted(db, text):
    note_miss(text, on=MONDAY)

    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize("text", ["mindfulness", "PPR", "de 7 vaner", "nvc", "Bakke snagvendt", "skov og mark"])
def test_common_words_and_abbreviations_are_counted(db, text):
    note_miss(text, on=MONDAY)

    assert MissedSearch.objects.count() == 1


def test_a_miss_takes_few_queries(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):  # three, and a savepoint around them
        note_miss("robotstøvsuger", on=MONDAY)


def test_a_search_does_not_fail_for_a_busy_database(db, monkeypatch):
    def busy(*args, **options):
        raise DatabaseError("database is locked")

    monkeypatch.setattr("search.missed._count", busy)

    note_miss("robotstøvsuger", on=MONDAY)


def test_misses_are_kept_for_90_days(db):
    note_miss("robotstøvsuger", on=MONDAY)
    note_miss("babelfisk", on=TUESDAY)

    assert purge_missed_searches(on=MONDAY + timedelta(days=91)) == 1
    assert [miss.last_on for miss in MissedSearch.objects.all()] == [TUESDAY]


def test_the_command_says_how_many_it_removed(db, capsys):
    note_miss("robotstøvsuger", on=MONDAY)

    call_command("purge_missed_searches")

    assert not MissedSearch.objects.exists()
    assert capsys.readouterr().out.startswith("1 ")


def test_editors_read_the_report_and_make_a_synonym_of_it(db, client):
    set_up_site()
    client.force_login(with_role(PersonFactory(email="ea@egeby.example"), Role.EDITOR))
    today = timezone.localdate()
    note_miss("robotstøvsuger & co", on=today - timedelta(days=1))
    note_miss("robotstøvsuger & co", on=today)
    note_miss("babelfisk", on=today)

    page = client.get(REPORT)
    shown = page.content.decode()

    assert [miss.text for miss in page.context["object_list"]] == ["robotstøvsuger co"]
    assert 'href="/redaktion/synonymer/add/?ord=robotst%C3%B8vsuger+co"' in shown
    assert client.get(REPORT, {"export": "csv"}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_report_takes_as_many_queries_for_one_as_for_three(db, client, number, django_assert_max_num_queries):
    set_up_site()
    client.force_login(with_role(PersonFactory(email="ea@egeby.example"), Role.EDITOR))
    for text in ["robotstøvsuger", "babelfisk", "krystalkugle"][:number]:
        note_miss(text, on=MONDAY)
        note_miss(text, on=TUESDAY)
    client.get(REPORT)

    with django_assert_max_num_queries(20):
        assert len(client.get(REPORT).context["object_list"]) == number


def test_an_ambassador_reads_no_report(client, karen):
    set_up_site()
    client.force_login(karen)

    assert client.get(REPORT).status_code == 302
