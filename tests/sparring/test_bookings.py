from datetime import timedelta

import pytest

from network.models import PersonBlock
from sparring.models import SlotPlace
from sparring.services.bookings import (
    BookerBusyError,
    FormatNotOfferedError,
    OwnDepartmentError,
    PersonalDataError,
    PlaceTakenError,
    SlotIsOverError,
    book_place,
)
from sparring.services.sessions import (
    AlreadyBusyError,
    NotAParticipantError,
    SessionHasBegunError,
    agree_session,
    leave_session,
)
from tests.factories import PersonFactory, SlotFactory, ThemeFactory, make_place, make_session
from tests.factories.sparring import NOW, TOMORROW
from tests.sparring.mailbox import queued_mails


@pytest.fixture
def place(karen):
    return make_place(karen)


def book(place, by, **fields):
    return book_place(place=place, by=by, now=NOW, **({"format": "video"} | fields))


def is_free(place):
    return SlotPlace.objects.free(NOW).filter(pk=place.pk).exists()


def test_booking_makes_a_session_of_the_two(place, karen, laura):
    theme = ThemeFactory()
    session = book(place, laura, theme=theme, question="Hvordan begynder jeg?", format="phone")
    assert (session.starts_at, session.ends_at) == (TOMORROW, TOMORROW + timedelta(minutes=30))
    assert (session.theme, session.question) == (theme, "Hvordan begynder jeg?")
    roles = dict(session.participants.values_list("person", "role"))
    assert roles == {laura.pk: "focus", karen.pk: "partner"}
    assert (session.booking.place, session.booking.booked_by, session.booking.format) == (place, laura, "phone")
    assert not is_free(place)


def test_booking_tells_both_and_the_question_to_the_host_alone(place, karen, laura):
    book(place, laura, question="Hvordan begynder jeg?")
    bodies = {message.payload["to"]: message.payload["body"] for message in queued_mails()}
    assert set(bodies) == {karen.email, laura.email}
    assert "Hvordan begynder jeg?" in bodies[karen.email]
    assert "Hvordan begynder jeg?" not in bodies[laura.email]
    assert "09:30" in bodies[laura.email]


def test_mail_writes_names_as_they_are(place, laura):
    laura.last_name = "O'Hara & Søn"
    laura.save()
    book(place, laura)
    assert all("&amp;" not in message.payload["body"] for message in queued_mails())


def test_place_is_refused_when_taken(place, laura, ali):
    book(place, laura)
    with pytest.raises(PlaceTakenError):
        book(place, ali)


def test_place_booked_again_by_the_same_gives_the_same_session(place, laura):
    first = book(place, laura)
    assert book(place, laura) == first
    assert queued_mails().count() == 2


def test_place_is_refused_when_withdrawn(place, laura):
    SlotPlace.objects.update(is_offered=False)
    with pytest.raises(PlaceTakenError):
        book(place, laura)


def test_place_is_refused_when_its_slot_is_closed(place, laura):
    place.slot.is_open = False
    place.slot.save()
    with pytest.raises(PlaceTakenError):
        book(place, laura)


def test_place_is_refused_in_ones_own_department(place, karen):
    with pytest.raises(OwnDepartmentError):
        book(place, PersonFactory(org_unit__department=karen.org_unit.department))


@pytest.mark.parametrize("either_way", [True, False])
def test_block_refuses_as_if_the_place_were_taken(place, karen, laura, either_way):
    one, other = (karen, laura) if either_way else (laura, karen)
    PersonBlock.objects.create(person=one, other=other)
    with pytest.raises(PlaceTakenError):
        book(place, laura)


def test_place_is_refused_to_its_host(place, karen):
    with pytest.raises(OwnDepartmentError):
        book(place, karen)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=1)])
def test_place_is_refused_once_it_has_begun(place, laura, ago):
    with pytest.raises(SlotIsOverError):
        book_place(place=place, by=laura, format="video", now=TOMORROW + ago)


@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_booker_who_is_busy_is_refused(place, laura, ali, minutes):
    make_session(laura, ali, starts_at=TOMORROW + timedelta(minutes=minutes))
    with pytest.raises(BookerBusyError):
        book(place, laura)


@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_host_who_is_busy_has_no_free_place(place, karen, laura, ali, minutes):
    make_session(karen, ali, starts_at=TOMORROW + timedelta(minutes=minutes))
    with pytest.raises(PlaceTakenError):
        book(place, laura)


@pytest.mark.parametrize("minutes", [-30, 30])
def test_session_just_before_or_after_is_no_hindrance(place, karen, laura, minutes):
    make_session(karen, laura, starts_at=TOMORROW + timedelta(minutes=minutes))
    assert book(place, laura).is_agreed


def test_host_is_asked_no_more_than_their_weekly_cap(karen, laura):
    monday = TOMORROW - timedelta(days=1)
    for day in (1, 3):
        make_session(karen, PersonFactory(), starts_at=monday + timedelta(days=day))
    same_week = make_place(karen, SlotFactory(starts_at=monday + timedelta(days=4)))
    next_week = make_place(karen, SlotFactory(starts_at=monday + timedelta(days=7)))
    assert (is_free(same_week), is_free(next_week)) == (False, True)
    with pytest.raises(PlaceTakenError):
        book(same_week, laura)


def test_question_with_a_cpr_number_is_refused_and_nothing_stored(place, laura):
    with pytest.raises(PersonalDataError):
        book(place, laura, question="Borgeren 010180-1234 ringer hver dag")
    assert is_free(place)
    assert not queued_mails().exists()


def test_format_that_the_host_does_not_offer_is_refused(place, laura):
    with pytest.raises(FormatNotOfferedError):
        book(place, laura, format="physical")


def test_host_without_chosen_formats_can_be_met_in_any(place, karen, laura):
    karen.ambassador.formats = []
    karen.ambassador.save()
    assert book(place, laura, format="physical").booking.format == "physical"


def test_session_of_a_busy_person_names_them(karen, ali, laura):
    make_session(karen, laura)
    with pytest.raises(AlreadyBusyError) as refusal:
        agree_session(
            roles={ali: "peer", karen: "peer"}, starts_at=TOMORROW, ends_at=TOMORROW + timedelta(hours=1), now=NOW
        )
    assert refusal.value.person == karen


@pytest.mark.parametrize("canceller", ["karen", "laura"])
def test_cancelled_booking_frees_place_and_time_and_tells_both(place, karen, laura, canceller):
    session = book(place, laura)
    queued_mails().delete()
    by = {"karen": karen, "laura": laura}[canceller]

    leave_session(session=session, by=by, now=NOW)

    session.refresh_from_db()
    assert (session.status, session.sequence, session.cancelled_by) == ("cancelled", 1, by)
    assert session.booking.status == "cancelled"
    assert is_free(place)
    told = queued_mails()
    assert {message.payload["to"] for message in told} == {karen.email, laura.email}
    assert {message.payload["method"] for message in told} == {"CANCEL"}


def test_place_can_be_booked_again_after_a_cancellation(place, laura, ali):
    leave_session(session=book(place, laura), by=laura, now=NOW)
    assert book(place, ali).is_agreed
    assert place.bookings.count() == 2


def test_session_cancelled_twice_tells_once(place, laura):
    session = book(place, laura)
    leave_session(session=session, by=laura, now=NOW)
    messages = queued_mails().count()
    leave_session(session=session, by=laura, now=NOW)
    session.refresh_from_db()
    assert session.sequence == 1
    assert queued_mails().count() == messages


def test_session_is_left_by_its_participants_alone(place, laura, birgit):
    session = book(place, laura)
    with pytest.raises(NotAParticipantError):
        leave_session(session=session, by=birgit, now=NOW)


def test_session_that_has_begun_stands(place, laura):
    session = book(place, laura)
    with pytest.raises(SessionHasBegunError):
        leave_session(session=session, by=laura, now=TOMORROW)


def test_two_go_on_when_one_leaves_a_group_of_three(karen, ali, laura):
    session = make_session(karen, ali, laura)
    leave_session(session=session, by=ali, now=NOW)
    session.refresh_from_db()
    assert (session.status, session.sequence) == ("agreed", 1)
    assert set(session.participants.active().values_list("person", flat=True)) == {karen.pk, laura.pk}
    assert not session.participants.active().filter(person=ali).exists()


def test_group_left_twice_by_the_same_is_left_once(karen, ali, laura):
    session = make_session(karen, ali, laura)
    leave_session(session=session, by=ali, now=NOW)
    leave_session(session=session, by=ali, now=NOW)
    session.refresh_from_db()
    assert (session.status, session.sequence) == ("agreed", 1)
    assert queued_mails().count() == 3


def test_pair_is_cancelled_when_one_leaves(karen, laura):
    session = make_session(karen, laura)
    leave_session(session=session, by=laura, now=NOW)
    session.refresh_from_db()
    assert session.status == "cancelled"
