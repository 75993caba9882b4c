"""What must hold when several people press the button at once. `test_races.py` runs this file on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from sparring.models import ParticipantRole, PeerSparring, SlotBooking, SlotPlace, SparringParticipant, SparringSlot
from sparring.services.bookings import BookerBusyError, PlaceTakenError, book_place
from sparring.services.sessions import leave_session
from sparring.services.slots import close_day, make_slots
from tests.at_once import at_once, kinds
from tests.factories import AmbassadorFactory, PersonFactory, SeriesFactory, SlotFactory, make_place, make_session
from tests.factories.sparring import NOW, TOMORROW
from tests.sparring.mailbox import queued_mails

pytestmark = pytest.mark.django_db(transaction=True)
EVERYBODY = 20


def booking(place: SlotPlace, by) -> Callable[[], object]:
    return lambda: book_place(place=place, by=by, format="video", now=NOW)


def test_place_is_booked_once_by_twenty_people():
    place = make_place(AmbassadorFactory().person)
    people = [PersonFactory() for _ in range(EVERYBODY)]

    results = at_once(*(booking(place, person) for person in people))

    assert kinds(results) == {"PeerSparring": 1, PlaceTakenError.__name__: EVERYBODY - 1}
    assert SlotBooking.objects.active().count() == 1
    assert PeerSparring.objects.count() == 1
    assert queued_mails().count() == 2


def test_person_books_one_of_two_places_at_one_instant():
    slot, person = SlotFactory(), PersonFactory()
    places = [make_place(AmbassadorFactory().person, slot) for _ in range(2)]

    results = at_once(*(booking(place, person) for place in places))

    assert kinds(results) == {"PeerSparring": 1, BookerBusyError.__name__: 1}
    assert SparringParticipant.objects.active().filter(person=person).count() == 1


def test_person_books_one_of_two_places_that_overlap():
    person = PersonFactory()
    slots = [SlotFactory(), SlotFactory(starts_at=TOMORROW + timedelta(minutes=15))]
    places = [make_place(AmbassadorFactory().person, slot) for slot in slots]

    results = at_once(*(booking(place, person) for place in places))

    assert kinds(results) == {"PeerSparring": 1, BookerBusyError.__name__: 1}


def test_two_who_book_each_other_meet_once():
    slot = SlotFactory()
    one, other = AmbassadorFactory().person, AmbassadorFactory().person

    results = at_once(booking(make_place(one, slot), other), booking(make_place(other, slot), one))

    assert sorted(kinds(results).values()) == [1, 1]
    assert PeerSparring.objects.count() == 1


def test_host_is_booked_no_more_than_their_weekly_cap():
    host = AmbassadorFactory(weekly_cap=1).person
    slots = [SlotFactory(starts_at=TOMORROW + timedelta(days=day)) for day in range(3)]
    places = [make_place(host, slot) for slot in slots]

    results = at_once(*(booking(place, PersonFactory()) for place in places))

    assert kinds(results) == {"PeerSparring": 1, PlaceTakenError.__name__: 2}


def test_form_sent_twice_books_once():
    place, person = make_place(AmbassadorFactory().person), PersonFactory()

    results = at_once(booking(place, person), booking(place, person))

    assert len({session.pk for session in results}) == 1
    assert queued_mails().count() == 2


def test_session_cancelled_by_both_is_cancelled_once():
    one, other = PersonFactory(), PersonFactory()
    session = make_session(one, other)

    at_once(*(lambda by=by: leave_session(session=session, by=by, now=NOW) for by in (one, other, one, other)))

    session.refresh_from_db()
    assert (session.status, session.sequence) == ("cancelled", 1)
    assert queued_mails().count() == 2


def test_two_who_leave_a_group_of_three_leave_nobody_alone():
    people = [PersonFactory() for _ in range(3)]
    session = make_session(*people)

    at_once(*(lambda by=by: leave_session(session=session, by=by, now=NOW) for by in people[:2]))

    session.refresh_from_db()
    assert session.status == "cancelled"
    assert not session.participants.active().exists()


def test_slots_made_by_two_at_once_are_made_once():
    SeriesFactory()
    AmbassadorFactory.create_batch(3)

    results = at_once(*[lambda: make_slots(now=NOW)] * 2)

    assert kinds(results) == {"SlotChanges": 2}
    assert SlotPlace.objects.count() == 3 * SparringSlot.objects.count()


def test_day_that_closes_while_somebody_books_has_no_sparring():
    SeriesFactory(starts_at=TOMORROW.time())
    host, coordinator = AmbassadorFactory().person, PersonFactory()
    make_slots(now=NOW)
    place = SlotPlace.objects.get(host=host, starts_at=TOMORROW)

    at_once(
        booking(place, PersonFactory()),
        lambda: close_day(day=TOMORROW.date(), name="Lukkedag", by=coordinator, now=NOW),
    )

    assert not PeerSparring.objects.agreed().exists()


def test_database_refuses_a_second_booking_to_raw_sql():
    place = make_place(AmbassadorFactory().person)
    book_place(place=place, by=PersonFactory(), format="video", now=NOW)
    other = make_session(PersonFactory())

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sparring_slotbooking (place_id, booked_by_id, session_id, format, status, booked_at)"
            " VALUES (%s, %s, %s, 'video', 'active', %s)",
            [place.pk, other.participants.get().person_id, other.pk, NOW],
        )


def test_database_refuses_a_person_in_two_places_to_raw_sql():
    person = PersonFactory()
    make_session(person)
    other = make_session(PersonFactory())

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sparring_sparringparticipant (session_id, person_id, role, starts_at, is_active)"
            " SELECT %s, %s, %s, starts_at, %s FROM sparring_peersparring WHERE id = %s",
            [other.pk, person.pk, ParticipantRole.PEER.value, True, other.pk],
        )
