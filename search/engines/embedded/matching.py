"""Which documents have a term, for one person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.danish.words import bare, fold
from search.planning import Term

from .snapshot import Mask, Snapshot
from .tokens import EXACT, PART, STEM

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

    def rows(self, term: Term, *, in_title: bool = False) -> Rows:
        """The numbers of the documents that have the term itself, whatever means the same; rising."""
        return self.any_of([term], in_title=in_title)

    def any_of(self, terms: Iterable[Term], *, in_title: bool = False) -> Rows:
        table = "title" if in_title else "words"
        found = np.zeros(len(self.snapshot), dtype=np.bool_)
        for term in terms:
            for match in _matches(term):
                found[self.snapshot.posting(self.db, table, match)] = True
            if term.parts and not term.is_prefix:
                found |= self._with_all(term.parts, table)
        rows: Rows = np.flatnonzero(found & self.allowed)
        return rows

    def _with_all(self, stems: Iterable[str], table: str) -> Mask:
        found = np.ones(len(self.snapshot), dtype=np.bool_)
        for stem in stems:
            has = np.zeros(len(self.snapshot), dtype=np.bool_)
            has[self.snapshot.posting(self.db, table, _quoted(STEM + stem))] = True
            found &= has
        return found

    def has(self, term: Term) -> bool:
        return bool(len(self.rows(term)))

    def similar_to(self, word: str, *, edits: int) -> Iterable[str]:
        folded = fold(word)
        near: list[tuple[bool, int, bool, str]] = []
        for length in range(len(folded) - edits, len(folded) + edits + 1):
            choices = self.snapshot.folded.get(length, [])
            for found, distance, place in process.extract(
                folded, choices, scorer=OSA.distance, score_cutoff=edits, limit=None
            ):
                # A missing ø before any slip; fewer edits; the same first letter, which people seldom miss.
                other_letters = bare(found) != bare(folded)
                near.append((other_letters, distance, found[:1] != folded[:1], self.snapshot.words[length][place]))
        return [word for *__, word in sorted(near)]


def _matches(term: Term) -> list[str]:
    """What of a term is enough by itself, in the language of FTS5."""
    if term.is_prefix:
        return [f"{_quoted(EXACT + term.exact)} *", f"{_quoted(PART + term.exact)} *"]
    words = [_quoted(EXACT + term.exact)] if term.exact else []
    return words + [_quoted(STEM + stem) for stem in dict.fromkeys((*term.stems, *term.verbs))]


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
