from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from knowledge.models import MethodTrial
from network.models import PersonBlock
from sparring.models import SlotBooking
from sparring.services.bookings import book_place
from tests.factories import (
    AmbassadorFactory,
    MethodCardFactory,
    NoteFactory,
    PersonFactory,
    SlotFactory,
    ThemeFactory,
    make_place,
    make_session,
)

FREE = reverse("sparring:free_places")


@pytest.fixture
def tomorrow():
    return timezone.localtime().replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(days=1)


@pytest.fixture
def slot(db, tomorrow):
    return SlotFactory(starts_at=tomorrow)


@pytest.fixture
def place(karen, slot):
    return make_place(karen, slot)


@pytest.fixture
def booked(place, laura):
    return book_place(place=place, by=laura, question="Hvordan begynder jeg?", format="video", now=timezone.now())


def book_url(place):
    return reverse("sparring:book", args=[place.pk])


def session_url(session, name="session"):
    return reverse(f"sparring:{name}", args=[session.uid])


def places_of(response):
    return list(response.context["places"])


def test_free_places_show_who_can_be_booked(laura, ali, place, slot, sign_in):
    other = make_place(ali, slot)
    response = sign_in(laura).get(FREE)
    assert places_of(response) == [other, place]
    assert f'href="{book_url(place)}"' in response.content.decode()


def test_free_places_leave_out_what_this_person_cannot_book(laura, karen, ali, tomorrow, slot, sign_in):
    colleague = AmbassadorFactory(person__org_unit=laura.org_unit).person
    blocked = AmbassadorFactory().person
    blocking = AmbassadorFactory().person
    PersonBlock.objects.create(person=laura, other=blocked)
    PersonBlock.objects.create(person=blocking, other=laura)
    for host in (colleague, blocked, blocking):
        make_place(host, slot)
    own_time = SlotFactory(starts_at=tomorrow + timedelta(hours=2))
    make_place(karen, own_time)
    make_session(laura, ali, starts_at=own_time.starts_at)
    assert places_of(sign_in(laura).get(FREE)) == []


def test_free_places_are_narrowed_by_theme(laura, ali, place, slot, sign_in):
    make_place(ali, slot)
    theme = ThemeFactory(slug="konflikt")
    place.host.ambassador.offers.add(theme, ThemeFactory())
    response = sign_in(laura).get(FREE, {"theme": "konflikt"})
    assert places_of(response) == [place]
    assert f'href="{book_url(place)}?theme=konflikt"' in response.content.decode()


def test_free_places_are_narrowed_by_person_and_day(laura, ali, karen, place, slot, tomorrow, sign_in):
    make_place(ali, slot)
    later = make_place(karen, SlotFactory(starts_at=tomorrow + timedelta(days=1)))
    client = sign_in(laura)
    assert places_of(client.get(FREE, {"person": karen.pk})) == [place, later]
    assert places_of(client.get(FREE, {"person": karen.pk, "day": f"{later.starts_at:%Y-%m-%d}"})) == [later]


def test_free_places_are_narrowed_by_a_tried_method(laura, ali, karen, place, slot, tree, sign_in):
    make_place(ali, slot)
    card = MethodCardFactory()
    MethodTrial.objects.create(person=karen, card=card, told_at=timezone.now())
    response = sign_in(laura).get(FREE, {"card": card.pk})
    assert places_of(response) == [place]
    assert response.context["card"] == card


@pytest.mark.parametrize(
    "rubbish",
    [
        {"theme": "findes-ikke"},
        {"theme": "x' OR 1=1"},
        {"person": "abc"},
        {"person": "999999"},
        {"day": "31.31.2027"},
        {"day": "i morgen"},
        {"card": "-1"},
        {"card": "9" * 30},
        {"side": "abc"},
        {"side": "999"},
        {"ukendt": "x"},
    ],
)
def test_rubbish_in_the_address_is_not_used(laura, place, sign_in, rubbish):
    response = sign_in(laura).get(FREE, rubbish)
    assert response.status_code == 200
    assert places_of(response) == [place]


def test_day_without_free_places_says_so_kindly(laura, place, sign_in):
    response = sign_in(laura).get(FREE, {"day": "2001-01-01"})
    assert response.status_code == 200
    assert places_of(response) == []
    assert 'class="empty"' in response.content.decode()


def test_free_places_are_paged_by_whole_days(laura, tomorrow, sign_in):
    hosts = [AmbassadorFactory(weekly_cap=9).person for _ in range(20)]
    for day in range(3):
        slot = SlotFactory(starts_at=tomorrow + timedelta(days=day))
        for host in hosts:
            make_place(host, slot)
    client = sign_in(laura)
    pages = [places_of(client.get(FREE, {"side": number})) for number in (1, 2, 3)]
    assert [{place.starts_at for place in page} for page in pages] == [
        {tomorrow + timedelta(days=day)} for day in range(3)
    ]


@pytest.mark.parametrize("number", [1, 60])
def test_free_places_take_as_many_queries_however_many_there_are(
    laura, slot, sign_in, number, django_assert_max_num_queries
):
    theme = ThemeFactory()
    for _ in range(number):
        make_place(AmbassadorFactory(offers=[theme]).person, slot)
    client = sign_in(laura)
    client.get(FREE)
    with django_assert_max_num_queries(11):
        assert len(places_of(client.get(FREE, {"theme": theme.slug}))) == number


def test_booking_page_has_everything_chosen_beforehand(laura, karen, place, sign_in):
    theme = ThemeFactory(slug="konflikt")
    karen.ambassador.offers.add(theme)
    form = sign_in(laura).get(book_url(place), {"theme": "konflikt"}).context["form"]
    assert (form.initial["theme"], form.initial["format"]) == (theme, "video")
    assert [value for value, _ in form.fields["format"].choices] == karen.ambassador.formats


def test_one_click_books_and_leads_to_the_session(laura, place, sign_in):
    response = sign_in(laura).post(book_url(place), {"format": "phone"})
    booking = SlotBooking.objects.active().get(place=place)
    assert (booking.booked_by, booking.format) == (laura, "phone")
    assert response.url == session_url(booking.session)


def test_booking_sent_twice_leads_to_the_same_session(laura, place, sign_in):
    client = sign_in(laura)
    addresses = {client.post(book_url(place), {"format": "video"}).url for _ in range(2)}
    assert addresses == {session_url(SlotBooking.objects.get().session)}
    assert client.get(book_url(place)).url in addresses


def test_cpr_number_is_stopped_and_the_text_kept(laura, place, sign_in):
    question = "Borgeren 010180-1234 ringer hver dag"
    response = sign_in(laura).post(book_url(place), {"format": "video", "question": question})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["question"]
    assert question in response.content.decode()
    assert not SlotBooking.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"format": "physical"},
        {"format": "telepathy"},
        {"format": "video", "theme": "9999"},
        {"format": "video", "theme": "x"},
        {"format": "video", "question": "x" * 1001},
    ],
)
def test_booking_form_refuses_what_makes_no_sense(laura, place, sign_in, data):
    response = sign_in(laura).post(book_url(place), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not SlotBooking.objects.exists()


def test_theme_that_the_host_does_not_offer_is_refused(laura, place, sign_in):
    response = sign_in(laura).post(book_url(place), {"format": "video", "theme": ThemeFactory().pk})
    assert list(response.context["form"].errors) == ["theme"]


def test_place_taken_meanwhile_is_told_and_the_text_kept(laura, ali, place, sign_in):
    book_place(place=place, by=ali, format="video", now=timezone.now())
    response = sign_in(laura).post(book_url(place), {"format": "video", "question": "Min lange tekst"})
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert "Min lange tekst" in response.content.decode()


def test_taken_and_blocked_places_look_the_same(laura, karen, ali, slot, sign_in):
    taken, blocked = make_place(AmbassadorFactory().person, slot), make_place(karen, slot)
    book_place(place=taken, by=ali, format="video", now=timezone.now())
    PersonBlock.objects.create(person=karen, other=laura)
    client = sign_in(laura)
    told = [
        [str(message) for message in client.get(book_url(place), follow=True).context["messages"]]
        for place in (taken, blocked)
    ]
    assert told[0] == told[1] != []


def test_place_of_ones_own_is_not_found(karen, place, sign_in):
    assert sign_in(karen).get(book_url(place)).status_code == 404
    assert sign_in(karen).post(book_url(place), {"format": "video"}).status_code == 404


def test_place_of_the_past_leads_back_to_free_places(laura, karen, sign_in):
    past = make_place(karen, SlotFactory(starts_at=timezone.now() - timedelta(days=1)))
    assert sign_in(laura).get(book_url(past)).url == FREE


def test_session_is_shown_to_those_in_it_alone(booked, laura, karen, ali, torben, birgit, sign_in):
    for person in (laura, karen):
        response = sign_in(person).get(session_url(booked))
        assert response.status_code == 200
        assert "Hvordan begynder jeg?" in response.content.decode()
    for person in (ali, torben, birgit):
        for name in ("session", "cancel", "calendar"):
            assert sign_in(person).get(session_url(booked, name)).status_code == 404
        assert sign_in(person).post(session_url(booked, "cancel")).status_code == 404
    booked.refresh_from_db()
    assert booked.is_agreed


def test_session_that_does_not_exist_is_not_found(laura, sign_in):
    assert sign_in(laura).get(reverse("sparring:session", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ["session", "cancel", "calendar"])
def test_external_person_is_refused(booked, vera, sign_in, name):
    booked.participants.create(person=vera, starts_at=booked.starts_at)
    assert sign_in(vera).get(session_url(booked, name)).status_code == 403


def test_external_person_books_nothing(place, vera, sign_in):
    assert sign_in(vera).get(FREE).status_code == 403
    assert sign_in(vera).post(book_url(place), {"format": "video"}).status_code == 403
    assert not SlotBooking.objects.exists()


def test_session_offers_a_note_once_it_has_begun(laura, karen, booked, sign_in):
    begun = make_session(laura, karen, starts_at=timezone.now() - timedelta(minutes=5))
    client = sign_in(laura)
    note = f'href="{reverse("sparring:note_new")}?session='
    coming_page, begun_page = (client.get(session_url(each)).content.decode() for each in (booked, begun))
    assert note not in coming_page
    assert session_url(booked, "cancel") in coming_page
    assert f"{note}{begun.uid}" in begun_page
    assert session_url(begun, "cancel") not in begun_page


def test_session_shows_my_notes_and_what_was_shared_with_me(laura, karen, booked, sign_in):
    mine = NoteFactory(author=laura, session=booked)
    shared = NoteFactory(author=karen, session=booked, visibility="partners")
    NoteFactory(author=karen, session=booked)
    assert set(sign_in(laura).get(session_url(booked)).context["notes"]) == {mine, shared}


def test_cancelling_asks_first_and_then_cancels(laura, booked, place, sign_in):
    client = sign_in(laura)
    assert client.get(session_url(booked, "cancel")).status_code == 200
    booked.refresh_from_db()
    assert booked.is_agreed

    assert client.post(session_url(booked, "cancel")).url == session_url(booked)
    booked.refresh_from_db()
    assert not booked.is_agreed
    assert client.get(session_url(booked)).status_code == 200
    assert places_of(client.get(FREE)) == [place]


def test_cancelling_twice_changes_nothing_more(laura, booked, sign_in):
    client = sign_in(laura)
    for _ in range(2):
        assert client.post(session_url(booked, "cancel")).url == session_url(booked)
    booked.refresh_from_db()
    assert booked.sequence == 1
    assert client.get(session_url(booked, "cancel")).url == session_url(booked)


def test_session_that_has_begun_is_not_cancelled(laura, karen, sign_in):
    begun = make_session(laura, karen, starts_at=timezone.now() - timedelta(minutes=5))
    client = sign_in(laura)
    assert client.get(session_url(begun, "cancel")).url == session_url(begun)
    assert client.post(session_url(begun, "cancel")).url == session_url(begun)
    begun.refresh_from_db()
    assert begun.is_agreed


def test_one_who_leaves_a_group_of_three_still_sees_what_became_of_it(laura, karen, ali, tomorrow, sign_in):
    group = make_session(laura, karen, ali, starts_at=tomorrow)
    client = sign_in(laura)
    client.post(session_url(group, "cancel"))
    response = client.get(session_url(group))
    assert response.context["takes_part"] is False
    assert {person.pk for person in response.context["partners"]} == {karen.pk, ali.pk}


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_refused(laura, booked, place, sign_in, method):
    client = sign_in(laura)
    for address in (FREE, book_url(place), session_url(booked), session_url(booked, "cancel")):
        assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("others", [1, 2])
def test_session_takes_few_queries(laura, tomorrow, sign_in, others, django_assert_max_num_queries):
    session = make_session(laura, *(PersonFactory() for _ in range(others)), starts_at=tomorrow)
    client = sign_in(laura)
    client.get(session_url(session))
    with django_assert_max_num_queries(9):
        client.get(session_url(session))
