"""How long a finder takes to index, to search and to suggest."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from search.documents import SearchDocument

from .finders import Finder
from .ndcg import JudgedQuery

SEED = 7
QUERIES = 300


@dataclass(frozen=True)
class Latency:
    """In milliseconds."""

    p50: float
    p95: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p95:.1f}"


@dataclass(frozen=True)
class Filling:
    """In documents a second: at first, and once more with the same ones, as when an index is made anew."""

    first: float
    again: float

    def __str__(self) -> str:
        return f"{self.first:,.0f} / {self.again:,.0f}"


@dataclass(frozen=True)
class Speed:
    filling: Filling
    search: Latency
    suggestions: Latency


def speed_of(
    finder: Finder,
    documents: Sequence[SearchDocument],
    queries: Sequence[JudgedQuery],
    others: Sequence[JudgedQuery],
    *,
    number: int = QUERIES,
) -> Speed:
    """One thread; each query is asked once, after the `others` have warmed the finder up.

    The garbage collector leaves alone what was read before, as in the workers of the site.
    """
    filling = Filling(first=_filled(finder, documents), again=_filled(finder, documents))
    chance = random.Random(SEED)  # noqa: S311
    asked = [query.text for query in queries if not query.is_prefix]
    chance.shuffle(asked)
    typed = [text[: chance.randint(3, max(3, len(text)))] for text in asked]
    finder.warm_up([query.text for query in others])
    gc.collect()
    gc.freeze()
    return Speed(
        filling=filling,
        search=_latency(finder.find, asked[:number]),
        suggestions=_latency(finder.suggest, typed[:number]),
    )


def _filled(finder: Finder, documents: Sequence[SearchDocument]) -> float:
    started = time.perf_counter()
    finder.fill(documents)
    return len(documents) / (time.perf_counter() - started)


def _latency(answer: Callable[[str], list[str]], texts: Sequence[str]) -> Latency:
    milliseconds = []
    for text in texts:
        started = time.perf_counter()
        answer(text)
        milliseconds.append(1000 * (time.perf_counter() - started))
    percentiles = quantiles(milliseconds, n=100, method="inclusive")
    return Latency(p50=percentiles[49], p95=percentiles[94])
