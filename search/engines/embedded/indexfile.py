"""The file of the embedded engine: opening, transactions, and making a broken or old one anew."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.engines import EngineError

from . import postings, vocabulary

logger = logging.getLogger(__name__)

VERSION = 8  # of the schema and of the analysis behind the tokens: another number makes the file anew
BUSY_SECONDS = 20
FILLING_KIB = 128 * 1024  # of memory while a new file is filled
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

SCHEMA = """
CREATE TABLE document (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, audience INTEGER NOT NULL,
    department TEXT NOT NULL, minutes INTEGER, participants_from INTEGER, participants_to INTEGER, day TEXT,
    digest TEXT NOT NULL
);
CREATE TABLE content (document INTEGER PRIMARY KEY, json TEXT NOT NULL, tokens TEXT NOT NULL);
CREATE TABLE profile (document INTEGER PRIMARY KEY, title TEXT NOT NULL, profile BLOB NOT NULL);
CREATE TABLE audience (id INTEGER PRIMARY KEY, tokens TEXT NOT NULL UNIQUE);
CREATE TABLE theme (
    document INTEGER NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (document, slug)
) WITHOUT ROWID;
CREATE TABLE change (version INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (version, id)) WITHOUT ROWID;
CREATE TABLE state (generation INTEGER NOT NULL, version INTEGER NOT NULL, complete INTEGER NOT NULL);
"""


class IndexFile:
    """One connection a thread to a file that is made on demand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the index throughout."""
        with self._errors(), self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else writes beside. Inside another `writing` of the thread it is part of that."""
        outer = getattr(self._local, "writer", None)
        if outer is not None:
            yield outer
            return
        with self._errors(), self._transaction("BEGIN IMMEDIATE") as connection:
            self._local.writer = connection
            try:
                yield connection
            finally:
                self._local.writer = None

    @contextmanager
    def replacing(self) -> Iterator[sqlite3.Connection]:
        """A new file to fill. When it is filled its content is taken over, in one step for all who read."""
        with self._errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".search-") as folder:
                fresh = sqlite3.connect(Path(folder) / "new.sqlite3", isolation_level=None)
                try:
                    # It is thrown away if it does not come to its end.
                    fresh.executescript(
                        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                        f"PRAGMA cache_size = -{FILLING_KIB};"
                    )
                    make_schema(fresh)
                    fresh.execute("BEGIN")
                    yield fresh
                    fresh.execute("COMMIT")
                    fresh.backup(self._connection())
                finally:
                    fresh.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute(begin)
        try:
            yield connection
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Tells what goes wrong as an `EngineError`, and makes a broken file anew."""
        try:
            yield
        except sqlite3.Error as error:
            logger.warning("search index %s: %s", self.path, error)
            if _is_broken(error):
                self._replace_broken()
            raise EngineError(str(error)) from error
        except OSError as error:
            logger.warning("search index %s: %s", self.path, error)
            raise EngineError(str(error)) from error

    def _replace_broken(self) -> None:
        with self._lock():
            # While this thread has the broken file open no other can have its inode.
            if self._identity() == getattr(self._local, "of", None):
                logger.warning("search index %s is broken: made anew", self.path)
                self._make_anew()

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; a new one if the file was replaced or this is another process after a fork."""
        known = getattr(self._local, "connection", None)
        if known is not None and self._local.of == self._identity():
            return known
        if known is not None and self._local.of[0] == os.getpid():
            known.close()
        self._local.connection = None
        self._local.connection = self._open()
        self._local.of = self._identity()
        return self._local.connection

    def _identity(self) -> tuple[int, int]:
        """Which process asks, and which file it is: an inode is not given to another file while one has it open."""
        try:
            return os.getpid(), self.path.stat().st_ino
        except FileNotFoundError:
            return os.getpid(), 0

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock():
            is_new = not self.path.exists()
            connection = _connect(self.path)
            if _prepare(connection) == VERSION:
                return connection
            connection.close()
            if not is_new:
                logger.warning("search index %s is of another version or broken: made anew", self.path)
            self._make_anew()
            connection = _connect(self.path)
            _prepare(connection)
            return connection

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Nobody else opens the file or makes it anew meanwhile."""
        with self._beside(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_anew(self) -> None:
        """Put an empty index in the place of the file.

        The name is a link to a file with a name of its own: SQLite finds a journal by its name, and one that belongs to
        a file that others still have open must not be taken for the new one's.
        """
        fresh = self._beside(f".{time.time_ns()}")
        connection = _connect(fresh)
        make_schema(connection)
        connection.close()
        link = self._beside(".link")
        link.unlink(missing_ok=True)
        link.symlink_to(fresh.name)
        link.replace(self.path)
        for old in self.path.parent.glob(f"{self.path.name}.[0-9]*"):
            if not old.name.startswith(fresh.name):
                old.unlink(missing_ok=True)

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def make_schema(connection: sqlite3.Connection) -> None:
    state = f"INSERT INTO state VALUES ({time.time_ns()}, 0, 0);"  # noqa: S608
    tables = SCHEMA + postings.SCHEMA + vocabulary.SCHEMA
    connection.executescript(f"BEGIN IMMEDIATE; {tables} {state} PRAGMA user_version = {VERSION}; COMMIT;")


def _prepare(connection: sqlite3.Connection) -> int | None:
    """Sets the connection up; the version of the schema in the file, or None if it is no database."""
    try:
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;")
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if _is_broken(error):
            return None
        raise


def _is_broken(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN
