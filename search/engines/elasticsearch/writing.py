"""Storing and removing documents. Every write is seen by the next search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from search.documents import SearchDocument
from search.engines import EngineError, Load

from . import indices
from .connection import Connection, answers
from .documents import body_of, removed_body
from .indices import Names

CHUNK = 500
CHUNK_BYTES = 8_000_000
TRIES_WHEN_BUSY = 6  # after 429: from a second on, each time twice as long
ROUNDS = 20  # of writing again what others wrote at the same time
_CONFLICT, _MISSING = 409, 404

Action = dict[str, Any]


def index(connection: Connection, names: Names, bodies: Sequence[dict[str, Any]]) -> None:
    actions = [{"_index": names.write, "_id": body["key"], "require_alias": True, "_source": body} for body in bodies]
    with answers():
        client = connection.writing()
        indices.ensure(client, names)
        for __ in streaming_bulk(client, actions, chunk_size=CHUNK, max_chunk_bytes=CHUNK_BYTES, refresh=True):
            pass


def refresh(connection: Connection, names: Names, keys: Sequence[str], load: Load) -> None:
    """Store what `load` gives for these keys, and remove the others of them, however many do so at once.

    Each key's number of its last write is read before the database is, and a write is refused where that number is no
    longer the last: then all is read again. So whoever writes has read the database after the write before was made,
    and an older state never takes the place of a newer one. Removed documents keep their numbers for the same reason.
    """
    waiting = list(dict.fromkeys(keys))
    for __ in range(ROUNDS):
        with answers():
            seen = _seen(connection.writing(), names, waiting)
        loaded = {document.key: body_of(document) for document in load(waiting)}
        bodies = {key: loaded.get(key) or removed_body(key) for key in waiting}
        with answers():
            waiting = _written(connection.writing(), names, seen, bodies)
        if not waiting:
            return
    raise EngineError(f"Others write these all the time: {waiting[:5]}")


def replace(connection: Connection, names: Names, documents: Iterable[SearchDocument]) -> None:
    with answers():
        client = connection.building()
        fresh = indices.create(client, names)
    try:
        for chunk in _chunks(documents):
            actions = [{"_index": fresh, "_id": document.key, "_source": body_of(document)} for document in chunk]
            with answers():
                _fill(client, actions)
    except BaseException:
        indices.discard(client, fresh)
        raise
    with answers():
        indices.swap(client, names, fresh)


def _fill(client: Elasticsearch, actions: list[Action]) -> None:
    for __ in streaming_bulk(
        client,
        actions,
        chunk_size=CHUNK,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=TRIES_WHEN_BUSY,
        initial_backoff=1,
    ):
        pass


class _Seen(NamedTuple):
    """In which index a key was looked up, and the numbers of its last write, if there was one."""

    place: str
    numbers: tuple[int, int] | None


def _seen(client: Elasticsearch, names: Names, keys: list[str]) -> dict[str, _Seen]:
    indices.ensure(client, names)
    found = client.mget(index=names.write, ids=keys, source=False)
    return {
        each["_id"]: _Seen(each["_index"], (each["_seq_no"], each["_primary_term"]) if each["found"] else None)
        for each in found["docs"]
    }


def _written(
    client: Elasticsearch, names: Names, seen: dict[str, _Seen], bodies: dict[str, dict[str, Any]]
) -> list[str]:
    """Write these; the keys that must be read again."""
    again: list[str] = []
    keys = list(bodies)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        operations = [line for key in chunk for line in (_operation(key, seen[key]), bodies[key])]
        answer = client.bulk(index=names.write, operations=operations, require_alias=True, refresh=True)
        for key, item in zip(chunk, answer["items"], strict=True):
            ((__, done),) = item.items()
            # Between reading and writing a new index may have come in the place of the one that was looked at.
            if done["status"] in {_CONFLICT, _MISSING} or done["_index"] != seen[key].place:
                again.append(key)
            elif "error" in done:
                raise EngineError(f"{key}: {json.dumps(done['error'])[:500]}")
    return again


def _operation(key: str, seen: _Seen) -> dict[str, Any]:
    if seen.numbers is None:
        return {"create": {"_id": key}}
    number, term = seen.numbers
    return {"index": {"_id": key, "if_seq_no": number, "if_primary_term": term}}


def _chunks(documents: Iterable[SearchDocument]) -> Iterator[list[SearchDocument]]:
    """The documents in parts: whatever reading them raises is raised as it is."""
    chunk: list[SearchDocument] = []
    for document in documents:
        chunk.append(document)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk
