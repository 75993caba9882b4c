"""Putting documents into the file and taking them out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from search.documents import SearchDocument
from search.fields import fields_of, forms_of, vocabulary_of
from search.ranking import profile_of

from .tokens import everywhere, in_title


def is_complete(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT complete FROM state").fetchone()[0])


def finish(db: sqlite3.Connection) -> None:
    """A file that was filled anew is complete; one segment of each table is quicker to ask than many."""
    for table in ("words", "title"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
    db.execute("UPDATE state SET complete = 1")


def store(db: sqlite3.Connection, documents: Iterable[SearchDocument]) -> None:
    version = _next_version(db)
    audiences: dict[frozenset[str], int] = {}
    words: set[str] = set()
    for document in documents:
        known = db.execute("SELECT id, digest FROM document WHERE key = ?", [document.key]).fetchone()
        if known and known[1] == document.digest:
            continue
        if known:
            _delete(db, known[0])
        if document.audience not in audiences:
            audiences[document.audience] = _audience(db, document.audience)
        number = _insert(db, document, audiences[document.audience], number=known[0] if known else None)
        db.execute("INSERT OR IGNORE INTO change VALUES (?, ?)", [version, number])
        new_words = vocabulary_of(document) - words
        words |= new_words
        db.executemany(
            # A word that is written somewhere is told rather than another that only has it for its stem.
            "INSERT INTO word (word, folded) VALUES (?, ?) ON CONFLICT (folded) DO UPDATE SET word = excluded.word"
            " WHERE excluded.folded = ? AND word <> excluded.word",
            [(word, form, forms[0]) for word in sorted(new_words) for forms in [forms_of(word)] for form in forms],
        )


def take_out(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    version = _next_version(db)
    for key in keys:
        row = db.execute("SELECT id FROM document WHERE key = ?", [key]).fetchone()
        if row:
            _delete(db, row[0])
            db.execute("INSERT OR IGNORE INTO change VALUES (?, ?)", [version, row[0]])


def _next_version(db: sqlite3.Connection) -> int:
    db.execute("UPDATE state SET version = version + 1")
    version: int = db.execute("SELECT version FROM state").fetchone()[0]
    return version


def _audience(db: sqlite3.Connection, tokens: frozenset[str]) -> int:
    text = json.dumps(sorted(tokens))
    db.execute("INSERT INTO audience (tokens) VALUES (?) ON CONFLICT DO NOTHING", [text])
    number: int = db.execute("SELECT id FROM audience WHERE tokens = ?", [text]).fetchone()[0]
    return number


def _delete(db: sqlite3.Connection, number: int) -> None:
    db.execute("DELETE FROM words WHERE rowid = ?", [number])
    db.execute("DELETE FROM title WHERE rowid = ?", [number])
    db.execute("DELETE FROM theme WHERE document = ?", [number])
    db.execute("DELETE FROM content WHERE document = ?", [number])
    db.execute("DELETE FROM document WHERE id = ?", [number])


def _insert(db: sqlite3.Connection, document: SearchDocument, audience: int, *, number: int | None) -> int:
    fields = fields_of(document)
    row = db.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            number,
            document.key,
            document.kind.value,
            audience,
            document.minutes,
            document.participants_from,
            document.participants_to,
            document.date and document.date.isoformat(),
            document.digest,
        ],
    ).lastrowid
    assert row is not None  # noqa: S101  (an INSERT has always one)
    db.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", [row, everywhere(fields)])
    db.execute("INSERT INTO title (rowid, tokens) VALUES (?, ?)", [row, in_title(fields)])
    db.execute("INSERT INTO content VALUES (?, ?, ?)", [row, document.as_json, profile_of(fields)])
    db.executemany("INSERT INTO theme VALUES (?, ?, ?)", [(row, theme.slug, theme.name) for theme in document.themes])
    return row
