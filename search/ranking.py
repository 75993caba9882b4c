"""The order of hits, the same for every engine: the best candidates of an engine, ranked by what they hold of a query.

Each document carries a profile: what weight each of its tokens has in it; see `search.profiles`.
A term counts by the best way in which a document has it: the word itself, another form, inside a compound, as the verb
behind a noun, or by a word that means the same. `docs/search.md` says on which queries the weights were tuned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np
import numpy.typing as npt

from .documents import Kind
from .planning import Term
from .profiles import NOTHING, USUAL_WEIGHT, Amounts, Mask, Profiles

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
# That all that was typed is there, in these words and no others, is worth this beside what each word is worth.
ALL_TYPED = 1.0
# That the title is just what was typed, in whatever forms.
JUST_TITLE = 0.5
HARDLY_ALL = 4  # a power, of both: three words of four are far from all
KINDS: dict[str, float] = {Kind.METHOD_CARD: 1.06, Kind.TOOL: 1.02, Kind.NOTE: 0.95, Kind.PERSON: 0.92, Kind.SLOT: 0.6}

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an engine says of a document that it found. `day` is its date in ISO form, or empty.

    Where the last word of the query is unfinished, `begun` says whether the document has a word that begins so, and
    `begun_in_title` whether its title does.
    """

    key: str
    kind: str
    day: str
    profile: bytes
    begun: bool = False
    begun_in_title: bool = False


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
    begun = _Begun.of(candidates)
    scores = _scores(profiles, terms, weights, wordings, begun)
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
    profiles: Profiles,
    terms: Sequence[Term],
    weights: Sequence[float],
    wordings: Sequence[Sequence[str]],
    begun: _Begun,
) -> Amounts:
    shares = np.array(weights) / (sum(weights) or 1.0)
    best, own_sureness, own_in_title = _best(terms, profiles, begun)
    score = shares @ (best.weight + COVERAGE * best.sureness + IN_TITLE * best.in_title)
    of_title = best.in_title.sum(axis=0) / np.maximum(1, profiles.carrying)
    score += WHOLE_TITLE * np.minimum(1.0, of_title) * (profiles.carrying > 0)
    if profiles.most_headings:
        of_headings = np.minimum(1.0, best.in_headings.sum(axis=0) / profiles.heading_sizes())
        by_heading = np.tensordot(shares, best.in_headings, axes=1)
        score += (IN_HEADING * by_heading + WHOLE_HEADING * of_headings).max(axis=1)
    typed = [place for place, term in enumerate(terms) if not term.is_phrase]
    score += ALL_TYPED * _all_there(own_sureness[typed], shares[typed])
    score += JUST_TITLE * _just_title(own_in_title[typed], profiles)
    score += VERY_TITLE * np.max([_likeness(words, profiles) for words in wordings], axis=0)
    return score


def _all_there(sureness: Amounts, shares: Amounts) -> Amounts:
    """How nearly all words of a query are in a document, whatever means the same left out, from 0 to 1."""
    if len(shares) < 2:  # noqa: PLR2004  (what one word is worth is said already)
        return np.zeros(sureness.shape[1])
    there = np.minimum(1.0, sureness / RELATED_WORD)  # in whatever form
    nearly_all: Amounts = (shares @ there / (shares.sum() or 1.0)) ** HARDLY_ALL
    return nearly_all


def _just_title(in_title: Amounts, profiles: Profiles) -> Amounts:
    """How nearly the title is all words of a query and no others, whatever means the same left out, from 0 to 1."""
    in_both = np.minimum(1.0, in_title / OTHER_FORM).sum(axis=0)
    likeness = _shared(in_both, len(in_title), profiles.carrying)
    nearly_just: Amounts = np.minimum(1.0, likeness) ** HARDLY_ALL * (profiles.carrying > 0)
    return nearly_just


def _likeness(words: Sequence[str], profiles: Profiles) -> Amounts:
    """How like the title is to the very words, from 0 to 1."""
    words = tuple(dict.fromkeys(words))
    in_both = profiles.is_title_word[[*map(profiles.place, words)]].sum(axis=0)
    return _shared(in_both, len(words), profiles.title_words)


def _shared(in_both: Amounts, of_query: int, of_title: Places) -> Amounts:
    """Of the words of a query and those of the titles together, the share that both have."""
    shared: Amounts = in_both / np.maximum(1, of_query + of_title - in_both)
    return shared


@dataclass(frozen=True)
class _Begun:
    """Which documents have a word that begins as the unfinished one of a query, anywhere and in their titles."""

    anywhere: Mask
    in_title: Mask

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> _Begun:
        return cls(
            np.array([each.begun for each in candidates], dtype=np.bool_),
            np.array([each.begun_in_title for each in candidates], dtype=np.bool_),
        )


@dataclass
class _Values:
    """Of terms in each document: how surely they are meant, from 0 to 1, their weight there, and how much is in the
    title and in each heading, from 0 to 1. Arrays are by term, document and, where that matters, heading."""

    sureness: Amounts
    amount: Amounts
    in_title: Amounts
    in_headings: Amounts

    @classmethod
    def none(cls, number: int, profiles: Profiles) -> _Values:
        shape = number, len(profiles)
        return cls(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros((*shape, profiles.most_headings)))

    @property
    def weight(self) -> Amounts:
        weight: Amounts = self.sureness * self.amount / (self.amount + SATURATION)
        return weight

    def take(self, other: _Values, *, where: Mask) -> None:
        np.copyto(self.sureness, other.sureness, where=where)
        np.copyto(self.amount, other.amount, where=where)
        np.copyto(self.in_title, other.in_title, where=where)
        np.copyto(self.in_headings, other.in_headings, where=where[:, :, np.newaxis])


def _best(terms: Sequence[Term], profiles: Profiles, begun: _Begun) -> tuple[_Values, Amounts, Amounts]:
    """Of each term itself or, where a document has that less surely, of all that there is; and of each itself alone how
    sure it is, and how much of it is in the title.

    Each thing that means the same makes it surer, as chances that have nothing to do with each other do.
    """
    ways: list[tuple[Term, float]] = []
    starts = []  # of each term itself among the ways; what means the same comes after it
    for term in terms:
        starts.append(len(ways))
        ways.append((term, 1.0))
        ways += [(each.term, each.weight) for each in term.expansions if _may_be_had(each.term, profiles)]
    values = _own(ways, profiles, begun)
    own = np.repeat(starts, np.diff([*starts, len(ways)]))
    counts = values.sureness > values.sureness[own]
    counts[starts] = True
    at_all = counts[:, :, np.newaxis]
    best = _Values(
        sureness=1 - np.multiply.reduceat(1 - values.sureness * counts, starts),
        amount=np.add.reduceat(values.amount * counts, starts),
        in_title=1 - np.multiply.reduceat(1 - values.in_title * counts, starts),
        in_headings=1 - np.multiply.reduceat(1 - values.in_headings * at_all, starts),
    )
    return best, values.sureness[starts], values.in_title[starts]


def _may_be_had(term: Term, profiles: Profiles) -> bool:
    tokens = chain((term.exact,), term.stems, term.verbs, term.parts)
    return any(profiles.place(token) != NOTHING for token in tokens)


def _own(ways: Sequence[tuple[Term, float]], profiles: Profiles, begun: _Begun) -> _Values:
    """Of each term, whatever means the same, worth so much of what it would be."""
    terms = [term for term, __ in ways]
    factors = np.array([factor for __, factor in ways])[:, np.newaxis]
    values = _Values.none(len(ways), profiles)
    for places in _in_columns([term.stems for term in terms], profiles):
        worth = factors * np.where(profiles.is_related[places], RELATED_WORD, OTHER_FORM)
        _take_tokens(values, places, profiles, worth)
    _take_words(values, np.array([profiles.place(term.exact) for term in terms]), profiles, factors)
    for places in _in_columns([term.verbs for term in terms], profiles):
        _take_tokens(values, places, profiles, factors * RELATED_WORD)
    parts = _parts(terms, profiles, factors)
    values.take(parts, where=(values.sureness == 0) & (parts.sureness > 0))
    for row, (term, factor) in enumerate(ways):
        if term.is_prefix:
            _take_begun(values, row, begun, factor)
    return values


def _in_columns(tokens: Sequence[Sequence[str]], profiles: Profiles) -> Iterator[Places]:
    """The places of the first token of each term, then of the second: of those that some document has."""
    had = [[place for place in map(profiles.place, each) if place != NOTHING] for each in tokens]
    for places in zip_longest(*had, fillvalue=NOTHING):
        yield np.array(places)


def _take_tokens(values: _Values, places: Places, profiles: Profiles, worth: Amounts) -> None:
    """Where nothing was found so far and the document has the token, that."""
    amounts, in_title = profiles.amounts[places], profiles.in_title[places]
    in_headings = profiles.in_headings[places]
    worth = np.broadcast_to(worth, amounts.shape)
    found = _Values(worth, amounts, worth * in_title, worth[:, :, np.newaxis] * in_headings)
    values.take(found, where=(values.sureness == 0) & (amounts > 0))


def _take_words(values: _Values, places: Places, profiles: Profiles, factors: Amounts) -> None:
    """Where the document has the very word, that, with the weight of the stem that was found."""
    where = profiles.is_word[places]
    np.copyto(values.sureness, factors, where=where)
    np.copyto(values.amount, USUAL_WEIGHT, where=where & (values.amount == 0))
    np.maximum(values.in_title, factors * profiles.in_title[places], where=where, out=values.in_title)
    of_headings = factors[:, :, np.newaxis] * profiles.in_headings[places]
    np.maximum(values.in_headings, of_headings, out=values.in_headings)


def _parts(terms: Sequence[Term], profiles: Profiles, factors: Amounts) -> _Values:
    """Of compounds by their parts: all of them or, unless it is a phrase, some."""
    values = _Values.none(len(terms), profiles)
    shares = np.array([1 / max(1, len(term.parts)) for term in terms])[:, np.newaxis]
    for places in _in_columns([term.parts for term in terms], profiles):
        amounts = profiles.amounts[places]
        values.sureness += shares * (amounts > 0)
        values.amount += shares * amounts
        values.in_title += shares * profiles.in_title[places]
        values.in_headings += shares[:, :, np.newaxis] * profiles.in_headings[places]
    some = np.array([0.0 if term.is_phrase else SOME_PARTS for term in terms])[:, np.newaxis]
    has_all = values.sureness > 1 - shares / 2
    values.sureness *= factors * np.where(has_all, PARTS, some)
    values.in_title *= values.sureness
    values.in_headings *= values.sureness[:, :, np.newaxis]
    return values


def _take_begun(values: _Values, row: int, begun: _Begun, factor: float) -> None:
    values.sureness[row] = factor * PREFIX * begun.anywhere
    values.amount[row] = USUAL_WEIGHT * begun.anywhere
    values.in_title[row] = values.sureness[row] * begun.in_title
    values.in_headings[row] = 0.0
