"""Searching for a person, and keeping the index as the database is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from network.models import Person
from network.outbox.models import OutboxMessage
from network.outbox.services import enqueue

from .documents import Kind, SearchDocument, audience_of, documents, kind_and_pk
from .engines import Engine, EngineError, Filters, Found, Query
from .engines.elasticsearch import ElasticsearchEngine
from .engines.embedded import EmbeddedEngine
from .reading import visible_titles
from .synonyms import thesauri_in_force

INDEX = "search.index"
REINDEX = "search.reindex"
KEYS_A_MESSAGE = 200
ROUNDS = 5  # of asking again without what the database refuses
# A message that a long transaction wrote before a reindex began may be delivered while it runs.
REPLAYED = timedelta(minutes=10)


def engine() -> Engine:
    """The site's engine, as the settings choose."""
    if settings.SEARCH_ENGINE == "elasticsearch":
        return elasticsearch(settings.ELASTICSEARCH_PREFIX)
    return _embedded(Path(settings.SEARCH_INDEX))


@cache
def elasticsearch(prefix: str) -> ElasticsearchEngine:
    """An engine on the servers of the settings, with indices of its own for each prefix."""
    return ElasticsearchEngine(
        settings.ELASTICSEARCH_URL,
        prefix=prefix,
        api_key=settings.ELASTICSEARCH_API_KEY,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS,
    )


@cache
def _embedded(path: Path) -> Engine:
    return EmbeddedEngine(path)


# Searching


@dataclass(frozen=True)
class Suggestion:
    kind: Kind
    title: str


def search(*, person: Person, text: str, filters: Filters, literal: bool = False, in_doubt: bool = False) -> Found:
    """What the person finds. Raises `EngineError`.

    The database has the last word, so that no count, correction or order tells of what the index holds from before:
    what changed and is not indexed yet is known, as it waits in the outbox. Hits are read again before they are shown;
    where one of them turns out to be closed, the caller asks again `in_doubt`, and all hits are looked up.
    """
    if not engine().is_complete():
        queue_reindex()
    waiting = _waiting_keys()
    query = Query(
        text=text,
        audience=audience_of(person),
        filters=filters,
        literal=literal,
        synonyms=thesauri_in_force(),
        without=frozenset(waiting - visible_titles(person, waiting).keys()),
    )
    found = engine().find(query)
    if not in_doubt:
        return found
    for __ in range(ROUNDS):
        refused = frozenset(found.hits) - visible_titles(person, found.hits).keys()
        if not refused:
            return found
        query = dataclasses.replace(query, without=query.without | refused)
        found = engine().find(query)
    raise EngineError("The index and the database change too fast to agree.")


def _waiting_keys() -> set[str]:
    """Of all documents that may not be in the index as they are in the database."""
    undone = OutboxMessage.objects.filter(kind=INDEX, done_at__isnull=True)
    return {key for payload in undone.values_list("payload", flat=True) for key in payload["keys"]}


def suggest(*, person: Person, text: str, limit: int) -> list[Suggestion]:
    """Titles, people and themes that the person may mean. Raises `EngineError`."""
    keys = engine().suggest(text, audience=audience_of(person), limit=2 * limit)
    titles = visible_titles(person, keys)
    # Two notes may have the same title; one suggestion of it is enough.
    shown = {titles[key]: Suggestion(kind_and_pk(key)[0], titles[key]) for key in reversed(keys) if key in titles}
    return list(reversed(shown.values()))[:limit]


# Keeping the index


def queue(keys: Iterable[str]) -> None:
    """Have these documents brought up to date once the caller's transaction is committed."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), KEYS_A_MESSAGE):
        enqueue(INDEX, {"keys": wanted[start : start + KEYS_A_MESSAGE]})


def refresh(payload: dict[str, list[str]]) -> None:
    """Index what there is of the keys in an outbox message, and remove the rest. Right in any order, twice, or late."""
    engine().refresh(payload["keys"], documents)


def queue_reindex() -> None:
    """Have the whole index made again, unless that waits already."""
    if not OutboxMessage.objects.waiting().filter(kind=REINDEX).exists():
        enqueue(REINDEX, {})


def repair() -> None:
    """After the engine failed: have the index made again if it was lost. What else is wrong is not for us to mend."""
    with suppress(EngineError):
        if not engine().is_complete():
            queue_reindex()


def reindex(*, progress: Callable[[int], None] | None = None) -> int:
    """Make the whole index again while the old one answers; how many documents it has.

    `progress` is called with how many are read so far.
    """
    started = timezone.now()
    number = 0

    def counted() -> Iterator[SearchDocument]:
        nonlocal number
        for number, document in enumerate(documents(), start=1):
            if progress:
                progress(number)
            yield document

    engine().replace(counted())
    # What was brought up to date meanwhile went into the old one.
    meanwhile = OutboxMessage.objects.filter(kind=INDEX, created_at__gte=started - REPLAYED)
    for payload in meanwhile.values_list("payload", flat=True):
        refresh(payload)
    return number


def refill(payload: dict[str, Any]) -> None:
    """Does the outbox message of `queue_reindex`."""
    reindex()


@dataclass(frozen=True)
class Differences:
    """Keys of documents that the database has and the index not, the other way round, and with another content."""

    missing: list[str]
    superfluous: list[str]
    outdated: list[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.superfluous or self.outdated)


def differences() -> Differences:
    indexed = engine().digests()
    current = {document.key: document.digest for document in documents()}
    return Differences(
        missing=sorted(current.keys() - indexed.keys()),
        superfluous=sorted(indexed.keys() - current.keys()),
        outdated=sorted(key for key in current.keys() & indexed.keys() if current[key] != indexed[key]),
    )
