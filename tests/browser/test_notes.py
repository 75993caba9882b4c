"""Notes in a browser: what is being typed is not lost, and the pages can be read by everybody."""

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Locale
from wagtail.models import Page as WagtailPage

from sparring.models import ExperienceNote
from tests.factories import MethodCardFactory, NoteFactory, PersonFactory, ThemeFactory, make_session, page_tree

pytestmark = pytest.mark.django_db(transaction=True)
SIGNED_IN = "sessionid"
TYPED = "A var vred over ventetiden."


def enter(visitor, sign_in, person):
    """Sign in without the form; also what a person has done who signs in again in another tab."""
    session = sign_in(person).cookies[SIGNED_IN].value
    visitor.page.context.add_cookies([{"name": SIGNED_IN, "value": session, "url": visitor.base_url}])


def write(page: Page, situation: str = TYPED) -> None:
    page.locator("#id_situation").fill(situation)
    page.locator("#id_action").fill("Jeg lyttede først.")
    page.locator("#id_effect").fill("A faldt til ro.")


def save(page: Page) -> None:
    page.locator("main form[data-draft] .button--primary").click()


@pytest.fixture
def laura_at_the_form(visit, sign_in, laura):
    visitor = visit()
    enter(visitor, sign_in, laura)
    visitor.go("/noter/ny/")
    return visitor


@pytest.fixture
def shelves(transactional_db):
    """The page tree, also after a test that emptied the database of the root that Wagtail's migrations make."""
    Locale.objects.get_or_create(language_code="da")
    if not WagtailPage.get_first_root_node():
        WagtailPage.add_root(instance=WagtailPage(title="Root", slug="root"))
    return page_tree()


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))")


def restored(page: Page):
    return page.locator("[data-draft-restored]")


def test_draft_outlives_an_expired_sign_in_and_goes_when_saved(laura_at_the_form, sign_in, laura):
    visitor, page = laura_at_the_form, laura_at_the_form.page
    expect(restored(page)).to_be_hidden()
    write(page)
    page.context.clear_cookies(name=SIGNED_IN)
    save(page)
    expect(page).to_have_url(visitor.base_url + "/konto/login/?next=/noter/ny/")

    enter(visitor, sign_in, laura)
    visitor.go("/noter/ny/")

    expect(restored(page)).to_be_visible()
    expect(page.locator("#id_situation")).to_have_value(TYPED)

    save(page)
    expect(page.locator("h1")).to_have_text(TYPED)
    assert "#" not in page.url
    assert drafts(page) == []
    visitor.go("/noter/ny/")
    expect(page.locator("#id_situation")).to_have_value("")


def test_draft_can_be_discarded(laura_at_the_form):
    page = laura_at_the_form.page
    write(page)
    page.reload()

    page.locator("[data-draft-discard]").click()

    expect(restored(page)).to_be_hidden()
    expect(page.locator("#id_situation")).to_have_value("")
    page.reload()
    expect(restored(page)).to_be_hidden()


def test_draft_goes_at_sign_out(laura_at_the_form):
    page = laura_at_the_form.page
    write(page)

    assert len(drafts(page)) == 1

    page.locator("details.account summary").click()
    page.locator("form[action='/konto/logout/'] button").click()

    page.wait_for_url("**/konto/login/")
    assert drafts(page) == []


def test_draft_is_not_shown_to_another_person_in_the_same_tab(laura_at_the_form, sign_in, karen):
    write(laura_at_the_form.page)

    enter(laura_at_the_form, sign_in, karen)
    laura_at_the_form.go("/noter/ny/")

    expect(restored(laura_at_the_form.page)).to_be_hidden()
    expect(laura_at_the_form.page.locator("#id_situation")).to_have_value("")


def test_refused_note_keeps_the_text_and_can_be_put_right(laura_at_the_form):
    page = laura_at_the_form.page
    write(page, "A med nummer 010190-1234 var vred.")
    save(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(restored(page)).to_be_hidden()
    laura_at_the_form.look()
    assert not ExperienceNote.objects.exists()

    write(page)
    save(page)

    expect(page.locator("h1")).to_have_text(TYPED)


def test_draft_of_an_edit_does_not_overwrite_what_another_window_saved(visit, sign_in, laura):
    note = NoteFactory(author=laura)
    visitor = visit()
    enter(visitor, sign_in, laura)
    visitor.go(f"/noter/{note.pk}/ret/")
    visitor.page.locator("#id_effect").fill("Fra kladden.")
    ExperienceNote.objects.filter(pk=note.pk).update(effect="Fra det andet vindue.", changed_at="2027-03-02T08:00Z")

    visitor.page.reload()
    save(visitor.page)

    expect(visitor.page.locator("#stored")).to_be_visible()
    expect(visitor.page.locator("#id_effect")).to_have_value("Fra kladden.")
    assert ExperienceNote.objects.get().effect == "Fra det andet vindue."

    save(visitor.page)
    expect(visitor.page.locator("h1")).to_have_text(note.title)
    assert ExperienceNote.objects.get().effect == "Fra kladden."


@pytest.mark.parametrize("width", [390, 1280])
def test_note_pages_can_be_read_by_everybody(shelves, visit, sign_in, laura, width):
    named = {"cards": [MethodCardFactory()], "themes": [ThemeFactory()]}
    note = NoteFactory(author=laura, session=make_session(laura, PersonFactory()), visibility="partners", **named)
    visitor = visit(width)
    enter(visitor, sign_in, laura)

    for path in ("", "?fane=delt", "ny/", f"{note.pk}/", f"{note.pk}/ret/", f"{note.pk}/slet/"):
        visitor.go(f"/noter/{path}")
        for fold in visitor.page.locator("main details:not([open])").all():
            fold.locator("summary").click()
        visitor.look()


def test_note_is_written_and_shared_without_script(visit, sign_in, laura):
    visitor = visit(390, script=False)
    enter(visitor, sign_in, laura)
    visitor.go("/noter/ny/")
    write(visitor.page)
    save(visitor.page)

    visitor.page.locator("main details summary").click()
    visitor.page.locator("main details button[name=to]").click()

    expect(visitor.page.locator(".notice--success")).to_be_visible()
    assert ExperienceNote.objects.get().visibility == "corps"
