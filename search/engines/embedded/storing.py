"""Putting documents into the file and taking them out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from search.documents import SearchDocument, precedence_of
from search.engines import parallel
from search.fields import fields_of, forms_of
from search.profiles import profile_of

from .postings import Changes, Tokens, tokens_in
from .vocabulary import learn


def is_complete(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT complete FROM state").fetchone()[0])


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with what the file keeps of it."""

    document: SearchDocument
    json: str
    digest: str
    title: str
    tokens: str
    profile: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """`forms` are those of all words of the documents; see `search.fields.forms_of`."""

    documents: list[Prepared]
    forms: dict[str, tuple[str, ...]]


def prepared(documents: Iterable[SearchDocument]) -> Batch:
    words: set[str] = set()
    each = []
    for document in documents:
        fields = fields_of(document)
        tokens = " ".join(tokens_in(fields))
        each.append(
            Prepared(
                document, document.as_json, document.digest, " ".join(fields.title_exact), tokens, profile_of(fields)
            )
        )
        words |= fields.words
    return Batch(each, {word: forms_of(word) for word in words})


def store(db: sqlite3.Connection, documents: Iterable[SearchDocument]) -> None:
    """Store those that are not there as they are."""
    changed = (document for document in documents if _stored(db, document.key)[1] != document.digest)
    _store(db, (prepared([document]) for document in changed))


def fill(db: sqlite3.Connection, documents: Iterable[SearchDocument]) -> None:
    """Store documents in an empty file, which is then complete."""
    _store(db, parallel.chunks(prepared, documents))
    db.execute("UPDATE state SET complete = 1")


def _store(db: sqlite3.Connection, batches: Iterable[Batch]) -> None:
    version = _next_version(db)
    audiences: dict[frozenset[str], int] = {}
    words: set[str] = set()
    with Changes(db) as changes:
        for batch in batches:
            for each in batch.documents:
                audience = each.document.audience
                if audience not in audiences:
                    audiences[audience] = _audience(db, audience)
                known, __ = _stored(db, each.document.key)
                before = set() if known is None else _delete(db, known)
                number = _insert(db, each, audiences[audience], number=known)
                changes.of(number, before=before, after=set(each.tokens.split()))
                db.execute("INSERT OR IGNORE INTO change VALUES (?, ?)", [version, number])
            new_words = batch.forms.keys() - words
            words |= new_words
            learn(db, {word: batch.forms[word] for word in new_words})


def take_out(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    version = _next_version(db)
    with Changes(db) as changes:
        for key in keys:
            number, __ = _stored(db, key)
            if number is not None:
                changes.of(number, before=_delete(db, number), after=set())
                db.execute("INSERT OR IGNORE INTO change VALUES (?, ?)", [version, number])


def _next_version(db: sqlite3.Connection) -> int:
    db.execute("UPDATE state SET version = version + 1")
    version: int = db.execute("SELECT version FROM state").fetchone()[0]
    return version


def _stored(db: sqlite3.Connection, key: str) -> tuple[int, str] | tuple[None, None]:
    """The number and the digest of the document with a key, if there is one."""
    return db.execute("SELECT id, digest FROM document WHERE key = ?", [key]).fetchone() or (None, None)


def _audience(db: sqlite3.Connection, tokens: frozenset[str]) -> int:
    text = json.dumps(sorted(tokens))
    db.execute("INSERT INTO audience (tokens) VALUES (?) ON CONFLICT DO NOTHING", [text])
    number: int = db.execute("SELECT id FROM audience WHERE tokens = ?", [text]).fetchone()[0]
    return number


def _delete(db: sqlite3.Connection, number: int) -> Tokens:
    """Take a document out of all tables but that of postings; the tokens that it is still kept under there."""
    tokens: str = db.execute("SELECT tokens FROM content WHERE document = ?", [number]).fetchone()[0]
    db.execute("DELETE FROM theme WHERE document = ?", [number])
    db.execute("DELETE FROM content WHERE document = ?", [number])
    db.execute("DELETE FROM profile WHERE document = ?", [number])
    db.execute("DELETE FROM document WHERE id = ?", [number])
    return set(tokens.split())


def _insert(db: sqlite3.Connection, each: Prepared, audience: int, *, number: int | None) -> int:
    document = each.document
    day = precedence_of(document)
    row = db.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            number,
            document.key,
            document.kind.value,
            audience,
            document.department,
            document.minutes,
            document.participants_from,
            document.participants_to,
            day and day.isoformat(),
            each.digest,
        ],
    ).lastrowid
    assert row is not None  # noqa: S101  (an INSERT has always one)
    db.execute("INSERT INTO content VALUES (?, ?, ?)", [row, each.json, each.tokens])
    db.execute("INSERT INTO profile VALUES (?, ?, ?)", [row, each.title, each.profile])
    db.executemany("INSERT INTO theme VALUES (?, ?, ?)", [(row, theme.slug, theme.name) for theme in document.themes])
    return row
