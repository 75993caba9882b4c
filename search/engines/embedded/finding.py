"""Matches, their order, and counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from search.documents import Kind
from search.engines import MINUTES, Facets, Filters, Found, Query, ThemeCount
from search.evidence import TITLE, in_steps, worths
from search.planning import Plan, Term
from search.ranking import RERANKED, Candidate, rank

from .matching import Matcher, Rows
from .snapshot import KINDS, Mask, Numbers, Snapshot

Scores = npt.NDArray[np.float64]


def find(matcher: Matcher, query: Query, understood: Plan) -> Found:
    snapshot = matcher.snapshot
    if understood.terms:
        scores, counts = _scored(matcher, understood.terms)
    else:
        # An empty query asks for everything; one without a word in it for nothing.
        scores, counts = np.full(len(snapshot), 0.0 if query.text.strip() else 1.0), []
    matched = matcher.allowed & (scores > 0) & (snapshot.kinds != KINDS.index(Kind.THEME))
    narrowed = _Narrowed(snapshot, query.filters)
    hits = np.flatnonzero(matched & narrowed.by_all())
    ordered = _best(hits, scores, snapshot.days, number=max(query.limit, RERANKED))
    keys = [snapshot.keys[number] for number in ordered.tolist()]
    if understood.terms:
        candidates = _candidates(matcher, ordered[:RERANKED], understood.terms)
        ranked = rank(candidates, understood.terms, counts, matcher.total, wordings=understood.wordings)
        keys[:RERANKED] = [candidate.key for candidate in ranked]
    return Found(
        hits=keys[: query.limit], total=len(hits), facets=_facets(snapshot, matched, narrowed), plan=understood
    )


def _best(hits: Rows, scores: Scores, days: Numbers, *, number: int) -> Rows:
    """So many of the best, best first: by score, then the newest, then by number."""
    newest = hits - (days[hits] << 32)
    of_hits = scores[hits]
    if len(hits) > number:
        # Sorting all would take longer than finding them did.
        least = np.partition(of_hits, -number)[-number]
        sure, tied = np.flatnonzero(of_hits > least), np.flatnonzero(of_hits == least)
        room = number - len(sure)
        kept = np.concatenate([sure, tied[np.argpartition(newest[tied], room - 1)[:room]]])
        hits, of_hits, newest = hits[kept], of_hits[kept], newest[kept]
    best: Rows = hits[np.lexsort((newest, -of_hits))]
    return best


def _scored(matcher: Matcher, terms: tuple[Term, ...]) -> tuple[Scores, list[int]]:
    """A first score of each document; and how many documents have each term, or what means most nearly the same.

    The score is that of all documents, whoever may see them.
    """
    matcher.read_ahead(terms)
    counts = [next(filter(None, map(matcher.count, term.nearest_first)), 0) for term in terms]
    scores = np.zeros(len(matcher.snapshot))
    for evidence, worth in worths(terms, counts, matcher.total).items():
        scores[matcher.having(evidence)] += worth
        scores[matcher.having(evidence, in_title=True)] += in_steps(worth * TITLE)
    return scores, counts


def _candidates(matcher: Matcher, numbers: Rows, terms: Sequence[Term]) -> list[Candidate]:
    snapshot = matcher.snapshot
    rows = matcher.db.execute(
        "SELECT document, profile FROM profile WHERE document IN (SELECT value FROM json_each(?))",
        [json.dumps(numbers.tolist())],
    )
    profiles = dict(rows.fetchall())
    unfinished = [term for term in terms if term.is_prefix]
    begun, begun_in_title = (
        {number for term in unfinished for number in matcher.rows(term, in_title=in_title).tolist()}
        for in_title in (False, True)
    )
    return [
        Candidate(
            key=snapshot.keys[number],
            kind=KINDS[snapshot.kinds[number]],
            day=_iso(int(snapshot.days[number])),
            profile=profiles[number],
            begun=number in begun,
            begun_in_title=number in begun_in_title,
        )
        for number in numbers.tolist()
    ]


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat() if ordinal else ""


class _Narrowed:
    """The filters as masks, and with one of them left out."""

    def __init__(self, snapshot: Snapshot, filters: Filters) -> None:
        self._everything = np.ones(len(snapshot), dtype=np.bool_)
        self._masks: dict[str, Mask] = {}
        if filters.kinds:
            self._masks["kinds"] = np.isin(snapshot.kinds, [KINDS.index(kind) for kind in filters.kinds])
        if filters.theme:
            place = snapshot.slugs.get(filters.theme)
            self._masks["theme"] = ~self._everything if place is None else snapshot.themes[:, place]
        if filters.department:
            named = snapshot.department_names.get(filters.department)
            self._masks["department"] = ~self._everything if named is None else snapshot.departments == named
        if filters.minutes is not None:
            self._masks["minutes"] = (snapshot.minutes >= 0) & (snapshot.minutes <= filters.minutes)
        if filters.participants is not None:
            number = filters.participants
            self._masks["participants"] = (snapshot.participants_from >= 0) & (snapshot.participants_from <= number)
            self._masks["participants"] &= snapshot.participants_to >= number

    def by_all(self, *, but: str = "") -> Mask:
        mask = self._everything
        for name, narrowing in self._masks.items():
            if name != but:
                mask = mask & narrowing
        return mask


def _facets(snapshot: Snapshot, matched: Mask, narrowed: _Narrowed) -> Facets:
    kinds = np.bincount(snapshot.kinds[matched & narrowed.by_all(but="kinds")], minlength=len(KINDS))
    with_theme = np.packbits(matched & narrowed.by_all(but="theme"))
    themes = np.bitwise_count(snapshot.packed_themes & with_theme).sum(axis=1)
    counted = [
        ThemeCount(slug, snapshot.names[slug], int(themes[place]))
        for slug, place in snapshot.slugs.items()
        if themes[place]
    ]
    of_department = snapshot.departments[matched & narrowed.by_all(but="department") & (snapshot.departments >= 0)]
    departments = np.bincount(of_department, minlength=len(snapshot.department_names))
    minutes = snapshot.minutes[matched & narrowed.by_all(but="minutes") & (snapshot.minutes >= 0)]
    steps = {step: int((minutes <= step).sum()) for step in MINUTES}
    return Facets(
        kinds={kind: int(kinds[place]) for place, kind in enumerate(KINDS) if kinds[place]},
        themes=sorted(counted, key=lambda theme: (theme.name, theme.slug)),
        departments={
            name: int(departments[place]) for name, place in snapshot.department_names.items() if departments[place]
        },
        minutes=steps,
    )
