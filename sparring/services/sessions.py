"""Agreeing, leaving and cancelling a sparring session, whether it came from a booking or from a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.models import Person, Theme
from sparring import mails
from sparring.models import (
    BookingStatus,
    ParticipantRole,
    PeerSparring,
    SessionStatus,
    SlotBooking,
    SparringParticipant,
)

FEWEST_PEOPLE = 2


class SessionError(Exception):
    """What a person can run into with a session; `sentence` is what they are shown."""

    sentence: Promise

    def __str__(self) -> str:
        return str(self.sentence)


class AlreadyBusyError(SessionError):
    """`person` already has a session that overlaps the time."""

    sentence = _("You already have a sparring at that time.")

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person


class NotAParticipantError(SessionError):
    sentence = _("Only those who take part can change a sparring.")


class SessionHasBegunError(SessionError):
    sentence = _("The sparring has begun, so it can no longer be cancelled.")


def lock_people(people: Iterable[Person]) -> None:
    """Let nobody else change what these people have agreed before the caller's transaction ends."""
    ids = [person.pk for person in people]
    # In the order of the key, so that two bookings never wait for each other.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


@transaction.atomic
def agree_session(
    *,
    roles: Mapping[Person, ParticipantRole],
    starts_at: datetime,
    ends_at: datetime,
    theme: Theme | None = None,
    question: str = "",
    now: datetime,
) -> PeerSparring:
    """Make a session that holds these people's time. Telling them is the caller's.

    Raises `AlreadyBusyError` with the person whose time is taken, also by a session that starts at another minute.
    """
    lock_people(roles)
    if busy := SparringParticipant.objects.overlapping(starts_at, ends_at).filter(person__in=roles).first():
        raise AlreadyBusyError(busy.person)
    session = PeerSparring.objects.create(
        starts_at=starts_at, ends_at=ends_at, theme=theme, question=question, created_at=now
    )
    for person, role in roles.items():
        try:
            with transaction.atomic():
                SparringParticipant.objects.create(session=session, person=person, role=role, starts_at=starts_at)
        except IntegrityError as refusal:
            raise AlreadyBusyError(person) from refusal
    return PeerSparring.objects.with_people().select_related("theme").get(pk=session.pk)


@transaction.atomic
def join_session(*, session: PeerSparring, person: Person, now: datetime) -> PeerSparring:
    """Let one more take part in an agreed session, whose row the caller holds. Telling them is the caller's.

    Raises `AlreadyBusyError`.
    """
    lock_people([person])
    session = _locked(session)
    if SparringParticipant.objects.overlapping(session.starts_at, session.ends_at).filter(person=person).exists():
        raise AlreadyBusyError(person)
    SparringParticipant.objects.update_or_create(
        session=session, person=person, defaults={"starts_at": session.starts_at, "is_active": True}
    )
    session.sequence += 1
    session.save(update_fields=["sequence"])
    return PeerSparring.objects.with_people().select_related("theme").get(pk=session.pk)


@transaction.atomic
def leave_session(*, session: PeerSparring, by: Person, now: datetime) -> None:
    """Leave a group of three, where the other two go on; of a pair nothing is left, so it is cancelled.

    Frees the time and the place, and tells everybody. A second time changes nothing.
    """
    if not session.participants.filter(person=by).exists():
        raise NotAParticipantError
    session = _locked(session)
    if not session.is_agreed or by not in session.people:
        return
    _check_not_begun(session, now)
    staying = [person for person in session.people if person != by]
    if len(staying) < FEWEST_PEOPLE:
        _call_off(session, by=by, now=now)
        return
    session.participants.filter(person=by).update(is_active=False)
    session.sequence += 1
    session.save(update_fields=["sequence"])
    mails.send_left(session=session, leaver=by, staying=staying, now=now)


@transaction.atomic
def call_off_sessions(*, sessions: Iterable[PeerSparring], by: Person, reason: str, now: datetime) -> int:
    """Cancel on behalf of the municipality, with the reason in the mail. Returns how many were cancelled."""
    agreed = [session for session in map(_locked, sessions) if session.is_agreed and session.starts_at > now]
    for session in agreed:
        _call_off(session, by=by, now=now, reason=reason)
    return len(agreed)


@transaction.atomic
def withdraw_sessions(*, sessions: Iterable[PeerSparring], by: Person, now: datetime) -> None:
    """Cancel sessions that nobody has been told of, so nobody is told of this either."""
    for session in sessions:
        _cancel(session, by=by, now=now)


def _locked(session: PeerSparring) -> PeerSparring:
    return PeerSparring.objects.select_for_update(of=("self",)).with_people().get(pk=session.pk)


def _check_not_begun(session: PeerSparring, now: datetime) -> None:
    if session.starts_at <= now:
        raise SessionHasBegunError


def _call_off(session: PeerSparring, *, by: Person, now: datetime, reason: str = "") -> None:
    people = session.people
    _cancel(session, by=by, now=now)
    mails.send_cancelled(session=session, people=people, by=by, reason=reason, now=now)


def _cancel(session: PeerSparring, *, by: Person, now: datetime) -> None:
    session.status = SessionStatus.CANCELLED
    session.cancelled_at = now
    session.cancelled_by = by
    session.sequence += 1
    session.save(update_fields=["status", "cancelled_at", "cancelled_by", "sequence"])
    SparringParticipant.objects.filter(session=session).update(is_active=False)
    SlotBooking.objects.filter(session=session).update(status=BookingStatus.CANCELLED)
