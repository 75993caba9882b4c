"""What the file holds beside text, as arrays: who may see a document, and what searches are narrowed and counted by.

Each process keeps one, and takes in what was changed since. A count over 100,000 documents is then a matter of
microseconds, where a join in SQL takes tens of milliseconds.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from search.documents import Kind

from .postings import Postings, having, having_any
from .vocabulary import Vocabulary

KINDS = tuple(Kind)
ABSENT = UNKNOWN = -1

MOST_REMEMBERED = 2048  # tokens; of a common word in 100,000 documents they may be some 100 kB

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Look = Callable[[sqlite3.Connection, str], Postings]


def _column() -> Numbers:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Snapshot:
    """The arrays are by the number of the document (its row in the file).

    `kinds` holds places in KINDS, or ABSENT; `departments` numbers of `department_names`, or UNKNOWN; `days` ordinals,
    0 for none; `themes` has a column for each of `slugs`.
    The dictionaries of lists only ever grow at their ends, and are shared by snapshots.
    """

    generation: int = 0
    version: int = 0
    keys: list[str] = field(default_factory=list)
    kinds: Numbers = field(default_factory=_column)
    audiences: Numbers = field(default_factory=_column)
    departments: Numbers = field(default_factory=_column)
    minutes: Numbers = field(default_factory=_column)
    participants_from: Numbers = field(default_factory=_column)
    participants_to: Numbers = field(default_factory=_column)
    days: Numbers = field(default_factory=_column)
    themes: Mask = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    slugs: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    department_names: dict[str, int] = field(default_factory=dict)
    audiences_of_token: dict[str, list[int]] = field(default_factory=dict)
    last_audience: int = 0
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    remembered: dict[tuple[Look, str], Postings] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def packed_themes(self) -> npt.NDArray[np.uint8]:
        """A row for each theme, a bit for each document: to count is then a matter of few bytes."""
        return np.packbits(self.themes.T, axis=1)

    def allowed(self, audience: frozenset[str]) -> Mask:
        """Which documents there are for somebody who holds these tokens."""
        is_open = np.zeros(self.last_audience + 1, dtype=np.bool_)
        for token in audience:
            numbers = self.audiences_of_token.get(token, ())
            is_open[[number for number in numbers if number <= self.last_audience]] = True
        mask: Mask = is_open[self.audiences] & (self.kinds != ABSENT)
        return mask

    def postings(self, look: Look, db: sqlite3.Connection, token: str) -> Postings:
        """The documents of a token, whoever may see them. Words come again: the last ones are remembered."""
        known = self.remembered.get((look, token))
        if known is None:
            known = look(db, token)
            self._remember({(look, token): known})
        return known

    def read_ahead(self, db: sqlite3.Connection, tokens: Iterable[str]) -> None:
        unread = [token for token in tokens if (having, token) not in self.remembered]
        self._remember({(having, token): numbers for token, numbers in having_any(db, unread).items()})

    def _remember(self, read: dict[tuple[Look, str], Postings]) -> None:
        if len(self.remembered) + len(read) > MOST_REMEMBERED:
            self.remembered.clear()
        self.remembered.update(read)


class Snapshots:
    """Keeps the latest one. Safe in several threads: one that was given out is not changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest = Snapshot()

    def of(self, db: sqlite3.Connection) -> Snapshot:
        """The state that this connection's transaction sees."""
        generation, version = db.execute("SELECT generation, version FROM state").fetchone()
        latest = self._latest
        if (latest.generation, latest.version) == (generation, version):
            return latest
        with self._lock:
            latest = self._latest
            if latest.generation != generation or latest.version > version:
                latest = Snapshot(generation=generation)
            if latest.version < version:
                latest = _brought_up_to(version, db, latest)
            self._latest = latest
            return latest


def _brought_up_to(version: int, db: sqlite3.Connection, old: Snapshot) -> Snapshot:
    size = (db.execute("SELECT MAX(id) FROM document").fetchone()[0] or 0) + 1
    new = replace(
        old,
        version=version,
        keys=[*old.keys, *[""] * (size - len(old))],
        kinds=_longer(old.kinds, size, ABSENT),
        audiences=_longer(old.audiences, size),
        departments=_longer(old.departments, size, UNKNOWN),
        minutes=_longer(old.minutes, size, UNKNOWN),
        participants_from=_longer(old.participants_from, size, UNKNOWN),
        participants_to=_longer(old.participants_to, size, UNKNOWN),
        days=_longer(old.days, size),
        slugs=dict(old.slugs),
        names=dict(old.names),
        department_names=dict(old.department_names),
        remembered={},
    )
    changed = [number for (number,) in db.execute("SELECT id FROM change WHERE version > ?", [old.version])]
    new.kinds[[number for number in changed if number < len(new)]] = ABSENT
    _read_documents(db, new, old.version)
    new = _with_themes(db, new, old.version, [number for number in changed if number < len(new)])
    return replace(new, last_audience=_read_audiences(db, new), vocabulary=old.vocabulary.brought_up_to_date(db))


def _longer(column: Numbers, size: int, filling: int = 0) -> Numbers:
    longer = np.full(max(size, len(column)), filling, dtype=np.int64)
    longer[: len(column)] = column
    return longer


_CHANGED = "IN (SELECT id FROM change WHERE version > ?)"


def _read_documents(db: sqlite3.Connection, new: Snapshot, since: int) -> None:
    places = {kind.value: place for place, kind in enumerate(KINDS)}
    rows = db.execute(
        f"""
        SELECT id, key, kind, audience, department, minutes, participants_from, participants_to, day
        FROM document WHERE id {_CHANGED}
        """,  # noqa: S608
        [since],
    ).fetchall()
    if not rows:
        return
    numbers, keys, kinds, audiences, departments, *counts, days = zip(*rows, strict=True)
    at = np.array(numbers)
    for number, key in zip(numbers, keys, strict=True):
        new.keys[number] = key
    new.kinds[at] = [places[kind] for kind in kinds]
    new.audiences[at] = audiences
    new.departments[at] = [
        new.department_names.setdefault(name, len(new.department_names)) if name else UNKNOWN for name in departments
    ]
    for column, values in zip((new.minutes, new.participants_from, new.participants_to), counts, strict=True):
        column[at] = [UNKNOWN if value is None else value for value in values]
    new.days[at] = [date.fromisoformat(day).toordinal() if day else 0 for day in days]


def _with_themes(db: sqlite3.Connection, new: Snapshot, since: int, changed: Iterable[int]) -> Snapshot:
    rows = db.execute(f"SELECT document, slug, name FROM theme WHERE document {_CHANGED}", [since]).fetchall()  # noqa: S608
    for __, slug, name in rows:
        new.slugs.setdefault(slug, len(new.slugs))
        new.names[slug] = name
    themes = np.zeros((len(new), len(new.slugs)), dtype=np.bool_)
    known = new.themes.shape
    themes[: known[0], : known[1]] = new.themes
    themes[list(changed)] = False
    if rows:
        themes[[row[0] for row in rows], [new.slugs[row[1]] for row in rows]] = True
    return replace(new, themes=themes)


def _read_audiences(db: sqlite3.Connection, new: Snapshot) -> int:
    rows = db.execute("SELECT id, tokens FROM audience WHERE id > ? ORDER BY id", [new.last_audience]).fetchall()
    for number, tokens in rows:
        for token in json.loads(tokens):
            new.audiences_of_token.setdefault(token, []).append(number)
    return rows[-1][0] if rows else new.last_audience
