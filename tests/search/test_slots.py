"""Times for sparring in the index: what they are found by, for whom, and until when."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from network.models import PersonBlock
from network.models.ambassador import MeetingFormat
from network.services.ambassadors import block_person, leave_corps, start_pause
from search import services
from search.days import named_day, with_day
from search.documents import Kind, SearchDocument, documents
from search.engines import Filters
from search.reading import read
from sparring.models import SlotPlace
from sparring.services.bookings import book_place
from sparring.services.sessions import leave_session
from sparring.services.slots import close_day, make_slots, reopen_day
from tests.factories import AmbassadorFactory, SeriesFactory, SlotFactory, ThemeFactory, make_place, make_session
from tests.factories.sparring import NOW, TOMORROW

pytestmark = pytest.mark.django_db

SLOTS = Filters(kinds=frozenset({Kind.SLOT}))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Moves the clock. It shows NOW, a Monday morning, until then."""

    def move_to(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    move_to(NOW)
    return move_to


@pytest.fixture
def place(karen):
    """Tomorrow with Karen."""
    return make_place(karen)


def key_of(place: SlotPlace) -> str:
    return f"slot:{place.pk}"


def stored(place: SlotPlace) -> SearchDocument | None:
    return services.engine().stored([key_of(place)]).get(key_of(place))


def found(person, text: str = "sparring", filters: Filters = SLOTS) -> list[str]:
    """What is left of the hits when they are read again; total and counts say the same."""
    answer = services.search(person=person, text=text, filters=filters)
    assert answer.total == len(answer.hits) == answer.facets.kinds.get(Kind.SLOT, 0)
    assert set(read(person, answer.hits)) == set(answer.hits)
    return answer.hits


def test_a_time_is_told_with_host_day_and_themes(place, karen):
    karen.ambassador.offers.set([ThemeFactory(name="Klager", slug="klager", everyday_words="utilfreds")])

    (document,) = documents([key_of(place)])

    assert [part for part in ("Karen Winther", "tirsdag 2. marts", "09:30") if part not in document.title] == []
    assert [(theme.slug, theme.words) for theme in document.themes] == [("klager", "")]
    assert (document.department, document.date, document.audience) == (
        "Social og Sundhed",
        date(2027, 3, 2),
        frozenset({"staff"}),
    )


@pytest.mark.parametrize("query", ["sparring", "spar med karen", "Winther", "tirsdag", "klagerne", "sparring i morgen"])
def test_a_time_is_found_by_host_day_and_themes(place, karen, laura, query):
    karen.ambassador.offers.set([ThemeFactory(name="Klager")])
    services.reindex()

    assert found(laura, query) == [key_of(place)]


def test_a_day_is_found_by_how_far_off_it_is(karen, ali, laura):
    places = [
        make_place(host, SlotFactory(series=SeriesFactory(), starts_at=NOW + days * DAY + timedelta(hours=1)))
        for days, host in [(3, karen), (0, karen), (1, ali), (2, karen)]
    ]
    services.reindex()
    late, today, tomorrow, after = map(key_of, places)

    assert found(laura, "sparring i dag")[0] == today
    assert found(laura, "ledig tid i morgen")[0] == tomorrow
    assert found(laura, "Spare imorgen")[0] == tomorrow
    assert found(laura, "sparring i overmorgen")[0] == after
    # Equally good: the sooner comes first.
    assert found(laura, "sparring") == [today, tomorrow, after, late]


def test_a_day_without_times_is_left_as_it_was_typed(place, laura):
    services.reindex()

    answer = services.search(person=laura, text="sparring i overmorgen", filters=SLOTS)

    assert (answer.hits, answer.plan.corrected) == ([key_of(place)], "")


class TestWhoFindsIt:
    def test_nobody_of_the_hosts_own_department(self, place, karen, ali, laura):
        colleague = AmbassadorFactory(person__org_unit=karen.org_unit).person
        services.reindex()

        people = {"karen": karen, "ali": ali, "laura": laura, "colleague": colleague}

        assert {name for name, person in people.items() if found(person)} == {"ali", "laura"}

    @pytest.mark.parametrize("who_blocks", ["host", "guest"])
    def test_nobody_who_is_blocked(self, place, karen, ali, laura, who_blocks):
        services.reindex()
        one, other = (karen, laura) if who_blocks == "host" else (laura, karen)
        block_person(one, other=other, by=one, now=NOW)

        assert PersonBlock.objects.exists()
        assert (found(laura), found(ali)) == ([], [key_of(place)])

    def test_nobody_who_is_busy_then(self, place, ali, laura):
        make_session(laura, ali, starts_at=TOMORROW)
        services.reindex()

        assert found(laura) == []

    def test_no_observer(self, place, vera):
        services.reindex()

        assert found(vera) == []
        assert read(vera, [key_of(place)]) == {}


class TestUntilWhen:
    """The index is the database's after each change, without anybody making it again."""

    @pytest.fixture(autouse=True)
    def index_is_the_database_afterwards(self, place, laura, ali):
        services.reindex()
        assert stored(place)
        yield
        assert not services.differences()

    def test_until_it_is_booked_and_again_when_that_is_cancelled(self, place, laura, ali, delivered):
        with delivered():
            session = book_place(place=place, by=laura, format=MeetingFormat.VIDEO, now=NOW)
        assert (stored(place), found(ali)) == (None, [])

        with delivered():
            leave_session(session=session, by=laura, now=NOW)
        assert found(ali) == [key_of(place)]

    def test_until_the_host_is_busy_in_another_way(self, place, karen, ali, delivered):
        with delivered():
            make_session(karen, ali, starts_at=TOMORROW)

        assert stored(place) is None

    def test_until_the_day_closes(self, birgit, laura, delivered):
        with delivered():
            make_slots(now=NOW)
        before = found(laura)
        with delivered():
            close_day(day=TOMORROW.date(), name="Lukket", by=birgit, now=NOW)
        closed = found(laura)
        with delivered():
            reopen_day(day=TOMORROW.date(), now=NOW)

        assert len(closed) == len(before) - 2
        assert found(laura) == before

    def test_until_the_host_has_a_pause(self, place, karen, laura, delivered):
        with delivered():
            start_pause(karen, from_on=TOMORROW.date(), until_on=TOMORROW.date(), by=karen, now=NOW)

        assert found(laura) == []

    def test_until_the_host_leaves_the_corps(self, place, karen, laura, delivered):
        with delivered():
            leave_corps(karen.ambassador, by=karen, now=NOW)

        assert found(laura) == []

    def test_under_the_hosts_new_name_unit_and_themes(self, place, karen, delivered):
        theme = ThemeFactory(name="Magt")
        with delivered():
            karen.last_name = "Sommer"
            karen.save()
            karen.org_unit.department.name = "Omsorg"
            karen.org_unit.department.save()
            karen.ambassador.offers.set([theme])
        with delivered():
            theme.name = "Afmagt"
            theme.save()

        document = stored(place)

        assert "Karen Sommer" in document.title
        assert (document.department, [each.name for each in document.themes]) == ("Omsorg", ["Afmagt"])

    def test_until_its_host_is_deleted(self, ali, laura, delivered):
        with delivered():
            other = make_place(AmbassadorFactory().person)
            make_slots(now=NOW)
        host = other.host
        with delivered():
            other.delete()
            host.delete()

        assert key_of(other) not in found(laura)

    def test_until_it_begins_whoever_tells_the_index(self, place, laura, clock):
        clock(TOMORROW - timedelta(minutes=1))
        assert found(laura) == [key_of(place)]

        clock(TOMORROW)
        assert (found(laura), bool(stored(place))) == ([], True)

    def test_of_the_coming_week_as_the_nights_pass(self, laura, clock, delivered):
        with delivered():
            make_slots(now=NOW)
        from_monday = found(laura)
        clock(NOW + 2 * DAY)
        with delivered():
            make_slots(now=NOW + 2 * DAY)
        from_wednesday = found(laura)

        assert len(from_monday) == len(from_wednesday) == 2 * 6  # Karen and Ali on six working days of eight
        assert len(set(from_monday) - set(from_wednesday)) == 2 * 2


def test_a_time_that_is_booked_behind_the_index_is_told_to_nobody(place, ali, laura, sign_in):
    services.reindex()
    SlotPlace.objects.update(is_offered=False)

    response = sign_in(laura).get(reverse("search:search"), {"q": "sparring karen"})

    assert [str(result.kind) for result in response.context["results"]] == ["person"]


def test_times_are_not_suggested(place, laura, sign_in):
    services.reindex()

    html = sign_in(laura).get(reverse("search:suggest"), {"q": "karen"}).content.decode()

    assert re.findall(r'value="([^"]+)"', html) == ["Karen Winther"]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("sparring i morgen", 1),
        ("er der en ledig tid i dag?", 0),
        ("Book Imorgen", 1),
        ("sparringstid i overmorgen", 2),
        ("en vred borger i morgen", None),
        ("sparring om morgenen", None),
        ("sparring i morgenmødet", None),
        ("sparring", None),
    ],
)
def test_a_day_is_named_in_a_query_for_a_time(query, days):
    today = date(2027, 12, 31)

    assert named_day(query, today) == (None if days is None else today + timedelta(days=days))


def test_a_day_is_put_in_other_words():
    assert with_day("Sparring I morgen om klager", "fredag 1. januar") == "Sparring fredag 1. januar om klager"
