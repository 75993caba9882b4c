"""Giving those who lost their partner another one before the slot, without parting anybody who is agreed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from network.matching import Group, solve_round
from network.models import Ambassador, Person
from sparring import mails, round_mails
from sparring.models import (
    MatchAnswer,
    MatchMember,
    MatchProposal,
    ParticipantRole,
    PeerSparring,
    RoundStatus,
    SparringRound,
    SparringSlot,
)
from sparring.services.pool import Hindrance, Pool, read_pool
from sparring.services.rounds import check_open, locked_slot
from sparring.services.sessions import agree_session, join_session, lock_people

A_PAIR = 2


def orphans_of(proposals: Iterable[MatchProposal]) -> set[int]:
    """Who has lost their partner in these matches, with their sessions and members: they did not pass or cancel."""
    proposals = list(proposals)
    lost, placed = set(), set()
    for proposal in proposals:
        session, members = proposal.session, proposal.members.all()
        if session is None:
            continue
        if session.is_agreed:
            placed |= {member.person_id for member in members}
        else:
            lost |= {
                member.person_id
                for member in members
                if member.answer != MatchAnswer.PASSED and member.person_id != session.cancelled_by_id
            }
    return lost - placed


@transaction.atomic
def repair_round(*, round: SparringRound, now: datetime) -> list[Person]:  # noqa: A002 our word
    """Match those who lost their partner with each other, with those left out, or as third with a pair; tell them.

    Pairs that are agreed stay together. Who still has nobody counts as left out. Returns those who got somebody.
    Raises `SlotNotOpenError`.
    """
    slot = locked_slot(round.slot_id)
    check_open(slot, now)
    fresh = SparringRound.objects.get(pk=round.pk)
    if fresh.status != RoundStatus.PUBLISHED:
        return []
    # Whoever leaves in this moment waits until the others are placed, or has left before it is read who is there.
    list(PeerSparring.objects.select_for_update(of=("self",)).filter(proposal__round=fresh).order_by("pk"))
    proposals = list(fresh.proposals.with_members().select_related("session").order_by("pk"))
    orphans = orphans_of(proposals)
    if not orphans:
        return []
    left_out = {person for person, _code in fresh.left_out}
    people = Person.objects.in_bulk([*orphans, *left_out])
    # Before it is read who has time: nobody shall be booked in between.
    lock_people(people.values())
    pool = read_pool(slot=slot, now=now)
    orphans &= pool.available
    left_out &= pool.available
    pairs = _pairs(proposals, pool)
    together = {person for pair in pairs for person in pair}
    pinned = [(min(pair), max(pair)) for pair in pairs]
    matched = solve_round(pool.instance, pool.day, pool=orphans | left_out | together, pinned=pinned, seed=fresh.seed)
    helped = [group for group in matched.groups if not orphans.isdisjoint(group.members)]
    for group in helped:
        pair = next((pair for pair in pairs if pair <= set(group.members)), None)
        if pair:
            _join(pairs[pair], group, people, now)
        else:
            _bring_together(fresh, slot, group, people, now)
    served = {int(person) for group in helped for person in group.members}
    _count(fresh, served, orphans - served)
    return [people[person] for person in sorted(orphans & served)]


def _pairs(proposals: Iterable[MatchProposal], pool: Pool) -> dict[frozenset[int], MatchProposal]:
    """The pairs that are agreed and can take a third. Whoever has begun to block the other stays as agreed, alone."""
    pairs = {}
    for proposal in proposals:
        if proposal.session and proposal.session.is_agreed:
            staying = [
                member.person_id
                for member in proposal.members.all()
                if not member.has_left and member.answer != MatchAnswer.PASSED
            ]
            if len(staying) == A_PAIR and pool.may_be_together(staying):
                pairs[frozenset(staying)] = proposal
    return pairs


def _bring_together(
    round_: SparringRound, slot: SparringSlot, group: Group, people: dict[int, Person], now: datetime
) -> None:
    members = [people[int(person)] for person in group.members]
    roles = dict.fromkeys(members, ParticipantRole.PEER)
    session = agree_session(roles=roles, starts_at=slot.starts_at, ends_at=slot.ends_at, now=now)
    proposal = MatchProposal.objects.create(
        round=round_, session=session, score=group.score, parts=group.parts, reasons=list(group.reasons)
    )
    MatchMember.objects.bulk_create(MatchMember(proposal=proposal, person=person) for person in members)
    round_mails.send_proposal(proposal=proposal, session=session, now=now)


def _join(proposal: MatchProposal, group: Group, people: dict[int, Person], now: datetime) -> None:
    there = {member.person_id for member in proposal.members.all()}
    newcomer = next(people[int(person)] for person in group.members if person not in there)
    assert proposal.session is not None  # noqa: S101 its pair is agreed
    session = join_session(session=proposal.session, person=newcomer, now=now)
    proposal.score, proposal.parts, proposal.reasons = group.score, group.parts, list(group.reasons)
    proposal.save(update_fields=["score", "parts", "reasons"])
    MatchMember.objects.create(proposal=proposal, person=newcomer)
    mails.send_joined(session=session, newcomers=[newcomer], now=now)
    round_mails.send_proposal(proposal=proposal, session=session, to=[newcomer], now=now)


def _count(round_: SparringRound, served: set[int], lost: set[int]) -> None:
    """Who got somebody after all starts afresh, and who lost their partner for good goes first next time."""
    codes: dict[int, str] = dict(round_.left_out)
    newly = lost - codes.keys()
    codes |= dict.fromkeys(sorted(newly), str(Hindrance.MATCH_FELL_AWAY))
    round_.left_out = [[person, code] for person, code in codes.items() if person not in served]
    round_.save(update_fields=["left_out"])
    Ambassador.objects.filter(person__in=served).update(left_out=0)
    Ambassador.objects.filter(person__in=newly).update(left_out=F("left_out") + 1)
