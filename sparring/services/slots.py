"""Making the slots and places of the coming weeks, and keeping them true when something changes.

What is open and offered follows from the fixed times, the closing days, and the ambassadors' times and pauses. So each
verb here changes one of these and then puts the rows right; doing it twice changes nothing. What people have agreed
stays agreed, except on a day that closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from network.models import Ambassador, Person
from sparring import timetable
from sparring.models import ClosingDay, PeerSparring, SlotPlace, SlotSeries, SparringSlot
from sparring.services.sessions import call_off_sessions
from sparring.signals import places_put_right

WEEKS_AHEAD = 4


@dataclass(frozen=True)
class SlotChanges:
    """How many rows a run made or changed."""

    slots: int
    places: int


@transaction.atomic
def make_slots(*, now: datetime, weeks: int = WEEKS_AHEAD) -> SlotChanges:
    """Make what is missing in the coming weeks; open, close, offer and withdraw what is there already."""
    return SlotChanges(slots=_put_slots_right(now, weeks), places=_put_places_right(now))


@transaction.atomic
def make_places(*, host: Person, now: datetime) -> int:
    """Offer and withdraw one person's places after their times or pauses changed. Returns how many changed."""
    return _put_places_right(now, host)


@transaction.atomic
def close_day(*, day: date, name: str, by: Person, now: datetime) -> int:
    """Close a day: no sparring is offered, and what was agreed is cancelled. Returns how many were cancelled."""
    ClosingDay.objects.update_or_create(day=day, defaults={"name": name})
    make_slots(now=now)
    sessions = PeerSparring.objects.agreed().filter(starts_at__date=day).order_by("pk")
    return call_off_sessions(sessions=sessions, by=by, reason=name, now=now)


@transaction.atomic
def reopen_day(*, day: date, now: datetime) -> None:
    """Offer sparring again on a day that was closed. What was cancelled stays cancelled."""
    ClosingDay.objects.filter(day=day).delete()
    make_slots(now=now)


def _put_slots_right(now: datetime, weeks: int) -> int:
    future = SparringSlot.objects.filter(starts_at__gt=now)
    first = timetable.local_day(now)
    last = first + timedelta(weeks=weeks)
    if latest := future.order_by("-starts_at").first():
        last = max(last, timetable.local_day(latest.starts_at))
    closing_days = set(ClosingDay.objects.filter(day__gte=first).values_list("day", flat=True))
    wanted = {
        (series.pk, starts_at): ends_at
        for series in SlotSeries.objects.order_by("pk")
        for starts_at, ends_at in timetable.slot_times(series, first=first, last=last, closing_days=closing_days)
        if starts_at > now
    }
    changed = []
    for slot in future.order_by("pk"):
        ends_at = wanted.pop((slot.series_id, slot.starts_at), None)
        if slot.is_open != (ends_at is not None) or (ends_at and slot.ends_at != ends_at):
            slot.is_open, slot.ends_at = ends_at is not None, ends_at or slot.ends_at
            changed.append(slot)
    SparringSlot.objects.bulk_update(changed, ["is_open", "ends_at"])
    missing = [
        SparringSlot(series_id=series_id, starts_at=starts_at, ends_at=ends_at)
        for (series_id, starts_at), ends_at in wanted.items()
    ]
    SparringSlot.objects.bulk_create(missing, ignore_conflicts=True)
    return len(changed) + len(missing)


def _put_places_right(now: datetime, host: Person | None = None) -> int:
    places = SlotPlace.objects.filter(starts_at__gt=now)
    if host:
        places = places.filter(host=host)
    wanted = _wanted_places(now, host)
    withdrawn: list[int] = []
    offered: list[int] = []
    for place_id, slot_id, host_id, is_offered in places.values_list("pk", "slot", "host", "is_offered"):
        is_wanted = wanted.pop((slot_id, host_id), None) is not None
        if is_offered != is_wanted:
            (offered if is_wanted else withdrawn).append(place_id)
    # Withdrawn first: the database lets nobody offer two places at one instant.
    SlotPlace.objects.filter(pk__in=withdrawn).update(is_offered=False)
    SlotPlace.objects.filter(pk__in=offered).update(is_offered=True)
    missing = [
        SlotPlace(slot_id=slot_id, host_id=host_id, starts_at=starts_at)
        for (slot_id, host_id), starts_at in wanted.items()
    ]
    SlotPlace.objects.bulk_create(missing, ignore_conflicts=True)
    places_put_right.send(sender=SlotPlace, host=host, now=now)
    return len(withdrawn) + len(offered) + len(missing)


def _wanted_places(now: datetime, host: Person | None) -> dict[tuple[int, int], datetime]:
    """One place for each available ambassador in each open slot, and of slots at one instant in the first only."""
    ambassadors = Ambassador.objects.active().prefetch_related("availability", "person__pauses").order_by("person")
    if host:
        ambassadors = ambassadors.filter(person=host)
    wanted: dict[tuple[int, int], datetime] = {}
    taken: set[tuple[datetime, int]] = set()
    for slot in SparringSlot.objects.upcoming(now).order_by("starts_at", "pk"):
        for ambassador in ambassadors:
            person_id = ambassador.person_id
            if (slot.starts_at, person_id) not in taken and timetable.is_available(
                ambassador.availability.all(),
                ambassador.person.pauses.all(),
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
            ):
                taken.add((slot.starts_at, person_id))
                wanted[slot.pk, person_id] = slot.starts_at
    return wanted
