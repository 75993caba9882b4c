"""Doing several things at the same moment, for the tests of races."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Do all of them at the same moment, each on a connection of its own. Gives what each returned or raised."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def kinds(results: Sequence[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)
