"""Rounds: match the corps for a slot, publish what the coordinator has looked at, and take the members' answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.matching import LeftOut, MatchedRound, solve_round
from network.models import Ambassador, Person
from sparring import round_mails
from sparring.models import (
    MatchAnswer,
    MatchMember,
    MatchProposal,
    ParticipantRole,
    RoundStatus,
    SparringRound,
    SparringSlot,
)
from sparring.services.pool import Hindrance, Pool, read_pool
from sparring.services.sessions import AlreadyBusyError, agree_session, leave_session, lock_people

COUNTS_AS_LEFT_OUT = {*LeftOut, Hindrance.MATCH_FELL_AWAY}


class RoundError(Exception):
    """What can stand in the way of a round or an answer; `sentence` is what the person is shown."""

    sentence: Promise


class SlotNotOpenError(RoundError):
    sentence = _("That sparring time is over or closed, so it can have no round.")


class RoundIsPublishedError(RoundError):
    sentence = _("This round is published already, and everyone in it has been told.")


class RoundIsDiscardedError(RoundError):
    sentence = _("This round was discarded. Make a new one.")


class NothingToPublishError(RoundError):
    sentence = _("No match in this round can be held any more. Make the round again.")


class AnswerTooLateError(RoundError):
    sentence = _("The sparring has begun, so it is too late to answer.")


class MatchIsOffError(RoundError):
    sentence = _("This match is no longer on, so it needs no answer.")


@dataclass(frozen=True)
class PublishedRound:
    """`dropped` are the groups that could not be held any more; nobody in them was told anything."""

    round: SparringRound
    dropped: tuple[tuple[Person, ...], ...]


def compute_round(*, slot: SparringSlot, by: Person, seed: int, now: datetime) -> SparringRound:
    """Match all who are available at the slot, and keep it as a draft. A draft that is there already is replaced."""
    pool = read_pool(slot=slot, now=now)
    matched = solve_round(pool.instance, pool.day, pool=pool.available, seed=seed)
    with transaction.atomic():
        locked = _locked_slot(slot.pk)
        _check_open(locked, now)
        round_ = _draft_of(locked, by=by, now=now)
        round_.seed = seed
        round_.left_out = _left_out(matched, pool)
        round_.save()
        _store(round_, matched)
    return round_


@transaction.atomic
def publish_round(*, round: SparringRound, by: Person, now: datetime) -> PublishedRound:  # noqa: A002 our word
    """Make the draft's groups into sessions and tell everybody in them, with an invitation and the reasons.

    A group of which somebody can no longer come is dropped. Raises a `RoundError`, also if no group is left.
    """
    published = _locked_draft(round)
    _check_open(published.slot, now)
    groups = {proposal: _people(proposal) for proposal in published.proposals.with_members().order_by("pk")}
    lock_people(person for people in groups.values() for person in people)
    pool = read_pool(slot=published.slot, now=now)
    dropped = [proposal for proposal, people in groups.items() if not _hold(proposal, people, pool, now)]
    if len(dropped) == len(groups):
        raise NothingToPublishError
    published.proposals.filter(pk__in=[proposal.pk for proposal in dropped]).delete()
    dropped_people = tuple(groups[proposal] for proposal in dropped)
    _count_left_out(published, pool, dropped_people)
    published.status = RoundStatus.PUBLISHED
    published.published_at = now
    published.save(update_fields=["status", "published_at", "left_out"])
    return PublishedRound(published, dropped_people)


@transaction.atomic
def discard_round(*, round: SparringRound, by: Person, now: datetime) -> None:  # noqa: A002 our word
    """Drop a draft. Discarding it again changes nothing."""
    try:
        draft = _locked_draft(round)
    except RoundIsDiscardedError:
        return
    draft.status = RoundStatus.DISCARDED
    draft.save(update_fields=["status"])


@transaction.atomic
def answer(*, proposal: MatchProposal, by: Person, accept: bool, now: datetime) -> MatchMember:
    """Say yes to a match, or pass without a reason: of a pair nothing is left, a group of three goes on as two.

    The same answer again changes nothing. Raises `AnswerTooLateError` or `MatchIsOffError`.
    """
    member = MatchMember.objects.select_for_update().get(proposal=proposal, person=by)
    given = MatchAnswer.ACCEPTED if accept else MatchAnswer.PASSED
    if member.answer == given:
        return member
    session = proposal.session
    if session is None or not session.is_agreed or not session.participants.active().filter(person=by).exists():
        raise MatchIsOffError
    if session.starts_at <= now:
        raise AnswerTooLateError
    if not accept:
        leave_session(session=session, by=by, now=now)
    member.answer = given
    member.answered_at = now
    member.save(update_fields=["answer", "answered_at"])
    return member


def _locked_slot(pk: int) -> SparringSlot:
    """Whoever changes the round of a slot holds the slot's row until the end of the transaction."""
    return SparringSlot.objects.select_for_update().get(pk=pk)


def _locked_draft(round_: SparringRound) -> SparringRound:
    slot = _locked_slot(round_.slot_id)
    fresh = SparringRound.objects.get(pk=round_.pk)
    if fresh.status == RoundStatus.PUBLISHED:
        raise RoundIsPublishedError
    if fresh.status == RoundStatus.DISCARDED:
        raise RoundIsDiscardedError
    fresh.slot = slot
    return fresh


def _check_open(slot: SparringSlot, now: datetime) -> None:
    if not slot.is_open or slot.starts_at <= now:
        raise SlotNotOpenError


def _draft_of(slot: SparringSlot, *, by: Person, now: datetime) -> SparringRound:
    """The slot's draft, emptied, or a new one."""
    round_ = slot.rounds.exclude(status=RoundStatus.DISCARDED).first() or SparringRound(slot=slot)
    if round_.status == RoundStatus.PUBLISHED:
        raise RoundIsPublishedError
    if round_.pk:
        round_.proposals.all().delete()
    round_.created_at, round_.created_by = now, by
    return round_


def _left_out(matched: MatchedRound, pool: Pool) -> list[list[int | str]]:
    left_out = {int(person): str(code) for person, code in matched.left_out.items()}
    hindered = {person: str(code) for person, code in pool.hindered.items()}
    return [[person, code] for person, code in (left_out | hindered).items()]


def _store(round_: SparringRound, matched: MatchedRound) -> None:
    proposals = MatchProposal.objects.bulk_create(
        MatchProposal(round=round_, score=group.score, parts=group.parts, reasons=list(group.reasons))
        for group in matched.groups
    )
    MatchMember.objects.bulk_create(
        MatchMember(proposal=proposal, person_id=person)
        for proposal, group in zip(proposals, matched.groups, strict=True)
        for person in group.members
    )


def _people(proposal: MatchProposal) -> tuple[Person, ...]:
    return tuple(member.person for member in proposal.members.all())


def _hold(proposal: MatchProposal, people: tuple[Person, ...], pool: Pool, now: datetime) -> bool:
    """Make the session of a match and tell its people. Returns whether it can be held."""
    if not pool.allows([person.pk for person in people]):
        return False
    slot = proposal.round.slot
    roles = dict.fromkeys(people, ParticipantRole.PEER)
    try:
        session = agree_session(roles=roles, starts_at=slot.starts_at, ends_at=slot.ends_at, now=now)
    except AlreadyBusyError:
        return False
    proposal.session = session
    proposal.save(update_fields=["session"])
    round_mails.send_proposal(proposal=proposal, session=session, now=now)
    return True


def _count_left_out(round_: SparringRound, pool: Pool, dropped: Iterable[tuple[Person, ...]]) -> None:
    """Remember who got nobody though they could come: they go first next time. Whoever got somebody starts afresh."""
    fallen = {person.pk for people in dropped for person in people}
    codes: dict[int, str] = dict(round_.left_out) | {
        person: str(pool.hindered.get(person, Hindrance.MATCH_FELL_AWAY)) for person in fallen
    }
    round_.left_out = [[person, code] for person, code in codes.items()]
    served = MatchMember.objects.filter(proposal__round=round_).values("person")
    Ambassador.objects.filter(person__in=served).update(left_out=0)
    waiting = [person for person, code in codes.items() if code in COUNTS_AS_LEFT_OUT and person in pool.available]
    Ambassador.objects.filter(person__in=waiting).update(left_out=F("left_out") + 1)
