"""The engine that needs no other process: postings in an SQLite file of its own, whatever the main database is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from search.documents import SearchDocument
from search.engines import Found, Load, Query
from search.planning import plan

from . import finding, storing, suggesting
from .indexfile import IndexFile
from .matching import Matcher
from .snapshot import Snapshots

__all__ = ["EmbeddedEngine"]


class EmbeddedEngine:
    """See `search.engines.Engine`."""

    def __init__(self, path: Path) -> None:
        self._file = IndexFile(path)
        self._snapshots = Snapshots()

    def index(self, documents: Iterable[SearchDocument]) -> None:
        with self._file.writing() as db:
            storing.store(db, documents)

    def remove(self, keys: Iterable[str]) -> None:
        with self._file.writing() as db:
            storing.take_out(db, keys)

    def refresh(self, keys: Sequence[str], load: Load) -> None:
        with self._file.writing() as db:
            documents = list(load(keys))
            storing.take_out(db, sorted(set(keys) - {document.key for document in documents}))
            storing.store(db, documents)

    def clear(self) -> None:
        self.replace([])

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        with self._file.replacing() as fresh:
            storing.fill(fresh, documents)

    def is_complete(self) -> bool:
        with self._file.reading() as db:
            return storing.is_complete(db)

    def digests(self) -> dict[str, str]:
        with self._file.reading() as db:
            return dict(db.execute("SELECT key, digest FROM document"))

    def stored(self, keys: Iterable[str]) -> dict[str, SearchDocument]:
        with self._file.reading() as db:
            rows = db.execute(
                """
                SELECT key, json FROM document JOIN content ON content.document = id
                WHERE key IN (SELECT value FROM json_each(?))
                """,
                [json.dumps(list(keys))],
            )
            return {key: SearchDocument.from_json(text) for key, text in rows}

    def find(self, query: Query) -> Found:
        with self._matcher(query.audience, query.without) as matcher:
            understood = plan(query.text, matcher, synonyms=query.synonyms, literal=query.literal)
            return finding.find(matcher, query, understood)

    def suggest(self, text: str, *, audience: frozenset[str], limit: int) -> list[str]:
        with self._matcher(audience) as matcher:
            return suggesting.suggest(matcher, text, limit=limit)

    @contextmanager
    def _matcher(self, audience: frozenset[str], without: frozenset[str] = frozenset()) -> Iterator[Matcher]:
        with self._file.reading() as db:
            yield Matcher(db, self._snapshots.of(db), audience, without)
