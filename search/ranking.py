"""The order of hits, the same for every engine: the best candidates of an engine, ranked by what they hold of a query.

Each document carries a profile: what weight each of its tokens has in it; see `search.profiles`.
A term counts by the best way in which a document has it: the word itself, another form, inside a compound, as the verb
behind a noun, or by a word that means the same. `docs/search.md` says on which queries the weights were tuned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from .documents import Kind
from .planning import Term
from .profiles import USUAL_WEIGHT, Amounts, Mask, Profiles

RERANKED = 60  # candidates of the engine that are ranked; more found nothing more on the judged sets

SATURATION = 2.0  # k of BM25: the weight that is worth half of what can be had
OTHER_FORM = 0.85  # of what the very word is worth
RELATED_WORD = 0.65
PARTS = 0.6
SOME_PARTS = 0.23
PREFIX = 0.8
COVERAGE = 2.4
IN_TITLE = 1.85
WHOLE_TITLE = 0.4
IN_HEADING = 0.2
WHOLE_HEADING = 0.22
VERY_TITLE = 0.5
KINDS: dict[str, float] = {Kind.METHOD_CARD: 1.06, Kind.TOOL: 1.02, Kind.NOTE: 0.95, Kind.PERSON: 0.92, Kind.SLOT: 0.6}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an engine says of a document that it found. `day` is its date in ISO form, or empty."""

    key: str
    kind: str
    day: str
    profile: bytes


def importance(term: Term, count: int, total: int) -> float:
    """What a term that `count` of `total` documents have is worth: its share of BM25's inverse document frequency."""
    return term.share * math.log(1 + (max(total, count) - count + 0.5) / (count + 0.5))


def rank(
    candidates: Sequence[Candidate],
    terms: Sequence[Term],
    counts: Sequence[int],
    total: int,
    *,
    wordings: Sequence[Sequence[str]],
) -> list[Candidate]:
    """The candidates, best first: by score, then the newest, then by key.

    `counts` says of each term how many of the `total` documents have it: itself or, if none does, what means the same.
    `wordings` are all words of the query, folded, in each way that they may be written.
    """
    profiles = Profiles([candidate.profile for candidate in candidates], _tokens(terms, wordings))
    weights = [importance(term, count, total) for term, count in zip(terms, counts, strict=True)]
    scores = _scores(profiles, terms, weights, wordings)
    scores *= [KINDS.get(candidate.kind, 1.0) for candidate in candidates]
    scored = list(zip((-scores.round(6)).tolist(), candidates, strict=True))
    scored.sort(key=lambda pair: pair[1].key)
    scored.sort(key=lambda pair: pair[1].day, reverse=True)
    scored.sort(key=lambda pair: pair[0])
    return [candidate for __, candidate in scored]


def _tokens(terms: Sequence[Term], wordings: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from chain.from_iterable(wordings)
    for term in terms:
        for each in (term, *(expansion.term for expansion in term.expansions)):
            yield each.exact
            yield from chain(each.stems, each.verbs, each.parts)


def _scores(
    profiles: Profiles, terms: Sequence[Term], weights: Sequence[float], wordings: Sequence[Sequence[str]]
) -> Amounts:
    whole = sum(weights) or 1.0
    score, words_of_title = np.zeros((2, len(profiles)))
    by_heading, words_of_heading = np.zeros((2, len(profiles), profiles.most_headings))
    for term, own in zip(terms, weights, strict=True):
        value = _best(term, profiles)
        if value is None:
            continue
        score += own / whole * (value.weight + COVERAGE * value.sureness + IN_TITLE * value.in_title)
        words_of_title += value.in_title
        by_heading += own / whole * value.in_headings
        words_of_heading += value.in_headings
    score += WHOLE_TITLE * np.minimum(1.0, words_of_title / np.maximum(1, profiles.carrying)) * (profiles.carrying > 0)
    if profiles.most_headings:
        shares = np.minimum(1.0, words_of_heading / profiles.heading_sizes())
        score += (IN_HEADING * by_heading + WHOLE_HEADING * shares).max(axis=1)
    score += VERY_TITLE * np.max([_likeness(words, profiles) for words in wordings], axis=0)
    return score


def _likeness(words: Sequence[str], profiles: Profiles) -> Amounts:
    """Of the words and those of the title together, the share that both have."""
    words = tuple(dict.fromkeys(words))
    in_both = np.zeros(len(profiles))
    for word in filter(profiles.has, words):
        in_both += profiles.is_title_word(word)
    likeness: Amounts = in_both / np.maximum(1, len(words) + profiles.title_words - in_both)
    return likeness


class _Value:
    """Of a term in each document: how surely it is meant, from 0 to 1, its weight there, and how much is in the title
    and in each heading, from 0 to 1."""

    def __init__(self, profiles: Profiles) -> None:
        self.sureness, self.amount, self.in_title = np.zeros((3, len(profiles)))
        self.in_headings = np.zeros((len(profiles), profiles.most_headings))

    @property
    def weight(self) -> Amounts:
        weight: Amounts = self.sureness * self.amount / (self.amount + SATURATION)
        return weight

    def take(self, other: _Value, *, where: Mask) -> None:
        np.copyto(self.sureness, other.sureness, where=where)
        np.copyto(self.amount, other.amount, where=where)
        np.copyto(self.in_title, other.in_title, where=where)
        np.copyto(self.in_headings, other.in_headings, where=where[:, np.newaxis])

    def join(self, other: _Value, *, where: Mask) -> None:
        self.amount += other.amount * where
        self.sureness += (1 - self.sureness) * other.sureness * where
        self.in_title += (1 - self.in_title) * other.in_title * where
        self.in_headings += (1 - self.in_headings) * other.in_headings * where[:, np.newaxis]


def _best(term: Term, profiles: Profiles) -> _Value | None:
    """Of the term itself or, where a document has that less surely, of all that there is.

    Each thing that means the same makes it surer, as chances that have nothing to do with each other do.
    """
    own = _own(term, profiles, 1.0)
    others = [_own(expansion.term, profiles, expansion.weight) for expansion in term.expansions]
    found = [value for value in others if value is not None]
    if not found:
        return own
    best = own or _Value(profiles)
    sureness = best.sureness.copy()
    for other in found:
        best.join(other, where=other.sureness > sureness)
    return best


def _own(term: Term, profiles: Profiles, factor: float) -> _Value | None:
    """Of the term, whatever means the same; None if no document has it."""
    if term.is_prefix:
        return _beginning(term, profiles, factor)
    if not any(map(profiles.has, chain((term.exact,), term.stems, term.verbs, term.parts))):
        return None
    value = _Value(profiles)
    for stem in filter(profiles.has, term.stems):
        worth = np.where(profiles.is_related(stem), RELATED_WORD, OTHER_FORM)
        _take_token(value, stem, profiles, factor * worth)
    if profiles.has(term.exact):
        _take_word(value, term.exact, profiles, factor)
    for verb in filter(profiles.has, term.verbs):
        _take_token(value, verb, profiles, np.full(len(profiles), factor * RELATED_WORD))
    if any(map(profiles.has, term.parts)):
        parts = _parts(term, profiles, factor)
        value.take(parts, where=(value.sureness == 0) & (parts.sureness > 0))
    return value


def _beginning(term: Term, profiles: Profiles, factor: float) -> _Value:
    value = _Value(profiles)
    begun, in_title = profiles.beginning(term.exact)
    value.sureness += factor * PREFIX * begun
    value.amount += USUAL_WEIGHT * begun
    value.in_title += value.sureness * in_title
    return value


def _take_token(value: _Value, token: str, profiles: Profiles, worth: Amounts) -> None:
    """Where nothing was found so far and the document has the token, that."""
    amounts = profiles.amounts(token)
    where = (value.sureness == 0) & (amounts > 0)
    np.copyto(value.sureness, worth, where=where)
    np.copyto(value.amount, amounts, where=where)
    np.copyto(value.in_title, worth * profiles.in_title(token), where=where)
    if profiles.most_headings:
        in_headings = worth[:, np.newaxis] * profiles.in_headings(token)
        np.copyto(value.in_headings, in_headings, where=where[:, np.newaxis])


def _take_word(value: _Value, word: str, profiles: Profiles, factor: float) -> None:
    """Where the document has the very word, that, with the weight of the stem that was found."""
    where = profiles.is_word(word)
    np.copyto(value.sureness, factor, where=where)
    np.copyto(value.amount, USUAL_WEIGHT, where=where & (value.amount == 0))
    np.maximum(value.in_title, factor * profiles.in_title(word), where=where, out=value.in_title)
    if profiles.most_headings:
        np.maximum(value.in_headings, factor * profiles.in_headings(word), out=value.in_headings)


def _parts(term: Term, profiles: Profiles, factor: float) -> _Value:
    """Of a compound by its parts: all of them or, unless it is a phrase, some."""
    value = _Value(profiles)
    share = 1 / len(term.parts)
    for part in filter(profiles.has, term.parts):
        value.sureness += share * (profiles.amounts(part) > 0)
        value.amount += share * profiles.amounts(part)
        value.in_title += share * profiles.in_title(part)
        if profiles.most_headings:
            value.in_headings += share * profiles.in_headings(part)
    has_all = value.sureness > 1 - share / 2
    value.sureness *= factor * np.where(has_all, PARTS, 0.0 if term.is_phrase else SOME_PARTS)
    value.in_title *= value.sureness
    value.in_headings *= value.sureness[:, np.newaxis]
    return value
