"""Plans, repairs, buddies and helpers, judged by rules that were written a second time."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching import judge
from bench.matching.municipality import Corps, instance_of
from network.matching import (
    HelperFinder,
    Instance,
    InstanceError,
    Meeting,
    Peer,
    pair_buddies,
    plan_rounds,
    repair_plan,
    repair_round,
    solve_round,
)
from network.matching.answering import answer
from network.matching.formats import read_instance, read_schedule
from tests.network.matching_oracle import DAY, awkward_instance, is_allowed, pair_parts

MONDAY = date(2027, 1, 11)
BOTH = {"require_shared_language": True, "require_shared_format": True}


def answered(values, original=None, **options):
    file = read_instance(json.dumps(values).encode())
    schedule = original and read_schedule(json.dumps(original).encode(), file.instance)
    return json.loads(answer(file, schedule, **options).content)


def judged(values, given_answer):
    return judge.judge_plan(judge.Corps(values), given_answer)


def groups_by_day(plan):
    return {matched.day: [set(group.members) for group in matched.groups] for matched in plan}


SMALL = st.builds(
    Corps,
    kind=st.just("plan"),
    people=st.integers(2, 24),
    days=st.integers(1, 8),
    departments=st.integers(1, 5),
    dominant=st.sampled_from([0, 0, 0.6, 0.9]),
    english_only=st.sampled_from([0.03, 0.5]),
    sites=st.integers(1, 4),
    rules=st.sampled_from([{}, BOTH]),
)


@settings(max_examples=40, deadline=None)
@given(SMALL, st.integers(0, 2**20))
def test_plan_holds_every_hard_constraint_with_true_reasons(corps, seed):
    values = instance_of("any", corps, seed)

    verdict = judged(values, answered(values, seconds=1))

    assert not verdict.breaches
    assert verdict.false_reasons == 0


@pytest.mark.parametrize("people", [60, 61, 200])
def test_plan_gives_everybody_as_many_meetings_as_they_want_and_nobody_twice(people):
    values = instance_of("corps", Corps(kind="plan", people=people, departments=9, days=10))

    verdict = judged(values, answered(values, seconds=0))

    assert not verdict.breaches
    assert verdict.coverage == 1
    assert verdict.repeats <= verdict.forced
    assert verdict.threes <= 2  # one a week, where the number of meetings is odd


def test_plan_where_most_are_of_one_department_leaves_nobody_out_for_good():
    values = instance_of("crowd", Corps(kind="plan", people=100, departments=6, days=20, dominant=0.75))

    verdict = judged(values, answered(values, seconds=0))

    assert not verdict.breaches
    assert verdict.never_served == 0
    assert verdict.longest_wait <= 4
    assert verdict.few_reasons == 0


def test_large_corps_is_planned_day_by_day_just_as_faithfully(monkeypatch):
    monkeypatch.setattr("network.matching.plan.LARGE", 100)
    values = instance_of("large", Corps(kind="plan", people=200, departments=9, days=10))

    verdict = judged(values, answered(values, seconds=0))

    assert not verdict.breaches
    assert verdict.coverage == 1
    assert verdict.repeats <= verdict.forced


def test_more_time_never_makes_a_plan_worse():
    values = instance_of("slow", Corps(kind="plan", people=24, departments=5, days=10))
    file = read_instance(json.dumps(values).encode())

    at_once, in_time = (plan_rounds(file.instance, seconds=seconds) for seconds in (0, 60))

    assert not at_once.is_settled
    assert in_time.is_settled
    assert in_time.gain >= at_once.gain


def test_plan_tells_how_far_it_is():
    told = []
    values = instance_of("progress", Corps(kind="plan", people=12, departments=4, days=5))

    plan_rounds(read_instance(json.dumps(values).encode()).instance, progress=told.append)

    assert told == sorted(told)
    assert told[0] > 0
    assert told[-1] <= 1


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_plan_is_the_same_for_any_order_of_rows(shuffler):
    values = instance_of("rows", Corps(kind="plan", people=30, departments=5, days=5))
    shuffled = {**values, "people": list(values["people"]), "blocks": list(values["blocks"])}
    for name in ("people", "blocks"):
        shuffler.shuffle(shuffled[name])

    assert answered(shuffled) == answered(values)


def test_days_that_are_agreed_already_count_towards_the_week():
    people = tuple(Peer(id=number, department=number, cap=2, agreed=(MONDAY,)) for number in range(4))
    dates = tuple(MONDAY + timedelta(days=day) for day in range(5))

    plan = plan_rounds(Instance(people=people, dates=dates))

    assert sum(len(matched.groups) for matched in plan.rounds) == 2


def test_who_is_left_out_is_told_the_next_date_on_which_there_is_somebody():
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    people = (
        Peer(id="alone", department=1, days=frozenset({MONDAY, tuesday, wednesday})),
        Peer(id="colleague", department=1, days=frozenset({tuesday})),
        Peer(id="other", department=2, days=frozenset({wednesday})),
    )

    matched = solve_round(Instance(people=people, dates=(MONDAY, tuesday, wednesday)), MONDAY)

    assert matched.next_dates == {"alone": wednesday}


# ---- pins ----
def test_pinned_pair_is_together_whatever_it_is_worth():
    instance = awkward_instance(8, 5)
    pairs = [(a, b) for a, b in combinations(instance.people, 2) if is_allowed(instance, (a, b))]

    for a, b in pairs:
        matched = solve_round(instance, DAY, pinned=[(a.id, b.id)])
        assert any({a.id, b.id} <= set(group.members) for group in matched.groups)


@pytest.mark.parametrize(
    ("pinned", "says"),
    [
        ([("a", "x")], "nobody knows"),
        ([("a", "b")], "may not meet"),
        ([("a", "c")], "may not meet"),
        ([("a", "away")], "cannot come"),
        ([("a", "d"), ("b", "d")], "two people"),
    ],
)
def test_pin_that_cannot_be_held_is_refused(pinned, says):
    people = (
        Peer(id="a", department=1),
        Peer(id="b", department=1),
        Peer(id="c", department=2),
        Peer(id="d", department=3),
        Peer(id="away", department=4, days=frozenset()),
    )
    instance = Instance(people=people, dates=(DAY,), blocks=frozenset({frozenset("ac")}))

    with pytest.raises(InstanceError, match=says):
        solve_round(instance, DAY, pinned=pinned)


# ---- repairs ----
def test_repair_places_orphans_and_leaves_others_alone():
    disturbed = cancelled = 0
    for seed in range(4):
        values = instance_of("ill", Corps(kind="repair", people=120, departments=8, days=5), seed)
        original = answered({**values, "kind": "plan"}, seconds=0)

        verdict = judge.judge_repair(judge.Corps(values), original, answered(values, original))

        assert not verdict.breaches
        assert verdict.placed == verdict.orphans > 0
        assert verdict.false_reasons == 0
        disturbed += verdict.disturbed
        cancelled += verdict.cancelled
    assert disturbed <= 0.7 * cancelled


@settings(max_examples=25, deadline=None)
@given(SMALL, st.integers(0, 2**20), st.floats(0, 0.6))
def test_repair_of_anything_holds_every_hard_constraint(corps, seed, ill):
    values = instance_of("any", replace(corps, kind="repair", ill=ill), seed)
    original = answered({**values, "kind": "plan"}, seconds=0)

    verdict = judge.judge_repair(judge.Corps(values), original, answered(values, original))

    assert not verdict.breaches
    assert verdict.false_reasons == 0


def test_orphan_of_whom_only_one_of_three_may_be_a_partner_gets_that_one():
    people = tuple(Peer(id=name, department=name) for name in "abcdz")
    blocks = frozenset(frozenset(("d", other)) for other in "ab")
    instance = Instance(people=people, dates=(DAY,), blocks=blocks)

    repaired = repair_round(instance, DAY, [("a", "b", "c"), ("d", "z")], {"z"})

    assert {"c", "d"} in groups_by_day([repaired])[DAY]
    assert repaired.left_out == {}


def test_three_of_whom_one_is_away_go_on_as_two():
    people = tuple(Peer(id=name, department=name) for name in "abc")

    repaired = repair_round(Instance(people=people, dates=(DAY,)), DAY, [("a", "b", "c")], {"b"})

    assert groups_by_day([repaired]) == {DAY: [{"a", "c"}]}


def test_orphan_for_whom_there_is_nobody_is_told_so():
    people = tuple(Peer(id=name, department=name) for name in "ab")

    repaired = repair_round(Instance(people=people, dates=(DAY,)), DAY, [("a", "b")], {"b"})

    assert list(repaired.left_out) == ["a"]


@pytest.mark.parametrize(
    ("rounds", "away", "says"),
    [
        ([(DAY, [("a", "x")])], {}, "names x"),
        ([(DAY, [("a", "b")])], {DAY: {"x"}}, "names x"),
        ([(DAY + timedelta(days=1), [("a", "b")])], {}, "none of the instance's dates"),
    ],
)
def test_repair_refuses_what_it_does_not_know(rounds, away, says):
    people = tuple(Peer(id=name, department=name) for name in "ab")

    with pytest.raises(InstanceError, match=says):
        repair_plan(Instance(people=people, dates=(DAY,)), rounds, away)


# ---- a corps that changes ----
EDITS = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "pause", "cancel", "block", "plan"]), st.integers(0, 2**16)),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(EDITS)
def test_whatever_happens_in_a_corps_its_plan_stays_valid(edits):
    values = instance_of("living", Corps(kind="repair", people=16, departments=4, days=5, ill=0))
    newcomers = instance_of("new", Corps(kind="plan", people=40, departments=4, days=5), 2)["people"]
    plan = answered({**values, "kind": "plan"}, seconds=0)

    for edit, number in edits:
        people = values["people"]
        one, other = people[number % len(people)], people[(number // 7) % len(people)]
        if edit == "join":
            new = {**newcomers.pop(), "id": f"new {number} {len(newcomers)}", "leader": None}
            values = {**values, "people": [*people, new]}
        elif edit == "leave" and len(people) > 2:
            values = without(values, one["id"])
        elif edit == "pause":
            changed = {**one, "pauses": [[values["dates"][number % 5], values["dates"][-1]]]}
            values = {**values, "people": [changed if person is one else person for person in people]}
        elif edit == "cancel":
            values = {**values, "cancellations": [*values["cancellations"], [values["dates"][number % 5], one["id"]]]}
        elif edit == "block" and one is not other:
            values = {**values, "blocks": [*values["blocks"], sorted([one["id"], other["id"]])]}
        if edit in ("cancel", "block"):
            values = {**values, "cancellations": unique(values["cancellations"]), "blocks": unique(values["blocks"])}
        if edit != "cancel":
            plan = answered({**values, "kind": "plan"}, seconds=0)
            assert not judged({**values, "cancellations": []}, plan).breaches
        verdict = judge.judge_repair(judge.Corps(values), plan, answered(values, plan))
        assert not verdict.breaches
        assert verdict.false_reasons == 0


def unique(rows):
    return [list(row) for row in dict.fromkeys(map(tuple, rows))]


def without(values, person):
    return {
        **values,
        "people": [
            {**row, "leader": None if row["leader"] == person else row["leader"]}
            for row in values["people"]
            if row["id"] != person
        ],
        "blocks": [block for block in values["blocks"] if person not in block],
        "cancellations": [row for row in values["cancellations"] if row[1] != person],
    }


# ---- buddies ----
@pytest.mark.parametrize("seed", range(30))
def test_buddies_are_as_many_and_as_good_as_can_be(seed):
    instance = awkward_instance(7, seed)

    buddies = pair_buddies(instance)

    assert (len(buddies.pairs), buddies.score) == best_buddies(instance, list(instance.people))
    assert len(buddies.unpaired) == 7 - 2 * len(buddies.pairs)


def best_buddies(instance, people):
    if len(people) < 2:
        return (0, 0)
    first, *rest = people
    best = best_buddies(instance, rest)
    for other in rest:
        if is_allowed(instance, (first, other)):
            pairs, score = best_buddies(instance, [person for person in rest if person is not other])
            best = max(best, (pairs + 1, score + sum(pair_parts(instance, first, other).values())))
    return best


# ---- helpers ----
def corps_offering(number):
    helpers = [
        Peer(id=f"helper {place}", department=f"D{place % 5}", offers=frozenset({"afslag"})) for place in range(number)
    ]
    return (*helpers, *(Peer(id=f"asker {place}", department="A", seeks=frozenset({"afslag"})) for place in range(50)))


def test_best_helpers_come_with_the_theme_that_was_asked_for():
    people = (
        Peer(id="asker", department=1, seeks=frozenset({"afslag", "aftaler"})),
        Peer(id="helper", department=2, offers=frozenset({"afslag", "aftaler"})),
    )

    (helper,) = HelperFinder(Instance(people=people, dates=(DAY,))).best("asker", "afslag", DAY)

    assert helper.id == "helper"
    assert helper.reasons[0] == {"code": "helps", "from": "helper", "to": "asker", "theme": "afslag"}


def test_same_helper_is_first_twice_at_most_while_there_are_others():
    finder = HelperFinder(Instance(people=corps_offering(30), dates=(DAY,)))

    first = [finder.best(f"asker {place}", "afslag", DAY)[0].id for place in range(10)]

    assert max(first.count(helper) for helper in first) <= 2


def test_who_was_asked_often_lately_comes_later():
    people = corps_offering(5)
    tired = HelperFinder(Instance(people=people, dates=(DAY,))).best("asker 0", "afslag", DAY)[0].id

    finder = HelperFinder(Instance(people=people, dates=(DAY,)), named_first={tired: 5})

    assert finder.best("asker 0", "afslag", DAY)[0].id != tired


def test_helpers_are_nobody_blocked_away_or_of_ones_own_department():
    people = (
        Peer(id="asker", department=1, leader="leader"),
        Peer(id="leader", department=2, offers=frozenset({"afslag"})),
        Peer(id="colleague", department=1, offers=frozenset({"afslag"})),
        Peer(id="blocked", department=3, offers=frozenset({"afslag"})),
        Peer(id="away", department=4, offers=frozenset({"afslag"}), days=frozenset()),
        Peer(id="full", department=4, offers=frozenset({"afslag"}), cap=1, agreed=(DAY,)),
        Peer(id="other", department=5, offers=frozenset({"stress"})),
    )
    instance = Instance(people=people, dates=(DAY,), blocks=frozenset({frozenset({"asker", "blocked"})}))

    assert HelperFinder(instance).best("asker", "afslag", DAY) == []
    assert HelperFinder(instance).best("asker", "nothing of the kind", DAY) == []


def test_helpers_are_judged_as_good_as_the_best_five():
    values = instance_of("ask", Corps(kind="booking", people=300, departments=9, days=5, questions=60))

    verdict = judge.judge_booking(judge.Corps(values), answered(values))

    assert not verdict.breaches
    assert verdict.ndcg > 0.99
    assert verdict.most_first <= 2
    assert verdict.false_reasons == 0


def test_nobody_unknown_is_helped():
    with pytest.raises(InstanceError, match="nobody known"):
        HelperFinder(Instance(people=(), dates=(DAY,))).best("x", "afslag", DAY)


def test_meeting_that_is_planned_makes_the_next_one_a_repeat():
    people = tuple(Peer(id=name, department=name) for name in "ab")
    dates = (MONDAY, MONDAY + timedelta(days=1))

    plan = plan_rounds(
        Instance(people=people, dates=dates, history=(Meeting(MONDAY - timedelta(days=100), ("a", "b")),))
    )

    assert [group.parts["novelty"] for matched in plan.rounds for group in matched.groups] == [1, -39]


# ---- people who are all alike ----
def alike(number, departments, day=DAY, **same):
    people = tuple(Peer(id=place, department=place % departments, **same) for place in range(number))
    return Instance(people=people, dates=(day,))


def test_large_corps_of_people_who_are_all_alike_is_paired():
    matched = solve_round(alike(1_000, 12), DAY)

    assert [len(group.members) for group in matched.groups] == [2] * 500


def test_who_waits_long_is_still_worth_a_meeting():
    dates = tuple(MONDAY + timedelta(days=7 * week + day) for week in range(6) for day in range(5))
    others = frozenset(dates[-5:])
    crowd = [Peer(id=f"A{place}", department="A") for place in range(20)]
    few = [Peer(id=f"B{place}", department="B", days=others) for place in range(4)]

    plan = plan_rounds(Instance(people=(*crowd, *few), dates=dates), seconds=0)

    assert [sum(len(group.members) for group in matched.groups) for matched in plan.rounds][-5:] == [12] * 5


def test_nobody_meets_on_a_day_that_is_agreed_otherwise():
    people = (Peer(id="a", department=1, agreed=(DAY,)), Peer(id="b", department=2))

    assert solve_round(Instance(people=people, dates=(DAY,)), DAY).groups == ()


def test_next_date_in_a_plan_is_that_of_ones_next_meeting():
    dates = tuple(MONDAY + timedelta(days=day) for day in range(3))
    people = (
        Peer(id="x", department=1),
        Peer(id="y", department=2, cap=1, days=frozenset({dates[1]})),
    )

    plan = plan_rounds(Instance(people=people, dates=dates))

    assert [matched.next_dates for matched in plan.rounds] == [{"x": dates[1]}, {}, {}]


@pytest.mark.parametrize(
    ("people", "fields"),
    [((1, 1), {}), ((1, 2), {"dates": (DAY, DAY)}), ((1, 2), {"blocks": frozenset({frozenset({1})})})],
)
def test_instance_that_contradicts_itself_is_refused(people, fields):
    with pytest.raises(InstanceError):
        Instance(people=tuple(Peer(id=person, department=1) for person in people), **{"dates": (DAY,), **fields})


@pytest.mark.parametrize("groups", [[("a", "b", "c", "d")], [("a", "b"), ("b", "c")], [("a",)]])
def test_repair_refuses_a_plan_that_is_none(groups):
    people = tuple(Peer(id=name, department=name) for name in "abcd")

    with pytest.raises(InstanceError, match="two groups"):
        repair_round(Instance(people=people, dates=(DAY,)), DAY, groups, set())
