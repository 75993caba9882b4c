"""One real day in Egeby Kommune, from the import of people in the morning to the note found by a colleague."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Site

from demo.loaders.people import PASSWORD
from knowledge.models import CaseStudy, MethodCard
from network.models import Person
from sparring.models import ExperienceNote, PeerSparring, SparringRound, SparringSlot, Visibility
from tests.factories import ensure_root

from .editor import MORE_ACTIONS, submit, write_case

EGEBY = "egeby.example"
CARD = "Når bølgerne går højt"


@pytest.fixture
def egeby(transactional_db, live_server):
    """The demonstration municipality, served to the browser."""
    ensure_root()
    call_command("demo", verbosity=0)
    Site.objects.update(hostname="127.0.0.1", port=int(live_server.url.rsplit(":", 1)[1]))


def login(visitor, handle: str) -> None:
    visitor.sign_in(f"{handle}@{EGEBY}", PASSWORD)


def next_morning_slot() -> SparringSlot:
    return SparringSlot.objects.upcoming(timezone.now()).filter(series__name="Formiddagssparring").earliest("starts_at")


def test_the_day(egeby, visit, tmp_path):
    wide, narrow = visit(1280), visit(390)
    coordinator_imports_people(wide, tmp_path)
    case = ambassador_writes_a_case(wide)
    editor_approves(wide, case)
    employee_finds_a_card(narrow)
    employee_books_and_cancels(narrow)
    coordinator_runs_a_round(wide)
    note = ambassador_writes_a_note(narrow)
    a_colleague_finds_it_and_another_does_not(wide, note)


def coordinator_imports_people(visitor, tmp_path: Path) -> None:
    login(visitor, "birgit.holst")
    page = visitor.page
    page.goto(f"{visitor.base_url}/min-dag/")
    visitor.look()
    file = tmp_path / "nye.csv"
    rows = [
        "medarbejdernr;navn;e-mail;afdeling;titel;nærmeste leder;anciennitet;lokation;telefon",
        f"E900;Åse Østergård;aase.oestergaard@{EGEBY};byggesag;Byggesagsbehandler;torben.gram@{EGEBY};2;Rådhuset;",
        f"E901;Bo Hjort;bo.hjort@{EGEBY};findes-ikke;Planlægger;torben.gram@{EGEBY};2;Rådhuset;",
    ]
    file.write_bytes("\r\n".join(rows).encode("cp1252"))
    upload_people(visitor, file)
    expect(page.locator("main")).to_contain_text("3")  # the line of the bad row
    assert not Person.objects.filter(employee_number__in=["E900", "E901"]).exists()
    file.write_bytes("\r\n".join(rows[:2]).encode("cp1252"))
    upload_people(visitor, file)
    expect(page.locator("main")).to_contain_text("Åse Østergård")
    visitor.follow(page.locator("form:has([name=plan]) button"))
    visitor.look(axe=False)
    assert Person.objects.get(employee_number="E900").name == "Åse Østergård"


def upload_people(visitor, file: Path) -> None:
    visitor.go("/redaktion/import-af-personer/")
    visitor.page.locator("input[type=file]").set_input_files(file)
    visitor.follow(visitor.page.locator("main form button[type=submit], main form input[type=submit]").first)


def ambassador_writes_a_case(visitor) -> CaseStudy:
    login(visitor, "karen.winther")
    page = visitor.page
    parent = CaseStudy.objects.first().get_parent()
    visitor.go(f"/redaktion/pages/add/knowledge/casestudy/{parent.pk}/")
    write_case(
        page,
        title="Den gule stol i visitationen",
        intro="En pårørende fik plads ved bordet, og samtalen skiftede retning.",
        situation="Datteren sad altid bagest. Vi satte en gul stol frem til hende.",
    )
    choose_method_card(page)
    submit(page)
    page.wait_for_url(f"**/redaktion/pages/{parent.pk}/**")
    visitor.look(axe=False)
    case = CaseStudy.objects.get(title="Den gule stol i visitationen")
    assert not case.live
    assert case.current_workflow_state is not None
    assert [link.card.title for link in case.get_latest_revision_as_object().card_links.all()] == [
        "Anerkend, før du forklarer"
    ]
    return case


def choose_method_card(page) -> None:
    """Name the method card that the case used, in Wagtail's own chooser."""
    page.locator("#id_card_links-OPEN_MODAL").click()
    row = page.locator(".modal-body tr", has_text="Anerkend, før du forklarer")
    row.locator("input[type=checkbox]").check()
    page.locator(".modal-body [type=submit]").last.click()
    expect(page.locator("#id_card_links-FORMS")).to_contain_text("Anerkend")


def editor_approves(visitor, case: CaseStudy) -> None:
    login(visitor, "mikkel.sand")
    page = visitor.page
    visitor.go(f"/redaktion/pages/{case.pk}/edit/")
    page.locator(MORE_ACTIONS).first.click()
    page.locator("[data-workflow-action-name=approve]").first.click()
    page.wait_for_url(re.compile(r"/redaktion/(pages/\d+/)?(\?.*)?$"))
    case.refresh_from_db()
    assert case.live
    visitor.go(case.get_url())
    expect(page.locator("h1")).to_have_text("Den gule stol i visitationen")
    visitor.look()
    visitor.go("/soeg/?q=gule+stole")
    expect(page.locator("main")).to_contain_text("Den gule stol i visitationen")


def employee_finds_a_card(visitor) -> None:
    login(visitor, "laura.bech")
    page = visitor.page
    visitor.look()
    for words in ("samtaler der koger over", "konflikt", "nedtrapnign"):
        visitor.go(f"/soeg/?q={words}")
        expect(page.locator("main [href^='/metodekort/']").first).to_be_visible()
        visitor.look()
    visitor.go("/soeg/?q=vred+borger&minutter=60")
    visitor.look()
    page.get_by_role("link", name=CARD).first.click()
    expect(page.locator("h1")).to_have_text(CARD)
    visitor.look()
    favourite = page.locator("#favourite")
    if favourite.get_attribute("aria-pressed") == "true":
        favourite.click()
        expect(page.locator("#favourite")).to_have_attribute("aria-pressed", "false")
    page.locator("#favourite").click()
    expect(page.locator("#favourite")).to_have_attribute("aria-pressed", "true")
    visitor.look()
    visitor.go("/favoritter/")
    expect(page.locator("main")).to_contain_text(CARD)
    visitor.look()


def employee_books_and_cancels(visitor) -> None:
    page = visitor.page
    mail.outbox.clear()
    for _ in range(2):
        visitor.go("/sparring/ledige-tider/")
        visitor.look()
        visitor.follow(page.locator("main .row .button--primary").first)
        visitor.look()
        page.locator("main form.form .button--primary").click()
        page.wait_for_url("**/sparring/aftaler/**")
        visitor.look()
    assert len(mail.outbox) == 4
    assert {message.alternatives[0].mimetype.split(";")[0] for message in mail.outbox} == {"text/calendar"}
    visitor.go("/min-dag/")
    visitor.look()
    first, second = PeerSparring.objects.filter(starts_at__gt=timezone.now()).order_by("pk")
    visitor.go(f"/sparring/aftaler/{first.uid}/aflys/")
    visitor.look()
    visitor.follow(page.locator("main form button").first)
    visitor.look()
    first.refresh_from_db()
    assert not first.is_agreed
    assert "METHOD:CANCEL" in mail.outbox[-1].alternatives[0].content
    host = second.participants.exclude(person__email=f"laura.bech@{EGEBY}").get().person
    login(visitor, host.email.split("@")[0])
    visitor.go("/min-dag/")
    expect(page.locator(f"main a[href='/sparring/aftaler/{second.uid}/']").first).to_be_visible()


def coordinator_runs_a_round(visitor) -> None:
    login(visitor, "birgit.holst")
    page = visitor.page
    visitor.go("/sparring/runder/")
    visitor.look()
    page.locator("section[aria-labelledby=next] form button").first.click()
    page.wait_for_url("**/sparring/runder/*/")
    visitor.look()
    visitor.follow(page.locator("form[action$='/publicer/'] button"))
    visitor.look()
    round_ = SparringRound.objects.get()
    assert round_.published_at is not None
    departments = [
        [member.person.department_id for member in proposal.members.select_related("person__org_unit")]
        for proposal in round_.proposals.all()
    ]
    assert departments
    assert all(len(set(group)) > 1 for group in departments)
    for member in round_.proposals.first().members.select_related("person"):
        login(visitor, member.person.email.split("@")[0])
        visitor.go("/min-dag/")
        visitor.look()
        page.locator("[id^=proposal-] button[value=yes], [id^=proposal-] .button--primary").first.click()
        expect(page.locator("[id^=proposal-] .notice--success").first).to_be_visible()
        member.refresh_from_db()
        assert member.answer == "accepted"


def ambassador_writes_a_note(visitor) -> ExperienceNote:
    """After a session that is over: Karen's newest one of the demonstration."""
    login(visitor, "karen.winther")
    page = visitor.page
    karen = Person.objects.get(email=f"karen.winther@{EGEBY}")
    session = PeerSparring.objects.of(karen).past(timezone.now()).latest("starts_at")
    before = ExperienceNote.objects.count()
    visitor.go(f"/noter/ny/?session={session.uid}")
    visitor.look()
    situation = "En enkemand nægtede at lukke hjemmehjælpen ind, og kvarterslampen stod og blinkede."
    page.locator("[name=situation]").fill(f"{situation} Hans nummer er 010170-1234.")
    page.locator("[name=action]").fill("Vi øvede at stå stille i døren.")
    page.locator("[name=effect]").fill("Han bød selv på kaffe.")
    page.locator("details", has_text="Styrket Borgerkontakt").locator("summary").click()
    page.get_by_label(CARD).check()
    page.locator("main form.form .button--primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert ExperienceNote.objects.count() == before
    expect(page.locator("[name=situation]")).to_have_value(re.compile("kvarterslampen"))
    visitor.look()
    page.locator("[name=situation]").fill(situation)
    page.locator("main form.form .button--primary").click()
    page.wait_for_url(re.compile(r"/noter/\d+/$"))
    visitor.look()
    note = ExperienceNote.objects.latest("pk")
    assert note.visibility == Visibility.PRIVATE
    for level in (Visibility.PARTNERS, Visibility.CORPS):
        page.locator("section[aria-labelledby=sharing] summary").click()
        visitor.follow(page.locator(f"form[action$='/del/'] button[value={level}]"))
        note.refresh_from_db()
        assert note.visibility == level
    visitor.look()
    return note


def a_colleague_finds_it_and_another_does_not(visitor, note: ExperienceNote) -> None:
    page = visitor.page
    link = f"main a[href='/noter/{note.pk}/']"
    card = MethodCard.objects.get(title=CARD)
    login(visitor, "ali.demir")  # a member of the corps
    visitor.go("/soeg/?q=kvarterslampe")
    expect(page.locator(link).first).to_be_visible()
    visitor.look()
    visitor.go(card.get_url())
    expect(page.locator(link).first).to_be_visible()
    visitor.look()
    login(visitor, "laura.bech")  # an employee
    visitor.go("/soeg/?q=kvarterslampe")
    expect(page.locator(link)).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("enkemand")
    visitor.look()
    visitor.go(card.get_url())
    expect(page.locator(link)).to_have_count(0)
