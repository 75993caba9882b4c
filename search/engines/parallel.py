"""The analysis of many documents on all processors: it is what filling an index takes most of its time for."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

CHUNK = 100
FEW = 5  # chunks are done before other processes would have got started

A = TypeVar("A")
B = TypeVar("B")


def chunks(function: Callable[[list[A]], B], things: Iterable[A]) -> Iterator[B]:
    """What the function gives for each chunk of the things, in order. It may ask nothing of a database: copies of us
    call it.

    The things themselves are made here, as they are asked for, and never more than some hundreds ahead.
    """
    things = iter(things)
    lists = iter(lambda: list(islice(things, CHUNK)), [])
    yield from map(function, islice(lists, FEW))
    processors = len(os.sched_getaffinity(0))
    # A copy of a process with several threads may wait for ever for what one of them held.
    if processors == 1 or threading.active_count() > 1:
        yield from map(function, lists)
        return
    first = next(lists, None)
    if first is None:
        return
    with ProcessPoolExecutor(processors, multiprocessing.get_context("fork"), _leave_interrupts_to_us) as others:
        ahead: deque[Future[B]] = deque()
        for each in chain([first], lists):
            ahead.append(others.submit(function, each))
            if len(ahead) > 2 * processors:
                yield ahead.popleft().result()
        for future in ahead:
            yield future.result()


def _leave_interrupts_to_us() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
