"""The analysis of many documents on all processors: it is what filling an index takes most of its time for."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

CHUNK = 500
FEW = 2  # chunks are done before other processes would have got started

A = TypeVar("A")
B = TypeVar("B")


def chunks(function: Callable[[list[A]], B], things: Iterable[A]) -> Iterator[tuple[list[A], B]]:
    """Each chunk of the things with what the function gives for it, in order. It may ask nothing of a database: copies
    of us call it.

    The things themselves are made here, as they are asked for, and never more than some chunks ahead.
    """
    things = iter(things)
    lists = iter(lambda: list(islice(things, CHUNK)), [])
    first = [*islice(lists, FEW + 1)]
    processors = len(os.sched_getaffinity(0))
    # A copy of a process with several threads may wait for ever for what one of them held.
    if len(first) <= FEW or processors == 1 or threading.active_count() > 1:
        for each in chain(first, lists):
            yield each, function(each)
        return
    with ProcessPoolExecutor(processors, multiprocessing.get_context("fork"), _be_a_worker) as others:
        ahead: deque[tuple[list[A], Future[B]]] = deque()
        for each in chain(first, lists):
            ahead.append((each, others.submit(function, each)))
            if len(ahead) > 2 * processors:
                done, future = ahead.popleft()
                yield done, future.result()
        for done, future in ahead:
            yield done, future.result()


def _be_a_worker() -> None:
    """Leave interrupts to the process that asks, and look for no garbage: what is worked on has no circles."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
