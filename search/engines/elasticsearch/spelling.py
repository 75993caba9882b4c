"""Words that a misspelt one comes near: forms of words of the index, and how they are written where somebody may see.

Forms are those of `search.tokens.forms_of`. Which of them stand in what a person may see is asked after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from search.danish.slips import REACH, nearness, slips_between
from search.danish.words import fold
from search.tokens import forms_of, vocabulary_of

from . import queries
from .documents import FORMS, SHOWN, shown, token_of

LONGEST_CORRECTED = 60
SIMILAR = 200  # words of the whole index that are looked at
SPELT = 40  # the likeliest of them, whose spelling is asked

Slips = dict[str, int]  # from a word, by forms


def near_to(word: str) -> list[dict[str, Any]]:
    """Searches for forms that come near a folded word: one for each kind of forms, so that the server looks for both at
    the same time."""
    return [_near_to(token_of(kind, word), len(kind) + 1) for kind in FORMS]


def _near_to(token: str, beginning: int) -> dict[str, Any]:
    how = {
        "field": "tokens",
        "analyzer": "keyword",
        "suggest_mode": "always",
        "max_edits": REACH,
        "prefix_length": beginning,
        "min_word_length": 1,
        "max_term_freq": 2**31 - 1,
        "size": SIMILAR,
        "shard_size": SIMILAR,
    }
    return {"size": 0, "suggest": {"near": {"text": token, "term": how}}}


def near_in(answers: Iterable[dict[str, Any]], word: str) -> Slips:
    """What `near_to` found."""
    entries = [entry for answer in answers for entry in answer.get("suggest", {}).get("near", [])]
    forms = {option["text"].partition(":")[2] for entry in entries for option in entry["options"]}
    return {form: slips_between(word, form) for form in forms}


def likeliest(word: str, near: Slips, *, edits: int) -> list[str]:
    within = [form for form, slips in near.items() if slips <= edits]
    return sorted(within, key=lambda form: (nearness(word, form), form))[:SPELT]


def spelt(
    client: Elasticsearch, index: str, may_see: Sequence[queries.Clause], forms: Sequence[str]
) -> dict[str, str | None]:
    """A word with each form, as it is written in a document that may be seen."""
    if not forms:
        return {}
    searches: list[dict[str, Any]] = []
    for form in forms:
        # A word that is written somewhere is told rather than another that only has it for its stem.
        written = [queries.worth(queries.has_word(form), 1.0)]
        query = {"bool": {"filter": [queries.has_form(form), *may_see], "should": written}}
        searches.append({"size": 1, "_source": [SHOWN], "track_total_hits": False, "query": query})
    words: dict[str, str | None] = dict.fromkeys(forms)
    for form, answer in zip(forms, queries.several(client, index, searches), strict=True):
        for hit in answer["hits"]["hits"]:
            in_document = vocabulary_of(shown(hit))
            having = sorted((fold(word) != form, word) for word in in_document if form in forms_of(word))
            words[form] = forms_of(having[0][1])[form] if having else None
    return words
