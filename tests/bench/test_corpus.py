"""The made-up corpus of the speed bench."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from bench.search import corpus
from search.documents import CORPS, STAFF


def test_documents_are_the_same_each_time():
    first = [document.digest for document in corpus.documents(40)]

    assert first == [document.digest for document in corpus.documents(40)]
    assert first != [document.digest for document in corpus.documents(40, seed=2)]
    assert len({document.key for document in corpus.documents(40)}) == 40


def test_most_documents_are_for_all_staff_and_some_for_few():
    documents = list(islice(corpus.documents(2000), 2000))
    audiences = Counter(
        "staff" if STAFF in document.audience else "corps" if CORPS in document.audience else "few"
        for document in documents
    )

    assert 1500 < audiences["staff"] < 1750
    assert 100 < audiences["corps"] < 250
    assert 100 < audiences["few"] < 250
