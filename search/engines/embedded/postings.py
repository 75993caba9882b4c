"""Which documents have which token: the numbers of the documents, kept in blocks.

SQLite's FTS5 hands out one row at a time, at about a microsecond each; a query asks for some hundred tokens, and a
common one is in a third of all documents. A list of numbers that is one value is read as fast as memory is copied.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from search.fields import Fields, title_tokens_of, tokens_of

SCHEMA = """
CREATE TABLE posting (
    token TEXT NOT NULL, block INTEGER NOT NULL, numbers BLOB NOT NULL, PRIMARY KEY (token, block)
) WITHOUT ROWID;
"""
IN_TITLE = "t"  # before a token, when it is one of the title
BLOCK = 4096  # documents: four bytes of each are written again, at most, when one of them gains or loses a token

Postings = npt.NDArray[np.int32]
Tokens = set[str]

_AFTER_ALL = "\U0010ffff"


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


def tokens_in(fields: Fields) -> Tokens:
    """What a document is kept under: each token with a letter before it that says what kind it is."""
    everywhere = {kind + token for kind, tokens in tokens_of(fields).items() for token in tokens}
    return everywhere | {
        IN_TITLE + kind + token for kind, tokens in title_tokens_of(fields).items() for token in tokens
    }


class Changes:
    """What documents gain and lose, gathered to be written a block at a time; the last when the context is left."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._block = 0
        self._gathered: set[int] = set()
        self._gained = _Gathered()
        self._lost = _Gathered()
        self._are_new = True

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, kind: object, *__: object) -> None:
        if kind is None:
            self._write()

    def of(self, number: int, *, before: Tokens, after: Tokens) -> None:
        """A document that had these tokens has those now."""
        if number in self._gathered or number // BLOCK != self._block:
            self._write()
            self._block = number // BLOCK
        self._gathered.add(number)
        self._gained.add(number, after - before)
        self._lost.add(number, before - after)
        self._are_new &= not before

    def _write(self) -> None:
        lost = dict(self._lost.by_token())
        gained = dict(self._gained.by_token())
        tokens = sorted(gained.keys() | lost.keys())  # in the order of the table
        known = {} if self._is_new_ground() else dict(self._known(tokens))
        written, emptied = [], []
        for token in tokens:
            numbers = known.get(token, b"")
            if token in lost:
                numbers = np.setdiff1d(np.frombuffer(numbers, dtype=np.int32), lost[token]).tobytes()
            if token in gained:
                numbers += gained[token].tobytes()
            if numbers:
                written.append((token, self._block, numbers))
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

    def _known(self, tokens: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for token in tokens:
            row = self._db.execute("SELECT numbers FROM posting WHERE token = ? AND block = ?", [token, self._block])
            if known := row.fetchone():
                yield token, known[0]


class _Gathered:
    """Pairs of a token and a document, by the million: no object is made for each."""

    def __init__(self) -> None:
        self._places: defaultdict[str, int] = defaultdict()
        self._places.default_factory = self._places.__len__
        self._tokens: list[int] = []
        self._numbers: list[int] = []
        self._counts: list[int] = []

    def add(self, number: int, tokens: Tokens) -> None:
        self._tokens.extend(map(self._places.__getitem__, tokens))
        self._numbers.append(number)
        self._counts.append(len(tokens))

    def by_token(self) -> Iterator[tuple[str, Postings]]:
        """Each token with its documents, and nothing is left."""
        tokens = np.array(self._tokens, dtype=np.int32)
        numbers = np.repeat(np.array(self._numbers, dtype=np.int32), self._counts)
        numbers = numbers[np.argsort(tokens, kind="stable")]
        ends = np.cumsum(np.bincount(tokens, minlength=len(self._places))).tolist()
        yield from zip(self._places, map(numbers.__getitem__, map(slice, [0, *ends[:-1]], ends)), strict=True)
        for gathered in (self._places, self._tokens, self._numbers, self._counts):
            gathered.clear()
