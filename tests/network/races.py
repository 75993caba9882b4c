"""The same change twice at one moment. `test_races.py` runs this file on both databases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from network.models import PersonBlock
from network.outbox import handlers
from network.outbox.delivery import deliver_due
from network.outbox.models import OutboxMessage
from network.services import ambassadors
from network.week import Window
from tests.at_once import at_once, kinds
from tests.factories import AmbassadorFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
DAY = date(2027, 3, 8)


def test_pause_is_begun_once():
    person = AmbassadorFactory().person

    def begin():
        return ambassadors.start_pause(person, from_on=DAY, until_on=DAY + timedelta(days=3), by=person, now=NOW)

    results = at_once(*[begin] * 5)

    assert kinds(results) == {"Pause": 1, "OverlappingPauseError": 4}
    assert person.pauses.count() == 1


def test_week_is_that_of_one_of_the_two_windows_of_the_browser():
    ambassador = AmbassadorFactory()
    weeks = [[Window(0, time(9), time(hour))] for hour in (11, 12, 13, 14)]

    def save(week):
        return lambda: ambassadors.set_week(ambassador, windows=week, by=ambassador.person, now=NOW)

    results = at_once(*map(save, weeks))

    assert kinds(results) == {"NoneType": 4}
    stored = [Window(*row) for row in ambassador.availability.values_list("weekday", "starts_at", "ends_at")]
    assert stored in weeks


def test_block_is_written_once():
    person, other = PersonFactory(), PersonFactory()

    results = at_once(*[lambda: ambassadors.block_person(person, other=other, by=person, now=NOW)] * 5)

    assert kinds(results) == {"NoneType": 5}
    assert PersonBlock.objects.count() == 1


def test_corps_is_left_and_come_back_to_at_once_in_one_piece():
    ambassador = AmbassadorFactory()
    by = ambassador.person

    at_once(
        *[lambda: ambassadors.leave_corps(ambassador, by=by, now=NOW)] * 3,
        *[lambda: ambassadors.return_to_corps(ambassador, by=by, now=NOW)] * 3,
    )

    ambassador.refresh_from_db()
    by = type(by).objects.get(pk=by.pk)
    assert ambassador.is_active == by.is_ambassador


def test_outbox_is_delivered_once_by_five_deliverers(monkeypatch):
    received = []
    monkeypatch.setitem(handlers._handlers, "test", lambda payload: received.append(payload["number"]))
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind="test", payload={"number": number}, created_at=NOW, due_at=NOW) for number in range(20)
    )

    results = at_once(*[lambda: deliver_due(now=NOW)] * 5)

    assert sum(results) == 20
    assert sorted(received) == list(range(20))
