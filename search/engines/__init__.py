"""What finds: one small protocol, and the engines that keep it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from search.documents import Kind, SearchDocument
from search.planning import Plan, Synonyms
from search.thesaurus import Thesauri

MINUTES = (5, 10, 15, 30, 60, 120)  # the steps that "at most so many minutes" is counted in
SUGGESTED_FIRST = (Kind.THEME, Kind.METHOD_CARD, Kind.PERSON, Kind.TOOL, Kind.CASE, Kind.NOTE, Kind.SLOT)
MATCH_LIMIT = 1000  # hits that somebody may page through; totals and counts are of all

Load = Callable[[Sequence[str]], Iterable[SearchDocument]]


class EngineError(Exception):
    """The engine can't answer now. What it was asked to store is not stored."""


class RefusedError(EngineError):
    """The engine is there, and will not take this, however often it is asked."""


_patience: ContextVar[float] = ContextVar("patience", default=math.inf)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Whatever is asked inside is answered within this time in all, or not at all. Also a decorator.

    What is written takes its own time.
    """
    outside = _patience.set(min(_patience.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _patience.reset(outside)


def patience_left() -> float:
    """Seconds; infinite where nobody is in a hurry."""
    return _patience.get() - time.monotonic()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed by, a department by its name. Empty: not narrowed by that."""

    kinds: frozenset[Kind] = frozenset()
    theme: str = ""
    department: str = ""
    minutes: int | None = None
    participants: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """`audience` are the tokens of the person who asks; `without` keys that are to be treated as not there.

    `limit` is how many hits are wanted, at most; it changes nothing else.
    """

    text: str
    audience: frozenset[str]
    filters: Filters = Filters()
    literal: bool = False
    without: frozenset[str] = frozenset()
    limit: int = MATCH_LIMIT
    synonyms: Synonyms = field(default_factory=Thesauri)


@dataclass(frozen=True, slots=True)
class ThemeCount:
    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many hits there would be with another choice, each counted with all the other filters in force."""

    kinds: dict[Kind, int] = field(default_factory=dict)
    themes: list[ThemeCount] = field(default_factory=list)
    departments: dict[str, int] = field(default_factory=dict)
    minutes: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """`hits` are keys, best first, of as many as were asked for of the `total` that match."""

    hits: list[str]
    total: int
    facets: Facets
    plan: Plan


class Engine(Protocol):
    """All raise `EngineError`. Safe in several threads and processes."""

    def index(self, documents: Iterable[SearchDocument]) -> None:
        """Store documents, each in the place of the one with its key."""

    def remove(self, keys: Iterable[str]) -> None: ...

    def refresh(self, keys: Sequence[str], load: Load) -> None:
        """Store what `load` gives for these keys and remove the others of them.

        Loads while nobody else can write, so that of two at once the later has read the later state.
        """

    def find(self, query: Query) -> Found: ...

    def suggest(self, text: str, *, audience: frozenset[str], limit: int) -> list[str]:
        """Keys of documents whose titles have the words, the last of which may be unfinished; best first."""

    def stored(self, keys: Iterable[str]) -> dict[str, SearchDocument]: ...

    def digests(self) -> dict[str, str]:
        """The digest of every document, by key."""

    def clear(self) -> None: ...

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        """Store these documents and no others. The old ones answer until all new ones are there."""

    def is_complete(self) -> bool:
        """Whether it was ever filled, and not lost since."""
