"""The words of what the person who asks may see; see `search.planning.Vocabulary`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from elasticsearch import Elasticsearch
from rapidfuzz.distance import OSA

from search.danish.words import bare, fold
from search.documents import SearchDocument
from search.planning import CORRECTIONS_TRIED, Plan, Term, term_of
from search.tokens import forms_of, vocabulary_of

from . import queries
from .documents import FORM, token_of

LONGEST_CORRECTED = 60
SIMILAR = 200  # words of the whole index that are looked at
ASKED_AT_ONCE = 200
SPELT = 40  # the likeliest of them, whose spelling is asked

T = TypeVar("T")


class Visible:
    """Answers from what it was told, and asks for the rest in few requests; see `informed`."""

    def __init__(
        self, client: Elasticsearch, index: str, *, audience: frozenset[str], without: frozenset[str] = frozenset()
    ) -> None:
        self._client = client
        self._index = index
        self.may_see = queries.may_see(audience, without)
        self._total: int | None = None
        self._counts: dict[Term, int] = {}
        self._guessed: dict[Term, None] = {}
        self._similar: dict[tuple[str, int], list[str]] = {}

    @property
    def total(self) -> int:
        """Of all that may be seen; 0 where nothing was asked yet."""
        return self._total or 0

    def informed(self, understand: Callable[[], T]) -> T:
        """What a plan comes to that asks for many words, one after the other.

        It is made with guesses for what is not known yet; then all that it asked is looked up at once, and it is made
        again, until nothing is guessed any more.
        """
        while True:
            understood = understand()
            if not self._guessed:
                return understood
            self.ask(self._guessed)
            self._guessed = {}

    def expecting(self, understood: Plan) -> Plan:
        """The plan. Its finding will ask how many documents have its terms, and what phrases mean: guess that, too."""
        for term in understood.terms:
            for each in term.nearest_first if not term.can_be_had else (term,):
                self.has(each)
        return understood

    def has(self, term: Term) -> bool:
        term = term.itself
        if term not in self._counts:
            self._guessed[term] = None
            return True
        return self._counts[term] > 0

    def similar_to(self, word: str, *, edits: int) -> list[str]:
        folded = fold(word)
        if len(folded) > LONGEST_CORRECTED:
            return []
        if (folded, edits) not in self._similar:
            # A missing ø before any slip; fewer edits; the same first letter, which people seldom miss.
            ranked = sorted(
                (bare(near) != bare(folded), distance, near[:1] != folded[:1], near)
                for near, distance in self._near(folded, edits).items()
            )
            spelt = self._spelt([near for *__, near in ranked][:SPELT])
            self.ask(map(term_of, spelt[:CORRECTIONS_TRIED]))
            self._similar[folded, edits] = spelt
        return self._similar[folded, edits]

    def count(self, term: Term) -> int:
        """How many documents have the term itself, whatever means the same."""
        self.ask([term])
        return self._counts[term.itself]

    def ask(self, terms: Iterable[Term]) -> None:
        """Have the counts of these, and of all that may be seen."""
        unknown = [term for term in dict.fromkeys(term.itself for term in terms) if term not in self._counts]
        self._counts |= {term: 0 for term in unknown if not term.can_be_had}
        unknown = [term for term in unknown if term.can_be_had]
        for start in range(0, len(unknown), ASKED_AT_ONCE):
            some = unknown[start : start + ASKED_AT_ONCE]
            counted = self._counted([queries.has(term) for term in some])
            self._counts |= dict(zip(some, counted, strict=True))

    def _counted(self, clauses: list[queries.Clause]) -> list[int]:
        """A search for each, side by side: an aggregation with a filter for each takes twice as long."""
        may_see = {"bool": {"filter": self.may_see}}
        if self._total is None:
            clauses = [*clauses, may_see]
        searches = [{"size": 0, "track_total_hits": True, "query": each, "post_filter": may_see} for each in clauses]
        answers = queries.several(self._client, self._index, searches, filter_path=("hits.total.value",))
        counts: list[int] = [answer["hits"]["total"]["value"] for answer in answers]
        if self._total is None:
            self._total = counts.pop()
        return counts

    def _near(self, folded: str, edits: int) -> dict[str, int]:
        """Forms of words of the index, and how many edits they are away; whose words they are is asked after."""
        answer = self._client.search(
            index=self._index,
            size=0,
            suggest={
                "near": {
                    "text": token_of(FORM, folded),
                    "term": {
                        "field": "tokens",
                        "analyzer": "keyword",
                        "suggest_mode": "always",
                        "max_edits": edits,
                        "prefix_length": len(FORM) + 1,
                        "min_word_length": 1,
                        "max_term_freq": 2**31 - 1,
                        "size": SIMILAR,
                        "shard_size": SIMILAR,
                    },
                }
            },
        )
        words = [option["text"].partition(":")[2] for option in answer["suggest"]["near"][0]["options"]]
        distances = {word: OSA.distance(word, folded, score_cutoff=edits) for word in words}
        return {word: distance for word, distance in distances.items() if distance <= edits}

    def _spelt(self, forms: list[str]) -> list[str]:
        """Words with these forms, as they are written in documents that may be seen."""
        if not forms:
            return []
        searches: list[dict[str, Any]] = []
        for form in forms:
            # A word that is written somewhere is told rather than another that only has it for its stem.
            written = [queries.worth(queries.has_word(form), 1.0)]
            query = {"bool": {"filter": [queries.has_form(form), *self.may_see], "should": written}}
            searches.append({"size": 1, "_source": ["json"], "track_total_hits": False, "query": query})
        spelt: dict[str, None] = {}
        for form, answer in zip(forms, queries.several(self._client, self._index, searches), strict=True):
            for hit in answer["hits"]["hits"]:
                words = vocabulary_of(SearchDocument.from_json(hit["_source"]["json"]))
                having = sorted((fold(word) != form, word) for word in words if form in forms_of(word))
                spelt |= dict.fromkeys(word for __, word in having[:1])
        return list(spelt)
