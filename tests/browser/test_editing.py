"""Writing in Wagtail on a slow line: what is saved as one types, and sent meanwhile, is one page."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import APIResponse, Request, Route, expect
from wagtail.models import Site

from knowledge.models import CaseIndexPage, CaseStudy
from knowledge.setup import set_up_site
from tests.factories import AmbassadorFactory, page_tree

from .editor import submit, write_case

PASSWORD = "en-lang-adgangskode"
PATIENCE = 30.0  # seconds
# Wagtail takes what stands in a form some seconds after it was opened for what stood there at first.
TELL_WHEN_WATCHED = "document.addEventListener('w-unsaved:watch-edits', () => document.body.dataset.watched = '')"


@pytest.fixture
def shelf(transactional_db, live_server) -> CaseIndexPage:
    shelf = page_tree().cases
    set_up_site()
    Site.objects.update(hostname="127.0.0.1", port=int(live_server.url.rsplit(":", 1)[1]))
    return shelf


@pytest.fixture
def writer(shelf, visit):
    """An ambassador in front of an empty case, signed in and ready to type."""
    person = AmbassadorFactory(person__email="karen@egeby.example").person
    person.set_password(PASSWORD)
    person.save()
    visitor = visit(1280)
    visitor.sign_in(person.email, PASSWORD)
    visitor.page.add_init_script(TELL_WHEN_WATCHED)
    visitor.go(f"/redaktion/pages/add/knowledge/casestudy/{shelf.pk}/")
    expect(visitor.page.locator("[data-watched]")).to_be_attached()
    return visitor


def saves_itself(request: Request) -> bool:
    return request.method == "POST" and "application/json" in request.headers.get("accept", "")


def test_a_case_sent_while_it_saves_itself_is_one_case(shelf, writer):
    page = writer.page
    answered: list[tuple[Route, APIResponse]] = []

    def answer_late(route: Route) -> None:
        if saves_itself(route.request) and not answered:
            answered.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/redaktion/pages/add/**", answer_late)
    with page.expect_request(saves_itself):
        write_case(page, title="Den gule stol", intro="En pårørende fik plads ved bordet.", situation="Hun sad bagest.")
    deadline = time.monotonic() + PATIENCE
    while not answered and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    [(route, response)] = answered  # the draft is stored, and the page does not know it yet
    page.locator("[name=intro]").fill("Rettet, mens den første kladde var på vej.")
    submit(page)
    route.fulfill(response=response)
    page.wait_for_url(f"**/redaktion/pages/{shelf.pk}/**")

    case = CaseStudy.objects.get()
    assert case.current_workflow_state is not None
    assert case.get_latest_revision_as_object().intro == "Rettet, mens den første kladde var på vej."
    assert writer.complaints == []
