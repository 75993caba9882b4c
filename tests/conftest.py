"""The cast: named people whom every test can ask for, each with one role."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from network.roles import Role
from tests.factories import AmbassadorFactory, OrgUnitFactory, PersonFactory, page_tree, with_role


@pytest.fixture(autouse=True)
def _own_language():
    """Begin in the settings' language: a request leaves the thread in its reader's until the next one."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _own_cache():
    """Begin with nothing counted: else those who sign in in many tests within a minute are asked to wait."""
    cache.clear()


@pytest.fixture
def tree(db):
    return page_tree()


@pytest.fixture
def laura(db):
    """An employee in Byggesag."""
    unit = OrgUnitFactory(name="Byggesag", department__name="Teknik og Miljø")
    return PersonFactory(email="laura@egeby.example", first_name="Laura", last_name="Bech", org_unit=unit)


@pytest.fixture
def karen(db):
    """An ambassador in Visitation."""
    unit = OrgUnitFactory(name="Visitation", department__name="Social og Sundhed")
    person = PersonFactory(email="karen@egeby.example", first_name="Karen", last_name="Winther", org_unit=unit)
    return AmbassadorFactory(person=person).person


@pytest.fixture
def ali(db):
    """An ambassador in Borgerservice."""
    unit = OrgUnitFactory(name="Borgerservice", department__name="Beskæftigelse og Borgerservice")
    person = PersonFactory(email="ali@egeby.example", first_name="Ali", last_name="Demir", org_unit=unit)
    return AmbassadorFactory(person=person).person


@pytest.fixture
def torben(laura):
    """Laura's line manager."""
    boss = PersonFactory(email="torben@egeby.example", first_name="Torben", last_name="Gram", org_unit=laura.org_unit)
    laura.line_manager = boss
    laura.save()
    return boss


@pytest.fixture
def birgit(db):
    """The coordinator."""
    person = PersonFactory(email="birgit@egeby.example", first_name="Birgit", last_name="Holst")
    return with_role(person, Role.COORDINATOR)


@pytest.fixture
def mikkel(db):
    """An editor."""
    person = PersonFactory(email="mikkel@egeby.example", first_name="Mikkel", last_name="Sand")
    return with_role(person, Role.EDITOR)


@pytest.fixture
def vera(db):
    """An external observer."""
    return PersonFactory(
        email="vera@samtalehuset.example", first_name="Vera", last_name="Coach", org_unit=None, is_external=True
    )


@pytest.fixture
def sign_in():
    """A client signed in as the given person."""

    def _sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _sign_in
