"""Which documents have a term, for one person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from itertools import chain

import numpy as np
import numpy.typing as npt

from search.evidence import Evidence, evidence_of
from search.planning import Term

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
        ways = (each for term in terms for each in (term, *(expansion.term for expansion in term.expansions)))
        evidence = chain.from_iterable(map(evidence_of, ways))
        tokens = {each.kind + token for each in evidence if not each.is_beginning for token in each.tokens}
        self.snapshot.read_ahead(self.db, [*tokens, *(IN_TITLE + token for token in tokens)])

    def having(self, evidence: Evidence, *, in_title: bool = False) -> Postings:
        """The documents that have it, some of them more than once, whoever may see them."""
        before = IN_TITLE + evidence.kind if in_title else evidence.kind
        look = postings.beginning if evidence.is_beginning else postings.having
        found = [self.snapshot.postings(look, self.db, before + token) for token in evidence.tokens]
        if len(found) == 1:
            return found[0]
        fewest, *others = sorted(found, key=len)
        for numbers in others:
            if not len(fewest):
                break
            has = np.zeros(len(self.snapshot), dtype=np.bool_)
            has[numbers] = True
            fewest = fewest[has[fewest]]
        return fewest

    def _mask_of(self, term: Term, *, in_title: bool = False) -> Mask:
        found = np.zeros(len(self.snapshot), dtype=np.bool_)
        for evidence in evidence_of(term):
            found[self.having(evidence, in_title=in_title)] = True
        found &= self.allowed
        return found

    def similar_to(self, word: str, *, edits: int) -> Iterable[str]:
        return self.snapshot.vocabulary.similar_to(word, edits=edits)
