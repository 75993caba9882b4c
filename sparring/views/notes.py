"""Experience notes: my own, those shared with me, and the steps from private to shared and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knowledge.models import MethodCard
from network.access import person_of
from network.models import Person, Theme
from sparring.forms.notes import NoteEditForm, NoteFilterForm, NoteForm, NoteTab
from sparring.models import ExperienceNote, PeerSparring
from sparring.querysets import ExperienceNoteQuerySet
from sparring.services.notes import (
    NoteChangedElsewhereError,
    NoteError,
    NoteGoneError,
    delete_note,
    edit_note,
    open_cards,
    partners_of,
    restore_note,
    share_note,
    withdraw_note,
    write_note,
)

NOTES_A_PAGE = 25
# Read by static/js/drafts.js: what was sent is stored, so its draft can go.
SAVED = "#gemt"

NoteView = Callable[..., HttpResponse]


def gone_is_not_found(view: NoteView) -> NoteView:
    """A note that went away between two clicks is answered as one that never was."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NoteGoneError as gone:
            raise Http404 from gone

    return checked


def notes(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    wanted = _wanted(request)
    card = _card(wanted)
    tab = NoteTab(wanted.get("fane") or (NoteTab.ALL if card else NoteTab.MINE))
    found = _notes_on(tab, person, timezone.now())
    if card:
        found = found.filter(cards=card)
    themes = list(Theme.objects.filter(notes__in=found).annotate(note_count=Count("notes")).order_by("name", "pk"))
    theme = next((theme for theme in themes if theme.slug == wanted.get("tema")), None)
    if theme:
        found = found.filter(themes=theme)
    newest_first = "-deleted_at" if tab == NoteTab.DELETED else "-written_at"
    rows = found.with_author().order_by(newest_first, "-pk")
    context = {
        "tab": tab,
        "tabs": NoteTab.choices,
        "page_obj": Paginator(rows, NOTES_A_PAGE).get_page(request.GET.get("side")),
        "themes": themes,
        "theme": theme,
        "card": card,
    }
    return render(request, "sparring/notes.html", context)


def note(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    cards = Prefetch("cards", open_cards().order_by("title", "pk"))
    readable = ExperienceNote.objects.visible_to(person).with_author().select_related("session")
    note = get_object_or_404(readable.prefetch_related("themes", cards), pk=pk)
    is_mine = note.author_id == person.pk
    context = {
        "note": note,
        "is_mine": is_mine,
        "partners": partners_of(note) if is_mine else [],
    }
    return render(request, "sparring/note.html", context)


def note_new(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    session = _session(request, person)
    form = NoteForm(data=request.POST if request.method == "POST" else None, initial=_first_choices(request, session))
    if form.is_valid():
        try:
            note = write_note(by=person, session=session, now=timezone.now(), **form.cleaned_data)
        except NoteError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The note is saved. Only you can see it, until you share it yourself."))
            return _to_saved(note)
    return render(request, "sparring/note_form.html", {"form": form, "session": session})


@gone_is_not_found
def note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    note = _own(person, pk)
    form = NoteEditForm(data=request.POST if request.method == "POST" else None, instance=note)
    stored = None
    if form.is_valid():
        try:
            note = edit_note(note=note, by=person, now=timezone.now(), **form.cleaned_data)
        except NoteError as error:
            form.refuse(error)
            stored = error.note if isinstance(error, NoteChangedElsewhereError) else None
        else:
            messages.success(request, _("The note is saved. It is shared with the same people as before."))
            return _to_saved(note)
    return render(request, "sparring/note_form.html", {"form": form, "note": note, "stored": stored})


@require_POST
def note_share(request: HttpRequest, pk: int) -> HttpResponse:
    return _change_level(request, pk, share_note, _("The note is shared. You can take it back at any time."))


@require_POST
def note_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _change_level(request, pk, withdraw_note, _("You have taken the note back. It holds from this moment."))


@gone_is_not_found
def note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        return render(request, "sparring/note_delete.html", {"note": _own(person, pk)})
    delete_note(note=_own(person, pk, deleted_too=True), by=person, now=timezone.now())
    messages.success(request, _("The note is deleted, and nobody can see it. You can have it back for 30 days."))
    return redirect(f"{reverse('sparring:notes')}?fane={NoteTab.DELETED}")


@require_POST
@gone_is_not_found
def note_restore(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    restore_note(note=_own(person, pk, deleted_too=True), by=person, now=timezone.now())
    messages.success(request, _("The note is back, shared with the same people as before."))
    return redirect("sparring:note", pk)


@gone_is_not_found
def _change_level(request: HttpRequest, pk: int, change: Callable[..., ExperienceNote], done: str) -> HttpResponse:
    person = person_of(request)
    try:
        change(note=_own(person, pk), by=person, to=request.POST.get("to", ""))
    except NoteError as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(request, done)
    return redirect("sparring:note", pk)


def _own(person: Person, pk: int, *, deleted_too: bool = False) -> ExperienceNote:
    notes = ExperienceNote.objects.filter(author=person)
    return get_object_or_404(notes if deleted_too else notes.kept(), pk=pk)


def _notes_on(tab: NoteTab, person: Person, now: datetime) -> ExperienceNoteQuerySet:
    notes = ExperienceNote.objects
    return {
        NoteTab.MINE: notes.written_by(person),
        NoteTab.SHARED: notes.shared_with(person),
        NoteTab.ALL: notes.visible_to(person),
        NoteTab.DELETED: notes.restorable_by(person, now),
    }[tab]


def _wanted(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for, without what makes no sense."""
    form = NoteFilterForm(request.GET)
    form.is_valid()
    return form.cleaned_data


def _card(wanted: dict[str, Any]) -> MethodCard | None:
    return open_cards().filter(pk=wanted["card"]).first() if wanted.get("card") else None


def _session(request: HttpRequest, person: Person) -> PeerSparring | None:
    """The session that the note is about, if the address names one in which this person takes part."""
    asked_for = request.GET.get("session")
    if not asked_for:
        return None
    try:
        uid = UUID(asked_for)
    except ValueError as rubbish:
        raise Http404 from rubbish
    return get_object_or_404(PeerSparring.objects.of(person).select_related("theme"), uid=uid)


def _first_choices(request: HttpRequest, session: PeerSparring | None) -> dict[str, Any]:
    """What is ticked from the start: the theme of the session, and the card one came from."""
    card = _card(_wanted(request))
    return {
        "themes": [session.theme_id] if session and session.theme_id else [],
        "cards": [card.pk] if card else [],
    }


def _to_saved(note: ExperienceNote) -> HttpResponse:
    return redirect(reverse("sparring:note", args=[note.pk]) + SAVED)
