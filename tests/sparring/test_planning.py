"""Planning the rounds of the coming weeks, by the command, the task and the service beneath both."""

from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from network.models import Ambassador, Pause
from network.outbox.models import OutboxMessage
from sparring.models import ClosingDay, PeerSparring, RoundStatus, SlotSeries, SparringRound, SparringSlot, WishKind
from sparring.services import planning
from sparring.services.planning import Outcome, plan_sparring
from sparring.services.publishing import publish_round
from sparring.services.rounds import compute_round, discard_round, wish_for_pair
from sparring.services.slots import make_slots
from sparring.tasks import plan_coming_weeks
from sparring.timetable import COPENHAGEN, local_day
from tests.factories import AmbassadorFactory, OrgUnitFactory, SeriesFactory, make_session

MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 3, 1, 6, 0, tzinfo=COPENHAGEN)
A_DAY = timedelta(days=1)


@pytest.fixture
def series(db):
    """Half past nine on every working day."""
    return SeriesFactory()


@pytest.fixture
def corps(series):
    """Twelve ambassadors of four departments."""
    units = [OrgUnitFactory() for _ in range(4)]
    people = [AmbassadorFactory(person__org_unit=units[number % 4]).person for number in range(12)]
    make_slots(now=NOW)
    return people


def plan(**options):
    return plan_sparring(**({"first": MONDAY, "weeks": 2, "now": NOW} | options))


def drafts():
    """What each round holds, by the day of its slot."""
    return {
        local_day(round_.slot.starts_at): (
            round_.pk,
            round_.left_out,
            [(p.pk, sorted(p.members.values_list("person", flat=True))) for p in round_.proposals.order_by("pk")],
        )
        for round_ in SparringRound.objects.select_related("slot").order_by("slot__starts_at")
    }


def outcomes(planned):
    return {local_day(each.slot.starts_at): each.outcome for each in planned}


def meetings(person, *, week=0):
    """How many rounds of a week hold this person."""
    first = timezone.make_aware(datetime.combine(MONDAY + timedelta(weeks=week), time.min), COPENHAGEN)
    rounds = SparringRound.objects.filter(slot__starts_at__gte=first, slot__starts_at__lt=first + timedelta(weeks=1))
    return rounds.filter(proposals__members__person=person).count()


def test_plan_makes_a_draft_for_each_slot_and_tells_nobody(corps):
    planned = plan()

    assert set(outcomes(planned).values()) == {Outcome.MADE}
    assert len(planned) == SparringRound.objects.filter(status=RoundStatus.DRAFT, created_by=None).count() == 10
    assert sum(each.people for each in planned) > 0
    assert (PeerSparring.objects.count(), OutboxMessage.objects.filter(kind="mail").count()) == (0, 0)


def test_plan_keeps_to_its_weeks(corps):
    days = outcomes(plan(first=MONDAY + 2 * A_DAY, weeks=1))

    assert sorted(days) == [MONDAY + number * A_DAY for number in (2, 3, 4, 7, 8)]


def test_plan_gives_everybody_as_much_as_they_want_and_no_more(corps):
    Ambassador.objects.filter(person=corps[0]).update(weekly_cap=1)
    plan()

    assert [meetings(person) for person in corps[:3]] == [1, 2, 2]
    assert [meetings(person, week=1) for person in corps[:3]] == [1, 2, 2]


def test_plan_counts_what_is_agreed_in_the_week(corps):
    make_session(corps[0], starts_at=NOW.replace(hour=14))
    make_session(corps[0], starts_at=NOW.replace(hour=14) + A_DAY)
    plan()

    assert (meetings(corps[0]), meetings(corps[0], week=1)) == (0, 2)


def test_plan_asks_nobody_on_a_pause(corps):
    Pause.objects.create(person=corps[0], from_on=MONDAY, until_on=MONDAY + 6 * A_DAY)
    plan()

    assert (meetings(corps[0]), meetings(corps[0], week=1)) == (0, 2)
    assert {dict(left_out)[corps[0].pk] for _pk, left_out, _groups in list(drafts().values())[:5]} == {"paused"}


def test_plan_tells_of_everybody_in_the_corps_why_they_are_in_no_group(corps):
    AmbassadorFactory(week=[])
    plan()

    for round_ in SparringRound.objects.all():
        served = set(round_.proposals.values_list("members__person", flat=True))
        absent = {person for person, _code in round_.left_out}
        assert served.isdisjoint(absent)
        assert served | absent == set(Ambassador.objects.values_list("person", flat=True))


def test_plan_twice_is_the_same_drafts(corps):
    plan()
    before = drafts()

    again = plan(now=NOW + timedelta(minutes=5))

    assert set(outcomes(again).values()) == {Outcome.KEPT}
    assert drafts() == before


def test_plan_twice_computes_once(corps, monkeypatch):
    first = plan()
    monkeypatch.setattr(planning, "plan_rounds", None)

    again = plan()

    assert [(each.slot, each.groups, each.left_out) for each in again] == [
        (each.slot, each.groups, each.left_out) for each in first
    ]


def test_plan_follows_what_has_changed_in_the_drafts_that_are_there(corps):
    plan()
    pks = {day: pk for day, (pk, *_rest) in drafts().items()}
    Ambassador.objects.filter(person=corps[0]).update(is_active=False)

    again = plan()

    assert Outcome.CHANGED in outcomes(again).values()
    assert (meetings(corps[0]), meetings(corps[0], week=1)) == (0, 0)
    assert {day: pk for day, (pk, *_rest) in drafts().items()} == pks


def test_plan_leaves_what_is_published_and_plans_around_it(corps, birgit):
    plan()
    published = SparringRound.objects.filter(proposals__isnull=False).earliest("slot__starts_at")
    day = local_day(published.slot.starts_at)
    publish_round(round=published, by=birgit, now=NOW)
    before = drafts()[day]
    Ambassador.objects.update(weekly_cap=1)

    planned = plan()

    assert outcomes(planned)[day] == Outcome.NOT_OURS
    assert drafts()[day] == before
    in_it = published.proposals.values_list("members__person", flat=True)
    assert {meetings(person) for person in in_it} == {1}


@pytest.mark.parametrize("change", ["wish", "make again"])
def test_plan_leaves_the_draft_a_coordinator_has_changed_and_plans_around_it(corps, birgit, change):
    plan()
    tuesday = SparringRound.objects.select_related("slot").get(slot__starts_at__date=MONDAY + A_DAY)
    if change == "wish":
        wish_for_pair(round=tuesday, people=(corps[0], corps[1]), kind=WishKind.TOGETHER, by=birgit, now=NOW)
    else:
        compute_round(slot=tuesday.slot, by=birgit, seed=7, now=NOW)
    before = drafts()[MONDAY + A_DAY]

    planned = plan()

    assert outcomes(planned)[MONDAY + A_DAY] == Outcome.NOT_OURS
    assert drafts()[MONDAY + A_DAY] == before
    assert max(meetings(person) for person in corps) == 2


def test_plan_makes_anew_what_was_discarded(corps, birgit):
    plan()
    monday = SparringRound.objects.get(slot__starts_at__date=MONDAY)
    discard_round(round=monday, by=birgit, now=NOW)

    assert outcomes(plan())[MONDAY] == Outcome.MADE


def test_draft_that_becomes_somebodys_while_the_plan_is_made_is_left_to_them(corps, birgit, monkeypatch):
    plan()
    tuesday = SparringRound.objects.select_related("slot").get(slot__starts_at__date=MONDAY + A_DAY)
    Ambassador.objects.filter(person=corps[0]).update(is_active=False)
    planner = planning.plan_rounds

    def interrupted(*args, **options):
        compute_round(slot=tuesday.slot, by=birgit, seed=7, now=NOW)
        return planner(*args, **options)

    monkeypatch.setattr(planning, "plan_rounds", interrupted)

    assert outcomes(plan())[MONDAY + A_DAY] == Outcome.NOT_OURS
    assert SparringRound.objects.get(pk=tuesday.pk).created_by == birgit


def test_dry_run_writes_nothing(corps):
    planned = plan(dry_run=True)

    assert {each.outcome for each in planned} == {Outcome.MADE}
    assert sum(each.people for each in planned) > 0
    assert not SparringRound.objects.exists()


def test_dry_run_leaves_the_drafts_as_they_are(corps):
    plan()
    before = drafts()
    Ambassador.objects.filter(person=corps[0]).update(is_active=False)

    assert Outcome.CHANGED in outcomes(plan(dry_run=True)).values()
    assert drafts() == before


def test_nobody_is_in_two_rounds_of_one_day(corps):
    SeriesFactory(name="Eftermiddagssparring", starts_at=time(14, 0), weekdays=[1, 3])
    Ambassador.objects.update(weekly_cap=5)
    make_slots(now=NOW)

    planned = plan()

    assert len(planned) == 14
    for day in {local_day(each.slot.starts_at) for each in planned}:
        of_the_day = [each.groups for each in planned if local_day(each.slot.starts_at) == day]
        people = [person for groups in of_the_day for group in groups for person in group]
        assert len(people) == len(set(people))


def test_nobody_of_a_published_round_is_in_another_of_that_day(corps, birgit):
    SeriesFactory(name="Eftermiddagssparring", starts_at=time(14, 0), weekdays=[0, 1, 2, 3, 4])
    Ambassador.objects.update(weekly_cap=10)
    make_slots(now=NOW)
    morning = SparringSlot.objects.get(starts_at__date=MONDAY, starts_at__hour=9)
    draft = compute_round(slot=morning, by=birgit, seed=1, now=NOW)
    publish_round(round=draft, by=birgit, now=NOW)

    plan()

    (afternoon,) = SparringRound.objects.filter(slot__starts_at__date=MONDAY).exclude(pk=draft.pk)
    assert not afternoon.proposals.exists()
    assert {code for _person, code in afternoon.left_out} == {"other_round"}


def test_those_who_can_come_in_the_afternoon_only_have_a_round_of_their_own(corps):
    SeriesFactory(name="Eftermiddagssparring", starts_at=time(14, 0), weekdays=[1])
    make_slots(now=NOW)
    late = corps[:4]
    for person in late:
        person.ambassador.availability.update(starts_at=time(12, 0))

    plan()

    (afternoon,) = SparringSlot.objects.filter(starts_at__date=MONDAY + A_DAY, starts_at__hour=14)
    people = set(afternoon.rounds.get().proposals.values_list("members__person", flat=True))
    assert people >= {person.pk for person in late}


def test_public_holidays_and_closing_days_have_no_round(corps):
    """Maundy Thursday, Good Friday and Easter Monday of 2027, and the closing day between."""
    easter = date(2027, 3, 22)
    ClosingDay.objects.create(day=easter + 2 * A_DAY, name="Lukkedag")
    now = datetime.combine(easter, time(6), COPENHAGEN)
    make_slots(now=now)

    days = outcomes(plan(first=easter, now=now))

    assert sorted(days) == [date(2027, 3, day) for day in (22, 23, 30, 31)] + [date(2027, 4, day) for day in (1, 2)]


def test_plan_without_anybody_leaves_empty_drafts(series):
    make_slots(now=NOW)

    assert {each.people for each in plan()} == {0}


def test_plan_with_everybody_on_a_pause_leaves_empty_drafts(corps):
    for person in corps:
        Pause.objects.create(person=person, from_on=MONDAY, until_on=MONDAY + 30 * A_DAY)

    assert {each.people for each in plan()} == {0}


# ---- the command and the task ----


def run(*arguments):
    out = StringIO()
    call_command("plan_sparring", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def corps_now(corps):
    """The same corps, with the slots of the coming weeks by the real clock, which the command asks."""
    make_slots(now=timezone.now())
    return corps


def test_command_plans_and_tells_of_each_day(corps_now):
    told = run("--weeks", "2")

    rounds = SparringRound.objects.count()
    assert rounds > 0
    assert told.count("Formiddagssparring") == rounds
    assert len(told.splitlines()) == 2 * rounds + 1


def test_command_with_dry_run_tells_the_same_and_writes_nothing(corps_now):
    dry = run("--dry-run").splitlines()
    assert not SparringRound.objects.exists()

    assert run().splitlines()[:-1] == dry[:-1]


def test_command_begins_on_the_day_it_is_told(corps_now):
    first = local_day(timezone.now()) + timedelta(days=9)

    run("--from", first.isoformat(), "--weeks", "1")

    days = [local_day(round_.slot.starts_at) for round_ in SparringRound.objects.select_related("slot")]
    assert first <= min(days) <= max(days) < first + timedelta(weeks=1)


def test_command_without_slots_says_so(db):
    assert len(run().splitlines()) == 1


@pytest.mark.parametrize("weeks", ["0", "53"])
def test_command_refuses_weeks_that_make_no_sense(db, weeks):
    with pytest.raises(CommandError):
        run("--weeks", weeks)


def test_task_plans_four_weeks(corps_now):
    result = plan_coming_weeks.enqueue()

    assert result.return_value == SparringRound.objects.count() > 10


def test_coordinator_plans_by_a_button(corps_now, sign_in, birgit):
    client = sign_in(birgit)

    response = client.post("/sparring/runder/planlaeg/", follow=True)

    assert response.status_code == 200
    assert SparringRound.objects.filter(created_by=None).count() > 10
    assert SlotSeries.objects.count() == 1
