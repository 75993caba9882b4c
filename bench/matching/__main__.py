"""Quality and speed of the matching, as one Markdown table: python -m bench.matching [--quick] [--instances FOLDER]

Beside the product stands what one would have without it. Figures are the judge's, not the product's own; only where a
bound is marked "(own)" it is the one that the product proves.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from . import baselines, bound, judge
from .cases import CASES
from .municipality import instance_of

ROOT = Path(__file__).resolve().parents[2]
QUICK = 250  # people
PRODUCT = "product"
LISTS = ("people", "blocks", "history", "cancellations", "queries")

Answer = dict[str, Any]
Cells = dict[str, str]


def main() -> None:
    options = _options()
    rows: dict[str, Cells] = {}
    with tempfile.TemporaryDirectory(prefix="dialogkorps-bench-") as scratch:
        for name, values in _instances(options.instances, options.only):
            if not options.quick or len(values["people"]) <= QUICK:
                print(name, file=sys.stderr)
                case = _Case(values, Path(scratch), options)
                for way, cells in case.measured():
                    rows[f"{name}: {way}"] = cells
    print(_table(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description="Measure the matching.")
    parser.add_argument("--quick", action="store_true", help=f"up to {QUICK} people only")
    parser.add_argument("--only", metavar="TEXT", default="", help="cases with this in their name")
    parser.add_argument(
        "--instances", type=Path, metavar="FOLDER", help="files of sparring-instance/1, in place of ours"
    )
    parser.add_argument("--seconds", type=float, help="how long a plan may be improved")
    parser.add_argument("--again", type=int, default=2, help="how often the bytes are compared with another order")
    return parser.parse_args()


def _instances(folder: Path | None, only: str) -> Iterator[tuple[str, Answer]]:
    if folder:
        for path in sorted(folder.glob("*.json")):
            if only in path.stem:
                yield path.stem, json.loads(path.read_bytes())
    else:
        for name, corps in CASES.items():
            if only in name:
                yield name, instance_of(name, corps)


@dataclass
class _Case:
    """One instance: what the product answers, and what one would have without it."""

    values: Answer
    scratch: Path
    options: argparse.Namespace

    def measured(self) -> Iterator[tuple[str, Cells]]:
        corps = judge.Corps(self.values)
        original = self.plan_to_repair() if self.values["kind"] == "repair" else None
        answer, took = self.solved(self.values, original)
        most, whose = self.bound(corps, took["bound"])
        verdict = _judged(corps, answer, original)
        cells = _cells(self.values["kind"], verdict, most, whose) | {
            "seconds": f"{took['seconds']:.2f}",
            "MB": f"{took['megabytes']:.0f}",
            "same bytes": self.same_bytes(answer, original),
        }
        if self.values["kind"] != "buddies":
            cells["false reasons, groups with under two"] = f"{verdict.false_reasons}, {verdict.few_reasons}"
        if took["slow_question"] is not None:
            cells["ms a question, p95"] = f"{took['slow_question']:.1f}"
        yield PRODUCT, cells
        for name, make in _baselines(corps, original).items():
            started = time.perf_counter()
            answer = make()
            seconds = time.perf_counter() - started
            verdict = _judged(corps, answer, original)
            yield name, _cells(self.values["kind"], verdict, most, whose) | {"seconds": f"{seconds:.2f}"}

    def plan_to_repair(self) -> Answer:
        plan, _took = self.solved({**self.values, "kind": "plan"}, None)
        return plan

    def solved(self, values: Answer, original: Answer | None, hashing: str = "0") -> tuple[Answer, Answer]:
        file, out, plan = (self.scratch / name for name in ("instance.json", "answer.json", "original.json"))
        file.write_text(json.dumps(values), encoding="utf-8")
        paths = [str(file), str(out)]
        if original is not None:
            plan.write_text(json.dumps(original), encoding="utf-8")
            paths.append(str(plan))
        seconds = [] if self.options.seconds is None else ["--seconds", str(self.options.seconds)]
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "bench.matching.solve", *paths, *seconds],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hashing},
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(out.read_bytes()), json.loads(done.stdout)

    def same_bytes(self, answer: Answer, original: Answer | None) -> str:
        """How often the answer is the same when rows stand in another order and Python hashes otherwise."""
        same = 0
        for number in range(1, self.options.again + 1):
            chance = Random(number)  # noqa: S311
            values = dict(self.values)
            for name in LISTS:
                if name in values:
                    values[name] = chance.sample(values[name], len(values[name]))
            same += json.dumps(self.solved(values, original, hashing=str(number))[0]) == json.dumps(answer)
        return f"{same} of {self.options.again}"

    def bound(self, corps: judge.Corps, own: int | None) -> tuple[int | None, str]:
        """Our own bound where it can be had in a minute."""
        if len(corps.people) <= bound.MOST_PEOPLE:
            if self.values["kind"] == "round" and len(corps.dates) == 1:
                return bound.bound_of_round(corps, corps.dates[0]), ""
            if self.values["kind"] == "buddies":
                return bound.bound_of_buddies(corps), ""
        return own, " (own)"


def _judged(corps: judge.Corps, answer: Answer, original: Answer | None) -> judge.Verdict:
    if original is not None:
        return judge.judge_repair(corps, original, answer)
    if "pairs" in answer:
        return judge.judge_buddies(corps, answer)
    if "answers" in answer:
        return judge.judge_booking(corps, answer)
    return judge.judge_plan(corps, answer)


def _baselines(corps: judge.Corps, original: Answer | None) -> dict[str, Callable[[], Answer]]:
    kind = corps.values["kind"]
    if kind == "booking":
        return {
            "by chance": lambda: baselines.helpers_by_chance(corps),
            "the best, whoever was asked": lambda: baselines.best_helpers(corps),
        }
    ways: dict[str, baselines.Way] = {"by chance": baselines.by_chance, "greedy": baselines.greedy}
    if len(corps.people) <= baselines.MOST_FOR_NETWORKX:
        ways["best of each day (networkx)"] = baselines.best_pairs
    if original is not None:
        return {f"afresh, {name}": partial(baselines.repair_afresh, corps, original, way) for name, way in ways.items()}
    if kind == "buddies":
        return {name: partial(baselines.buddies, corps, way) for name, way in ways.items()}
    return {name: partial(baselines.plan, corps, way) for name, way in ways.items()}


def _cells(kind: str, verdict: judge.Verdict, most: int | None, whose: str) -> Cells:
    cells = {"breaches": ", ".join(f"{name} {times}" for name, times in sorted(verdict.breaches.items())) or "0"}
    if kind == "booking":
        return cells | {
            "NDCG@5": f"{verdict.ndcg:.4f}",
            "most often first": str(verdict.most_first),
        }
    cells |= {"coverage": f"{verdict.coverage:.1%}", "gain": f"{verdict.gain:,}"}
    if verdict.most_served < verdict.demand and kind == "plan":
        cells["coverage"] += f" of {verdict.most_served / verdict.demand:.1%}"
    if most:
        cells["of the bound"] = f"{_rounded_down(verdict.gain / most)} %{whose}"
    if kind == "buddies":
        return cells
    cells |= {
        "groups of three": str(verdict.threes),
        "repeats (forced)": f"{verdict.repeats} ({verdict.forced})",
        "never served": str(verdict.never_served),
    }
    if kind == "plan":
        cells["longest wait"] = str(verdict.longest_wait)
        cells["departments that met"] = f"{verdict.departments_met} of {verdict.departments_possible}"
    if kind == "repair":
        cells["orphans placed"] = f"{verdict.placed} of {verdict.orphans}"
        cells["disturbed a cancellation"] = f"{verdict.disturbed / max(1, verdict.cancelled):.2f}"
    return cells


def _rounded_down(share: float) -> str:
    """In per cent, and 100 only where nothing is missing."""
    return f"{int(share * 1_000_000) / 10_000:.4f}".rstrip("0").rstrip(".")


def _table(rows: dict[str, Cells]) -> str:
    columns = dict.fromkeys(column for cells in rows.values() for column in cells)
    lines = [["", *columns], ["---", *("---:" for __ in columns)]]
    lines += [[row, *(cells.get(column, "") for column in columns)] for row, cells in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
