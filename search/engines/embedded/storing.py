"""Putting documents into the file and taking them out."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.documents import SearchDocument, precedence_of
from search.engines import parallel
from search.profiles import profiles_of
from search.tokens import Names, forms_of, tokenise

from .postings import WAYS, Changes
from .vocabulary import learn


def is_complete(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT complete FROM state").fetchone()[0])


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the file keeps of a document."""

    json: str
    digest: str
    title: str
    tokens: str
    profile: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents; `names` are what they are kept under; `forms` those of all their words.

    See `search.tokens.forms_of`.
    """

    documents: list[Prepared]
    names: Names
    forms: dict[str, Mapping[str, str]]


def prepared(documents: Sequence[SearchDocument]) -> Batch:
    tokenised = tokenise(documents)
    names = tokenised.names(WAYS)
    columns = zip(documents, tokenised.titles, tokenised.texts(WAYS), profiles_of(tokenised), strict=True)
    return Batch(
        [
            Prepared(document.as_json, document.digest, " ".join(title), tokens, profile)
            for document, title, tokens, profile in columns
        ],
        names,
        {word: forms_of(word) for word in tokenised.words},
    )


def store(db: sqlite3.Connection, documents: Iterable[SearchDocument]) -> None:
    """Store those that are not there as they are."""
    changed = (document for document in documents if _stored(db, document.key)[1] != document.digest)
    _store(db, (([document], prepared([document])) for document in changed))


def fill(db: sqlite3.Connection, documents: Iterable[SearchDocument]) -> None:
    """Store documents in an empty file, which is then complete."""
    _store(db, parallel.chunks(prepared, documents))
    db.execute("UPDATE state SET complete = 1")


def _store(db: sqlite3.Connection, batches: Iterable[tuple[Sequence[SearchDocument], Batch]]) -> None:
    version = _next_version(db)
    free = itertools.count(db.execute("SELECT IFNULL(MAX(id), 0) + 1 FROM document").fetchone()[0])
    audiences: dict[frozenset[str], int] = {}
    words: set[str] = set()
    with Changes(db) as changes:
        for documents, batch in batches:
            for audience in {document.audience for document in documents} - audiences.keys():
                audiences[audience] = _audience(db, audience)
            kept = [*batch.names.of_documents()]
            names = changes.numbers(batch.names.names)
            rows = []
            # The last one of those with the same key.
            for place in {document.key: place for place, document in enumerate(documents)}.values():
                document = documents[place]
                number, __ = _stored(db, document.key)
                before = "" if number is None else _delete(db, number)
                number = next(free) if number is None else number
                rows.append((number, document, batch.documents[place]))
                changes.of(number, before=changes.numbers(before.split()), after=names[kept[place]])
            _insert(db, rows, audiences)
            db.executemany("INSERT OR IGNORE INTO change VALUES (?, ?)", [(version, number) for number, *__ in rows])
            new_words = batch.forms.keys() - words
            words |= new_words
            learn(db, {word: batch.forms[word] for word in new_words})


def take_out(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    version = _next_version(db)
    with Changes(db) as changes:
        for key in keys:
            number, __ = _stored(db, key)
            if number is not None:
                before = changes.numbers(_delete(db, number).split())
                changes.of(number, before=before, after=changes.numbers([]))
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


def _delete(db: sqlite3.Connection, number: int) -> str:
    """Take a document out of all tables but that of postings; the tokens that it is still kept under there."""
    tokens: str = db.execute("SELECT tokens FROM content WHERE document = ?", [number]).fetchone()[0]
    db.execute("DELETE FROM theme WHERE document = ?", [number])
    db.execute("DELETE FROM content WHERE document = ?", [number])
    db.execute("DELETE FROM profile WHERE document = ?", [number])
    db.execute("DELETE FROM document WHERE id = ?", [number])
    return tokens


def _insert(
    db: sqlite3.Connection, rows: Sequence[tuple[int, SearchDocument, Prepared]], audiences: dict[frozenset[str], int]
) -> None:
    db.executemany(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                document.key,
                document.kind.value,
                audiences[document.audience],
                document.department,
                document.minutes,
                document.participants_from,
                document.participants_to,
                (day := precedence_of(document)) and day.isoformat(),
                each.digest,
            )
            for number, document, each in rows
        ],
    )
    db.executemany(
        "INSERT INTO content VALUES (?, ?, ?)", [(number, each.json, each.tokens) for number, __, each in rows]
    )
    db.executemany(
        "INSERT INTO profile VALUES (?, ?, ?)", [(number, each.title, each.profile) for number, __, each in rows]
    )
    themes = [(number, theme.slug, theme.name) for number, document, __ in rows for theme in document.themes]
    db.executemany("INSERT INTO theme VALUES (?, ?, ?)", themes)
