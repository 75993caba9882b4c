"""Matches, their order, and counts."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import numpy.typing as npt

from search.documents import Kind
from search.engines import MATCH_LIMIT, MINUTES, Facets, Filters, Found, Query, ThemeCount
from search.planning import Plan, Term
from search.ranking import IN_TITLE, RERANKED, Candidate, rank, rarity

from .matching import Matcher
from .snapshot import KINDS, Mask, Snapshot

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
    ordered = hits[np.lexsort((hits, -snapshot.days[hits], -scores[hits]))]
    keys = [snapshot.keys[number] for number in ordered[:MATCH_LIMIT]]
    if understood.terms:
        best = ordered[:RERANKED].tolist()
        candidates = rank(
            _candidates(matcher, best), understood.terms, counts, int(matcher.allowed.sum()), typed=understood.typed
        )
        keys[:RERANKED] = [candidate.key for candidate in candidates]
    return Found(hits=keys, total=len(hits), facets=_facets(snapshot, matched, narrowed), plan=understood)


def _scored(matcher: Matcher, terms: tuple[Term, ...]) -> tuple[Scores, list[int]]:
    """A first score of each document, by which of the terms it has at all and in its title; and each term's count."""
    scores = np.zeros(len(matcher.snapshot))
    counts = []
    total = int(matcher.allowed.sum())
    for term in terms:
        own = np.zeros(len(scores))
        count = 0
        for weight, ways in sorted(term.ways.items()):
            rows = matcher.any_of(ways)
            own[rows] = weight
            if len(rows):
                own[matcher.any_of(ways, in_title=True)] = weight * (1 + IN_TITLE)
            count = len(rows) or count
        scores += own * rarity(count, total)
        counts.append(count)
    return scores, counts


def _candidates(matcher: Matcher, numbers: list[int]) -> list[Candidate]:
    snapshot = matcher.snapshot
    rows = matcher.db.execute(
        "SELECT document, profile FROM content WHERE document IN (SELECT value FROM json_each(?))",
        [json.dumps(numbers)],
    )
    profiles = dict(rows.fetchall())
    return [
        Candidate(
            key=snapshot.keys[number],
            kind=KINDS[snapshot.kinds[number]],
            day=_iso(int(snapshot.days[number])),
            profile=profiles[number],
        )
        for number in numbers
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
    themes = snapshot.themes[matched & narrowed.by_all(but="theme")].sum(axis=0)
    counted = [
        ThemeCount(slug, snapshot.names[slug], int(themes[place]))
        for slug, place in snapshot.slugs.items()
        if themes[place]
    ]
    minutes = snapshot.minutes[matched & narrowed.by_all(but="minutes") & (snapshot.minutes >= 0)]
    steps = {step: int((minutes <= step).sum()) for step in MINUTES}
    return Facets(
        kinds={kind: int(kinds[place]) for place, kind in enumerate(KINDS) if kinds[place]},
        themes=sorted(counted, key=lambda theme: (theme.name, theme.slug)),
        minutes=steps,
    )
