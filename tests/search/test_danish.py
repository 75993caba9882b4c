"""The analysis of Danish words: tables of what meets and what must not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.danish.analysis import analyse, folded_spellings, is_known, outer_parts, spellings_of
from search.danish.stopwords import STOP_WORDS
from search.danish.words import fold, fold_with_positions, normalise, unfold, words_of


def tokens(word: str) -> set[str]:
    analysis = analyse(word)
    return {analysis.stem, *analysis.lemmas}


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


@pytest.mark.parametrize("sign", ["ͺ", "ﷺ", "ﱞ"])
def test_a_sign_that_stands_for_words_or_a_space_is_one_token(sign):
    assert (len(fold(sign).split()), fold(sign) == fold(sign).strip()) == (1, True)


def test_unfolding_undoes_folding():
    assert unfold(fold("rødgrødsmåltider")) == "rødgrødsmåltider"


@pytest.mark.parametrize(
    "forms",
    [
        "samtale samtalen samtaler samtalerne samtales",
        "møde mødet møder mødernes Møde mødtes",
        "konflikt konflikter konflikten konfliktens",
        "klage klager klagen klagerne klagede",
        "borger borgere borgeren borgernes",
        "miljø miljøet",
        "barn børn børnene barnet børnenes",
        "skolebarn skolebørn skolebørnene",
        "bog bøger bøgerne bogens",
        "mand mænd mændene",
        "nat nætter nætterne",
        "kraft kræfter",
        "mor mødre",
        "datter døtre døtrene",
        "vred vrede vredt",
        "tryg trygt trygge tryggere",
        "stor større størst",
        "sige siger sagde sagt",
        "gå går gik gået",
        "forstå forstår forstod forstået",
        "inddrage inddrager inddrog inddraget",
        "overtage overtog overtaget",
        "afbryde afbrød afbrudt",
        "skrive skrev skrevet",
        "regel regler reglen reglerne",
        "onsdagsmøde onsdagsmødet onsdagsmøderne",
        "triademøde triademøder triademøderne",
        "moede moeder møde",
        "skygge-samtale skygge-samtalen skygge-samtaler",
    ],
)
def test_forms_of_a_word_share_a_token(forms):
    first, *others = [tokens(form) for form in forms.split()]

    assert all(first & other for other in others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("møde", "mod"),
        ("klage", "klap"),
        ("sag", "sygdom"),
        ("borger", "bord"),
        ("borger", "borg"),
        ("ambassadør", "ambassade"),
        ("leder", "led"),
        ("mode", "møde"),
        ("sag", "sagn"),
    ],
)
def test_different_words_share_no_token(one, other):
    assert tokens(one).isdisjoint(tokens(other))


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("mægling", "mægle"),
        ("mæglingen", "mægle"),
        ("beslutninger", "beslutte"),
        ("planlægning", "planlægge"),
        ("sygdom", "syg"),
        ("forslaget", "foreslå"),
        ("rollespilsøvelse", "øve"),
        ("inddragelse", "inddrage"),
        ("begrundelser", "begrunde"),
        ("løsning", "løse"),
        ("behandling", "behandle"),
        ("forståelse", "forstå"),
        ("afgørelsen", "afgøre"),
        ("håndtering", "håndtere"),
        ("kommunikation", "kommunikere"),
        ("eskalering", "eskalere"),
        ("koordination", "koordinere"),
        ("mægler", "mægle"),
        ("rådgiveren", "rådgive"),
        ("vejleder", "vejlede"),
        ("tryghed", "tryg"),
        ("utrygheden", "utryg"),
        ("vrede", "vred"),
        ("konflikthåndtering", "håndtere"),
        ("konfliktmægler", "mægle"),
    ],
)
def test_the_word_behind_a_noun_is_known(word, base):
    analysis = analyse(word)

    assert analyse(base).stem in {*analysis.lemmas, *analysis.verbs}


@pytest.mark.parametrize("word", ["ting", "ring", "else", "hus", "ing", "hverdag", "station", "nation", "finger"])
def test_words_that_only_look_like_it_have_nothing_behind_them(word):
    assert analyse(word).verbs == ()


def test_a_compound_of_compounds_is_known_at_all_depths():
    analysis = analyse("borgerinddragelsesprocessen")

    assert {part.text for part in analysis.parts} == {
        "borger", "inddragelse", "borgerinddragelse", "processen"
    }  # fmt: skip
    assert {analyse(word).stem for word in ("borger", "inddragelse", "proces", "borgerinddragelse")} <= set(
        analysis.related
    )


def test_a_word_with_hyphens_has_its_pieces_and_their_parts():
    analysis = analyse("nabo-møde-korps")

    assert analysis.exact == "nabomoedekorps"
    assert [(part.text, part.start, part.end) for part in outer_parts(analysis.parts)] == [
        ("nabo", 0, 4), ("moede", 4, 9), ("korps", 9, 14)
    ]  # fmt: skip


def test_parts_know_their_place():
    assert [(part.text, part.start, part.end) for part in analyse("Sagsbehandleren").parts] == [
        ("sag", 0, 3), ("behandleren", 4, 15)
    ]  # fmt: skip
    assert [(part.start, part.end) for part in analyse("børnemøde").parts] == [(0, 5), (6, 11)]
    assert [(part.start, part.end) for part in analyse("boernemoede").parts] == [(0, 5), (6, 11)]


@pytest.mark.parametrize(
    ("typed", "spellings"),
    [
        ("borgmoede", ("borgmøde",)),
        ("aarsag", ("årsag",)),
        ("Møde", ("møde",)),
        ("poesi", ("poesi",)),
        ("Israel", ("israel",)),
        ("boernehave", ("børnehave",)),
        ("xqoew", ("xqoew", "xqøw")),
    ],
)
def test_ae_oe_and_aa_are_undone_where_that_gives_a_word(typed, spellings):
    assert spellings_of(typed) == spellings


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("borgermode", "borgermøde"),
        ("hojt", "højt"),
        ("besvaerlig", "besværlig"),
        ("radgivning", "rådgivning"),
        ("moede", "møde"),
        ("born", "børn"),
        ("behov", "behov"),
        ("forstaelse", "forståelse"),
        ("forstaaelse", "forståelse"),
        ("nabomode", "nabomøde"),
        ("magling", "mægling"),
        ("aergerlig", "ærgerlig"),
        ("konflikthandtering", "konflikthåndtering"),
        ("qtaering", None),
        ("møde", "møde"),
        ("qwxz", None),
    ],
)
def test_words_typed_without_their_letters_are_found(typed, first):
    assert (folded_spellings(typed) or (None,))[0] == first


def test_a_letter_that_was_typed_is_kept():
    assert "mode" not in folded_spellings("møde")
    assert {"møde", "mode"} <= set(folded_spellings("mode"))


@pytest.mark.parametrize(("word", "known"), [("møderne", True), ("Triademødets", True), ("mødxe", False), ("", False)])
def test_known_words_are_known_in_all_their_forms(word, known):
    assert is_known(word) is known


def test_stop_words_leave_the_words_that_carry_a_question():
    assert STOP_WORDS.isdisjoint({"ikke", "nej", "foer", "efter", "uden", "hvorfor", "hjaelp"})


@pytest.mark.parametrize("word", ["bo" * 5000, "a" * 5000, "sagsbehandler" * 4, "ø-" * 300 + "ø"])
def test_odd_words_are_answered_soon(word):
    started = time.thread_time()
    analyse(word)
    folded_spellings(word)

    assert time.thread_time() - started < 0.5


@given(st.text() | st.text("abdegklmnorstæøåé-", max_size=30))
def test_analysis_never_raises(text):
    normal = normalise(text)

    for word in words_of(normal):
        assert normal[word.start : word.end] == word.text
        analysis = analyse(word.text)
        positions = fold_with_positions(word.text)[1]
        assert all(positions[part.end] <= len(word.text) for part in analysis.parts)
        assert all(analysis.exact[part.start : part.end] == part.text for part in analysis.parts)
        assert analysis.stem == analysis.lemmas[0]
        folded_spellings(word.text[:20])


@given(st.lists(st.sampled_from(["borger", "møde", "konflikt", "s", "e", "håndtering", "n", "ø"]), max_size=8))
def test_the_parts_of_a_compound_follow_each_other(pieces):
    end = 0
    for part in outer_parts(analyse("".join(pieces)).parts):
        assert 0 <= part.start - end <= 2
        end = part.end
