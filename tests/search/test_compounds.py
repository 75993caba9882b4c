"""How well compounds of running words are cut, counted on a list that was judged before; and how fast."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from search.danish.analysis import analyse, outer_parts
from search.danish.compounds import split
from search.danish.words import fold

LISTS = tomllib.loads((Path(__file__).parent / "compounds.toml").read_text(encoding="utf-8"))
LEAST_CUT_RIGHT = 60 / 61
LEAST_LEFT_WHOLE = 56 / 60
MOST_MICROSECONDS = 40


def places(compound: str) -> set[int]:
    """Where the parts begin in the folded word."""
    return {len(fold("".join(compound.split("|")[:number]))) for number in range(compound.count("|") + 1)}


def is_cut_right(compound: str) -> bool:
    """At the bars, in its first cut or after its parts are cut as well."""
    parts = analyse(compound.replace("|", "")).parts
    return places(compound) in ({part.start for part in outer_parts(parts)}, {part.start for part in parts})


@pytest.mark.parametrize("name", LISTS)
def test_compounds_are_cut_where_their_words_meet(name):
    compounds = LISTS[name]["compounds"].split()
    wrong = [compound for compound in compounds if not is_cut_right(compound)]

    print(f"{name}: {len(compounds) - len(wrong)} of {len(compounds)} compounds cut right")  # noqa: T201  (shown by pytest -s)
    assert len(wrong) <= len(compounds) * (1 - LEAST_CUT_RIGHT), wrong


@pytest.mark.parametrize("name", LISTS)
def test_other_words_are_left_whole(name):
    others = LISTS[name]["others"].split()
    cut = [word for word in others if split(word)]

    print(f"{name}: {len(others) - len(cut)} of {len(others)} others left whole")  # noqa: T201  (shown by pytest -s)
    assert len(cut) <= len(others) * (1 - LEAST_LEFT_WHOLE), cut


def test_each_list_is_long_enough_to_say_something():
    assert {
        (name, kind): len(words.split()) >= 56 for name, kinds in LISTS.items() for kind, words in kinds.items()
    } == {(name, kind): True for name in ("tuned", "held_out") for kind in ("compounds", "others")}


def test_a_word_is_cut_in_microseconds():
    words = [word.replace("|", "") for kinds in LISTS.values() for text in kinds.values() for word in text.split()]
    rounds = []
    for _ in range(5):
        split.cache_clear()
        started = time.thread_time()
        for word in words:
            split(word)
        rounds.append((time.thread_time() - started) / len(words) * 1e6)

    print(f"{min(rounds):.0f} µs a word")  # noqa: T201  (shown by pytest -s)
    assert min(rounds) < MOST_MICROSECONDS
