"""What a query asks for: its words, each with all that it is found by, and corrections of words that nothing has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice, pairwise, takewhile
from typing import Protocol

from .danish.analysis import analyse, commonness, folded_spellings, is_known, outer_parts, spellings_of
from .danish.lexicon import lexicon
from .danish.slips import nearness
from .danish.stopwords import STOP_WORDS
from .danish.words import Word, bare, fold, normalise, word_texts, words_of
from .thesaurus import Alternatives, curated
from .thesaurus import Expansion as Alternative

MOST_TERMS = 20
MOST_EXPANSIONS = 20  # of one term
MOST_COUNTED = 4  # of the expansions of one term
SHORTEST_PREFIX = 3
SHORTEST_CORRECTED = 4
TWO_EDITS_FROM = 7
CORRECTIONS_TRIED = 24
# How common words are (Zipf) beside how likely a slip is: texts of one field are not the language as a whole.
OF_COMMONNESS = 0.5
SHORTEST_JOINED = 2
LINKS = ("", "s", "e")
PREPOSITIONS = frozenset(("af", "for", "fra", "i", "med", "om", "paa", "til", "ved"))
BEGINNINGS = PREPOSITIONS | {"efter", "gennem", "mellem", "mod", "over", "under"}  # of words that nobody lists
MOST_SPELLINGS = 3
JOINED = 0.95
OTHER_LETTERS = 0.7
WHERE_IT_OCCURS = 0.5
TOPICS = 0.8  # what all that a sentence may be about is worth beside a word that was typed
LEAST = 0.15  # what is worth less is not looked for: the general thesaurus, of a word that occurs
BESIDE_THE_SAME = 0.5  # what the parts of a compound are worth together, where what means the same occurs
WITHIN_A_PHRASE = 0.5  # what a word of a known phrase is worth: "ord" in "holder ikke ord" is hardly about words


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
    share: float = 1.0  # of what it would be worth if it were a word that was typed

    @property
    def can_be_had(self) -> bool:
        """Whether there is anything to find it by but what means the same: of a typed phrase there is not."""
        return bool(self.exact or self.parts)

    @property
    def itself(self) -> Term:
        """The term, whatever means the same."""
        return replace(self, expansions=()) if self.expansions else self

    @property
    def nearest_first(self) -> list[Term]:
        """The term itself, then what most nearly means the same: how common these are says how common it is."""
        nearest = sorted(self.expansions, key=lambda expansion: -expansion.weight)[:MOST_COUNTED]
        return [self, *(expansion.term for expansion in nearest)]


@dataclass(frozen=True, slots=True)
class Expansion:
    """`weight`: between 0 and 1, what finding this is worth beside finding the word itself."""

    term: Term
    weight: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`corrected` is the query as it was understood, if that is not what was typed.

    `wordings` are its words, folded: as they were understood, and with those that may be one as one.
    """

    terms: tuple[Term, ...] = ()
    corrected: str = ""
    wordings: tuple[tuple[str, ...], ...] = ()


class Vocabulary(Protocol):
    """The words of the documents that the person who asks may see, and of no others."""

    def has(self, term: Term) -> bool:
        """Whether a document has the term itself, whatever means the same."""

    def similar_to(self, word: str, *, edits: int) -> Iterable[str]:
        """Words at most so many edits from the word, the likeliest first."""


class Synonyms(Protocol):
    """What means the same as words, and as phrases, and what sentences are about; see `search.thesaurus`."""

    def alternatives(self, words: tuple[str, ...]) -> Sequence[Alternatives]: ...

    def topics(self, words: tuple[str, ...]) -> Sequence[Alternative]:
        """What a sentence may be about."""


@lru_cache(maxsize=20_000)
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


def warm_up() -> None:
    """Analyse all that the thesaurus may add to a query: a second, which the first searches would take longer."""
    for phrase in curated().targets:
        term_of_all(phrase)


def plan(text: str, vocabulary: Vocabulary, *, synonyms: Synonyms, literal: bool = False) -> Plan:
    """The terms of a query. A word that no document has is taken as the nearest thing that one has, unless `literal`.

    In turn: with the letters that were not on the keyboard; the beginning of a word, if it is the last that was typed;
    what means the same; a slip of the finger; a compound of words that occur; two slips, in a long word. A word that
    the lexicon lists is no slip.
    """
    text = normalise(text)
    words = asked_words(text)
    if literal:
        return Plan(terms=tuple(dict.fromkeys(term_of(word.text) for word in words)), wordings=(folded_words(text),))
    expansions, phrases, covered = _alternatives(text, synonyms)
    joined, as_one = _joined(text, vocabulary)
    terms: list[Term] = []
    corrections: list[tuple[Word, str]] = []
    for word in words:
        term = term_of(word.text)
        own = _toned_down(expansions.get(word.start, ()), term, vocabulary)
        share = WITHIN_A_PHRASE if word.start in covered else 1.0
        term = replace(term, expansions=(*joined.get(word.start, ()), *own), share=share)
        understood, correction = _understood(term, vocabulary, may_go_on=word is words[-1])
        if correction:
            corrections.append((word, correction))
        terms.extend(
            each if each.word == term.word else _with_expansions(each, synonyms, vocabulary) for each in understood
        )
    corrected = _with(text, corrections) if corrections else ""
    return Plan(
        terms=tuple(dict.fromkeys([*terms, *phrases, *_topics(text, words, synonyms)])),
        corrected=corrected,
        wordings=tuple(dict.fromkeys((folded_words(corrected or text), folded_words(as_one)))),
    )


def _understood(term: Term, vocabulary: Vocabulary, *, may_go_on: bool) -> tuple[list[Term], str]:
    """What a typed word is taken as, and the correction to tell of, if it is one."""
    if vocabulary.has(_itself(term)):
        if meant := _rather_meant(term, vocabulary, may_go_on=may_go_on):
            return [meant], meant.word
        return [replace(term, expansions=(*_with_other_letters(term.word, vocabulary), *term.expansions))], ""
    means_the_same = any(vocabulary.has(expansion.term) for expansion in term.expansions)
    if means_the_same and _is_listed(term.word):
        # "rod" is a mess, and hardly "rød".
        spelt = _with_other_letters(term.word, vocabulary, OTHER_LETTERS * WHERE_IT_OCCURS)
        term = replace(term, expansions=(*spelt, *term.expansions))
    elif meant := _with_missing_letters(term, vocabulary):
        return [meant], meant.word
    if may_go_on and len(term.exact) >= SHORTEST_PREFIX and vocabulary.has(as_prefix(term)):
        return [as_prefix(term)], ""
    if means_the_same:
        # A part of a compound says something beside what means the same as the whole.
        parts = _occurring_parts(term, vocabulary)
        return [term, *(replace(part, share=BESIDE_THE_SAME / len(parts)) for part in parts)], ""
    return _guessed(term, vocabulary)


def _rather_meant(term: Term, vocabulary: Vocabulary, *, may_go_on: bool) -> Term | None:
    """Of a word that nobody lists, and that occurs by what is cut off for its ending alone, the word one slip away that
    is no form of that: "regnigen" is regningen, and has nothing to do with regn."""
    if _is_listed(term.word) or vocabulary.has(replace(term, stems=(), verbs=(), parts=())):
        return None
    if may_go_on and vocabulary.has(as_prefix(term)):
        return None
    near = _corrected(term, vocabulary, edits=1)
    return near if near and _is_listed(near.word) and not {*near.stems} & {*term.stems} else None


def _spelt(term: Term) -> Iterator[Term]:
    """What else the word may be if it was typed without æ, ø and å, as the lexicon has it, the commonest first."""
    return (each for each in map(term_of, folded_spellings(term.word)) if each.exact != term.exact)


def _guessed(term: Term, vocabulary: Vocabulary) -> tuple[list[Term], str]:
    may_be_slip = not _is_listed(term.word)
    parts = _occurring_parts(term, vocabulary)
    # What is made of words that all occur is hardly a slip in another form of a word: "haltider" for "altid".
    is_compound = bool(parts) and all(map(vocabulary.has, parts))
    if may_be_slip and (near := _corrected(replace(term, stems=()) if is_compound else term, vocabulary, edits=1)):
        return [near], near.word
    if spelt := next(filter(vocabulary.has, _spelt(term)), None):
        return [spelt], spelt.word
    if may_be_slip and not is_compound and (apart := _run_together(term, vocabulary)):
        return apart
    if parts:
        return parts, ""
    if may_be_slip and (edits := _most_edits(term)) > 1 and (far := _corrected(term, vocabulary, edits=edits)):
        return [far], far.word
    return [term], ""


def _run_together(term: Term, vocabulary: Vocabulary) -> tuple[list[Term], str] | None:
    """Two words with no space between them, of which all that carry something occur: "samtalemed", "vredeborgere".

    Of two that carry nothing is told, as of the parts of a compound: nobody is to learn to write "carport sager".
    """
    for pair in sorted(_pairs_in(term.word), key=lambda pair: -min(map(commonness, pair))):
        meant = [term_of(each) for each in pair if fold(each) not in STOP_WORDS]
        if all(vocabulary.has(_itself(each)) for each in meant):
            return meant, " ".join(pair) if len(meant) == 1 else ""
    return None


def _pairs_in(word: str) -> Iterator[tuple[str, str]]:
    for end in range(1, len(word)):
        pair = word[:end], word[end:]
        carrying = [each for each in pair if fold(each) not in STOP_WORDS]
        if carrying and all(len(each) >= SHORTEST_CORRECTED and _is_listed(each) for each in carrying):
            yield pair


def _most_edits(term: Term) -> int:
    return 2 if len(term.exact) >= TWO_EDITS_FROM else 1


def _is_listed(word: str) -> bool:
    return any(lexicon().lemmas_of(spelling) for spelling in spellings_of(word))


def unfinished_terms(text: str, vocabulary: Vocabulary) -> list[Term]:
    """The terms of a query that is still being typed: the last word may be the beginning of one."""
    words = asked_words(normalise(text))
    terms = [term_of(word.text) for word in words]
    if terms:
        terms[-1] = as_prefix(terms[-1])
    return [
        term
        if len(term.exact) < SHORTEST_CORRECTED or vocabulary.has(term)
        else _corrected(term, vocabulary, edits=1) or term
        for term in terms
    ]


def beyond_titles(terms: Sequence[Term]) -> Sequence[Term]:
    """Of unfinished terms those to look for in whole texts, where nearly everything has a word that begins with one or
    two letters."""
    return [term for term in terms if not term.is_prefix or len(term.exact) >= SHORTEST_PREFIX] or terms


def as_prefix(term: Term) -> Term:
    return replace(term, is_prefix=True)


def _alternatives(text: str, synonyms: Synonyms) -> tuple[dict[int, tuple[Expansion, ...]], list[Term], set[int]]:
    """The expansions of single words, by where the word starts in the text; a term for each known phrase; its words."""
    words = list(words_of(text))
    single: dict[int, tuple[Expansion, ...]] = {}
    phrases: list[Term] = []
    covered: set[int] = set()
    for found in synonyms.alternatives(tuple(word.text.lower() for word in words)):
        if found.end - found.start == 1:
            single[words[found.start].start] = _expansions(found.expansions)
        else:
            whole = text[words[found.start].start : words[found.end - 1].end].lower()
            phrases.append(replace(_phrase(whole, ()), expansions=_expansions(found.expansions)))
            covered.update(word.start for word in words[found.start : found.end])
    return single, phrases, covered


def _expansions(alternatives: Sequence[Alternative]) -> tuple[Expansion, ...]:
    return tuple(Expansion(term_of_all(each.words), each.weight) for each in alternatives[:MOST_EXPANSIONS])


def _topics(text: str, words: Sequence[Word], synonyms: Synonyms) -> list[Term]:
    """A term for what several words may be about together."""
    topics = synonyms.topics(tuple(word.text.lower() for word in words)) if len(words) > 1 else ()
    return [replace(_phrase(text.lower(), ()), expansions=_expansions(topics), share=TOPICS)] if topics else []


def _toned_down(expansions: tuple[Expansion, ...], term: Term, vocabulary: Vocabulary) -> tuple[Expansion, ...]:
    """Of a word that occurs, what means the same is worth less: who wrote it most often means just that."""
    if not expansions or not vocabulary.has(term):
        return expansions
    toned_down = ((expansion.term, expansion.weight * WHERE_IT_OCCURS) for expansion in expansions)
    return tuple(Expansion(other, weight) for other, weight in toned_down if weight >= LEAST)


@lru_cache(maxsize=20_000)
def term_of_all(words: tuple[str, ...]) -> Term:
    """Of one word that word, of several a phrase."""
    if len(words) == 1:
        return term_of(words[0])
    carrying = [word for word in words if fold(word) not in STOP_WORDS] or words
    return _phrase(" ".join(words), tuple(dict.fromkeys(analyse(word).stem for word in carrying)))


def _phrase(text: str, parts: tuple[str, ...]) -> Term:
    return Term(word=text, exact="", stems=(), parts=parts, is_phrase=True)


def _joined(text: str, vocabulary: Vocabulary) -> tuple[dict[int, tuple[Expansion, ...]], str]:
    """For two words of a query that some document has as one, that one, by where each starts; and the text with it."""
    joined: dict[int, tuple[Expansion, ...]] = {}
    as_one, unchanged = text, len(text)
    for pair in sorted(_pairs(list(words_of(text))[:MOST_TERMS]), key=lambda pair: pair.end, reverse=True):
        if found := [whole for whole in pair.wholes if vocabulary.has(whole)]:
            for start in pair.starts:
                joined[start] = (*joined.get(start, ()), *(Expansion(whole, JOINED) for whole in found))
            if pair.end <= unchanged:
                unchanged = min(pair.starts)
                as_one = as_one[:unchanged] + found[0].word + as_one[pair.end :]
    return joined, as_one


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two words of a text, where they start, where the second ends, and what they may be as one."""

    starts: tuple[int, int]
    end: int
    wholes: tuple[Term, ...]


def _pairs(words: Sequence[Word]) -> Iterator[_Pair]:
    """Words that stand side by side ("brev fletning"), and those around a preposition: "frist for klage"."""
    for first, last in pairwise(words):
        yield _Pair((first.start, last.start), last.end, _wholes((first.text,), last.text))
    for last, between, first in zip(words, words[1:], words[2:], strict=False):
        if fold(between.text) in PREPOSITIONS:
            lemmas = [lemma.word for lemma in lexicon().lemmas_of(first.text.lower())]
            yield _Pair((last.start, first.start), first.end, _wholes((first.text, *lemmas), last.text))


def _wholes(beginnings: Iterable[str], ending: str) -> tuple[Term, ...]:
    """A stop word is part of listed words alone ("lige meget", but no "vi siger"), or what they begin with: "gennem
    streget"."""
    wholes: dict[str, Term] = {}
    for beginning in beginnings:
        if min(len(beginning), len(ending)) < SHORTEST_JOINED:
            continue
        has_stop_word = STOP_WORDS.intersection((fold(beginning), fold(ending)))
        may_begin = fold(beginning) in BEGINNINGS and fold(ending) not in STOP_WORDS
        for link in LINKS:
            text = (beginning + link + ending).lower()
            if not has_stop_word or (may_begin and not link) or lexicon().lemmas_of(text):
                wholes[text] = _by_itself(text)
    return tuple(wholes.values())


def _by_itself(text: str) -> Term:
    """A word without what is found by its parts; one that nobody knows in no other form: the stem may be a part."""
    term = replace(term_of(text), parts=(), verbs=())
    return term if is_known(text) else replace(term, stems=())


def _with_other_letters(word: str, vocabulary: Vocabulary, weight: float = OTHER_LETTERS) -> tuple[Expansion, ...]:
    """What a word that means something may stand for as well, if it was typed without æ, ø and å: "valg" for "vælg"."""
    if not word.isascii() or len(word) < SHORTEST_PREFIX:
        return ()
    spelt = (term_of(spelling) for spelling in folded_spellings(word.lower()) if spelling != word.lower())
    return tuple(Expansion(term, weight) for term in spelt if vocabulary.has(term))[:MOST_SPELLINGS]


def _with_missing_letters(term: Term, vocabulary: Vocabulary) -> Term | None:
    """What a word that does not occur is if it was typed without æ, ø and å: one that the lexicon has or, unless it has
    the word as it stands, any that occurs."""
    if known := next((each for each in _spelt(term) if vocabulary.has(_itself(each))), None):
        return known
    if _is_listed(term.word):
        return None
    return _corrected(term, vocabulary, edits=_most_edits(term), only_letters=True)


def _with_expansions(term: Term, synonyms: Synonyms, vocabulary: Vocabulary) -> Term:
    found = next(iter(synonyms.alternatives((term.word,))), None)
    return replace(term, expansions=_toned_down(_expansions(found.expansions), term, vocabulary)) if found else term


def _itself(term: Term) -> Term:
    """The term without what is found by one half of a compound alone."""
    return replace(term, verbs=(), parts=()) if term.parts else term


def _occurring_parts(term: Term, vocabulary: Vocabulary) -> list[Term]:
    """The parts of a compound, if one occurs."""
    parts = [term_of(part.text) for part in outer_parts(analyse(term.word).parts)]
    return parts if any(map(vocabulary.has, parts)) else []


def _corrected(term: Term, vocabulary: Vocabulary, *, edits: int, only_letters: bool = False) -> Term | None:
    """The nearest word that occurs; with `only_letters` one that differs by nothing but how æ, ø and å are written."""
    if len(term.exact) < SHORTEST_CORRECTED or not term.exact.isalpha():
        return None
    forms = [term.exact] if only_letters else dict.fromkeys((term.exact, *term.stems))
    near: Iterator[str] = chain.from_iterable(_nearest(form, vocabulary, edits) for form in forms)
    if only_letters:
        near = takewhile(lambda word: bare(fold(word)) == bare(term.exact), near)
    return next(filter(vocabulary.has, map(term_of, near)), None)


def _nearest(form: str, vocabulary: Vocabulary, edits: int) -> list[str]:
    """Those that are as near by what they most likely are: a word that the lexicon lists, a common one, a common slip.

    Who wrote "fuktion" in a text made the same slip.
    """

    def order(word: str) -> tuple[bool, int, bool, bool, float]:
        near = nearness(form, fold(word))
        likelihood = OF_COMMONNESS * commonness(word) - near.unlikelihood
        return near.is_other_letters, near.slips, near.has_other_first, not _is_listed(word), -likelihood

    return sorted(islice(vocabulary.similar_to(form, edits=edits), CORRECTIONS_TRIED), key=order)


def _with(text: str, corrections: list[tuple[Word, str]]) -> str:
    for word, correction in reversed(corrections):
        text = text[: word.start] + correction + text[word.end :]
    return text
