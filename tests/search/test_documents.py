"""What the index holds of each thing, and for whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from network.roles import Role
from search.documents import SearchDocument, ThemeOfDocument, audience_of, documents
from search.texts import plain
from sparring.models import ExperienceNote
from tests.factories import (
    CaseStudyFactory,
    MethodCardFactory,
    NoteFactory,
    PersonFactory,
    ThemeFactory,
    ToolboxItemFactory,
    make_session,
)

pytestmark = pytest.mark.django_db


def the(key: str) -> SearchDocument:
    (document,) = documents([key])
    return document


def test_a_card_is_told_with_all_that_filters_ask_for():
    theme = ThemeFactory(name="Mægling", slug="maegling", everyday_words="nabostrid")
    card = MethodCardFactory(themes=[theme], title="Mægling i fem skridt", minutes=20, phase="kom-i-gang")

    document = the(f"methodcard:{card.pk}")

    assert (document.title, document.minutes, document.participants_from, document.participants_to) == (
        "Mægling i fem skridt",
        20,
        2,
        4,
    )
    assert document.themes == (ThemeOfDocument("maegling", "Mægling", "nabostrid"),)
    assert (document.audience, document.url, document.phase) == (frozenset({"staff"}), card.url, "kom-i-gang")
    assert document.headings == ("Begynd",)
    assert "Når I er i tvivl\nNår loven binder" in document.body


def test_a_case_is_told_with_its_blocks_and_department(laura):
    scenario = {"kind": "bedst-muligt", "title": "En sti", "text": "Lys", "frame": "Lov", "action_space": "Valg"}
    body = [
        ("situation", {"text": "<p>En nabo <b>klagede</b>.</p>"}),
        ("scenario", scenario),
        ("quote", {"text": "Det var første gang.", "who": "Nabo"}),
    ]
    case = CaseStudyFactory(body=body, org_unit=laura.org_unit, happened_on=date(2026, 3, 1))

    document = the(f"casestudy:{case.pk}")

    assert (document.headings, document.department, document.date) == (("En sti",), "Teknik og Miljø", date(2026, 3, 1))
    assert document.body == "En nabo klagede.\nLys\nLov\nValg\nDet var første gang."


def test_a_tool_is_told_with_its_headings():
    tool = ToolboxItemFactory(body="<h2>Før <i>mødet</i></h2><p>Ring &amp; spørg</p>")

    document = the(f"toolboxitem:{tool.pk}")

    assert (document.headings, document.body, document.minutes) == (("Før mødet",), "Før mødet\nRing & spørg", 10)


def test_an_ambassador_is_told_with_bio_and_themes_until_leaving(karen):
    karen.ambassador.offers.set([ThemeFactory(name="Klager")])
    key = f"person:{karen.pk}"
    before = the(key)
    karen.ambassador.is_active = False
    karen.ambassador.save()

    assert [theme.name for theme in before.themes] == ["Klager"]
    assert "Spørg mig om svære samtaler." in before.body
    assert (the(key).themes, the(key).body) == ((), "Visitation\nSocial og Sundhed")


def test_what_nobody_may_find_is_no_document(laura, vera):
    card = MethodCardFactory()
    card.unpublish()
    note = NoteFactory()
    ExperienceNote.objects.update(deleted_at="2026-01-01T00:00Z")
    laura.is_active = False
    laura.save()
    keys = [
        f"methodcard:{card.pk}",
        f"note:{note.pk}",
        f"person:{laura.pk}",
        f"person:{vera.pk}",
        "person:0",
        "theme:0",
    ]

    assert list(documents(keys)) == []


def test_documents_are_the_same_one_by_one_and_all_together(karen, ali):
    MethodCardFactory(themes=[ThemeFactory()])
    NoteFactory(author=karen, session=make_session(karen, ali), visibility="partners", themes=[ThemeFactory()])
    together = list(documents())

    assert {document.key: document for document in together} == {
        document.key: the(document.key) for document in together
    }


def test_documents_survive_being_stored(karen):
    card = MethodCardFactory(themes=[ThemeFactory()])
    document = the(f"methodcard:{card.pk}")

    assert SearchDocument.from_json(document.as_json) == document


class TestAudience:
    """The tokens say the same as `visible_to` in the database."""

    @pytest.fixture
    def people(self, laura, karen, ali, torben, birgit, mikkel, vera):
        boss = PersonFactory(email="root@egeby.example", is_superuser=True)
        return [laura, karen, ali, torben, birgit, mikkel, vera, boss]

    def agrees(self, thing, key, people) -> set[str]:
        document = next(documents([key]))
        by_tokens = {person.email for person in people if audience_of(person) & document.audience}
        rows = type(thing).objects.filter(pk=thing.pk)
        by_database = {person.email for person in people if rows.visible_to(person).exists()}
        assert by_tokens == by_database
        return by_tokens

    @pytest.mark.parametrize("visibility", ["private", "partners", "corps", "everyone"])
    def test_of_a_note(self, people, laura, karen, ali, visibility):
        session = make_session(karen, laura, ali)
        session.participants.filter(person=ali).update(is_active=False)
        note = NoteFactory(author=karen, session=session, visibility=visibility)

        self.agrees(note, f"note:{note.pk}", people)

    def test_of_a_note_without_a_session(self, people, laura):
        make_session(*people[:2])
        note = NoteFactory(author=laura, visibility="partners")

        assert self.agrees(note, f"note:{note.pk}", people) == {laura.email}

    @pytest.mark.parametrize("kind", ["none", "login", "groups", "password", "two groups"])
    def test_of_a_page(self, people, tree, karen, birgit, kind):
        card = MethodCardFactory()
        ambassadors = Group.objects.get(name=Role.AMBASSADOR)
        if kind != "none":
            restriction = PageViewRestriction.objects.create(
                page=tree.cards, restriction_type=kind.removeprefix("two "), password="x"
            )
            restriction.groups.set([ambassadors])
        if kind == "two groups":
            birgit.groups.add(ambassadors)
            inner = PageViewRestriction.objects.create(page=card, restriction_type="groups")
            inner.groups.set(Group.objects.filter(name__in=[Role.AMBASSADOR, Role.COORDINATOR]))

        self.agrees(card, f"methodcard:{card.pk}", people)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>En</p><p>To</p>", "En\nTo"),
        ("<ul><li>A &lt; B</li><li><b>Fed</b>skrift</li></ul>", "A < B\nFedskrift"),
        ('<p>Se <a linktype="page" id="3">kortet</a><br/>her</p>', "Se kortet\nher"),
        ("uden tags", "uden tags"),
        ("", ""),
    ],
)
def test_rich_text_becomes_lines(markup, text):
    assert plain(markup) == text
