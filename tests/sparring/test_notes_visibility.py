"""Who sees a note, at each level, on every page that shows notes or counts them."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from sparring.models import ExperienceNote, Visibility
from sparring.templatetags.sparring_tags import card_experiences
from tests.factories import MethodCardFactory, NoteFactory, PersonFactory, ThemeFactory, make_session

READERS = {
    Visibility.PRIVATE: {"author"},
    Visibility.PARTNERS: {"author", "partner"},
    Visibility.CORPS: {"author", "partner", "ambassador", "coordinator", "superuser"},
    Visibility.EVERYONE: {
        "author",
        "partner",
        "ambassador",
        "colleague",
        "line manager",
        "coordinator",
        "editor",
        "superuser",
    },
}
CAST = [*sorted(READERS[Visibility.EVERYONE]), "external"]
LEVELS = list(Visibility)


@pytest.fixture
def cast(tree, request):
    """The author is an employee outside the corps, and so is the one she sparred with."""
    author = request.getfixturevalue("laura")
    named = {"ambassador": "karen", "line manager": "torben", "coordinator": "birgit", "editor": "mikkel"}
    return {
        "author": author,
        "partner": PersonFactory(),
        "colleague": PersonFactory(org_unit=author.org_unit),
        "external": request.getfixturevalue("vera"),
        "superuser": PersonFactory(is_superuser=True, is_staff=True),
    } | {role: request.getfixturevalue(name) for role, name in named.items()}


@pytest.fixture
def shelf(cast):
    """A note at each level, all on one card and one theme of their own."""
    card, theme = MethodCardFactory(), ThemeFactory()
    session = make_session(cast["author"], cast["partner"])
    for level in LEVELS:
        NoteFactory(author=cast["author"], session=session, visibility=level, cards=[card], themes=[theme])
    return card, theme


def readable_by(who: str) -> set[Visibility]:
    return {level for level, readers in READERS.items() if who in readers}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("who", CAST)
def test_note_opens_only_for_its_readers(cast, shelf, sign_in, who, level):
    note = ExperienceNote.objects.get(visibility=level)

    response = sign_in(cast[who]).get(reverse("sparring:note", args=[note.pk]))

    refusal = 403 if who == "external" else 404
    assert response.status_code == (200 if who in READERS[level] else refusal)
    assert (note.situation in response.text) == (who in READERS[level])


@pytest.mark.parametrize("who", CAST)
def test_queryset_gives_the_same_readers(cast, shelf, who):
    assert {note.visibility for note in ExperienceNote.objects.visible_to(cast[who])} == readable_by(who)


@pytest.mark.parametrize("who", [who for who in CAST if who != "external"])
def test_lists_and_their_counts_hold_what_the_reader_may_see(cast, shelf, sign_in, who):
    card, theme = shelf
    client = sign_in(cast[who])
    others = set() if who == "author" else readable_by(who)
    expected = {"mine": readable_by(who) - others, "delt": others, "alle": readable_by(who), "slettede": set()}

    for tab, levels in expected.items():
        for narrowed in ({}, {"tema": theme.slug}, {"card": card.pk}, {"card": card.pk, "tema": theme.slug}):
            shown = client.get(reverse("sparring:notes"), {"fane": tab, **narrowed}).context
            assert {note.visibility for note in shown["page_obj"]} == levels
            assert shown["page_obj"].paginator.count == len(levels)
            assert [(each, each.note_count) for each in shown["themes"]] == ([(theme, len(levels))] if levels else [])


@pytest.mark.parametrize("who", CAST)
def test_card_tells_of_what_the_reader_may_see_alone(cast, shelf, rf: RequestFactory, who):
    card, _theme = shelf
    request = rf.get("/")
    request.user = cast[who]

    shown = card_experiences(Context({"request": request}), card)

    assert shown["experiences"].total == len(readable_by(who))
    assert {note.visibility for note in shown["experiences"].rows} <= readable_by(who)
    assert len(shown["experiences"].rows) == min(3, len(readable_by(who)))


def test_card_links_to_all_when_there_are_more(cast, shelf, rf: RequestFactory):
    card, _theme = shelf
    request = rf.get("/")
    template = Template("{% load sparring_tags %}{% card_experiences page %}")
    link = f'href="{reverse("sparring:notes")}?card={card.pk}"'

    request.user = cast["author"]
    assert link in template.render(Context({"request": request, "page": card}))
    request.user = cast["colleague"]
    assert link not in template.render(Context({"request": request, "page": card}))


def test_list_of_a_card_shows_own_and_shared_notes_together(cast, shelf, sign_in):
    card, _theme = shelf
    mine = NoteFactory(author=cast["colleague"], cards=[card])

    shown = sign_in(cast["colleague"]).get(reverse("sparring:notes"), {"card": card.pk}).context["page_obj"]

    assert set(shown) == {mine, ExperienceNote.objects.get(visibility="everyone")}


def test_theme_of_hidden_notes_alone_is_not_offered(cast, sign_in):
    hidden = ThemeFactory()
    NoteFactory(author=cast["author"], themes=[hidden])

    shown = sign_in(cast["coordinator"]).get(reverse("sparring:notes"), {"fane": "alle", "tema": hidden.slug}).context

    assert shown["themes"] == []
    assert shown["theme"] is None


@pytest.mark.parametrize("who", [who for who in CAST if who not in {"author", "external"}])
@pytest.mark.parametrize("name", ["note_edit", "note_share", "note_withdraw", "note_delete", "note_restore"])
def test_nobody_but_the_author_changes_a_note(cast, shelf, sign_in, who, name):
    note = ExperienceNote.objects.get(visibility="everyone")
    before = ExperienceNote.objects.filter(pk=note.pk).values().get()
    url = reverse(f"sparring:{name}", args=[note.pk])
    client = sign_in(cast[who])

    assert client.post(url, {"to": "private", "situation": "x", "action": "x", "effect": "x"}).status_code == 404
    assert client.get(url).status_code == (404 if name in {"note_edit", "note_delete"} else 405)
    assert ExperienceNote.objects.filter(pk=note.pk).values().get() == before


def test_partner_of_a_cancelled_sparring_no_longer_sees_the_note(cast, shelf, sign_in):
    note = ExperienceNote.objects.get(visibility="partners")
    note.session.participants.update(is_active=False)

    assert sign_in(cast["partner"]).get(reverse("sparring:note", args=[note.pk])).status_code == 404


def test_reader_is_not_told_which_sparring_a_note_is_from(cast, shelf, sign_in):
    note = ExperienceNote.objects.get(visibility="everyone")
    session = reverse("sparring:session", args=[note.session.uid])
    url = reverse("sparring:note", args=[note.pk])

    assert session in sign_in(cast["author"]).get(url).text
    assert session not in sign_in(cast["colleague"]).get(url).text
    assert cast["partner"].name not in sign_in(cast["colleague"]).get(url).text
