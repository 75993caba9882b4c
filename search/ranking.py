"""The order of hits, the same for every engine: the best candidates of an engine, ranked by what they hold of a query.

Each document carries a profile: what weight each of its tokens has in it. It is BM25F (Robertson and Zaragoza, 2009)
with the length of the body taken into account when the document is stored, so that a query has only to look tokens up.
A term counts by the best way in which a document has it: the word itself, another form, inside a compound, as the verb
behind a noun, or by a word that means the same. `docs/search.md` says on which queries the weights were tuned.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .danish.stopwords import STOP_WORDS
from .documents import Kind
from .fields import Fields
from .planning import Term

RERANKED = 60  # candidates of the engine that are ranked; more found nothing more on the judged sets

STEM, RELATED = "s", "r"  # after a weight: whether the document has the word, or only one that holds or comes from it
_SCALE = 10  # weights are kept as whole numbers of tenths
_WEIGHTS = {"title": 5.0, "lead": 2.0, "body": 1.0, "theme": 2.0}
_BODY_LENGTH = 120  # words of a usual body
_LENGTH_MATTERS = 0.4  # b of BM25, for the body
MOST_HEADINGS = 20

SATURATION = 1.7  # k of BM25: the weight that is worth half of what can be had
OTHER_FORM = 0.85  # of what the very word is worth
RELATED_WORD = 0.55
PARTS = 0.6
SOME_PARTS = 0.23
PREFIX = 0.8
COVERAGE = 2.4
IN_TITLE = 1.85
WHOLE_TITLE = 0.4
IN_HEADING = 0.2
WHOLE_HEADING = 0.22
VERY_TITLE = 0.5
KINDS: dict[str, float] = {Kind.METHOD_CARD: 1.06, Kind.TOOL: 1.02, Kind.NOTE: 0.95, Kind.PERSON: 0.92}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an engine says of a document that it found. `day` is its date in ISO form, or empty."""

    key: str
    kind: str
    day: str
    profile: str


def profile_of(fields: Fields) -> str:
    """Lines: the title's words, all its tokens, each heading's, all words, and all stems as `stem=weight`.

    Each token stands between spaces, so that it can be looked for without taking the profile apart.
    """
    title, body = fields.title.split(), fields.body.split()
    shortening = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * len(body) / _BODY_LENGTH
    stems = _weights(
        (title, _WEIGHTS["title"]),
        (fields.lead.split(), _WEIGHTS["lead"]),
        (body, _WEIGHTS["body"] / shortening),
        (fields.theme.split(), _WEIGHTS["theme"]),
    )
    related = _weights(
        (fields.title_parts.split(), _WEIGHTS["title"]), (fields.parts.split(), _WEIGHTS["body"] / shortening)
    )
    tokens = {stem: f"{int(weight * _SCALE + 0.5)}{RELATED}" for stem, weight in related.items()}
    for stem, weight in stems.items():
        tokens[stem] = f"{int((weight + related.get(stem, 0.0)) * _SCALE + 0.5)}{STEM}"
    words = dict.fromkeys((*fields.title_exact.split(), *fields.exact.split()))
    in_title = dict.fromkeys((*fields.title_exact.split(), *title, *fields.title_parts.split()))
    headings = fields.headings.split("\n")[:MOST_HEADINGS] if fields.headings else []
    weights = " ".join(f"{token}={weight}" for token, weight in tokens.items())
    lines = [" ".join(in_title), *headings, " ".join(words), weights]
    return "\n".join([fields.title_exact, *(f" {line} " for line in lines)])


def _weights(*weighted: tuple[Iterable[str], float]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for tokens, weight in weighted:
        for token in tokens:
            weights[token] = weights.get(token, 0.0) + weight
    return weights


def rarity(count: int, total: int) -> float:
    """BM25's inverse document frequency of a term that `count` of `total` documents have."""
    return math.log(1 + (max(total, count) - count + 0.5) / (count + 0.5))


def rank(
    candidates: Sequence[Candidate], terms: Sequence[Term], counts: Sequence[int], total: int, *, typed: Sequence[str]
) -> list[Candidate]:
    """The candidates, best first: by score, then the newest, then by key.

    `counts` says of each term how many of the `total` documents have it: itself or, if none does, what means the same.
    `typed` are all words of the query, folded, as they were understood.
    """
    asked = [
        _Asked(_sought(term), tuple((_sought(e.term), e.weight) for e in term.expansions), rarity(n, total))
        for term, n in zip(terms, counts, strict=True)
    ]
    words = frozenset(typed)
    scored = [(-round(_score(candidate, asked, words), 6), candidate) for candidate in candidates]
    scored.sort(key=lambda pair: pair[1].key)
    scored.sort(key=lambda pair: pair[1].day, reverse=True)
    scored.sort(key=lambda pair: pair[0])
    return [candidate for __, candidate in scored]


@dataclass(frozen=True, slots=True)
class _Sought:
    """A term as what to look for in a profile, each between the signs that stand around it there."""

    word: str  # in the words; empty for a phrase
    beginning: bool
    stems: tuple[tuple[str, str], ...]  # in the weights, and in a line of words
    verbs: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    all_parts: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    sought: _Sought
    others: tuple[tuple[_Sought, float], ...]
    rarity: float


def _sought(term: Term) -> _Sought:
    def signed(stems: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((f" {stem}=", f" {stem} ") for stem in stems)

    word = "" if term.is_phrase else f" {term.exact}" if term.is_prefix else f" {term.exact} "
    return _Sought(
        word, term.is_prefix, signed(term.stems), signed(term.verbs), signed(term.parts), all_parts=term.is_phrase
    )


@dataclass(slots=True)
class _Value:
    """Of a term in a document, each from 0 to 1: how surely it is meant, how much there is of it, and in the title."""

    sureness: float = 0.0
    weight: float = 0.0
    in_title: float = 0.0
    in_headings: list[float] = field(default_factory=list)


_NOTHING = _Value()


def _score(candidate: Candidate, asked: Sequence[_Asked], typed: frozenset[str]) -> float:
    title_exact, title, *headings, words, weights = candidate.profile.split("\n")
    lines = _Lines(title, headings, words, weights)
    whole = sum(each.rarity for each in asked) or 1.0
    found = covered = titled = words_of_title = 0.0
    by_heading = [0.0] * len(headings)
    words_of_heading = [0.0] * len(headings)
    for each in asked:
        value = _best(each, lines)
        if not value.sureness:
            continue
        found += each.rarity * value.weight
        covered += each.rarity * value.sureness
        titled += each.rarity * value.in_title
        words_of_title += value.in_title
        for place, share in enumerate(value.in_headings):
            by_heading[place] += each.rarity * share
            words_of_heading[place] += share
    score = (found + COVERAGE * covered + IN_TITLE * titled) / whole + WHOLE_TITLE * _share(words_of_title, title_exact)
    if headings:
        score += max(
            IN_HEADING * share / whole + WHOLE_HEADING * min(1.0, number / max(1, heading.count(" ") - 1))
            for share, number, heading in zip(by_heading, words_of_heading, headings, strict=True)
        )
    of_title = title_exact.split()
    score += VERY_TITLE * len(typed.intersection(of_title)) / max(1, len(typed.union(of_title)))
    return score * KINDS.get(candidate.kind, 1.0)


def _share(words_found: float, title_exact: str) -> float:
    if not words_found:
        return 0.0
    carrying = sum(word not in STOP_WORDS for word in title_exact.split())
    return min(1.0, words_found / carrying) if carrying else 0.0


@dataclass(frozen=True, slots=True)
class _Lines:
    title: str
    headings: list[str]
    words: str
    weights: str

    def amount(self, stem: str) -> tuple[float, bool]:
        """The weight of a stem, and whether a word that holds it or comes from it is all that there is."""
        start = self.weights.find(stem)
        if start < 0:
            return 0.0, False
        end = self.weights.index(" ", start + 1)
        return int(self.weights[start + len(stem) : end - 1]) / _SCALE, self.weights[end - 1] == RELATED

    def value(self, word: str, amount: float, worth: float) -> _Value:
        return _Value(
            worth,
            worth * amount / (amount + SATURATION),
            worth * (word in self.title),
            [worth * (word in heading) for heading in self.headings],
        )


def _best(asked: _Asked, lines: _Lines) -> _Value:
    best = _own(asked.sought, lines, 1.0)
    for sought, weight in asked.others:
        if best.sureness < weight:
            other = _own(sought, lines, weight)
            if (other.sureness, other.weight) > (best.sureness, best.weight):
                best = other
    return best


def _own(sought: _Sought, lines: _Lines, factor: float) -> _Value:
    if sought.beginning:
        is_there = sought.word in lines.words
        return lines.value(sought.word, _WEIGHTS["body"], factor * PREFIX) if is_there else _NOTHING
    is_exact = bool(sought.word) and sought.word in lines.words
    for stem, word in sought.stems:
        amount, is_related = lines.amount(stem)
        if amount:
            if is_exact:
                found = lines.value(sought.word, amount, factor)
                found.in_title = max(found.in_title, factor * OTHER_FORM * (word in lines.title))
                return found
            return lines.value(word, amount, factor * (RELATED_WORD if is_related else OTHER_FORM))
    if is_exact:
        return lines.value(sought.word, _WEIGHTS["body"], factor)
    for verb, word in sought.verbs:
        amount, __ = lines.amount(verb)
        if amount:
            return lines.value(word, amount, factor * RELATED_WORD)
    return _by_parts(sought, lines, factor) if sought.parts else _NOTHING


def _by_parts(sought: _Sought, lines: _Lines, factor: float) -> _Value:
    amounts = [lines.amount(part)[0] for part, __ in sought.parts]
    missing = amounts.count(0.0)
    if missing == len(amounts) or (missing and sought.all_parts):
        return _NOTHING
    share = 1 / len(amounts)
    worth = factor * (SOME_PARTS * (1 - missing * share) if missing else PARTS)
    amount = sum(amounts) * share
    there = [word for (__, word), amount in zip(sought.parts, amounts, strict=True) if amount]
    return _Value(
        worth,
        worth * amount / (amount + SATURATION),
        worth * share * sum(word in lines.title for word in there),
        [worth * share * sum(word in heading for word in there) for heading in lines.headings],
    )
