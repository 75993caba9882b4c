"""The baked lexicon: what words there are, what they are forms of, how they stand in compounds, how common they are.

`manage.py build_lexicon` makes its files; here they are only mapped into memory, so that threads and processes share
them. Words are looked up in lower case, with æ, ø and å.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import marisa_trie

FOLDER = Path(__file__).parent / "data"
# Zipf values (the decimal logarithm of occurrences in a thousand million words) of words that wordfreq does not list.
UNLISTED = 2.0
# A genitive is not listed beside its word, if the word has this length.
_SHORTEST_GENITIVE = 3
_LINKS = ("s", "e")
REMEMBERED = 30_000  # look-ups of each kind


class Kind:
    """What a word is; and whether it is cut where it is a compound, and whether its stem is the word itself.

    Bits of a number, and no enum: they are asked for too often.
    """

    NOUN = 1
    VERB = 2
    ADJECTIVE = 4
    NAME = 8
    COMPOUND = 16
    UNSTEMMED = 32


class Lemma(NamedTuple):
    word: str
    kind: int


class Inner(NamedTuple):
    """A word as it stands before another in a compound; `end` is where it ends there, its link left out."""

    lemma: Lemma
    end: int
    after: int


class Reading(NamedTuple):
    """How a form is read: without its last letters and with others it is the lemma."""

    strip: int
    add: str
    kind: int

    def of(self, form: str) -> Lemma:
        return Lemma(form[: len(form) - self.strip] + self.add, self.kind)


class Lexicon:
    def __init__(self, folder: Path = FOLDER) -> None:
        self._forms = marisa_trie.Trie().mmap(str(folder / "forms.marisa"))
        self._readings_of_forms = _numbers(folder / "forms.readings")
        self._inner = marisa_trie.Trie().mmap(str(folder / "inner.marisa"))
        self._readings_of_inner = _numbers(folder / "inner.readings")
        self._bare = marisa_trie.Trie().mmap(str(folder / "bare.marisa"))
        self._frequencies = marisa_trie.RecordTrie("<B").mmap(str(folder / "frequencies.marisa"))
        lines = (folder / "readings.txt").read_text(encoding="utf-8").splitlines()
        self._readings = [tuple(map(_reading, line.split())) for line in lines]
        # The same words come again and again, in compounds above all.
        self.lemmas_of = lru_cache(REMEMBERED)(self._lemmas_of)
        self._inner_word = lru_cache(REMEMBERED)(self._inner_word_of)

    def _lemmas_of(self, form: str) -> tuple[Lemma, ...]:
        """The words that this is a form of, the likeliest first; none if it is not known."""
        number = self._forms.get(form)
        if number is None:
            if not form.endswith("s") or len(form) <= _SHORTEST_GENITIVE:
                return ()
            form = form[:-1]
            number = self._forms.get(form)
            if number is None:
                return ()
        return tuple(reading.of(form) for reading in self._readings[self._readings_of_forms[number]])

    def forms(self) -> Iterator[str]:
        """All forms, but genitives that are a form and an s."""
        yield from self._forms.iterkeys()

    def inner_at(self, word: str, start: int) -> Iterator[Inner]:
        """The words that may stand before others in a compound and stand at this place of the word."""
        for text, number in self._inner.iter_prefixes_with_ids(word[start:]):
            lemma, length = self._inner_word(text, number)
            yield Inner(lemma, start + length, start + len(text))

    def _inner_word_of(self, text: str, number: int) -> tuple[Lemma, int]:
        """What it is a form of, and its length without its link."""
        lemma = self._readings[self._readings_of_inner[number]][0].of(text)
        has_link = text.endswith(_LINKS) and text != lemma.word
        has_link = has_link and (text[:-1] == lemma.word or text not in self._forms)
        return lemma, len(text) - has_link

    def is_inner(self, text: str) -> bool:
        return text in self._inner

    def zipf(self, word: str) -> float:
        """How common a lemma is: 3 is once in a million words, 6 once in a thousand."""
        found = self._frequencies.get(word)
        return found[0][0] / 20 if found else UNLISTED

    def with_letters(self, bare: str) -> Iterator[str]:
        """The known forms, and words inside compounds, with æ, ø or å that are this without them."""
        for key in self._bare.keys(bare + "\t"):
            places = map(int, key.partition("\t")[2].split())
            letters = list(bare)
            for place in places:
                letters[place // 2] = {("a", 0): "æ", ("a", 1): "å", ("o", 0): "ø"}[letters[place // 2], place % 2]
            yield "".join(letters)


def _numbers(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("H")


def _reading(text: str) -> Reading:
    strip, add, kind = text.split(",")
    return Reading(int(strip), add, int(kind))


@cache
def lexicon() -> Lexicon:
    """The lexicon of the project, opened at its first use."""
    return Lexicon()
