"""Min dag: what is agreed, what waits for an answer, and what to write down while it is remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from knowledge.models import Favourite
from network.access import person_of
from sparring.models import ExperienceNote, MatchProposal, PeerSparring, RoundPause
from sparring.timetable import local_day

REMEMBERED = timedelta(days=14)
FAVOURITES_SHOWN = 5
NOTES_SHOWN = 3


@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    my_notes = ExperienceNote.objects.written_by(person)
    sessions: list[Any] = list(
        PeerSparring.objects.of(person)
        .agreed()
        .upcoming(now - REMEMBERED)
        .annotate(is_noted=Exists(my_notes.filter(session=OuterRef("pk"))))
        .select_related("theme", "booking")
        .with_people()
        .order_by("starts_at", "pk")
    )
    awaiting = MatchProposal.objects.awaiting(person, now).with_members().select_related("session")
    proposals = awaiting.order_by("round__slot__starts_at", "pk")
    # What waits for an answer stands on its own, above what is agreed.
    unanswered = {proposal.session_id for proposal in proposals}
    coming = [session for session in sessions if session.ends_at > now and session.pk not in unanswered]
    context = {
        "now": now,
        "today": [session for session in coming if local_day(session.starts_at) == local_day(now)],
        "later": [session for session in coming if local_day(session.starts_at) != local_day(now)],
        "unnoted": [session for session in reversed(sessions) if session.ends_at <= now and not session.is_noted],
        "proposals": proposals,
        "is_paused": RoundPause.objects.filter(person=person, ended_at=None).exists(),
        "favourites": Favourite.objects.filter(person=person, page__live=True)
        .select_related("page")
        .order_by("-saved_at", "-pk")[:FAVOURITES_SHOWN],
        "notes": my_notes.order_by("-written_at", "-pk")[:NOTES_SHOWN],
    }
    return render(request, "sparring/my_day.html", context)
