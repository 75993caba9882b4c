"""Units that close, merge and change their name; people who join and leave the corps."""

from datetime import date, datetime

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from wagtail.models import ModelLogEntry

from network.models import Ambassador, OrgUnit, Person
from network.roles import Role
from network.services.organisation import (
    MergeIntoItselfError,
    NameTakenError,
    UnitClosedError,
    UnitHasPeopleError,
    close_unit,
    merge_unit,
    rename_unit,
)
from network.services.people import (
    NotEmployedError,
    OwnAccessError,
    appoint_ambassador,
    forget_old_addresses,
    leads,
    retire_ambassador,
    set_roles,
)
from tests.factories import AmbassadorFactory, OrgUnitFactory, PersonFactory, with_role

# Shortly after midnight in Denmark, and the day before in UTC.
NOW = datetime(2026, 10, 6, 0, 30, tzinfo=timezone.get_default_timezone())
TODAY = date(2026, 10, 6)


@pytest.fixture
def vej(db):
    return OrgUnitFactory(name="Vej")


@pytest.fixture
def park(db):
    return OrgUnitFactory(name="Park")


def logged(action):
    return list(ModelLogEntry.objects.filter(action=f"network.{action}").values_list("user__first_name", "data"))


# Units


def test_close_unit_keeps_the_row_with_the_day(park, birgit):
    PersonFactory(org_unit=park, is_active=False)

    close_unit(unit=park, by=birgit, now=NOW)

    park.refresh_from_db()
    assert (park.closed_on, park.merged_into) == (TODAY, None)
    assert logged("close") == [("Birgit", {})]


def test_close_unit_refuses_while_people_work_there(park, birgit):
    PersonFactory(org_unit=park)

    with pytest.raises(UnitHasPeopleError):
        close_unit(unit=park, by=birgit, now=NOW)

    assert not OrgUnit.objects.get(pk=park.pk).is_closed


def test_close_unit_refuses_a_second_time(park, birgit):
    close_unit(unit=park, by=birgit, now=NOW)

    with pytest.raises(UnitClosedError):
        close_unit(unit=park, by=birgit, now=NOW)


def test_merge_unit_moves_people_and_keeps_the_row(park, vej, birgit):
    here, gone = PersonFactory(org_unit=park), PersonFactory(org_unit=park, is_active=False)

    moved = merge_unit(unit=park, into=vej, by=birgit, now=NOW)

    park.refresh_from_db()
    assert (moved, park.closed_on, park.merged_into) == (2, TODAY, vej)
    assert set(Person.objects.filter(org_unit=vej)) == {here, gone}
    assert logged("merge") == [("Birgit", {"into": "Vej"})]


def test_merge_unit_takes_a_closed_one_and_keeps_its_day(vej, birgit):
    park = OrgUnitFactory(closed_on=date(2025, 1, 1))

    merge_unit(unit=park, into=vej, by=birgit, now=NOW)

    park.refresh_from_db()
    assert (park.closed_on, park.merged_into) == (date(2025, 1, 1), vej)


def test_merge_unit_refuses_itself(park, birgit):
    with pytest.raises(MergeIntoItselfError):
        merge_unit(unit=park, into=park, by=birgit, now=NOW)


def test_merge_unit_refuses_a_closed_target_and_so_a_circle(park, vej, birgit):
    merge_unit(unit=park, into=vej, by=birgit, now=NOW)

    with pytest.raises(UnitClosedError):
        merge_unit(unit=vej, into=park, by=birgit, now=NOW)


def test_merge_unit_refuses_a_second_time(park, vej, birgit):
    merge_unit(unit=park, into=vej, by=birgit, now=NOW)

    with pytest.raises(UnitClosedError):
        merge_unit(unit=park, into=OrgUnitFactory(), by=birgit, now=NOW)


def test_rename_unit_keeps_the_short_name_and_remembers_the_old_one(park, birgit):
    slug = park.slug

    rename_unit(unit=park, name="Park og Natur", by=birgit, now=NOW)

    park.refresh_from_db()
    assert (park.name, park.slug) == ("Park og Natur", slug)
    assert logged("rename") == [("Birgit", {"before": "Park", "after": "Park og Natur"})]


def test_rename_unit_refuses_a_name_of_the_same_department(park, birgit):
    OrgUnitFactory(name="Natur", department=park.department)
    OrgUnitFactory(name="Havn")

    with pytest.raises(NameTakenError):
        rename_unit(unit=park, name="natur", by=birgit, now=NOW)
    rename_unit(unit=park, name="Havn", by=birgit, now=NOW)


# The corps


def test_appoint_ambassador_gives_profile_and_role(laura, birgit):
    ambassador = appoint_ambassador(person=laura, by=birgit, now=NOW)

    assert (ambassador.joined_on, ambassador.is_active, laura.is_ambassador) == (TODAY, True, True)
    assert logged("appoint") == [("Birgit", {})]


def test_appoint_ambassador_twice_changes_nothing(laura, birgit):
    first = appoint_ambassador(person=laura, by=birgit, now=NOW)

    assert appoint_ambassador(person=laura, by=birgit, now=NOW) == first
    assert len(logged("appoint")) == 1


def test_appoint_ambassador_brings_a_former_one_back(karen, birgit):
    retire_ambassador(person=karen, by=birgit, now=NOW)

    ambassador = appoint_ambassador(person=karen, by=birgit, now=NOW)

    assert (ambassador, ambassador.is_active, karen.is_ambassador) == (karen.ambassador, True, True)
    assert ambassador.joined_on == date(2026, 1, 5)


def test_appoint_ambassador_refuses_external_and_former_people(vera, birgit):
    for person in (vera, PersonFactory(is_active=False)):
        with pytest.raises(NotEmployedError):
            appoint_ambassador(person=person, by=birgit, now=NOW)

    assert not Ambassador.objects.exists()


def test_retire_ambassador_takes_the_role_and_keeps_the_row(karen, birgit):
    retire_ambassador(person=karen, by=birgit, now=NOW)
    retire_ambassador(person=karen, by=birgit, now=NOW)

    assert (Ambassador.objects.get().is_active, karen.is_ambassador) == (False, False)
    assert logged("retire") == [("Birgit", {})]


def test_set_roles_gives_and_takes_and_leaves_other_groups(karen, birgit):
    with_role(karen, Role.EDITOR)
    karen.groups.create(name="Andet")

    set_roles(person=karen, roles=[Role.COORDINATOR], by=birgit, now=NOW)

    assert set(karen.groups.values_list("name", flat=True)) == {"Koordinatorer", "Andet"}
    assert not Ambassador.objects.get().is_active


def test_set_roles_lets_nobody_take_their_own_access(birgit):
    with pytest.raises(OwnAccessError):
        set_roles(person=birgit, roles=[], by=birgit, now=NOW)

    assert birgit.is_coordinator


def test_set_roles_refuses_external_people(vera, birgit):
    with pytest.raises(NotEmployedError):
        set_roles(person=vera, roles=[Role.EDITOR], by=birgit, now=NOW)


def test_set_roles_leaves_the_roles_of_somebody_who_is_away(birgit):
    away = with_role(PersonFactory(is_active=False), Role.EDITOR)

    set_roles(person=away, roles=[Role.EDITOR], by=birgit, now=NOW)
    with pytest.raises(NotEmployedError):
        set_roles(person=away, roles=[Role.EDITOR, Role.COORDINATOR], by=birgit, now=NOW)

    assert away.roles == {Role.EDITOR}


def test_leads_follows_leaders_over_any_number_of_steps(laura, torben):
    chief = PersonFactory()
    torben.line_manager = chief
    torben.save()

    assert leads(chief, laura)
    assert leads(laura, laura)
    assert not leads(laura, chief)


def test_leads_ends_in_a_circle_of_others(laura, torben):
    torben.line_manager = laura
    torben.save()

    assert not leads(PersonFactory(), laura)


def test_forget_old_addresses_drops_only_those_people(laura):
    other = AmbassadorFactory().person
    for person in (laura, other):
        EmailAddress.objects.create(user=person, email=person.email)

    forget_old_addresses([laura.pk])

    assert list(EmailAddress.objects.values_list("user", flat=True)) == [other.pk]
