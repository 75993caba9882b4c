"""Matches, their order, and counts; and suggestions."""

from __future__ import annotations

from typing import Any

from elasticsearch import Elasticsearch

from search.documents import Kind
from search.engines import MINUTES, Facets, Found, Query
from search.evidence import TITLE, Evidence, in_steps, worths
from search.planning import Plan, Term, beyond_titles, folded_words, unfinished_terms
from search.ranking import RERANKED, Candidate, rank

from . import queries
from .counting import aggregations, total_and_facets
from .documents import profile_from
from .queries import Clause
from .vocabulary import Visible

_EVERYTHING: Clause = {"match_all": {}}
_ORDER: list[dict[str, Any]] = [{"_score": "desc"}, {"day": {"order": "desc", "missing": "_last"}}, {"key": "asc"}]
_RANKED_BY = [{"field": name} for name in ("kind", "day", "profile")]
_SUGGESTED_ORDER: list[dict[str, Any]] = [
    {"_score": "desc"},
    {"place": "asc"},
    {"title_words": "asc"},
    {"title_start": "asc"},
    {"key": "asc"},
]


def find(client: Elasticsearch, index: str, visible: Visible, query: Query, understood: Plan) -> Found:
    if query.text.strip() and not understood.terms:
        return Found(hits=[], total=0, facets=Facets(minutes=dict.fromkeys(MINUTES, 0)), plan=understood)
    counts = _counts(visible, understood.terms)
    worth = worths(understood.terms, counts, visible.total)
    narrowing = queries.narrowing(query.filters)
    best = _best(visible, narrowing, _scored(worth) if understood.terms else _EVERYTHING)
    matched = queries.any_of([*map(queries.shows, worth)]) if understood.terms else _EVERYTHING
    # The few that are ranked come with all that ranks them: Lucene passes over what cannot be among so few. Counting is
    # done beside that, as it takes as long, and needs no scores.
    searches = [best | {"size": RERANKED, "docvalue_fields": _RANKED_BY}, _counting(visible, narrowing, matched)]
    if query.limit > RERANKED:
        searches.append(best | {"from": RERANKED, "size": query.limit - RERANKED})
    wanted = ("hits.hits.sort", "hits.hits.fields", "hits.hits.matched_queries", "aggregations")
    to_rank, counted, *others = queries.several(client, index, searches, filter_path=wanted)
    candidates = [_candidate(hit) for hit in _hits(to_rank)]
    if understood.terms:
        candidates = rank(candidates, understood.terms, counts, visible.total, wordings=understood.wordings)
    keys = [candidate.key for candidate in candidates] + [_key(hit) for other in others for hit in _hits(other)]
    total, facets = total_and_facets(counted["aggregations"]["visible"], query.filters)
    # One that moved between two searches is in both.
    return Found(hits=list(dict.fromkeys(keys))[: query.limit], total=total, facets=facets, plan=understood)


def suggest(client: Elasticsearch, index: str, visible: Visible, text: str, *, limit: int) -> list[str]:
    """Those with all words in the title; if there are none, those with all words anywhere."""
    terms = visible.informed(lambda: unfinished_terms(text, visible))
    if not terms:
        return []
    start = " ".join(folded_words(text))
    searches: list[dict[str, Any]] = []
    for has, wanted in ((queries.has_in_title, terms), (queries.has, beyond_titles(terms))):
        query = {
            "bool": {
                "filter": [*map(has, wanted), *visible.may_see],
                "should": [queries.worth(queries.title_begins(start), 1.0)],
            }
        }
        best = {"size": limit, "_source": False, "stored_fields": "_none_", "track_total_hits": False}
        searches.append(best | {"query": query, "sort": _SUGGESTED_ORDER})
    by_title, anywhere = queries.several(client, index, searches)
    return [_key(hit) for hit in _hits(by_title) or _hits(anywhere)]


def _best(visible: Visible, narrowing: dict[str, Clause], matching: Clause) -> dict[str, Any]:
    """A search for the best of what may be seen.

    Who may see it is asked of what matches: as a part of the query it would have each document be looked for in the
    lists of all tokens, one by one, in the place of the lists being gone through once.
    """
    return {
        "_source": False,
        "stored_fields": "_none_",
        "track_total_hits": False,
        "query": matching,
        "post_filter": _may_be_found(visible, *narrowing.values()),
        "sort": _ORDER,
    }


def _counting(visible: Visible, narrowing: dict[str, Clause], matched: Clause) -> dict[str, Any]:
    """A search that counts what of this may be seen, without scores."""
    return {
        "size": 0,
        "track_total_hits": False,
        "query": matched,
        "aggs": {"visible": {"filter": _may_be_found(visible), "aggs": aggregations(narrowing)}},
    }


def _scored(worth: dict[Evidence, float]) -> Clause:
    """Documents by their first score; see `search.evidence`."""
    clauses: list[Clause] = []
    for evidence, value in worth.items():
        clauses.append(queries.worth(queries.shows(evidence), value))
        clauses.append(queries.worth(queries.shows(evidence, field="title"), in_steps(value * TITLE)))
    return queries.any_of(clauses)


def _may_be_found(visible: Visible, *more: Clause) -> Clause:
    return {"bool": {"filter": [*visible.may_see, *more], "must_not": [{"term": {"kind": Kind.THEME.value}}]}}


def _counts(visible: Visible, terms: tuple[Term, ...]) -> list[int]:
    """How many documents have each term: itself or, if none does, what means most nearly the same."""
    visible.ask(terms)
    visible.ask(near for term in terms if not visible.count(term) for near in term.nearest_first)
    return [_count(visible, term) for term in terms]


def _count(visible: Visible, term: Term) -> int:
    return next(filter(None, map(visible.count, term.nearest_first)), 0)


def _hits(answer: dict[str, Any]) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = answer.get("hits", {}).get("hits", [])
    return hits


def _key(hit: dict[str, Any]) -> str:
    key: str = hit["sort"][-1]
    return key


def _candidate(hit: dict[str, Any]) -> Candidate:
    values = hit["fields"]
    return Candidate(
        key=_key(hit),
        kind=values["kind"][0],
        day=values.get("day", [""])[0],
        profile=profile_from(values["profile"][0]),
        begun=queries.begun(hit),
        begun_in_title=queries.begun(hit, field="title"),
    )
