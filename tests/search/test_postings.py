"""Postings against a plain dictionary: whatever documents gain and lose, in blocks so small that many are touched."""

import sqlite3
from collections import defaultdict
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.embedded import postings
from search.engines.embedded.postings import Changes, beginning, having, having_any

TOKENS = ["xa", "xab", "xabe", "xb", "sø", "s\U0010fffe"]
edits = st.lists(st.tuples(st.integers(1, 12), st.sets(st.sampled_from(TOKENS))), max_size=30)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "BLOCK", 4)
        yield


def an_index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.executescript(postings.SCHEMA + "CREATE TABLE document (id INTEGER PRIMARY KEY);")
    return db


@given(st.lists(edits, max_size=4))
def test_any_edits_are_found_as_they_stand(batches):
    db, documents = an_index(), {}
    for batch in batches:
        with Changes(db) as changes:
            for number, tokens in batch:
                before = documents.get(number, set())
                documents[number] = tokens
                if tokens:
                    db.execute("INSERT OR IGNORE INTO document VALUES (?)", [number])
                else:
                    db.execute("DELETE FROM document WHERE id = ?", [number])
                changes.of(number, before=changes.numbers(before), after=changes.numbers(tokens))

    wanted = defaultdict(set)
    for number, tokens in documents.items():
        for token in tokens:
            wanted[token].add(number)
    found = {token: having(db, token).tolist() for token in TOKENS}
    assert {token: set(numbers) for token, numbers in found.items() if numbers} == wanted
    assert all(len(numbers) == len(set(numbers)) for numbers in found.values())
    assert {token: set(numbers.tolist()) for token, numbers in having_any(db, TOKENS).items()} == {
        token: wanted.get(token, set()) for token in TOKENS
    }
    assert set(beginning(db, "xab").tolist()) == wanted["xab"] | wanted["xabe"]
    assert db.execute("SELECT COUNT(*) FROM posting WHERE length(numbers) = 0").fetchone() == (0,)


def test_what_fails_is_not_written():
    db = an_index()

    with suppress(RuntimeError), Changes(db) as changes:
        changes.of(1, before=changes.numbers([]), after=changes.numbers(["xa"]))
        raise RuntimeError

    assert having(db, "xa").tolist() == []
