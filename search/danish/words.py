"""Cutting text into words, and folding letters so that "boernehus" and "børnehus" meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Letters joined by hyphens are one word (e-mail, mini-møde); digits and letters otherwise run together as they stand.
_WORD = re.compile(r"[^\W_]+(?:[-‐‑](?<=[^\W\d_].)[^\W\d_]+)*")
_HYPHENS = re.compile(r"[-‐‑]")
_FOLDED = {"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "ß": "ss", "đ": "d", "ł": "l", "ı": "i"}
# From the left: aae is åe, as in forstaaelse.
_TWO_LETTERS = re.compile("ae|oe|aa")
_UNFOLDED = {"ae": "æ", "oe": "ø", "aa": "å"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, and where it stands in the text's NFC form."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """The text in NFC, where an å is one character however it was typed. Positions of words are positions in this."""
    return unicodedata.normalize("NFC", text)


def words_of(text: str) -> Iterator[Word]:
    """The words of a text that is already normalised."""
    for match in _WORD.finditer(text):
        yield Word(match.group(), match.start(), match.end())


def word_texts(text: str) -> list[str]:
    """The words alone, for where their places do not matter."""
    return _WORD.findall(text)


def pieces_of(word: str) -> list[str]:
    """The pieces between the hyphens of a word; one if it has none."""
    return _HYPHENS.split(word)


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    lower = letter.lower()
    if lower in _FOLDED:
        return _FOLDED[lower]
    if _HYPHENS.match(lower):
        return ""
    # A few signs stand for several words, or for a space with something above it.
    parts = unicodedata.normalize("NFKD", lower)
    return "".join(part for part in parts if not (unicodedata.combining(part) or part.isspace()))


def fold(word: str) -> str:
    """Lower case, æ as ae, ø as oe, å as aa, without accents and hyphens. Never empty, and never with a space."""
    return "".join(map(_fold_letter, word)) or word


def fold_with_positions(word: str) -> tuple[str, list[int]]:
    """The folded word, and for each of its letters (and its end) the position in the word that it came from."""
    folded: list[str] = []
    positions: list[int] = []
    for position, letter in enumerate(word):
        for part in _fold_letter(letter):
            folded.append(part)
            positions.append(position)
    positions.append(len(word))
    return "".join(folded), positions


def unfold(word: str) -> str:
    """The word as it would be if each ae, oe and aa stood for æ, ø and å."""
    return _TWO_LETTERS.sub(lambda match: _UNFOLDED[match[0]], word)


def bare(folded: str) -> str:
    """A folded word with its æ, ø and å as the letters that people without them type."""
    return _TWO_LETTERS.sub(lambda match: match[0][0], folded)
