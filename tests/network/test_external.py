from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from network.access import is_open_to_external

PASSWORD = "en lang adgangskode"
OURS = ("network.", "knowledge.", "sparring.", "search.")


def views(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.callback


@pytest.fixture
def with_password(db):
    def _with_password(person):
        person.set_password(PASSWORD)
        person.save()
        return person

    return _with_password


def sign_in_by_form(client, person, query=""):
    return client.post(f"/konto/login/{query}", {"login": person.email, "password": PASSWORD})


def test_external_person_meets_a_start_page_of_their_own(sign_in, vera):
    response = sign_in(vera).get("/observatoer/")

    assert response.status_code == 200
    assert response.templates[0].name == "network/observer.html"


@pytest.mark.parametrize("who", ["laura", "karen", "birgit", "mikkel", "torben"])
def test_staff_are_sent_from_the_observers_page_to_their_own_day(request, sign_in, who):
    assert sign_in(request.getfixturevalue(who)).get("/observatoer/").url == "/min-dag/"


def test_observers_page_asks_nobody_to_sign_in(client, db):
    assert client.get("/observatoer/").url == "/konto/login/?next=/observatoer/"


def test_external_person_lands_there_after_signing_in(client, with_password, vera):
    assert sign_in_by_form(client, with_password(vera)).url == "/observatoer/"


def test_staff_land_on_their_day_after_signing_in(client, with_password, laura):
    assert sign_in_by_form(client, with_password(laura)).url == "/min-dag/"


def test_external_person_who_came_for_the_front_page_is_led_on(client, with_password, vera):
    response = sign_in_by_form(client, with_password(vera), "?next=/")

    assert response.url == "/"
    assert client.get("/").url == "/observatoer/"


def test_only_these_views_of_ours_are_open_to_external_people():
    opened = {
        f"{view.__module__}.{view.__name__}"
        for view in views()
        if view.__module__.startswith(OURS) and is_open_to_external(view)
    }

    assert opened == {
        "network.views.observer.observer",
        "network.views.public.accessibility",
        "network.views.public.privacy",
        "network.views.public.theme_css",
        "network.views.csp.csp_report",
    }


@pytest.mark.parametrize(
    "address", ["/korpset/", "/mig/", "/mig/tider/", "/redaktion/", "/min-dag/", "/media/images/x.png", "/metodekort/"]
)
def test_external_person_is_refused_the_rest(sign_in, tree, vera, address):
    assert sign_in(vera).get(address).status_code == 403


def test_external_person_gets_few_queries(sign_in, vera, django_assert_max_num_queries):
    client = sign_in(vera)
    with django_assert_max_num_queries(9):
        client.get("/observatoer/")


# What is open to anybody


@pytest.mark.parametrize("address", ["/tilgaengelighed/", "/privatliv/"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_public_pages_stand_in_both_languages(client, db, address, language):
    response = client.get(address, headers={"accept-language": language})

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()
    assert f"{language}.html" in response.context["text"]


def test_accessibility_statement_is_renewed_within_a_year(client, db):
    context = client.get("/tilgaengelighed/").context

    assert timedelta(days=365) <= context["next_on"] - context["assessed_on"] <= timedelta(days=366)


def test_public_pages_read_the_settings_once(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/privatliv/")


def test_media_are_for_staff_and_never_outside_their_folder(client, sign_in, settings, laura, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name in ("images/billede.png", "documents/hemmelig.pdf", "rod.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"indhold")
    staff = sign_in(laura)

    picture = staff.get("/media/images/billede.png")
    assert (picture.status_code, b"".join(picture.streaming_content)) == (200, b"indhold")
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert client.get("/media/images/billede.png").status_code == 302
    assert staff.post("/media/images/billede.png").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "documents/hemmelig.pdf",
        "rod.txt",
        "images/",
        "",
        "images/findes-ikke.png",
        "images/../documents/hemmelig.pdf",
        "images/%2e%2e/rod.txt",
        "images/..%2frod.txt",
        "../rod.txt",
        "images//rod.txt",
        "images/x%00.png",
    ],
)
def test_media_serve_nothing_else(sign_in, settings, laura, tmp_path, path):
    settings.MEDIA_ROOT = tmp_path
    for name in ("images/billede.png", "documents/hemmelig.pdf", "rod.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"indhold")

    assert sign_in(laura).get(f"/media/{path}").status_code in (400, 404)
