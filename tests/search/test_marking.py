"""Marked words and excerpts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.marking import Marker
from search.planning import Plan, as_prefix, term_of


def marker(*words: str, prefix: bool = False) -> Marker:
    terms = [term_of(word) for word in words]
    return Marker(Plan(tuple(map(as_prefix, terms) if prefix else terms)))


@pytest.mark.parametrize(
    ("word", "text", "marked"),
    [
        ("møde", "Vi kom til Mødet.", "Vi kom til <mark>Mødet</mark>."),
        ("møde", "Borgermødet", "Borger<mark>mødet</mark>"),
        ("moede", "Møder", "<mark>Møder</mark>"),
        ("konflikt", "KONFLIKThåndtering", "<mark>KONFLIKT</mark>håndtering"),
        ("konflikthåndtering", "konflikthåndtering", "<mark>konflikthåndtering</mark>"),
        ("mægle", "Mægling hjælper", "<mark>Mægling</mark> hjælper"),
        ("borger", "borgerinddragelse & <b>borger</b>",
         "<mark>borger</mark>inddragelse &amp; &lt;b&gt;<mark>borger</mark>&lt;/b&gt;"),
        ("møde", "Intet her", "Intet her"),
    ],
)  # fmt: skip
def test_words_are_marked(word, text, marked):
    assert marker(word).marked(text) == marked


def test_a_compound_in_the_query_marks_its_parts():
    assert marker("borgermøde").marked("et møde for en borger") == "et <mark>møde</mark> for en <mark>borger</mark>"


def test_a_prefix_marks_the_words_it_begins():
    assert marker("konf", prefix=True).marked("konflikt") == "<mark>konflikt</mark>"


def test_an_excerpt_shows_the_sentence_with_most_words():
    text = "Først kom en borger. Så fortsatte det længe.\nMødet med en borger gik godt. Slut."

    assert marker("møde", "borger").excerpt(text) == ("<mark>Mødet</mark> med en <mark>borger</mark> gik godt. Slut.")


def test_an_excerpt_of_a_long_sentence_is_cut_between_words():
    excerpt = marker("møde").excerpt("ord " * 200 + "mødet " + "ord " * 200)

    assert excerpt.startswith("… ord")
    assert excerpt.endswith("ord …")
    assert excerpt.count("<mark>mødet</mark>") == 1
    assert len(excerpt) < 300


def test_there_is_no_excerpt_where_nothing_was_found():
    assert marker("møde").excerpt("Noget andet. Mere.") == ""


@given(st.text(), st.text())
def test_marks_never_break_the_text(word, text):
    marked = marker(word).marked(text)

    assert "<script" not in marker("script").marked(text + "<script>").replace("<mark>script</mark>", "x")
    assert marked.count("<mark>") == marked.count("</mark>")
    marker(word).excerpt(text)
