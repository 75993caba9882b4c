"""Planning all rounds of the coming weeks at once, as drafts that a coordinator looks at.

A slot has one round. Where a day has several slots, their rounds are planned in the order of the hours, each with
those who have no other that day. Published rounds, and drafts that a coordinator has made or changed, stay as they
are: the others are planned around them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from network.matching import Instance, LeftOut, MatchedRound, Meeting, plan_rounds
from sparring.models import RoundStatus, SparringRound, SparringSlot
from sparring.services.pool import Corps, Hindrance, read_corps, read_history
from sparring.services.rounds import ON_THE_WAY, RoundError, check_open, draft_of, locked_slot, store_draft
from sparring.timetable import local_day, local_instant

WEEKS_AHEAD = 4
GROUP_OF_THREE = 3
Groups = frozenset[frozenset[int]]


class Outcome(StrEnum):
    MADE = "made"
    CHANGED = "changed"
    KEPT = "kept"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class PlannedRound:
    """What became of a slot. `groups` are ids of people; `left_out` counts those who could come and have nobody."""

    slot: SparringSlot
    outcome: Outcome
    groups: Groups
    left_out: int

    @property
    def people(self) -> int:
        return sum(map(len, self.groups))

    @property
    def groups_of_three(self) -> int:
        return sum(len(group) == GROUP_OF_THREE for group in self.groups)


def plan_sparring(*, first: date, weeks: int, now: datetime, dry_run: bool = False) -> list[PlannedRound]:
    """Plan a round for each open slot from `first` on, and keep them as drafts; with `dry_run` nothing is written.

    A second run over the same data keeps every draft as it is.
    """
    slots = _open_slots(first, weeks, now)
    found = _rounds_of(slots)
    planned = [
        _as_it_is(slot, found[slot.pk], Outcome.NOT_OURS)
        for slot in slots
        if slot.pk in found and _is_somebodys(found[slot.pk])
    ]
    not_ours = {each.slot.pk for each in planned}
    published = _meetings(each for each in planned if found[each.slot.pk].status == RoundStatus.PUBLISHED)
    drafted = _meetings(each for each in planned if found[each.slot.pk].status == RoundStatus.DRAFT)
    for lane in _lanes(slot for slot in slots if slot.pk not in not_ours):
        corps = read_corps(slots=lane, now=now).beside(agreed=published, planned=drafted)
        instance = corps.instance(now=now, history=[*read_history(), *drafted])
        rounds = _plan_lane(corps, instance, found, now=now, dry_run=dry_run)
        drafted += _meetings(rounds)
        planned += rounds
    return sorted(planned, key=lambda each: (each.slot.starts_at, each.slot.pk))


def _open_slots(first: date, weeks: int, now: datetime) -> list[SparringSlot]:
    slots = SparringSlot.objects.upcoming(now).filter(
        starts_at__gte=local_instant(first, time.min),
        starts_at__lt=local_instant(first + timedelta(weeks=weeks), time.min),
    )
    return list(slots.select_related("series").order_by("starts_at", "pk"))


def _rounds_of(slots: Iterable[SparringSlot]) -> dict[int, SparringRound]:
    rounds = SparringRound.objects.filter(slot__in=slots, status__in=ON_THE_WAY)
    return {round_.slot_id: round_ for round_ in rounds.prefetch_related("proposals__members")}


def _is_somebodys(round_: SparringRound) -> bool:
    return round_.status == RoundStatus.PUBLISHED or round_.created_by_id is not None


def _lanes(slots: Iterable[SparringSlot]) -> list[list[SparringSlot]]:
    """The first slot of each day, then the second of each day that has one, and so on."""
    lanes: list[list[SparringSlot]] = []
    on_day: dict[date, int] = defaultdict(int)
    for slot in slots:
        day = local_day(slot.starts_at)
        if on_day[day] == len(lanes):
            lanes.append([])
        lanes[on_day[day]].append(slot)
        on_day[day] += 1
    return lanes


def _plan_lane(
    corps: Corps, instance: Instance, found: Mapping[int, SparringRound], *, now: datetime, dry_run: bool
) -> list[PlannedRound]:
    source = _fingerprint(instance)
    if all(slot.pk in found and found[slot.pk].planned_from == source for slot in corps.slots):
        return [_as_it_is(slot, found[slot.pk], Outcome.KEPT) for slot in corps.slots]
    rounds = {matched.day: matched for matched in plan_rounds(instance).rounds}
    waited = {ambassador.person_id: ambassador.left_out for ambassador in corps.members}
    planned = []
    for slot in corps.slots:
        matched = rounds[local_day(slot.starts_at)]
        hindered = _hindered(corps, slot, matched)
        waiting = {person: number for person, number in waited.items() if number and person not in hindered}
        outcome = _outcome(found.get(slot.pk), matched)
        if not dry_run and not _store(slot, matched, hindered=hindered, waited=waiting, source=source, now=now):
            outcome = Outcome.NOT_OURS
        planned.append(PlannedRound(slot, outcome, _groups_in(matched), len(matched.left_out)))
        waited |= {int(person): waited[int(person)] + 1 for person in matched.left_out}
        waited |= {int(person): 0 for group in matched.groups for person in group.members}
    return planned


def _store(
    slot: SparringSlot,
    matched: MatchedRound,
    *,
    hindered: Mapping[int, Hindrance],
    waited: Mapping[int, int],
    source: str,
    now: datetime,
) -> bool:
    """Write the slot's draft. False, and nothing is written, when it has become somebody's or the slot is closed."""
    try:
        with transaction.atomic():
            locked = locked_slot(slot.pk)
            check_open(locked, now)
            draft = draft_of(locked) or SparringRound(slot=locked)
            if draft.pk and _is_somebodys(draft):
                return False
            draft.created_at, draft.planned_from = now, source
            store_draft(draft, matched, hindered=hindered, waited=waited)
    except RoundError:
        return False
    return True


def _hindered(corps: Corps, slot: SparringSlot, matched: MatchedRound) -> dict[int, Hindrance]:
    """Who is not in the slot's round and why. Whoever nothing else hinders has enough other rounds that week."""
    served = {person for group in matched.groups for person in group.members}
    rest = {each.person_id for each in corps.members} - served - matched.left_out.keys()
    return dict.fromkeys(sorted(rest), Hindrance.WEEKLY_CAP) | dict(corps.hindered[slot.pk])


def _outcome(former: SparringRound | None, matched: MatchedRound) -> Outcome:
    if former is None:
        return Outcome.MADE
    return Outcome.KEPT if _groups_of(former) == _groups_in(matched) else Outcome.CHANGED


def _as_it_is(slot: SparringSlot, round_: SparringRound, outcome: Outcome) -> PlannedRound:
    left_out = sum(code in set(LeftOut) for _person, code in round_.left_out)
    return PlannedRound(slot, outcome, _groups_of(round_), left_out)


def _groups_of(round_: SparringRound) -> Groups:
    return frozenset(
        frozenset(member.person_id for member in proposal.members.all()) for proposal in round_.proposals.all()
    )


def _groups_in(matched: MatchedRound) -> Groups:
    return frozenset(frozenset(int(person) for person in group.members) for group in matched.groups)


def _meetings(rounds: Iterable[PlannedRound]) -> list[Meeting]:
    return [Meeting(local_day(each.slot.starts_at), tuple(sorted(group))) for each in rounds for group in each.groups]


def _fingerprint(instance: Instance) -> str:
    """The same for the same data, in every process: what was planned from it need not be planned again."""
    text = json.dumps(asdict(instance), default=_plain, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: date | frozenset[Any]) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(sorted(part) if isinstance(part, frozenset) else part for part in value)
