"""Changes and searches while the way to Elasticsearch fails, in one way after the other; and what comes of it after."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from network.outbox.delivery import deliver_due
from network.outbox.models import OutboxMessage
from search import services

from .municipality import Municipality, Reader, Trial, changes_of
from .proxy import Fault, Proxy

LONGEST_WAIT = 3.0  # for a page
EQUAL_WITHIN = 60.0
LOOKS_EVERY = 5.0
CHANGES_A_SEARCH = 3
WAITED = 0.05  # of the time that is skipped


class Clock:
    """Time that passes by itself."""

    def now(self) -> datetime:
        return timezone.now()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class SkippingClock(Clock):
    """Time of which most is skipped where there is nothing to do but wait."""

    def __init__(self) -> None:
        self._skipped = timedelta()

    def now(self) -> datetime:
        return timezone.now() + self._skipped

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds * WAITED)
        self._skipped += timedelta(seconds=seconds * (1 - WAITED))


@dataclass
class Outage(Trial):
    """`seconds` count from the engine's return."""

    fault: Fault
    is_equal: bool = False

    @property
    def failures(self) -> list[str]:
        """What of it must not be."""
        found = [*self.errors[:5], *self.leaks[:5]]
        if not self.is_equal or self.seconds > EQUAL_WITHIN:
            found.append(f"The index was not equal to the database {self.seconds:.0f} s after.")
        if self.longest_page > LONGEST_WAIT:
            found.append(f"A page took {self.longest_page:.1f} s.")
        return [f"{self.fault.value}: {each}" for each in found]


def outages(
    proxy: Proxy,
    *,
    edits: int,
    deletions: int,
    sharings: int,
    seed: int = 0,
    clock: type[Clock] = Clock,
    committed: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> list[Outage]:
    """All the changes, in turn while each of the faults lasts. What is done within `committed()` is committed."""
    random = Random(seed)  # noqa: S311  (nothing secret)
    municipality = Municipality(notes=2 * deletions, random=random)
    changes = changes_of(municipality, edits=edits, deletions=deletions, sharings=sharings)
    happened = []
    for number, fault in enumerate(Fault):
        outage = Outage(fault)
        readers = [Reader(municipality, person, random) for person in municipality.people]
        with proxy.failing(fault):
            for change in changes[number :: len(Fault)]:
                started = time.perf_counter()
                with committed():
                    change()
                outage.longest_change = max(outage.longest_change, time.perf_counter() - started)
                outage.changes += 1
                if outage.changes % CHANGES_A_SEARCH == 0:
                    random.choice(readers).look()
        _catch_up(outage, clock())
        outage.seen = [reader.seen for reader in readers]
        happened.append(outage)
    return happened


def _catch_up(outage: Outage, clock: Clock) -> None:
    """As `deliver_outbox --stay` does it."""
    started = clock.now()
    while True:
        deliver_due(now=clock.now())
        outage.seconds = (clock.now() - started).total_seconds()
        if not OutboxMessage.objects.filter(done_at=None).exists() or outage.seconds > 2 * EQUAL_WITHIN:
            break
        clock.sleep(LOOKS_EVERY)
    outage.is_equal = not services.differences()
