"""Queries in the language of Elasticsearch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elasticsearch import Elasticsearch

from search.engines import Filters
from search.evidence import Evidence, evidence_of
from search.planning import Term
from search.tokens import EXACT

from .documents import FORMS, LONGEST_START, token_of

Clause = dict[str, Any]


def several(
    client: Elasticsearch, index: str, searches: list[dict[str, Any]], *, filter_path: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The answers to several searches, asked in one request. One that fails fails all.

    With a `filter_path` they hold nothing else.
    """
    wanted = [f"responses.{path}" for path in ("error", "status", *filter_path)] if filter_path else None
    headed = [line for search in searches for line in ({}, search)]
    answers: list[dict[str, Any]] = client.msearch(index=index, searches=headed, filter_path=wanted)["responses"]
    for answer in answers:
        if "error" in answer:
            raise ValueError(str(answer["error"])[:500])
    return answers


def may_see(audience: frozenset[str], without: frozenset[str] = frozenset()) -> list[Clause]:
    """Filters: documents that have one of a person's tokens, but for some keys. What was removed has no token."""
    clauses: list[Clause] = [{"terms": {"audience": sorted(audience)}}]
    if without:
        clauses.append({"bool": {"must_not": {"terms": {"key": sorted(without)}}}})
    return clauses


def has(term: Term, *, field: str = "tokens") -> Clause:
    """What a document has, or its title, that has the term itself, whatever means the same."""
    return any_of([shows(evidence, field=field) for evidence in evidence_of(term)])


def shows(evidence: Evidence, *, field: str = "tokens") -> Clause:
    """What a document has, or its title, that has all of it; of a beginning a hit tells by name, see `begun`."""
    tokens = [token_of(evidence.kind, token) for token in evidence.tokens]
    if evidence.is_beginning:
        return {"prefix": {field: {"value": tokens[0], "_name": f"{field}:{evidence.kind}"}}}
    clauses = [{"term": {field: token}} for token in tokens]
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": clauses}}


def begun(hit: Clause, *, field: str = "tokens") -> bool:
    """Whether this hit, or its title, has a word that begins as the unfinished one does; see `shows`."""
    return any(name.partition(":")[0] == field for name in hit.get("matched_queries", ()))


def has_in_title(term: Term) -> Clause:
    return has(term, field="title")


def has_word(folded: str) -> Clause:
    return {"term": {"tokens": token_of(EXACT, folded)}}


def has_form(form: str) -> Clause:
    return any_of([{"term": {"tokens": token_of(kind, form)}} for kind in FORMS])


def title_begins(start: str) -> Clause:
    return {"prefix": {"title_start": start[:LONGEST_START]}}


def worth(clause: Clause, score: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": score}}


def any_of(clauses: list[Clause]) -> Clause:
    """A clause for each token: of a list of tokens in one Lucene goes through the documents one by one."""
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else {"match_none": {}}


def narrowing(filters: Filters) -> dict[str, Clause]:
    """The filters that are in force, by their names."""
    clauses: dict[str, Clause] = {}
    if filters.kinds:
        clauses["kinds"] = {"terms": {"kind": sorted(filters.kinds)}}
    if filters.theme:
        clauses["theme"] = {"term": {"theme_slugs": filters.theme}}
    if filters.department:
        clauses["department"] = {"term": {"department": filters.department}}
    if filters.minutes is not None:
        clauses["minutes"] = {"range": {"minutes": {"lte": filters.minutes}}}
    if filters.participants is not None:
        clauses["participants"] = {
            "bool": {
                "filter": [
                    {"range": {"participants_from": {"lte": filters.participants}}},
                    {"range": {"participants_to": {"gte": filters.participants}}},
                ]
            }
        }
    return clauses
