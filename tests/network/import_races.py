"""What must hold when people are imported twice at once. `test_races.py` runs this file on both databases."""

from __future__ import annotations

import pytest
from django.utils import timezone

from network.models import Person
from network.people_import.planning import Plan
from network.people_import.reading import read_table
from network.people_import.services import (
    UploadGoneError,
    confirm_upload,
    import_people,
    keep_upload,
    options_for,
    preview_import,
)
from network.services.organisation import merge_unit
from tests.at_once import at_once
from tests.factories import OrgUnitFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 50


@pytest.fixture
def table():
    rows = "".join(f"E{n};Nr {n};nr{n}@egeby.example;byggesag\n" for n in range(ROWS))
    return read_table(f"medarbejdernr;navn;e-mail;afdeling\n{rows}".encode())


def test_people_are_created_once_by_imports_at_once(table):
    OrgUnitFactory(slug="byggesag")

    plans = at_once(*[lambda: import_people(table, options_for(None))] * 4)

    assert sorted(len(plan.created) for plan in plans) == [0, 0, 0, ROWS]
    assert Person.objects.count() == ROWS


def test_upload_is_imported_once_by_two_clicks(table):
    OrgUnitFactory(slug="byggesag")
    person, now = PersonFactory(), timezone.now()
    options = options_for(person)
    expected = preview_import(table, options)
    keep_upload(person=person, table=table, options=options, now=now)

    results = at_once(*[lambda: confirm_upload(person=person, expected=expected.digest, now=now)] * 2)

    assert sorted(type(result).__name__ for result in results) == [Plan.__name__, UploadGoneError.__name__]


def test_nobody_is_imported_into_a_unit_that_merges_meanwhile(table):
    unit, into, by = OrgUnitFactory(slug="byggesag"), OrgUnitFactory(), PersonFactory()

    at_once(
        lambda: import_people(table, options_for(None)),
        lambda: merge_unit(unit=unit, into=into, by=by, now=timezone.now()),
    )

    assert Person.objects.filter(org_unit=into).count() == ROWS
