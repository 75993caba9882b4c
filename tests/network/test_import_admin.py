"""The import in the admin: choose a file, look at what it would do, say yes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.models import PeopleUpload, Person
from network.people_import.services import UploadGoneError, preview_upload
from network.roles import Role
from tests.factories import OrgUnitFactory, PersonFactory, with_role

HEADINGS = "medarbejdernr;navn;e-mail;afdeling;titel;nærmeste leder"
ANNA = "E1;Anna Bech;anna@egeby.example;byggesag;Planlægger;"


@pytest.fixture
def upload_url():
    return reverse("people_import:index")


@pytest.fixture
def preview_url():
    return reverse("people_import:preview")


@pytest.fixture
def byg(db):
    return OrgUnitFactory(name="Byggesag", slug="byggesag")


@pytest.fixture
def client(birgit, sign_in, byg):
    admin = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")[0]
    enter = Permission.objects.get_or_create(content_type=admin, codename="access_admin")[0]
    birgit.groups.get().permissions.add(enter)
    return sign_in(birgit)


def csv(*rows, encoding="cp1252"):
    return SimpleUploadedFile("personer.csv", "\r\n".join([HEADINGS, *rows]).encode(encoding), "text/csv")


def staff():
    return set(Person.objects.exclude(first_name="Birgit").values_list("email", flat=True))


def test_import_goes_from_upload_over_preview_to_saved(client, upload_url, preview_url):
    uploaded = client.post(upload_url, {"file": csv(ANNA)})
    assert (uploaded.status_code, uploaded.url, staff()) == (302, preview_url, set())

    preview = client.get(preview_url)
    plan = preview.context["plan"]
    assert ([entry.name for entry in plan.created], staff()) == (["Anna Bech"], set())

    confirmed = client.post(preview_url, {"plan": plan.digest})
    assert (confirmed.status_code, confirmed.url) == (302, reverse("people:index"))
    assert (staff(), PeopleUpload.objects.count()) == ({"anna@egeby.example"}, 0)


def test_import_shows_changes_before_and_after(client, upload_url, preview_url):
    PersonFactory(
        email="anna@egeby.example", employee_number="E1", first_name="Anna", last_name="Bech", is_active=False
    )
    client.post(upload_url, {"file": csv("E1;Anna Bech;anna2@egeby.example;byggesag;;")})

    page = client.get(preview_url).content.decode()

    assert "anna@egeby.example → anna2@egeby.example" in page


def test_import_keeps_nothing_of_a_file_with_bad_rows(client, upload_url):
    response = client.post(upload_url, {"file": csv(ANNA, "E2;;bo@egeby.example;bygesag;;")})

    problems = response.context["plan"].problems
    assert [(problem.line, problem.column) for problem in problems] == [(3, "navn"), (3, "afdeling")]
    assert all(problem.text in response.content.decode() for problem in problems)
    assert (staff(), PeopleUpload.objects.count()) == (set(), 0)


def test_import_skips_bad_rows_when_the_box_is_ticked(client, upload_url, preview_url):
    client.post(upload_url, {"file": csv(ANNA, "E2;;bo@egeby.example;byggesag;;"), "skip_bad": "on"})
    plan = client.get(preview_url).context["plan"]

    client.post(preview_url, {"plan": plan.digest})

    assert (plan.bad_lines, staff()) == (1, {"anna@egeby.example"})


def test_import_keeps_ticked_boxes_when_rows_are_bad(client, upload_url):
    response = client.post(upload_url, {"file": csv("E1;;x;;;"), "deactivate_absent": "on"})

    assert response.context["form"]["deactivate_absent"].value() is True


def test_import_never_keeps_nor_shows_a_cpr_number(client, upload_url):
    rows = (ANNA, "E2;Bo 010190-1234;bo@egeby.example;byggesag;;")

    shown = client.post(upload_url, {"file": csv(*rows)})
    client.post(upload_url, {"file": csv(*rows), "skip_bad": "on"})

    assert "1234" not in shown.content.decode()
    assert "1234" not in str(PeopleUpload.objects.values().get())


def test_import_says_when_nothing_would_change(client, byg, upload_url):
    PersonFactory(
        email="anna@egeby.example",
        employee_number="E1",
        first_name="Anna",
        last_name="Bech",
        job_title="Planlægger",
        org_unit=byg,
    )

    response = client.post(upload_url, {"file": csv(ANNA)})

    assert (response.status_code, response.context["plan"].unchanged) == (200, 1)
    assert not PeopleUpload.objects.exists()


def test_import_deactivates_absent_people_but_never_oneself(client, birgit, upload_url, preview_url):
    Person.objects.filter(pk=birgit.pk).update(employee_number="E0")
    PersonFactory(email="gone@egeby.example", employee_number="E9")
    client.post(upload_url, {"file": csv(ANNA), "deactivate_absent": "on"})
    plan = client.get(preview_url).context["plan"]

    client.post(preview_url, {"plan": plan.digest})

    assert list(Person.objects.filter(is_active=False).values_list("email", flat=True)) == ["gone@egeby.example"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * (5 * 1024 * 1024 + 1), b"\x00"], ids=range(4))
def test_import_ties_an_unreadable_file_to_its_field(client, upload_url, content):
    response = client.post(upload_url, {"file": SimpleUploadedFile("personer.csv", content)})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["file"])


def test_import_asks_for_a_file(client, upload_url):
    assert list(client.post(upload_url, {}).context["form"].errors) == ["file"]


# Between preview and confirmation


@pytest.fixture
def digest(client, upload_url, preview_url):
    client.post(upload_url, {"file": csv(ANNA)})
    return client.get(preview_url).context["plan"].digest


def test_import_is_refused_when_people_have_changed_since_the_preview(client, digest, preview_url):
    PersonFactory(email="anna@egeby.example")

    response = client.post(preview_url, {"plan": digest})

    assert (response.url, PeopleUpload.objects.count()) == (preview_url, 1)
    assert Person.objects.get(email="anna@egeby.example").employee_number == ""


def test_import_is_refused_when_its_unit_has_closed_since_the_preview(client, digest, preview_url, byg):
    byg.closed_on = timezone.localdate()
    byg.save()

    client.post(preview_url, {"plan": digest})

    assert staff() == set()


def test_import_is_refused_when_another_file_was_chosen_since_the_preview(client, digest, upload_url, preview_url):
    client.post(upload_url, {"file": csv("E2;Bo Ravn;bo@egeby.example;byggesag;;")})

    response = client.post(preview_url, {"plan": digest})

    assert (response.url, staff()) == (preview_url, set())


@pytest.mark.parametrize("forged", ["", "x", "0" * 64])
def test_import_is_refused_without_the_right_digest(client, digest, preview_url, forged):
    client.post(preview_url, {"plan": forged})

    assert staff() == set()


def test_import_is_saved_once_when_confirmed_twice(client, digest, preview_url, upload_url):
    client.post(preview_url, {"plan": digest})

    again = client.post(preview_url, {"plan": digest})

    assert (again.url, staff()) == (upload_url, {"anna@egeby.example"})


def test_import_lets_go_of_a_file_after_an_hour(birgit, digest):
    now = timezone.now() + timedelta(hours=1)

    with pytest.raises(UploadGoneError):
        preview_upload(person=birgit, now=now)

    assert not PeopleUpload.objects.exists()


def test_import_preview_without_a_file_leads_back(client, upload_url, preview_url):
    assert client.get(preview_url).url == upload_url


def test_import_of_one_coordinator_is_nothing_to_another(client, digest, preview_url, sign_in):
    other = with_role(PersonFactory(), Role.COORDINATOR)

    response = sign_in(other).post(preview_url, {"plan": digest})

    assert (response.status_code, PeopleUpload.objects.count()) == (302, 1)
    assert not Person.objects.filter(email="anna@egeby.example").exists()


def test_import_preview_takes_as_many_queries_for_one_row_as_for_a_hundred(client, upload_url, preview_url):
    counts = set()
    for rows in (1, 100):
        client.post(upload_url, {"file": csv(*(f"E{n};Nr {n};nr{n}@egeby.example;byggesag;;" for n in range(rows)))})
        with CaptureQueriesContext(connection) as queries:
            client.get(preview_url)
        counts.add(len(queries))

    assert len(counts) == 1


def test_purge_uploads_removes_files_that_nobody_confirmed(db, capsys):
    now = timezone.now()
    fresh, _old = (
        PeopleUpload.objects.create(
            person=PersonFactory(), table={}, skip_bad=False, deactivate_absent=False, created_at=now - age
        )
        for age in (timedelta(minutes=59), timedelta(minutes=61))
    )

    call_command("purge_uploads")

    assert list(PeopleUpload.objects.all()) == [fresh]
    assert capsys.readouterr().out == "1 people files removed.\n"
