"""Booking a place in a slot."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.models import Person, Theme
from network.models.ambassador import MeetingFormat
from network.personal_data import CPR_REFUSED, find_cpr_numbers
from sparring import mails
from sparring.models import ParticipantRole, PeerSparring, SlotBooking, SlotPlace, SparringParticipant
from sparring.services.sessions import AlreadyBusyError, agree_session, lock_people


class BookingError(Exception):
    """Why a place cannot be booked; `sentence` is what the person is shown."""

    sentence: Promise

    def __str__(self) -> str:
        return str(self.sentence)


class PlaceTakenError(BookingError):
    """Also for a place that was withdrawn and for people who have blocked each other: nobody shall be able to tell."""

    sentence = _("That time is no longer free. Choose another one.")


class OwnDepartmentError(BookingError):
    sentence = _("Sparring goes across departments. Choose somebody from another department than your own.")


class BookerBusyError(BookingError):
    sentence = _("You already have a sparring at that time. Choose another time.")


class SlotIsOverError(BookingError):
    sentence = _("That time is over. Choose one that is still to come.")


class PersonalDataError(BookingError):
    sentence = CPR_REFUSED


class FormatNotOfferedError(BookingError):
    sentence = _("Choose one of the ways to meet that your sparring partner offers.")


def check_bookable(*, place: SlotPlace, by: Person, now: datetime) -> None:
    """Raise the `BookingError` that says why this person cannot book the place, if so."""
    if place.starts_at <= now:
        raise SlotIsOverError
    if by.department_id and by.department_id == place.host.department_id:
        raise OwnDepartmentError
    if SparringParticipant.objects.overlapping(place.starts_at, place.slot.ends_at).filter(person=by).exists():
        raise BookerBusyError
    if not SlotPlace.objects.free(now).for_person(by).filter(pk=place.pk).exists():
        raise PlaceTakenError


def formats_of(host: Person) -> list[str]:
    """The ways to meet that an ambassador offers; one who has chosen none can be met in any."""
    return host.ambassador.formats or MeetingFormat.values


@transaction.atomic
def book_place(
    *,
    place: SlotPlace,
    by: Person,
    theme: Theme | None = None,
    question: str = "",
    format: str,  # noqa: A002  the word of the domain
    now: datetime,
) -> PeerSparring:
    """Book a place, and tell both by mail with an invitation. Raises a `BookingError`.

    Who has the place already gets their session again, so that a form sent twice books once.
    """
    if find_cpr_numbers(question):
        raise PersonalDataError
    # With the slot locked, a day that closes in this moment either stops the booking or cancels it.
    place = SlotPlace.objects.with_host().select_for_update(of=("slot",), no_key=True).get(pk=place.pk)
    if mine := SlotBooking.objects.active().filter(place=place, booked_by=by).select_related("session").first():
        return mine.session
    lock_people([by, place.host])
    check_bookable(place=place, by=by, now=now)
    if format not in formats_of(place.host):
        raise FormatNotOfferedError
    session = _agree(place, by, theme=theme, question=question, now=now)
    try:
        with transaction.atomic():
            SlotBooking.objects.create(place=place, booked_by=by, session=session, format=format, booked_at=now)
    except IntegrityError as refusal:
        raise PlaceTakenError from refusal
    mails.send_booked(session=session, now=now)
    return session


def _agree(place: SlotPlace, by: Person, *, theme: Theme | None, question: str, now: datetime) -> PeerSparring:
    roles = {by: ParticipantRole.FOCUS_PERSON, place.host: ParticipantRole.SPARRING_PARTNER}
    try:
        return agree_session(
            roles=roles,
            starts_at=place.starts_at,
            ends_at=place.slot.ends_at,
            theme=theme,
            question=question,
            now=now,
        )
    except AlreadyBusyError as busy:
        raise (BookerBusyError if busy.person == by else PlaceTakenError) from busy
