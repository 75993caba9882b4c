"""Out of the rounds gently: whoever was silent three times in a row is proposed to nobody until they come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from network.models import Ambassador, Person
from sparring import round_mails
from sparring.models import (
    ExperienceNote,
    MatchAnswer,
    MatchMember,
    RoundPause,
    RoundStatus,
    SessionStatus,
    SparringParticipant,
)
from sparring.services.sessions import lock_people

SILENT_ROUNDS = 3
LOOK_BACK = timedelta(days=180)


def pause_silent(*, now: datetime) -> list[Person]:
    """Pause those who were silent in the last three matches they were in, and tell each of them by mail.

    Returns whom. A second run finds nobody.
    """
    return [person for person in _silent(now) if _pause(person, now)]


@transaction.atomic
def come_back(*, person: Person, by: Person, now: datetime) -> None:
    """Let the person be matched in rounds again, with three new chances. A second time changes nothing."""
    RoundPause.objects.filter(person=person, ended_at=None).update(ended_at=now)


@transaction.atomic
def _pause(person: Person, now: datetime) -> bool:
    lock_people([person])
    _pause_row, is_new = RoundPause.objects.get_or_create(person=person, ended_at=None, defaults={"began_at": now})
    if is_new:
        round_mails.send_paused(person=person, now=now)
    return is_new


def _silent(now: datetime) -> list[Person]:
    """Members of the corps whose last three matches, held and over, they neither answered, left nor kept a trace of.

    A match that the other one cancelled says nothing about them and is passed over. What lies before they came back
    does not count.
    """
    paused = RoundPause.objects.filter(person=OuterRef("person"))
    left = SparringParticipant.objects.filter(
        session=OuterRef("proposal__session"), person=OuterRef("person"), is_active=False
    )
    noted = ExperienceNote.objects.kept().filter(session=OuterRef("proposal__session"))
    held = Q(proposal__session__status=SessionStatus.AGREED)
    matches = (
        MatchMember.objects.filter(proposal__round__status=RoundStatus.PUBLISHED)
        .filter(person__in=Ambassador.objects.active().values("person"))
        .filter(proposal__session__ends_at__lte=now, proposal__session__ends_at__gt=now - LOOK_BACK)
        .exclude(Exists(paused.filter(Q(ended_at=None) | Q(ended_at__gt=OuterRef("proposal__session__ends_at")))))
        .annotate(
            has_spoken=~Q(answer=MatchAnswer.WAITING)
            | Q(proposal__session__cancelled_by=F("person"))
            | (held & (Exists(left) | Exists(noted))),
        )
        .filter(Q(has_spoken=True) | held)
        .select_related("person")
        .order_by("person", "-proposal__session__starts_at", "-pk")
    )
    silent = []
    for person, rows in groupby(matches, key=lambda match: match.person):
        latest = list(rows)[:SILENT_ROUNDS]
        if len(latest) == SILENT_ROUNDS and not any(match.has_spoken for match in latest):
            silent.append(person)
    return silent
