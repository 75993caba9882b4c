"""The search page and the suggestions, as each person meets them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from knowledge.models import MethodCard
from search import services, views
from search.asked import minutes_in, participants_in
from search.documents import Kind, key_of
from search.engines import EngineError
from search.forms import Offer
from search.reading import read
from sparring.models import ExperienceNote
from tests.factories import (
    AmbassadorFactory,
    CaseStudyFactory,
    MethodCardFactory,
    NoteFactory,
    PersonFactory,
    SlotFactory,
    ThemeFactory,
    ToolboxItemFactory,
    make_place,
    make_session,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("search:search")
SUGGEST = reverse("search:suggest")
BROKEN = ["x" * 10_000, "🙂", "\0", "' OR 1=1 --", "NEAR(a b)", '"', "*", "og", "%00", "<script>alert(1)</script>"]


@pytest.fixture
def ask(sign_in):
    def _ask(person, **query):
        return sign_in(person).get(PAGE, query)

    return _ask


def titles(response) -> list[str]:
    return [str(result.thing) for result in response.context.get("results", [])]


def test_everything_that_fits_is_found_with_its_facts(laura, karen, ask):
    theme = ThemeFactory(name="Mægling", slug="maegling", everyday_words="nabostrid")
    card = MethodCardFactory(title="Mægling i fem skridt", minutes=25, themes=[theme])
    note = NoteFactory(author=karen, title="Da mægling lykkedes", visibility="everyone")
    CaseStudyFactory(title="Mægleren og hækken", org_unit=laura.org_unit)
    ToolboxItemFactory(title="Ark til mægling")
    AmbassadorFactory(person=PersonFactory(first_name="Mogens"), bio="Spørg mig om mægling.")
    services.reindex()

    response = ask(laura, q="mægle")

    assert len(titles(response)) == response.context["total"] == 5
    assert titles(response)[0] == "Mægling i fem skridt"
    html = response.content.decode()
    assert "<mark>Mægling</mark> i fem skridt" in html
    assert f'href="{card.url}"' in html
    assert f'href="{reverse("sparring:note", args=[note.pk])}"' in html
    assert "25" in html


def test_a_hit_by_its_theme_says_so(laura, ask):
    MethodCardFactory(themes=[ThemeFactory(name="Mægling", slug="maegling", everyday_words="nabostrid")])
    services.reindex()

    (result,) = ask(laura, q="nabostrid").context["results"]

    assert [theme.slug for theme in result.themes] == ["maegling"]


def test_the_start_offers_themes(laura, ask):
    ThemeFactory(name="Mægling")

    response = ask(laura)

    assert (response.status_code, "total" in response.context) == (200, False)
    assert [theme.name for theme in response.context["themes"]] == ["Mægling"]


def test_filters_narrow_and_the_address_holds_them(laura, ask):
    theme = ThemeFactory(slug="klager")
    MethodCardFactory(title="Kort møde", minutes=10, themes=[theme])
    MethodCardFactory(title="Langt møde", minutes=90, participants_from=10, participants_to=50)
    ToolboxItemFactory(title="Ark til møde", minutes=5)
    services.reindex()

    assert titles(ask(laura, q="møde", minutter=15, type="metodekort")) == ["Kort møde"]
    assert titles(ask(laura, q="møde", deltagere=30)) == ["Langt møde"]
    assert titles(ask(laura, tema="klager")) == ["Kort møde"]
    choices = ask(laura, q="møde", type="metodekort").context["choices"]
    assert {choice.value: choice.count for choice in choices.kinds} == {
        "metodekort": 2, "case": 0, "vaerktoej": 1, "erfaring": 0, "person": 0, "sparringstid": 0,
    }  # fmt: skip


def test_a_filter_that_finds_nothing_stays_chosen(laura, ask):
    MethodCardFactory(title="Møde")
    services.reindex()

    response = ask(laura, q="møde", tema="findes-ikke")

    assert [choice.value for choice in response.context["choices"].themes if choice.is_chosen] == ["findes-ikke"]


def test_a_department_narrows_and_is_counted(laura, karen, ask):
    CaseStudyFactory(title="Møde på gangen", org_unit=laura.org_unit)
    CaseStudyFactory(title="Møde i gården", org_unit=karen.org_unit)
    MethodCardFactory(title="Møde")
    services.reindex()

    everything = ask(laura, q="møde")
    narrowed = ask(laura, q="møde", forvaltning="Teknik og Miljø")

    counts = {choice.value: choice.count for choice in everything.context["choices"].departments}
    assert counts == {"Social og Sundhed": 1, "Teknik og Miljø": 1}
    assert titles(narrowed) == ["Møde på gangen"]
    assert [choice.value for choice in narrowed.context["choices"].departments if choice.is_chosen] == [
        "Teknik og Miljø"
    ]


def test_a_department_that_finds_nothing_stays_chosen(laura, ask):
    MethodCardFactory(title="Møde")
    services.reindex()

    chosen = ask(laura, q="møde", forvaltning="Nedlagt").context["choices"].departments

    assert [(choice.value, choice.count, choice.is_chosen) for choice in chosen] == [("Nedlagt", 0, True)]


def test_how_long_and_for_how_many_a_query_says_is_offered_and_not_applied(laura, ask):
    MethodCardFactory(title="Kort møde", minutes=10)
    MethodCardFactory(title="Langt møde", minutes=90)
    services.reindex()

    response = ask(laura, q="møde 10 minutter 3 personer")
    chosen = ask(laura, q="møde 10 minutter 3 personer", minutter=10)

    assert response.context["total"] == 2
    assert re.findall(r'href="(\?q=[^"]+)"', response.content.decode()) == [
        "?q=m%C3%B8de+10+minutter+3+personer&amp;minutter=10",
        "?q=m%C3%B8de+10+minutter+3+personer&amp;deltagere=3",
    ]
    assert (titles(chosen), chosen.context["form"].offer) == (["Kort møde"], Offer(None, 3))


@pytest.mark.parametrize(
    ("query", "minutes", "participants"),
    [
        ("10 minutter", 10, None),
        ("15 min. til et møde", 15, None),
        ("15min", 15, None),
        ("ti minutters øvelse", 10, None),
        ("et kvarter", 15, None),
        ("en halv time", 30, None),
        ("halvanden time", 90, None),
        ("to timer med 8 deltagere", 120, 8),
        ("Seks Personer", None, 6),
        ("vi er 12", None, 12),
        ("minutter", None, None),
        ("0 minutter", None, None),
        ("9999 timer", None, None),
        ("99999 deltagere", None, None),
        ("mindst to veje", None, None),
        ("§ 10", None, None),
    ],
)
def test_how_long_and_for_how_many_is_understood(query, minutes, participants):
    assert (minutes_in(query), participants_in(query)) == (minutes, participants)


def test_times_for_sparring_leave_room_for_the_rest(laura, ask):
    for number in range(5):
        host = AmbassadorFactory(person=PersonFactory(first_name="Møde")).person
        make_place(host, SlotFactory(starts_at=timezone.now() + timedelta(days=1, hours=number)))
    services.reindex()

    some = ask(laura, q="møde")
    every = ask(laura, q="møde", type="sparringstid")

    def times(response) -> list[str]:
        return [result.key for result in response.context["results"] if result.kind == Kind.SLOT]

    assert (len(times(some)), len(times(every))) == (3, 5)
    assert (some.context["total"], some.context["times"].number) == (10, 5)
    assert "type=sparringstid" in some.content.decode()
    assert every.context["times"] is None


def test_all_hits_can_be_paged_through_though_the_first_page_asks_for_few(laura, ask, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    monkeypatch.setattr(views, "FIRST_HITS", 4)
    for number in range(7):
        MethodCardFactory(title=f"Møde {number}")
    services.reindex()

    pages = [ask(laura, q="møde", side=number) for number in (1, 2, 3, 4)]

    assert [len(titles(page)) for page in pages] == [2, 2, 2, 1]
    assert len({title for page in pages for title in titles(page)}) == 7
    assert {page.context["page_obj"].paginator.num_pages for page in pages} == {4}


def test_the_first_page_is_full_though_times_for_sparring_are_found_first(laura, ask, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 5)
    monkeypatch.setattr(views, "FIRST_HITS", 5)
    host = AmbassadorFactory(person=PersonFactory(first_name="Kvarter")).person
    for number in range(6):
        make_place(host, SlotFactory(starts_at=timezone.now() + timedelta(days=1, hours=number)))
    for number in range(4):
        MethodCardFactory(title=f"Tid {number}", intro="Om kvarterhuset")
    services.reindex()

    first, second = ask(laura, q="kvarter"), ask(laura, q="kvarter", side=2)

    on_first, on_second = ([result.kind for result in page.context["results"]] for page in (first, second))
    assert (len(on_first), [*on_first, *on_second].count(Kind.SLOT)) == (5, 3)
    assert {page.context["page_obj"].paginator.count for page in (first, second)} == {8}  # with the person
    assert first.context["times"].number == 6


@pytest.mark.parametrize("name", ["minutter", "deltagere", "type", "tema", "forvaltning"])
def test_a_filter_that_makes_no_sense_is_named_and_the_rest_counts(laura, ask, name):
    MethodCardFactory(title="Møde")
    services.reindex()

    response = ask(laura, q="møde", **{name: "-1 bananer\0"})

    assert (response.status_code, titles(response)) == (200, ["Møde"])
    assert list(response.context["form"].errors) == [name]


def test_a_correction_is_said_with_a_way_back(laura, ask):
    MethodCardFactory(title="Konflikt")
    services.reindex()

    corrected = ask(laura, q="konfilkt")
    literal = ask(laura, q="konfilkt", ordret=1)

    assert (corrected.context["corrected"], titles(corrected)) == ("konflikt", ["Konflikt"])
    assert "ordret=1" in corrected.content.decode()
    assert titles(literal) == []


def test_nothing_found_helps_on(laura, ask):
    response = ask(laura, q="zebra")

    assert response.context["total"] == 0
    assert reverse("sparring:free_places") in response.content.decode()


def test_results_come_twenty_a_page(laura, ask):
    for number in range(23):
        MethodCardFactory(title=f"Møde {number:02}")
    services.reindex()

    assert len(titles(ask(laura, q="møde"))) == 20
    assert len(titles(ask(laura, q="møde", side=2))) == 3
    assert len(titles(ask(laura, q="møde", side=99))) == 3


@pytest.mark.parametrize("query", BROKEN)
def test_odd_queries_get_an_answer(laura, sign_in, query):
    MethodCardFactory(title="Møde")
    services.reindex()
    client = sign_in(laura)

    assert client.get(PAGE, {"q": query, "side": query[:50], "tema": query, "minutter": query}).status_code == 200
    assert client.get(SUGGEST, {"q": query}).status_code == 200


def test_what_was_typed_too_long_is_kept(laura, ask):
    response = ask(laura, q="x" * 300)

    assert "q" in response.context["form"].errors
    assert "x" * 300 in response.content.decode()


def test_markup_in_a_query_or_a_title_is_only_text(laura, ask):
    MethodCardFactory(title="<script>alert(1)</script> møde")
    services.reindex()

    html = ask(laura, q="møde <script>").content.decode()

    assert "<script>alert" not in html
    assert "&lt;<mark>script</mark>&gt;alert" in html


def test_htmx_gets_the_part_that_changes(laura, sign_in):
    MethodCardFactory(title="Møde")
    services.reindex()

    part = sign_in(laura).get(PAGE, {"q": "møde"}, headers={"HX-Request": "true"})
    back = sign_in(laura).get(PAGE, {"q": "møde"}, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

    assert ("<html" in part.content.decode(), "<html" in back.content.decode()) == (False, True)
    assert re.search(r'id="found"', part.content.decode())


def test_an_engine_that_is_down_is_told_in_a_sentence(laura, sign_in, monkeypatch):
    def down(*args, **kwargs):
        raise EngineError("down")

    for method in ("find", "suggest", "is_complete"):
        monkeypatch.setattr(f"search.engines.embedded.EmbeddedEngine.{method}", down)
    client = sign_in(laura)

    page = client.get(PAGE, {"q": "møde"})

    assert (page.status_code, page.context["is_down"]) == (200, True)
    assert client.get(SUGGEST, {"q": "mø"}).content.strip() == b""


def test_a_broken_file_is_told_in_a_sentence_and_mended(laura, ask, settings, django_capture_on_commit_callbacks):
    MethodCardFactory(title="Møde")
    services.reindex()
    for path in settings.SEARCH_INDEX.parent.glob("search.sqlite3*"):
        path.unlink()
    settings.SEARCH_INDEX.write_bytes(b"rubbish" * 1000)

    with django_capture_on_commit_callbacks(execute=True):
        assert ask(laura, q="møde").status_code == 200

    assert titles(ask(laura, q="møde")) == ["Møde"]


# Who sees what


@pytest.fixture
def cast(laura, karen, ali, torben, birgit, mikkel):
    return {"laura": laura, "karen": karen, "ali": ali, "torben": torben, "birgit": birgit, "mikkel": mikkel}


READERS = {
    "private": {"karen"},
    "partners": {"karen", "laura"},
    "corps": {"karen", "laura", "ali", "birgit"},
    "everyone": {"karen", "laura", "ali", "torben", "birgit", "mikkel"},
}


@pytest.fixture
def note(cast):
    theme = ThemeFactory(name="Zoologi", slug="zoologi", everyday_words="savannen")
    return NoteFactory(
        author=cast["karen"],
        session=make_session(cast["karen"], cast["laura"]),
        title="Zebraen",
        situation="En okapi kom til mødet.",
        themes=[theme],
    )


def traces(ask, sign_in, person) -> list[str]:
    """Every way in which the page could tell a person of the note."""
    found = []
    for query in ("zebra", "okapier", "savannen", "okapii", "zebrean", "møde"):
        response = ask(person, q=query)
        html = response.content.decode().replace(f'value="{query}"', "")
        if "Zebra" in html or response.context["total"] or response.context["corrected"]:
            found.append(f"page {query}")
        if any(choice.count for choice in response.context["choices"].kinds + response.context["choices"].minutes):
            found.append(f"facets {query}")
        if any(theme.value == "zoologi" for theme in response.context["choices"].themes):
            found.append(f"themes {query}")
    if "Zebraen" in titles(ask(person, type="erfaring")) or ask(person, tema="zoologi").context["total"]:
        found.append("filters")
    if b"Zebra" in sign_in(person).get(SUGGEST, {"q": "zeb"}).content:
        found.append("suggestions")
    return found


@pytest.mark.parametrize("visibility", READERS)
def test_a_note_is_found_by_its_readers_and_told_to_nobody_else(note, cast, ask, sign_in, visibility):
    ExperienceNote.objects.update(visibility=visibility)
    services.reindex()

    assert {name for name, person in cast.items() if traces(ask, sign_in, person)} == READERS[visibility]
    for name in READERS[visibility]:
        assert titles(ask(cast[name], q="zebra")) == ["Zebraen"]


@pytest.mark.parametrize("visibility", READERS)
def test_a_note_that_was_withdrawn_behind_the_index_is_told_to_nobody_else(note, cast, ask, sign_in, visibility):
    ExperienceNote.objects.update(visibility="everyone")
    services.reindex()
    ExperienceNote.objects.update(visibility=visibility)

    assert {name for name, person in cast.items() if traces(ask, sign_in, person)} == READERS[visibility]


def test_a_deleted_note_is_told_to_nobody_behind_the_index(note, cast, ask, sign_in):
    ExperienceNote.objects.update(visibility="everyone")
    services.reindex()
    ExperienceNote.objects.all().delete()

    assert [name for name, person in cast.items() if traces(ask, sign_in, person)] == []


def test_a_new_title_is_shown_before_the_index_has_it(laura, ask, sign_in):
    card = MethodCardFactory(title="Møde på gangen")
    services.reindex()
    MethodCard.objects.filter(pk=card.pk).update(title="Møde i gården")

    assert titles(ask(laura, q="møde")) == ["Møde i gården"]
    assert "gangen" not in sign_in(laura).get(SUGGEST, {"q": "møde"}).content.decode()


def test_a_restricted_page_is_found_by_its_group_only(tree, laura, karen, ask):
    MethodCardFactory(title="Zebraen")
    restriction = PageViewRestriction.objects.create(page=tree.cards, restriction_type="groups")
    restriction.groups.set(karen.groups.all())
    services.reindex()

    assert (titles(ask(karen, q="zebra")), titles(ask(laura, q="zebra"))) == (["Zebraen"], [])


def test_observers_are_refused(vera, sign_in):
    client = sign_in(vera)

    assert (client.get(PAGE).status_code, client.get(SUGGEST).status_code) == (403, 403)


def test_the_page_is_only_read(laura, sign_in):
    assert sign_in(laura).post(PAGE).status_code == 405


# Suggestions


def test_suggestions_are_titles_people_and_themes(laura, sign_in):
    MethodCardFactory(title="Mægling i fem skridt")
    ThemeFactory(name="Mægling")
    PersonFactory(first_name="Mægge")
    for __ in range(3):
        MethodCardFactory(title="Mægling igen")
    services.reindex()

    html = sign_in(laura).get(SUGGEST, {"q": "mæg"}).content.decode()

    shown = re.findall(r'value="([^"]+)"', html)
    assert shown[0] == "Mægling"
    assert sorted(shown) == ["Mægge Efternavn", "Mægling", "Mægling i fem skridt", "Mægling igen"]


# Speed


def many_of_all(number: int, author) -> None:
    for __ in range(number):
        MethodCardFactory(title="Møde", themes=[ThemeFactory()])
        CaseStudyFactory(title="Møde", org_unit=author.org_unit, themes=[ThemeFactory()])
        ToolboxItemFactory(title="Møde", themes=[ThemeFactory()])
        NoteFactory(title="Møde", visibility="corps", themes=[ThemeFactory()])
        host = AmbassadorFactory(person=PersonFactory(first_name="Møde"), offers=[ThemeFactory()]).person
        make_place(host, SlotFactory(starts_at=timezone.now() + timedelta(days=number, hours=len(Kind))))
    services.reindex()


@pytest.mark.parametrize("number", [1, 3])  # three of six kinds nearly fill a page
def test_the_page_asks_the_same_few_questions_whatever_it_shows(karen, sign_in, number, django_assert_max_num_queries):
    many_of_all(number, karen)
    client = sign_in(karen)
    client.get(PAGE, {"q": "møde"})

    with django_assert_max_num_queries(12):
        response = client.get(PAGE, {"q": "møde", "deltagere": ""})

    assert Counter(result.kind for result in response.context["results"]) == dict.fromkeys(
        set(Kind) - {Kind.THEME}, number
    )


def test_suggestions_ask_few_questions(karen, sign_in, django_assert_max_num_queries):
    many_of_all(2, karen)
    client = sign_in(karen)
    client.get(SUGGEST, {"q": "mø"})

    with django_assert_max_num_queries(6):
        client.get(SUGGEST, {"q": "mø"})


def test_a_key_that_names_another_kind_of_page_is_read_as_nothing(tree, laura):
    case = CaseStudyFactory()

    assert read(laura, [key_of(Kind.METHOD_CARD, case.pk), key_of(Kind.CASE, case.pk)]) == {
        key_of(Kind.CASE, case.pk): case
    }
