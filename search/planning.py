"""What a query asks for: its words, each with all that it is found by, and corrections of words that nothing has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from .danish.analysis import Analyser
from .danish.stems import stem_of, verb_stems_of
from .danish.stopwords import STOP_WORDS
from .danish.words import Word, fold, normalise, words_of

MOST_TERMS = 20
SHORTEST_PREFIX = 3
SHORTEST_CORRECTED = 4
TWO_EDITS_FROM = 7


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query. A document has it that has its folded form, one of its stems or verbs, or all of its parts.

    As a prefix it is had by a word that begins with `exact`.
    """

    word: str
    exact: str
    stems: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`corrected` is the query as it was understood, if that is not what was typed."""

    terms: tuple[Term, ...] = ()
    corrected: str = ""


class Vocabulary(Protocol):
    """The words of the documents that the person who asks may see, and of no others."""

    def has(self, term: Term) -> bool:
        """Whether a document has the term as a word, and not only all its parts."""

    def similar_to(self, word: str, *, edits: int) -> Iterable[str]:
        """Words at most so many edits from the word, the likeliest first."""


def term_of(word: str, analyser: Analyser) -> Term:
    spellings = analyser.spellings_of(word)
    exact = fold(word)
    return Term(
        word=word.lower(),
        exact=exact,
        stems=tuple(dict.fromkeys(map(stem_of, spellings))),
        verbs=tuple(dict.fromkeys(stem for spelling in spellings for stem in verb_stems_of(spelling))),
        parts=tuple(dict.fromkeys(part.stem for part in analyser.split(word))),
    )


def asked_words(text: str) -> list[Word]:
    """The words that carry a query (whose text is normalised): all but stop words, or all if there are no others."""
    words = list(words_of(text))
    carrying = [word for word in words if fold(word.text) not in STOP_WORDS]
    first_of_its_kind = {fold(word.text): word for word in reversed(carrying or words)}
    return sorted(first_of_its_kind.values(), key=lambda word: word.start)[:MOST_TERMS]


def plan(text: str, analyser: Analyser, vocabulary: Vocabulary, *, literal: bool = False) -> Plan:
    """The terms of a query. A word that no document has is taken as the nearest thing that one has, unless `literal`.

    In turn: the beginning of a word, if it is the last that was typed; a slip of the finger; a compound of words that
    occur; two slips, in a long word.
    """
    text = normalise(text)
    words = asked_words(text)
    terms: list[Term] = []
    corrections: list[tuple[Word, str]] = []
    for word in words:
        term = term_of(word.text, analyser)
        if literal or vocabulary.has(term):
            terms.append(term)
        elif word is words[-1] and len(term.exact) >= SHORTEST_PREFIX and vocabulary.has(as_prefix(term)):
            terms.append(as_prefix(term))
        else:
            corrected = _corrected(term, analyser, vocabulary, edits=1)
            parts = [] if corrected else _occurring_parts(term, analyser, vocabulary)
            if not corrected and not parts and len(term.exact) >= TWO_EDITS_FROM:
                corrected = _corrected(term, analyser, vocabulary, edits=2)
            if corrected:
                corrections.append((word, corrected.word))
            terms.extend(parts or [corrected or term])
    return Plan(terms=tuple(dict.fromkeys(terms)), corrected=_with(text, corrections) if corrections else "")


def as_prefix(term: Term) -> Term:
    return replace(term, is_prefix=True)


def _occurring_parts(term: Term, analyser: Analyser, vocabulary: Vocabulary) -> list[Term]:
    parts = [term_of(part.text, analyser) for part in analyser.split(term.word)]
    return parts if all(map(vocabulary.has, parts)) else []


def _corrected(term: Term, analyser: Analyser, vocabulary: Vocabulary, *, edits: int) -> Term | None:
    if len(term.exact) < SHORTEST_CORRECTED or not term.exact.isalpha():
        return None
    candidates = (term_of(word, analyser) for word in vocabulary.similar_to(term.exact, edits=edits))
    return next(filter(vocabulary.has, candidates), None)


def _with(text: str, corrections: list[tuple[Word, str]]) -> str:
    for word, correction in reversed(corrections):
        text = text[: word.start] + correction + text[word.end :]
    return text
