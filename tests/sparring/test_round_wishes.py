"""What the coordinator decides for a pair of one round, and what a draft keeps of those without a partner."""

from datetime import timedelta

import pytest

from network.models import Ambassador, Pause, PersonBlock
from sparring.models import MatchAnswer, MatchMember, PairWish, SparringRound, WishKind
from sparring.services import rounds
from sparring.services.publishing import publish_round
from sparring.services.rounds import (
    PairCannotMeetError,
    PinnedToAnotherError,
    RoundIsDiscardedError,
    RoundIsPublishedError,
    SlotNotOpenError,
    compute_round,
    discard_round,
    drop_wish,
    wish_for_pair,
)
from tests.factories import AmbassadorFactory, SlotFactory, make_session
from tests.factories.sparring import NOW, TOMORROW

TOGETHER, APART = WishKind.TOGETHER, WishKind.APART


@pytest.fixture
def slot(db):
    return SlotFactory()


@pytest.fixture
def people(karen, ali):
    """Karen, Ali, and four more, all of departments of their own."""
    return [karen, ali, *(ambassador.person for ambassador in AmbassadorFactory.create_batch(4))]


@pytest.fixture
def draft(slot, birgit, people):
    return compute_round(slot=slot, by=birgit, seed=1, now=NOW)


@pytest.fixture
def wish(birgit):
    """Wishes for a pair of a round."""
    return lambda round_, one, other, kind=TOGETHER, now=NOW: wish_for_pair(
        round=round_, people=(one, other), kind=kind, by=birgit, now=now
    )


def groups(round_):
    return [frozenset(p.members.values_list("person", flat=True)) for p in round_.proposals.order_by("pk")]


def strangers(round_):
    """Two people of the round who are not in one group."""
    one, other = groups(round_)[:2]
    found = {member.person_id: member.person for member in MatchMember.objects.filter(proposal__round=round_)}
    return found[min(one)], found[min(other)]


def pinned(round_):
    return {wish.pair for wish in round_.wishes.all()}


def test_pinned_pair_is_together_and_everybody_else_has_somebody(draft, wish):
    one, other = strangers(draft)

    made = wish(draft, one, other)

    assert made.pk == draft.pk
    assert {one.pk, other.pk} in groups(made)
    assert sum(map(len, groups(made))) == 6


def test_pinned_pair_stays_together_when_the_round_is_made_again(draft, slot, birgit, wish):
    one, other = strangers(draft)
    wish(draft, other, one)

    made = compute_round(slot=slot, by=birgit, seed=9, now=NOW)

    assert {one.pk, other.pk} in groups(made)
    assert pinned(made) == {(min(one.pk, other.pk), max(one.pk, other.pk))}


def test_person_is_pinned_to_one_other_at_the_most(draft, wish, people):
    karen, ali, third, *_ = people
    wish(draft, karen, ali)

    with pytest.raises(PinnedToAnotherError):
        wish(draft, ali, third)
    assert pinned(draft) == {tuple(sorted((karen.pk, ali.pk)))}


def test_pair_that_is_kept_apart_does_not_meet_in_this_round_only(draft, birgit, wish):
    one, other = (member.person for member in draft.proposals.first().members.all())

    made = wish(draft, one, other, APART)
    next_day = compute_round(slot=SlotFactory(starts_at=TOMORROW + timedelta(days=1)), by=birgit, seed=1, now=NOW)

    assert {one.pk, other.pk} not in groups(made)
    assert sum(map(len, groups(made))) == 6
    assert not next_day.wishes.exists()


def test_wish_that_is_dropped_decides_nothing_any_more(draft, birgit, wish):
    before = set(groups(draft))
    one, other = strangers(draft)
    wish(draft, one, other)

    made = drop_wish(wish=draft.wishes.get(), by=birgit, now=NOW)

    assert set(groups(made)) == before
    assert not PairWish.objects.exists()


def test_other_wish_for_the_same_pair_takes_the_place_of_the_first(draft, wish):
    one, other = strangers(draft)
    wish(draft, one, other)

    made = wish(draft, other, one, APART)

    assert [each.kind for each in made.wishes.all()] == [APART]
    assert {one.pk, other.pk} not in groups(made)


def block(one, other):
    PersonBlock.objects.create(person=other, other=one)


def lead(one, other):
    type(one).objects.filter(pk=one.pk).update(line_manager=other)


def fill_the_week(one, other):
    Ambassador.objects.filter(person=one).update(weekly_cap=1)
    make_session(one, starts_at=TOMORROW + timedelta(days=1))


def join_department(one, other):
    type(one).objects.filter(pk=one.pk).update(org_unit=other.org_unit)


def speak_otherwise(one, other):
    Ambassador.objects.filter(person=one).update(languages=["pl"])


def pass_before(one, other):
    round_ = SparringRound.objects.create(slot=SlotFactory(starts_at=NOW - timedelta(days=3)), created_at=NOW)
    proposal = round_.proposals.create(score=1)
    proposal.members.create(person=one, answer=MatchAnswer.PASSED, answered_at=NOW - timedelta(days=3))
    proposal.members.create(person=other)


def take_a_pause(one, other):
    Pause.objects.create(person=one, from_on=TOMORROW.date(), until_on=TOMORROW.date())


@pytest.mark.parametrize(
    "hinder", [block, lead, fill_the_week, join_department, speak_otherwise, pass_before, take_a_pause]
)
def test_pair_that_may_not_meet_is_refused_in_the_same_words_whatever_hinders(draft, wish, people, hinder):
    one, other = strangers(draft)
    before = groups(draft)
    hinder(one, other)

    with pytest.raises(PairCannotMeetError):
        wish(draft, one, other)
    assert (groups(draft), draft.wishes.count()) == (before, 0)


def test_pin_that_no_longer_holds_hinders_nobody_else(draft, slot, birgit, wish):
    one, other = strangers(draft)
    wish(draft, one, other)
    block(one, other)

    made = compute_round(slot=slot, by=birgit, seed=1, now=NOW)

    assert {one.pk, other.pk} not in groups(made)
    assert sum(map(len, groups(made))) == 6
    assert made.wishes.count() == 1


def test_wish_for_a_round_that_is_published_or_gone_is_refused(draft, birgit, slot, wish):
    one, other = strangers(draft)
    publish_round(round=draft, by=birgit, now=NOW)
    with pytest.raises(RoundIsPublishedError):
        wish(draft, one, other)


def test_wish_for_a_discarded_round_is_refused(draft, birgit, wish):
    one, other = strangers(draft)
    discard_round(round=draft, by=birgit, now=NOW)
    with pytest.raises(RoundIsDiscardedError):
        wish(draft, one, other)


def test_wish_after_the_slot_began_is_refused(draft, wish):
    with pytest.raises(SlotNotOpenError):
        wish(draft, *strangers(draft), now=TOMORROW)


def test_wish_that_comes_while_the_round_is_made_counts(draft, slot, birgit, monkeypatch):
    """The second coordinator's wish is written after the round was read, and before it is stored."""
    one, other = sorted(strangers(draft), key=lambda person: person.pk)
    matched = rounds.solve_round

    def interrupted(*args, **options):
        PairWish.objects.get_or_create(round=draft, one=one, other=other, kind=TOGETHER)
        return matched(*args, **options)

    monkeypatch.setattr(rounds, "solve_round", interrupted)

    assert {one.pk, other.pk} in groups(compute_round(slot=slot, by=birgit, seed=1, now=NOW))


# ---- those left out ----


def test_draft_knows_the_next_date_on_which_there_is_a_partner(slot, birgit, karen, ali):
    """Ali can come on Wednesdays and later only: on the Thursday after a closed Wednesday the two can meet."""
    ali.ambassador.availability.filter(weekday__in=[0, 1]).delete()
    for days, is_open in ((1, False), (2, True), (3, True)):
        SlotFactory(series=slot.series, starts_at=TOMORROW + timedelta(days=days), is_open=is_open)

    round_ = compute_round(slot=slot, by=birgit, seed=1, now=NOW)

    assert round_.next_dates == [[karen.pk, "2027-03-04"]]


@pytest.mark.parametrize("days", [14, 20])
def test_draft_looks_two_weeks_ahead_and_no_further(slot, birgit, karen, days):
    AmbassadorFactory(person__first_name="Bo", week=[])
    SlotFactory(series=slot.series, starts_at=TOMORROW + timedelta(days=days))

    assert compute_round(slot=slot, by=birgit, seed=1, now=NOW).next_dates == []


def test_draft_offers_no_date_with_somebody_who_is_blocked(slot, birgit, karen, ali):
    block(karen, ali)
    SlotFactory(series=slot.series, starts_at=TOMORROW + timedelta(days=1))

    assert compute_round(slot=slot, by=birgit, seed=1, now=NOW).next_dates == []


def test_draft_remembers_who_has_waited_among_those_who_can_come(slot, birgit, karen, ali):
    AmbassadorFactory(left_out=4, week=[])
    Ambassador.objects.filter(person=karen).update(left_out=2)

    assert compute_round(slot=slot, by=birgit, seed=1, now=NOW).waited == [[karen.pk, 2]]
