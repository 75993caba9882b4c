"""Writing, sharing, withdrawing and deleting experience notes. Only the author can, whatever role anybody else has."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledge.models import MethodCard
from network.models import Person, Theme
from network.personal_data import CPR_REFUSED, find_cpr_numbers
from sparring.models import ExperienceNote, PeerSparring

from .sessions import lock_people

HEADING_LENGTH = 60
SENT_TWICE_WITHIN = timedelta(minutes=1)


class NoteError(Exception):
    """What an author can run into with a note; `sentence` is what they are shown."""

    sentence: Promise


class NoteHoldsPersonalDataError(NoteError):
    """`fields` names those that hold a CPR number. The number itself is kept out, so that no log ever has it."""

    sentence = CPR_REFUSED

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


class NoteChangedElsewhereError(NoteError):
    """The text is no longer the one that the edit began from; `note` is what is stored now."""

    sentence = _(
        "The note has been changed in another window since you opened it here. Both texts are below. "
        "Put together what you want to keep, and save again."
    )

    def __init__(self, note: ExperienceNote) -> None:
        super().__init__(str(note.pk))
        self.note = note


class NotInSessionError(NoteError):
    sentence = _("A note can only belong to a sparring that you took part in.")


class CardNotOpenError(NoteError):
    sentence = _("One of the method cards is no longer published. Choose again among those that are.")


class SharingLevelError(NoteError):
    """The note is not where its author thought when choosing the level."""

    sentence = _("The sharing of the note has changed in the meantime. Look at who can see it now, and choose again.")


class NoteGoneError(Exception):
    """The note is deleted, or it is somebody else's: there is nothing to tell about it."""


def open_cards() -> QuerySet[MethodCard]:
    """The method cards that all staff can read, and that a note can name."""
    return MethodCard.objects.live().public()


def partners_of(note: ExperienceNote) -> list[Person]:
    """Those the author sparred with in the session that the note is about."""
    if note.session_id is None:
        return []
    took_part = Person.objects.filter(participations__session=note.session_id, participations__is_active=True)
    return list(took_part.exclude(pk=note.author_id).order_by("first_name", "last_name", "pk"))


@transaction.atomic
def write_note(
    *,
    by: Person,
    session: PeerSparring | None = None,
    title: str = "",
    situation: str,
    action: str,
    effect: str,
    advice: str = "",
    cards: Collection[MethodCard] = (),
    themes: Collection[Theme] = (),
    now: datetime,
) -> ExperienceNote:
    """Store a private note. Raises a `NoteError`, and then nothing is stored.

    A form sent twice writes one note.
    """
    texts = _checked(title=title, situation=situation, action=action, effect=effect, advice=advice)
    _check_cards(cards)
    if session and not PeerSparring.objects.of(by).filter(pk=session.pk).exists():
        raise NotInSessionError
    lock_people([by])
    just_now = ExperienceNote.objects.written_by(by).filter(written_at__gt=now - SENT_TWICE_WITHIN)
    if twin := just_now.filter(session=session, **texts).first():
        return twin
    note = ExperienceNote.objects.create(author=by, session=session, **texts, written_at=now, changed_at=now)
    note.cards.set(cards)
    note.themes.set(themes)
    return note


@transaction.atomic
def edit_note(
    *,
    note: ExperienceNote,
    by: Person,
    seen: str,
    title: str = "",
    situation: str,
    action: str,
    effect: str,
    advice: str = "",
    cards: Collection[MethodCard] = (),
    themes: Collection[Theme] = (),
    now: datetime,
) -> ExperienceNote:
    """Store a new text of a note, which stays shared as it was. Raises a `NoteError`, and then nothing is stored.

    `seen` is the `version` of the text that the edit began from.
    """
    texts = _checked(title=title, situation=situation, action=action, effect=effect, advice=advice)
    _check_cards(cards)
    current = _locked(note, by)
    # A card that is no longer published is not offered in the form; it stays with the note for when it comes back.
    kept_cards = [*cards, *current.cards.exclude(pk__in=open_cards())]
    if _holds(current, texts, kept_cards, themes):
        return current
    if seen != current.version:
        raise NoteChangedElsewhereError(current)
    for name, text in texts.items():
        setattr(current, name, text)
    current.changed_at = now
    current.save()
    current.cards.set(kept_cards)
    current.themes.set(themes)
    return current


@transaction.atomic
def share_note(*, note: ExperienceNote, by: Person, to: str) -> ExperienceNote:
    """Share one level up. `to` is the level that the author said yes to, so that a form sent twice shares one level.

    Raises `SharingLevelError` when it is not the next one.
    """
    current = _locked(note, by)
    if current.visibility == to:
        return current
    if current.next_level != to:
        raise SharingLevelError
    return _move(current, to)


@transaction.atomic
def withdraw_note(*, note: ExperienceNote, by: Person, to: str) -> ExperienceNote:
    """Take a note back to any lower level, at once. Raises `SharingLevelError` when `to` is none of them."""
    current = _locked(note, by)
    if current.visibility == to:
        return current
    if to not in current.lower_levels:
        raise SharingLevelError
    return _move(current, to)


@transaction.atomic
def delete_note(*, note: ExperienceNote, by: Person, now: datetime) -> None:
    """Take a note away from everybody. Its author can have it back for a while."""
    current = _locked(note, by, deleted_too=True)
    if current.deleted_at is None:
        current.deleted_at = now
        current.save(update_fields=["deleted_at"])


@transaction.atomic
def restore_note(*, note: ExperienceNote, by: Person, now: datetime) -> ExperienceNote:
    """Undo a deletion: the note is back as it was, with the same readers."""
    current = _locked(note, by, deleted_too=True)
    if current.restorable_until is not None:
        if current.restorable_until <= now:
            raise NoteGoneError
        current.deleted_at = None
        current.save(update_fields=["deleted_at"])
    return current


def purge_deleted_notes(*, now: datetime) -> int:
    """Remove for good what was deleted too long ago to be restored; how many notes."""
    __, removed = ExperienceNote.objects.beyond_restoring(now).delete()
    return removed.get(ExperienceNote._meta.label, 0)


def _checked(*, title: str, situation: str, **texts: str) -> dict[str, str]:
    """The texts as they are stored, with a heading. Raises `NoteHoldsPersonalDataError`."""
    texts = {"title": title, "situation": situation, **texts}
    if refused := [name for name, text in texts.items() if find_cpr_numbers(text)]:
        raise NoteHoldsPersonalDataError(refused)
    return texts | {"title": title.strip() or _heading_of(situation)}


def _heading_of(situation: str) -> str:
    """The first words of the situation."""
    first_line = situation.strip().partition("\n")[0]
    shortened = textwrap.shorten(first_line, HEADING_LENGTH, placeholder="…")
    return shortened if shortened != "…" else first_line[: HEADING_LENGTH - 1] + "…"


def _check_cards(cards: Collection[MethodCard]) -> None:
    chosen = {card.pk for card in cards}
    if chosen - set(open_cards().filter(pk__in=chosen).values_list("pk", flat=True)):
        raise CardNotOpenError


def _locked(note: ExperienceNote, by: Person, *, deleted_too: bool = False) -> ExperienceNote:
    """The note as it is stored now, for its author alone, and nobody else changes it before the transaction ends."""
    notes = ExperienceNote.objects.select_for_update(no_key=True).filter(author=by)
    try:
        return (notes if deleted_too else notes.kept()).get(pk=note.pk)
    except ExperienceNote.DoesNotExist as missing:
        raise NoteGoneError from missing


def _holds(
    note: ExperienceNote, texts: dict[str, str], cards: Collection[MethodCard], themes: Collection[Theme]
) -> bool:
    return (
        all(getattr(note, name) == text for name, text in texts.items())
        and set(note.cards.all()) == set(cards)
        and set(note.themes.all()) == set(themes)
    )


def _move(note: ExperienceNote, level: str) -> ExperienceNote:
    note.visibility = level
    note.save(update_fields=["visibility"])
    return note
