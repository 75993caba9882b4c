"""Who can help somebody with a theme on a day: the best few who have a free place then, with reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from network.matching import Helper as FoundHelper
from network.matching import HelperFinder, Instance, Meeting, PersonId
from network.models import Ambassador, Person, Theme
from sparring.models import SlotBooking, SlotPlace, SparringParticipant
from sparring.reasons import reasons_for
from sparring.services.pool import RULES, meetings_in, peer_of, peer_outside_corps

DAYS_OFFERED = 5
# Who was booked lately comes later: never the same three people.
LATELY = timedelta(days=14)
SPREAD_LOOKS_BACK = timedelta(days=28)


@dataclass(frozen=True)
class Helper:
    """Somebody who can help, why, and the free places they have that day."""

    person: Person
    reasons: list[str]
    places: list[SlotPlace]


def days_with_places(asker: Person, *, now: datetime) -> list[date]:
    """The next days on which this person can book somebody."""
    free = SlotPlace.objects.free(now).for_person(asker).annotate(day=TruncDate("starts_at"))
    return list(free.order_by("day").values_list("day", flat=True).distinct()[:DAYS_OFFERED])


def find_helpers(asker: Person, *, theme: Theme, day: date, now: datetime) -> list[Helper]:
    """The best first, at most five. Whoever cannot be booked, for whatever reason, is simply not there."""
    places: dict[int, list[SlotPlace]] = {}
    free = SlotPlace.objects.free(now).for_person(asker).on_day(day).about(theme.slug)
    for place in free.with_host().order_by("starts_at", "pk"):
        places.setdefault(place.host_id, []).append(place)
    found = _finder(asker, theme, set(places), day, now).best(asker.pk, theme.name, day)
    hosts = {person: own[0].host for person, own in places.items()}
    return [_helper(asker, each, hosts[int(each.id)], places[int(each.id)]) for each in found]


def _helper(asker: Person, found: FoundHelper, host: Person, places: list[SlotPlace]) -> Helper:
    return Helper(host, reasons_for(asker, found.reasons, [asker, host], by_name=True), places)


def _finder(asker: Person, theme: Theme, hosts: set[int], day: date, now: datetime) -> HelperFinder:
    known = hosts | {asker.pk}
    ambassadors = (
        Ambassador.objects.with_person().prefetch_related("offers", "seeks").filter(person__in=known).order_by("person")
    )
    peers = {ambassador.person_id: peer_of(ambassador) for ambassador in ambassadors}
    # Somebody outside the corps is known by what the register says of them.
    mine = peers.get(asker.pk) or peer_outside_corps(asker)
    peers[asker.pk] = replace(mine, seeks=mine.seeks | {theme.name})
    instance = Instance(
        people=tuple(peers.values()), dates=(day,), history=tuple(_history(asker, known, now)), rules=RULES
    )
    return HelperFinder(instance, named_first=_booked_lately(hosts, now))


def _history(asker: Person, known: set[int], now: datetime) -> list[Meeting]:
    """Whom the asker has met, and which departments have met lately; of those known alone."""
    asked_for = Q(session__participants__person=asker) | Q(starts_at__gt=now - SPREAD_LOOKS_BACK)
    rows = SparringParticipant.objects.active().filter(asked_for, person__in=known).distinct()
    return [meeting for meeting in meetings_in(rows) if len(meeting.members) > 1]


def _booked_lately(hosts: set[int], now: datetime) -> dict[PersonId, int]:
    booked = SlotBooking.objects.active().filter(place__host__in=hosts, booked_at__gt=now - LATELY)
    return dict(booked.values_list("place__host").annotate(number=Count("pk")))
