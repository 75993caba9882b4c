# ruff: noqa: S608  (SQL is put together from the constants of this module)
"""Putting documents into the file and taking them out."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator

from search.danish.analysis import Analyser
from search.danish.compounds import SHORTEST_COMPOUND, SHORTEST_PART
from search.danish.stems import stem_of
from search.danish.words import fold
from search.documents import STAFF, SearchDocument
from search.fields import Fields, fields_of, vocabulary_of

AnalyserOf = Callable[[sqlite3.Connection], Analyser]

_COLUMNS = ", ".join(Fields._fields)
_TABLES = (
    ("words", "rowid"),
    ("audience", "document"),
    ("theme", "document"),
    ("content", "document"),
    ("document", "id"),
)
_PLACES = ", ".join("?" * len(Fields._fields))


def state(db: sqlite3.Connection, name: str) -> int:
    value: int = db.execute("SELECT value FROM state WHERE name = ?", [name]).fetchone()[0]
    return value


def set_state(db: sqlite3.Connection, name: str, value: int) -> None:
    db.execute("UPDATE state SET value = ? WHERE name = ?", [value, name])


def store(db: sqlite3.Connection, documents: list[SearchDocument], analyser_of: AnalyserOf) -> None:
    """First the words of all documents, then their tokens: what is a compound depends on the words there are."""
    changed = {document.key: document for document in documents if not _is_stored(db, document)}
    known = analyser_of(db).lexicon
    for document in changed.values():
        take_out(db, document.key)
        _count_words(db, document, +1)
    open_words = [vocabulary_of(document) for document in changed.values() if STAFF in document.audience]
    learnt = {word for words in open_words for word, is_running in words.items() if is_running and word not in known}
    if learnt:
        set_state(db, "vocabulary", time.time_ns())
    analyser = analyser_of(db)
    for document in changed.values():
        _put_in(db, document, analyser)
    for row, document in _others_with_compounds_of(db, learnt, changed):
        db.execute("DELETE FROM words WHERE rowid = ?", [row])
        _insert_tokens(db, row, fields_of(document, analyser))


def take_out(db: sqlite3.Connection, key: str) -> None:
    row = db.execute(
        "SELECT id, json FROM document JOIN content ON content.document = id WHERE key = ?", [key]
    ).fetchone()
    if row is None:
        return
    number, content = row
    _count_words(db, SearchDocument.from_json(content), -1)
    for table, column in _TABLES:
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", [number])


def _is_stored(db: sqlite3.Connection, document: SearchDocument) -> bool:
    row = db.execute("SELECT 1 FROM document WHERE key = ? AND digest = ?", [document.key, document.digest])
    return row.fetchone() is not None


def _put_in(db: sqlite3.Connection, document: SearchDocument, analyser: Analyser) -> None:
    row = db.execute(
        """
        INSERT INTO document (key, kind, minutes, participants_from, participants_to, day, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
            document.key,
            document.kind.value,
            document.minutes,
            document.participants_from,
            document.participants_to,
            document.date and document.date.isoformat(),
            document.digest,
        ],
    ).lastrowid
    assert row is not None  # noqa: S101  (an INSERT has always one)
    _insert_tokens(db, row, fields_of(document, analyser))
    db.execute("INSERT INTO content VALUES (?, ?)", [row, document.as_json])
    db.executemany("INSERT INTO audience VALUES (?, ?)", [(token, row) for token in document.audience])
    db.executemany("INSERT INTO theme VALUES (?, ?, ?)", [(row, theme.slug, theme.name) for theme in document.themes])


def _insert_tokens(db: sqlite3.Connection, row: int, fields: Fields) -> None:
    db.execute(f"INSERT INTO words (rowid, {_COLUMNS}) VALUES (?, {_PLACES})", [row, *fields])


def _count_words(db: sqlite3.Connection, document: SearchDocument, change: int) -> None:
    """Keep count of how many documents have a word, apart for each token that opens some of them."""
    words = vocabulary_of(document)
    for token in document.audience:
        db.executemany(
            """
            INSERT INTO word VALUES (?, ?, ?, ?, ?) ON CONFLICT (token, word)
            DO UPDATE SET documents = documents + excluded.documents, running = running + excluded.running
            """,
            [(token, word, fold(word), change, change * is_running) for word, is_running in words.items()],
        )
        if change < 0:
            db.execute("DELETE FROM word WHERE token = ? AND documents <= 0", [token])


def _others_with_compounds_of(
    db: sqlite3.Connection, learnt: set[str], changed: dict[str, SearchDocument]
) -> Iterator[tuple[int, SearchDocument]]:
    """Documents stored before, with a longer word that a newly learnt one stands in: they may be cut anew."""
    if not learnt or db.execute("SELECT COUNT(*) FROM document").fetchone()[0] == len(changed):
        return
    inside = {form for word in learnt for form in (fold(word), stem_of(word)) if len(form) >= SHORTEST_PART}
    words = {word for (word,) in db.execute("SELECT DISTINCT folded FROM word") if _has_inside(word, inside)}
    if not words:
        return
    match = "{title_exact exact} : (" + " OR ".join(f'"{word}"' for word in sorted(words)) + ")"
    rows = db.execute(
        """
        SELECT id, json FROM document JOIN content ON content.document = id
        WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)
        AND key NOT IN (SELECT value FROM json_each(?))
        """,
        [match, json.dumps(list(changed))],
    )
    yield from [(row, SearchDocument.from_json(content)) for row, content in rows]


def _has_inside(word: str, inside: set[str]) -> bool:
    """Whether some proper part of a word that is long enough for a compound is among `inside`."""
    length = len(word)
    if length < SHORTEST_COMPOUND or not word.isalpha():
        return False
    return any(
        word[start:end] in inside
        for start in range(length - SHORTEST_PART + 1)
        for end in range(start + SHORTEST_PART, length + 1)
        if end - start <= length - SHORTEST_PART
    )
