"""Reads the corps for one slot: who can come, who cannot and why, and all that the matching has to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations

from django.db.models import Count

from network.matching import Instance, Meeting, Peer, Rules, solve_round
from network.models import Ambassador, PersonBlock
from network.models.ambassador import Language, MeetingFormat
from sparring.models import MatchAnswer, MatchMember, SparringParticipant, SparringSlot
from sparring.timetable import is_available, local_day, local_instant

# How long two people are not proposed to each other after one of them passed.
PASSED_FOR = timedelta(days=60)
# Two who speak no common language cannot spar. How to meet they can always find out between them.
RULES = Rules(require_shared_language=True)


class Hindrance(StrEnum):
    """Why a member of the corps is not in a round."""

    NO_DEPARTMENT = "no_department"
    PAUSED = "paused"
    OTHER_TIME = "other_time"
    BUSY = "busy"
    WEEKLY_CAP = "weekly_cap"
    MATCH_FELL_AWAY = "match_fell_away"


@dataclass(frozen=True)
class Pool:
    instance: Instance
    day: date
    available: frozenset[int]
    hindered: dict[int, Hindrance]

    def allows(self, people: Collection[int]) -> bool:
        """Whether these people can all come, and may meet each other as one group."""
        if not self.available.issuperset(people):
            return False
        matched = solve_round(replace(self.instance, history=()), self.day, pool=people)
        return len(matched.groups) == 1 and not matched.left_out


def read_pool(*, slot: SparringSlot, now: datetime) -> Pool:
    """All ambassadors there have been are in the instance, for their departments' history; active ones in the pool."""
    ambassadors = list(
        Ambassador.objects.with_person()
        .with_week()
        .prefetch_related("offers", "seeks", "person__pauses")
        .order_by("person_id")
    )
    busy = set(
        SparringParticipant.objects.overlapping(slot.starts_at, slot.ends_at).values_list("person_id", flat=True)
    )
    that_week = _sparrings_that_week(slot)
    hindrances = {
        ambassador.person_id: _hindrance(ambassador, slot, busy, that_week)
        for ambassador in ambassadors
        if ambassador.is_active and ambassador.person.is_active
    }
    peers = tuple(_peer(ambassador) for ambassador in ambassadors if ambassador.person.department_id)
    known = {int(peer.id) for peer in peers}
    instance = Instance(
        people=peers,
        dates=(local_day(slot.starts_at),),
        blocks=frozenset(pair for pair in _blocked() | _passed(now) if pair <= known),
        history=tuple(_history(slot, known)),
        rules=RULES,
    )
    return Pool(
        instance=instance,
        day=local_day(slot.starts_at),
        available=frozenset(person for person, hindrance in hindrances.items() if hindrance is None),
        hindered={person: hindrance for person, hindrance in hindrances.items() if hindrance},
    )


def _hindrance(
    ambassador: Ambassador, slot: SparringSlot, busy: Collection[int], that_week: Mapping[int, int]
) -> Hindrance | None:
    person, day = ambassador.person, local_day(slot.starts_at)
    if not person.department_id:
        return Hindrance.NO_DEPARTMENT
    if any(pause.from_on <= day <= pause.until_on for pause in person.pauses.all()):
        return Hindrance.PAUSED
    if not is_available(ambassador.availability.all(), [], starts_at=slot.starts_at, ends_at=slot.ends_at):
        return Hindrance.OTHER_TIME
    if person.pk in busy:
        return Hindrance.BUSY
    if that_week.get(person.pk, 0) >= ambassador.weekly_cap:
        return Hindrance.WEEKLY_CAP
    return None


def _peer(ambassador: Ambassador) -> Peer:
    person = ambassador.person
    return Peer(
        id=person.pk,
        department=person.department_id,
        leader=person.line_manager_id,
        seniority=person.seniority,
        languages=tuple(ambassador.languages or [Language.DANISH.value]),
        formats=frozenset(ambassador.formats or MeetingFormat.values),
        site=person.workplace.strip().casefold() or None,
        # Names, since they are what the reasons say; no two themes have the same one.
        seeks=frozenset(theme.name for theme in ambassador.seeks.all()),
        offers=frozenset(theme.name for theme in ambassador.offers.all()),
        left_out=ambassador.left_out,
    )


def _sparrings_that_week(slot: SparringSlot) -> dict[int, int]:
    """How many sparrings each person has in the slot's week, from Monday to Sunday."""
    day = local_day(slot.starts_at)
    monday = day - timedelta(days=day.weekday())
    held = SparringParticipant.objects.active().filter(
        starts_at__gte=local_instant(monday, time.min),
        starts_at__lt=local_instant(monday + timedelta(days=7), time.min),
    )
    return dict(held.values_list("person_id").annotate(number=Count("pk")))


def _history(slot: SparringSlot, known: Collection[int]) -> list[Meeting]:
    """Who of those known met whom before the slot, or have agreed to."""
    rows = SparringParticipant.objects.active().filter(session__status="agreed", starts_at__lt=slot.starts_at)
    members: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for session, starts_at, person in rows.order_by("pk").values_list("session_id", "starts_at", "person_id"):
        if person in known:
            members[session, starts_at].append(person)
    return [
        Meeting(local_day(starts_at), tuple(people)) for (_, starts_at), people in members.items() if len(people) > 1
    ]


def _blocked() -> set[frozenset[int]]:
    return {frozenset(pair) for pair in PersonBlock.objects.values_list("person_id", "other_id")}


def _passed(now: datetime) -> set[frozenset[int]]:
    """Pairs of which one passed a while ago or less. The other need not know: to the matching it is a block."""
    members = MatchMember.objects.filter(
        proposal__members__answer=MatchAnswer.PASSED, proposal__members__answered_at__gt=now - PASSED_FOR
    ).distinct()
    people: dict[int, dict[int, bool]] = defaultdict(dict)
    for proposal, person, answer in members.values_list("proposal_id", "person_id", "answer"):
        people[proposal][person] = answer == MatchAnswer.PASSED
    return {
        frozenset((a, b))
        for answers in people.values()
        for a, b in combinations(answers, 2)
        if answers[a] or answers[b]
    }
