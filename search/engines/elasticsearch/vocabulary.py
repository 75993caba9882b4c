"""The words of what the person who asks may see; see `search.planning.Vocabulary`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from itertools import chain, islice
from typing import Any, TypeVar

from elasticsearch import Elasticsearch

from search.danish.words import fold
from search.planning import Plan, Synonyms, Term, term_of

from . import queries, spelling
from .spelling import LONGEST_CORRECTED, Slips, likeliest

ASKED_AT_ONCE = 200
_WANTED = ("hits.total.value", "suggest.*.options.text")

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
        self._near: dict[str, Slips] = {}
        self._spelt: dict[str, str | None] = {}
        self._written: set[Term] = set()  # words that stand somewhere, though nobody has counted where
        self._guess = True
        self._guessed: dict[Term, None] = {}
        self._sought: dict[str, int] = {}  # folded words, and the most slips that others may be away
        self._sought_before: dict[str, int] = {}

    @property
    def total(self) -> int:
        """Of all that may be seen; 0 where nothing was asked yet."""
        return self._total or 0

    def informed(self, understand: Callable[[], T]) -> T:
        """What a plan comes to that asks for many words, one after the other.

        It is made with guesses for what is not known yet; then all that it asked is looked up at once, and it is made
        again, until nothing is guessed any more. At first all words are taken to occur, as most do. Where one does not,
        each step that may follow hangs on the one before: these are asked at once, too, as if none led anywhere.
        """
        understood = understand()
        while self._guessed or self._sought:
            self._look_up()
            understood = understand()
            if self._guessed or self._sought:
                self._guess = False
                understand()
                self._guess = True
        return understood

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
            return self._guess or term in self._written
        return self._counts[term] > 0

    def similar_to(self, word: str, *, edits: int) -> list[str]:
        folded = fold(word)
        if len(folded) > LONGEST_CORRECTED:
            return []
        if self._sought_before.get(folded, 0) < edits:
            self._sought[folded] = max(edits, self._sought.get(folded, 0))
        forms = likeliest(folded, self._near.get(folded, {}), edits=edits)
        return list(dict.fromkeys(filter(None, map(self._spelt.get, forms))))

    def count(self, term: Term) -> int:
        """How many documents have the term itself, whatever means the same."""
        self.ask([term])
        return self._counts[term.itself]

    def ask(self, terms: Iterable[Term]) -> None:
        """Have the counts of these, and of all that may be seen."""
        self._ask(terms, ())

    def _look_up(self) -> None:
        """All that was guessed and sought."""
        guessed, sought = self._guessed, self._sought
        self._guessed, self._sought = {}, {}
        self._ask(guessed, [word for word in sought if word not in self._near])
        self._sought_before |= sought
        forms = [form for word, edits in sought.items() for form in likeliest(word, self._near[word], edits=edits)]
        unspelt = [form for form in dict.fromkeys(forms) if form not in self._spelt]
        spelt = spelling.spelt(self._client, self._index, self.may_see, unspelt)
        self._spelt |= spelt
        self._written.update(term_of(word).itself for word in spelt.values() if word)

    def _ask(self, terms: Iterable[Term], sought: Collection[str]) -> None:
        """Counts, each by a search of its own (an aggregation with a filter for each takes twice as long), and what
        comes near to words, side by side."""
        unknown = [term for term in dict.fromkeys(term.itself for term in terms) if term not in self._counts]
        self._counts |= {term: 0 for term in unknown if not term.can_be_had}
        unknown = [term for term in unknown if term.can_be_had]
        if not unknown and not sought:
            return
        searches = [self._counting(queries.has(term)) for term in unknown]
        near = [spelling.near_to(word) for word in sought]
        searches += chain.from_iterable(near)
        if self._total is None:
            searches.append(self._counting({"bool": {"filter": self.may_see}}))
        answers: list[dict[str, Any]] = []
        for start in range(0, len(searches), ASKED_AT_ONCE):
            some = searches[start : start + ASKED_AT_ONCE]
            answers += queries.several(self._client, self._index, some, filter_path=_WANTED)
        if self._total is None:
            self._total = _total(answers.pop())
        self._counts |= dict(zip(unknown, map(_total, answers[: len(unknown)]), strict=True))
        found = iter(answers[len(unknown) :])
        for word, asked in zip(sought, near, strict=True):
            self._near[word] = spelling.near_in(islice(found, len(asked)), word)

    def _counting(self, clause: queries.Clause) -> dict[str, Any]:
        return {"size": 0, "track_total_hits": True, "query": clause, "post_filter": {"bool": {"filter": self.may_see}}}


class Remembered:
    """Synonyms that are looked up once, however often a plan is made."""

    def __init__(self, synonyms: Synonyms) -> None:
        self.alternatives = cache(synonyms.alternatives)
        self.topics = cache(synonyms.topics)


def _total(answer: dict[str, Any]) -> int:
    total: int = answer["hits"]["total"]["value"]
    return total
