"""What shows that a document has a term, and what it is worth before hits are ranked: the same for every engine.

The first score of a document is the sum of what it has: each token by itself, and once more where it is in the title.
To add up is what Lucene does quickest, and the best sixty have more of the best ten in them than with the best of what
means the same in the place of the sum; `docs/search.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .planning import Term
from .ranking import IN_TITLE, importance
from .tokens import EXACT, PART, STEM

NEARNESS = 1.5  # a power: what means less than the same is worth less still where much of it adds up
VERY_WORD = 0.3  # of what its stem is worth, beside that
TITLE = 0.7 * IN_TITLE
# Sums of so many binary digits are the same in whatever order and precision engines add.
STEPS = 4096
# Twenty words that the thesaurus says much of come to some four hundred. Elasticsearch refuses more than 4,096 clauses,
# and each token is one for the text and one for the title.
MOST = 600


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of these tokens of one kind, or a word that begins with the one there is."""

    kind: str
    tokens: tuple[str, ...]
    is_beginning: bool = False


def evidence_of(term: Term) -> Iterator[Evidence]:
    """Any of it is enough for a document to have the term itself, whatever means the same."""
    if term.is_prefix:
        for kind in (EXACT, PART):
            yield Evidence(kind, (term.exact,), is_beginning=True)
        return
    if term.exact:
        yield Evidence(EXACT, (term.exact,))
    for stem in dict.fromkeys((*term.stems, *term.verbs)):
        yield Evidence(STEM, (stem,))
    if term.parts:
        yield Evidence(STEM, term.parts)


def worths(terms: Sequence[Term], counts: Sequence[int], total: int) -> dict[Evidence, float]:
    """What there is to find for a query, and what finding it adds, the worthiest first.

    `counts` and `total` as for `ranking.rank`.
    """
    worths: dict[Evidence, float] = {}
    for term, count in zip(terms, counts, strict=True):
        for evidence, nearness in _nearnesses(term).items():
            worths[evidence] = worths.get(evidence, 0.0) + importance(term, count, total) * nearness
    worthiest = sorted(worths.items(), key=lambda item: -item[1])[:MOST]
    return {evidence: in_steps(worth) for evidence, worth in worthiest}


def in_steps(worth: float) -> float:
    """Never nothing: a word that all documents have is found as well."""
    return max(1, round(worth * STEPS)) / STEPS


def _nearnesses(term: Term) -> dict[Evidence, float]:
    """What shows that a document has the term or what means the same, and how much of what the word is worth."""
    beside_stem = VERY_WORD if term.stems else 1.0
    nearnesses = {
        each: beside_stem if each.kind == EXACT and not each.is_beginning else 1.0 for each in evidence_of(term)
    }
    for expansion in term.expansions:
        for each in evidence_of(expansion.term):
            # Its stem is enough: editors spell well.
            if each.kind != EXACT or not expansion.term.stems:
                nearnesses[each] = max(nearnesses.get(each, 0.0), expansion.weight**NEARNESS)
    return nearnesses
