"""Other words for what a query says: the curated thesaurus, and what any list of such words can be asked.

The words stand in plain files in `danish/thesaurus/`; `field.txt` there says how a line is written.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import repeat
from pathlib import Path

from .danish.analysis import analyse, commonness, spellings_of
from .danish.lexicon import lexicon
from .danish.stems import stem_of_lemma
from .danish.stopwords import STOP_WORDS
from .danish.words import fold, normalise, word_texts

FOLDER = Path(__file__).parent / "danish" / "thesaurus"

# How much an expansion weighs beside the word that was typed.
SAME = 0.8
NEAR = 0.35
# What is near, but common, says less: from so common a word on (Zipf) and, where it is so common, so much less.
COMMON, VERY_COMMON = 4.5, 5.5
OF_VERY_COMMON = 0.6
# A whole phrase says more surely what is meant than a word does.
NEAR_PHRASE = 0.5
# Words of the general thesaurus, which was made for those who write and look for a variant.
GENERAL = 0.2
# The words of a known phrase say less by themselves: "gå" in "gå i baglås" is no walk.
WITHIN_A_PHRASE = 0.5
# So many words that are no stop words may stand between those of a phrase: "slår hånden i bordet" is "slår i bordet".
MOST_BETWEEN = 1
MOST_WORDS = 60
MOST_TOPICS = 6  # that single words of a sentence vote for
MOST_TOPICS_TOGETHER = 10  # that lines say which have several of them
LIKENESS_MATTERS = 3  # a power: few lines that are much like the sentence say more than many that are a little

GENERAL_FILE = "general.txt"

Phrase = tuple[str, ...]  # one word, or several in a row
Keys = tuple[str, ...]  # the stems that a word may be looked up by
Span = tuple[int, int]  # where words begin in a query, and where they have ended


@dataclass(frozen=True, slots=True)
class Relation:
    """Who types one of `sources` means, or nearly means, each of `targets`."""

    sources: tuple[Phrase, ...]
    targets: tuple[Phrase, ...]
    weight: float
    phrase_weight: float


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word or phrase to look for as well; `weight` between 0 and 1, where 1 is as good as what was typed."""

    words: Phrase
    weight: float


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What can stand for the words `[start:end]` of a query, the weightiest first."""

    start: int
    end: int
    expansions: tuple[Expansion, ...]


Votes = Mapping[Phrase, float]
Found = dict[Phrase, Expansion]  # each under its stems, so that two forms of a word count as one


@dataclass
class _Lines:
    """The lines that say one thing of another: the stems of the words that each begins with, and what it says.

    `having`: the lines that begin with a word, by its stem. `saying`: how many say a thing. `each`: what the words vote
    for that were asked for.
    """

    stems: list[frozenset[str]] = field(default_factory=list)
    targets: list[tuple[Phrase, ...]] = field(default_factory=list)
    having: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    saying: Counter[Phrase] = field(default_factory=Counter)
    each: dict[str, Votes] = field(default_factory=dict)

    def add(self, relation: Relation) -> None:
        stems = frozenset(_stem(word) for source in relation.sources for word in _all_carrying(source))
        for stem in stems:
            self.having[stem].append(len(self.stems))
        self.stems.append(stems)
        self.targets.append(relation.targets)
        self.saying.update(relation.targets)

    def first_having(self, keys: Keys) -> str:
        return next((key for key in keys if key in self.having), "")

    def said_of_each(self, stems: Iterable[str]) -> Votes:
        """Votes for what lines say that have one of the words. Each word has as many as it is rare."""
        votes: defaultdict[Phrase, float] = defaultdict(float)
        for stem in stems:
            if stem not in self.each:
                worth = self._rarity(stem) / len(self.having[stem])
                self.each[stem] = self._votes((line, worth) for line in self.having[stem])
            for topic, of_word in self.each[stem].items():
                votes[topic] += of_word
        return votes

    def said_together(self, stems: Iterable[str]) -> Votes:
        """Votes for what lines say that have two of the words or more: by how much of the line these are."""
        touched: defaultdict[int, list[str]] = defaultdict(list)
        for stem in stems:
            for line in self.having[stem]:
                touched[line].append(stem)
        return self._votes(
            (line, (self._weight(found) / math.sqrt(self._weight(self.stems[line]))) ** LIKENESS_MATTERS)
            for line, found in touched.items()
            if len(found) > 1 and self._weight(found)
        )

    def _votes(self, lines: Iterable[tuple[int, float]]) -> Votes:
        votes: defaultdict[Phrase, float] = defaultdict(float)
        for line, weight in lines:
            for topic in self.targets[line]:
                votes[topic] += weight / math.log(2 + self.saying[topic])
        return votes

    def _weight(self, stems: Iterable[str]) -> float:
        return sum(map(self._rarity, stems))

    def _rarity(self, stem: str) -> float:
        return math.log(len(self.stems) / len(self.having[stem]))


class MalformedLineError(ValueError):
    """A line of a thesaurus that can't be read."""


class Thesaurus:
    """Looks words and phrases up by their stems. Not changed after it is made."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._found: defaultdict[Phrase, Found] = defaultdict(dict)
        self._relations = tuple(relations)
        for relation in self._relations:
            shares = map(_share, relation.targets) if relation.weight < SAME else repeat(1.0)
            targets = _by_stems(map(Expansion, relation.targets, shares))
            for source in relation.sources:
                self._add(source, targets, relation.phrase_weight if len(source) > 1 else relation.weight)
        self._phrases = _by_first(phrase for phrase in self._found if len(phrase) > 1)

    def _add(self, source: Phrase, targets: Found, weight: float) -> None:
        own = _stems(source)
        others = {stems: target for stems, target in targets.items() if stems != own}
        for key in {own, _stems(_carrying(source))}:
            _merge(self._found[key], others, weight)

    @property
    def targets(self) -> set[Phrase]:
        """All that may be looked for in the place of something else."""
        return {target for relation in self._relations for target in relation.targets}

    def alternatives(self, words: Sequence[str]) -> list[Alternatives]:
        """For each word and each known phrase of a query, in the query's order. Give it all words, stop words too.

        A phrase within a longer one counts as that one.
        """
        return _in_order(self.found(words))

    def topics(self, words: Sequence[str]) -> tuple[Expansion, ...]:
        """What a sentence may be about that is no known phrase, the likeliest first.

        First what is said by lines that several of its words stand in, as far as they are what the line begins with;
        then what each word votes for by itself: by how few lines have the word, and how few say that.
        """
        lines = self._lines
        found = (lines.first_having(_keys_of(word)) for word in _all_carrying(words[:MOST_WORDS]))
        stems = [*dict.fromkeys(stem for stem in found if stem)]
        together = _likeliest(lines.said_together(stems), MOST_TOPICS_TOGETHER)
        topics = {topic: math.sqrt(votes / max(together.values())) for topic, votes in together.items()}
        topics = dict.fromkeys(_likeliest(lines.said_of_each(stems), MOST_TOPICS), 1.0) | topics
        return tuple(Expansion(topic, NEAR * _share(topic) * weight) for topic, weight in topics.items())

    @cached_property
    def _lines(self) -> _Lines:
        lines = _Lines()
        for relation in self._relations:
            if relation.sources != relation.targets:
                lines.add(relation)
        return lines

    def found(self, words: Sequence[str]) -> dict[Span, Found]:
        words = words[:MOST_WORDS]
        keys = [_keys_of(word) for word in words]
        carrying = [index for index, word in enumerate(words) if fold(word) not in STOP_WORDS]
        spans = self._of_phrases(carrying, keys)
        covered = {index for start, end in spans for index in range(start, end)}
        for index in carrying or range(len(words)):
            factor = WITHIN_A_PHRASE if index in covered else 1
            of_word: Found = {}
            for key in keys[index]:
                _merge(of_word, self._found.get((key,), {}), factor)
            if of_word:
                spans[index, index + 1] = of_word
        return spans

    def _of_phrases(self, carrying: Sequence[int], keys: Sequence[Keys]) -> dict[Span, Found]:
        places = [
            *self._phrases_in(range(len(keys)), keys, most_between=0),
            *self._phrases_in(carrying, keys, most_between=MOST_BETWEEN),
        ]
        longest = _longest({span for span, _phrase in places})
        spans: dict[Span, Found] = {span: {} for span in longest}
        for (start, end), phrase in places:
            around = next(span for span in longest if span[0] <= start and end <= span[1])
            _merge(spans[around], self._found[phrase])
        return spans

    def _phrases_in(
        self, indices: Sequence[int], keys: Sequence[Keys], *, most_between: int
    ) -> Iterator[tuple[Span, Phrase]]:
        """The phrases that stand in the words at `indices`, each with its place in the whole query."""
        said = {key for index in indices for key in keys[index]}
        for place, start in enumerate(indices):
            for key in keys[start]:
                for phrase in filter(said.issuperset, self._phrases.get(key, ())):
                    end = _end_of(phrase, indices[place:], keys, most_between)
                    if end is not None:
                        yield (start, end), phrase


def _likeliest(votes: Votes, number: int) -> Votes:
    """Those with the most votes, in their order."""
    return {topic: votes[topic] for topic in sorted(votes, key=votes.__getitem__, reverse=True)[:number]}


def relations_of(text: str) -> Iterator[Relation]:
    """The lines of a thesaurus, as `field.txt` describes them."""
    for number, line in enumerate(normalise(text).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        left, sign, right = _cut(line)
        sources, targets = _phrases(left), _phrases(right)
        said_of_first = targets if sign else sources[1:]
        if not sources or not said_of_first or () in sources + targets:
            raise MalformedLineError(f"{number}: {line}")
        if not sign:
            yield same(sources)
            continue
        if sign == "<":
            yield Relation(targets, sources, SAME, SAME)
            continue
        yield Relation(sources, targets, NEAR, NEAR_PHRASE)
        if sign == "~":
            yield Relation(targets, sources, NEAR, NEAR_PHRASE)


@lru_cache(maxsize=50_000)
def _share(phrase: Phrase) -> float:
    """What is left of its weight to a word that is only near, and so common that it says little by itself."""
    how_common = commonness(phrase[0]) if len(phrase) == 1 else 0.0
    too_common = (how_common - COMMON) / (VERY_COMMON - COMMON)
    return 1.0 - (1.0 - OF_VERY_COMMON) * min(1.0, max(0.0, too_common))


def same(phrases: tuple[Phrase, ...], weight: float = SAME) -> Relation:
    """All these mean the same."""
    return Relation(phrases, phrases, weight, weight)


def phrase_of(text: str) -> Phrase:
    return tuple(word_texts(normalise(text).lower()))


@lru_cache(maxsize=1)
def curated() -> Thesaurus:
    """The thesaurus of the field that comes with the project."""
    return Thesaurus(
        relation
        for path in sorted(FOLDER.glob("*.txt"))
        if path.name != GENERAL_FILE
        for relation in relations_of(path.read_text(encoding="utf-8"))
    )


@dataclass(frozen=True, slots=True)
class Thesauri:
    """All that is known: what the editors say, the curated thesaurus, and the general one for words in neither."""

    editors: Thesaurus | None = None

    def alternatives(self, words: Sequence[str]) -> list[Alternatives]:
        """As a thesaurus gives them; the spans of two may overlap."""
        found = curated().found(words)
        if self.editors:
            for span, of_span in self.editors.found(words).items():
                _merge(found.setdefault(span, {}), of_span)
        told = {index for start, end in found for index in range(start, end)}
        for index, word in enumerate(words[:MOST_WORDS]):
            if index not in told and fold(word) not in STOP_WORDS and (general := general_expansions(word)):
                found[index, index + 1] = _by_stems(general)
        return _in_order(found)

    def topics(self, words: Sequence[str]) -> tuple[Expansion, ...]:
        return curated().topics(words)


@lru_cache(maxsize=10_000)
def general_expansions(word: str) -> tuple[Expansion, ...]:
    """What the general thesaurus has for a word in any of its forms."""
    lemmas = [lemma.word for spelling in spellings_of(word) for lemma in lexicon().lemmas_of(spelling)]
    texts = dict.fromkeys(text for lemma in lemmas for text in _general().get(lemma, ()))
    return tuple(Expansion(phrase_of(text), GENERAL) for text in texts)


@lru_cache(maxsize=1)
def _general() -> dict[str, list[str]]:
    lines = (FOLDER / GENERAL_FILE).read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" > ") for line in lines if not line.startswith("#"))
    return {word: synonyms.split(",") for word, synonyms in pairs}


def _cut(line: str) -> tuple[str, str, str]:
    left, sign, right = re.fullmatch(r"([^<>~]*)([<>~]?)(.*)", line).groups()  # type: ignore[union-attr]
    return left, sign, right


def _phrases(text: str) -> tuple[Phrase, ...]:
    return tuple(map(phrase_of, text.split(","))) if text.strip() else ()


def _stems(phrase: Phrase) -> Phrase:
    return tuple(map(_stem, phrase))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Of a word in its dictionary form, that of the word itself: "bruger" is who uses, and no form of "bruge" here."""
    own = next((lemma for lemma in lexicon().lemmas_of(word) if lemma.word == word), None)
    return stem_of_lemma(own) if own else analyse(word).stem


def _all_carrying(words: Sequence[str]) -> list[str]:
    return [word for word in words if fold(word) not in STOP_WORDS]


def _carrying(phrase: Phrase) -> Phrase:
    """The phrase without its stop words, if two words or more are left."""
    carrying = tuple(word for word in phrase if fold(word) not in STOP_WORDS)
    return carrying if len(carrying) > 1 else phrase


@lru_cache(maxsize=10_000)
def _keys_of(word: str) -> Keys:
    analyses = [analyse(spelling) for spelling in spellings_of(word)]
    own = [analysis.stem for analysis in analyses]
    return tuple(dict.fromkeys([*own, *(lemma for analysis in analyses for lemma in analysis.lemmas)]))


def _by_first(phrases: Iterable[Phrase]) -> Mapping[str, list[Phrase]]:
    by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        by_first[phrase[0]].append(phrase)
    return dict(by_first)


def _end_of(phrase: Phrase, indices: Sequence[int], keys: Sequence[Keys], most_between: int) -> int | None:
    """Where the phrase ends in the query, if its words stand at `indices` in their order, from the first on."""
    between, place = 0, 0
    for key in phrase:
        while place < len(indices) and key not in keys[indices[place]]:
            between, place = between + 1, place + 1
        if place == len(indices) or between > most_between:
            return None
        place += 1
    return indices[place - 1] + 1


def _longest(spans: Iterable[Span]) -> list[Span]:
    """The spans that lie within no other."""
    longest: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not longest or end > longest[-1][1]:
            longest.append((start, end))
    return longest


def _by_stems(expansions: Iterable[Expansion]) -> Found:
    found: Found = {}
    for expansion in expansions:
        found.setdefault(_stems(expansion.words), expansion)
    return found


def _merge(into: Found, found: Found, factor: float = 1) -> Found:
    """Adds what is found with its weight times the factor; of what is found twice, the greater weight counts."""
    for stems, expansion in found.items():
        weight = expansion.weight * factor
        if stems not in into or into[stems].weight < weight:
            into[stems] = Expansion(expansion.words, weight)
    return into


def _in_order(found: dict[Span, Found]) -> list[Alternatives]:
    return [Alternatives(*span, _sorted(of_span)) for span, of_span in sorted(found.items()) if of_span]


def _sorted(found: Found) -> tuple[Expansion, ...]:
    return tuple(sorted(found.values(), key=lambda expansion: -expansion.weight))
