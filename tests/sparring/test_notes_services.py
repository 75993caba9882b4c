from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from sparring.models import ExperienceNote
from sparring.services.notes import (
    CardNotOpenError,
    NoteChangedElsewhereError,
    NoteGoneError,
    NoteHoldsPersonalDataError,
    NotInSessionError,
    SharingLevelError,
    delete_note,
    edit_note,
    partners_of,
    purge_deleted_notes,
    restore_note,
    share_note,
    withdraw_note,
    write_note,
)
from tests.factories import MethodCardFactory, NoteFactory, ThemeFactory, make_session
from tests.factories.sparring import NOW

LATER = NOW + timedelta(hours=2)
TEXTS = {
    "title": "Ventetid",
    "situation": "A var vred over ventetiden.",
    "action": "Jeg lyttede først.",
    "effect": "A faldt til ro.",
    "advice": "Vent med at forklare.",
}


def levels(note: ExperienceNote) -> list[str]:
    """The level after each step up, until there are no more."""
    found = []
    while note.next_level:
        note = share_note(note=note, by=note.author, to=note.next_level)
        found.append(note.visibility)
    return found


def test_written_note_is_private(tree, laura, karen):
    card, theme, session = MethodCardFactory(), ThemeFactory(), make_session(laura, karen)

    note = write_note(by=laura, session=session, cards=[card], themes=[theme], now=NOW, **TEXTS)

    note = ExperienceNote.objects.get(pk=note.pk)
    assert (note.visibility, note.author, note.session) == ("private", laura, session)
    assert {name: getattr(note, name) for name in TEXTS} == TEXTS
    assert (list(note.cards.all()), list(note.themes.all())) == ([card], [theme])
    assert (note.written_at, note.changed_at, note.is_edited) == (NOW, NOW, False)


@pytest.mark.parametrize(
    ("situation", "heading"),
    [
        ("A var vred.", "A var vred."),
        ("A var vred.\nB var stille.", "A var vred."),
        ("A var vred over, at vi ikke havde ringet, da vi havde lovet at ringe til hende.",) * 2,
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_note_without_heading_is_named_by_the_first_words(laura, situation, heading):
    note = write_note(by=laura, now=NOW, **TEXTS | {"title": " ", "situation": situation})
    if len(heading) > 60:
        heading = "A var vred over, at vi ikke havde ringet, da vi havde lovet…"
    assert note.title == heading


@pytest.mark.parametrize("field", TEXTS)
def test_cpr_number_in_any_text_stops_a_new_note(laura, field):
    with pytest.raises(NoteHoldsPersonalDataError) as refusal:
        write_note(by=laura, now=NOW, **TEXTS | {field: "Det er 010190-1234."})

    assert refusal.value.fields == (field,)
    assert "1234" not in str(refusal.value)
    assert not ExperienceNote.objects.exists()


@pytest.mark.parametrize("field", TEXTS)
def test_cpr_number_in_any_text_stops_an_edit(laura, field):
    note = write_note(by=laura, now=NOW, **TEXTS)

    with pytest.raises(NoteHoldsPersonalDataError):
        edit_note(note=note, by=laura, seen=note.version, now=LATER, **TEXTS | {field: "Det er 010190-1234."})

    assert ExperienceNote.objects.filter(pk=note.pk, changed_at=NOW, **TEXTS).exists()


def test_cpr_number_in_an_unnamed_note_is_told_where_it_was_written(laura):
    with pytest.raises(NoteHoldsPersonalDataError) as refusal:
        write_note(by=laura, now=NOW, **TEXTS | {"title": "", "situation": "010190-1234 ringede."})
    assert refusal.value.fields == ("situation",)


def test_note_on_the_sparring_of_others_is_refused(laura, karen, ali):
    with pytest.raises(NotInSessionError):
        write_note(by=laura, session=make_session(karen, ali), now=NOW, **TEXTS)
    assert not ExperienceNote.objects.exists()


def test_note_naming_an_unpublished_card_is_refused(tree, laura):
    with pytest.raises(CardNotOpenError):
        write_note(by=laura, cards=[MethodCardFactory(live=False)], now=NOW, **TEXTS)
    assert not ExperienceNote.objects.exists()


def test_note_sent_twice_is_written_once(laura, karen):
    first = write_note(by=laura, now=NOW, **TEXTS)

    assert write_note(by=laura, now=NOW + timedelta(seconds=5), **TEXTS) == first
    assert write_note(by=karen, now=NOW, **TEXTS) != first
    assert write_note(by=laura, now=LATER, **TEXTS) != first


def test_edit_keeps_the_level_and_tells_that_it_was_made(tree, laura):
    old, new = MethodCardFactory(), MethodCardFactory()
    note = NoteFactory(author=laura, visibility="corps", cards=[old])

    edit_note(note=note, by=laura, seen=note.version, cards=[new], now=LATER, **TEXTS | {"effect": "Vi lo."})

    note.refresh_from_db()
    assert (note.effect, note.visibility, note.is_edited, note.changed_at) == ("Vi lo.", "corps", True, LATER)
    assert list(note.cards.all()) == [new]


def test_edit_keeps_a_card_that_is_no_longer_published(tree, laura):
    card = MethodCardFactory()
    note = NoteFactory(author=laura, cards=[card])
    card.unpublish()

    edit_note(note=note, by=laura, seen=note.version, cards=[], now=LATER, **TEXTS)

    assert [each.pk for each in note.cards.all()] == [card.pk]


def test_edit_of_a_text_that_changed_meanwhile_is_refused_with_what_is_stored(laura):
    note = write_note(by=laura, now=NOW, **TEXTS)
    edit_note(note=note, by=laura, seen=note.version, now=LATER, **TEXTS | {"effect": "Først."})

    with pytest.raises(NoteChangedElsewhereError) as refusal:
        edit_note(note=note, by=laura, seen=note.version, now=LATER, **TEXTS | {"effect": "Så."})

    assert refusal.value.note.effect == "Først."
    assert ExperienceNote.objects.get(pk=note.pk).effect == "Først."


def test_edit_sent_twice_is_made_once(laura):
    note = write_note(by=laura, now=NOW, **TEXTS)
    changed = TEXTS | {"effect": "Vi lo."}

    edit_note(note=note, by=laura, seen=note.version, now=LATER, **changed)
    again = edit_note(note=note, by=laura, seen=note.version, now=LATER + timedelta(seconds=1), **changed)

    assert again.changed_at == LATER


def test_edit_that_changes_nothing_is_no_edit(laura):
    note = write_note(by=laura, now=NOW, **TEXTS)
    assert not edit_note(note=note, by=laura, seen=note.version, now=LATER, **TEXTS).is_edited


def test_note_is_shared_one_level_at_a_time(laura, karen):
    assert levels(NoteFactory(author=laura, session=make_session(laura, karen))) == ["partners", "corps", "everyone"]


def test_note_without_a_sparring_has_no_partners_to_share_with(laura):
    assert levels(NoteFactory(author=laura)) == ["corps", "everyone"]


@pytest.mark.parametrize("to", ["corps", "everyone", "rubbish", ""])
def test_sharing_past_a_level_is_refused(laura, karen, to):
    note = NoteFactory(author=laura, session=make_session(laura, karen))

    with pytest.raises(SharingLevelError):
        share_note(note=note, by=laura, to=to)

    assert ExperienceNote.objects.get(pk=note.pk).visibility == "private"


def test_sharing_sent_twice_shares_one_level(laura, karen):
    note = NoteFactory(author=laura, session=make_session(laura, karen))

    share_note(note=note, by=laura, to="partners")
    share_note(note=note, by=laura, to="partners")

    assert ExperienceNote.objects.get(pk=note.pk).visibility == "partners"


@pytest.mark.parametrize("to", ["corps", "partners", "private"])
def test_withdrawing_to_any_lower_level_holds_at_once(laura, karen, to):
    note = NoteFactory(author=laura, session=make_session(laura, karen), visibility="everyone")

    withdraw_note(note=note, by=laura, to=to)

    assert ExperienceNote.objects.get(pk=note.pk).visibility == to


@pytest.mark.parametrize(
    ("level", "to"), [("private", "corps"), ("corps", "everyone"), ("corps", "partners"), ("corps", "rubbish")]
)
def test_withdrawing_upwards_or_to_no_level_is_refused(laura, level, to):
    note = NoteFactory(author=laura, visibility=level)

    with pytest.raises(SharingLevelError):
        withdraw_note(note=note, by=laura, to=to)

    assert ExperienceNote.objects.get(pk=note.pk).visibility == level


def test_nobody_but_the_author_changes_a_note(laura, birgit):
    note = NoteFactory(author=laura, visibility="corps")
    before = ExperienceNote.objects.filter(pk=note.pk).values().get()

    for action in (
        lambda: edit_note(note=note, by=birgit, seen=note.version, now=LATER, **TEXTS),
        lambda: share_note(note=note, by=birgit, to="everyone"),
        lambda: withdraw_note(note=note, by=birgit, to="private"),
        lambda: delete_note(note=note, by=birgit, now=LATER),
        lambda: restore_note(note=note, by=birgit, now=LATER),
    ):
        with pytest.raises(NoteGoneError):
            action()

    assert ExperienceNote.objects.filter(pk=note.pk).values().get() == before


def test_deleted_note_is_gone_for_all_and_comes_back_as_it_was(laura, karen):
    note = NoteFactory(author=laura, visibility="corps")

    delete_note(note=note, by=laura, now=NOW)
    assert not ExperienceNote.objects.visible_to(karen).exists()
    assert not ExperienceNote.objects.visible_to(laura).exists()

    restore_note(note=note, by=laura, now=NOW + timedelta(days=29))
    assert ExperienceNote.objects.visible_to(karen).get() == note


def test_deleting_and_restoring_twice_is_as_once(laura):
    note = NoteFactory(author=laura)

    delete_note(note=note, by=laura, now=NOW)
    delete_note(note=note, by=laura, now=LATER)
    assert ExperienceNote.objects.get(pk=note.pk).deleted_at == NOW

    restore_note(note=note, by=laura, now=LATER)
    assert restore_note(note=note, by=laura, now=LATER).deleted_at is None


def test_deleted_note_cannot_be_edited_or_shared(laura):
    note = NoteFactory(author=laura, deleted_at=NOW)

    for action in (
        lambda: edit_note(note=note, by=laura, seen=note.version, now=LATER, **TEXTS),
        lambda: share_note(note=note, by=laura, to="corps"),
        lambda: withdraw_note(note=note, by=laura, to="private"),
    ):
        with pytest.raises(NoteGoneError):
            action()


def test_note_deleted_thirty_days_ago_does_not_come_back(laura):
    note = NoteFactory(author=laura, deleted_at=NOW - timedelta(days=30))

    with pytest.raises(NoteGoneError):
        restore_note(note=note, by=laura, now=NOW)

    assert not ExperienceNote.objects.restorable_by(laura, NOW).exists()


def test_purge_removes_what_can_no_longer_be_restored(laura):
    NoteFactory(author=laura, deleted_at=NOW - timedelta(days=30))
    kept = {NoteFactory(author=laura, deleted_at=NOW - timedelta(days=29)), NoteFactory(author=laura)}

    assert purge_deleted_notes(now=NOW) == 1
    assert set(ExperienceNote.objects.all()) == kept
    assert purge_deleted_notes(now=NOW) == 0


def test_purge_command_tells_how_many(laura, capsys):
    NoteFactory(author=laura, deleted_at=timezone.now() - timedelta(days=31))

    call_command("purge_deleted_notes")

    assert capsys.readouterr().out == "1 notes removed.\n"
    assert not ExperienceNote.objects.exists()


def test_partners_are_the_others_who_take_part(laura, karen, ali):
    session = make_session(laura, karen, ali)
    session.participants.filter(person=ali).update(is_active=False)

    assert partners_of(NoteFactory(author=laura, session=session)) == [karen]
    assert partners_of(NoteFactory(author=laura)) == []
