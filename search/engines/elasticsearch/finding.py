"""Matches, their order, and counts; and suggestions."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

from elasticsearch import Elasticsearch

from search.documents import Kind
from search.engines import MATCH_LIMIT, MINUTES, Facets, Found, Query, ThemeCount
from search.planning import Plan, Term, beyond_titles, folded_words, unfinished_terms
from search.ranking import IN_TITLE, RERANKED, Candidate, importance, rank

from . import queries
from .documents import profile_from
from .queries import Clause
from .vocabulary import Visible

MOST_THEMES = MOST_DEPARTMENTS = 1000
_EVERYTHING: Clause = {"match_all": {}}
_ORDER: list[dict[str, Any]] = [{"_score": "desc"}, {"day": {"order": "desc", "missing": "_last"}}, {"key": "asc"}]
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
    narrowing = queries.narrowing(query.filters)
    # Who may see it is asked of what matches: as a part of the query it would have each document be looked for in the
    # lists of all tokens, one by one, in the place of the lists being gone through once.
    may_be_hit = _may_be_found(visible, *narrowing.values())
    best = {
        "size": MATCH_LIMIT,
        "_source": False,
        "stored_fields": "_none_",
        "track_total_hits": False,
        "query": _matching(understood.terms, counts, visible.total),
        "post_filter": may_be_hit,
        "sort": _ORDER,
    }
    counted = {
        "size": 0,
        "track_total_hits": True,
        "query": _matched(understood.terms),
        "post_filter": may_be_hit,
        "aggs": {"visible": {"filter": _may_be_found(visible), "aggs": _aggregations(narrowing)}},
    }
    # Two searches side by side: counting takes as long as finding the best, and needs no scores.
    hits, answer = queries.several(
        client, index, [{}, best, {}, counted], filter_path=("hits.total.value", "hits.hits.sort", "aggregations")
    )
    keys = [hit["sort"][-1] for hit in hits.get("hits", {}).get("hits", [])]
    if understood.terms and keys:
        candidates = _candidates(client, index, keys[:RERANKED])
        ranked = rank(candidates, understood.terms, counts, visible.total, wordings=understood.wordings)
        keys[:RERANKED] = [candidate.key for candidate in ranked]
    total = answer["hits"]["total"]["value"]
    return Found(hits=keys, total=total, facets=_facets(answer["aggregations"]["visible"]), plan=understood)


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
        searches += [{}, {"size": limit, "_source": False, "track_total_hits": False, "query": query}]
        searches[-1] |= {"stored_fields": "_none_", "sort": _SUGGESTED_ORDER}
    by_title, anywhere = queries.several(client, index, searches)
    return [hit["sort"][-1] for hit in by_title["hits"]["hits"] or anywhere["hits"]["hits"]]


def _matching(terms: tuple[Term, ...], counts: list[int], total: int) -> Clause:
    """A first score of each document, by which of the terms it has at all and in its title."""
    if not terms:
        return _EVERYTHING
    return queries.any_of(
        [
            queries.best_of(_scored(term, importance(term, count, total)))
            for term, count in zip(terms, counts, strict=True)
        ]
    )


def _matched(terms: tuple[Term, ...]) -> Clause:
    """The same documents, without scores."""
    ways = chain.from_iterable(chain.from_iterable(term.ways.values()) for term in terms)
    return queries.has_any(ways) if terms else _EVERYTHING


def _may_be_found(visible: Visible, *more: Clause) -> Clause:
    return {"bool": {"filter": [*visible.may_see, *more], "must_not": [{"term": {"kind": Kind.THEME.value}}]}}


def _scored(term: Term, value: float) -> list[Clause]:
    clauses: list[Clause] = []
    for weight, ways in term.ways.items():
        clauses.append(queries.worth(queries.has_any(ways), value * weight))
        clauses.append(queries.worth(queries.has_any(ways, field="title"), value * weight * (1 + IN_TITLE)))
    return clauses


def _counts(visible: Visible, terms: tuple[Term, ...]) -> list[int]:
    """How many documents have each term: itself or, if none does, what means most nearly the same."""
    visible.ask(terms)
    visible.ask(expansion.term for term in terms if not visible.count(term) for expansion in term.expansions)
    return [_count(visible, term) for term in terms]


def _count(visible: Visible, term: Term) -> int:
    return next(filter(None, map(visible.count, term.nearest_first)), 0)


def _candidates(client: Elasticsearch, index: str, keys: list[str]) -> list[Candidate]:
    """One may have been removed since it was found."""
    found = client.search(
        index=index,
        size=len(keys),
        source=False,
        stored_fields="_none_",
        docvalue_fields=[{"field": name} for name in ("key", "kind", "day", "profile")],
        filter_path="hits.total.value,hits.hits.fields",
        query={"bool": {"filter": [{"terms": {"key": keys}}]}},
        sort=["_doc"],
    )
    fields = [hit["fields"] for hit in found["hits"].get("hits", [])]
    return [
        Candidate(
            key=values["key"][0],
            kind=values["kind"][0],
            day=values.get("day", [""])[0],
            profile=profile_from(values["profile"][0]),
        )
        for values in fields
        if "profile" in values
    ]


def _aggregations(narrowing: dict[str, Clause]) -> dict[str, Any]:
    counted: dict[str, Any] = {
        "kinds": {"terms": {"field": "kind", "size": len(Kind)}},
        "theme": {"terms": {"field": "themes", "size": MOST_THEMES}},
        "department": {"terms": {"field": "department", "size": MOST_DEPARTMENTS}},
        "minutes": {
            "range": {
                "field": "minutes",
                "keyed": True,
                "ranges": [{"key": str(step), "to": step + 1} for step in MINUTES],
            }
        },
    }
    return {
        name: {
            "filter": {"bool": {"filter": [clause for other, clause in narrowing.items() if other != name]}},
            "aggs": {"counted": aggregation},
        }
        for name, aggregation in counted.items()
    }


def _facets(aggregations: dict[str, Any]) -> Facets:
    names_of_aggregations = ("kinds", "theme", "department", "minutes")
    kinds, themes, departments, minutes = (aggregations[name]["counted"]["buckets"] for name in names_of_aggregations)
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for bucket in themes:
        # While a theme that was given another name is brought up to date, some documents have the old one.
        slug, __, name = bucket["key"].partition("\t")
        counts[slug] += bucket["doc_count"]
        names[slug] = max(names.get(slug, ""), name)
    counted = [ThemeCount(slug, names[slug], count) for slug, count in counts.items()]
    return Facets(
        kinds={Kind(bucket["key"]): bucket["doc_count"] for bucket in kinds},
        themes=sorted(counted, key=lambda theme: (theme.name, theme.slug)),
        departments={bucket["key"]: bucket["doc_count"] for bucket in departments},
        minutes={step: minutes[str(step)]["doc_count"] for step in MINUTES},
    )
