"""Notes at the same moment, from two windows. `test_races.py` runs this file on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sparring.models import ExperienceNote
from sparring.services.notes import NoteChangedElsewhereError, edit_note, share_note, write_note
from tests.at_once import at_once, kinds
from tests.factories import NoteFactory, PersonFactory, make_session
from tests.factories.sparring import NOW

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = {"situation": "A ventede.", "action": "Jeg ringede.", "effect": "A faldt til ro."}


def test_note_sent_twice_is_written_once():
    author = PersonFactory()

    notes = at_once(*[lambda: write_note(by=author, now=NOW, **TEXTS)] * 4)

    assert len({note.pk for note in notes}) == 1
    assert ExperienceNote.objects.count() == 1


def test_one_of_two_edits_is_told_of_the_other():
    note = NoteFactory()
    later = NOW + timedelta(hours=1)

    def edit(effect: str):
        return lambda: edit_note(note=note, by=note.author, seen=note.version, now=later, **TEXTS | {"effect": effect})

    results = at_once(edit("Fra det ene vindue."), edit("Fra det andet vindue."))

    assert kinds(results) == {"ExperienceNote": 1, NoteChangedElsewhereError.__name__: 1}


def test_note_shared_twice_is_shared_one_level():
    author, partner = PersonFactory(), PersonFactory()
    note = NoteFactory(author=author, session=make_session(author, partner))

    at_once(*[lambda: share_note(note=note, by=author, to="partners")] * 4)

    assert ExperienceNote.objects.get().visibility == "partners"
