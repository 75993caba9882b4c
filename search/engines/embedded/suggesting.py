"""Suggestions while somebody types: documents by the words of their titles, the last of which may be unfinished."""

from __future__ import annotations

import json

import numpy as np

from search.engines import SUGGESTED_FIRST
from search.planning import beyond_titles, folded_words, unfinished_terms

from .matching import Matcher, Rows
from .snapshot import KINDS

MOST_ORDERED = 300  # of what has the words, these are put in order by their titles


def suggest(matcher: Matcher, text: str, *, limit: int) -> list[str]:
    """Those with all words in the title; if there are none, those with all words anywhere."""
    terms = unfinished_terms(text, matcher)
    if not terms:
        return []
    for in_title, wanted in ((True, terms), (False, beyond_titles(terms))):
        rows = matcher.rows(wanted[0], in_title=in_title)
        for term in wanted[1:]:
            rows = np.intersect1d(rows, matcher.rows(term, in_title=in_title), assume_unique=True)
        if len(rows):
            return _ordered(matcher, rows, text)[:limit]
    return []


def _ordered(matcher: Matcher, rows: Rows, text: str) -> list[str]:
    """First the titles that begin as the text does; then by kind; then the shorter title."""
    snapshot = matcher.snapshot
    kinds = np.array([SUGGESTED_FIRST.index(kind) for kind in KINDS])
    rows = rows[np.argsort(kinds[snapshot.kinds[rows]], kind="stable")][:MOST_ORDERED]
    titles = dict(
        matcher.db.execute(
            "SELECT document, title FROM profile WHERE document IN (SELECT value FROM json_each(?))",
            [json.dumps(rows.tolist())],
        ).fetchall()
    )
    start = " ".join(folded_words(text))

    def order(number: int) -> tuple[bool, int, int, str, str]:
        title = titles[number]
        place = int(kinds[snapshot.kinds[number]])
        return not title.startswith(start), place, title.count(" "), title, snapshot.keys[number]

    return [snapshot.keys[number] for number in sorted(rows.tolist(), key=order)]
