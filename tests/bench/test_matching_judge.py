"""The judge, and what it judges: a corps made up, and the ways to match that need no product."""

import json
from datetime import date

import pytest

from bench.matching import baselines
from bench.matching.bound import bound_of_buddies, bound_of_round
from bench.matching.cases import CASES
from bench.matching.judge import Corps, Story, judge_booking, judge_buddies, judge_plan, judge_repair
from bench.matching.municipality import Corps as CorpsToMake
from bench.matching.municipality import instance_of
from network.matching.formats import read_instance
from tests.network.test_matching_formats import MONDAY, TUESDAY, instance, person

WAYS = [baselines.by_chance, baselines.greedy, baselines.best_pairs]
SMALL = ["round, 21", "round, 200", "plan, 20", "plan, 60, over New Year", "repair, 60", "buddies, 200"]


def judged(rounds, *people, **more):
    return judge_plan(Corps(instance(*people, **more)), {"rounds": rounds})


def breaches(rounds, *people, **more):
    return dict(judged(rounds, *people, **more).breaches)


A, B, C, D = person("a"), person("b", "Teknik"), person("c", "Social"), person("d", "Kultur")


# ---- breaches ----


def test_valid_group_is_no_breach():
    assert breaches({MONDAY: [["a", "b"], {"members": ["c", "d"], "reasons": []}]}, A, B, C, D) == {}


@pytest.mark.parametrize(
    ("rounds", "people", "found"),
    [
        ({MONDAY: [["a"]]}, [A, B], {"group_size": 1}),
        ({MONDAY: [["a", "a"]]}, [A, B], {"group_size": 1}),
        ({MONDAY: [["a", "ghost"]]}, [A, B], {"unknown_person": 1}),
        ({TUESDAY: [["a", "b"]]}, [A, B], {"unknown_date": 1}),
        ({MONDAY: [["a", "b"], ["a", "c"]]}, [A, B, C], {"double_booked": 1}),
        ({MONDAY: [["a", "d"]]}, [A, D], {"same_department": 1}),
        ({MONDAY: [["a", "b", "d"]]}, [A, B, D], {}),
        ({MONDAY: [["a", "b"]]}, [A | {"weekdays": [1]}, B], {"unavailable": 1}),
        ({MONDAY: [["a", "b"]]}, [A | {"pauses": [["2027-02-01", MONDAY]]}, B], {"unavailable": 1}),
        ({MONDAY: [["a", "b"]]}, [A | {"leader": "b"}, B], {"own_leader": 1}),
        ({MONDAY: [["a", "b", "c"]]}, [A, B | {"leader": "c"}, C], {"own_leader": 1}),
    ],
)
def test_breach_is_counted_by_its_name(rounds, people, found):
    assert breaches(rounds, *people) == found


def test_block_holds_in_groups_of_three():
    assert breaches({MONDAY: [["a", "b", "c"]]}, A, B, C, blocks=[["c", "a"]]) == {"blocked_pair": 1}


def test_language_and_format_are_asked_for_where_the_rules_do():
    odd = B | {"languages": ["en"], "formats": ["physical"], "site": "Havnen"}
    rules = {"require_shared_language": True, "require_shared_format": True}

    assert breaches({MONDAY: [["a", "b"]]}, A, odd) == {}
    assert breaches({MONDAY: [["a", "b"]]}, A, odd, rules=rules) == {"no_shared_language": 1, "no_shared_format": 1}


def test_cap_holds_for_an_iso_week_over_new_year():
    rounds = {day: [["a", "b"]] for day in ("2026-12-28", "2027-01-01")}

    found = breaches(rounds, A | {"cap": 1}, B, dates=sorted(rounds))

    assert found == {"over_weekly_cap": 1}


def test_who_cancelled_cannot_come():
    values = instance(A, B, kind="repair", cancellations=[[MONDAY, "a"]])

    verdict = judge_repair(Corps(values), {"rounds": {MONDAY: [["a", "b"]]}}, {"rounds": {MONDAY: [["a", "b"]]}})

    assert dict(verdict.breaches) == {"unavailable": 1}


# ---- points ----


def test_score_is_the_stated_sum():
    one = A | {"seeks": ["mod", "ro", "tid"], "offers": ["fred"]}
    other = B | {"offers": ["mod", "ro", "tid"], "seeks": ["fred"], "seniority": 5, "languages": ["en", "da"]}
    history = [["2027-01-01", "a", "b"], ["2027-02-20", "a", "c"], ["2027-02-21", "b", "d"]]
    corps = Corps(instance(one, other, C, D, dates=["2027-03-02"], history=history))

    # They met 60 days ago: half of the 60 points is taken off. Kultur and Teknik met once in the last 28 days.
    assert Story(corps).scorer(date(2027, 3, 2))(0, 1) == (20 + 10) + 10 + (20 - 30) + 10 // 2 + 6 + 0 + 6


def test_group_of_three_is_worth_its_pairs_and_costs():
    verdict = judged({MONDAY: [["a", "b", "d"]]}, A | {"left_out": 7}, B, D)

    # Pairs: never met 20, departments 10, language 4, format 6.
    assert verdict.gain == 3 * 200 + 3 * (20 + 10 + 4 + 6) + 50 - 100 - 60
    assert verdict.threes == 1


def test_second_meeting_is_a_repeat_and_urgency_counts_once():
    verdict = judged({MONDAY: [["a", "b"]], TUESDAY: [["a", "b"]]}, A | {"left_out": 1}, B, dates=[MONDAY, TUESDAY])

    first = 2 * 200 + 10 + 2 * (20 + 10 + 4 + 6)
    second = 2 * 200 + 2 * (20 - 59 + 10 // 2 + 4 + 6)
    assert (verdict.gain, verdict.repeats, verdict.forced) == (first + second, 1, 1)


def test_wait_counts_rounds_in_a_row_that_one_could_have_come_to():
    rounds = {MONDAY: [["a", "b"]], TUESDAY: [["a", "b"]]}

    verdict = judged(rounds, A, B, C, C | {"id": "ill", "weekdays": []}, dates=[MONDAY, TUESDAY])

    assert (verdict.longest_wait, verdict.never_served) == (2, 1)


def test_large_department_can_only_be_served_beside_others():
    """Of six wishes for a meeting, the one from outside serves at most three."""
    people = [A | {"id": f"k{n}"} for n in range(5)] + [B]

    verdict = judged({}, *people)

    assert (verdict.demand, verdict.most_served) == (6, 3)


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        ({"code": "helps", "from": "a", "to": "b", "theme": "mod"}, 0),
        ({"code": "helps", "from": "b", "to": "a", "theme": "mod"}, 1),
        ({"code": "mutual", "a": "a", "b": "b"}, 1),
        ({"code": "first_meeting", "a": "a", "b": "b"}, 1),
        ({"code": "long_ago", "a": "a", "b": "b", "days": 79}, 0),
        ({"code": "long_ago", "a": "a", "b": "b", "days": 80}, 1),
        ({"code": "departments", "a": "a", "b": "b"}, 0),
        ({"code": "waited", "person": "a", "rounds": 2}, 0),
        ({"code": "waited", "person": "b", "rounds": 0}, 1),
        ({"code": "seniority", "a": "a", "b": "b"}, 1),
        ({"code": "language", "a": "a", "b": "b", "language": "da"}, 0),
        ({"code": "format", "a": "a", "b": "b", "format": "phone"}, 1),
        ({"code": "first_meeting", "a": "a", "b": "c"}, 1),
        ({"code": "kindness", "a": "a", "b": "b"}, 1),
    ],
)
def test_reasons_are_checked_against_the_data(reason, wrong):
    one, other = A | {"offers": ["mod"], "left_out": 2}, B | {"seeks": ["mod"]}
    rounds = {MONDAY: [{"members": ["a", "b"], "reasons": [reason]}]}

    assert judged(rounds, one, other, C, history=[["2026-12-12", "a", "b"]]).false_reasons == wrong


# ---- repairs, buddies, helpers ----


def test_repair_counts_orphans_and_who_was_disturbed():
    people = [person(f"{n}", f"afdeling {n}") for n in range(8)]
    values = instance(*people, kind="repair", cancellations=[[MONDAY, "0"], [MONDAY, "2"]])
    original = {"rounds": {MONDAY: [["0", "1"], ["2", "3"], ["4", "5"], ["6", "7"]]}}
    repaired = {"rounds": {MONDAY: [["1", "3", "4"], ["6", "7"]]}}

    verdict = judge_repair(Corps(values), original, repaired)

    assert (verdict.cancelled, verdict.orphans, verdict.placed, verdict.disturbed) == (2, 2, 2, 2)


def test_group_of_three_goes_on_as_two():
    people = [person(f"{n}", f"afdeling {n}") for n in range(3)]
    values = instance(*people, kind="repair", cancellations=[[MONDAY, "0"]])

    verdict = judge_repair(Corps(values), {"rounds": {MONDAY: [["0", "1", "2"]]}}, {"rounds": {MONDAY: [["1", "2"]]}})

    assert (verdict.orphans, verdict.disturbed) == (0, 0)


def test_buddies_have_one_partner():
    verdict = judge_buddies(Corps(instance(A, B, C)), {"pairs": [["a", "b"], ["b", "c"]]})

    assert dict(verdict.breaches) == {"double_booked": 1}


def test_helpers_in_the_best_order_have_an_ndcg_of_one():
    people = [A, B | {"offers": ["mod"]}, C | {"offers": ["mod"], "seniority": 5}, D | {"offers": ["mod"]}]
    query = {"id": "q", "asker": "a", "theme": "mod", "date": MONDAY}
    corps = Corps(instance(*people, kind="booking", queries=[query]))

    best = judge_booking(corps, {"answers": {"q": ["c", "b"]}})
    other = judge_booking(corps, {"answers": {"q": ["b", "d"]}})

    assert (best.ndcg, dict(best.breaches), best.most_first) == (1, {}, 1)
    assert other.ndcg < 1
    assert dict(other.breaches) == {"not_a_helper": 1}


# ---- the made-up corps, and what needs no product ----


@pytest.mark.parametrize("name", [name for name, corps in CASES.items() if corps.people <= 301])
def test_made_up_corps_is_the_same_each_time_and_can_be_read(name):
    values = instance_of(name, CASES[name])

    assert instance_of(name, CASES[name]) == values
    assert read_instance(json.dumps(values).encode()).remarks == ()


def test_corps_has_about_the_dominant_share_it_was_asked_for():
    values = instance_of("x", CorpsToMake(kind="round", people=2_000, dominant=0.8))

    largest = [person["dept"] for person in values["people"]].count("Børn og Unge 1")
    assert 0.75 < largest / 2_000 < 0.85


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SMALL)
def test_baselines_are_valid(name, way):
    values = instance_of(name, CASES[name])
    corps = Corps(values)
    if values["kind"] == "buddies":
        verdict = judge_buddies(corps, baselines.buddies(corps, way))
        assert verdict.gain <= bound_of_buddies(corps)
    elif values["kind"] == "repair":
        rounds = baselines.plan(Corps({**values, "cancellations": []}), way)["rounds"]
        original = {"rounds": {day: [{"members": group} for group in groups] for day, groups in rounds.items()}}
        verdict = judge_repair(corps, original, baselines.repair_afresh(corps, original, way))
    else:
        verdict = judge_plan(corps, baselines.plan(corps, way))
        if values["kind"] == "round":
            assert verdict.gain <= bound_of_round(corps, corps.dates[0])

    assert dict(verdict.breaches) == {}
    assert verdict.served > 0


def test_best_helpers_are_perfect_and_always_the_same():
    values = instance_of("x", CorpsToMake(kind="booking", people=100, questions=100))
    corps = Corps(values)

    best = judge_booking(corps, baselines.best_helpers(corps))
    chance = judge_booking(corps, baselines.helpers_by_chance(corps))

    assert best.ndcg == pytest.approx(1)
    assert chance.ndcg < best.ndcg
    assert not best.breaches + chance.breaches
