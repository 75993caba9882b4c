from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from knowledge.models import Favourite
from tests.factories import MethodCardFactory, NoteFactory, PersonFactory, make_session

MY_DAY = reverse("sparring:my_day")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def day_of(sign_in, tree):
    """The context of somebody's Min dag."""
    return lambda person: sign_in(person).get(MY_DAY).context


def test_my_day_of_a_new_colleague_is_empty_and_kind(laura, sign_in, tree):
    response = sign_in(laura).get(MY_DAY)
    assert response.status_code == 200
    assert [response.context[name] for name in ("today", "later", "unnoted")] == [[], [], []]
    assert f'href="{reverse("sparring:free_places")}"' in response.content.decode()


def test_my_day_sorts_sessions_by_when_they_are(laura, karen, ali, day_of, now, monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr("sparring.views.my_day.timezone.now", lambda: noon)
    today = make_session(laura, karen, starts_at=noon + timedelta(hours=1))
    tomorrow = make_session(laura, ali, starts_at=noon + timedelta(days=1))
    running = make_session(laura, PersonFactory(), starts_at=noon - timedelta(minutes=10))
    past = make_session(laura, karen, starts_at=noon - timedelta(days=1))
    context = day_of(laura)
    assert context["today"] == [running, today]
    assert context["later"] == [tomorrow]
    assert context["unnoted"] == [past]


def test_my_day_shows_neither_cancelled_sessions_nor_those_of_others(laura, karen, ali, day_of, now):
    make_session(laura, karen, starts_at=now + timedelta(days=1), status="cancelled")
    make_session(karen, ali, starts_at=now + timedelta(days=2))
    left = make_session(laura, karen, ali, starts_at=now + timedelta(days=3))
    left.participants.filter(person=laura).update(is_active=False)
    assert day_of(laura)["later"] == []


def test_my_day_asks_for_a_note_until_it_is_written(laura, karen, day_of, now):
    session = make_session(laura, karen, starts_at=now - timedelta(days=2))
    assert day_of(laura)["unnoted"] == [session]
    NoteFactory(author=laura, session=session)
    assert day_of(laura)["unnoted"] == []
    assert day_of(karen)["unnoted"] == [session]


def test_my_day_asks_again_when_the_note_is_deleted(laura, karen, day_of, now):
    session = make_session(laura, karen, starts_at=now - timedelta(days=2))
    NoteFactory(author=laura, session=session, deleted_at=now)
    assert day_of(laura)["unnoted"] == [session]


def test_my_day_does_not_ask_for_what_is_long_ago(laura, karen, day_of, now):
    make_session(laura, karen, starts_at=now - timedelta(days=15))
    assert day_of(laura)["unnoted"] == []


def test_my_day_links_to_a_note_about_the_session(laura, karen, sign_in, tree, now):
    session = make_session(laura, karen, starts_at=now - timedelta(days=2))
    page = sign_in(laura).get(MY_DAY).content.decode()
    assert f'href="{reverse("sparring:note_new")}?session={session.uid}"' in page


def test_my_day_shows_the_latest_of_what_is_mine(laura, karen, day_of, now):
    cards = [MethodCardFactory() for _ in range(6)]
    for number, card in enumerate(cards):
        Favourite.objects.create(person=laura, page=card, saved_at=now + timedelta(minutes=number))
        NoteFactory(author=laura, title=f"Note {number}", written_at=now + timedelta(minutes=number))
    NoteFactory(author=karen, visibility="everyone")
    context = day_of(laura)
    assert [favourite.page.title for favourite in context["favourites"]] == [card.title for card in cards[:0:-1]]
    assert [note.title for note in context["notes"]] == ["Note 5", "Note 4", "Note 3"]


def test_my_day_hides_a_favourite_that_is_no_longer_live(laura, day_of, now):
    card = MethodCardFactory()
    Favourite.objects.create(person=laura, page=card, saved_at=now)
    card.unpublish()
    assert list(day_of(laura)["favourites"]) == []


def test_my_day_is_closed_to_external_people_and_to_nobody(vera, sign_in, client):
    assert sign_in(vera).get(MY_DAY).status_code == 403
    assert client.get(MY_DAY).url == f"/konto/login/?next={quote(MY_DAY)}"


@pytest.mark.parametrize("times", [1, 10])
def test_my_day_takes_as_many_queries_however_much_there_is(
    laura, sign_in, tree, now, times, django_assert_max_num_queries
):
    card = MethodCardFactory()
    Favourite.objects.create(person=laura, page=card, saved_at=now)
    for number in range(times):
        make_session(laura, PersonFactory(), starts_at=now + timedelta(days=1, hours=number))
        make_session(laura, PersonFactory(), starts_at=now - timedelta(days=1, hours=number))
        NoteFactory(author=laura)
    client = sign_in(laura)
    client.get(MY_DAY)  # fills what is remembered between requests
    with django_assert_max_num_queries(12):
        client.get(MY_DAY)
