"""Documents of a made-up municipality in any number, for measuring speed.

Sentences are drawn from the judged texts and the demonstration municipality, so that words keep the frequencies of
written Danish; compounds made of parts that occur in compounds there let the vocabulary grow with the corpus, as it
does in a real one. The same number and seed give the same documents.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from demo import data_files
from search.documents import (
    CORPS,
    STAFF,
    SUPERUSER,
    Kind,
    SearchDocument,
    ThemeOfDocument,
    group_token,
    key_of,
    person_token,
)

JUDGED = Path(__file__).resolve().parent
MUNICIPAL = JUDGED / "municipal"
# Written by others when the search was there. After the last was looked at, nothing was changed.
FRESH = tuple(JUDGED / name for name in ("frontline", "technical", "allround", "unseen"))
SEED = 1849
KINDS = {Kind.METHOD_CARD: 15, Kind.CASE: 20, Kind.TOOL: 15, Kind.NOTE: 40, Kind.PERSON: 10}
PHASES = ("godt-i-gang", "lyt-spoerg-opsummer", "lav-en-aftale", "")
MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
TARGET_GROUPS = ("Plejepersonale", "Sagsbehandlere", "Ledere", "Planlæggere", "Lærere og pædagoger")
NEWEST = date(2026, 6, 30)
PEOPLE, GROUPS = 400, 12  # that something may be private to
SHORTEST_PART = 4


def documents(number: int, seed: int = SEED) -> Iterator[SearchDocument]:
    source, chance = _Source.read(), random.Random(seed)  # noqa: S311
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=number)
    for pk, kind in enumerate(kinds, start=1):
        yield _person(source, chance, pk) if kind == Kind.PERSON else _text(source, chance, kind, pk)


@dataclass(frozen=True)
class _Source:
    sentences: list[str]
    titles: list[str]
    names: list[tuple[str, str]]
    themes: list[ThemeOfDocument]
    departments: list[str]

    @classmethod
    def read(cls) -> _Source:
        judged = [json.loads(line) for line in (MUNICIPAL / "docs.jsonl").read_text(encoding="utf-8").splitlines()]
        folders = ("method_cards", "cases", "toolbox", "notes")
        demo = [page for folder in folders for page in data_files.read_folder(folder)]
        texts = [*(text["body"] for text in judged), *(text for page in demo for text in _strings_of(page))]
        people = (data_files.DATA / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
        names = [row.split(";")[1].split(" ", 1) for row in people]
        return cls(
            sentences=list(dict.fromkeys(sentence for text in texts for sentence in _sentences_of(text))),
            titles=[text["title"] for text in judged] + [page["title"] for page in demo if "title" in page],
            names=[(first, last) for first, last in names],
            themes=[
                ThemeOfDocument(theme["slug"], theme["name"], ", ".join(theme["synonyms"]))
                for theme in data_files.read("vocabulary.toml")["themes"]
            ],
            departments=sorted({text["department"] for text in judged}),
        )

    @cached_property
    def compound_parts(self) -> tuple[list[str], list[str]]:
        """First parts, with their link, and last parts of the compounds that two other words of the texts make up."""
        words = sorted({word for text in self.sentences for word in re.findall(r"[^\W\d_]+", text.lower())})
        known, firsts, lasts = set(words), set(), set()
        for word in words:
            for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
                if word[at:] in known and (word[:at] in known or word[:at].removesuffix("s") in known):
                    firsts.add(word[:at])
                    lasts.add(word[at:])
        parts = sorted(firsts), sorted(lasts)
        for each in parts:
            random.Random(SEED).shuffle(each)  # noqa: S311
        return parts


def _strings_of(value: Any) -> Iterator[str]:
    """The texts of a page's file; what has no space is a slug or a choice."""
    if isinstance(value, str):
        if " " in value:
            yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings_of(part)


def _sentences_of(text: str) -> list[str]:
    return [sentence.strip() for sentence in re.split(r"(?<=[.?!])\s+|\n+", text) if " " in sentence.strip()]


def _text(source: _Source, chance: random.Random, kind: Kind, pk: int) -> SearchDocument:
    sentences = chance.choices(source.sentences, k=chance.randint(5, 14))
    headings = tuple(_heading(source, chance) for __ in range(chance.randint(0, 4)))
    is_card = kind == Kind.METHOD_CARD
    return SearchDocument(
        key=key_of(kind, pk),
        title=f"{chance.choice(source.titles)}: {_compound(source, chance)}",
        audience=_audience(chance, kind),
        intro=chance.choice(source.sentences),
        headings=headings,
        body=" ".join([*sentences, *(f"{_compound(source, chance)}." for __ in range(2))]),
        keywords=(str(kind.value),),
        themes=tuple(chance.sample(source.themes, chance.randint(0, 3))),
        department="" if is_card else chance.choice(source.departments),
        target_groups=tuple(sorted(chance.sample(TARGET_GROUPS, chance.randint(0, 2)))),
        minutes=None if kind in {Kind.CASE, Kind.NOTE} else chance.choice(MINUTES),
        participants_from=2 if is_card else None,
        participants_to=chance.choice([2, 4, 12, 40]) if is_card else None,
        phase=chance.choice(PHASES) if is_card else "",
        date=NEWEST - timedelta(days=int(chance.expovariate(1 / 400))),
        url=f"/{kind.value}/{pk}/",
    )


def _person(source: _Source, chance: random.Random, pk: int) -> SearchDocument:
    return SearchDocument(
        key=key_of(Kind.PERSON, pk),
        title=f"{chance.choice(source.names)[0]} {chance.choice(source.names)[1]}",
        audience=frozenset({STAFF}),
        intro=_compound(source, chance),
        themes=tuple(chance.sample(source.themes, chance.randint(0, 3))),
        department=chance.choice(source.departments),
    )


def _heading(source: _Source, chance: random.Random) -> str:
    return " ".join(chance.choice(source.sentences).split()[:4]).strip(".,:;?!»«")


def _compound(source: _Source, chance: random.Random) -> str:
    """A few parts make most of the compounds: the part at rank n is drawn about 1/n times as often as the first."""
    return "".join(chance.choices(parts, cum_weights=_zipf(len(parts)))[0] for parts in source.compound_parts)


@cache
def _zipf(number: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


def _audience(chance: random.Random, kind: Kind) -> frozenset[str]:
    """Eight in ten for all staff, one for the corps, one for a person (a note) or a group (a page)."""
    whom = chance.choices([STAFF, CORPS, SUPERUSER], [80, 10, 10])[0]
    if whom != SUPERUSER:
        return frozenset({whom})
    if kind == Kind.NOTE:
        return frozenset({person_token(chance.randint(1, PEOPLE))})
    return frozenset({group_token(chance.randint(1, GROUPS)), SUPERUSER})
