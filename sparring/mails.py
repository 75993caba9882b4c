"""Mails about a sparring session, each with what a calendar needs to follow. They are queued in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from network.models import Person
from network.outbox.mail import enqueue_mail
from sparring.calendars import Attendee, Meeting, calendar_file, cancellation, invitation
from sparring.models import ParticipantRole, PeerSparring, SlotBooking


def send_booked(*, session: PeerSparring, now: datetime) -> None:
    """Tell both that a booking is agreed. What it is about goes to the one who was asked, and to no calendar."""
    booking = _booking_of(session)
    with translation.override(settings.LANGUAGE_CODE):
        invite = invitation(meeting_of(session, session.people, booking=booking, now=now))
        for row in session.participants.all():
            context = {"was_asked": row.role == ParticipantRole.SPARRING_PARTNER, "booking": booking}
            subject = _("Sparring with %(people)s") % {"people": names_beside(session.people, row.person)}
            send("booked", session, row.person, subject, context, calendar=invite, method="REQUEST", now=now)


def send_cancelled(*, session: PeerSparring, people: Sequence[Person], by: Person, reason: str, now: datetime) -> None:
    """Tell those who were to meet that they do not, and take it out of their calendars."""
    with translation.override(settings.LANGUAGE_CODE):
        notice = cancellation(meeting_of(session, people, booking=_booking_of(session), now=now))
        for person in people:
            subject = _("Cancelled: sparring with %(people)s") % {"people": names_beside(people, person)}
            context = {"by": by, "reason": reason}
            send("cancelled", session, person, subject, context, calendar=notice, method="CANCEL", now=now)


def send_left(*, session: PeerSparring, leaver: Person, staying: Sequence[Person], now: datetime) -> None:
    """Tell a group of three that one has left: the calendars of the others follow, the leaver's lets go."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {"leaver": leaver}
        changed = invitation(meeting_of(session, staying, now=now))
        for person in staying:
            subject = _("Changed: sparring with %(people)s") % {"people": names_beside(staying, person)}
            send("left", session, person, subject, context, calendar=changed, method="REQUEST", now=now)
        let_go = cancellation(meeting_of(session, [leaver], now=now))
        subject = _("You have left a sparring")
        send("left", session, leaver, subject, context, calendar=let_go, method="CANCEL", now=now)


def send_joined(*, session: PeerSparring, newcomers: Sequence[Person], now: datetime) -> None:
    """Tell those who were in a session already that others join it; their calendars follow."""
    with translation.override(settings.LANGUAGE_CODE):
        changed = invitation(meeting_of(session, session.people, now=now))
        context = {"newcomers": newcomers}
        for person in session.people:
            if person not in newcomers:
                subject = _("Changed: sparring with %(people)s") % {"people": names_beside(session.people, person)}
                send("joined", session, person, subject, context, calendar=changed, method="REQUEST", now=now)


def calendar_of(session: PeerSparring, *, now: datetime) -> str:
    """The session as a calendar file for those in it."""
    meeting = meeting_of(session, session.people, booking=_booking_of(session), now=now)
    return calendar_file(meeting, is_cancelled=not session.is_agreed)


def send(
    name: str,
    session: PeerSparring,
    person: Person,
    subject: str,
    context: Mapping[str, object],
    *,
    calendar: str,
    method: str,
    due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Queue one person's mail from `sparring/mails/<name>.txt`, with what their calendar is told.

    Mails about a session leave in the order they are written: the next one hastens one that waits until `due_at`.
    """
    links = {"url": _url_of(session), "other_times": address_of("sparring:free_places")}
    body = render_to_string(f"sparring/mails/{name}.txt", {**context, **links, "session": session, "person": person})
    subject = " ".join(subject.split())  # a line break in a name would stop the mail
    enqueue_mail(
        to=person.email,
        subject=subject,
        body=body.strip(),
        calendar=calendar,
        method=method,
        topic=topic_of(session),
        due_at=due_at,
        now=now,
    )


def topic_of(session: PeerSparring) -> str:
    """What the mails about a session are known by in the outbox."""
    return str(session.uid)


def meeting_of(
    session: PeerSparring,
    people: Sequence[Person],
    *,
    booking: SlotBooking | None = None,
    description: str = "",
    now: datetime,
) -> Meeting:
    """What the calendars of these people are told; `description` may hold the session's address as %(url)s.

    Colleagues may read each other's calendars, so it says who and when, and not what about.
    """
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Meeting(
        uid=str(session.uid),
        sequence=session.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_("Sparring: %(people)s") % {"people": _listed(people)},
        description=(description or _("See or cancel the sparring: %(url)s")) % {"url": _url_of(session)},
        location=booking.get_format_display() if booking else "",
        url=_url_of(session),
        organizer=Attendee(sender, address),
        attendees=tuple(Attendee(person.name, person.email) for person in people),
        written_at=now,
    )


def names_beside(people: Sequence[Person], person: Person) -> str:
    return _listed([other for other in people if other != person])


def _booking_of(session: PeerSparring) -> SlotBooking | None:
    return SlotBooking.objects.filter(session=session).first()


def _listed(people: Sequence[Person]) -> str:
    return get_text_list([person.name for person in people], _("and"))


def _url_of(session: PeerSparring) -> str:
    return address_of("sparring:session", session.uid)


def address_of(name: str, *args: object) -> str:
    """A whole address, as a mail needs it."""
    return settings.WAGTAILADMIN_BASE_URL + reverse(name, args=args)
