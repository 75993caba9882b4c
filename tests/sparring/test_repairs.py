"""Somebody leaves a published match: whoever loses a partner by it gets another one, and no agreed pair is parted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Ambassador, PersonBlock
from network.outbox.models import OutboxMessage
from sparring.models import MatchMember, MatchProposal, PeerSparring, SparringParticipant, SparringRound
from sparring.services.answers import answer, leave
from sparring.services.publishing import publish_round
from sparring.services.repairs import repair_round
from sparring.services.rounds import SlotNotOpenError, compute_round
from tests.factories import AmbassadorFactory, SlotFactory, make_session
from tests.factories.sparring import NOW, TOMORROW
from tests.sparring.mailbox import queued_mails


@pytest.fixture
def publish(birgit):
    """A published round of the given people, who have been told."""

    def _publish(now=NOW, **slot):
        round_ = compute_round(slot=SlotFactory(**slot), by=birgit, seed=1, now=now)
        published = publish_round(round=round_, by=birgit, now=now).round
        OutboxMessage.objects.all().delete()
        return published

    return _publish


def people(number):
    return [ambassador.person for ambassador in AmbassadorFactory.create_batch(number)]


def leave_by_pass(round_, person, now=NOW):
    answer(proposal=round_.proposals.get(members__person=person), by=person, accept=False, now=now)


def partner_of(round_, person):
    return (
        MatchMember.objects.exclude(person=person)
        .get(proposal__in=round_.proposals.filter(members__person=person))
        .person
    )


def agreed():
    """Who meets whom."""
    return {
        frozenset(person.pk for person in session.people) for session in PeerSparring.objects.agreed().with_people()
    }


def told():
    return {mail.payload["to"]: mail.payload["method"] for mail in queued_mails()}


def test_two_who_lost_their_partners_get_each_other(db, publish):
    one, *_ = everybody = people(4)
    round_ = publish()
    other = next(person for person in everybody if person not in (one, partner_of(round_, one)))
    left = {partner_of(round_, one), partner_of(round_, other)}
    for leaver in left:
        leave_by_pass(round_, leaver)
    OutboxMessage.objects.all().delete()

    placed = repair_round(round=round_, now=NOW)

    assert set(placed) == {one, other}
    assert agreed() == {frozenset((one.pk, other.pk))}
    assert told() == {one.email: "REQUEST", other.email: "REQUEST"}
    assert MatchProposal.objects.awaiting(one, NOW).count() == 1


def test_who_was_left_out_gets_the_place(db, publish, karen, ali):
    lone = AmbassadorFactory().person
    blocks = [PersonBlock.objects.create(person=lone, other=person) for person in (karen, ali)]
    round_ = publish()
    blocks[1].delete()
    assert dict(round_.left_out) == {lone.pk: "no_permitted_partner"}
    leave_by_pass(round_, karen)

    assert set(repair_round(round=round_, now=NOW)) == {ali}

    assert agreed() == {frozenset((ali.pk, lone.pk))}
    assert Ambassador.objects.get(person=lone).left_out == 0
    assert SparringRound.objects.get().left_out == []


def test_one_who_lost_their_partner_joins_a_pair(db, publish):
    everybody = people(4)
    round_ = publish()
    leaver = everybody[0]
    lost = partner_of(round_, leaver)
    pair = [person for person in everybody if person not in (leaver, lost)]
    leave_by_pass(round_, leaver)
    OutboxMessage.objects.all().delete()

    assert repair_round(round=round_, now=NOW) == [lost]

    assert agreed() == {frozenset(person.pk for person in (*pair, lost))}
    assert told() == {person.email: "REQUEST" for person in (*pair, lost)}
    sequences = [
        line for mail in queued_mails() for line in mail.payload["calendar"].splitlines() if "SEQUENCE" in line
    ]
    assert set(sequences) == {"SEQUENCE:1"}
    proposal = MatchProposal.objects.get(session__status="agreed")
    assert proposal.score == sum(proposal.parts.values())
    assert proposal.members.count() == 3


def test_who_left_is_not_asked_again(db, publish):
    everybody = people(4)
    round_ = publish()
    leave_by_pass(round_, everybody[0])

    repair_round(round=round_, now=NOW)

    assert not SparringParticipant.objects.active().filter(person=everybody[0]).exists()


def test_who_finds_nobody_counts_as_left_out_once(db, publish, karen, ali):
    round_ = publish()
    leave_by_pass(round_, karen)

    assert repair_round(round=round_, now=NOW) == repair_round(round=round_, now=NOW) == []

    assert dict(Ambassador.objects.values_list("person", "left_out")) == {karen.pk: 0, ali.pk: 1}
    assert SparringRound.objects.get().left_out == [[ali.pk, "match_fell_away"]]


def test_nobody_is_put_with_somebody_they_may_not_meet(db, publish, karen, ali):
    others = people(2)
    round_ = publish()
    lost = partner_of(round_, karen)
    for person in {karen, ali, *others} - {karen, lost}:
        PersonBlock.objects.create(person=person, other=lost)
    leave_by_pass(round_, karen)

    assert repair_round(round=round_, now=NOW) == []


def test_who_has_been_booked_meanwhile_is_left_in_peace(db, publish, laura):
    everybody = people(4)
    round_ = publish()
    lost = partner_of(round_, everybody[0])
    leave_by_pass(round_, everybody[0])
    make_session(laura, lost)

    assert repair_round(round=round_, now=NOW) == []


def test_repair_twice_changes_nothing(db, publish):
    everybody = people(4)
    round_ = publish()
    leave_by_pass(round_, everybody[0])
    repair_round(round=round_, now=NOW)
    before, mails = agreed(), queued_mails().count()

    assert repair_round(round=round_, now=NOW) == []
    assert (agreed(), queued_mails().count()) == (before, mails)


def test_repair_after_the_slot_began_is_refused(db, publish, karen, ali):
    round_ = publish()
    leave_by_pass(round_, karen)

    with pytest.raises(SlotNotOpenError):
        repair_round(round=round_, now=TOMORROW)


def test_draft_needs_no_repair(db, birgit, karen, ali):
    assert repair_round(round=compute_round(slot=SlotFactory(), by=birgit, seed=1, now=NOW), now=NOW) == []


# ---- by itself, and by the coordinator ----


@pytest.fixture
def soon():
    """The next working day at noon, by the real clock."""
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while noon.weekday() > 4:
        noon += timedelta(days=1)
    return noon


@pytest.mark.parametrize("way", ["pass", "cancel"])
def test_repair_comes_by_itself(publish, sign_in, soon, django_capture_on_commit_callbacks, way):
    everybody = people(4)
    round_ = publish(now=timezone.now(), starts_at=soon)
    leaver = everybody[0]
    lost = partner_of(round_, leaver)
    proposal = round_.proposals.select_related("session").get(members__person=leaver)

    with django_capture_on_commit_callbacks(execute=True):
        if way == "pass":
            sign_in(leaver).post(reverse("sparring:answer", args=[proposal.pk]), {"answer": "pass"})
        else:
            sign_in(leaver).post(reverse("sparring:cancel", args=[proposal.session.uid]))

    assert SparringParticipant.objects.active().filter(person=lost, session__status="agreed").exists()


def test_coordinator_sees_who_lost_their_partner_and_finds_somebody_else(publish, sign_in, birgit, soon):
    everybody = people(4)
    round_ = publish(now=timezone.now(), starts_at=soon)
    lost = partner_of(round_, everybody[0])
    leave_by_pass(round_, everybody[0], now=timezone.now())
    client, address = sign_in(birgit), reverse("sparring:repair_round", args=[round_.pk])
    response = client.get(reverse("sparring:round", args=[round_.pk]))
    assert response.context["overview"].orphans == [lost]
    assert [match.is_off for match in response.context["overview"].matches].count(True) == 1
    assert address in response.content.decode()

    page = client.post(address, follow=True)

    (message,) = page.context["messages"]
    assert lost.name in str(message)
    assert address not in page.content.decode()
    assert page.context["overview"].fairness.served == 3


def test_leaving_a_booking_repairs_nothing(laura, karen, django_capture_on_commit_callbacks):
    session = make_session(laura, karen)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        leave(session=session, by=laura, now=NOW)

    session.refresh_from_db()
    assert not session.is_agreed
    assert not any("find_new_partners" in repr(callback) for callback in callbacks)
