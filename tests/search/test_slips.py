"""How many slips lie between two words, and how likely they are."""

from __future__ import annotations

import pytest

from search.danish.slips import chance, nearness, slips_between
from search.danish.words import fold


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [
        ("borgermde", "borgermøde", 1),
        ("borgermode", "borgermøde", 0),
        ("konfilkt", "konflikt", 1),
        ("høøring", "høring", 1),
        ("kvarter", "kvartet", 1),
        ("konfikt", "konflikter", 3),
        ("rækker", "rækker", 0),
    ],
)
def test_slips_are_counted_by_letters_as_they_are_typed(typed, meant, slips):
    assert slips_between(fold(typed), fold(meant)) == slips


@pytest.mark.parametrize(
    ("likelier", "less_likely"),
    [
        (("vinude", "vindue"), ("vinude", "vinde")),  # swapped; one too many
        (("koier", "kopier"), ("koier", "køer")),  # one too few; another one and one too many
        (("folter", "filter"), ("folter", "felter")),  # the key beside; a key far off
        (("boæig", "bolig"), ("boæig", "boig")),  # the key beside; one too many
        (("mødder", "møder"), ("mødqer", "møder")),  # typed twice; one far off too many
        (("mødfer", "møder"), ("mødqer", "møder")),  # the key beside too; one far off too many
        (("klgaer", "klager"), ("klgaer", "klar")),  # a and e that stand side by side by accident
    ],
)
def test_some_slips_are_likelier(likelier, less_likely):
    assert chance(*map(fold, likelier)) > chance(*map(fold, less_likely))


def test_the_likeliest_word_comes_first():
    words = ["moder", "møde", "mønder", "rødder", "mødder", "møderne", "måder"]

    ranked = sorted(words, key=lambda word: nearness("moeder", fold(word)))

    assert ranked[0] == "moder"
    assert ranked.index("møde") < ranked.index("møderne")
    assert ranked.index("måder") < ranked.index("rødder")


def test_keys_lie_beside_each_other_both_ways():
    assert chance("e", "r") == chance("r", "e") > chance("e", "p") == chance("p", "e")
