"""What is the embedded engine's own: its file. What every engine does is in test_engine_contract."""

from __future__ import annotations

import sqlite3
import time
from random import Random

import pytest

from search.engines import EngineError, Query
from search.engines.embedded import EmbeddedEngine

from .conftest import STAFF, document, keys


def test_an_index_made_on_demand_is_not_complete_until_it_was_filled(engine):
    assert (keys(engine, "x"), engine.is_complete()) == ([], False)

    engine.replace([document(1)])

    assert engine.is_complete()


def test_of_a_document_that_comes_twice_the_last_is_kept(engine):
    engine.replace([document(1, body="mægling"), document(2), document(1, body="dialog")])

    assert (keys(engine, "mægling"), keys(engine, "dialog")) == ([], ["methodcard:1"])
    assert len(engine.digests()) == 2


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
def test_a_file_that_is_no_index_is_made_anew(tmp_path, content):
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(content)
    engine = EmbeddedEngine(path)

    assert keys(engine, "x") == []
    engine.index([document(1, body="mægling")])
    assert keys(engine, "mægling") == ["methodcard:1"]


def test_an_index_of_another_version_is_made_anew(tmp_path):
    path = tmp_path / "old.sqlite3"
    engine = EmbeddedEngine(path)
    engine.replace([document(1)])
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()

    again = EmbeddedEngine(path)

    assert (keys(again, ""), again.is_complete()) == ([], False)


def test_an_index_that_breaks_while_it_is_open_fails_once_and_is_made_anew(engine, tmp_path):
    engine.replace([document(number, body="mægling " * 200) for number in range(50)])
    path = tmp_path / "alone.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))

    with pytest.raises(EngineError):
        keys(EmbeddedEngine(path), "mægling")

    assert keys(engine, "mægling") == []
    assert not engine.is_complete()


def test_a_folder_that_cannot_be_written_is_an_engine_error(tmp_path):
    (tmp_path / "file").write_text("")
    engine = EmbeddedEngine(tmp_path / "file" / "search.sqlite3")

    with pytest.raises(EngineError):
        keys(engine, "x")


def test_a_deleted_file_is_made_again(engine, tmp_path):
    engine.index([document(1)])
    for path in tmp_path.glob("alone.sqlite3*"):
        path.unlink()

    assert keys(engine, "") == []


def test_a_search_of_two_thousand_documents_is_quick(engine):
    random = Random(4)
    letters = "aeiouybdfghjklmnprstvæøå"
    vocabulary = ["".join(random.choices(letters, k=random.randint(4, 9))) for __ in range(4000)]
    engine.replace(
        document(
            number, title=" ".join(random.choices(vocabulary, k=4)), body=" ".join(random.choices(vocabulary, k=120))
        )
        for number in range(2000)
    )
    queries = [" ".join(random.choices(vocabulary, k=3)) for __ in range(20)] + [vocabulary[0] + "x", ""]
    keys(engine, queries[0])

    times = []
    for query in queries:
        started = time.perf_counter()
        engine.find(Query(text=query, audience=STAFF))
        times.append(time.perf_counter() - started)

    assert sorted(times)[len(times) // 2] < 0.05
