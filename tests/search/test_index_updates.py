"""What changes in the database reaches the index through the outbox."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from knowledge.models import MethodCard, TargetGroup
from network.outbox.delivery import deliver_due
from network.outbox.models import OutboxMessage
from search import services
from search.documents import documents
from search.engines import EngineError, Filters, RefusedError
from sparring.models import ExperienceNote
from tests.factories import (
    CaseStudyFactory,
    MethodCardFactory,
    NoteFactory,
    PersonFactory,
    ThemeFactory,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index_is_the_database_afterwards():
    yield
    assert not services.differences()


@pytest.fixture(autouse=True)
def cast_is_indexed(request, delivered, db):
    """The cast of conftest was made outside of any delivery."""
    for name in ("laura", "karen", "ali"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    services.reindex()


@pytest.fixture
def card(delivered):
    with delivered():
        return MethodCardFactory(title="Mægling", themes=[ThemeFactory(name="Klager", slug="klager")])


def stored(thing, kind: str):
    key = f"{kind}:{thing.pk}"
    return services.engine().stored([key]).get(key)


def test_a_new_page_is_found(card):
    assert stored(card, "methodcard").title == "Mægling"


def test_a_published_revision_is_found_and_a_draft_is_not(card, delivered):
    with delivered():
        card.title = "Rundbord"
        revision = card.save_revision()
    assert stored(card, "methodcard").title == "Mægling"

    with delivered():
        revision.publish()
    assert stored(card, "methodcard").title == "Rundbord"


def test_an_unpublished_page_is_gone(card, delivered):
    with delivered():
        Page.objects.get(pk=card.pk).unpublish()

    assert stored(card, "methodcard") is None


def test_a_deleted_page_is_gone(card, delivered):
    with delivered():
        Page.objects.get(pk=card.pk).delete()


def test_pages_deleted_with_their_shelf_are_gone(card, tree, delivered):
    with delivered():
        Page.objects.get(pk=tree.cards.pk).delete()


def test_a_moved_shelf_changes_addresses(card, tree, delivered):
    with delivered():
        tree.cards.slug = "metoder"
        tree.cards.save_revision().publish()

    assert stored(card, "methodcard").url == MethodCard.objects.get(pk=card.pk).url


def test_a_restriction_closes_and_opens(card, tree, delivered):
    group = Group.objects.create(name="Ledere")
    with delivered():
        restriction = PageViewRestriction.objects.create(page=tree.cards, restriction_type="groups")
        restriction.groups.add(group)
    assert stored(card, "methodcard").audience == {f"group:{group.pk}", "superuser"}

    with delivered():
        restriction.delete()
    assert stored(card, "methodcard").audience == {"staff"}


def test_a_note_follows_its_sharing(karen, ali, delivered):
    with delivered():
        note = NoteFactory(author=karen, session=make_session(karen, ali), themes=[ThemeFactory()])
    assert stored(note, "note").audience == {f"person:{karen.pk}"}

    for visibility, audience in [
        ("partners", {f"person:{karen.pk}", f"person:{ali.pk}"}),
        ("corps", {f"person:{karen.pk}", f"person:{ali.pk}", "corps"}),
        ("everyone", {f"person:{karen.pk}", "staff"}),
        ("private", {f"person:{karen.pk}"}),
    ]:
        with delivered():
            note.visibility = visibility
            note.save(update_fields=["visibility"])
        assert stored(note, "note").audience == audience

    with delivered():
        note.deleted_at = timezone.now()
        note.save()
    assert stored(note, "note") is None


def test_a_partner_who_leaves_a_session_loses_the_note(karen, ali, delivered):
    with delivered():
        note = NoteFactory(author=karen, session=make_session(karen, ali), visibility="partners")
    with delivered():
        participant = note.session.participants.get(person=ali)
        participant.is_active = False
        participant.save()

    assert stored(note, "note").audience == {f"person:{karen.pk}"}


def test_themes_of_a_note_and_of_an_ambassador_follow(karen, delivered):
    theme = ThemeFactory(name="Magt")
    with delivered():
        note = NoteFactory(author=karen)
    with delivered():
        note.themes.set([theme])
        theme.offered_by.add(karen.ambassador)

    assert [each.name for each in (*stored(note, "note").themes, *stored(karen, "person").themes)] == ["Magt", "Magt"]


def test_a_renamed_theme_is_renamed_everywhere(card, karen, delivered):
    theme = card.themes.get()
    with delivered():
        karen.ambassador.offers.set([theme])
        note = NoteFactory(author=karen, themes=[theme])
    with delivered():
        theme.name = "Klagesager"
        theme.save()

    found = [stored(card, "methodcard"), stored(karen, "person"), stored(note, "note")]
    assert [document.themes[0].name for document in found] == ["Klagesager"] * 3


def test_a_deleted_theme_is_gone_everywhere(card, delivered):
    with delivered():
        card.themes.get().delete()

    assert stored(card, "methodcard").themes == ()


def test_a_renamed_department_and_unit_are_renamed_everywhere(karen, delivered):
    unit = karen.org_unit
    with delivered():
        note = NoteFactory(author=karen)
        case = CaseStudyFactory(org_unit=unit)
    with delivered():
        unit.name = "Hjælpemidler"
        unit.save()
        unit.department.name = "Omsorg"
        unit.department.save()

    found = [stored(karen, "person"), stored(note, "note"), stored(case, "casestudy")]
    assert [document.department for document in found] == ["Omsorg"] * 3
    assert "Hjælpemidler" in found[0].body


def test_a_renamed_tradition_and_target_group_are_renamed(card, delivered):
    with delivered():
        card.target_groups.set([TargetGroup.objects.create(name="Ledere", slug="ledere")])
        card.save()
    with delivered():
        TargetGroup.objects.get().delete()
        card.tradition.name = "Gammel skole"
        card.tradition.save()

    assert (stored(card, "methodcard").target_groups, "Gammel skole" in stored(card, "methodcard").keywords) == (
        (),
        True,
    )


def test_a_person_who_is_renamed_or_leaves_follows(laura, delivered):
    with delivered():
        laura.first_name = "Lone"
        laura.save()
    assert stored(laura, "person").title == "Lone Bech"

    with delivered():
        laura.is_active = False
        laura.save()
    assert stored(laura, "person") is None


def test_a_deleted_person_takes_their_notes_along(delivered):
    with delivered():
        person = PersonFactory()
        NoteFactory(author=person, visibility="everyone")
    with delivered():
        person.delete()


def test_signing_in_is_nothing_to_index(laura, sign_in):
    OutboxMessage.objects.all().delete()

    sign_in(laura)

    assert not OutboxMessage.objects.exists()


def test_a_change_that_is_rolled_back_is_never_queued(card):
    OutboxMessage.objects.all().delete()

    @transaction.atomic
    def save_and_fail():
        card.save()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()

    assert not OutboxMessage.objects.exists()


def test_messages_may_come_late_twice_and_in_any_order(card, delivered):
    key = f"methodcard:{card.pk}"
    card.title = "Andet navn"
    card.save()
    services.refresh({"keys": [key, "note:99", key]})
    services.refresh({"keys": [key]})
    assert stored(card, "methodcard").title == "Andet navn"

    MethodCard.objects.filter(pk=card.pk).delete()
    services.refresh({"keys": [key]})
    services.refresh({"keys": [key]})
    assert stored(card, "methodcard") is None


def test_an_engine_that_is_down_gets_it_later(card, delivered, monkeypatch):
    def down(*args):
        raise EngineError("down")

    with monkeypatch.context() as patched, delivered():
        patched.setattr("search.engines.embedded.EmbeddedEngine.refresh", down)
        card.title = "Rundbord"
        card.save()
    assert stored(card, "methodcard").title == "Mægling"
    assert OutboxMessage.objects.waiting().filter(kind="search.index").exists()

    deliver_due(now=timezone.now() + timedelta(minutes=1))


def test_what_an_engine_refuses_is_not_tried_for_ever(card, delivered, monkeypatch):
    def refusing(*args):
        raise RefusedError("too long")

    with monkeypatch.context() as patched, delivered():
        patched.setattr("search.engines.embedded.EmbeddedEngine.refresh", refusing)
        card.title = "Rundbord"
        card.save()
    assert OutboxMessage.objects.waiting().filter(kind="search.index", attempts=1).exists()

    deliver_due(now=timezone.now() + timedelta(hours=1))


def test_what_changes_while_the_index_is_made_again_is_not_lost(card, delivered):
    def change(number: int) -> None:
        if number == 1:
            ExperienceNote.objects.create(
                author=PersonFactory(), title="Ny", written_at=timezone.now(), changed_at=timezone.now()
            )

    services.reindex(progress=change)


def test_search_check_says_what_differs(card, laura):
    MethodCard.objects.filter(pk=card.pk).update(title="Ændret")
    NoteFactory()
    services.engine().index([next(documents([f"person:{laura.pk}"]))])
    type(laura).objects.filter(pk=laura.pk).update(is_active=False)
    out = io.StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("search_check", stdout=out)

    assert stopped.value.code == 1
    assert f"methodcard:{card.pk}" in out.getvalue()
    assert f"person:{laura.pk}" in out.getvalue()
    assert "note:" in out.getvalue()

    call_command("reindex", stdout=io.StringIO())
    call_command("search_check", stdout=io.StringIO())


def test_commands_tell_plainly_that_the_index_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").write_text("")
    good = settings.SEARCH_INDEX
    settings.SEARCH_INDEX = tmp_path / "file" / "search.sqlite3"

    for command in ("reindex", "search_check"):
        with pytest.raises(CommandError):
            call_command(command, stdout=io.StringIO())
    settings.SEARCH_INDEX = good


def test_a_lost_index_is_made_again_by_the_next_search(card, laura, settings, delivered):
    for path in settings.SEARCH_INDEX.parent.glob("search.sqlite3*"):
        path.unlink()

    with delivered():
        services.search(person=laura, text="mægling", filters=Filters())
        services.search(person=laura, text="mægling", filters=Filters())

    assert services.search(person=laura, text="mægling", filters=Filters()).hits == [f"methodcard:{card.pk}"]
    assert OutboxMessage.objects.filter(kind="search.reindex").count() == 1
