"""The analysis of Danish words: tables of what meets and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.danish.analysis import Analyser
from search.danish.compounds import Lexicon
from search.danish.stems import stem_of, verb_stems_of
from search.danish.stopwords import STOP_WORDS
from search.danish.words import fold, fold_with_positions, normalise, unfold, words_of

KNOWN = """
afgørelse affald arbejde borger børn barn bord byggesag fra hus håndtering inddragelse klage konflikt korps kort leder
møde nabo samtaler sag behandler skole sortering tid ven vente ventetid ældre for med arbejder skab dag orden ens fag
"""
LEXICON = Lexicon((word, 3) for word in KNOWN.split())


def parts(word: str) -> list[str]:
    return [part.text for part in LEXICON.split(fold(word))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mødet, i morgen!", ["Mødet", "i", "morgen"]),
        ("æblegrød på Ærø", ["æblegrød", "på", "Ærø"]),
        ("§ 21 i 2026-planen", ["21", "i", "2026", "planen"]),
        ("8-trins-sparring", ["8", "trins-sparring"]),
        ("børne- og ungeudvalget", ["børne", "og", "ungeudvalget"]),
        ("e-mail", ["e-mail"]),
        ("2-3 personer", ["2", "3", "personer"]),
        ("»Ja!« 🙂 <b>", ["Ja", "b"]),
        ("", []),
    ],
)
def test_words_are_cut(text, expected):
    assert [word.text for word in words_of(normalise(text))] == expected


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Børnehus", "boernehus"),
        ("boernehus", "boernehus"),
        ("ÅRHUS", "aarhus"),
        ("a\u030arhus", "aarhus"),  # an a and a ring
        ("café", "cafe"),
        ("E-mail", "email"),
        ("Jürgen", "jurgen"),
        ("Malmö", "malmoe"),
    ],
)
def test_letters_are_folded(typed, folded):
    assert fold(normalise(typed)) == folded


def test_folding_knows_where_each_letter_came_from():
    assert fold_with_positions("børn") == ("boern", [0, 1, 1, 2, 3, 4])


def test_unfolding_undoes_folding():
    assert unfold(fold("rødgrødsmåltider")) == "rødgrødsmåltider"


@pytest.mark.parametrize(
    "forms",
    [
        "samtale samtalen samtaler samtalerne samtales",
        "møde mødet møder mødernes Møde",
        "konflikt konflikter konflikten konfliktens",
        "klage klager klagen klagerne",
        "borger borgere borgeren borgernes",
        "miljø miljøet",
        "barn børn børnene barnet",
        "vred vrede vredt",
        "sige siger sagde sagt",
    ],
)
def test_forms_of_a_word_share_a_stem(forms):
    assert len({stem_of(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("møde", "mod"), ("klage", "klap"), ("sag", "sygdom"), ("borger", "bord"), ("ambassadør", "ambassade")],
)
def test_different_words_keep_different_stems(one, other):
    assert stem_of(one) != stem_of(other)


@pytest.mark.parametrize(
    ("noun", "verb"),
    [
        ("mægling", "mægle"),
        ("mæglingen", "mægle"),
        ("inddragelse", "inddrage"),
        ("begrundelser", "begrunde"),
        ("løsning", "løse"),
        ("træning", "træne"),
        ("forståelse", "forstå"),
        ("afgørelsen", "afgøre"),
        ("håndtering", "håndtere"),
        ("handlede", "handle"),
    ],
)
def test_the_verb_behind_a_noun_is_known(noun, verb):
    assert stem_of(verb) in {*verb_stems_of(noun), stem_of(noun)}


@pytest.mark.parametrize("word", ["ting", "ring", "else", "hus", "ing", ""])
def test_words_that_only_look_like_it_have_no_verb(word):
    assert verb_stems_of(word) == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("borgermødet", ["borger", "moedet"]),
        ("konflikthåndtering", ["konflikt", "haandtering"]),
        ("konflikthåndteringen", ["konflikt", "haandteringen"]),
        ("børnehus", ["boern", "hus"]),
        ("boernehus", ["boern", "hus"]),
        ("arbejdsmøderne", ["arbejd", "moederne"]),
        ("skolebørn", ["skole", "boern"]),
        ("samtalekort", ["samtale", "kort"]),  # known as samtaler only
        ("affaldssortering", ["affald", "sortering"]),
        ("dagsorden", ["dag", "orden"]),
        ("nabomøde", ["nabo", "moede"]),
    ],
)
def test_compounds_are_cut_between_words(word, expected):
    found = parts(word)
    # The link stands with the part before it or apart; both are the same word.
    assert [stem_of(unfold(part)) for part in found] == [stem_of(unfold(part)) for part in expected]


@pytest.mark.parametrize(
    "word",
    [
        "medarbejder",
        "fraskilt",
        "ligesom",
        "faglige",
        "borgeren",
        "ventetiden"[:6],
        "møde",
        "tid",
        "klagerens",
        "hensyn",
    ],
)
def test_other_words_are_left_whole(word):
    assert parts(word) == []


def test_a_compound_of_compounds_is_known_at_all_depths():
    analysis = Analyser(LEXICON).analyse("borgerinddragelseskorps")

    assert {stem_of("borger"), stem_of("inddragelse"), stem_of("korps")} <= analysis.related


def test_a_compound_knows_the_verb_of_its_last_part():
    assert stem_of("håndtere") in Analyser(LEXICON).analyse("konflikthåndtering").related


def test_a_word_with_hyphens_has_its_pieces_as_parts():
    analysis = Analyser().analyse("trins-sparring")

    assert (analysis.exact, {part.text for part in analysis.parts}) == ("trinssparring", {"trins", "sparring"})


def test_parts_know_their_place():
    (first, last) = LEXICON.split("borgermoedet")

    assert (first.start, first.end, last.start, last.end) == (0, 6, 6, 12)


def test_stop_words_leave_the_words_that_carry_a_question():
    assert STOP_WORDS.isdisjoint({"ikke", "nej", "foer", "efter", "uden", "hvorfor", "hjaelp"})


@given(st.text())
def test_analysis_never_raises(text):
    analyser = Analyser(LEXICON)
    normal = normalise(text)

    for word in words_of(normal):
        assert normal[word.start : word.end] == word.text
        analysis = analyser.analyse(word.text)
        positions = fold_with_positions(word.text)[1]
        assert all(positions[part.end] <= len(word.text) for part in analysis.parts)


@given(st.lists(st.sampled_from(["borger", "møde", "konflikt", "s", "e", "håndtering", "n", "ø"]), max_size=8))
def test_the_parts_of_a_compound_follow_each_other(pieces):
    end = 0
    for part in LEXICON.split(fold("".join(pieces))):
        assert part.start - end in {0, 1}
        end = part.end
