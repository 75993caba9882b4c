"""Rounds when two press at once, or the mails leave in that moment. `test_races.py` runs this on both databases."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from network.models import Availability
from network.outbox.delivery import deliver_due
from network.roles import Role
from sparring.models import MatchProposal, PeerSparring, RoundStatus, SparringRound, SparringSlot, WishKind
from sparring.services.answers import MatchIsOffError, answer
from sparring.services.planning import plan_sparring
from sparring.services.publishing import MAILS_WAIT, MailHasLeftError, publish_round, undo_publishing
from sparring.services.rounds import PinnedToAnotherError, RoundIsPublishedError, compute_round, wish_for_pair
from sparring.services.slots import make_slots
from tests.at_once import at_once, kinds
from tests.factories import AmbassadorFactory, PersonFactory, SeriesFactory, SlotFactory, with_role
from tests.factories.sparring import NOW
from tests.sparring.mailbox import queued_mails

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


@pytest.fixture
def coordinator(transactional_db):
    return with_role(PersonFactory(), Role.COORDINATOR)


@pytest.fixture
def people(transactional_db):
    return [ambassador.person for ambassador in AmbassadorFactory.create_batch(4)]


@pytest.fixture
def draft(coordinator, people):
    return compute_round(slot=SlotFactory(), by=coordinator, seed=1, now=NOW)


def test_round_is_published_once_by_two_coordinators(draft, coordinator):
    results = at_once(*[lambda: publish_round(round=draft, by=coordinator, now=NOW)] * 4)

    assert kinds(results) == {"PublishedRound": 1, RoundIsPublishedError.__name__: 3}
    assert PeerSparring.objects.agreed().count() == 2
    assert queued_mails().count() == 4


def test_undo_while_the_mails_leave_takes_back_all_or_nothing(draft, coordinator):
    for _ in range(TIMES):
        publish_round(round=draft, by=coordinator, now=NOW)
        mail.outbox.clear()

        undone, _delivered = at_once(
            lambda: undo_publishing(round=draft, by=coordinator, now=NOW),
            lambda: deliver_due(now=NOW + MAILS_WAIT),
        )

        draft.refresh_from_db()
        if isinstance(undone, MailHasLeftError):
            assert (draft.status, len(mail.outbox)) == (RoundStatus.PUBLISHED, 4)
            assert PeerSparring.objects.agreed().count() == 2
            break
        assert (draft.status, len(mail.outbox)) == (RoundStatus.DRAFT, 0)
        assert not PeerSparring.objects.agreed().exists()


def test_undo_while_somebody_answers_takes_back_all_or_nothing(draft, coordinator, people):
    publish_round(round=draft, by=coordinator, now=NOW)
    proposal = draft.proposals.select_related("session").get(members__person=people[0])

    _undone, answered = at_once(
        lambda: undo_publishing(round=draft, by=coordinator, now=NOW),
        lambda: answer(proposal=proposal, by=people[0], accept=False, now=NOW),
    )

    draft.refresh_from_db()
    if isinstance(answered, MatchIsOffError):
        assert draft.status == RoundStatus.DRAFT
        assert not queued_mails().exists()
    else:
        assert draft.status == RoundStatus.PUBLISHED
        assert answered.answer == "passed"


def test_wishes_of_two_coordinators_both_hold(draft, coordinator, people):
    """Whoever they are: four people are kept in two pairs of which neither was in the draft."""
    groups = [list(proposal.members.order_by("pk")) for proposal in draft.proposals.order_by("pk")]
    pairs = [tuple(member.person for member in members) for members in zip(*groups, strict=True)]

    results = at_once(
        *(
            lambda pair=pair: wish_for_pair(round=draft, people=pair, kind=WishKind.TOGETHER, by=coordinator, now=NOW)
            for pair in pairs
        )
    )

    assert kinds(results) == {"SparringRound": 2}
    after = {frozenset(proposal.members.values_list("person", flat=True)) for proposal in draft.proposals.all()}
    assert after == {frozenset(person.pk for person in pair) for pair in pairs}


def test_person_wished_for_twice_at_once_is_kept_with_one(draft, coordinator, people):
    one, *others = people

    results = at_once(
        *(
            lambda other=other: wish_for_pair(
                round=draft, people=(one, other), kind=WishKind.TOGETHER, by=coordinator, now=NOW
            )
            for other in others[:2]
        )
    )

    assert kinds(results) == {"SparringRound": 1, PinnedToAnotherError.__name__: 1}


def test_round_made_by_two_at_once_is_one(coordinator, people):
    slot = SlotFactory()

    results = at_once(*[lambda: compute_round(slot=slot, by=coordinator, seed=1, now=NOW)] * 3)

    assert kinds(results) == {"SparringRound": 3}
    assert SparringRound.objects.get().proposals.count() == 2


def test_weeks_planned_by_two_at_once_are_planned_once(people):
    SeriesFactory()
    make_slots(now=NOW)

    results = at_once(*[lambda: plan_sparring(first=NOW.date(), weeks=1, now=NOW)] * 2)

    assert kinds(results) == {"list": 2}
    assert SparringRound.objects.count() == SparringSlot.objects.filter(starts_at__lt=NOW + timedelta(days=6)).count()
    groups = [proposal.members.count() for proposal in MatchProposal.objects.all()]
    assert sum(groups) == 2 * len(people)


def test_two_who_leave_at_once_leave_nobody_without_a_chance(coordinator, people):
    """The partners of two who leave in one moment get each other, whoever is first."""
    slot = SlotFactory(starts_at=timezone.localtime().replace(hour=12) + timedelta(days=1))
    Availability.objects.bulk_create(
        Availability(ambassador=person.ambassador, weekday=weekday, starts_at=time(0), ends_at=time(23, 59))
        for person in people
        for weekday in (5, 6)
    )
    Availability.objects.update(starts_at=time(0), ends_at=time(23, 59))
    draft = compute_round(slot=slot, by=coordinator, seed=1, now=timezone.now())
    publish_round(round=draft, by=coordinator, now=timezone.now())
    leavers = [proposal.members.first().person for proposal in draft.proposals.all()]

    at_once(
        *(
            lambda leaver=leaver: answer(
                proposal=draft.proposals.get(members__person=leaver), by=leaver, accept=False, now=timezone.now()
            )
            for leaver in leavers
        )
    )

    (session,) = PeerSparring.objects.agreed().with_people()
    assert {person.pk for person in session.people} == {person.pk for person in people if person not in leavers}
