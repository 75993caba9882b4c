"""Publishing a round in one step, and taking it back in one step until the first mail about it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from network.matching import LeftOut
from network.models import Ambassador, Person
from network.outbox.services import leaves_at, withdraw
from sparring import round_mails
from sparring.mails import topic_of
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
from sparring.services.rounds import (
    RoundError,
    RoundIsDiscardedError,
    SlotNotOpenError,
    check_open,
    locked_draft,
    locked_slot,
    waited_in,
)
from sparring.services.sessions import AlreadyBusyError, agree_session, lock_people, withdraw_sessions

# The mails of a round wait this long, so that it can be taken back; when the sparring is near, they don't.
MAILS_WAIT = timedelta(minutes=5)
NEAR = timedelta(hours=1)
COUNTS_AS_LEFT_OUT = {*LeftOut, Hindrance.MATCH_FELL_AWAY}


class NothingToPublishError(RoundError):
    sentence = _("No match in this round can be held any more. Make the round again.")


class MailHasLeftError(RoundError):
    sentence = _("The first mails about this round have left, so it can no longer be undone.")


class SomebodyHasAnsweredError(RoundError):
    sentence = _("Somebody has answered their match already, so the round can no longer be undone.")


@dataclass(frozen=True)
class PublishedRound:
    """`dropped` are the groups that could not be held any more; nobody in them was told anything."""

    round: SparringRound
    dropped: tuple[tuple[Person, ...], ...]


@transaction.atomic
def publish_round(*, round: SparringRound, by: Person, now: datetime) -> PublishedRound:  # noqa: A002 our word
    """Make the draft's groups into sessions, and tell everybody in them in a while, with an invitation and the reasons.

    A group of which somebody can no longer come is dropped. Raises a `RoundError`, also if no group is left.
    """
    published = locked_draft(round)
    check_open(published.slot, now)
    groups = {proposal: _people(proposal) for proposal in published.proposals.with_members().order_by("pk")}
    lock_people(person for people in groups.values() for person in people)
    pool = read_pool(slot=published.slot, now=now)
    due_at = _told_at(published.slot, now)
    dropped = [proposal for proposal, people in groups.items() if not _hold(proposal, people, pool, due_at, now)]
    if len(dropped) == len(groups):
        raise NothingToPublishError
    published.proposals.filter(pk__in=[proposal.pk for proposal in dropped]).delete()
    dropped_people = tuple(groups[proposal] for proposal in dropped)
    _count_left_out(published, pool, dropped_people)
    published.status = RoundStatus.PUBLISHED
    published.published_at = now
    published.save(update_fields=["status", "published_at", "left_out", "waited"])
    return PublishedRound(published, dropped_people)


@transaction.atomic
def undo_publishing(*, round: SparringRound, by: Person, now: datetime) -> SparringRound:  # noqa: A002 our word
    """Make the published round a draft again: no mail about it leaves, and all is as if it had not been published.

    Raises `MailHasLeftError` once the delivery of one mail has begun, `SomebodyHasAnsweredError` once a member has
    answered or cancelled. A second time changes nothing.
    """
    slot = locked_slot(round.slot_id)
    fresh = SparringRound.objects.get(pk=round.pk)
    if fresh.status == RoundStatus.DISCARDED:
        raise RoundIsDiscardedError
    if fresh.status == RoundStatus.DRAFT:
        return fresh
    if slot.starts_at <= now:
        raise SlotNotOpenError
    # Members before sessions, as an answer takes them.
    members = list(MatchMember.objects.select_for_update(of=("self",)).filter(proposal__round=fresh).order_by("pk"))
    sessions = list(PeerSparring.objects.select_for_update(of=("self",)).filter(proposal__round=fresh).order_by("pk"))
    if any(member.answer != MatchAnswer.WAITING for member in members) or any(map(_has_changed, sessions)):
        raise SomebodyHasAnsweredError
    if not withdraw([topic_of(session) for session in sessions]):
        raise MailHasLeftError
    fresh.proposals.update(session=None)
    withdraw_sessions(sessions=sessions, by=by, now=now)
    _give_counts_back(fresh, members)
    fresh.status = RoundStatus.DRAFT
    fresh.published_at = None
    fresh.save(update_fields=["status", "published_at"])
    return fresh


def can_be_undone_until(round_: SparringRound) -> datetime | None:
    """When the first mail of a published round leaves; None when it may have left."""
    sessions = PeerSparring.objects.filter(proposal__round=round_)
    return leaves_at([topic_of(session) for session in sessions])


def _told_at(slot: SparringSlot, now: datetime) -> datetime:
    return now if slot.starts_at - now < NEAR else now + MAILS_WAIT


def _has_changed(session: PeerSparring) -> bool:
    return session.sequence > 0 or not session.is_agreed


def _people(proposal: MatchProposal) -> tuple[Person, ...]:
    return tuple(member.person for member in proposal.members.all())


def _hold(proposal: MatchProposal, people: tuple[Person, ...], pool: Pool, due_at: datetime, now: datetime) -> bool:
    """Make the session of a match and tell its people. Returns whether it can be held."""
    if not pool.allows(person.pk for person in people):
        return False
    slot = proposal.round.slot
    roles = dict.fromkeys(people, ParticipantRole.PEER)
    try:
        session = agree_session(roles=roles, starts_at=slot.starts_at, ends_at=slot.ends_at, now=now)
    except AlreadyBusyError:
        return False
    proposal.session = session
    proposal.save(update_fields=["session"])
    round_mails.send_proposal(proposal=proposal, session=session, due_at=due_at, now=now)
    return True


def _count_left_out(round_: SparringRound, pool: Pool, dropped: Iterable[tuple[Person, ...]]) -> None:
    """Remember who got nobody though they could come: they go first next time. Whoever got somebody starts afresh."""
    fallen = {person.pk: str(Hindrance.MATCH_FELL_AWAY) for people in dropped for person in people}
    known = pool.available | pool.hindered.keys()
    codes = {person: code for person, code in [*round_.left_out, *fallen.items()] if person in known}
    # Who cannot come any more was not left out by this round.
    codes |= {person: str(pool.hindered[person]) for person in codes if person in pool.hindered}
    round_.left_out = [[person, code] for person, code in codes.items()]
    round_.waited = [[person, rounds] for person, rounds in waited_in(pool).items()]
    served = MatchMember.objects.filter(proposal__round=round_).values("person")
    Ambassador.objects.filter(person__in=served).update(left_out=0)
    Ambassador.objects.filter(person__in=_went_without(round_)).update(left_out=F("left_out") + 1)


def _give_counts_back(round_: SparringRound, members: Iterable[MatchMember]) -> None:
    served = {member.person_id for member in members}
    for person, rounds in round_.waited:
        if person in served:
            Ambassador.objects.filter(person=person).update(left_out=F("left_out") + rounds)
    Ambassador.objects.filter(person__in=_went_without(round_), left_out__gt=0).update(left_out=F("left_out") - 1)


def _went_without(round_: SparringRound) -> list[int]:
    """Those of a published round who could come and got nobody."""
    return [person for person, code in round_.left_out if code in COUNTS_AS_LEFT_OUT]
