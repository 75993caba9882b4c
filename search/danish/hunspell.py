"""Reading a Hunspell dictionary: its entries, all their forms, and how they stand inside compounds.

Only what the Danish dictionary of stavekontrolden.dk uses is read: numbered flags, suffixes that may take suffixes, and
the flags of compounds. Format: hunspell(5).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEEDS_AFFIX = 8
FORBIDDEN = 6
BEGINS = frozenset({81})  # what is written with a hyphen stands before other words without it
_INNER = {32, 33}  # COMPOUNDBEGIN, COMPOUNDMIDDLE


@dataclass(frozen=True, slots=True)
class Suffix:
    flag: int
    strip: str
    add: str
    flags: frozenset[int]
    condition: re.Pattern[str]
    comment: str

    def of(self, word: str) -> str | None:
        """The word with this suffix, or None if it can't have it."""
        if not word.endswith(self.strip) or not self.condition.search(word):
            return None
        return word.removesuffix(self.strip) + self.add


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the dictionary. `stem` is the word that an irregular form belongs to."""

    word: str
    flags: frozenset[int]
    stem: str


Suffixes = dict[int, list[Suffix]]


def suffixes(path: Path) -> Suffixes:
    found: Suffixes = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) < 5 or fields[0] != "SFX" or not fields[1].isdigit():  # noqa: PLR2004  (the header has four)
            continue
        strip, (add, _, flags) = fields[2], fields[3].partition("/")
        found[int(fields[1])].append(
            Suffix(
                flag=int(fields[1]),
                strip="" if strip == "0" else strip,
                add="" if add == "0" else add,
                flags=frozenset(map(int, flags.split(","))) if flags else frozenset(),
                condition=re.compile(f"{fields[4]}$"),
                comment=fields[5] if len(fields) > 5 else "",  # noqa: PLR2004
            )
        )
    return found


def entries(path: Path) -> Iterator[Entry]:
    """The entries that are one word of letters, or what words begin with (auto-), and may be written."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        head, *morphology = line.split(" ")
        word, _, flag_text = head.partition("/")
        if not word.removesuffix("-").isalpha() or not all(field[2:3] == ":" for field in morphology):
            continue
        flags = frozenset(map(int, flag_text.split(","))) if flag_text else frozenset()
        if FORBIDDEN in flags:
            continue
        stem = next((field[3:] for field in morphology if field.startswith("st:")), "")
        # lægger is said to be of kortlægge, where it is only the last part of its form.
        is_inside = stem.find(word[:3]) > 0
        yield Entry(word, flags, "" if is_inside else stem)


def forms_of(word: str, flags: frozenset[int], rules: Suffixes) -> Iterator[tuple[str, str]]:
    """Each form of a word that stands by itself, with the comment of its suffix ("" for the word as it is)."""
    if NEEDS_AFFIX not in flags:
        yield word, ""
    for rule in _rules(flags, rules):
        if not rule.flags & _INNER and (form := rule.of(word)):
            if NEEDS_AFFIX not in rule.flags:
                yield form, rule.comment
            for inflected, comment in forms_of(form, rule.flags | {NEEDS_AFFIX}, rules):
                yield inflected, rule.comment + comment


def inner_forms_of(word: str, flags: frozenset[int], rules: Suffixes) -> set[str]:
    """How a word stands before another in a compound: sags, børne, kirke, arbejds."""
    inner = {rule.of(word) for rule in _rules(flags, rules) if rule.flags & _INNER}
    return {form for form in inner if form and form.isalpha()}


def _rules(flags: frozenset[int], rules: Suffixes) -> Iterator[Suffix]:
    for flag in sorted(flags):
        yield from rules.get(flag, [])
