"""Reads the corps for slots: who can come, who cannot and why, and all that the matching has to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations

from network.matching import Instance, Meeting, Peer, Rules, solve_round
from network.models import Ambassador, Person, PersonBlock
from network.models.ambassador import Language, MeetingFormat
from sparring.models import MatchAnswer, MatchMember, RoundPause, SparringParticipant, SparringSlot
from sparring.querysets import SparringParticipantQuerySet
from sparring.timetable import is_available, local_day, local_instant

# How long two people are not proposed to each other after one of them passed.
PASSED_FOR = timedelta(days=60)
# How far ahead to look for the next date on which somebody left out has a partner.
LOOK_AHEAD = timedelta(days=14)
A_WEEK = timedelta(days=7)
# Two who speak no common language cannot spar. How to meet they can always find out between them.
RULES = Rules(require_shared_language=True)


class Hindrance(StrEnum):
    """Why a member of the corps is not in a round."""

    NO_DEPARTMENT = "no_department"
    PAUSED = "paused"
    SILENT = "silent"
    OTHER_TIME = "other_time"
    BUSY = "busy"
    OTHER_ROUND = "other_round"
    WEEKLY_CAP = "weekly_cap"
    MATCH_FELL_AWAY = "match_fell_away"


@dataclass(frozen=True)
class Pool:
    """Who can come to one slot. The instance also knows the coming days, for when those left out can get somebody."""

    instance: Instance
    day: date
    available: frozenset[int]
    hindered: dict[int, Hindrance]

    def allows(self, people: Iterable[int]) -> bool:
        """Whether these people can all come, and may meet each other as one group."""
        group = set(people)
        return group <= self.available and self.may_be_together(group)

    def may_be_together(self, group: Collection[int]) -> bool:
        """Whether these people may meet as one group, whether they can come or not."""
        group = frozenset(group)
        alone = replace(
            self.instance,
            people=tuple(peer for peer in self.instance.people if peer.id in group),
            blocks=frozenset(pair for pair in self.instance.blocks if pair <= group),
            history=(),
        )
        matched = solve_round(alone, self.day, pool=group)
        return len(matched.groups) == 1 and not matched.left_out


@dataclass(frozen=True)
class Corps:
    """All ambassadors, read for slots that lie on different days. Those who left count for their departments' history.

    `hindered` tells for each slot who in the corps cannot come and why, as far as it does not depend on the week.
    """

    ambassadors: tuple[Ambassador, ...]
    slots: tuple[SparringSlot, ...]
    hindered: Mapping[int, Mapping[int, Hindrance]]
    agreed: Mapping[int, tuple[date, ...]]

    @property
    def members(self) -> list[Ambassador]:
        return [ambassador for ambassador in self.ambassadors if _takes_part(ambassador)]

    def instance(self, *, now: datetime, history: Iterable[Meeting], apart: Iterable[Collection[int]] = ()) -> Instance:
        """What the matching is told. The pairs of `apart` are kept from each other, whatever else."""
        peers = tuple(self._peer(each) for each in self.ambassadors if each.person.department_id)
        known = {int(peer.id) for peer in peers}
        blocks = _blocked() | _passed(now) | {frozenset(pair) for pair in apart}
        return Instance(
            people=peers,
            dates=tuple(local_day(slot.starts_at) for slot in self.slots),
            blocks=frozenset(pair for pair in blocks if pair <= known),
            history=tuple(_among(known, history)),
            rules=RULES,
        )

    def beside(self, *, agreed: Collection[Meeting], planned: Collection[Meeting]) -> Corps:
        """The same corps with these meetings in other rounds: nobody has two on one day.

        Planned ones count in the week; those agreed do so already.
        """
        that_day: dict[date, set[int]] = defaultdict(set)
        for meeting in (*agreed, *planned):
            that_day[meeting.day].update(map(int, meeting.members))
        that_week = {person: list(days) for person, days in self.agreed.items()}
        for meeting in planned:
            for person in map(int, meeting.members):
                that_week.setdefault(person, []).append(meeting.day)
        members = {ambassador.person_id for ambassador in self.members}
        hindered = {
            slot.pk: dict.fromkeys(that_day[local_day(slot.starts_at)] & members, Hindrance.OTHER_ROUND)
            | dict(self.hindered[slot.pk])
            for slot in self.slots
        }
        return replace(self, agreed={person: tuple(days) for person, days in that_week.items()}, hindered=hindered)

    def _peer(self, ambassador: Ambassador) -> Peer:
        person = ambassador.person
        can_come = [slot for slot in self.slots if person.pk not in self.hindered[slot.pk]]
        return replace(
            peer_of(ambassador),
            days=frozenset(local_day(slot.starts_at) for slot in can_come if _takes_part(ambassador)),
            cap=ambassador.weekly_cap,
            agreed=self.agreed.get(person.pk, ()),
        )


def peer_of(ambassador: Ambassador) -> Peer:
    """What the matching knows of an ambassador, whenever they can come."""
    return replace(
        peer_outside_corps(ambassador.person),
        languages=tuple(ambassador.languages or [Language.DANISH.value]),
        formats=frozenset(ambassador.formats or MeetingFormat.values),
        # Names, since they are what the reasons say; no two themes have the same one.
        seeks=frozenset(theme.name for theme in ambassador.seeks.all()),
        offers=frozenset(theme.name for theme in ambassador.offers.all()),
        left_out=ambassador.left_out,
    )


def peer_outside_corps(person: Person) -> Peer:
    """What the matching knows of somebody who has told no more than the staff register has."""
    return Peer(
        id=person.pk,
        department=person.department_id,
        leader=person.line_manager_id,
        seniority=person.seniority,
        languages=(Language.DANISH.value,),
        formats=frozenset(MeetingFormat.values),
        site=person.workplace.strip().casefold() or None,
    )


def read_pool(*, slot: SparringSlot, now: datetime, apart: Iterable[Collection[int]] = ()) -> Pool:
    """Who can come to the slot, and on which of the coming days; the pairs of `apart` are kept from each other."""
    corps = read_corps(slots=_slots_ahead(slot), now=now)
    day = local_day(slot.starts_at)
    hindered = dict(corps.hindered[slot.pk])
    for ambassador in corps.members:
        that_week = sum(_same_week(day, other) for other in corps.agreed.get(ambassador.person_id, ()))
        if that_week >= ambassador.weekly_cap:
            hindered.setdefault(ambassador.person_id, Hindrance.WEEKLY_CAP)
    return Pool(
        instance=corps.instance(now=now, history=read_history(until=slot.starts_at), apart=apart),
        day=day,
        available=frozenset(each.person_id for each in corps.members if each.person_id not in hindered),
        hindered=hindered,
    )


def read_corps(*, slots: Sequence[SparringSlot], now: datetime) -> Corps:
    """The corps for these slots, of which no two may lie on one day."""
    ambassadors = tuple(
        Ambassador.objects.with_person()
        .with_week()
        .prefetch_related("offers", "seeks", "person__pauses")
        .order_by("person_id")
    )
    silent = set(RoundPause.objects.filter(ended_at=None).values_list("person", flat=True))
    held = _time_held(slots)
    busy = {
        slot.pk: {person for person, starts, ends in held if starts < slot.ends_at and ends > slot.starts_at}
        for slot in slots
    }
    agreed: dict[int, list[date]] = defaultdict(list)
    for person, starts, _ends in held:
        agreed[person].append(local_day(starts))
    return Corps(
        ambassadors=ambassadors,
        slots=tuple(slots),
        hindered={slot.pk: _hindrances(ambassadors, slot, busy=busy[slot.pk], silent=silent) for slot in slots},
        agreed={person: tuple(days) for person, days in agreed.items()},
    )


def read_history(*, until: datetime | None = None) -> list[Meeting]:
    """Who met whom before that instant, or has agreed to."""
    rows = SparringParticipant.objects.active()
    return meetings_in(rows.filter(starts_at__lt=until) if until else rows)


def meetings_in(rows: SparringParticipantQuerySet) -> list[Meeting]:
    """The agreed meetings that these rows are about, as far as they hold the people of each."""
    rows = rows.filter(session__status="agreed")
    members: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for session, starts_at, person in rows.order_by("pk").values_list("session_id", "starts_at", "person_id"):
        members[session, starts_at].append(person)
    return [Meeting(local_day(starts_at), tuple(people)) for (_, starts_at), people in members.items()]


def _slots_ahead(slot: SparringSlot) -> list[SparringSlot]:
    """The slot, and one for each later day of two weeks: that of the same series, where there is one."""
    later = SparringSlot.objects.filter(
        is_open=True, starts_at__gt=slot.ends_at, starts_at__lt=slot.starts_at + LOOK_AHEAD
    )
    by_day = {local_day(slot.starts_at): slot}
    for other in sorted(later, key=lambda each: (each.series_id != slot.series_id, each.starts_at, each.pk)):
        by_day.setdefault(local_day(other.starts_at), other)
    return [by_day[day] for day in sorted(by_day)]


def _takes_part(ambassador: Ambassador) -> bool:
    return ambassador.is_active and ambassador.person.is_active


def _hindrances(
    ambassadors: Iterable[Ambassador], slot: SparringSlot, *, busy: Collection[int], silent: Collection[int]
) -> dict[int, Hindrance]:
    found = {each.person_id: _hindrance(each, slot, busy, silent) for each in ambassadors if _takes_part(each)}
    return {person: hindrance for person, hindrance in found.items() if hindrance}


def _hindrance(
    ambassador: Ambassador, slot: SparringSlot, busy: Collection[int], silent: Collection[int]
) -> Hindrance | None:
    person, day = ambassador.person, local_day(slot.starts_at)
    if not person.department_id:
        return Hindrance.NO_DEPARTMENT
    if any(pause.from_on <= day <= pause.until_on for pause in person.pauses.all()):
        return Hindrance.PAUSED
    if person.pk in silent:
        return Hindrance.SILENT
    if not is_available(ambassador.availability.all(), [], starts_at=slot.starts_at, ends_at=slot.ends_at):
        return Hindrance.OTHER_TIME
    if person.pk in busy:
        return Hindrance.BUSY
    return None


def _time_held(slots: Sequence[SparringSlot]) -> list[tuple[int, datetime, datetime]]:
    """Person, start and end of each sparring that is agreed in the weeks of these slots, from Monday to Sunday."""
    if not slots:
        return []
    days = [local_day(slot.starts_at) for slot in slots]
    first, last = min(days), max(days)
    held = SparringParticipant.objects.active().filter(
        starts_at__gte=local_instant(first - timedelta(days=first.weekday()), time.min),
        starts_at__lt=local_instant(last - timedelta(days=last.weekday()) + A_WEEK, time.min),
    )
    return list(held.order_by("pk").values_list("person_id", "starts_at", "session__ends_at"))


def _same_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]


def _among(known: Collection[int], history: Iterable[Meeting]) -> Iterable[Meeting]:
    for meeting in history:
        people = tuple(person for person in meeting.members if person in known)
        if len(people) > 1:
            yield Meeting(meeting.day, people)


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
