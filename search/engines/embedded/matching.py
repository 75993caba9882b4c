"""Which documents have a term, for one person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from search.planning import Term
from search.tokens import EXACT, PART, STEM

from . import postings
from .postings import IN_TITLE, Postings
from .snapshot import Mask, Snapshot

Rows = npt.NDArray[np.int64]


class Matcher:
    """The documents that the person who asks may see, and of no others; see `search.planning.Vocabulary`."""

    def __init__(
        self,
        db: sqlite3.Connection,
        snapshot: Snapshot,
        audience: frozenset[str],
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.db = db
        self.snapshot = snapshot
        self.allowed = snapshot.allowed(audience)
        if without:
            listed = json.dumps(sorted(without))
            rows = db.execute("SELECT id FROM document WHERE key IN (SELECT value FROM json_each(?))", [listed])
            self.allowed[[number for (number,) in rows]] = False
        self.total = int(self.allowed.sum())
        self._counts: dict[Term, int] = {}

    def rows(self, term: Term, *, in_title: bool = False) -> Rows:
        """The numbers of the documents that have the term itself, whatever means the same; rising."""
        rows: Rows = np.flatnonzero(self._mask_of(term, in_title=in_title))
        return rows

    def count(self, term: Term) -> int:
        """How many documents have the term itself, whatever means the same."""
        term = term.itself
        if term not in self._counts:
            self._counts[term] = int(np.count_nonzero(self._mask_of(term)))
        return self._counts[term]

    def has(self, term: Term) -> bool:
        return self.count(term) > 0

    def read_ahead(self, terms: Iterable[Term]) -> None:
        """Have all that these terms are found by read at once, which costs less than one after another."""
        each = [way for term in terms for ways in term.ways.values() for way in ways if not way.is_prefix]
        tokens = {token for term in each for token in (*_tokens(term), *(STEM + part for part in term.parts))}
        self.snapshot.read_ahead(self.db, [*tokens, *(IN_TITLE + token for token in tokens)])

    def having(self, term: Term, *, in_title: bool = False) -> Iterator[Postings]:
        """The documents that have the term itself, some of them more than once, whoever may see them."""
        if term.is_prefix:
            for kind in (EXACT, PART):
                yield self._beginning(kind + term.exact, in_title=in_title)
            return
        for token in _tokens(term):
            yield self._having(token, in_title=in_title)
        if term.parts:
            yield self._with_all(term.parts, in_title=in_title)

    def _mask_of(self, term: Term, *, in_title: bool = False) -> Mask:
        found = np.zeros(len(self.snapshot), dtype=np.bool_)
        for numbers in self.having(term, in_title=in_title):
            found[numbers] = True
        found &= self.allowed
        return found

    def _with_all(self, stems: Iterable[str], *, in_title: bool) -> Postings:
        fewest, *others = sorted((self._having(STEM + stem, in_title=in_title) for stem in stems), key=len)
        for numbers in others:
            if not len(fewest):
                break
            has = np.zeros(len(self.snapshot), dtype=np.bool_)
            has[numbers] = True
            fewest = fewest[has[fewest]]
        return fewest

    def _having(self, token: str, *, in_title: bool) -> Postings:
        return self.snapshot.postings(postings.having, self.db, IN_TITLE + token if in_title else token)

    def _beginning(self, start: str, *, in_title: bool) -> Postings:
        return self.snapshot.postings(postings.beginning, self.db, IN_TITLE + start if in_title else start)

    def similar_to(self, word: str, *, edits: int) -> Iterable[str]:
        return self.snapshot.vocabulary.similar_to(word, edits=edits)


def _tokens(term: Term) -> Iterator[str]:
    """What of a term is enough by itself."""
    if term.exact:
        yield EXACT + term.exact
    for stem in dict.fromkeys((*term.stems, *term.verbs)):
        yield STEM + stem
