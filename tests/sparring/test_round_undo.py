"""Publishing is undone in one step until the first mail has left."""

from datetime import timedelta

import pytest

from network.models import Ambassador, PersonBlock
from network.outbox.delivery import deliver_due
from sparring.models import MatchAnswer, PeerSparring, RoundStatus, SparringParticipant, SparringRound
from sparring.services.answers import MatchIsOffError, answer
from sparring.services.publishing import (
    MAILS_WAIT,
    MailHasLeftError,
    SomebodyHasAnsweredError,
    can_be_undone_until,
    publish_round,
    undo_publishing,
)
from sparring.services.rounds import RoundIsDiscardedError, SlotNotOpenError, compute_round, discard_round
from sparring.services.sessions import leave_session
from tests.factories import AmbassadorFactory, SlotFactory
from tests.factories.sparring import NOW, TOMORROW
from tests.sparring.mailbox import queued_mails

SOON = NOW + timedelta(minutes=1)
WHEN_MAILS_LEAVE = NOW + MAILS_WAIT


@pytest.fixture
def draft(db, birgit, karen, ali):
    return compute_round(slot=SlotFactory(), by=birgit, seed=1, now=NOW)


@pytest.fixture
def published(draft, birgit):
    """Karen and Ali, who get a mail in five minutes."""
    return publish_round(round=draft, by=birgit, now=NOW).round


@pytest.fixture
def undo(birgit):
    return lambda round_, now=SOON: undo_publishing(round=round_, by=birgit, now=now)


def test_mails_of_a_round_wait(published, mailoutbox):
    assert can_be_undone_until(published) == WHEN_MAILS_LEAVE

    deliver_due(now=WHEN_MAILS_LEAVE - timedelta(seconds=1))
    assert mailoutbox == []
    deliver_due(now=WHEN_MAILS_LEAVE)
    assert len(mailoutbox) == 2


def test_mails_do_not_wait_when_the_sparring_is_near(draft, birgit):
    now = TOMORROW - timedelta(minutes=59)

    publish_round(round=draft, by=birgit, now=now)

    assert set(queued_mails().values_list("due_at", flat=True)) == {now}


def test_undo_leaves_a_draft_and_no_trace(published, undo, mailoutbox):
    undo(published)

    draft = SparringRound.objects.get()
    assert (draft.status, draft.published_at) == (RoundStatus.DRAFT, None)
    assert draft.proposals.get().session is None
    assert not PeerSparring.objects.agreed().exists()
    assert not SparringParticipant.objects.active().exists()
    deliver_due(now=TOMORROW)
    assert mailoutbox == []
    assert can_be_undone_until(draft) is None


def test_undone_round_can_be_published_again(published, undo, birgit):
    again = publish_round(round=undo(published), by=birgit, now=SOON)

    assert again.dropped == ()
    assert PeerSparring.objects.agreed().count() == 1
    assert queued_mails().count() == 2


def test_undo_twice_changes_nothing(published, undo):
    assert undo(published).pk == undo(published).pk


def test_undo_gives_the_counts_back(draft, birgit, karen, ali, undo):
    lone = AmbassadorFactory(left_out=1).person
    for person in (karen, ali):
        PersonBlock.objects.create(person=lone, other=person)
    Ambassador.objects.filter(person=karen).update(left_out=3)
    before = dict(Ambassador.objects.values_list("person", "left_out"))
    draft = compute_round(slot=draft.slot, by=birgit, seed=1, now=NOW)

    published = publish_round(round=draft, by=birgit, now=NOW).round
    assert dict(Ambassador.objects.values_list("person", "left_out")) == {karen.pk: 0, ali.pk: 0, lone.pk: 2}
    undo(published)

    assert dict(Ambassador.objects.values_list("person", "left_out")) == before


def test_undo_is_refused_when_a_mail_has_left(published, undo, mailoutbox):
    queued_mails().filter(pk=queued_mails().last().pk).update(due_at=TOMORROW)
    deliver_due(now=WHEN_MAILS_LEAVE)
    assert len(mailoutbox) == 1

    with pytest.raises(MailHasLeftError):
        undo(published, WHEN_MAILS_LEAVE)
    assert SparringRound.objects.get().status == RoundStatus.PUBLISHED
    assert PeerSparring.objects.agreed().count() == 1
    assert queued_mails().count() == 2


def test_undo_is_refused_when_nothing_is_known_of_the_mails(published, undo):
    """As of a round that was published before mails had a topic."""
    queued_mails().update(topic="", done_at=NOW)

    with pytest.raises(MailHasLeftError):
        undo(published)


def test_undo_is_refused_when_a_mail_may_be_leaving(published, undo):
    queued_mails().filter(pk=queued_mails().last().pk).update(attempts=1)

    with pytest.raises(MailHasLeftError):
        undo(published)
    assert can_be_undone_until(published) is None


@pytest.mark.parametrize("accept", [True, False])
def test_undo_is_refused_when_somebody_has_answered(published, undo, karen, accept):
    answer(proposal=published.proposals.get(), by=karen, accept=accept, now=NOW)

    with pytest.raises(SomebodyHasAnsweredError):
        undo(published)


def test_undo_is_refused_when_somebody_has_cancelled(published, undo, karen):
    leave_session(session=PeerSparring.objects.get(), by=karen, now=NOW)

    with pytest.raises(SomebodyHasAnsweredError):
        undo(published)


def test_undo_is_refused_after_the_slot_began(published, undo):
    with pytest.raises(SlotNotOpenError):
        undo(published, TOMORROW)


def test_undo_of_a_discarded_draft_is_refused(draft, birgit, undo):
    discard_round(round=draft, by=birgit, now=NOW)

    with pytest.raises(RoundIsDiscardedError):
        undo(draft)


def test_answer_to_an_undone_match_is_refused(published, undo, karen):
    """Karen had the page open."""
    proposal = published.proposals.select_related("session").get()
    undo(published)

    with pytest.raises(MatchIsOffError):
        answer(proposal=proposal, by=karen, accept=True, now=SOON)
    assert proposal.members.get(person=karen).answer == MatchAnswer.WAITING


def test_pass_before_the_invitation_has_left_comes_after_it(published, karen, ali, mailoutbox):
    answer(proposal=published.proposals.get(), by=karen, accept=False, now=SOON)

    deliver_due(now=SOON)

    to_ali = [mail.alternatives[0].content for mail in mailoutbox if mail.to == [ali.email]]
    assert ["METHOD:CANCEL" in calendar for calendar in to_ali] == [False, True]


def test_undone_round_counts_for_nobody_as_left_out_because_of_who_left_the_corps(draft, birgit, karen, ali, undo):
    """Somebody without a partner in the draft who leaves before it is published is neither counted nor given back."""
    lone = AmbassadorFactory().person
    for person in (karen, ali):
        PersonBlock.objects.create(person=lone, other=person)
    draft = compute_round(slot=draft.slot, by=birgit, seed=1, now=NOW)
    Ambassador.objects.filter(person=lone).update(is_active=False)

    undo(publish_round(round=draft, by=birgit, now=NOW).round)

    assert Ambassador.objects.get(person=lone).left_out == 0
