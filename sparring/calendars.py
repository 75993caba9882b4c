"""iCalendar texts (RFC 5545 and 5546) for a meeting. Times are written in UTC, which every calendar shows locally."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress


@dataclass(frozen=True)
class Attendee:
    name: str
    email: str


@dataclass(frozen=True)
class Meeting:
    """What a calendar is told. `uid` is the same for all texts about a meeting; `sequence` grows with each change."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    url: str
    organizer: Attendee
    attendees: tuple[Attendee, ...]
    written_at: datetime


def invitation(meeting: Meeting) -> str:
    """A request: puts the meeting into the attendees' calendars, or replaces what an earlier one put there."""
    return _calendar(meeting, method="REQUEST", status="CONFIRMED")


def cancellation(meeting: Meeting) -> str:
    """Takes the meeting out of the calendars of the attendees named."""
    return _calendar(meeting, method="CANCEL", status="CANCELLED")


def calendar_file(meeting: Meeting, *, is_cancelled: bool) -> str:
    """The meeting as a file that a person fetches for their own calendar."""
    return _calendar(meeting, method="PUBLISH", status="CANCELLED" if is_cancelled else "CONFIRMED")


def _calendar(meeting: Meeting, *, method: str, status: str) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Dialogkorps//Sparring//DA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, status=status))
    return calendar.to_ical().decode()


def _event(meeting: Meeting, *, status: str) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.written_at.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", meeting.summary)
    event.add("description", meeting.description)
    if meeting.location:
        event.add("location", meeting.location)
    event.add("url", meeting.url)
    event.add("status", status)
    event.add("organizer", _address(meeting.organizer))
    for attendee in meeting.attendees:
        address = _address(attendee)
        # They have agreed already: calendars should show the meeting, and not ask for an answer.
        address.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", address)
    return event


def _address(attendee: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{attendee.email}")
    address.params["CN"] = attendee.name
    return address
