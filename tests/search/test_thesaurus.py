from collections import Counter

import pytest

from search.danish.mythes import meanings_in, mutual_synonyms
from search.thesaurus import (
    FOLDER,
    GENERAL,
    GENERAL_FILE,
    NEAR,
    NEAR_PHRASE,
    OF_VERY_COMMON,
    SAME,
    WITHIN_A_PHRASE,
    MalformedLineError,
    Thesauri,
    Thesaurus,
    curated,
    relations_of,
)

CURATED_FILES = sorted(path for path in FOLDER.glob("*.txt") if path.name != GENERAL_FILE)


def thesaurus(text: str) -> Thesaurus:
    return Thesaurus(relations_of(text))


def found(thesaurus: Thesaurus, query: str) -> dict[str, dict[str, float]]:
    """What the thesaurus has for each word and phrase of a query."""
    words = query.split()
    return {
        " ".join(words[span.start : span.end]): {" ".join(other.words): other.weight for other in span.expansions}
        for span in thesaurus.alternatives(words)
    }


def found_here(query: str) -> set[str]:
    return {" ".join(other.words) for span in Thesauri().alternatives(query.split()) for other in span.expansions}


def test_a_group_gives_each_word_the_others():
    group = thesaurus("tolk, oversætter, translatør")

    assert found(group, "oversætter") == {"oversætter": {"tolk": SAME, "translatør": SAME}}


@pytest.mark.parametrize("form", ["tolken", "tolkene", "tolkenes", "Tolk"])
def test_an_inflected_word_is_found(form):
    assert found(thesaurus("tolk, oversætter"), form) == {form: {"oversætter": SAME}}


def test_a_word_in_its_dictionary_form_stands_for_itself():
    group = thesaurus("bruger, klient")

    assert found(group, "bruge") == {}
    assert found(group, "brugerens") == {"brugerens": {"klient": SAME}}


def test_a_word_typed_without_danish_letters_is_found():
    assert found(thesaurus("pårørende, familie"), "paaroerende") == {"paaroerende": {"familie": SAME}}


def test_near_words_weigh_less_and_work_both_ways():
    near = thesaurus("tolk ~ tegnsprog")

    assert found(near, "tolk") == {"tolk": {"tegnsprog": NEAR}}
    assert found(near, "tegnsprog") == {"tegnsprog": {"tolk": NEAR}}


def test_a_common_word_says_less_where_it_is_only_near():
    common = thesaurus("tolk > sprog, folk\nfremmedsprog, sprog")

    assert (
        NEAR * OF_VERY_COMMON == found(common, "tolk")["tolk"]["folk"] < found(common, "tolk")["tolk"]["sprog"] < NEAR
    )
    assert found(common, "fremmedsprog") == {"fremmedsprog": {"sprog": SAME}}


def test_an_arrow_points_one_way():
    arrow = thesaurus("tolk > tegnsprog")

    assert found(arrow, "tolk") == {"tolk": {"tegnsprog": NEAR}}
    assert found(arrow, "tegnsprog") == {}


def test_who_types_an_everyday_word_means_the_word_before_it():
    named = thesaurus("dagsorden < agenda, mødeplan")

    assert found(named, "agenda mødeplan dagsorden") == {
        "agenda": {"dagsorden": SAME},
        "mødeplan": {"dagsorden": SAME},
    }


def test_the_greater_weight_counts():
    both = thesaurus("tolk ~ oversætter\ntolk, oversætter\ntolken > oversætteren")

    assert found(both, "tolk") == {"tolk": {"oversætter": SAME}}


def test_a_phrase_is_found_with_its_stop_words_in_any_form():
    phrase = thesaurus("lave om, ændre")

    assert found(phrase, "at lave det om") == {}
    assert found(phrase, "vil lave om på") == {"lave om": {"ændre": SAME}}


def test_a_phrase_is_found_without_its_stop_words_and_with_a_word_between():
    phrase = thesaurus("slår i bordet > vrede")

    assert found(phrase, "slå bordet") == {"slå bordet": {"vrede": NEAR_PHRASE}}
    assert found(phrase, "slår hånden i bordet") == {"slår hånden i bordet": {"vrede": NEAR_PHRASE}}
    assert found(phrase, "slår med den flade hånd i bordet") == {}


def test_a_word_within_a_phrase_weighs_less():
    phrase = thesaurus("gå i baglås, fastlåst\ngå, spadsere")

    assert found(phrase, "gå i baglås") == {
        "gå": {"spadsere": SAME * WITHIN_A_PHRASE},
        "gå i baglås": {"fastlåst": SAME},
    }


def test_a_phrase_within_a_longer_one_counts_as_that_one():
    nested = thesaurus("vred mand > vrede\nvred mand råber > råb")

    assert found(nested, "vred mand råber") == {"vred mand råber": {"vrede": NEAR_PHRASE, "råb": NEAR_PHRASE}}


def test_the_words_of_a_sentence_vote_for_what_it_is_about():
    said = thesaurus(
        "kuppe mødet, overtage mødet > taletid\n"
        "lange taler, mødet trækker ud > taletid\n"
        "mødet begynder, åbne mødet > velkomst\n"
        "tolk, oversætter"
    )

    about = [" ".join(topic.words) for topic in said.topics(["han", "overtager", "møder", "med", "taler"])]

    assert about == ["taletid", "velkomst"]
    assert said.topics(["oversætter", "cykel"]) == ()


def test_a_line_that_several_words_stand_in_is_heard_above_what_each_of_them_votes_for():
    others = "".join(f"{word} > mål\n" for word in ("kat", "hund", "ko", "gris", "and", "gås", "hest", "får"))
    said = thesaurus(
        "sten > grus, kant, mur, flise, ral, skærve\n"
        "æble > træ, have, saft, kerne, skræl, most\n"
        "sten i skoen, æble i munden > mål\n" + others
    )

    about = [" ".join(topic.words) for topic in said.topics(["en", "sten", "og", "et", "æble"])]

    assert "mål" in about
    assert "mål" not in [" ".join(topic.words) for topic in said.topics(["en", "sten"])]


def test_a_phrase_may_be_what_is_found():
    assert found(thesaurus("mægling, neutral tredjepart"), "mægling") == {"mægling": {"neutral tredjepart": SAME}}


def test_a_compound_is_not_looked_up_by_its_parts():
    assert found(thesaurus("tolk, oversætter\nmøde ~ dagsorden"), "tolkemøde") == {}


def test_a_stop_word_says_nothing_beside_others():
    stop_word = thesaurus("få, modtage")

    assert found(stop_word, "få tolk") == {}
    assert found(stop_word, "få") == {"få": {"modtage": SAME}}


def test_a_very_long_query_is_answered_for_its_first_words():
    assert list(found(thesaurus("tolk, oversætter"), "tolk " + "x " * 5000)) == ["tolk"]


@pytest.mark.parametrize("line", ["tolk", "tolk, ", "tolk >", "> tolk", "tolk, , oversætter", "tolk ~ ?"])
def test_a_line_that_says_nothing_is_refused_with_its_number(line):
    with pytest.raises(MalformedLineError, match=r"^2: "):
        list(relations_of(f"# note\n{line}"))


@pytest.mark.parametrize("path", CURATED_FILES, ids=lambda path: path.name)
def test_no_line_of_the_curated_files_stands_twice(path):
    lines = Counter(line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")

    assert [line for line, number in lines.items() if number > 1] == []


@pytest.mark.parametrize("path", CURATED_FILES, ids=lambda path: path.name)
def test_no_line_of_the_curated_files_names_a_word_twice(path):
    for relation in relations_of(path.read_text(encoding="utf-8")):
        for side in (relation.sources, relation.targets):
            assert [phrase for phrase, number in Counter(side).items() if number > 1] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("borgeren græder", {"gråd", "sorg", "stærke følelser"}),
        ("kan ikke få et ord indført", {"taletid", "ordstyrer"}),
        ("hun råber ad mig", {"vrede", "nedtrapning"}),
        ("nogen der siger ingenting", {"tavshed", "stille deltagere"}),
        ("samtalerne kører op i en spids", {"optrappe", "nedtrapning"}),
        ("girafsproget", {"empatisk kommunikation", "nvc"}),
        ("MUS", {"medarbejderudviklingssamtale"}),
        ("oversættere", {"tolk"}),
    ],
)
def test_the_curated_thesaurus_knows_everyday_sentences(query, expected):
    assert expected <= found_here(query)


def test_what_editors_say_stands_beside_the_curated_words():
    editors = thesaurus("tolk, babelfisk")

    [span] = Thesauri(editors).alternatives(["tolk"])

    assert {"babelfisk", "oversætter"} <= {" ".join(other.words) for other in span.expansions}


def test_the_general_thesaurus_weighs_least():
    [span] = Thesauri().alternatives(["absurd"])

    assert {(" ".join(other.words), other.weight) for other in span.expansions} >= {("meningsløs", GENERAL)}


def test_the_general_thesaurus_is_silent_where_the_curated_one_speaks():
    heads = [line.split(" > ")[0] for line in (FOLDER / GENERAL_FILE).read_text(encoding="utf-8").splitlines()]
    assert "borger" in heads

    assert "undersåt" not in found_here("borger")


def test_a_mythes_file_gives_mutual_synonyms_of_common_words():
    lines = """utf-8
fly|2
|flyvemaskine|maskine|jumbojet (underbegreb)
|flue
flyvemaskine|1
|fly|aeroplan
maskine|1
|apparat
aeroplan|1
|flyvemaskine
Kastrup|1
|fly""".splitlines()

    synonyms = mutual_synonyms(meanings_in(lines), is_common=lambda text: text != "aeroplan")

    assert synonyms == {"fly": ("flyvemaskine",), "flyvemaskine": ("fly",)}


def test_looking_up_builds_nothing_anew():
    assert curated() is curated()
