"""Reading a thesaurus in the MyThes format of office programs, and taking from it what is of use for finding.

The format: an entry is a line `word|number of meanings`, then a line `|synonym|synonym|…` for each meaning. In the
Danish one, remarks stand in brackets: "underbegreb" (a narrower word), "vulgær" and others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

MOST_MEANINGS = 4
MOST_SYNONYMS = 12
_ENTRY = re.compile(r"(?P<word>[^|]+)\|\d+")
# Common words alone: no names, no Latin, nothing with a remark in brackets, no phrase of more than three words.
_PLAIN = re.compile(r"[a-zæøåé-]{3,}(?: [a-zæøåé]+){0,2}")

Meanings = dict[str, list[tuple[str, ...]]]


def meanings_in(lines: Iterable[str]) -> Meanings:
    """For each plain word, the plain synonyms of each of its meanings."""
    meanings: Meanings = {}
    word = ""
    for line in lines:
        if entry := _ENTRY.fullmatch(line):
            word = entry["word"]
        elif line.startswith("|") and _PLAIN.fullmatch(word):
            synonyms = tuple(text for text in line[1:].split("|") if _PLAIN.fullmatch(text) and text != word)
            if synonyms:
                meanings.setdefault(word, []).append(synonyms)
    return meanings


def mutual_synonyms(meanings: Meanings, is_common: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
    """The common synonyms of common words with few meanings, as far as they name the word in turn.

    A synonym that does not is mostly something wider or narrower.
    """
    mutual: dict[str, tuple[str, ...]] = {}
    for word, of_word in meanings.items():
        if len(of_word) > MOST_MEANINGS or not is_common(word):
            continue
        synonyms = {text: None for of_meaning in of_word for text in of_meaning if _names(meanings.get(text, ()), word)}
        common = tuple(filter(is_common, synonyms))
        if common and len(synonyms) <= MOST_SYNONYMS:
            mutual[word] = common
    return mutual


def _names(meanings: Iterable[tuple[str, ...]], word: str) -> bool:
    return any(word in synonyms for synonyms in meanings)
