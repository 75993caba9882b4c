import pytest
from django.contrib.auth.decorators import login_not_required
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path

from config.urls import handler403, handler404, handler500  # noqa: F401  read from here by the resolver
from config.urls import urlpatterns as site_patterns


@login_not_required
def broken(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [path("i-stykker/", broken), *site_patterns]


def templates_of(response) -> list[str]:
    return [template.name for template in response.templates]


def test_page_that_is_not_there_is_told_kindly(sign_in, tree, laura):
    response = sign_in(laura).get("/findes-ikke/")

    assert (response.status_code, templates_of(response)) == (404, ["errors/404.html", "errors/base.html"])


def test_page_that_is_for_others_is_told_kindly(sign_in, laura):
    response = sign_in(laura).get("/mig/rediger/")

    assert (response.status_code, templates_of(response)) == (403, ["errors/403.html", "errors/base.html"])


@pytest.mark.urls("tests.site.test_errors")
def test_page_that_breaks_says_sorry_without_asking_the_database(db, django_assert_num_queries):
    client = Client(raise_request_exception=False)

    with django_assert_num_queries(0):
        response = client.get("/i-stykker/")

    assert response.status_code == 500
    assert "Noget gik galt hos os" in response.content.decode()
    assert "broken on purpose" not in response.content.decode()


@pytest.mark.parametrize("name", ["403", "404", "500", "csrf"])
def test_error_page_needs_no_context_and_speaks_both_languages(name):
    page = render_to_string(f"errors/{name}.html")

    assert page.startswith("<!doctype html>")
    assert '<html lang="da">' in page
    assert '<div lang="en"' in page
    assert "<script" not in page
    assert "style=" not in page


@pytest.fixture
def strict_client(karen):
    client = Client(enforce_csrf_checks=True)
    client.force_login(karen, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_form_that_was_open_too_long_gives_its_text_back(strict_client):
    response = strict_client.post(
        "/mig/rediger/",
        {"bio": "Det tog lang tid <b>at skrive</b>", "weekly_cap": "2", "password": "fire ord er hemmelige"},
        headers={"origin": "http://testserver"},
    )

    page = response.content.decode()
    assert (response.status_code, templates_of(response)[0]) == (403, "errors/csrf.html")
    assert "Det tog lang tid &lt;b&gt;at skrive&lt;/b&gt;" in page
    assert "hemmelige" not in page


@pytest.mark.parametrize("headers", [{}, {"origin": "https://ond.example"}, {"origin": "null"}])
def test_form_from_elsewhere_is_shown_nothing_of(strict_client, headers):
    response = strict_client.post("/mig/rediger/", {"bio": "En tekst fra et andet sted"}, headers=headers)

    assert response.status_code == 403
    assert "et andet sted" not in response.content.decode()
