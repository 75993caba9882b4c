"""Who can help me with X tomorrow: the best five who can be booked, and never a trace of a block."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Ambassador, PersonBlock
from sparring.help_finder import days_with_places, find_helpers
from sparring.services.bookings import book_place
from sparring.timetable import local_day
from tests.factories import AmbassadorFactory, PersonFactory, SlotFactory, ThemeFactory, make_place, make_session
from tests.factories.sparring import NOW, TOMORROW

DAY = TOMORROW.date()


@pytest.fixture
def theme(db):
    return ThemeFactory(name="Konflikthåndtering")


@pytest.fixture
def slot(db):
    return SlotFactory()


@pytest.fixture
def host(theme, slot):
    """Makes somebody who offers the theme and has a free place."""

    def _host(slot=slot, **fields):
        person = AmbassadorFactory(**fields).person
        person.ambassador.offers.add(theme)
        make_place(person, slot)
        return person

    return _host


@pytest.fixture
def ask(theme):
    return lambda asker, day=DAY: [helper.person for helper in find_helpers(asker, theme=theme, day=day, now=NOW)]


def test_those_who_offer_the_theme_and_are_free_can_help(host, ask, laura, slot):
    helper = host()
    make_place(AmbassadorFactory().person, slot)

    assert ask(laura) == [helper]


def test_nobody_can_help_on_a_day_without_places(host, ask, laura):
    host()

    assert ask(laura, DAY + timedelta(days=1)) == []


def test_five_are_shown_at_the_most(host, ask, laura):
    for _ in range(7):
        host()

    assert len(set(ask(laura))) == 5


def test_each_has_reasons_from_the_askers_side_and_a_place_to_book(host, theme, laura):
    helper = host()

    (found,) = find_helpers(laura, theme=theme, day=DAY, now=NOW)

    assert 2 <= len(found.reasons) <= 3
    assert "konflikthåndtering" in found.reasons[0]
    assert helper.name in found.reasons[0]
    assert [place.host for place in found.places] == [helper]


def test_all_places_of_the_day_are_offered(host, theme, laura):
    helper = host()
    make_place(helper, SlotFactory(starts_at=TOMORROW + timedelta(hours=4)))

    (found,) = find_helpers(laura, theme=theme, day=DAY, now=NOW)

    assert [place.starts_at for place in found.places] == [TOMORROW, TOMORROW + timedelta(hours=4)]


@pytest.mark.parametrize("swap", [False, True])
def test_blocks_are_kept_in_both_directions(host, ask, karen, swap):
    helper = host()
    one, other = (helper, karen) if swap else (karen, helper)
    PersonBlock.objects.create(person=one, other=other)

    assert ask(karen) == []


@pytest.mark.parametrize("hinder", ["own department", "leader", "busy", "language", "left the corps", "week is full"])
def test_who_cannot_be_asked_is_not_shown(host, ask, karen, hinder):
    helper = host()
    if hinder == "own department":
        type(helper).objects.filter(pk=helper.pk).update(org_unit=karen.org_unit)
    elif hinder == "leader":
        type(karen).objects.filter(pk=karen.pk).update(line_manager=helper)
        karen.refresh_from_db()
    elif hinder == "busy":
        make_session(helper, PersonFactory())
    elif hinder == "language":
        Ambassador.objects.filter(person=helper).update(languages=["pl"])
    elif hinder == "left the corps":
        Ambassador.objects.filter(person=helper).update(is_active=False)
    else:
        Ambassador.objects.filter(person=helper).update(weekly_cap=0)

    assert ask(karen) == []


def test_who_was_booked_lately_is_not_named_first_again(host, ask, theme):
    """Two who are alike in everything: whoever is booked stands second the next time."""
    pair = [host(), host()]
    asker, another = PersonFactory(), PersonFactory()
    first = ask(another)[0]
    later = SlotFactory(starts_at=TOMORROW + timedelta(days=1))
    book_place(place=make_place(first, later), by=asker, format="video", now=NOW)

    assert ask(another)[0] == next(person for person in pair if person != first)


def test_same_question_has_the_same_answer(host, ask, laura):
    for _ in range(6):
        host()

    assert ask(laura) == ask(laura)


def test_days_are_the_next_with_a_place_for_the_asker(host, karen):
    for days in (0, 1, 3):
        host(SlotFactory(starts_at=TOMORROW + timedelta(days=days)))
    own = SlotFactory(starts_at=TOMORROW + timedelta(days=2))
    make_place(karen, own)

    assert days_with_places(karen, now=NOW) == [DAY + timedelta(days=days) for days in (0, 1, 3)]


# ---- the page ----


@pytest.fixture
def soon():
    return timezone.now() + timedelta(days=1)


def test_page_leads_to_the_booking(sign_in, laura, host, theme, soon):
    helper = host(SlotFactory(starts_at=soon))
    place = helper.places.get()
    client, address = sign_in(laura), reverse("sparring:find_help")
    assert client.get(address).context["helpers"] is None

    response = client.get(address, {"theme": theme.slug, "day": local_day(soon).isoformat()})

    assert [found.person for found in response.context["helpers"]] == [helper]
    assert f"{reverse('sparring:book', args=[place.pk])}?theme={theme.slug}" in response.content.decode()


def test_page_looks_the_same_with_a_block_as_without_anybody(sign_in, laura, karen, host, theme, soon):
    helper = host(SlotFactory(starts_at=soon))
    other = AmbassadorFactory().person
    make_place(other, helper.places.get().slot)
    asked = {"theme": theme.slug, "day": local_day(soon).isoformat()}
    client = sign_in(karen)
    PersonBlock.objects.create(person=helper, other=karen)
    blocked = client.get(reverse("sparring:find_help"), asked)

    PersonBlock.objects.all().delete()
    helper.places.update(is_offered=False)
    absent = client.get(reverse("sparring:find_help"), asked)

    assert (blocked.context["helpers"], blocked.context["days"]) == (absent.context["helpers"], absent.context["days"])
    assert helper.name not in blocked.content.decode()


@pytest.mark.parametrize(
    "query", [{"theme": "findes-ikke"}, {"theme": "", "day": "x"}, {"theme": "x", "day": "2000-01-01"}]
)
def test_page_without_a_sensible_question_is_kind(sign_in, laura, host, soon, query):
    host(SlotFactory(starts_at=soon))

    response = sign_in(laura).get(reverse("sparring:find_help"), query)

    assert (response.status_code, response.context["helpers"]) == (200, None)


def test_page_without_places_is_kind(sign_in, laura, theme):
    response = sign_in(laura).get(reverse("sparring:find_help"), {"theme": theme.slug, "day": "2027-03-02"})

    assert (response.status_code, response.context["days"]) == (200, [])
