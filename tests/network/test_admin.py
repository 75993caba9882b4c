"""The admin of those who run the corps: what it does, and whom it turns away."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.models import Ambassador, Department, OrgUnit, Person
from network.outbox.models import OutboxMessage
from network.roles import Role
from tests.factories import (
    AmbassadorFactory,
    DepartmentFactory,
    OrgUnitFactory,
    PersonFactory,
    ThemeFactory,
    with_role,
)

WAGTAILS_OWN_QUERIES = 10  # session, user, permissions and profile, before a page of the admin asks anything
LISTS = ("people", "ambassadors", "units", "departments", "people_import", "outbox")


@pytest.fixture(autouse=True)
def admin_open_to_roles(db):
    """Every role may enter Wagtail's admin; what is there for them is another question."""
    admin = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")[0]
    enter = Permission.objects.get_or_create(content_type=admin, codename="access_admin")[0]
    for role in Role:
        Group.objects.get_or_create(name=role.value)[0].permissions.add(enter)


@pytest.fixture
def by_birgit(birgit, sign_in):
    return sign_in(birgit)


@pytest.fixture
def administrator(db):
    return Person.objects.create_superuser("admin@egeby.example", first_name="Ada", last_name="Min")


def url(name, *args):
    return reverse(name, args=args)


def person_form(person, **changes):
    """What the browser sends when nothing but `changes` is changed."""
    data = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "org_unit": person.org_unit_id or "",
        "line_manager": person.line_manager_id or "",
        "job_title": person.job_title,
        "seniority": person.seniority,
        "employee_number": person.employee_number,
        "workplace": person.workplace,
        "phone": person.phone,
        "roles": sorted(person.roles) if person.pk else [],
        "is_active": "on",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


# Who may


@pytest.mark.parametrize("name", LISTS)
def test_admin_shows_each_list_to_a_coordinator(by_birgit, name):
    assert by_birgit.get(url(f"{name}:index")).status_code == 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["mikkel", "karen", "laura", "vera"])
def test_admin_turns_everybody_else_away(request, sign_in, who, name):
    response = sign_in(request.getfixturevalue(who)).get(url(f"{name}:index"))

    assert response.status_code in (302, 403)


@pytest.mark.parametrize("who", ["mikkel", "karen"])
def test_admin_turns_others_away_from_every_form_and_action(request, sign_in, who, laura):
    ambassador = AmbassadorFactory()
    client = sign_in(request.getfixturevalue(who))
    addresses = [
        *(url(f"{name}:add") for name in ("people", "ambassadors", "units", "departments")),
        *(url(f"people:{view}", laura.pk) for view in ("edit", "delete", "history", "usage")),
        *(url(f"units:{view}", laura.org_unit_id) for view in ("edit", "delete", "rename", "merge", "close")),
        *(url(f"ambassadors:{view}", ambassador.pk) for view in ("edit", "delete", "retire")),
        url("people_import:preview"),
        url("outbox:retry"),
    ]
    for address in addresses:
        assert client.post(address, {"name": "x"}).status_code == 302, address

    assert Ambassador.objects.get(pk=ambassador.pk).is_active
    assert not OrgUnit.objects.get(pk=laura.org_unit_id).is_closed


@pytest.mark.parametrize(("who", "sees"), [("birgit", True), ("mikkel", False), ("karen", False)])
def test_admin_menu_is_for_coordinators(request, sign_in, who, sees):
    page = sign_in(request.getfixturevalue(who)).get(url("wagtailadmin_account")).content.decode()

    assert (url("people:index") in page) is sees


@pytest.mark.parametrize("name", ["people", "ambassadors", "units", "departments"])
def test_admin_deletes_nothing(by_birgit, karen, name):
    row = {"people": karen, "ambassadors": karen.ambassador, "units": karen.org_unit}.get(
        name, karen.org_unit.department
    )

    response = by_birgit.post(url(f"{name}:delete", row.pk))

    assert response.status_code == 302
    assert type(row).objects.filter(pk=row.pk).exists()


# Lists


@pytest.mark.parametrize("name", ["people", "ambassadors", "units", "departments"])
def test_admin_list_takes_as_many_queries_for_one_row_as_for_thirty(by_birgit, karen, name):
    by_birgit.get(url(f"{name}:index"))  # fills the cache of content types
    few = queries_of(by_birgit, name)
    AmbassadorFactory.create_batch(30)

    assert queries_of(by_birgit, name) == few <= WAGTAILS_OWN_QUERIES + 4


def queries_of(client, name):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(f"{name}:index")).status_code == 200
    return len(queries)


def listed(client, name, **query):
    return set(client.get(url(f"{name}:index"), query).context["object_list"])


@pytest.mark.parametrize("words", ["laura bech", "Bech", "LAURA@egeby", "E77"])
def test_people_list_finds_by_name_email_and_number(by_birgit, laura, karen, words):
    laura.employee_number = "E77"
    laura.save()

    assert listed(by_birgit, "people", q=words) == {laura}


def test_people_list_filters_by_unit_role_and_activity(by_birgit, birgit, laura, karen):
    gone = PersonFactory(is_active=False)

    assert listed(by_birgit, "people", org_unit=laura.org_unit_id) == {laura}
    assert listed(by_birgit, "people", role=Role.AMBASSADOR.value) == {karen}
    assert listed(by_birgit, "people", is_active="false") == {gone}


def test_units_list_filters_open_ones(by_birgit, laura):
    closed = OrgUnitFactory(closed_on=timezone.localdate())

    assert listed(by_birgit, "units", closed_on="false") == {closed}


def test_ambassadors_list_finds_by_name(by_birgit, karen, ali):
    assert listed(by_birgit, "ambassadors", q="karen") == {karen.ambassador}


# People


def test_person_form_creates_somebody_who_cannot_sign_in_yet(by_birgit, mailoutbox):
    unit = OrgUnitFactory()
    new = Person(first_name="Ny", last_name="Kollega", email="NY@egeby.example", org_unit=unit)

    response = by_birgit.post(url("people:add"), person_form(new, roles=[Role.EDITOR.value]))

    assert response.status_code == 302
    person = Person.objects.get(email="ny@egeby.example")
    assert (person.org_unit, person.has_usable_password(), person.roles) == (unit, False, {Role.EDITOR})
    assert mailoutbox == []


def test_person_form_changes_fields_and_roles(by_birgit, laura, torben):
    response = by_birgit.post(
        url("people:edit", laura.pk),
        person_form(laura, job_title="Planlægger", line_manager="", roles=[Role.AMBASSADOR.value], phone="2116"),
    )

    assert response.status_code == 302
    laura = Person.objects.get(pk=laura.pk)
    assert (laura.job_title, laura.line_manager, laura.phone) == ("Planlægger", None, "2116")
    assert (laura.is_ambassador, laura.ambassador.is_active) == (True, True)


def test_person_form_has_no_password(by_birgit, laura):
    form = by_birgit.get(url("people:edit", laura.pk)).context["form"]

    assert not [name for name in form.fields if "password" in name or name in ("is_superuser", "groups", "is_staff")]


def test_person_form_drops_old_addresses_when_the_email_changes(by_birgit, laura):
    EmailAddress.objects.create(user=laura, email=laura.email, verified=True, primary=True)

    by_birgit.post(url("people:edit", laura.pk), person_form(laura, email="bech@egeby.example"))

    assert Person.objects.get(pk=laura.pk).email == "bech@egeby.example"
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"email": "no e-mail"}, "email"),
        ({"email": "TORBEN@egeby.example"}, "email"),
        ({"org_unit": ""}, "org_unit"),
        ({"seniority": "6"}, "seniority"),
        ({"roles": ["Gud"]}, "roles"),
        ({"is_external": "on", "roles": [Role.EDITOR.value]}, "roles"),
        ({"is_active": None, "roles": [Role.EDITOR.value]}, "roles"),
    ],
)
def test_person_form_ties_a_refusal_to_its_field(by_birgit, laura, torben, changes, field):
    before = Person.objects.filter(pk=laura.pk).values().get()

    response = by_birgit.post(url("people:edit", laura.pk), person_form(laura, **changes))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert Person.objects.filter(pk=laura.pk).values().get() == before


def test_person_form_refuses_a_circle_of_leaders(by_birgit, laura, torben):
    response = by_birgit.post(url("people:edit", torben.pk), person_form(torben, line_manager=laura.pk))

    assert list(response.context["form"].errors) == ["line_manager"]


def test_person_form_refuses_a_closed_unit_and_keeps_the_one_somebody_has(by_birgit, laura):
    closed = OrgUnitFactory(closed_on=timezone.localdate())
    left_behind = PersonFactory(org_unit=closed)

    refused = by_birgit.post(url("people:edit", laura.pk), person_form(laura, org_unit=closed.pk))
    kept = by_birgit.post(url("people:edit", left_behind.pk), person_form(left_behind))

    assert list(refused.context["form"].errors) == ["org_unit"]
    assert kept.status_code == 302


def test_person_form_does_not_lock_out_its_own_user(by_birgit, birgit):
    by_birgit.post(url("people:edit", birgit.pk), person_form(birgit, is_active=None, is_external="on"))
    refused = by_birgit.post(url("people:edit", birgit.pk), person_form(birgit, roles=[]))

    birgit = Person.objects.get(pk=birgit.pk)
    assert (birgit.is_active, birgit.is_external, birgit.is_coordinator) == (True, False, True)
    assert list(refused.context["form"].errors) == ["roles"]


def test_person_form_of_an_administrator_is_closed_to_coordinators(by_birgit, administrator, sign_in):
    address = url("people:edit", administrator.pk)

    assert by_birgit.post(address, person_form(administrator, email="mine@egeby.example")).status_code == 404
    assert address not in by_birgit.get(url("people:index")).content.decode()
    assert sign_in(administrator).get(address).status_code == 200


def test_person_chooser_offers_employed_people_and_finds_by_name(by_birgit, laura, vera):
    everybody = by_birgit.get(url("person_chooser:choose_results")).content.decode()
    found = by_birgit.get(url("person_chooser:choose_results"), {"q": "bech"}).content.decode()

    assert "Laura Bech" in everybody
    assert "Vera Coach" not in everybody
    assert ("Laura Bech" in found, "Birgit Holst" in found) == (True, False)


# Ambassadors


def test_ambassadors_are_appointed_and_let_go(by_birgit, laura):
    appointed = by_birgit.post(url("ambassadors:add"), {"person": laura.pk})
    ambassador = Ambassador.objects.get(person=laura)
    assert (appointed.status_code, ambassador.is_active) == (302, True)

    by_birgit.post(url("ambassadors:retire", ambassador.pk))
    ambassador.refresh_from_db()
    assert (ambassador.is_active, Person.objects.get(pk=laura.pk).is_ambassador) == (False, False)


@pytest.mark.parametrize("who", ["vera", "nobody"])
def test_ambassadors_cannot_be_external_or_nobody(request, by_birgit, who):
    pk = request.getfixturevalue(who).pk if who != "nobody" else ""

    response = by_birgit.post(url("ambassadors:add"), {"person": pk})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["person"])


def test_ambassador_form_saves_profile_and_refuses_a_theme_on_both_sides(by_birgit, karen):
    theme, other = ThemeFactory(), ThemeFactory()
    address = url("ambassadors:edit", karen.ambassador.pk)
    data = {"bio": "Ny", "offers": [theme.pk], "languages": ["da"], "formats": ["video"], "weekly_cap": 3}

    refused = by_birgit.post(address, data | {"seeks": [theme.pk]})
    saved = by_birgit.post(address, data | {"seeks": [other.pk]})

    assert (list(refused.context["form"].errors), saved.status_code) == (["seeks"], 302)
    ambassador = Ambassador.objects.get()
    assert (ambassador.bio, ambassador.weekly_cap, ambassador.languages) == ("Ny", 3, ["da"])
    assert list(ambassador.seeks.all()) == [other]


@pytest.mark.parametrize(
    ("field", "value"), [("bio", "Ring til 010190-1234"), ("offers", ["9" * 20]), ("offers", ["ingen"])]
)
def test_ambassador_form_refuses_what_cannot_be_stored(by_birgit, karen, field, value):
    data = {"bio": "Ny", "languages": ["da"], "formats": ["video"], "weekly_cap": 3}

    response = by_birgit.post(url("ambassadors:edit", karen.ambassador.pk), data | {field: value})

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


# Units and departments


def test_units_are_made_and_moved_to_another_department(by_birgit):
    department, other = DepartmentFactory(), DepartmentFactory()
    OrgUnitFactory(name="Natur", department=other)

    by_birgit.post(url("units:add"), {"name": "Natur", "department": department.pk, "slug": "natur"})
    unit = OrgUnit.objects.get(slug="natur")
    refused = by_birgit.post(url("units:edit", unit.pk), {"department": other.pk, "slug": "natur"})
    by_birgit.post(url("units:edit", unit.pk), {"department": DepartmentFactory().pk, "slug": "natur-2"})

    assert (refused.status_code, bool(refused.context["form"].errors)) == (200, True)
    unit.refresh_from_db()
    assert (unit.slug, unit.name, unit.department in (department, other)) == ("natur-2", "Natur", False)


def test_units_are_renamed_merged_and_closed(by_birgit, laura):
    park, vej = OrgUnitFactory(name="Park"), OrgUnitFactory(name="Vej")
    PersonFactory(org_unit=park)

    by_birgit.post(url("units:rename", park.pk), {"name": "Park og Natur"})
    by_birgit.post(url("units:merge", park.pk), {"into": vej.pk})
    refused = by_birgit.post(url("units:close", vej.pk))

    park.refresh_from_db()
    assert (park.name, park.merged_into, park.is_closed) == ("Park og Natur", vej, True)
    assert (refused.status_code, len(refused.context["form"].non_field_errors())) == (200, 1)
    assert not OrgUnit.objects.get(pk=vej.pk).is_closed


@pytest.mark.parametrize("view", ["edit", "rename", "merge", "close", "history"])
def test_units_pages_open(by_birgit, laura, view):
    assert by_birgit.get(url(f"units:{view}", laura.org_unit_id)).status_code == 200


def test_units_that_are_not_there_are_not_found(by_birgit):
    assert by_birgit.post(url("units:close", 12345)).status_code == 404


def test_departments_are_made_and_renamed(by_birgit):
    by_birgit.post(url("departments:add"), {"name": "Kultur", "slug": "kultur"})
    department = Department.objects.get(slug="kultur")

    by_birgit.post(url("departments:edit", department.pk), {"name": "Kultur og Fritid", "slug": "kultur"})

    assert Department.objects.get(slug="kultur").name == "Kultur og Fritid"


# The outbox


@pytest.fixture
def given_up(db):
    now = timezone.now()
    return OutboxMessage.objects.create(
        kind="unknown",
        payload={"to": "laura@egeby.example", "body": "Fortroligt"},
        created_at=now,
        due_at=now,
        attempts=8,
        last_error="ConnectionError: down",
        gave_up_at=now,
    )


def test_outbox_lists_what_was_given_up_without_its_content(by_birgit, given_up):
    page = by_birgit.get(url("outbox:index")).content.decode()

    assert ("ConnectionError: down" in page, "Fortroligt" in page) == (True, False)


def test_outbox_tries_again(by_birgit, given_up):
    response = by_birgit.post(url("outbox:retry"))

    given_up.refresh_from_db()
    assert (response.status_code, given_up.gave_up_at) == (302, None)


def test_outbox_retry_asks_for_a_post(by_birgit):
    assert by_birgit.get(url("outbox:retry")).status_code == 405


# Wagtail's own user admin stays, for administrators alone


def test_wagtails_user_admin_is_closed_to_coordinators_whatever_their_group_may(by_birgit, laura):
    may_change = Permission.objects.get(codename="change_person")
    Group.objects.get(name=Role.COORDINATOR).permissions.add(may_change)
    for address in (
        url("wagtailusers_users:index"),
        url("wagtailusers_users:add"),
        url("wagtailusers_users:edit", laura.pk),
        url("wagtailusers_users:delete", laura.pk),
        url("wagtailusers_groups:index"),
    ):
        assert by_birgit.get(address).status_code == 302, address


def test_wagtails_user_form_creates_and_changes_a_person(administrator, sign_in):
    client = sign_in(administrator)
    password = "en lang og god adgangskode"
    data = {"email": "NY@egeby.example", "first_name": "Ny", "last_name": "Kollega"}

    created = client.post(url("wagtailusers_users:add"), data | {"password1": password, "password2": password})
    person = Person.objects.get(email="ny@egeby.example")
    EmailAddress.objects.create(user=person, email=person.email)
    changed = client.post(
        url("wagtailusers_users:edit", person.pk), data | {"email": "nyt@egeby.example", "is_active": "on"}
    )

    assert (created.status_code, changed.status_code, person.check_password(password)) == (302, 302, True)
    assert Person.objects.get(pk=person.pk).email == "nyt@egeby.example"
    assert not EmailAddress.objects.exists()
    assert client.get(url("wagtailusers_users:index")).status_code == 200


def test_everybody_with_a_role_finds_the_admin_account_page(sign_in, birgit):
    assert sign_in(with_role(birgit, Role.EDITOR)).get(url("wagtailadmin_account")).status_code == 200
