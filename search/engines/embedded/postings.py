"""Which documents have which token: the numbers of the documents, kept in blocks.

SQLite's FTS5 hands out one row at a time, at about a microsecond each; a query asks for some hundred tokens, and a
common one is in a third of all documents. A list of numbers that is one value is read as fast as memory is copied.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from search.tokens import EXACT, PART, STEM, Held, Places, numbering

SCHEMA = """
CREATE TABLE posting (
    token TEXT NOT NULL, block INTEGER NOT NULL, numbers BLOB NOT NULL, PRIMARY KEY (token, block)
) WITHOUT ROWID;
"""
IN_TITLE = "t"  # before a token, when it is one of the title
BLOCK = 4096  # documents: four bytes of each are written again, at most, when one of them gains or loses a token

# What stands before a token, by the ways in which documents have it.
WAYS = {
    Held.EXACT: EXACT,
    Held.STEM: STEM,
    Held.PART: PART,
    Held.EXACT_IN_TITLE: IN_TITLE + EXACT,
    Held.STEM_IN_TITLE: IN_TITLE + STEM,
    Held.PART_IN_TITLE: IN_TITLE + PART,
}

Postings = npt.NDArray[np.int32]

_AFTER_ALL = "\U0010ffff"
_NONE: Places = np.zeros(0, dtype=np.int64)


def having(db: sqlite3.Connection, token: str) -> Postings:
    """The documents that have a token, in no order."""
    return _numbers(db.execute("SELECT numbers FROM posting WHERE token = ?", [token]))


def having_any(db: sqlite3.Connection, tokens: Collection[str]) -> dict[str, Postings]:
    """The documents that have each of some tokens."""
    numbers: dict[str, list[bytes]] = {token: [] for token in tokens}
    rows = db.execute(
        "SELECT token, numbers FROM posting WHERE token IN (SELECT value FROM json_each(?))", [json.dumps([*tokens])]
    )
    for token, some in rows:
        numbers[token].append(some)
    return {token: np.frombuffer(b"".join(blocks), dtype=np.int32) for token, blocks in numbers.items()}


def beginning(db: sqlite3.Connection, start: str) -> Postings:
    """The documents that have a token which begins so, in no order, and some of them more than once."""
    return _numbers(
        db.execute("SELECT numbers FROM posting WHERE token >= ? AND token < ?", [start, start + _AFTER_ALL])
    )


def _numbers(rows: Iterable[tuple[bytes]]) -> Postings:
    return np.frombuffer(b"".join(numbers for (numbers,) in rows), dtype=np.int32)


class Changes:
    """What documents gain and lose, gathered to be written a block at a time; the last when the context is left."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._block = 0
        self._numbers = numbering()
        self._gathered: set[int] = set()
        self._gained = _Gathered()
        self._lost = _Gathered()
        self._are_new = True

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, kind: object, *__: object) -> None:
        if kind is None:
            self._write()

    def numbers(self, tokens: Iterable[str]) -> Places:
        """What `of` knows these tokens by."""
        return np.fromiter(map(self._numbers.__getitem__, tokens), dtype=np.int64)

    def of(self, number: int, *, before: Places, after: Places) -> None:
        """A document that had these tokens, each once, has those now."""
        if number in self._gathered or number // BLOCK != self._block:
            self._write()
            self._block = number // BLOCK
        self._gathered.add(number)
        if len(before):
            self._are_new = False
            self._lost.add(number, np.setdiff1d(before, after, assume_unique=True))
            after = np.setdiff1d(after, before, assume_unique=True)
        self._gained.add(number, after)

    def _write(self) -> None:
        names = [*self._numbers]
        lost = dict(self._lost.by_token(self._block))
        gained = dict(self._gained.by_token(self._block))
        tokens = sorted((names[number], number) for number in gained.keys() | lost.keys())  # as the table has them
        is_new = self._is_new_ground()
        written, emptied = [], []
        for token, number in tokens:
            documents = b"" if is_new else self._known(token)
            if number in lost:
                documents = np.setdiff1d(np.frombuffer(documents, dtype=np.int32), lost[number]).tobytes()
            if number in gained:
                documents += gained[number].tobytes()
            if documents:
                written.append((token, self._block, documents))
            else:
                emptied.append((token, self._block))
        self._db.executemany("INSERT OR REPLACE INTO posting VALUES (?, ?, ?)", written)
        self._db.executemany("DELETE FROM posting WHERE token = ? AND block = ?", emptied)
        self._gathered.clear()
        self._are_new = True

    def _is_new_ground(self) -> bool:
        """Whether there are no documents in the block but those that were gathered."""
        first = self._block * BLOCK
        rows = self._db.execute("SELECT id FROM document WHERE id >= ? AND id < ?", [first, first + BLOCK])
        return self._are_new and self._gathered.issuperset(number for (number,) in rows)

    def _known(self, token: str) -> bytes:
        row = self._db.execute("SELECT numbers FROM posting WHERE token = ? AND block = ?", [token, self._block])
        known: tuple[bytes] | None = row.fetchone()
        return known[0] if known else b""


class _Gathered:
    """Pairs of a token and a document, by the million: no object is made for each."""

    def __init__(self) -> None:
        self._pairs: list[Places] = []

    def add(self, document: int, tokens: Places) -> None:
        self._pairs.append(tokens * BLOCK + document % BLOCK)

    def by_token(self, block: int) -> Iterator[tuple[int, Postings]]:
        """Each token with its documents, and nothing is left."""
        pairs = np.sort(np.concatenate([_NONE, *self._pairs]))
        documents = (pairs % BLOCK + block * BLOCK).astype(np.int32)
        sizes = np.bincount(pairs // BLOCK)
        ends = np.cumsum(sizes).tolist()
        for token in np.flatnonzero(sizes).tolist():
            yield token, documents[ends[token] - sizes[token] : ends[token]]
        self._pairs.clear()
