"""The way from a question to a booking, in a browser that runs no script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Site

from knowledge.models import Favourite
from sparring.models import PeerSparring
from tests.factories import AmbassadorFactory, MethodCardFactory, PersonFactory, SlotFactory, ensure_root, make_place

PASSWORD = "en-lang-adgangskode"


@pytest.fixture
def small_world(transactional_db, live_server):
    ensure_root()
    card = MethodCardFactory(title="Ro på samtalen", slug="ro-paa-samtalen")
    Site.objects.update(hostname="127.0.0.1", port=int(live_server.url.rsplit(":", 1)[1]))
    host = AmbassadorFactory().person
    make_place(host, SlotFactory(starts_at=timezone.now() + timedelta(days=1)))
    guest = PersonFactory(email="gaest@egeby.example")
    guest.set_password(PASSWORD)
    guest.save()
    return card, host, guest


def test_search_favourite_and_booking_work_without_script(small_world, visit):
    _, host, guest = small_world
    visitor = visit(390, script=False)
    visitor.sign_in(guest.email, PASSWORD)
    page = visitor.page

    visitor.go("/soeg/")
    page.locator("[name=q]").fill("samtaler")
    page.locator("#search-form button").click()
    page.get_by_role("link", name="Ro på samtalen").first.click()
    page.locator("#favourite").click()
    expect(page.locator("#favourite")).to_have_attribute("aria-pressed", "true")
    visitor.look(axe=False)
    visitor.go("/sparring/ledige-tider/")
    page.locator("main .row .button--primary").first.click()
    page.locator("main form.form .button--primary").click()
    page.wait_for_url("**/sparring/aftaler/**")
    visitor.look(axe=False)

    assert Favourite.objects.get().person == guest
    assert set(PeerSparring.objects.get().participants.values_list("person", flat=True)) == {guest.pk, host.pk}
