from datetime import date, timedelta

import pytest

from network.models import Ambassador, Pause, PersonBlock
from network.outbox.models import OutboxMessage
from sparring.models import (
    MatchAnswer,
    MatchMember,
    MatchProposal,
    PeerSparring,
    RoundStatus,
    SparringParticipant,
    SparringRound,
)
from sparring.services.answers import AnswerTooLateError, MatchIsOffError, answer
from sparring.services.publishing import NothingToPublishError, publish_round
from sparring.services.rounds import (
    RoundIsDiscardedError,
    RoundIsPublishedError,
    SlotNotOpenError,
    compute_round,
    discard_round,
)
from tests.factories import AmbassadorFactory, SlotFactory, ThemeFactory, make_session
from tests.factories.sparring import NOW, TOMORROW

AFTER = TOMORROW + timedelta(minutes=1)


@pytest.fixture
def slot(db):
    return SlotFactory()


@pytest.fixture
def sofie(db):
    """A third ambassador, of a department of her own."""
    return AmbassadorFactory(person__first_name="Sofie", person__last_name="Lund").person


@pytest.fixture
def make(slot, birgit):
    """Computes the round of the slot."""
    return lambda **fields: compute_round(**({"slot": slot, "by": birgit, "seed": 1, "now": NOW} | fields))


@pytest.fixture
def publish(birgit):
    return lambda round_: publish_round(round=round_, by=birgit, now=NOW)


def groups(round_):
    return sorted(
        sorted(proposal.members.values_list("person__first_name", flat=True)) for proposal in round_.proposals.all()
    )


def mails():
    return [message.payload for message in OutboxMessage.objects.filter(kind="mail").order_by("pk")]


def calendar_lines(mail):
    return mail["calendar"].replace("\r\n ", "").splitlines()


# ---- computing ----


def test_compute_round_keeps_a_draft_and_tells_nobody(make, karen, ali):
    round_ = make()

    assert round_.status == RoundStatus.DRAFT
    assert groups(round_) == [["Ali", "Karen"]]
    assert (PeerSparring.objects.count(), len(mails())) == (0, 0)


def test_compute_round_stores_parts_that_add_up(make, karen, ali):
    theme = ThemeFactory(name="Konflikthåndtering")
    karen.ambassador.seeks.add(theme)
    ali.ambassador.offers.add(theme)

    proposal = make().proposals.get()

    assert sum(proposal.parts.values()) == proposal.score
    assert proposal.reasons[0] == {"code": "helps", "from": ali.pk, "to": karen.pk, "theme": "Konflikthåndtering"}


def test_compute_round_makes_a_group_of_three_of_an_odd_number(make, karen, ali, sofie):
    assert groups(make()) == [["Ali", "Karen", "Sofie"]]


def test_compute_round_replaces_the_draft(make, karen, ali, sofie):
    first = make()
    Ambassador.objects.filter(person=sofie).update(is_active=False)

    second = make()

    assert first.pk == second.pk
    assert groups(second) == [["Ali", "Karen"]]


def test_compute_round_is_the_same_for_the_same_seed(make):
    AmbassadorFactory.create_batch(9)

    rounds = [[sorted(p.members.values_list("person", flat=True)) for p in make().proposals.all()] for _ in range(3)]

    assert rounds[0] == rounds[1] == rounds[2]


def test_compute_round_refuses_when_one_is_published(make, publish, karen, ali):
    publish(make())

    with pytest.raises(RoundIsPublishedError):
        make()


@pytest.mark.parametrize("fields", [{"is_open": False}, {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW}])
def test_compute_round_refuses_a_slot_that_is_closed_or_over(make, fields):
    with pytest.raises(SlotNotOpenError):
        make(slot=SlotFactory(**fields))


def test_compute_round_without_any_ambassador_is_empty(make):
    round_ = make()

    assert (groups(round_), round_.left_out) == ([], [])


@pytest.mark.parametrize(
    ("hinder", "code"),
    [
        (lambda ali: Pause.objects.create(person=ali, from_on=date(2027, 3, 2), until_on=date(2027, 3, 2)), "paused"),
        (lambda ali: ali.ambassador.availability.filter(weekday=1).delete(), "other_time"),
        (lambda ali: ali.ambassador.availability.update(ends_at="09:45"), "other_time"),
        (lambda ali: make_session(ali, starts_at=TOMORROW + timedelta(minutes=15)), "busy"),
        (lambda ali: [make_session(ali, starts_at=TOMORROW + timedelta(days=day)) for day in (1, 3)], "weekly_cap"),
        (lambda ali: type(ali).objects.filter(pk=ali.pk).update(org_unit=None), "no_department"),
    ],
)
def test_compute_round_leaves_out_whom_something_hinders(make, karen, ali, hinder, code):
    hinder(ali)

    round_ = make()

    assert groups(round_) == []
    assert dict(round_.left_out) == {karen.pk: "nobody_else", ali.pk: code}


def test_compute_round_counts_no_sparring_of_another_week(make, karen, ali):
    for days in (-2, 6):
        make_session(ali, starts_at=TOMORROW + timedelta(days=days))

    assert groups(make()) == [["Ali", "Karen"]]


def test_compute_round_knows_nothing_of_those_who_left_the_corps(make, karen, ali):
    Ambassador.objects.filter(person=ali).update(is_active=False)

    assert make().left_out == [[karen.pk, "nobody_else"]]


@pytest.mark.parametrize("swap", [False, True])
def test_compute_round_never_matches_those_who_blocked_each_other(make, karen, ali, swap):
    one, other = (ali, karen) if swap else (karen, ali)
    PersonBlock.objects.create(person=one, other=other)

    assert dict(make().left_out) == dict.fromkeys([karen.pk, ali.pk], "no_permitted_partner")


def test_compute_round_never_matches_somebody_with_their_leader(make, karen, ali):
    karen.line_manager = ali
    karen.save()

    assert groups(make()) == []


def test_compute_round_prefers_those_who_have_not_met(make, karen, ali, sofie):
    AmbassadorFactory(person__first_name="Bo")
    make_session(karen, ali, starts_at=TOMORROW - timedelta(days=7))
    make_session(sofie, Ambassador.objects.get(person__first_name="Bo").person, starts_at=TOMORROW - timedelta(days=7))

    assert ["Ali", "Karen"] not in groups(make())


# ---- publishing ----


def test_publish_round_makes_sessions_that_hold_the_time(make, publish, karen, ali):
    published = publish(make()).round

    session = PeerSparring.objects.get()
    assert published.status == RoundStatus.PUBLISHED
    assert published.proposals.get().session == session
    assert set(session.participants.filter(is_active=True).values_list("person", flat=True)) == {karen.pk, ali.pk}
    assert session.starts_at == TOMORROW


def test_publish_round_tells_each_with_invitation_and_their_own_reasons(make, publish, karen, ali):
    theme = ThemeFactory(name="Konflikthåndtering")
    karen.ambassador.seeks.add(theme)
    ali.ambassador.offers.add(theme)

    publish(make())

    told = {mail["to"]: mail for mail in mails()}
    assert set(told) == {karen.email, ali.email}
    assert "METHOD:REQUEST" in calendar_lines(told[karen.email])
    assert f"UID:{PeerSparring.objects.get().uid}" in calendar_lines(told[karen.email])
    assert "konflikthåndtering" in told[karen.email]["body"]
    assert told[karen.email]["body"] != told[ali.email]["body"]
    assert "onflikthåndtering" not in told[karen.email]["calendar"]


def test_publish_round_twice_is_refused_and_tells_nobody_again(make, publish, karen, ali):
    round_ = make()
    publish(round_)

    with pytest.raises(RoundIsPublishedError):
        publish(round_)
    assert (PeerSparring.objects.count(), len(mails())) == (1, 2)


def test_publish_round_drops_the_group_of_somebody_booked_meanwhile(make, publish, laura, karen, ali):
    AmbassadorFactory.create_batch(2)
    round_ = make()
    other = MatchMember.objects.exclude(person=karen).get(proposal__members__person=karen).person
    make_session(laura, karen)

    published = publish(round_)

    assert [{person.pk for person in people} for people in published.dropped] == [{karen.pk, other.pk}]
    assert PeerSparring.objects.filter(proposal__isnull=False).count() == 1
    assert dict(published.round.left_out) == {karen.pk: "busy", other.pk: "match_fell_away"}
    assert {karen.email, other.email}.isdisjoint(mail["to"] for mail in mails())


def test_publish_round_drops_a_pair_that_was_blocked_meanwhile(make, publish, karen, ali):
    AmbassadorFactory.create_batch(2)
    round_ = make()
    one, other = round_.proposals.first().members.all()
    PersonBlock.objects.create(person=one.person, other=other.person)

    assert len(publish(round_).dropped) == 1


def test_publish_round_with_nobody_left_changes_nothing(make, publish, laura, karen, ali):
    round_ = make()
    make_session(laura, karen)

    with pytest.raises(NothingToPublishError):
        publish(round_)
    assert SparringRound.objects.get().status == RoundStatus.DRAFT
    assert (round_.proposals.count(), len(mails())) == (1, 0)


def test_publish_round_refuses_an_empty_draft(make, publish):
    with pytest.raises(NothingToPublishError):
        publish(make())


def test_publish_round_refuses_after_the_slot_began(make, birgit, karen, ali):
    with pytest.raises(SlotNotOpenError):
        publish_round(round=make(), by=birgit, now=AFTER)


def test_publish_round_counts_who_was_left_out(make, publish, slot, karen, ali):
    lone = AmbassadorFactory(left_out=1).person
    away = AmbassadorFactory(left_out=1, week=[]).person
    for person in (karen, ali):
        PersonBlock.objects.create(person=lone, other=person)
    Ambassador.objects.filter(person=karen).update(left_out=3)

    publish(make())

    counted = dict(Ambassador.objects.values_list("person", "left_out"))
    assert counted == {karen.pk: 0, ali.pk: 0, lone.pk: 2, away.pk: 1}


# ---- discarding ----


def test_discard_round_makes_room_for_another(make, birgit, karen, ali):
    round_ = make()

    discard_round(round=round_, by=birgit, now=NOW)
    discard_round(round=round_, by=birgit, now=NOW)

    assert make().pk != round_.pk


def test_discard_round_refuses_a_published_one(make, publish, birgit, karen, ali):
    published = publish(make()).round

    with pytest.raises(RoundIsPublishedError):
        discard_round(round=published, by=birgit, now=NOW)


def test_publish_round_refuses_a_discarded_one(make, publish, birgit, karen, ali):
    round_ = make()
    discard_round(round=round_, by=birgit, now=NOW)

    with pytest.raises(RoundIsDiscardedError):
        publish(round_)


# ---- answering ----


@pytest.fixture
def pair(make, publish, karen, ali):
    """Karen and Ali, matched and told."""
    publish(make())
    OutboxMessage.objects.all().delete()
    return MatchProposal.objects.get()


@pytest.fixture
def three(make, publish, karen, ali, sofie):
    publish(make())
    OutboxMessage.objects.all().delete()
    return MatchProposal.objects.get()


def test_answer_yes_changes_nothing_for_the_session(pair, karen):
    answer(proposal=pair, by=karen, accept=True, now=NOW)

    assert pair.members.get(person=karen).answer == MatchAnswer.ACCEPTED
    assert PeerSparring.objects.get().is_agreed
    assert mails() == []


def test_pass_in_a_pair_cancels_and_calendars_follow(pair, karen, ali):
    answer(proposal=pair, by=karen, accept=False, now=NOW)

    session = PeerSparring.objects.get()
    told = {mail["to"]: mail for mail in mails()}
    assert not session.is_agreed
    assert SparringParticipant.objects.filter(is_active=True).count() == 0
    assert set(told) == {karen.email, ali.email}
    assert {"METHOD:CANCEL", f"UID:{session.uid}", "SEQUENCE:1"} <= set(calendar_lines(told[ali.email]))


def test_pass_in_a_group_of_three_lets_the_others_go_on(three, karen, ali, sofie):
    answer(proposal=three, by=karen, accept=False, now=NOW)

    session = PeerSparring.objects.get()
    methods = {mail["to"]: mail["method"] for mail in mails()}
    assert session.is_agreed
    assert {person.pk for person in session.people} == {ali.pk, sofie.pk}
    assert methods == {karen.email: "CANCEL", ali.email: "REQUEST", sofie.email: "REQUEST"}


def test_two_who_pass_in_a_group_of_three_end_it(three, karen, ali):
    answer(proposal=three, by=karen, accept=False, now=NOW)
    three.refresh_from_db()
    answer(proposal=three, by=ali, accept=False, now=NOW)

    assert not PeerSparring.objects.get().is_agreed


def test_answer_again_changes_nothing(pair, karen):
    for _ in range(2):
        answer(proposal=pair, by=karen, accept=False, now=NOW)

    assert len(mails()) == 2


def test_pass_after_yes_is_possible(pair, karen):
    answer(proposal=pair, by=karen, accept=True, now=NOW)
    answer(proposal=pair, by=karen, accept=False, now=NOW)

    assert not PeerSparring.objects.get().is_agreed


def test_answer_after_the_other_passed_is_refused(pair, karen, ali):
    answer(proposal=pair, by=karen, accept=False, now=NOW)
    pair.refresh_from_db()

    with pytest.raises(MatchIsOffError):
        answer(proposal=pair, by=ali, accept=True, now=NOW)


@pytest.mark.parametrize("accept", [True, False])
def test_answer_after_the_slot_began_is_refused(pair, karen, accept):
    with pytest.raises(AnswerTooLateError):
        answer(proposal=pair, by=karen, accept=accept, now=AFTER)
    assert PeerSparring.objects.get().is_agreed


@pytest.mark.parametrize(("days", "matched"), [(3, []), (59, []), (63, [["Ali", "Karen"]])])
def test_passed_pair_is_not_proposed_for_sixty_days(pair, make, karen, days, matched):
    answer(proposal=pair, by=karen, accept=False, now=NOW)
    now = NOW + timedelta(days=days)

    assert groups(make(slot=SlotFactory(starts_at=now + timedelta(hours=2)), now=now)) == matched


def test_pass_in_a_group_of_three_says_nothing_about_the_other_two(three, make, birgit, karen):
    answer(proposal=three, by=karen, accept=False, now=NOW)
    next_day = SlotFactory(starts_at=TOMORROW + timedelta(days=1))

    assert groups(compute_round(slot=next_day, by=birgit, seed=1, now=NOW)) == [["Ali", "Sofie"]]


def test_awaiting_are_the_matches_that_can_be_answered(three, karen, ali, sofie):
    answer(proposal=three, by=karen, accept=False, now=NOW)
    answer(proposal=three, by=ali, accept=True, now=NOW)

    awaiting = [MatchProposal.objects.awaiting(person, NOW).count() for person in (karen, ali, sofie)]
    assert awaiting == [0, 0, 1]
    assert MatchProposal.objects.awaiting(sofie, AFTER).count() == 0
