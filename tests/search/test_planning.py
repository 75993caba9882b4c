"""What a query is taken as, and what that does to the order of hits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.planning import Expansion, term_of, term_of_all
from search.thesaurus import Thesaurus, relations_of

from .conftest import document, find


def thesaurus(text: str) -> Thesaurus:
    return Thesaurus(relations_of(text))


@pytest.mark.parametrize(
    ("query", "compound", "words"),
    [
        ("brev fletning", "Brevfletning", "En fletning og et brev"),
        ("frist for klage", "Klagefristen", "En frist og en klage"),
        ("analyse af interessenter", "Interessentanalyse", "Analyse med interessenter"),
        ("under liggende", "Underliggende", "Liggende under"),
        ("gennem streget", "Gennemstreget", "Streget gennem"),  # which no list has
    ],
)
def test_two_words_are_looked_for_as_one(engine, query, compound, words):
    engine.index([document(1, body=words), document(2, title=compound)])

    assert find(engine, query).hits[0] == "methodcard:2"


def test_words_that_nobody_writes_as_one_are_not_joined(engine):
    engine.index([document(1, body="Begyndelsen er en start")])

    assert [term.expansions for term in find(engine, "starte en samtale", synonyms=thesaurus("")).plan.terms] == [
        (),
        (),
    ]


@pytest.mark.parametrize(("typed", "near"), [("overfald", "overholdt"), ("udgifter", "udsigter"), ("klemme", "glemme")])
def test_a_word_of_the_language_is_no_slip(engine, typed, near):
    engine.index([document(1, body=near)])

    found = find(engine, typed, synonyms=thesaurus(""))

    assert (found.hits, found.plan.corrected) == ([], "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sog", "søg"), ("kore", "køre"), ("aendringsonske", "ændringsønske"), ("zqaerod", "zqærød")],
)
def test_a_word_may_be_typed_without_its_letters_whether_anybody_knows_it_or_not(engine, typed, meant):
    engine.index([document(1, body=meant)])

    found = find(engine, typed, synonyms=thesaurus(""))

    assert (found.hits, found.plan.corrected) == (["methodcard:1"], meant)


def test_how_common_a_phrase_is_few_of_the_words_say_that_mean_the_same():
    phrase = term_of_all(("gå", "i", "baglås"))
    expansions = tuple(Expansion(term_of(word), weight / 10) for weight, word in enumerate("abcdef"))

    assert [term.word for term in replace(phrase, expansions=expansions).nearest_first] == ["gå i baglås", *"fedc"]


def test_of_words_as_near_the_one_that_people_use_is_meant(engine):
    engine.index([document(1, body="En fuktion"), document(2, body="En funktion")])

    assert find(engine, "fubktion").plan.corrected == "funktion"


@pytest.mark.parametrize("query", ["betingelse", "betingelsen", "betinglse"])
def test_the_pieces_of_a_word_with_hyphens_are_words(engine, query):
    engine.index([document(1, body="Forhåndsbetingelser"), document(2, title="Print-betingelse")])

    assert find(engine, query).hits[0] == "methodcard:2"


def test_each_word_that_means_the_same_makes_it_surer(engine):
    engine.index([document(1, body="En mægler, i dag"), document(2, body="En mægler, en dommer")])

    found = find(engine, "opmand", synonyms=thesaurus("opmand, mægler, dommer"))

    assert found.hits == ["methodcard:2", "methodcard:1"]


def test_what_means_the_same_comes_before_a_part_of_the_word(engine):
    engine.index([document(1, body="Et hjem og et hjem"), document(2, body="En sfo og en skole")])

    found = find(engine, "fritidshjem", synonyms=thesaurus("fritidshjem, sfo"))

    assert found.hits == ["methodcard:2", "methodcard:1"]


def test_a_known_phrase_says_more_than_its_words(engine):
    engine.index([document(1, body="Ord og ord"), document(2, body="Et løfte")])

    found = find(engine, "holder ord", synonyms=thesaurus("holde ord, løfte"))

    assert found.hits == ["methodcard:2", "methodcard:1"]


def test_a_compound_of_words_that_occur_is_no_slip_in_a_form_of_another_word(engine):
    engine.index([document(1, body="Hallen er lukket på de tider"), document(2, body="Det er altid svært")])

    found = find(engine, "haltider")

    assert (found.hits, found.plan.corrected) == (["methodcard:1"], "")
    assert find(engine, "altod").plan.corrected == "altid"


def test_all_that_was_typed_comes_before_a_part_of_it_and_much_that_is_near_the_rest(engine):
    engine.index(
        [
            document(1, body="En rampe, og så lidt maling"),
            document(2, title="Farve", body="En rampe. Farve, pensel, lak og grunder. Lak og farve."),
            *(document(number, body="Noget andet") for number in range(3, 9)),
        ]
    )

    hits = find(engine, "maling rampe", synonyms=thesaurus("maling > farve, pensel, lak, grunder")).hits

    assert hits == ["methodcard:1", "methodcard:2"]


def test_a_sentence_finds_what_its_words_are_about(engine):
    engine.index([document(1, body="En pause"), document(2, body="Om taletid")])
    said = thesaurus("kuppe mødet, overtage ordet > taletid")

    assert find(engine, "han overtager alle møderne", synonyms=said).hits == ["methodcard:2"]
    assert find(engine, "overtager", synonyms=said).hits == []


@pytest.mark.parametrize(
    ("typed", "meant", "commoner"),
    [
        ("vinude", "vindue", "vinde"),  # two letters swapped, not one too many
        ("folter", "filter", "felter"),  # the key beside
        ("kopir", "kopier", "kontor"),
        ("rlkker", "rækker", "rykker"),  # as far on paper, where an æ is two letters
        ("koier", "kopier", "kør"),
    ],
)
def test_of_words_as_near_the_likelier_slip_is_meant(engine, typed, meant, commoner):
    engine.index([document(1, body=f"{meant} her"), document(2, body=f"{commoner} her")])

    assert find(engine, typed).plan.corrected == meant


def test_what_is_left_of_a_slip_without_its_ending_is_not_what_was_meant(engine):
    engine.index([document(1, body="Regningen"), document(2, body="Regn")])

    found = find(engine, "regnigen")

    assert (found.hits[0], found.plan.corrected) == ("methodcard:1", "regningen")


def test_an_unlisted_word_in_another_form_is_no_slip(engine):
    engine.index([document(1, body="Zumbaens dag"), document(2, body="Rumba")])

    found = find(engine, "zumba her")

    assert (found.hits, found.plan.corrected) == (["methodcard:1"], "")


def test_a_compound_that_occurs_nowhere_is_not_what_a_word_without_its_letters_stands_for(engine):
    engine.index([document(1, body="En database"), document(2, body="Data om både")])

    assert find(engine, "databade").plan.corrected == "database"


def test_a_compound_may_be_typed_without_its_letters_though_only_its_parts_occur(engine):
    engine.index([document(1, body="Et møde på broen")])

    found = find(engine, "bromode")

    assert (found.hits, found.plan.corrected) == (["methodcard:1"], "bromøde")


@pytest.mark.parametrize(
    ("typed", "terms", "told"),
    [
        ("samtalemed", ["samtale"], "samtale med"),
        ("omborgeren", ["borgeren"], "om borgeren"),
        ("borgerenvil", ["borgeren"], "borgeren vil"),
        ("vredeborgere", ["vrede", "borgere"], ""),
    ],
)
def test_two_words_may_be_typed_as_one(engine, typed, terms, told):
    engine.index([document(1, body="Samtale med borgeren"), document(2, body="Vrede borgere")])

    plan = find(engine, typed, synonyms=thesaurus("")).plan

    assert ([term.word for term in plan.terms], plan.corrected) == (terms, told)


def test_a_listed_word_that_something_means_the_same_as_is_that_word(engine):
    engine.index([document(1, body="En rød bil"), document(2, body="Uorden i hjemmet")])

    found = find(engine, "rod", synonyms=thesaurus("rod, uorden"))

    assert (found.hits, found.plan.corrected) == (["methodcard:2", "methodcard:1"], "")
    assert find(engine, "rod", synonyms=thesaurus("")).plan.corrected == "rød"
