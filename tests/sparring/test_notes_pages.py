from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from knowledge.models import Tradition
from sparring.models import ExperienceNote
from tests.factories import MethodCardFactory, NoteFactory, ThemeFactory, make_session

NEW = "/noter/ny/"
LIST = "/noter/"
TEXTS = {
    "title": "Ventetid",
    "situation": "A var vred over ventetiden.",
    "action": "Jeg lyttede først.",
    "effect": "A faldt til ro.",
    "advice": "Vent med at forklare.",
}
MOST_QUERIES = 12


@pytest.fixture
def client(laura, sign_in) -> Client:
    """Laura's browser."""
    return sign_in(laura)


def address(name: str, note: ExperienceNote) -> str:
    return reverse(f"sparring:{name}", args=[note.pk])


def test_writing_a_note_stores_it_privately_and_shows_it(tree, laura, client):
    card, theme = MethodCardFactory(), ThemeFactory()

    response = client.post(NEW, TEXTS | {"cards": [card.pk], "themes": [theme.pk]})

    note = ExperienceNote.objects.get()
    assert response.url == address("note", note) + "#gemt"
    assert (note.author, note.visibility, note.title) == (laura, "private", "Ventetid")
    assert (list(note.cards.all()), list(note.themes.all())) == ([card], [theme])
    assert client.get(response.url).context["note"] == note


@pytest.mark.parametrize("field", ["situation", "action", "effect"])
def test_missing_text_is_told_at_its_field_and_the_rest_is_kept(client, field):
    response = client.post(NEW, TEXTS | {field: " "})

    assert list(response.context["form"].errors) == [field]
    assert all(text in response.text for name, text in TEXTS.items() if name != field)
    assert not ExperienceNote.objects.exists()


@pytest.mark.parametrize("field", TEXTS)
def test_cpr_number_is_refused_at_its_field_with_everything_kept(client, field):
    typed = TEXTS | {field: "B har nummer 010190–1234."}

    response = client.post(NEW, typed)

    assert list(response.context["form"].errors) == [field]
    assert response.context["form"].errors.as_data()[field][0].code == "cpr"
    assert all(text in response.text for text in typed.values())
    assert f'id="id_{field}_error"' in response.text
    assert not ExperienceNote.objects.exists()


@pytest.mark.parametrize("field", TEXTS)
def test_cpr_number_is_refused_in_an_edit_with_nothing_stored(laura, client, field):
    note = NoteFactory(author=laura, **TEXTS)
    typed = TEXTS | {field: "B har nummer 0101901234.", "seen": note.version}

    response = client.post(address("note_edit", note), typed)

    assert list(response.context["form"].errors) == [field]
    assert typed[field] in response.text
    assert ExperienceNote.objects.filter(pk=note.pk, changed_at=note.changed_at, **TEXTS).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 121),
        ("situation", "x" * 3001),
        ("effect", "\x00"),
        ("cards", ["999999"]),
        ("cards", ["rubbish"]),
        ("themes", ["999999"]),
        ("themes", ["9" * 30]),
        ("cards", ["9" * 30]),
    ],
)
def test_rubbish_in_a_field_is_told_there(client, field, value):
    response = client.post(NEW, TEXTS | {field: value})

    assert list(response.context["form"].errors) == [field]
    assert not ExperienceNote.objects.exists()


def test_unpublished_card_is_neither_offered_nor_taken(tree, client):
    open_card, hidden = MethodCardFactory(), MethodCardFactory(title="Gemt kort", live=False)

    response = client.post(NEW, TEXTS | {"cards": [open_card.pk, hidden.pk]})

    assert list(response.context["form"].errors) == ["cards"]
    assert "Gemt kort" not in response.text
    assert not ExperienceNote.objects.exists()


def test_cards_are_offered_by_tradition_with_chosen_ones_unfolded(tree, client):
    chosen = MethodCardFactory(tradition=Tradition.objects.create(name="Mægling", slug="maegling"))
    MethodCardFactory()

    text = client.get(NEW, {"card": chosen.pk}).text

    assert text.count("<details open>") == 1
    assert text.index("<details open>") < text.index("Mægling") < text.index(f'value="{chosen.pk}"')


def test_note_on_a_sparring_has_its_theme_ticked(laura, karen, client):
    session = make_session(laura, karen, theme=ThemeFactory())
    url = f"{NEW}?session={session.uid}"

    assert client.get(url).context["form"]["themes"].value() == [session.theme_id]
    client.post(url, TEXTS)
    assert ExperienceNote.objects.get().session == session


@pytest.mark.parametrize("uid", ["rubbish", "00000000-0000-0000-0000-000000000000", "1", "\x00"])
def test_note_on_no_real_sparring_is_not_found(client, uid):
    assert client.get(NEW, {"session": uid}).status_code == 404


def test_note_on_the_sparring_of_others_is_not_found(karen, ali, client):
    url = f"{NEW}?session={make_session(karen, ali).uid}"

    assert client.get(url).status_code == 404
    assert client.post(url, TEXTS).status_code == 404
    assert not ExperienceNote.objects.exists()


def test_edit_shows_what_is_stored_and_saves_what_is_new(laura, client):
    yesterday = timezone.now() - timedelta(days=1)
    note = NoteFactory(author=laura, visibility="corps", written_at=yesterday, changed_at=yesterday, **TEXTS)
    form = client.get(address("note_edit", note)).context["form"]
    assert {name: form[name].value() for name in [*TEXTS, "seen"]} == TEXTS | {"seen": note.version}

    response = client.post(address("note_edit", note), TEXTS | {"effect": "Vi lo.", "seen": note.version})

    assert response.url == address("note", note) + "#gemt"
    note.refresh_from_db()
    assert (note.effect, note.visibility, note.is_edited) == ("Vi lo.", "corps", True)


def test_edit_in_two_windows_shows_both_texts_and_saves_knowingly(laura, client):
    note = NoteFactory(author=laura, **TEXTS)
    url = address("note_edit", note)
    client.post(url, TEXTS | {"effect": "Fra det ene vindue.", "seen": note.version})

    response = client.post(url, TEXTS | {"effect": "Fra det andet vindue.", "seen": note.version})

    assert response.status_code == 200
    assert response.context["stored"].effect == "Fra det ene vindue."
    assert "Fra det ene vindue." in response.text
    assert "Fra det andet vindue." in response.text
    assert ExperienceNote.objects.get().effect == "Fra det ene vindue."

    seen = response.context["form"]["seen"].value()
    assert client.post(url, TEXTS | {"effect": "Begge dele.", "seen": seen}).status_code == 302
    assert ExperienceNote.objects.get().effect == "Begge dele."


@pytest.mark.parametrize("seen", ["", "rubbish"])
def test_edit_that_does_not_tell_what_it_began_from_overwrites_nothing(laura, client, seen):
    note = NoteFactory(author=laura, **TEXTS)

    response = client.post(address("note_edit", note), TEXTS | {"effect": "Nyt.", "seen": seen})

    assert response.context["stored"] == note
    assert ExperienceNote.objects.get().effect == TEXTS["effect"]


def test_page_offers_one_level_up_and_says_who_it_adds(laura, karen, client):
    note = NoteFactory(author=laura, session=make_session(laura, karen))

    text = client.get(address("note", note)).text

    assert 'name="to" value="partners"' in text
    assert 'name="to" value="corps"' not in text
    assert karen.name in text


def test_sharing_and_taking_back_hold_at_once(laura, karen, client, sign_in):
    note = NoteFactory(author=laura)
    colleague = sign_in(karen)
    assert colleague.get(address("note", note)).status_code == 404

    assert client.post(address("note_share", note), {"to": "corps"}).url == address("note", note)
    assert colleague.get(address("note", note)).status_code == 200

    assert client.post(address("note_withdraw", note), {"to": "private"}).url == address("note", note)
    assert colleague.get(address("note", note)).status_code == 404


@pytest.mark.parametrize("name", ["note_share", "note_withdraw"])
@pytest.mark.parametrize("to", ["everyone", "rubbish", "", "\x00"])
def test_level_that_cannot_be_chosen_is_told_and_changes_nothing(laura, client, name, to):
    note = NoteFactory(author=laura)

    response = client.post(address(name, note), {"to": to}, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert ExperienceNote.objects.get().visibility == "private"


def test_deleting_asks_first_and_can_be_undone(laura, client):
    note = NoteFactory(author=laura)

    assert client.get(address("note_delete", note)).context["note"] == note
    assert ExperienceNote.objects.kept().exists()

    response = client.post(address("note_delete", note), follow=True)
    assert list(response.context["page_obj"]) == [note]
    assert client.get(address("note", note)).status_code == 404
    assert client.post(address("note_delete", note)).status_code == 302

    assert client.post(address("note_restore", note)).url == address("note", note)
    assert client.get(address("note", note)).status_code == 200
    assert client.post(address("note_restore", note)).status_code == 302


def test_note_deleted_too_long_ago_is_neither_listed_nor_restored(laura, client):
    note = NoteFactory(author=laura, deleted_at=timezone.now() - timedelta(days=30))

    assert not client.get(LIST, {"fane": "slettede"}).context["page_obj"]
    assert client.post(address("note_restore", note)).status_code == 404


@pytest.mark.parametrize("name", ["note_share", "note_withdraw", "note_restore"])
def test_change_needs_a_post(laura, client, name):
    note = NoteFactory(author=laura, visibility="corps")

    assert client.get(address(name, note)).status_code == 405
    assert ExperienceNote.objects.get().visibility == "corps"


def test_note_with_a_number_out_of_reach_is_not_found(client):
    assert client.get("/noter/99999999999999999999/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "fane=x",
        "fane=",
        "card=x",
        "card=0",
        "card=-1",
        "card=99999999999999999999",
        "card=%00",
        "tema=%00",
        "tema=x",
        "tema=<script>",
        "side=x",
        "side=0",
        "side=99",
        "side=-1",
        "%ff=%ff",
    ],
)
def test_rubbish_in_the_address_narrows_nothing(laura, client, query):
    note = NoteFactory(author=laura)
    assert list(client.get(f"{LIST}?{query}").context["page_obj"]) == [note]


def test_markup_in_a_note_is_text(laura, client):
    note = NoteFactory(author=laura, title="<b>x</b>", situation="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(address("note", note)).text
    assert "<b>x</b>" not in client.get(LIST).text


@pytest.mark.parametrize("tab", ["mine", "delt", "alle", "slettede"])
def test_list_takes_as_many_queries_for_one_note_as_for_sixty(laura, karen, client, django_assert_max_num_queries, tab):
    card, theme = MethodCardFactory(), ThemeFactory()
    fields = {"author": karen if tab == "delt" else laura, "visibility": "everyone", "cards": [card], "themes": [theme]}
    if tab == "slettede":
        fields["deleted_at"] = timezone.now()
    query = {"fane": tab, "tema": theme.slug, "card": card.pk}
    NoteFactory(**fields)
    client.get(LIST, query)

    with django_assert_max_num_queries(MOST_QUERIES) as one:
        assert len(client.get(LIST, query).context["page_obj"]) == 1
    NoteFactory.create_batch(59, **fields)
    with django_assert_max_num_queries(len(one)):
        page = client.get(LIST, query).context["page_obj"]

    assert (len(page), page.paginator.count) == (25, 60)


def test_pages_of_a_note_take_few_queries_however_much_it_names(
    tree, laura, karen, client, django_assert_max_num_queries
):
    session = make_session(laura, karen)
    named = {"cards": [MethodCardFactory()], "themes": [ThemeFactory()]}
    note = NoteFactory(author=laura, session=session, visibility="partners", **named)
    pages = [address("note", note), address("note_edit", note), address("note_delete", note), NEW]
    for page in pages:
        client.get(page)
    used = []
    for page in pages:
        with django_assert_max_num_queries(MOST_QUERIES) as taken:
            client.get(page)
        used.append(len(taken))

    note.cards.set([MethodCardFactory() for _ in range(12)])
    note.themes.set(ThemeFactory.create_batch(12))

    for page, number in zip(pages, used, strict=True):
        with django_assert_max_num_queries(number):
            client.get(page)
