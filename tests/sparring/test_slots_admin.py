from datetime import time, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from network.roles import Role
from sparring.models import ClosingDay, SlotPlace, SlotSeries, SparringSlot
from sparring.services.bookings import book_place
from sparring.services.slots import make_slots
from tests.factories import PersonFactory, SeriesFactory


@pytest.fixture
def coordinator(birgit, sign_in):
    """Birgit, with what the group of coordinators may in the admin."""
    group = Group.objects.get(name=Role.COORDINATOR)
    types = ContentType.objects.get_for_models(SlotSeries, ClosingDay).values()
    access = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")[0]
    admin, _ = Permission.objects.get_or_create(codename="access_admin", content_type=access)
    group.permissions.add(admin, *Permission.objects.filter(content_type__in=types))
    return sign_in(birgit)


@pytest.fixture
def series(db):
    return SeriesFactory()


def address(model, name, *args):
    return reverse(f"{model._meta.model_name}:{name}", args=args)


def series_data(**changes):
    data = {
        "name": "Eftermiddagssparring",
        "weekdays": ["0", "2"],
        "starts_at": "13:00",
        "minutes": "30",
        "active_from": "2026-01-01",
        "active_until": "",
    }
    return data | changes


def test_new_series_gets_its_slots_and_places(coordinator, karen):
    response = coordinator.post(address(SlotSeries, "add"), series_data())
    assert response.status_code == 302
    series = SlotSeries.objects.get()
    assert (series.weekdays, series.active_until.year) == ([0, 2], 2999)
    assert {timezone.localtime(place.starts_at).weekday() for place in SlotPlace.objects.all()} <= {0, 2}
    assert SlotPlace.objects.filter(host=karen).count() == SparringSlot.objects.count() > 0


def test_changed_series_moves_its_slots(coordinator, series):
    make_slots(now=timezone.now())
    response = coordinator.post(address(SlotSeries, "edit", series.pk), series_data())
    assert response.status_code == 302
    hours = {timezone.localtime(slot.starts_at).time() for slot in SparringSlot.objects.filter(is_open=True)}
    assert hours == {time(13)}


def test_series_shows_its_weekdays_ticked_and_no_end(coordinator, series):
    form = coordinator.get(address(SlotSeries, "edit", series.pk)).context["form"]
    assert form["weekdays"].value() == [0, 1, 2, 3, 4]
    assert form["active_until"].value() is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weekdays", []),
        ("weekdays", ["5"]),
        ("weekdays", ["mandag"]),
        ("starts_at", "25:00"),
        ("minutes", "5"),
        ("minutes", "181"),
        ("active_until", "2025-12-31"),
        ("active_until", "aldrig"),
    ],
)
def test_series_that_makes_no_sense_is_refused(coordinator, field, value):
    response = coordinator.post(address(SlotSeries, "add"), series_data(**{field: value}))
    assert list(response.context["form"].errors) == [field]
    assert not SlotSeries.objects.exists()


def test_series_has_a_history_and_is_not_deleted(coordinator, series):
    make_slots(now=timezone.now())
    assert coordinator.post(address(SlotSeries, "delete", series.pk)).status_code == 302
    assert SlotSeries.objects.filter(pk=series.pk).exists()


def test_closing_day_cancels_what_was_agreed(coordinator, series, karen, laura):
    now = timezone.now()
    make_slots(now=now)
    place = SlotPlace.objects.free(now).order_by("starts_at").last()
    session = book_place(place=place, by=laura, format="video", now=now)
    day = timezone.localdate(place.starts_at)

    response = coordinator.post(address(ClosingDay, "add"), {"day": day.isoformat(), "name": "Flyttedag"})

    assert response.status_code == 302
    session.refresh_from_db()
    assert not session.is_agreed
    assert ClosingDay.objects.get().day == day


def test_closing_day_that_is_deleted_opens_again(coordinator, series, karen):
    now = timezone.now()
    make_slots(now=now)
    day = timezone.localdate(SparringSlot.objects.order_by("starts_at").last().starts_at)
    coordinator.post(address(ClosingDay, "add"), {"day": day.isoformat(), "name": "Flyttedag"})
    assert not SparringSlot.objects.filter(starts_at__date=day, is_open=True).exists()

    coordinator.post(address(ClosingDay, "delete", ClosingDay.objects.get().pk))

    assert not ClosingDay.objects.exists()
    assert SparringSlot.objects.filter(starts_at__date=day, is_open=True).exists()


def test_closing_day_changes_its_name_and_not_its_day(coordinator):
    day = timezone.localdate() + timedelta(days=3)
    closing = ClosingDay.objects.create(day=day, name="Flytedag")
    coordinator.post(
        address(ClosingDay, "edit", closing.pk), {"day": (day + timedelta(days=1)).isoformat(), "name": "Flyttedag"}
    )
    closing.refresh_from_db()
    assert (closing.day, closing.name) == (day, "Flyttedag")


def test_same_closing_day_twice_is_refused(coordinator):
    closing = ClosingDay.objects.create(day=timezone.localdate(), name="Flyttedag")
    response = coordinator.post(address(ClosingDay, "add"), {"day": closing.day.isoformat(), "name": "Igen"})
    assert list(response.context["form"].errors) == ["day"]


@pytest.mark.parametrize("model", [SlotSeries, ClosingDay])
def test_lists_open_for_the_coordinator_and_for_nobody_else(coordinator, series, sign_in, model):
    assert coordinator.get(address(model, "index")).status_code == 200
    assert sign_in(PersonFactory()).get(address(model, "index")).status_code == 302
