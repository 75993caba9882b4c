import pytest

from search.documents import SearchDocument, ThemeOfDocument
from search.profiles import NOTHING, Profiles, profiles_of
from search.tokens import MOST_HEADINGS, tokenise


def profile(title="", **texts) -> bytes:
    return profiles_of(tokenise([SearchDocument(key="methodcard:1", title=title, audience=frozenset(), **texts)]))[0]


def test_a_profile_says_of_each_document_what_it_has_of_each_token():
    profiles = Profiles(
        [
            profile("Samtalen", intro="Borgeren", headings=("Når borgeren klager", "Så"), body="Klager og klager"),
            profile("Møder", themes=(ThemeOfDocument("klage", "Klage"),)),
            profile("Borgermøde"),
        ],
        ["klag", "klager", "borger", "moed", "moeder", "findesikke"],
    )

    assert [profiles.place(token) == NOTHING for token in ("klag", "klager", "findesikke")] == [False, False, True]
    amounts = [2 + 2 / (0.6 + 0.4 * 3 / 120), 2.0, 0.0]
    assert profiles.amounts[profiles.place("klag")].tolist() == pytest.approx(amounts, rel=0.02)
    assert profiles.is_word[profiles.place("klager")].tolist() == [True, False, False]
    assert profiles.in_title[profiles.place("moed")].tolist() == [False, True, True]
    assert profiles.is_related[profiles.place("moed")].tolist() == [False, False, True]
    assert profiles.is_title_word[profiles.place("moeder")].tolist() == [False, True, False]
    assert profiles.in_headings[profiles.place("borger")].tolist() == [[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert profiles.heading_sizes()[1:].tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert profiles.heading_sizes()[0].min() > 0
    assert (profiles.title_words.tolist(), profiles.carrying.tolist()) == ([1, 1, 1], [1, 1, 1])


def test_headings_are_told_apart_however_many_each_document_has():
    headings = [tuple(f"klage{n}" for n in range(count)) for count in (0, 3, 20, 4, 5, 0, 7)]
    words = ["klage0", "klage3", "klage4", "klage6"]
    profiles = Profiles([profile("Klage", headings=each) for each in headings], words)

    for word in words:
        found = profiles.in_headings[profiles.place(word)].tolist()
        assert found == [[float(own[n : n + 1] == (word,)) for n in range(20)] for own in headings]


def test_amounts_are_told_to_a_sixtieth():
    usual = " ".join(f"ord{n}" for n in range(119))
    for count in (1, 2, 7, 50):
        profiles = Profiles([profile(body="klage " * count + usual)], ["klag"])
        length = count + 119
        assert profiles.amounts[profiles.place("klag")].tolist() == pytest.approx(
            [count / (0.6 + 0.4 * length / 120)], rel=1 / 60
        )


def test_a_long_text_weighs_its_words_less_and_overflows_nothing():
    profiles = Profiles(
        [profile("Klage", body="klage " * 30_000), profile("Klage", headings=("klage " * 3000,) * 30)], ["klag"]
    )

    assert profiles.amounts[profiles.place("klag")][0] < 400
    assert profiles.most_headings == MOST_HEADINGS
    assert (
        profiles.is_related[profiles.place("klag")].tolist(),
        profiles.in_title[profiles.place("klag")].tolist(),
    ) == ([False] * 2, [True] * 2)


def test_no_documents_and_no_tokens_are_profiles_too():
    assert len(Profiles([], ["klag"])) == 0
    assert len(Profiles([profile("Klage")], [])) == 1
