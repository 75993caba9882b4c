"""The engine for installations that run Elasticsearch 8, on one node or several."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from search.documents import SearchDocument
from search.engines import EngineError, Found, Load, Query
from search.planning import plan

from . import finding, indices, writing
from .connection import Connection
from .documents import SHOWN, bodies_of, removed_body, shown
from .vocabulary import Remembered, Visible

__all__ = ["ElasticsearchEngine"]

REMEMBERED_SECONDS = 5.0
_PAGE = 2000


class ElasticsearchEngine:
    """See `search.engines.Engine`. `urls` name nodes of one cluster; names of its indices begin with `prefix`."""

    def __init__(
        self, urls: Sequence[str], *, prefix: str = "dialogkorps", api_key: str = "", ca_certs: str = ""
    ) -> None:
        self._connection = Connection(urls, api_key=api_key, ca_certs=ca_certs)
        self._names = indices.Names(prefix)
        self._complete_until = 0.0

    def index(self, documents: Iterable[SearchDocument]) -> None:
        writing.index(self._connection, self._names, bodies_of([*documents]))

    def remove(self, keys: Iterable[str]) -> None:
        writing.index(self._connection, self._names, [removed_body(key) for key in dict.fromkeys(keys)])

    def refresh(self, keys: Sequence[str], load: Load) -> None:
        writing.refresh(self._connection, self._names, keys, load)

    def clear(self) -> None:
        self.replace([])

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        writing.replace(self._connection, self._names, documents)

    def is_complete(self) -> bool:
        """A yes is remembered for some seconds: each search asks, and one that meets no index fails by itself."""
        if time.monotonic() < self._complete_until:
            return True
        with self._connection.asking() as client:
            is_complete = indices.is_complete(client, self._names)
        self._complete_until = time.monotonic() + REMEMBERED_SECONDS if is_complete else 0.0
        return is_complete

    def digests(self) -> dict[str, str]:
        digests: dict[str, str] = {}
        after: list[Any] | None = None
        while True:
            with self._connection.writing() as client:
                found = client.search(
                    index=self._names.read,
                    size=_PAGE,
                    source=False,
                    docvalue_fields=[{"field": "digest"}],
                    query={"exists": {"field": "digest"}},
                    sort=[{"key": "asc"}],
                    search_after=after,
                )
                hits = found["hits"]["hits"]
                digests |= {hit["sort"][0]: hit["fields"]["digest"][0] for hit in hits}
                if len(hits) < _PAGE:
                    return digests
                after = hits[-1]["sort"]

    def stored(self, keys: Iterable[str]) -> dict[str, SearchDocument]:
        wanted = list(keys)
        if not wanted:
            return {}
        with self._connection.asking() as client:
            found = client.mget(index=self._names.read, ids=wanted, source_includes=[SHOWN])
            # What was removed has nothing stored; an answer that does not say whether it found anything is a failure.
            return {each["_id"]: shown(each) for each in found["docs"] if each["found"] and SHOWN in each["_source"]}

    def find(self, query: Query) -> Found:
        try:
            with self._connection.asking() as client:
                visible = Visible(client, self._names.read, audience=query.audience, without=query.without)
                synonyms = Remembered(query.synonyms)
                understood = visible.informed(
                    lambda: visible.expecting(plan(query.text, visible, synonyms=synonyms, literal=query.literal))
                )
                return finding.find(client, self._names.read, visible, query, understood)
        except EngineError:
            self._complete_until = 0.0
            raise

    def suggest(self, text: str, *, audience: frozenset[str], limit: int) -> list[str]:
        with self._connection.asking() as client:
            visible = Visible(client, self._names.read, audience=audience)
            return finding.suggest(client, self._names.read, visible, text, limit=limit)
