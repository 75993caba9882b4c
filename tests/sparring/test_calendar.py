from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from network.outbox.delivery import deliver_due
from sparring.calendars import Attendee, Meeting, calendar_file, cancellation, invitation
from sparring.services.bookings import book_place
from sparring.services.sessions import leave_session
from tests.factories import make_place, make_session
from tests.factories.sparring import NOW, TOMORROW
from tests.sparring.mailbox import queued_mails

MEETING = Meeting(
    uid="1b0d7c",
    sequence=2,
    starts_at=TOMORROW,
    ends_at=TOMORROW + timedelta(minutes=30),
    summary="Sparring: Åse; Bo, og Çelik",
    description="Første linje\nhttps://egeby.example/" + "x" * 100,
    location="Video",
    url="https://egeby.example/sparring/",
    organizer=Attendee("Dialogkorps", "korps@egeby.example"),
    attendees=(Attendee('Karen "K" Winther', "karen@egeby.example"), Attendee("Laura Bech", "laura@egeby.example")),
    written_at=NOW,
)


def event_of(text):
    calendar = Calendar.from_ical(text)
    return calendar, calendar.walk("VEVENT")[0]


@pytest.mark.parametrize(
    ("text", "method", "status"),
    [
        (invitation(MEETING), "REQUEST", "CONFIRMED"),
        (cancellation(MEETING), "CANCEL", "CANCELLED"),
        (calendar_file(MEETING, is_cancelled=False), "PUBLISH", "CONFIRMED"),
        (calendar_file(MEETING, is_cancelled=True), "PUBLISH", "CANCELLED"),
    ],
)
def test_calendar_says_what_it_is_for(text, method, status):
    calendar, event = event_of(text)
    assert (calendar["METHOD"], event["STATUS"]) == (method, status)
    assert (event["UID"], event["SEQUENCE"]) == ("1b0d7c", 2)


def test_calendar_reads_back_as_it_was_written():
    event = event_of(invitation(MEETING))[1]
    assert event.start == datetime(2027, 3, 2, 8, 30, tzinfo=UTC)
    assert event.end == datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
    assert event["SUMMARY"] == MEETING.summary
    assert event["DESCRIPTION"] == MEETING.description
    assert [str(attendee) for attendee in event["ATTENDEE"]] == [
        "mailto:karen@egeby.example",
        "mailto:laura@egeby.example",
    ]
    assert event["ATTENDEE"][0].params["PARTSTAT"] == "ACCEPTED"
    assert str(event["ORGANIZER"]) == "mailto:korps@egeby.example"


def test_calendar_keeps_to_lines_of_75_bytes():
    lines = invitation(MEETING).split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert icalendar.Calendar.from_ical(invitation(MEETING)).errors == []


def test_calendar_of_a_session_says_who_and_not_what_about(karen, laura):
    book_place(place=make_place(karen), by=laura, question="Min svære nabosag", format="video", now=NOW)
    for message in queued_mails():
        event = event_of(message.payload["calendar"])[1]
        assert event["SUMMARY"].endswith("Karen Winther")
        assert "nabosag" not in message.payload["calendar"] + message.payload["subject"]


def test_calendar_follows_a_session_to_its_end(karen, laura):
    session = book_place(place=make_place(karen), by=laura, format="video", now=NOW)
    leave_session(session=session, by=karen, now=NOW)
    told = [
        (calendar["METHOD"], event["UID"], event["SEQUENCE"])
        for calendar, event in (event_of(message.payload["calendar"]) for message in queued_mails())
    ]
    uid = str(session.uid)
    assert told == [("REQUEST", uid, 0), ("REQUEST", uid, 0), ("CANCEL", uid, 1), ("CANCEL", uid, 1)]


def test_calendars_of_a_group_follow_the_one_who_leaves(karen, ali, laura):
    session = make_session(karen, ali, laura)
    leave_session(session=session, by=ali, now=NOW)
    told = {}
    for message in queued_mails():
        calendar, event = event_of(message.payload["calendar"])
        attendees = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
        told[message.payload["to"]] = (calendar["METHOD"], event["SEQUENCE"], len(attendees))
    assert told == {karen.email: ("REQUEST", 1, 2), laura.email: ("REQUEST", 1, 2), ali.email: ("CANCEL", 1, 1)}


def test_invitation_is_delivered_as_a_calendar_part_and_a_file(karen, laura):
    book_place(place=make_place(karen), by=laura, format="video", now=NOW)
    deliver_due(now=NOW)
    message = next(sent for sent in mail.outbox if sent.to == [karen.email])
    assert [alternative.mimetype for alternative in message.alternatives] == ["text/calendar; method=REQUEST"]
    assert [name for name, _, _ in message.attachments] == ["aftale.ics"]
    parts = {part.get_content_type() for part in message.message().walk()}
    assert {"text/plain", "text/calendar"} <= parts


def test_calendar_file_is_for_those_in_the_session_alone(karen, laura, ali, sign_in):
    session = book_place(place=make_place(karen), by=laura, format="phone", now=NOW)
    address = reverse("sparring:calendar", args=[session.uid])
    response = sign_in(laura).get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert event_of(response.content)[1]["UID"] == str(session.uid)
    assert sign_in(ali).get(address).status_code == 404
