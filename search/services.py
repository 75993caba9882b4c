"""Searching for a person, and keeping the index as the database is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from network.models import Person
from network.outbox.handlers import AwayError
from network.outbox.models import OutboxMessage
from network.outbox.services import enqueue
from sparring.timetable import local_day

from . import planning
from .days import named_day, with_day
from .documents import Kind, SearchDocument, audience_of, documents, is_of_kind, kind_and_pk, slots_of_the_days
from .engines import MATCH_LIMIT, Engine, EngineError, Filters, Found, Query, RefusedError
from .engines.elasticsearch import ElasticsearchEngine
from .engines.embedded import EmbeddedEngine
from .reading import closed, visible_titles
from .synonyms import thesauri_in_force
from .texts import day_in_words

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


def search(
    *,
    person: Person,
    text: str,
    filters: Filters,
    literal: bool = False,
    limit: int = MATCH_LIMIT,
    in_doubt: bool = False,
) -> Found:
    """What the person finds: so many hits. Raises `EngineError`.

    The database has the last word, so that no count, correction or order tells of what the index holds from before:
    what changed and is not indexed yet is known, as it waits in the outbox. Hits are read again before they are shown;
    where one of them turns out to be closed, the caller asks again `in_doubt`, and all hits are looked up.
    """
    if not engine().is_complete():
        queue_reindex()
    query = Query(
        text=text if literal else _with_date(text),
        audience=audience_of(person),
        filters=filters,
        literal=literal,
        limit=limit,
        synonyms=thesauri_in_force(),
        without=closed(person, _waiting_keys()),
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


def _with_date(text: str) -> str:
    """A query for a time "i morgen" with the date in place of that, if there is any time on the day."""
    day = named_day(text, local_day(timezone.now()))
    if day is None or not slots_of_the_days().filter(starts_at__date=day, is_offered=True).exists():
        return text
    with translation.override(settings.LANGUAGE_CODE):
        return with_day(text, day_in_words(day))


def _waiting_keys() -> set[str]:
    """Of all documents that may not be in the index as they are in the database."""
    undone = OutboxMessage.objects.filter(kind=INDEX, done_at__isnull=True)
    return {key for payload in undone.values_list("payload", flat=True) for key in payload["keys"]}


def warm_up() -> None:
    """Read what every search needs, so that the first of a process takes no longer than the next."""
    planning.warm_up()
    with suppress(EngineError):
        engine().find(Query(text="en samtale", audience=frozenset()))


def suggest(*, person: Person, text: str, limit: int) -> list[Suggestion]:
    """Titles, people and themes that the person may mean; no times for sparring. Raises `EngineError`."""
    suggested = engine().suggest(text, audience=audience_of(person), limit=2 * limit)
    keys = [key for key in suggested if not is_of_kind(key, Kind.SLOT)]
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
    with _told_to_the_outbox():
        engine().refresh(payload["keys"], documents)


def merged(payloads: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    """One outbox message in the place of several: keys that stand in many are brought up to date once."""
    return {"keys": sorted({key for payload in payloads for key in payload["keys"]})}


@contextmanager
def _told_to_the_outbox() -> Iterator[None]:
    try:
        yield
    except RefusedError:
        raise
    except EngineError as error:
        raise AwayError(str(error)) from error


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
    keys = merged(meanwhile.values_list("payload", flat=True))["keys"]
    for start in range(0, len(keys), KEYS_A_MESSAGE):
        engine().refresh(keys[start : start + KEYS_A_MESSAGE], documents)
    return number


def refill(payload: dict[str, Any]) -> None:
    """Does the outbox message of `queue_reindex`."""
    with _told_to_the_outbox():
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
