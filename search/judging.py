"""Answering judged queries over documents from a file, exactly as the site would, in an index of their own."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .documents import STAFF, Kind, SearchDocument, key_of
from .engines import Engine, Query
from .planning import warm_up

MOST_HITS = 100
MOST_SUGGESTIONS = 10
_AUDIENCE = frozenset({STAFF})
_KINDS = {
    "metode": Kind.METHOD_CARD,
    "case": Kind.CASE,
    "værktøj": Kind.TOOL,
    "note": Kind.NOTE,
    "person": Kind.PERSON,
}


class JudgingError(Exception):
    """A file of documents or queries can't be used; the text says why, in Danish."""


@dataclass(frozen=True)
class Outcome:
    """`index_seconds` for all documents; `milliseconds` of each query."""

    documents: int
    index_seconds: float
    milliseconds: list[float]

    def percentile(self, percent: int) -> float:
        if len(self.milliseconds) < 2:  # noqa: PLR2004
            return sum(self.milliseconds)
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]


def judge(engine: Engine, documents: Path, queries: Path, run: Path) -> Outcome:
    """Index the documents, answer the queries, and write the run in TREC's format, best first.

    Raises `JudgingError`, `EngineError`, `OSError`.
    """
    ids, indexed = _documents(documents)
    asked = list(_read(queries, required=("qid", "q")))
    warm_up()
    started = time.perf_counter()
    engine.replace(indexed)
    index_seconds = time.perf_counter() - started
    milliseconds: list[float] = []
    with run.open("w", encoding="utf-8") as file:
        for query in asked:
            started = time.perf_counter()
            keys = _answer(engine, query)
            milliseconds.append(1000 * (time.perf_counter() - started))
            for rank, key in enumerate(keys[:MOST_HITS], start=1):
                file.write(f"{query['qid']} Q0 {ids[key]} {rank} {MOST_HITS + 1 - rank} dialogkorps\n")
    return Outcome(documents=len(ids), index_seconds=index_seconds, milliseconds=milliseconds)


def _answer(engine: Engine, query: dict[str, Any]) -> list[str]:
    if query.get("prefix"):
        return engine.suggest(query["q"], audience=_AUDIENCE, limit=MOST_SUGGESTIONS)
    return engine.find(Query(text=query["q"], audience=_AUDIENCE, limit=MOST_HITS)).hits


def _documents(path: Path) -> tuple[dict[str, str], list[SearchDocument]]:
    """The ids of the file by the keys that the documents have in the index, and the documents."""
    ids: dict[str, str] = {}
    documents: list[SearchDocument] = []
    for number, values in enumerate(_read(path, required=("id", "title")), start=1):
        key = key_of(_KINDS.get(str(values.get("type", "")).lower(), Kind.TOOL), number)
        ids[key] = str(values["id"])
        documents.append(
            SearchDocument(
                key=key,
                title=str(values["title"]),
                audience=_AUDIENCE,
                headings=_texts(values.get("headings")),
                body=str(values.get("body") or ""),
                keywords=_texts(values.get("tags")),
                department=str(values.get("department") or ""),
            )
        )
    return ids, documents


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _read(path: Path, *, required: Iterable[str]) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise JudgingError(f"{path} er ikke tekst i UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            raise JudgingError(f"{path}, linje {number}: ikke gyldig JSON.") from error
        if not isinstance(values, dict) or not all(isinstance(values.get(name), str | int) for name in required):
            raise JudgingError(f"{path}, linje {number}: {' og '.join(required)} mangler.")
        yield values
