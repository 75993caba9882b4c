"""Whoever is silent in three matches in a row pauses from rounds, and comes back with one click."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from network.models import Ambassador
from sparring.models import MatchAnswer, MatchMember, RoundPause, RoundStatus, SlotPlace, SparringRound
from sparring.services.rounds import compute_round
from sparring.services.sessions import leave_session
from sparring.services.silence import come_back, pause_silent
from sparring.services.slots import make_slots
from sparring.tasks import plan_coming_weeks
from tests.factories import AmbassadorFactory, NoteFactory, SeriesFactory, SlotFactory, make_session
from tests.factories.sparring import NOW
from tests.sparring.mailbox import queued_mails

A_WEEK = timedelta(days=7)


def match(*people, weeks_ago, answered=(), now=NOW):
    """A published match of some weeks ago; those of `answered` said yes."""
    slot = SlotFactory(starts_at=now - weeks_ago * A_WEEK)
    round_ = SparringRound.objects.create(slot=slot, status=RoundStatus.PUBLISHED, created_at=now, published_at=now)
    session = make_session(*people, starts_at=slot.starts_at)
    proposal = round_.proposals.create(session=session, score=1)
    for person in people:
        answer = MatchAnswer.ACCEPTED if person in answered else MatchAnswer.WAITING
        MatchMember.objects.create(proposal=proposal, person=person, answer=answer)
    return proposal


@pytest.fixture
def silent(karen, ali):
    """Three matches of Karen and Ali, to which Ali has said yes and Karen nothing."""
    return [match(karen, ali, weeks_ago=weeks, answered=[ali]) for weeks in (3, 2, 1)]


def test_three_silent_matches_in_a_row_pause_and_tell_kindly(silent, karen):
    assert pause_silent(now=NOW) == [karen]

    (mail,) = queued_mails()
    assert mail.payload["to"] == karen.email
    assert "/min-dag/" in mail.payload["body"]
    assert RoundPause.objects.get().person == karen
    assert Ambassador.objects.get(person=karen).is_active


def test_second_run_finds_nobody(silent):
    pause_silent(now=NOW)

    assert pause_silent(now=NOW + A_WEEK) == []
    assert queued_mails().count() == 1


def test_two_silent_matches_are_too_few(karen, ali):
    for weeks in (2, 1):
        match(karen, ali, weeks_ago=weeks)

    assert pause_silent(now=NOW) == []


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("sign", ["yes", "pass", "note", "partner's note"])
def test_any_sign_in_one_of_the_three_is_enough(silent, karen, ali, number, sign):
    if sign in {"yes", "pass"}:
        answer = MatchAnswer.ACCEPTED if sign == "yes" else MatchAnswer.PASSED
        silent[number].members.filter(person=karen).update(answer=answer)
    else:
        NoteFactory(author=karen if sign == "note" else ali, session=silent[number].session)

    assert pause_silent(now=NOW) == []


def test_who_cancels_is_not_silent(silent, karen):
    leave_session(session=silent[2].session, by=karen, now=silent[2].session.starts_at - A_WEEK)

    assert pause_silent(now=NOW) == []


def test_who_leaves_a_group_of_three_is_not_silent(karen, ali):
    third = AmbassadorFactory().person
    for weeks in (3, 2):
        match(karen, ali, weeks_ago=weeks, answered=[ali])
    last = match(karen, ali, third, weeks_ago=1, answered=[ali, third])
    leave_session(session=last.session, by=karen, now=last.session.starts_at - A_WEEK)

    assert pause_silent(now=NOW) == []


def test_match_that_the_other_cancelled_says_nothing(silent, karen, ali):
    leave_session(session=silent[2].session, by=ali, now=silent[2].session.starts_at - A_WEEK)
    assert pause_silent(now=NOW) == []

    match(karen, ali, weeks_ago=4, answered=[ali])
    assert pause_silent(now=NOW) == [karen]


def test_draft_and_match_to_come_say_nothing(karen, ali):
    for weeks in (2, 1, -1):
        match(karen, ali, weeks_ago=weeks)
    SparringRound.objects.filter(pk=match(karen, ali, weeks_ago=3).round_id).update(status=RoundStatus.DRAFT)

    assert pause_silent(now=NOW) == []


def test_who_left_the_corps_is_left_in_peace(silent, karen):
    Ambassador.objects.filter(person=karen).update(is_active=False)

    assert pause_silent(now=NOW) == []


def test_paused_is_in_no_round_and_the_coordinator_sees_why(silent, karen, birgit):
    pause_silent(now=NOW)

    round_ = compute_round(slot=SlotFactory(), by=birgit, seed=1, now=NOW)

    assert dict(round_.left_out)[karen.pk] == "silent"


def test_paused_can_be_booked_as_before(silent, karen):
    SeriesFactory()
    pause_silent(now=NOW)
    make_slots(now=NOW)

    assert SlotPlace.objects.free(NOW).filter(host=karen).exists()


def test_who_comes_back_is_matched_and_has_three_new_chances(silent, karen, ali, birgit):
    pause_silent(now=NOW)
    come_back(person=karen, by=karen, now=NOW)
    come_back(person=karen, by=karen, now=NOW + A_WEEK)

    assert pause_silent(now=NOW) == []
    assert compute_round(slot=SlotFactory(), by=birgit, seed=1, now=NOW).proposals.count() == 1
    assert RoundPause.objects.get().ended_at == NOW
    for weeks in (-1, -2):
        match(karen, ali, weeks_ago=weeks, answered=[ali])
    assert pause_silent(now=NOW + 3 * A_WEEK) == []
    match(karen, ali, weeks_ago=-2.5, answered=[ali])
    assert pause_silent(now=NOW + 3 * A_WEEK) == [karen]


def test_database_keeps_one_pause_a_person(karen):
    RoundPause.objects.create(person=karen, began_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        RoundPause.objects.create(person=karen, began_at=NOW)


# ---- pages and nightly run ----


def test_my_day_offers_the_way_back(sign_in, karen, ali):
    RoundPause.objects.create(person=karen, began_at=timezone.now())
    client = sign_in(karen)
    assert "/sparring/med-igen/" in client.get("/min-dag/").content.decode()
    assert "/sparring/med-igen/" not in sign_in(ali).get("/min-dag/").content.decode()

    page = client.post("/sparring/med-igen/", follow=True)

    assert "/sparring/med-igen/" not in page.content.decode()
    assert not RoundPause.objects.filter(ended_at=None).exists()


def test_one_comes_back_for_oneself_alone(sign_in, karen, ali):
    RoundPause.objects.create(person=karen, began_at=timezone.now())

    sign_in(ali).post("/sparring/med-igen/")

    assert RoundPause.objects.filter(person=karen, ended_at=None).exists()


def test_nightly_run_pauses_the_silent(karen, ali):
    for weeks in (3, 2, 1):
        match(karen, ali, weeks_ago=weeks, answered=[ali], now=timezone.now())

    plan_coming_weeks.enqueue()

    assert RoundPause.objects.get().person == karen
