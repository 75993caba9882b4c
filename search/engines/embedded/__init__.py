"""The engine that needs no other process: SQLite FTS5 in a file of its own, whatever the main database is."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from search.danish.analysis import Analyser
from search.danish.compounds import Lexicon
from search.documents import STAFF, SearchDocument
from search.engines import Found, Load, Query
from search.planning import plan

from . import finding, storing
from .indexfile import IndexFile

__all__ = ["EmbeddedEngine"]


class EmbeddedEngine:
    """See `search.engines.Engine`."""

    def __init__(self, path: Path) -> None:
        self._file = IndexFile(path)
        self._analysers = threading.local()

    def index(self, documents: Iterable[SearchDocument]) -> None:
        with self._file.writing() as db:
            storing.store(db, list(documents), self._analyser)

    def remove(self, keys: Iterable[str]) -> None:
        with self._file.writing() as db:
            for key in keys:
                storing.take_out(db, key)

    def refresh(self, keys: Sequence[str], load: Load) -> None:
        with self._file.writing() as db:
            documents = list(load(keys))
            for key in set(keys) - {document.key for document in documents}:
                storing.take_out(db, key)
            storing.store(db, documents, self._analyser)

    def clear(self) -> None:
        self.replace([])

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        with self._file.replacing() as fresh:
            storing.store(fresh, list(documents), self._analyser)
            storing.set_state(fresh, "complete", 1)

    def is_complete(self) -> bool:
        with self._file.reading() as db:
            return storing.state(db, "complete") == 1

    def digests(self) -> dict[str, str]:
        with self._file.reading() as db:
            return dict(db.execute("SELECT key, digest FROM document"))

    def stored(self, keys: Iterable[str]) -> dict[str, SearchDocument]:
        with self._file.reading() as db:
            wanted = json.dumps(list(keys))
            rows = db.execute(
                """
                SELECT key, json FROM document JOIN content ON content.document = id
                WHERE key IN (SELECT value FROM json_each(?))
                """,
                [wanted],
            )
            return {key: SearchDocument.from_json(text) for key, text in rows}

    def find(self, query: Query) -> Found:
        with self._file.reading() as db:
            analyser = self._analyser(db)
            understood = plan(query.text, analyser, finding.Visible(db, query), literal=query.literal)
            return finding.find(db, query, understood, analyser)

    def suggest(self, text: str, *, audience: frozenset[str], limit: int) -> list[str]:
        with self._file.reading() as db:
            return finding.suggest(db, text, self._analyser(db), audience=audience, limit=limit)

    def _analyser(self, db: sqlite3.Connection) -> Analyser:
        """Cuts compounds by the words of documents that are open to all staff, so that no cut tells of another's."""
        version = storing.state(db, "vocabulary")
        if getattr(self._analysers, "version", None) != version:
            words = db.execute("SELECT word, running FROM word WHERE token = ? AND running > 0", [STAFF])
            self._analysers.analyser = Analyser(Lexicon(words))
            self._analysers.version = version
        analyser: Analyser = self._analysers.analyser
        return analyser
