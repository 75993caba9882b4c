"""The command that matches the people of a file, asked as anybody would ask it."""

import io
import json
import os
import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bench.matching.judge import Corps, judge_booking, judge_buddies, judge_plan, judge_repair
from bench.matching.municipality import Corps as CorpsToMake
from bench.matching.municipality import instance_of
from tests.network.test_matching_formats import MONDAY, TUESDAY, instance, person

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("people", "blocks", "history", "cancellations", "queries")


def corps(kind, people=24, days=5, **more):
    days = 1 if kind == "round" else days
    return instance_of("prøve", CorpsToMake(kind=kind, people=people, departments=5, days=days, **more))


def match(folder, values, original=None, **options):
    """The answer, from a file of these values."""
    asked, out = folder / "instance.json", folder / "answer.json"
    asked.write_text(json.dumps(values), encoding="utf-8")
    paths = [str(asked), str(out)]
    if original is not None:
        plan = folder / "original.json"
        plan.write_text(json.dumps(original), encoding="utf-8")
        paths.append(str(plan))
    call_command("match_file", *paths, **options)
    return json.loads(out.read_bytes())


def refusal(folder, values, original=None):
    with pytest.raises(CommandError) as caught:
        match(folder, values, original)
    assert caught.value.returncode == 1
    assert not (folder / "answer.json").exists()
    return str(caught.value)


def as_plan(values):
    return {**values, "kind": "plan"}


# ---- the five kinds ----


@pytest.mark.parametrize("everybody", [True, False])
def test_round_is_valid_and_its_reasons_are_true(tmp_path, everybody):
    values = corps("round", everybody=everybody)

    verdict = judge_plan(Corps(values), match(tmp_path, values))

    assert not verdict.breaches
    assert verdict.served == verdict.demand
    assert (verdict.false_reasons, verdict.few_reasons) == (0, 0)


def test_plan_is_valid_and_its_reasons_are_true(tmp_path):
    values = corps("plan", days=10)

    verdict = judge_plan(Corps(values), match(tmp_path, values))

    assert not verdict.breaches
    assert verdict.coverage > 0.9
    assert (verdict.false_reasons, verdict.few_reasons) == (0, 0)


def test_repair_places_orphans_and_leaves_the_others_in_peace(tmp_path):
    values = corps("repair", people=40, ill=0.08)
    original = match(tmp_path, as_plan(values))

    verdict = judge_repair(Corps(values), original, match(tmp_path, values, original))

    assert not verdict.breaches
    assert verdict.cancelled > 0
    assert verdict.placed == verdict.orphans
    assert verdict.disturbed <= verdict.cancelled
    assert verdict.false_reasons == 0


def test_buddies_are_pairs_of_two_departments(tmp_path):
    values = corps("buddies")

    verdict = judge_buddies(Corps(values), match(tmp_path, values))

    assert not verdict.breaches
    assert verdict.served == 24


def test_helpers_are_the_best_and_not_always_the_same(tmp_path):
    values = corps("booking", people=120, questions=40)

    verdict = judge_booking(Corps(values), match(tmp_path, values))

    assert not verdict.breaches
    assert verdict.ndcg > 0.97
    assert verdict.most_first <= 2
    assert verdict.false_reasons == 0


def test_round_of_several_dates_is_planned(tmp_path):
    answer = match(tmp_path, instance(dates=[MONDAY, "2027-03-09"]))

    assert {day: [group["members"] for group in groups] for day, groups in answer["rounds"].items()} == {
        MONDAY: [["ali", "karen"]],
        "2027-03-09": [["ali", "karen"]],
    }


def test_answer_is_of_the_format_and_names_its_instance(tmp_path):
    answer = match(tmp_path, instance())

    (group,) = answer.pop("rounds")[MONDAY]
    assert answer == {"format": "sparring-schedule/1", "instance": "prøve"}
    assert group["members"] == ["ali", "karen"]
    assert {"code": "first_meeting", "a": "ali", "b": "karen"} in group["reasons"] or {
        "code": "first_meeting",
        "a": "karen",
        "b": "ali",
    } in group["reasons"]


# ---- always the same ----


@pytest.mark.parametrize("kind", ["round", "plan", "repair", "buddies", "booking"])
def test_order_of_rows_changes_no_byte(tmp_path, kind):
    values = corps(kind, questions=8)
    original = match(tmp_path, as_plan(values)) if kind == "repair" else None
    match(tmp_path, values, original)
    before = (tmp_path / "answer.json").read_bytes()

    for seed in range(3):
        shuffled = dict(values)
        for name in LISTS:
            if name in values:
                shuffled[name] = random.Random(seed).sample(values[name], len(values[name]))
        match(tmp_path, shuffled, original)

        assert (tmp_path / "answer.json").read_bytes() == before


def test_how_python_hashes_changes_no_byte(tmp_path):
    (tmp_path / "instance.json").write_text(json.dumps(corps("plan")), encoding="utf-8")

    written = set()
    for hashing in ("1", "2"):
        out = tmp_path / f"answer-{hashing}.json"
        done = run(tmp_path / "instance.json", out, PYTHONHASHSEED=hashing)
        assert (done.returncode, done.stderr) == (0, "")
        written.add(out.read_bytes())

    assert len(written) == 1


def run(*paths, **environment):
    """In a process of its own, without a database."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "match_file", *paths],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


# ---- nothing to match ----


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ([person("karen")], "Ingen er matchet: der er kun én person."),
        (
            [person("karen"), person("ali")],
            "Ingen er matchet: alle er fra samme afdeling, og makkere er altid fra hver sin.",
        ),
        (
            [person("karen", pauses=[[MONDAY, TUESDAY]]), person("ali", "Teknik", pauses=[[MONDAY, MONDAY]])],
            "Ingen er matchet: ingen kan komme på nogen af datoerne (ugedage, pauser og loft).",
        ),
        (
            [person("karen"), person("ali", "Teknik", leader="karen")],
            "Ingen er matchet: der er ikke to, der både kan og må mødes.",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["round", "plan"])
def test_nothing_to_match_is_an_empty_answer_and_told(tmp_path, capsys, people, sentence, kind):
    answer = match(tmp_path, instance(*people, kind=kind))

    assert answer["rounds"] == {MONDAY: []}
    assert sentence in capsys.readouterr().out


def test_corps_of_one_department_has_no_buddies_and_no_helpers(tmp_path, capsys):
    people = [person("karen"), person("ali", offers=["mod"])]
    query = {"id": "q", "asker": "karen", "theme": "mod", "date": MONDAY}

    assert match(tmp_path, instance(*people, kind="buddies"))["pairs"] == []
    assert match(tmp_path, instance(*people, kind="booking", queries=[query]))["answers"] == {"q": []}


# ---- what is told ----


def test_summary_tells_who_was_matched_and_what_it_is_worth(tmp_path, capsys):
    match(tmp_path, instance(person("karen"), person("ali", "Teknik"), person("eva"), person("bo", "Social")))

    summary = capsys.readouterr().out
    assert summary.startswith("Matchet: 4. Uden makker: 0. Grupper på tre: 0. Værdi: ")
    assert summary.endswith(" sekunder.\n")


def test_plan_that_could_be_better_with_more_time_says_so(tmp_path, capsys):
    match(tmp_path, corps("plan"), seconds=0)

    assert capsys.readouterr().out.endswith("\nTiden gik, før alt var prøvet: mere tid kan give en bedre plan.\n")


def test_what_is_odd_is_told_beside_the_answer(tmp_path, capsys):
    match(tmp_path, instance(person("karen", leader="chefen"), person("ali", "Teknik")))

    assert capsys.readouterr().err == (
        "Nogle ledere er ikke blandt personerne og skal derfor ikke matches: »chefen«.\n"
    )


def test_plan_made_for_another_instance_is_remarked_upon(tmp_path, capsys):
    values = instance(kind="repair", cancellations=[])

    match(tmp_path, values, {"instance": "en anden", "rounds": {MONDAY: [["karen", "ali"]]}})

    assert capsys.readouterr().err == "Planen er lavet til »en anden«, ikke til »prøve«.\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_bar_shows_on_a_terminal_how_far_a_plan_is(tmp_path):
    terminal = Terminal()

    match(tmp_path, corps("plan"), stderr=terminal, no_color=True)

    first, *_, last = terminal.getvalue().strip("\r\n").split("\r")
    assert first.startswith("[")
    assert last == f"[{'#' * 40}] 100%"


def test_bar_is_not_drawn_into_a_file(tmp_path, capsys):
    match(tmp_path, corps("plan"))

    assert capsys.readouterr().err == ""


# ---- what is refused ----


def test_bad_file_is_refused_and_writes_nothing(tmp_path):
    assert refusal(tmp_path, instance(blocks=[["karen", "karen"]])) == (
        "Blokering nr. 1: »karen« kan ikke blokere sig selv."
    )


def test_repair_without_a_plan_is_refused(tmp_path):
    assert refusal(tmp_path, instance(kind="repair")) == (
        "En reparation skal have den plan, der skal repareres, som tredje fil."
    )


def test_plan_beside_anything_but_a_repair_is_refused(tmp_path):
    assert refusal(tmp_path, instance(), {"rounds": {}}) == (
        "En plan at reparere kan kun gives sammen med en fil, der beder om en reparation."
    )


def test_bad_plan_is_refused(tmp_path):
    assert refusal(tmp_path, instance(kind="repair"), {"rounds": {MONDAY: [["karen", "ghost"]]}}) == (
        "Planen, 2027-03-01, gruppe nr. 1: »ghost« er ikke blandt personerne."
    )


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.json kan ikke læses: ") as caught:
        call_command("match_file", str(tmp_path / "nowhere.json"), str(tmp_path / "answer.json"))
    assert caught.value.returncode == 1


def test_answer_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    asked, out = tmp_path / "instance.json", tmp_path / "folder"
    asked.write_text(json.dumps(instance()), encoding="utf-8")
    out.mkdir()

    with pytest.raises(CommandError, match="kan ikke skrives: "):
        call_command("match_file", str(asked), str(out))
    assert sorted(tmp_path.iterdir()) == [out, asked]


def test_broken_file_ends_with_one_sentence_and_no_traceback(tmp_path):
    (tmp_path / "instance.json").write_bytes(b'{"format": ')

    done = run(tmp_path / "instance.json", tmp_path / "answer.json")

    assert done.returncode == 1
    assert done.stderr == "CommandError: Filen er ikke gyldig JSON: linje 1, tegn 12.\n"


# ---- the answer's file ----


def test_file_of_the_answer_is_readable_by_others_as_any_new_file(tmp_path):
    match(tmp_path, instance())
    (tmp_path / "any").touch()

    assert (tmp_path / "answer.json").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_no_pair_of_the_blocked_is_made_in_any_kind(tmp_path):
    people = [person("a"), person("b", "Teknik"), person("c", "Social"), person("d", "Kultur")]
    blocks = [["a", "b"], ["a", "c"], ["b", "c"]]
    answer = match(tmp_path, instance(*people, blocks=blocks))

    (groups,) = answer["rounds"].values()
    assert not [pair for group in groups for pair in combinations(group["members"], 2) if list(pair) in blocks]
