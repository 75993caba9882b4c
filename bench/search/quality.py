"""How well the engines and the baselines answer judged queries."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

from django.core.management import call_command

from search.documents import STAFF, Kind, SearchDocument, key_of

from .finders import Finder
from .ndcg import JudgedQuery, by_class, read_queries, read_run

DEV, HELD, WHOLE = "dev", "held", "all"


def of_engine(name: str, folder: Path) -> dict[tuple[str, str], float]:
    """nDCG@10 by split and class, of what `manage.py search_eval` answers for docs.jsonl and queries.jsonl."""
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        call_command(
            "search_eval",
            docs=folder / "docs.jsonl",
            queries=folder / "queries.jsonl",
            run=run,
            engine=name,
            stdout=io.StringIO(),
        )
        return _by_split(read_queries(folder / "queries.jsonl"), read_run(run))


def of_finder(finder: Finder, folder: Path) -> dict[tuple[str, str], float]:
    """The same of a finder that knows no files."""
    ids, documents = {}, []
    lines = (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    for number, values in enumerate(map(json.loads, lines), start=1):
        document = SearchDocument(
            key=key_of(Kind.TOOL, number),
            title=values["title"],
            audience=frozenset({STAFF}),
            headings=tuple(values.get("headings", ())),
            body=values["body"],
            keywords=tuple(values.get("tags", ())),
            department=values.get("department", ""),
        )
        ids[document.key] = values["id"]
        documents.append(document)
    finder.fill(documents)
    queries = read_queries(folder / "queries.jsonl")
    run = {
        query.id: [ids[key] for key in (finder.suggest if query.is_prefix else finder.find)(query.text)]
        for query in queries
    }
    return _by_split(queries, run)


def _by_split(queries: list[JudgedQuery], run: dict[str, list[str]]) -> dict[tuple[str, str], float]:
    splits = {WHOLE: queries}
    for name in (DEV, HELD):
        if part := [query for query in queries if query.split == name]:
            splits[name] = part
    return {(split, name): value for split, part in splits.items() for name, value in by_class(part, run).items()}
