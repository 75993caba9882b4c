from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from network.models import Availability, Pause
from network.services.ambassadors import start_pause
from sparring.models import ClosingDay, SlotPlace, SparringSlot
from sparring.services.bookings import book_place
from sparring.services.slots import SlotChanges, close_day, make_places, make_slots, reopen_day
from tests.factories import AmbassadorFactory, SeriesFactory, make_session
from tests.factories.sparring import COPENHAGEN, NOW, TOMORROW
from tests.sparring.mailbox import queued_mails

TUESDAY = TOMORROW.date()


@pytest.fixture
def series(db):
    return SeriesFactory()


def days_of(places):
    return [timezone.localdate(place.starts_at) for place in places.order_by("starts_at")]


def offered(person):
    return SlotPlace.objects.filter(host=person, is_offered=True, slot__is_open=True)


def test_slots_and_places_are_made_for_the_weeks_ahead(series, karen, ali):
    changes = make_slots(now=NOW, weeks=1)
    # From Monday to Monday, both included, and half past nine this morning is still to come.
    assert days_of(SparringSlot.objects) == [date(2027, 3, day) for day in (1, 2, 3, 4, 5, 8)]
    assert offered(karen).count() == offered(ali).count() == 6
    assert changes == SlotChanges(slots=6, places=12)


def test_slots_made_again_change_nothing(series, karen):
    make_slots(now=NOW)
    before = list(SlotPlace.objects.order_by("pk").values())
    assert make_slots(now=NOW) == SlotChanges(slots=0, places=0)
    assert list(SlotPlace.objects.order_by("pk").values()) == before


def test_slots_are_made_in_few_queries(series, django_assert_max_num_queries):
    AmbassadorFactory.create_batch(12)
    with django_assert_max_num_queries(15):
        make_slots(now=NOW)
    assert SlotPlace.objects.count() == 12 * SparringSlot.objects.count()


def test_slot_that_has_begun_is_not_made(series):
    make_slots(now=TOMORROW, weeks=1)
    assert not SparringSlot.objects.filter(starts_at__lte=TOMORROW).exists()


def test_slots_keep_their_hour_over_the_change_of_clocks(series):
    make_slots(now=datetime(2027, 3, 15, 8, tzinfo=COPENHAGEN), weeks=3)
    hours = {timezone.localtime(slot.starts_at).time() for slot in SparringSlot.objects.all()}
    assert hours == {time(9, 30)}
    assert SparringSlot.objects.filter(starts_at__hour=9, starts_at__minute=30).count() == SparringSlot.objects.count()


def test_slots_of_one_instant_give_a_host_one_place(series, karen):
    SeriesFactory(name="Samme tid", weekdays=[1])
    make_slots(now=NOW, weeks=1)
    assert offered(karen).filter(starts_at=TOMORROW).count() == 1


def test_place_needs_a_time_that_holds_the_whole_slot(series, karen):
    Availability.objects.filter(ambassador__person=karen).exclude(weekday=1).delete()
    Availability.objects.filter(ambassador__person=karen).update(starts_at=time(9, 30), ends_at=time(10))
    AmbassadorFactory(week=[]).availability.create(weekday=1, starts_at=time(9, 45), ends_at=time(12))
    make_slots(now=NOW, weeks=1)
    assert [place.host for place in SlotPlace.objects.all()] == [karen]


def test_series_that_moves_closes_its_slots_and_keeps_what_is_agreed(series, karen, laura):
    make_slots(now=NOW, weeks=1)
    place = offered(karen).get(starts_at=TOMORROW)
    session = book_place(place=place, by=laura, format="video", now=NOW)

    series.starts_at = time(13)
    series.save()
    make_slots(now=NOW, weeks=1)

    assert {timezone.localtime(place.starts_at).hour for place in offered(karen)} == {13}
    session.refresh_from_db()
    assert session.is_agreed


def test_series_that_gets_longer_keeps_its_slots(series, karen):
    make_slots(now=NOW, weeks=1)
    series.minutes = 45
    series.save()
    assert make_slots(now=NOW, weeks=1).slots == SparringSlot.objects.count()
    slot = SparringSlot.objects.get(starts_at=TOMORROW)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=45)


def test_series_that_ends_closes_what_is_left(series):
    make_slots(now=NOW, weeks=2)
    series.active_until = TUESDAY
    series.save()
    make_slots(now=NOW, weeks=1)
    assert days_of(SparringSlot.objects.filter(is_open=True)) == [date(2027, 3, 1), TUESDAY]


def test_closed_day_cancels_what_was_booked_and_tells_why(series, karen, laura, birgit):
    make_slots(now=NOW, weeks=1)
    session = book_place(place=offered(karen).get(starts_at=TOMORROW), by=laura, format="video", now=NOW)
    other_day = make_session(karen, laura, starts_at=TOMORROW + timedelta(days=1))
    queued_mails().delete()

    assert close_day(day=TUESDAY, name="Flyttedag", by=birgit, now=NOW) == 1

    session.refresh_from_db()
    other_day.refresh_from_db()
    assert (session.is_agreed, other_day.is_agreed) == (False, True)
    assert TUESDAY not in days_of(offered(karen))
    told = queued_mails()
    assert {message.payload["to"] for message in told} == {karen.email, laura.email}
    assert all("Flyttedag" in message.payload["body"] for message in told)


def test_day_closed_twice_is_closed_once(series, birgit):
    close_day(day=TUESDAY, name="Flyttedag", by=birgit, now=NOW)
    assert close_day(day=TUESDAY, name="Flyttedag", by=birgit, now=NOW) == 0
    assert ClosingDay.objects.count() == 1


def test_reopened_day_is_offered_again_and_cancelled_stays_cancelled(series, karen, laura, birgit):
    make_slots(now=NOW, weeks=1)
    place = offered(karen).get(starts_at=TOMORROW)
    session = book_place(place=place, by=laura, format="video", now=NOW)
    close_day(day=TUESDAY, name="Flyttedag", by=birgit, now=NOW)

    reopen_day(day=TUESDAY, now=NOW)

    assert SlotPlace.objects.free(NOW).filter(pk=place.pk).exists()
    session.refresh_from_db()
    assert not session.is_agreed


def test_pause_withdraws_places_and_keeps_what_is_booked(series, karen, laura):
    make_slots(now=NOW, weeks=1)
    session = book_place(place=offered(karen).get(starts_at=TOMORROW), by=laura, format="video", now=NOW)

    start_pause(karen, from_on=TUESDAY, until_on=TUESDAY + timedelta(days=1), by=karen, now=NOW)

    assert not {TUESDAY, TUESDAY + timedelta(days=1)} & set(days_of(offered(karen)))
    session.refresh_from_db()
    assert session.is_agreed


def test_pause_that_ends_gives_the_places_back(series, karen):
    make_slots(now=NOW, weeks=1)
    places = list(offered(karen).values_list("pk", flat=True))
    pause = Pause.objects.create(person=karen, from_on=TUESDAY, until_on=TUESDAY)
    assert make_places(host=karen, now=NOW) == 1
    pause.delete()
    assert make_places(host=karen, now=NOW) == 1
    assert list(offered(karen).values_list("pk", flat=True)) == places


def test_places_of_others_are_left_alone(series, karen, ali):
    make_slots(now=NOW, weeks=1)
    Pause.objects.create(person=ali, from_on=TUESDAY, until_on=TUESDAY)
    assert make_places(host=karen, now=NOW) == 0
    assert TUESDAY in days_of(offered(ali))


def test_ambassador_who_leaves_the_corps_offers_nothing(series, karen):
    make_slots(now=NOW, weeks=1)
    karen.ambassador.is_active = False
    karen.ambassador.save()
    make_slots(now=NOW, weeks=1)
    assert not offered(karen).exists()


def test_command_makes_slots_and_tells_how_many(series, karen):
    output = StringIO()
    call_command("make_slots", weeks=1, stdout=output)
    count = SparringSlot.objects.count()
    assert count > 0
    assert output.getvalue() == f"{count} slots and {count} places made or changed.\n"


@pytest.mark.parametrize("weeks", [0, -1, 53])
def test_command_refuses_weeks_that_make_no_sense(db, weeks):
    with pytest.raises(CommandError, match="mellem 1 og 52"):
        call_command("make_slots", weeks=weeks)
