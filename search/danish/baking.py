"""Making the files of the lexicon from a Hunspell dictionary and word frequencies."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import marisa_trie

from . import hunspell
from .compounds import NOT_FIRST, NOT_LAST, SHORTEST_PART, best_split
from .lexicon import Kind, Lemma, Lexicon, Reading
from .stems import snowball
from .supplement import INNER_FORMS, NO_COMPOUNDS, UMLAUT_PLURALS

_VERB_FLAGS = frozenset({1, 20, 21})
_ADJECTIVE_FLAGS = frozenset({12, 23, 24, 25, 26, 27, 28, 38, 40, 41, 42, 49, 59, 77, 78, 82})
_ONLY_PLURAL = 74
_SHORTEST = 3  # names and genitives that are shorter are left out
# What says how a word is bent: a compound is bent as its last word.
_LINKS = frozenset({10, 22, 29, 30, 31, 32, 37, 39, 53, 54, 55, 56, 60, 61, 62, 63, 67, 68, 79, 81, 86, 88})
_PLURALS = frozenset({5, 11, 46, 74})  # one word may have a plural and its compound none
_GENDERS = {44: 2, 45: 4}
_MOST_LEMMAS = 3
_RARER = 1.5  # a lemma that is so much rarer (Zipf) than another of the same form is left out
_HARDLY_IMPERATIVE = 5.1  # a word that is so common (Zipf) is taken for no imperative of another: "tal" is not of tale
_COMMON = 3.3
_SHORTEST_BEGINNING = 4
_FEWEST_COMPOUNDS = 4  # with the same link: fewer may be chance

_BARE = str.maketrans("æøå", "aoa")

Frequencies = Mapping[str, float]


class Baker:
    """Reads the sources when it is made, and writes the lexicon by `bake`."""

    def __init__(self, dictionary: Path, frequencies: Frequencies) -> None:
        rules = hunspell.suffixes(dictionary / "index.aff")
        self._frequencies = frequencies
        self._kinds: dict[str, int] = defaultdict(int)
        self._flags: dict[str, set[frozenset[int]]] = defaultdict(set)
        self._forms: dict[str, set[str]] = defaultdict(set)
        self._imperatives: dict[str, set[str]] = defaultdict(set)
        self._verbal_nouns: dict[str, set[str]] = defaultdict(set)
        self._inner: dict[str, set[str]] = defaultdict(set)
        entries = list(hunspell.entries(dictionary / "index.dic"))
        headwords = {entry.word for entry in entries}
        for entry in entries:
            self._add(entry, headwords, rules)
        for form, lemma in INNER_FORMS.items():
            self._inner[form].add(lemma)
        for word, kind in self._kinds.items():
            if kind & Kind.ADJECTIVE and len(word) > _SHORTEST and frequencies.get(word):
                self._inner[word].add(word)
        self._learn_links()
        self._zipf = self._zipf_of_lemmas()

    def bake(self, folder: Path) -> None:
        """Write the files of the lexicon. What is a compound is said by the lexicon that does not know it yet."""
        self._mark_unstemmed()
        with TemporaryDirectory() as draft:
            self._write(Path(draft))
            self._mark_compounds(Lexicon(Path(draft)))
        folder.mkdir(exist_ok=True)
        for old in [*folder.glob("*.marisa"), *folder.glob("*.readings")]:
            old.unlink()  # a process that has it mapped keeps it so
        self._write(folder)

    def _add(self, entry: hunspell.Entry, headwords: set[str], rules: hunspell.Suffixes) -> None:
        word = entry.word.lower()
        if word.endswith("-"):
            if hunspell.BEGINS & entry.flags and len(word) > _SHORTEST_BEGINNING:
                self._inner[word[:-1]].add(word[:-1])
            return
        if not entry.word.islower():
            if len(word) >= _SHORTEST:
                self._kinds[word] |= Kind.NAME
                self._forms[word].add(word)
            return
        lemma = entry.stem or _singular(word, entry.flags, headwords) or word
        if not lemma.isalpha():
            lemma = word
        self._kinds[lemma] |= _kind(entry)
        if lemma == word:
            self._flags[word].add(frozenset(_GENDERS.get(flag, flag) for flag in entry.flags) - _LINKS - _PLURALS)
        for form, comment in hunspell.forms_of(word, entry.flags, rules):
            if form.isalpha():
                self._forms_like(form, word, comment)[form].add(lemma)
        for form in hunspell.inner_forms_of(word, entry.flags, rules):
            self._inner[form].add(lemma)

    def _forms_like(self, form: str, word: str, comment: str) -> dict[str, set[str]]:
        if "IMPERATIV" in comment:
            return self._imperatives
        # These suffixes have no comment: they make nouns of verbs (løben), and hardly anybody means them.
        is_verbal_noun = form.endswith(("n", "ns")) and not comment and form != word
        return self._verbal_nouns if is_verbal_noun else self._forms

    def _learn_links(self) -> None:
        """Links that the dictionary does not give but has compounds with: gårds in gårdsplads, land in landmand."""
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for word in self._flags:
            for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
                first, last = word[:place], word[place:]
                if first in self._inner or first in NOT_FIRST or last in NOT_LAST or last not in self._flags:
                    continue
                lemma = next((lemma for lemma in (first, first[:-1]) if self._kinds.get(lemma, 0) & Kind.NOUN), None)
                if lemma and first[len(lemma) :] in {"", "s", "e"} and self._bent_alike(word, last):
                    seen[first, lemma] += 1
        for (first, lemma), compounds in seen.items():
            if compounds >= _FEWEST_COMPOUNDS:
                self._inner[first].add(lemma)

    def _zipf_of_lemmas(self) -> dict[str, float]:
        """The frequencies of all forms of a lemma together.

        A form of several counts for the commonest of them and, where it is one itself, for that: syge for syg and syge.
        """
        for asides in (self._imperatives, self._verbal_nouns):
            for form, lemmas in asides.items():
                if form not in self._forms:
                    self._forms[form] |= lemmas
        total: dict[str, float] = defaultdict(float)
        for form, frequency in self._frequencies.items():
            lemmas = self._forms.get(form) or self._forms.get(form.removesuffix("s"), set())
            if lemmas:
                commonest = max(sorted(lemmas), key=lambda lemma: self._frequencies.get(lemma, 0))
                for lemma in {commonest, form} & lemmas:
                    total[lemma] += frequency
        return {lemma: math.log10(frequency) + 9 for lemma, frequency in total.items()}

    def _mark_unstemmed(self) -> None:
        """Of common nouns that Snowball takes for one (borg, borger) all but the shortest are their own stems."""
        alike: dict[str, list[str]] = defaultdict(list)
        for word, kind in self._kinds.items():
            if kind & Kind.NOUN and self._zipf.get(word, 0) >= _COMMON:
                alike[snowball(word)].append(word)
        for words in alike.values():
            for word in sorted(words, key=lambda word: (len(word), word))[1:]:
                self._kinds[word] |= Kind.UNSTEMMED

    def _mark_compounds(self, words: Lexicon) -> None:
        """Which headwords are compounds: cut into known words, the last of which is bent as the whole is."""
        for word, kind in self._kinds.items():
            if kind in {Kind.NAME, Kind.VERB} or word in NO_COMPOUNDS:
                continue
            pieces = best_split(word, words)
            if pieces and self._bent_alike(word, word[pieces[-1].start :]):
                self._kinds[word] |= Kind.COMPOUND

    def _bent_alike(self, word: str, other: str) -> bool:
        return any(one & its or one == its for one in self._flags[word] for its in self._flags[other])

    def _write(self, folder: Path) -> None:
        table: dict[tuple[Reading, ...], int] = {}
        forms = {form: self._readings_of_form(form) for form in self._forms}
        forms = {form: readings for form, readings in forms.items() if not self._is_genitive(form, readings, forms)}
        inner = {form: self._readings(form, lemmas, most=1) for form, lemmas in self._inner.items()}
        _write_readings(folder / "forms", forms, table)
        _write_readings(folder / "inner", inner, table)
        lines = (" ".join(f"{each.strip},{each.add},{each.kind}" for each in readings) for readings in table)
        (folder / "readings.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        marisa_trie.Trie(sorted(_bare_keys({*forms, *inner}))).save(str(folder / "bare.marisa"))
        zipf = sorted((lemma, (max(0, round(value * 20)),)) for lemma, value in self._zipf.items())
        marisa_trie.RecordTrie("<B", zipf).save(str(folder / "frequencies.marisa"))

    def _readings_of_form(self, form: str) -> tuple[Reading, ...]:
        lemmas = self._forms[form]
        imperative_of = self._imperatives.get(form, set()) - lemmas
        if self._zipf.get(form, 0) >= _HARDLY_IMPERATIVE:
            imperative_of = set()
        if form not in lemmas:
            return self._readings(form, lemmas | imperative_of)
        return self._readings(form, lemmas, then=imperative_of)  # "stil" is a style, and the imperative of stille

    def _readings(
        self, form: str, lemmas: Iterable[str], *, then: Iterable[str] = (), most: int = _MOST_LEMMAS
    ) -> tuple[Reading, ...]:
        """The likeliest lemmas first, without those that hardly ever are meant, but always the word itself."""
        ranked = [*self._likeliest_first(lemmas), *self._likeliest_first(then)]
        least = self._zipf.get(ranked[0], 0) - _RARER
        likely = [lemma for lemma in ranked if self._zipf.get(lemma, 0) >= least or lemma == form][:most]
        return tuple(_reading(form, Lemma(lemma, self._kinds[lemma])) for lemma in likely)

    def _likeliest_first(self, lemmas: Iterable[str]) -> list[str]:
        return sorted(
            lemmas, key=lambda lemma: (self._kinds[lemma] == Kind.NAME, -self._zipf.get(lemma, 0), len(lemma), lemma)
        )

    @staticmethod
    def _is_genitive(form: str, readings: tuple[Reading, ...], forms: Mapping[str, tuple[Reading, ...]]) -> bool:
        of = form.removesuffix("s")
        if of == form or of not in forms or len(of) < _SHORTEST:
            return False
        lemmas = {reading.of(of) for reading in forms[of]}
        return {reading.of(form) for reading in readings} <= lemmas


def _kind(entry: hunspell.Entry) -> int:
    if entry.flags & _VERB_FLAGS or (not entry.flags and entry.word.endswith(("e", "å")) and not entry.stem):
        return Kind.VERB
    if entry.stem:
        return 0
    return Kind.ADJECTIVE if entry.flags & _ADJECTIVE_FLAGS else Kind.NOUN


def _singular(word: str, flags: frozenset[int], headwords: set[str]) -> str:
    """The singular of a plural that is listed as a word of its own: børn, bøger, skolebørn."""
    if _ONLY_PLURAL not in flags:
        return ""
    for plural, singulars in UMLAUT_PLURALS.items():
        for singular in singulars:
            if word.endswith(plural) and (lemma := word.removesuffix(plural) + singular) in headwords:
                return lemma
    return ""


def _reading(form: str, lemma: Lemma) -> Reading:
    shared = 0
    for one, other in zip(form, lemma.word, strict=False):
        if one != other:
            break
        shared += 1
    return Reading(len(form) - shared, lemma.word[shared:], lemma.kind)


def _write_readings(
    path: Path, words: Mapping[str, tuple[Reading, ...]], table: dict[tuple[Reading, ...], int]
) -> None:
    trie = marisa_trie.Trie(sorted(words))
    trie.save(str(path.with_suffix(".marisa")))
    numbers = array("H", bytes(2 * len(words)))
    for word in sorted(words):
        numbers[trie[word]] = table.setdefault(words[word], len(table))
    path.with_suffix(".readings").write_bytes(numbers.tobytes())


def _bare_keys(words: Iterable[str]) -> set[str]:
    keys = set()
    for word in words:
        places = [2 * place + (letter == "å") for place, letter in enumerate(word) if letter in "æøå"]
        if places:
            keys.add(f"{word.translate(_BARE)}\t{' '.join(map(str, places))}")
    return keys
