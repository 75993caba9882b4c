"""What a query asks for: its words, each with all that it is found by, and corrections of words that nothing has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise, takewhile
from typing import Protocol

from .danish.analysis import analyse, folded_spellings, is_known, outer_parts, spellings_of
from .danish.stopwords import STOP_WORDS
from .danish.words import Word, bare, fold, normalise, word_texts, words_of
from .thesaurus import Alternatives

MOST_TERMS = 20
MOST_EXPANSIONS = 12  # of one term
SHORTEST_PREFIX = 3
SHORTEST_CORRECTED = 4
TWO_EDITS_FROM = 7
CORRECTIONS_TRIED = 12
SHORTEST_JOINED = 2
SHORTEST_SURE_PART = 4
MOST_SPELLINGS = 3
JOINED = 0.95
OTHER_LETTERS = 0.7
WHERE_IT_OCCURS = 0.5


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query. A document has it that has its folded form, one of its stems or verbs, or all of its parts.

    As a prefix it is had by a word that begins with `exact`. `expansions` mean the same, or nearly. A phrase has
    nothing but parts, all of which must be there; one that is typed not even these, as its words are terms too.
    """

    word: str
    exact: str
    stems: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    is_prefix: bool = False
    is_phrase: bool = False
    expansions: tuple[Expansion, ...] = ()

    @property
    def ways(self) -> dict[float, list[Term]]:
        """What there is to find for it, by what that is worth: the term itself, and what means the same."""
        ways: dict[float, list[Term]] = {}
        if self.exact or self.parts:
            ways[1.0] = [self]
        for expansion in self.expansions:
            ways.setdefault(expansion.weight, []).append(expansion.term)
        return ways


@dataclass(frozen=True, slots=True)
class Expansion:
    """`weight`: between 0 and 1, what finding this is worth beside finding the word itself."""

    term: Term
    weight: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`corrected` is the query as it was understood, if that is not what was typed; `typed` its words, folded."""

    terms: tuple[Term, ...] = ()
    corrected: str = ""
    typed: tuple[str, ...] = ()


class Vocabulary(Protocol):
    """The words of the documents that the person who asks may see, and of no others."""

    def has(self, term: Term) -> bool:
        """Whether a document has the term itself, whatever means the same."""

    def similar_to(self, word: str, *, edits: int) -> Iterable[str]:
        """Words at most so many edits from the word, the likeliest first."""


class Synonyms(Protocol):
    """What means the same as words, and as phrases; see `search.thesaurus`."""

    def alternatives(self, words: Sequence[str]) -> Iterable[Alternatives]: ...


def term_of(word: str) -> Term:
    analyses = [analyse(spelling) for spelling in spellings_of(word)]
    return Term(
        word=word.lower(),
        exact=fold(word),
        stems=tuple(dict.fromkeys(stem for each in analyses for stem in (each.stem, *each.lemmas))),
        verbs=tuple(dict.fromkeys(verb for each in analyses for verb in each.verbs)),
        parts=tuple(dict.fromkeys(part.stem for part in outer_parts(analyses[0].parts))),
    )


def asked_words(text: str) -> list[Word]:
    """The words that carry a query (whose text is normalised): all but stop words, or all if there are no others."""
    words = list(words_of(text))
    carrying = [word for word in words if fold(word.text) not in STOP_WORDS]
    first_of_its_kind = {fold(word.text): word for word in reversed(carrying or words)}
    return sorted(first_of_its_kind.values(), key=lambda word: word.start)[:MOST_TERMS]


def folded_words(text: str) -> tuple[str, ...]:
    """All words of a text, as they stand in the `…_exact` fields of documents."""
    return tuple(map(fold, word_texts(normalise(text))))


def plan(text: str, vocabulary: Vocabulary, *, synonyms: Synonyms, literal: bool = False) -> Plan:
    """The terms of a query. A word that no document has is taken as the nearest thing that one has, unless `literal`.

    In turn: with the letters that were not on the keyboard; the beginning of a word, if it is the last that was typed;
    what means the same; a known compound of words that occur; a slip of the finger; any compound of words that occur;
    two slips, in a long word.
    """
    text = normalise(text)
    words = asked_words(text)
    if literal:
        return Plan(terms=tuple(dict.fromkeys(term_of(word.text) for word in words)), typed=folded_words(text))
    expansions, phrases = _alternatives(text, synonyms)
    joined = _joined(text, vocabulary)
    terms: list[Term] = []
    corrections: list[tuple[Word, str]] = []
    for word in words:
        term = term_of(word.text)
        own = _toned_down(expansions.get(word.start, ()), term, vocabulary)
        term = replace(term, expansions=(*joined.get(word.start, ()), *own))
        understood, correction = _understood(term, vocabulary, may_go_on=word is words[-1])
        if correction:
            corrections.append((word, correction))
        terms.extend(
            each if each.word == term.word else _with_expansions(each, synonyms, vocabulary) for each in understood
        )
    corrected = _with(text, corrections) if corrections else ""
    return Plan(
        terms=tuple(dict.fromkeys([*terms, *phrases])), corrected=corrected, typed=folded_words(corrected or text)
    )


def _understood(term: Term, vocabulary: Vocabulary, *, may_go_on: bool) -> tuple[list[Term], str]:
    """What a typed word is taken as, and the correction to tell of, if it is one."""
    if vocabulary.has(_itself(term)):
        return [replace(term, expansions=(*_with_other_letters(term.word, vocabulary), *term.expansions))], ""
    if folded := _corrected(term, vocabulary, edits=2, only_letters=True):
        return [folded], folded.word
    if may_go_on and len(term.exact) >= SHORTEST_PREFIX and vocabulary.has(as_prefix(term)):
        return [as_prefix(term)], ""
    if any(vocabulary.has(expansion.term) for expansion in term.expansions):
        # A part of a compound says something beside what means the same as the whole.
        return [term, *_occurring_parts(term, vocabulary)], ""
    return _guessed(term, vocabulary)


def _guessed(term: Term, vocabulary: Vocabulary) -> tuple[list[Term], str]:
    if is_known(term.word) and (parts := _occurring_parts(term, vocabulary, all_long=True)):
        return parts, ""
    if near := _corrected(term, vocabulary, edits=1):
        return [near], near.word
    if parts := _occurring_parts(term, vocabulary):
        return parts, ""
    if len(term.exact) >= TWO_EDITS_FROM and (far := _corrected(term, vocabulary, edits=2)):
        return [far], far.word
    return [term], ""


def unfinished_terms(text: str, vocabulary: Vocabulary) -> list[Term]:
    """The terms of a query that is still being typed: the last word may be the beginning of one."""
    words = asked_words(normalise(text))
    terms = [term_of(word.text) for word in words]
    if terms:
        terms[-1] = as_prefix(terms[-1])
    return [term if vocabulary.has(term) else _corrected(term, vocabulary, edits=1) or term for term in terms]


def as_prefix(term: Term) -> Term:
    return replace(term, is_prefix=True)


def _alternatives(text: str, synonyms: Synonyms) -> tuple[dict[int, tuple[Expansion, ...]], list[Term]]:
    """The expansions of single words, by where the word starts in the text, and a term for each known phrase."""
    words = list(words_of(text))
    single: dict[int, tuple[Expansion, ...]] = {}
    phrases: list[Term] = []
    for found in synonyms.alternatives([word.text.lower() for word in words]):
        if found.end - found.start == 1:
            single[words[found.start].start] = _expansions(found)
        else:
            whole = text[words[found.start].start : words[found.end - 1].end].lower()
            phrases.append(replace(_phrase(whole, ()), expansions=_expansions(found)))
    return single, phrases


def _expansions(found: Alternatives) -> tuple[Expansion, ...]:
    return tuple(
        Expansion(
            term_of(expansion.words[0]) if len(expansion.words) == 1 else _phrase_of(expansion.words), expansion.weight
        )
        for expansion in found.expansions[:MOST_EXPANSIONS]
    )


def _toned_down(expansions: tuple[Expansion, ...], term: Term, vocabulary: Vocabulary) -> tuple[Expansion, ...]:
    """Of a word that occurs, what means the same is worth less: who wrote it most often means just that."""
    if not expansions or not vocabulary.has(term):
        return expansions
    return tuple(replace(expansion, weight=expansion.weight * WHERE_IT_OCCURS) for expansion in expansions)


def _phrase_of(words: Sequence[str]) -> Term:
    carrying = [word for word in words if fold(word) not in STOP_WORDS] or words
    return _phrase(" ".join(words), tuple(dict.fromkeys(analyse(word).stem for word in carrying)))


def _phrase(text: str, parts: tuple[str, ...]) -> Term:
    return Term(word=text, exact="", stems=(), parts=parts, is_phrase=True)


def _joined(text: str, vocabulary: Vocabulary) -> dict[int, tuple[Expansion, ...]]:
    """For two words of a query that some document has as one ("brev fletning"), that one, by where each starts."""
    joined: dict[int, tuple[Expansion, ...]] = {}
    words = list(words_of(text))[:MOST_TERMS]
    for first, second in pairwise(words):
        if len(first.text) < SHORTEST_JOINED or len(second.text) < SHORTEST_JOINED:
            continue
        for link in ("", "s", "e"):
            whole = term_of(first.text + link + second.text)
            if vocabulary.has(replace(whole, parts=(), verbs=())):
                found = Expansion(replace(whole, parts=(), verbs=()), JOINED)
                joined[first.start] = (*joined.get(first.start, ()), found)
                joined[second.start] = (*joined.get(second.start, ()), found)
    return joined


def _with_other_letters(word: str, vocabulary: Vocabulary) -> tuple[Expansion, ...]:
    """What a word that occurs may stand for as well, if it was typed without æ, ø and å: "valg" for "vælg"."""
    if not word.isascii() or len(word) < SHORTEST_PREFIX:
        return ()
    spelt = (term_of(spelling) for spelling in folded_spellings(word.lower()) if spelling != word.lower())
    return tuple(Expansion(term, OTHER_LETTERS) for term in spelt if vocabulary.has(term))[:MOST_SPELLINGS]


def _with_expansions(term: Term, synonyms: Synonyms, vocabulary: Vocabulary) -> Term:
    found = next(iter(synonyms.alternatives([term.word])), None)
    return replace(term, expansions=_toned_down(_expansions(found), term, vocabulary)) if found else term


def _itself(term: Term) -> Term:
    """The term without what is found by one half of a compound alone."""
    return replace(term, verbs=(), parts=()) if term.parts else term


def _occurring_parts(term: Term, vocabulary: Vocabulary, *, all_long: bool = False) -> list[Term]:
    """The parts of a compound if one occurs; with `all_long`, if all do, and none is so short that it may be chance."""
    parts = [term_of(part.text) for part in outer_parts(analyse(term.word).parts)]
    if all_long and min((len(part.word) for part in parts), default=0) < SHORTEST_SURE_PART:
        return []
    return parts if parts and (all if all_long else any)(map(vocabulary.has, parts)) else []


def _corrected(term: Term, vocabulary: Vocabulary, *, edits: int, only_letters: bool = False) -> Term | None:
    """The nearest word that occurs; with `only_letters` one that differs by nothing but how æ, ø and å are written."""
    if len(term.exact) < SHORTEST_CORRECTED or not term.exact.isalpha():
        return None
    forms = [term.exact] if only_letters else dict.fromkeys((term.exact, *term.stems))
    near: Iterator[str] = chain.from_iterable(vocabulary.similar_to(form, edits=edits) for form in forms)
    if only_letters:
        near = takewhile(lambda word: bare(fold(word)) == bare(term.exact), near)
    candidates = map(term_of, islice(near, CORRECTIONS_TRIED))
    return next(filter(vocabulary.has, candidates), None)


def _with(text: str, corrections: list[tuple[Word, str]]) -> str:
    for word, correction in reversed(corrections):
        text = text[: word.start] + correction + text[word.end :]
    return text
