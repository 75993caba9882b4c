"""Storing and removing documents. Every write is seen by the next search."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from search.documents import SearchDocument
from search.engines import EngineError, Load, RefusedError, parallel

from . import indices
from .connection import Connection
from .documents import bodies_of, removed_body
from .indices import Names

CHUNK = 500
CHUNK_BYTES = 8_000_000
SENDERS = 2
READ_AT_ONCE = 200
TRIES_WHEN_BUSY = 6  # after 429: from a second on, each time twice as long
ROUNDS = 20  # of writing again what others wrote at the same time
_CONFLICT, _MISSING = 409, 404
_BUSY = {429, 503}  # which says nothing of the document

Action = dict[str, Any]


def index(connection: Connection, names: Names, bodies: Sequence[dict[str, Any]]) -> None:
    actions = [{"_index": names.write, "_id": body["key"], "require_alias": True, "_source": body} for body in bodies]
    with connection.writing() as client:
        indices.ensure(client, names)
        for __ in streaming_bulk(client, actions, chunk_size=CHUNK, max_chunk_bytes=CHUNK_BYTES, refresh=True):
            pass


def refresh(connection: Connection, names: Names, keys: Sequence[str], load: Load) -> None:
    """Store what `load` gives for these keys, and remove the others of them, however many do so at once.

    Each key's number of its last write is read before the database is, and a write is refused where that number is no
    longer the last: then all is read again. So whoever writes has read the database after the write before was made,
    and an older state never takes the place of a newer one. Removed documents keep their numbers for the same reason.
    """
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), READ_AT_ONCE):
        _refresh(connection, names, wanted[start : start + READ_AT_ONCE], load)


def _refresh(connection: Connection, names: Names, waiting: list[str], load: Load) -> None:
    for __ in range(ROUNDS):
        with connection.asking() as client:
            can_be_written = indices.can_be_written(client, names)
        if not can_be_written:
            with connection.writing() as client:
                indices.ensure(client, names)
        with connection.asking() as client:
            seen = _seen(client, names, waiting)
        loaded = {body["key"]: body for body in bodies_of([*load(waiting)])}
        bodies = {key: loaded.get(key) or removed_body(key) for key in waiting}
        with connection.writing() as client:
            waiting = _written(client, names, seen, bodies)
        if not waiting:
            return
    raise EngineError(f"Others write these all the time: {waiting[:5]}")


def replace(connection: Connection, names: Names, documents: Iterable[SearchDocument]) -> None:
    with connection.writing() as client:
        fresh = indices.create(client, names, is_unread=True)
    try:
        _fill(connection, fresh, documents)
        with connection.building() as client:
            indices.finish(client, fresh)
    except BaseException:
        indices.discard(client, fresh)
        raise
    # Nothing is discarded from here on: where the answer is lost, all may read the new one already.
    with connection.writing() as client:
        indices.swap(client, names, fresh)


def _fill(connection: Connection, index: str, documents: Iterable[SearchDocument]) -> None:
    """Some requests at once: one is written and sent while the server is at another."""
    with ThreadPoolExecutor(SENDERS) as senders:
        sent: deque[Future[None]] = deque()
        for __, bodies in parallel.chunks(bodies_of, documents):
            if len(sent) == SENDERS:
                sent.popleft().result()
            sent.append(senders.submit(_send, connection, index, bodies))
        for each in sent:
            each.result()


def _send(connection: Connection, index: str, bodies: list[dict[str, Any]]) -> None:
    # Where a request was sent twice, the slower one must not undo what was written since.
    actions = [{"_op_type": "create", "_index": index, "_id": body["key"], "_source": body} for body in bodies]
    with connection.building() as client:
        _create(client, actions)


def _create(client: Elasticsearch, actions: list[Action]) -> None:
    for is_stored, answer in streaming_bulk(
        client,
        actions,
        chunk_size=CHUNK,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=TRIES_WHEN_BUSY,
        initial_backoff=1,
        raise_on_error=False,  # else what is refused because the server is busy would not be tried again
    ):
        ((__, done),) = answer.items()
        if not is_stored and done["status"] != _CONFLICT:
            raise EngineError(f"{done['_id']}: {json.dumps(done['error'])[:500]}")


class _Seen(NamedTuple):
    """In which index a key was looked up, and the numbers of its last write, if there was one."""

    place: str
    numbers: tuple[int, int] | None


def _seen(client: Elasticsearch, names: Names, keys: list[str]) -> dict[str, _Seen]:
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
    failed: dict[str, Any] = {}
    operations = [line for key, body in bodies.items() for line in (_operation(key, seen[key]), body)]
    answer = client.bulk(index=names.write, operations=operations, require_alias=True, refresh=True)
    for key, item in zip(bodies, answer["items"], strict=True):
        ((__, done),) = item.items()
        if "error" in done and done["status"] not in {_CONFLICT, _MISSING}:
            failed[key] = done
        # Between reading and writing a new index may have come in the place of the one that was looked at.
        elif "error" in done or done["_index"] != seen[key].place:
            again.append(key)
    if failed:
        key, done = next(iter(failed.items()))
        is_busy = any(each["status"] in _BUSY for each in failed.values())
        raise (EngineError if is_busy else RefusedError)(f"{key}: {json.dumps(done['error'])[:500]}")
    return again


def _operation(key: str, seen: _Seen) -> dict[str, Any]:
    if seen.numbers is None:
        return {"create": {"_id": key}}
    number, term = seen.numbers
    return {"index": {"_id": key, "if_seq_no": number, "if_primary_term": term}}
