"""The search page by keyboard alone, by a slow line, without script, and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect
from wagtail.models import Site

from search import services
from search.engines import EngineError
from tests.factories import (
    AmbassadorFactory,
    CaseStudyFactory,
    MethodCardFactory,
    PersonFactory,
    SlotFactory,
    ThemeFactory,
    ensure_root,
    make_place,
)

PASSWORD = "en-lang-adgangskode"
SUGGESTIONS = "#suggestions"


@pytest.fixture
def guest(transactional_db, live_server, settings, tmp_path):
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    ensure_root()
    MethodCardFactory(title="Mægling i fem skridt", minutes=10, themes=[ThemeFactory(name="Mægling")])
    MethodCardFactory(title="Mægling mellem naboer", minutes=90)
    host = AmbassadorFactory(person__first_name="Karen").person
    CaseStudyFactory(title="Da mægling lykkedes", org_unit=host.org_unit)
    for hours in range(5):
        make_place(host, SlotFactory(starts_at=timezone.now() + timedelta(days=1, hours=hours)))
    host.ambassador.weekly_cap = 7
    host.ambassador.save()
    guest = PersonFactory(email="gaest@egeby.example")
    guest.set_password(PASSWORD)
    guest.save()
    Site.objects.update(hostname="127.0.0.1", port=int(live_server.url.rsplit(":", 1)[1]))
    services.reindex()
    return guest


def test_search_by_keyboard_alone(guest, visit):
    visitor = visit(1280)
    visitor.sign_in(guest.email, PASSWORD)
    page = visitor.page
    field, suggestions = page.locator("#id_q"), page.locator(SUGGESTIONS)

    visitor.go("/soeg/")
    expect(field).to_be_focused()
    page.keyboard.type("mæg")
    expect(suggestions).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(suggestions).to_be_hidden()
    expect(field).to_have_value("mæg")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = suggestions.locator("[aria-selected=true]")
    expect(chosen).to_have_attribute("data-value", "Mægling mellem naboer")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    page.keyboard.press("Enter")
    expect(field).to_have_value("Mægling mellem naboer")
    expect(suggestions).to_be_hidden()
    page.wait_for_url("**/soeg/?q=M%C3%A6gling*naboer")

    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("mægling")
    page.keyboard.press("Enter")
    page.wait_for_url("**/soeg/?q=m%C3%A6gling")
    page.locator("#type-metodekort").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/soeg/?q=m%C3%A6gling&type=metodekort")
    expect(page.locator("#found h2").filter(has_text="2 ")).to_be_visible()
    expect(page.locator("#type-metodekort")).to_be_focused()
    page.get_by_role("link", name="Mægling mellem naboer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Mægling mellem naboer")
    visitor.look()
    page.go_back()
    expect(field).to_have_value("mægling")
    expect(page.locator("#type-metodekort")).to_be_checked()


def test_suggestions_that_come_too_late_are_not_shown(guest, visit):
    visitor = visit(1280)
    visitor.sign_in(guest.email, PASSWORD)
    page = visitor.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/soeg/forslag/**", hold)

    visitor.go("/soeg/")
    with page.expect_request("**/soeg/forslag/**"):
        page.keyboard.type("mægling")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mægling mellem naboer")).to_be_visible()
    with page.expect_response("**/soeg/forslag/**"):
        held[-1].continue_()
    expect(page.locator(f"{SUGGESTIONS} > *")).not_to_have_count(0)

    expect(page.locator(SUGGESTIONS)).to_be_hidden()
    assert visitor.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_of_the_page_is_accessible(guest, visit, monkeypatch, width):
    visitor = visit(width)
    visitor.sign_in(guest.email, PASSWORD)
    page = visitor.page

    for query in ("", "?q=m%C3%A6gling+10+minutter", "?q=sparring+i+morgen", "?q=m%C3%A6gilng", "?q=xyzzyq&minutter=5"):
        visitor.go(f"/soeg/{query}")
        visitor.look()
    visitor.go("/soeg/?q=m%C3%A6gling&forvaltning=Nedlagt&minutter=bananer")
    expect(page.locator("#id_forvaltning")).to_be_visible()
    visitor.look()
    visitor.go("/soeg/")
    page.keyboard.type("mæg")
    expect(page.locator(SUGGESTIONS)).to_be_visible()
    expect(page.locator("#found h3").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{SUGGESTIONS} [aria-selected=true]")).to_be_visible()
    visitor.look()

    def down(*args: object, **kwargs: object) -> None:
        raise EngineError("down")

    monkeypatch.setattr("search.engines.embedded.EmbeddedEngine.find", down)
    visitor.go("/soeg/?q=m%C3%A6gling")
    expect(page.locator("#found .notice--warning")).to_be_visible()
    visitor.look()


def test_filters_offers_and_times_work_without_script(guest, visit):
    visitor = visit(390, script=False)
    visitor.sign_in(guest.email, PASSWORD)
    page = visitor.page

    visitor.go("/soeg/?q=m%C3%A6gling+10+minutter")
    page.locator("#found a[href*='minutter=10']").click()
    expect(page.locator("#found h3")).to_have_text(["Mægling i fem skridt"])
    visitor.go("/soeg/?q=m%C3%A6gling")
    page.locator("#found summary").click()
    page.locator("#id_forvaltning").select_option(index=1)
    page.locator("#found .filters button").click()
    expect(page.locator("#found h3")).to_contain_text(["Da mægling lykkedes"])
    visitor.go("/soeg/?q=sparring+med+karen")
    page.locator("#found a[href*='type=sparringstid']").click()
    expect(page.locator("#found h3")).to_have_count(5)
    page.locator("#found h3 a").first.click()
    page.wait_for_url("**/sparring/book/**")
    visitor.look(axe=False)
