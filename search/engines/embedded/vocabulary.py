"""All words that documents have or had, and which of them a misspelt one comes near."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.danish.slips import REACH, Nearness, nearness, slips_between
from search.danish.words import fold

SCHEMA = """
CREATE TABLE word (
    id INTEGER PRIMARY KEY, word TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, letters INTEGER NOT NULL
);
"""
_BITS = 62  # an INTEGER of SQLite has a sign, and 64 bits


def letters_in(folded: str) -> int:
    """Which letters a word has: one bit each, though rare characters share theirs with others."""
    bits = 0
    for letter in folded:
        bits |= 1 << ord(letter) % _BITS
    return bits


def learn(db: sqlite3.Connection, words: Mapping[str, Mapping[str, str]]) -> None:
    """Words, each with its forms; see `search.tokens.forms_of`."""
    db.executemany(
        # A word that is written somewhere is told rather than another that only has it for its stem.
        "INSERT INTO word (word, folded, letters) VALUES (?, ?, ?)"
        " ON CONFLICT (folded) DO UPDATE SET word = excluded.word WHERE excluded.folded = ? AND word <> excluded.word",
        [
            (name, form, letters_in(form), next(iter(forms)))
            for __, forms in sorted(words.items())
            for form, name in forms.items()
        ],
    )


@dataclass
class _OfOneLength:
    words: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    letters: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


class Vocabulary:
    """The words by the length of their folded form. Never changed: what was learnt since makes another one."""

    def __init__(self) -> None:
        self._last = 0
        self._of_length: dict[int, _OfOneLength] = {}

    def brought_up_to_date(self, db: sqlite3.Connection) -> Vocabulary:
        rows = db.execute(
            "SELECT id, word, folded, letters FROM word WHERE id > ? ORDER BY id", [self._last]
        ).fetchall()
        if not rows:
            return self
        new: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
        for __, word, folded, letters in rows:
            new[len(folded)].append((word, folded, letters))
        later = Vocabulary()
        later._last = rows[-1][0]
        later._of_length = dict(self._of_length)
        for length, added in new.items():
            known = self._of_length.get(length, _OfOneLength())
            words, folds, letters = zip(*added, strict=True)
            later._of_length[length] = _OfOneLength(
                [*known.words, *words], [*known.folded, *folds], np.concatenate([known.letters, letters])
            )
        return later

    def similar_to(self, word: str, *, edits: int) -> list[str]:
        """Words at most so many slips from the word, the likeliest first."""
        typed = fold(word)
        letters = letters_in(typed)
        near: list[tuple[Nearness, str]] = []
        for length in range(len(typed) - REACH, len(typed) + REACH + 1):
            known = self._of_length.get(length)
            if known is None:
                continue
            # An edit takes one letter away and brings in another, at most: of most words that says enough.
            likely = np.flatnonzero(np.bitwise_count(known.letters ^ letters) <= 2 * REACH).tolist()
            choices = [known.folded[place] for place in likely]
            for found, __, at in process.extract(typed, choices, scorer=OSA.distance, score_cutoff=REACH, limit=None):
                if slips_between(typed, found) <= edits:
                    near.append((nearness(typed, found), known.words[likely[at]]))
        return [word for __, word in sorted(near)]
