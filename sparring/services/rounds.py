"""Rounds: match the corps for a slot, as the coordinator wishes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.matching import MatchedRound, PersonId, solve_round
from network.models import Person
from sparring.models import (
    MatchMember,
    MatchProposal,
    PairWish,
    RoundStatus,
    SparringRound,
    SparringSlot,
    WishKind,
)
from sparring.services.pool import Hindrance, Pool, read_pool

Pair = tuple[int, int]
ON_THE_WAY = (RoundStatus.DRAFT, RoundStatus.PUBLISHED)


class RoundError(Exception):
    """What can stand in the way of a round or an answer; `sentence` is what the person is shown."""

    sentence: Promise


class SlotNotOpenError(RoundError):
    sentence = _("That sparring time is over or closed, so it can have no round.")


class RoundIsPublishedError(RoundError):
    sentence = _("This round is published already, and everyone in it has been told.")


class RoundIsDiscardedError(RoundError):
    sentence = _("This round was discarded. Make a new one.")


class PairCannotMeetError(RoundError):
    """One sentence for whatever stands in the way: it must not tell that it is a private choice."""

    sentence = _(
        "Those two cannot be put together in this round. They may be of the same department, or manager and employee; "
        "one of them may not have the time; or something else may stand in the way."
    )


class PinnedToAnotherError(RoundError):
    sentence = _("One of the two is kept together with somebody else. Let that pair go first.")


def compute_round(*, slot: SparringSlot, by: Person | None, seed: int, now: datetime) -> SparringRound:
    """Match all who are available at the slot, and keep it as a draft. A draft that is there already is replaced.

    What the coordinator has wished for pairs of it holds again, but for pairs who can no longer be together.
    """
    while True:
        wishes = _wishes_for(slot)
        pool = read_pool(slot=slot, now=now, apart=_pairs(wishes, WishKind.APART))
        pinned = [pair for pair in _pairs(wishes, WishKind.TOGETHER) if pool.allows(pair)]
        matched = solve_round(pool.instance, pool.day, pool=pool.available, pinned=pinned, seed=seed)
        with transaction.atomic():
            locked = locked_slot(slot.pk)
            check_open(locked, now)
            if _wishes_for(slot) == wishes:
                round_ = draft_of(locked) or SparringRound(slot=locked)
                round_.seed, round_.created_at, round_.created_by = seed, now, by
                store_draft(round_, matched, hindered=pool.hindered, waited=waited_in(pool))
                return round_
        # Somebody wished for something in the meantime: what was matched does not know of it.


def wish_for_pair(
    *,
    round: SparringRound,  # noqa: A002 our word
    people: tuple[Person, Person],
    kind: WishKind,
    by: Person,
    now: datetime,
) -> SparringRound:
    """Keep two people together, or apart, in this draft, and make it again. Raises a `RoundError`.

    Two who may not be together are refused with one sentence for all reasons, and nothing is changed.
    """
    one, other = sorted(people, key=lambda person: person.pk)
    with transaction.atomic():
        draft = locked_draft(round)
        check_open(draft.slot, now)
        if kind == WishKind.TOGETHER:
            _check_together(draft, (one.pk, other.pk), now)
        PairWish.objects.update_or_create(round=draft, one=one, other=other, defaults={"kind": kind})
    return compute_round(slot=draft.slot, by=by, seed=draft.seed, now=now)


def drop_wish(*, wish: PairWish, by: Person, now: datetime) -> SparringRound:
    """Decide nothing about the pair any more, and make the draft again. Raises a `RoundError`."""
    with transaction.atomic():
        draft = locked_draft(wish.round)
        check_open(draft.slot, now)
        draft.wishes.filter(pk=wish.pk).delete()
    return compute_round(slot=draft.slot, by=by, seed=draft.seed, now=now)


@transaction.atomic
def discard_round(*, round: SparringRound, by: Person, now: datetime) -> None:  # noqa: A002 our word
    """Drop a draft. Discarding it again changes nothing."""
    try:
        draft = locked_draft(round)
    except RoundIsDiscardedError:
        return
    draft.status = RoundStatus.DISCARDED
    draft.save(update_fields=["status"])


def locked_slot(pk: int) -> SparringSlot:
    """Whoever changes the round of a slot holds the slot's row until the end of the transaction."""
    return SparringSlot.objects.select_for_update().get(pk=pk)


def locked_draft(round_: SparringRound) -> SparringRound:
    slot = locked_slot(round_.slot_id)
    fresh = SparringRound.objects.get(pk=round_.pk)
    if fresh.status == RoundStatus.PUBLISHED:
        raise RoundIsPublishedError
    if fresh.status == RoundStatus.DISCARDED:
        raise RoundIsDiscardedError
    fresh.slot = slot
    return fresh


def check_open(slot: SparringSlot, now: datetime) -> None:
    if not slot.is_open or slot.starts_at <= now:
        raise SlotNotOpenError


def draft_of(slot: SparringSlot) -> SparringRound | None:
    """The slot's draft, if there is one. Raises `RoundIsPublishedError`."""
    current = slot.rounds.filter(status__in=ON_THE_WAY).first()
    if current and current.status == RoundStatus.PUBLISHED:
        raise RoundIsPublishedError
    return current


def store_draft(
    round_: SparringRound,
    matched: MatchedRound,
    *,
    hindered: Mapping[int, Hindrance],
    waited: Mapping[int, int],
) -> None:
    """Write what was matched into the draft, in the place of what it held."""
    codes: dict[PersonId, str] = dict(matched.left_out.items())
    codes.update(hindered.items())
    round_.left_out = [[person, str(code)] for person, code in codes.items()]
    round_.next_dates = [[person, day.isoformat()] for person, day in matched.next_dates.items()]
    round_.waited = [[person, rounds] for person, rounds in waited.items()]
    round_.save()
    round_.proposals.all().delete()
    proposals = MatchProposal.objects.bulk_create(
        MatchProposal(round=round_, score=group.score, parts=group.parts, reasons=list(group.reasons))
        for group in matched.groups
    )
    MatchMember.objects.bulk_create(
        MatchMember(proposal=proposal, person_id=person)
        for proposal, group in zip(proposals, matched.groups, strict=True)
        for person in group.members
    )


def waited_in(pool: Pool) -> dict[int, int]:
    """How many rounds in a row those who can come have gone without."""
    peers = pool.instance.people
    return {int(peer.id): peer.left_out for peer in peers if peer.left_out and peer.id in pool.available}


def _wishes_for(slot: SparringSlot) -> list[tuple[int, int, str]]:
    wishes = PairWish.objects.filter(round__slot=slot, round__status=RoundStatus.DRAFT)
    return list(wishes.order_by("pk").values_list("one", "other", "kind"))


def _pairs(wishes: Iterable[tuple[int, int, str]], kind: WishKind) -> list[Pair]:
    return [(one, other) for one, other, wished in wishes if wished == kind]


def _check_together(draft: SparringRound, pair: Pair, now: datetime) -> None:
    """Raise an error if this pair cannot be together along with the pairs that are so already."""
    wishes = [wish for wish in _wishes_for(draft.slot) if wish[:2] != pair]
    if any(not set(pair).isdisjoint(other) for other in _pairs(wishes, WishKind.TOGETHER)):
        raise PinnedToAnotherError
    pool = read_pool(slot=draft.slot, now=now, apart=_pairs(wishes, WishKind.APART))
    if not pool.allows(pair):
        raise PairCannotMeetError
