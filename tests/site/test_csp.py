import json
import logging

import pytest
from django.test import Client
from wagtail.models import Site

from network.models import MunicipalitySettings

REPORTS = "/csp-rapport/"
THEME = "/tema.css"
REPORT = {
    "csp-report": {
        "document-uri": "https://korps.example/soeg/?q=vred+nabo",
        "blocked-uri": "https://ond.example/x.js?y#z",
        "violated-directive": "script-src-elem",
    }
}


def send(client, body, content_type="application/csp-report"):
    return client.post(REPORTS, body if isinstance(body, bytes) else json.dumps(body), content_type=content_type)


def directives(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts)


# What pages are sent


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client, db):
    policy = directives(client.get("/privatliv/"))

    assert policy["default-src"] == "'self'"
    assert "unsafe" not in "".join(policy.values())
    assert "http" not in "".join(policy.values())
    assert policy["report-uri"] == REPORTS


def test_admin_has_the_policy_it_needs(sign_in, tree, birgit):
    birgit.is_superuser = True
    birgit.save()

    assert "'unsafe-inline'" in directives(sign_in(birgit).get("/redaktion/"))["script-src"]


@pytest.mark.parametrize(
    "address", ["/korpset/", "/mig/", "/mig/rediger/", "/mig/tider/", "/mig/fravalg/", "/privatliv/"]
)
def test_pages_have_nothing_inline(sign_in, karen, address):
    page = sign_in(karen).get(address).content.decode()

    assert "style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert " onclick=" not in page


# What browsers report


def test_report_is_logged_without_what_was_searched_for(client, caplog):
    with caplog.at_level(logging.WARNING, "network.views.csp"):
        assert send(client, REPORT).status_code == 204

    (record,) = caplog.records
    assert record.args == ("'script-src-elem' 'https://korps.example/soeg/' 'https://ond.example/x.js'",)


def test_report_needs_neither_sign_in_nor_token():
    assert send(Client(enforce_csrf_checks=True), REPORT).status_code == 204


def test_report_keeps_to_one_line_of_the_log(client, caplog):
    send(client, {"csp-report": {"violated-directive": "a\nb" + "x" * 999}})

    message = caplog.records[0].getMessage()
    assert "\n" not in message
    assert len(message) < 500


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_report_is_posted(client, method):
    assert getattr(client, method)(REPORTS).status_code == 405


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"csp-report": 7}', b'{"csp-report": null}', b"[" * 9000],
)
def test_report_that_is_none_is_refused_and_not_logged(client, caplog, body):
    assert send(client, body).status_code == 400
    assert caplog.records == [record for record in caplog.records if record.name == "django.request"]


def test_report_that_is_too_large_is_refused(client):
    assert send(client, b'{"csp-report": {"x": "' + b"y" * 20_000 + b'"}}').status_code == 413


# The colours


@pytest.fixture
def colours(tree):
    """Saves the municipality's colours past every check."""

    def save(**fields) -> MunicipalitySettings:
        site = Site.objects.get(is_default_site=True)
        return MunicipalitySettings.objects.update_or_create(site=site, defaults=fields)[0]

    return save


def test_theme_is_a_stylesheet_of_the_colours(client, colours):
    colours(primary_colour="#1b4f72", accent_colour="#7a1f1f")

    response = client.get(THEME)

    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response.content.decode() == ":root{--brand:#1b4f72;--accent:#7a1f1f;}"


def test_theme_has_colours_before_anybody_chose_some(client, db):
    assert client.get(THEME).content.decode() == ":root{--brand:#14506b;--accent:#9a3412;}"


def test_theme_is_kept_for_long_under_its_own_address_only(client, colours):
    version = colours(primary_colour="#1b4f72", accent_colour="#7a1f1f").colour_version

    assert f'href="{THEME}?v={version}"' in client.get("/privatliv/").content.decode()
    assert client.get(f"{THEME}?v={version}")["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"{THEME}?v=ffffff000000")["Cache-Control"] == "no-cache"
    assert client.get(THEME)["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("rubbish", ["red", "#12345", "#12}*{", "", "#1b4f7\n"])
def test_theme_leaves_out_what_is_no_colour(client, colours, rubbish):
    colours(primary_colour=rubbish, accent_colour="#7a1f1f")

    assert client.get(THEME).content.decode() == ":root{--accent:#7a1f1f;}"
