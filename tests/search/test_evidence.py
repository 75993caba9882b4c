"""What documents are found by, and what it is worth."""

from __future__ import annotations

import pytest

from search.evidence import MOST, STEPS, Evidence, evidence_of, worths
from search.planning import Expansion, Term, as_prefix, term_of
from search.tokens import EXACT, PART, STEM


def term(word: str, **more) -> Term:
    return Term(word=word, exact=word, stems=(word,), **more)


def test_a_word_is_shown_by_itself_its_stem_and_its_parts():
    shown = set(evidence_of(Term("børnehus", "boernehus", ("boernehus",), parts=("barn", "hus"))))

    assert shown == {
        Evidence(EXACT, ("boernehus",)),
        Evidence(STEM, ("boernehus",)),
        Evidence(STEM, ("barn", "hus")),
    }


def test_a_beginning_is_shown_by_words_and_parts_of_words_that_begin_so():
    assert list(evidence_of(as_prefix(term("mægl")))) == [
        Evidence(EXACT, ("mægl",), is_beginning=True),
        Evidence(PART, ("mægl",), is_beginning=True),
    ]


def test_what_means_the_same_is_worth_less_than_the_word_and_more_than_what_is_only_near():
    near = (Expansion(term("forlig"), 0.9), Expansion(term("samtale"), 0.3))

    worth = worths([term("mægling", expansions=near)], [3], 100)

    word, same, other = (worth[Evidence(STEM, (stem,))] for stem in ("mægling", "forlig", "samtale"))
    assert word > same > other > 0
    assert list(worth.values()) == sorted(worth.values(), reverse=True)


def test_what_two_words_say_adds_up():
    near = (Expansion(term("samtale"), 0.5),)

    once = worths([term("møde", expansions=near)], [3], 100)
    twice = worths([term("møde", expansions=near), term("dialog", expansions=near)], [3, 3], 100)

    said = Evidence(STEM, ("samtale",))
    assert twice[said] == pytest.approx(2 * once[said], abs=1 / STEPS)


def test_a_word_that_all_documents_have_is_found_too():
    assert min(worths([term("borger")], [10**6], 10**6).values()) > 0


def test_worths_add_up_the_same_in_any_order_and_precision():
    worth = worths([term_of(word) for word in ("mægling", "møde", "nabo", "klage")], [3, 7, 1, 40], 100)

    assert all((value * STEPS).is_integer() for value in worth.values())


def test_of_too_much_the_worthiest_is_looked_for():
    expansions = tuple(Expansion(term(f"ord{number}"), 0.5) for number in range(2 * MOST))

    worth = worths([term("møde", expansions=expansions), term("nabo")], [3, 3], 100)

    assert len(worth) == MOST
    assert {Evidence(STEM, ("møde",)), Evidence(STEM, ("nabo",))} <= worth.keys()
