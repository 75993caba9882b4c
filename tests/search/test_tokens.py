"""Documents made into tokens together are what each is alone, and what is said of them is what is read in them."""

from __future__ import annotations

import numpy as np

from bench.search.corpus import documents
from search.documents import SearchDocument, ThemeOfDocument
from search.engines.embedded.postings import WAYS
from search.profiles import Profiles, profiles_of
from search.tokens import Held, tokenise


def texts(document: SearchDocument, ways: dict[int, str]) -> set[str]:
    return set(tokenise([document]).texts(ways)[0].split())


def document(title="", **more) -> SearchDocument:
    return SearchDocument(key="note:1", title=title, audience=frozenset(), **more)


def test_many_documents_at_once_are_what_each_is_alone():
    many = [*documents(60), document(), document("Mini-møde om e-mail-regler", headings=("", "Børn"))]
    together = tokenise(many)

    assert [set(text.split()) for text in together.texts(WAYS)] == [texts(each, WAYS) for each in many]
    alone = [profiles_of(tokenise([each]))[0] for each in many]
    one, other = Profiles(profiles_of(together), together.tokens), Profiles(alone, together.tokens)
    for values in ("amounts", "is_word", "in_title", "is_title_word", "is_related", "in_headings", "title_words"):
        assert np.array_equal(getattr(one, values), getattr(other, values)), values
    assert np.array_equal(one.heading_sizes(), other.heading_sizes())
    assert together.words == set().union(*(tokenise([each]).words for each in many))


def test_a_document_is_found_by_its_words_their_stems_and_what_is_in_them():
    note = document("Mini-møder", body="Borgerne klagede", themes=(ThemeOfDocument("b", "Byggesager"),))

    assert texts(note, {Held.EXACT: ""}) == {"minimoeder", "mini", "moeder", "borgerne", "klagede", "byggesager"}
    assert texts(note, {Held.STEM: ""}) >= {"moed", "klag", "sag"}
    assert texts(note, {Held.EXACT_IN_TITLE: ""}) == {"minimoeder"}
    assert "moed" in texts(note, {Held.PART: ""})
    assert "klag" not in texts(note, {Held.PART: ""})
    assert "sag" not in texts(note, {Held.PART: ""})  # a theme is no compound that one finishes typing
    # A stem that a word of the document is written as is kept as that word alone.
    assert "klag" in texts(note, {Held.UNWRITTEN: ""})
    assert not texts(note, {Held.UNWRITTEN: ""}) & texts(note, {Held.EXACT: ""})


def test_names_are_those_of_the_texts():
    many = tokenise([*documents(60), document(), document("Mini-møde om e-mail-regler")])
    names = many.names(WAYS)

    of_documents = [[names.names[place] for place in places] for places in names.of_documents()]
    assert [sorted(each) for each in of_documents] == [sorted(text.split()) for text in many.texts(WAYS)]


def test_names_in_texts_are_cut_where_they_are_too_long():
    assert tokenise([document("Donaudampfskib")]).texts({Held.EXACT_IN_TITLE: "x:"}, longest=7) == ["x:donau"]


def test_nothing_is_no_tokens():
    assert tokenise([]).texts(WAYS) == []
    assert profiles_of(tokenise([])) == []
    assert tokenise([document()]).texts(WAYS) == [""]
