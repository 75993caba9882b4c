"""nDCG of runs in TREC's format over judged queries."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Self

DEPTH = 10
ALL = "all"


@dataclass(frozen=True)
class JudgedQuery:
    """`grades` says how well each document answers: 2 just what was meant, 1 useful."""

    id: str
    name_of_class: str
    text: str
    grades: Mapping[str, int]
    is_prefix: bool = False
    split: str = ""

    @classmethod
    def from_json(cls, line: str) -> Self:
        values = json.loads(line)
        return cls(
            id=values["qid"],
            name_of_class=values["cls"],
            text=values["q"],
            grades=values["qrels"],
            is_prefix=values.get("prefix", False),
            split=values.get("split", ""),
        )


def read_queries(path: Path) -> list[JudgedQuery]:
    return [JudgedQuery.from_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_run(path: Path) -> dict[str, list[str]]:
    """The documents found for each query, best first."""
    ranked: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _q0, document, rank, *_rest = line.split()
        ranked[query].append((int(rank), document))
    return {query: [document for __, document in sorted(hits)] for query, hits in ranked.items()}


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, with gain 2^grade - 1 (Burges et al. 2005)."""
    first = list(dict.fromkeys(ranked))[:DEPTH]
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return _dcg(grades.get(document, 0) for document in first) / _dcg(best)


def by_class(queries: Iterable[JudgedQuery], run: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """The mean of each class of queries, and of all; a query with no hits counts zero."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for query in queries:
        value = ndcg(run.get(query.id, ()), query.grades)
        values[query.name_of_class].append(value)
        values[ALL].append(value)
    return {name: fmean(values[name]) for name in sorted(values, key=lambda name: (name == ALL, name))}


def _dcg(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))
