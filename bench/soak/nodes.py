"""Searches and changes on three nodes, one killed in the middle: nobody is to notice, and nothing to be lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from django.conf import settings
from django.db import connections
from django.utils import timezone
from elasticsearch import Elasticsearch

from network.outbox.delivery import deliver_due
from network.outbox.models import OutboxMessage
from scripts.elasticsearch_server import Node, kill, running
from search import services

from .municipality import Municipality, Reader, Seen, Trial

NODES = 3
NOTES = 600
LONGEST_WAIT = 3.0
EQUAL_WITHIN = 60.0
DELIVERS_EVERY = 1.0
PAUSE = 0.3  # of each reader between two searches, and of the editor between two changes
WARMING = 20  # searches of each reader before anything counts: servers that have just started are slow


@dataclass
class LostNode(Trial):
    """`seconds` count from the last change."""

    differences: services.Differences | None = None
    crashes: list[str] = field(default_factory=list)

    @property
    def rested(self) -> int:
        return sum(seen.pages - seen.answered for seen in self.seen)

    @property
    def failures(self) -> list[str]:
        """What of it must not be."""
        found = [*self.crashes, *(each for seen in self.seen for each in (*seen.errors[:5], *seen.leaks[:5]))]
        if self.rested:
            found.append(f"{self.rested} pages said that the search is resting.")
        if self.longest_page > LONGEST_WAIT:
            found.append(f"A page took {self.longest_page:.1f} s.")
        if self.differences or self.seconds > EQUAL_WITHIN:
            found.append(f"The index is not the database after {self.seconds:.0f} s: {self.differences}")
        return found


def lost_node(seconds: float, seed: int = 0) -> LostNode:
    with running(NODES) as cluster:
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.ELASTICSEARCH_URL = [node.url for node in cluster]
        settings.ELASTICSEARCH_PREFIX = "dialogkorps-soak"
        municipality = Municipality(NOTES, Random(seed))  # noqa: S311  (nothing secret)
        return _soaked(municipality, cluster, seconds)


def _soaked(municipality: Municipality, cluster: list[Node], seconds: float) -> LostNode:
    outcome = LostNode()
    readers = [Reader(municipality, person, Random(person.pk)) for person in municipality.people]  # noqa: S311
    for reader in readers * WARMING:
        reader.look()
        reader.seen = Seen()
    outcome.seen = [reader.seen for reader in readers]

    def change() -> None:
        some = municipality.random.choices(
            [municipality.edit, municipality.delete, municipality.change_sharing], [10, 1, 2]
        )[0]
        started = time.monotonic()
        some()
        outcome.longest_change = max(outcome.longest_change, time.monotonic() - started)
        outcome.changes += 1

    until = time.monotonic() + seconds
    actions = [(change, PAUSE), (_deliver, DELIVERS_EVERY), *((reader.look, PAUSE) for reader in readers)]
    threads = [
        threading.Thread(target=_repeat, args=[action, pause, until, outcome.crashes]) for action, pause in actions
    ]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    kill(_elected(cluster).process)
    for thread in threads:
        thread.join()
    started = time.monotonic()
    while OutboxMessage.objects.filter(done_at=None).exists() and time.monotonic() - started < 2 * EQUAL_WITHIN:
        _deliver()
        time.sleep(DELIVERS_EVERY)
    outcome.seconds = time.monotonic() - started
    outcome.differences = services.differences()
    return outcome


def _deliver() -> None:
    deliver_due(now=timezone.now())


def _repeat(action: Callable[[], None], pause: float, until: float, crashes: list[str]) -> None:
    try:
        while time.monotonic() < until:
            action()
            time.sleep(pause)
    except Exception as error:  # told at the end; a thread has nobody to raise it to
        crashes.append(repr(error))
    finally:
        connections.close_all()


def _elected(cluster: list[Node]) -> Node:
    """The node that leads the others: the worst one to lose."""
    with Elasticsearch([node.url for node in cluster]) as client:
        rows = client.cat.nodes(h="http_address,master", format="json")
    (address,) = (row["http_address"] for row in rows if row["master"] == "*")  # type: ignore[index]
    return next(node for node in cluster if node.url.endswith(address))
