import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from network.models import Ambassador, Pause, Person, PersonBlock
from network.services import ambassadors
from network.signals import availability_changed
from network.week import Window, first_overlap
from tests.factories import PersonFactory, ThemeFactory

PROFILE = "/mig/"
EDIT = "/mig/rediger/"
WEEK = "/mig/tider/"
PAUSE = "/mig/pauser/ny/"
BLOCKS = "/mig/fravalg/"
LEAVE = "/mig/korpset/forlad/"
RETURN = "/mig/korpset/tilbage/"
CPR = "010190-1234"
TOKEN = re.compile(r"\b[A-Za-z0-9]{64}\b")  # of CSRF, another one on each page
NOW = datetime(2027, 3, 3, 8, tzinfo=ZoneInfo("Europe/Copenhagen"))
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def changes():
    """The people whose availability was told to have changed."""
    told = []

    def hear(sender, person, by, now, **kwargs):
        told.append(person)

    availability_changed.connect(hear)
    yield told
    availability_changed.disconnect(hear)


def fresh(person) -> Person:
    return Person.objects.get(pk=person.pk)


def week_of(person) -> list[str]:
    return [str(each) for each in person.ambassador.availability.order_by("weekday", "starts_at")]


def typed_week(**days) -> dict:
    """The posted rows of a week: day0=[("09:00", "12:00")]."""
    data = {}
    for number in range(5):
        rows = days.get(f"day{number}", [])
        data |= {f"day{number}-TOTAL_FORMS": len(rows) + 1, f"day{number}-INITIAL_FORMS": 0}
        for index, (starts_at, ends_at) in enumerate(rows):
            data |= {f"day{number}-{index}-starts_at": starts_at, f"day{number}-{index}-ends_at": ends_at}
    return data


def typed_profile(**changes) -> dict:
    return {"bio": "Hej", "languages": ["da"], "formats": ["video"], "weekly_cap": 2} | changes


# Who may


@pytest.mark.parametrize("who", ["laura", "karen", "torben", "birgit", "mikkel"])
def test_profile_shows_everybody_their_own_data(request, sign_in, who):
    person = request.getfixturevalue(who)

    response = sign_in(person).get(PROFILE)

    assert response.context["me"] == person
    assert person.email in response.content.decode()


@pytest.mark.parametrize("address", [EDIT, WEEK, PAUSE, BLOCKS, LEAVE])
@pytest.mark.parametrize(
    ("who", "status"),
    [("karen", 200), ("laura", 403), ("torben", 403), ("birgit", 403), ("mikkel", 403), ("vera", 403)],
)
def test_forms_of_the_profile_are_for_ambassadors(request, sign_in, address, who, status):
    assert sign_in(request.getfixturevalue(who)).get(address).status_code == status


@pytest.mark.parametrize("address", [PROFILE, EDIT, WEEK, PAUSE, BLOCKS, LEAVE])
def test_profile_asks_nobody_to_sign_in(client, db, address):
    assert client.get(address).status_code == 302


def test_profile_is_closed_to_external_people(sign_in, vera):
    assert sign_in(vera).get(PROFILE).status_code == 403


@pytest.mark.parametrize(
    "address", [RETURN, "/mig/pauser/1/afslut/", "/mig/fravalg/1/tilfoej/", "/mig/fravalg/1/fjern/"]
)
def test_changes_need_a_post(sign_in, karen, address):
    assert sign_in(karen).get(address).status_code == 405


def test_changes_need_a_token(karen):
    client = Client(enforce_csrf_checks=True)
    client.force_login(karen, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(LEAVE).status_code == 403
    assert fresh(karen).is_ambassador


def test_profile_costs_few_queries(sign_in, karen, django_assert_max_num_queries):
    karen.ambassador.offers.set(ThemeFactory.create_batch(6))
    Pause.objects.create(person=karen, from_on=date(2099, 1, 1), until_on=date(2099, 1, 2))
    client = sign_in(karen)

    with django_assert_max_num_queries(10):
        client.get(PROFILE)


@pytest.mark.parametrize("address", [EDIT, WEEK, PAUSE, BLOCKS])
def test_forms_of_the_profile_cost_few_queries(sign_in, karen, django_assert_max_num_queries, address):
    ThemeFactory.create_batch(30)
    for person in PersonFactory.create_batch(30):
        PersonBlock.objects.create(person=karen, other=person)
    client = sign_in(karen)

    with django_assert_max_num_queries(10):
        client.get(address)


# Profile and themes


def test_profile_is_saved(sign_in, karen):
    offered, sought = ThemeFactory(), ThemeFactory()

    response = sign_in(karen).post(
        EDIT,
        typed_profile(
            bio="Spørg om støj.",
            offers=[offered.slug],
            seeks=[sought.slug],
            languages=["da", "ar"],
            formats=["phone"],
            weekly_cap=4,
        ),
    )

    ambassador = Ambassador.objects.get(person=karen)
    assert response.url == PROFILE
    assert (ambassador.bio, ambassador.languages, ambassador.formats, ambassador.weekly_cap) == (
        "Spørg om støj.",
        ["da", "ar"],
        ["phone"],
        4,
    )
    assert (list(ambassador.offers.all()), list(ambassador.seeks.all())) == ([offered], [sought])


def test_profile_refuses_a_theme_both_offered_and_sought(sign_in, karen):
    theme = ThemeFactory()

    response = sign_in(karen).post(EDIT, typed_profile(bio="Nyt", offers=[theme.slug], seeks=[theme.slug]))

    assert list(response.context["form"].errors) == ["seeks"]
    assert response.context["form"]["bio"].value() == "Nyt"
    assert Ambassador.objects.get(person=karen).bio == "Spørg mig om svære samtaler."
    assert list(karen.ambassador.offers.all()) == []


def test_profile_with_a_cpr_number_is_stopped_and_kept_in_the_form(sign_in, karen):
    response = sign_in(karen).post(EDIT, typed_profile(bio=f"Ring om {CPR}"))

    assert list(response.context["form"].errors) == ["bio"]
    assert CPR in response.context["form"]["bio"].value()
    assert not Ambassador.objects.filter(bio__contains="190").exists()


@pytest.mark.parametrize(
    ("field", "rubbish"),
    [
        ("bio", "x" * 601),
        ("offers", ["abc"]),
        ("offers", ["99999999999999999999999"]),
        ("seeks", ["0"]),
        ("languages", []),
        ("languages", ["klingon"]),
        ("formats", ["brevdue"]),
        ("weekly_cap", "0"),
        ("weekly_cap", "11"),
        ("weekly_cap", "1.5"),
        ("weekly_cap", ""),
    ],
)
def test_profile_refuses_rubbish_at_its_field(sign_in, karen, field, rubbish):
    response = sign_in(karen).post(EDIT, typed_profile(**{field: rubbish}))

    assert list(response.context["form"].errors) == [field]


# Weekly times


def test_week_shows_stored_rows_and_always_an_empty_one(sign_in, karen):
    days = sign_in(karen).get(WEEK).context["form"].days

    assert [[row.initial.get("starts_at") for row in day] for day in days] == [[time(8), None]] * 5


def test_week_is_saved_with_several_times_a_day(sign_in, karen, changes):
    response = sign_in(karen).post(
        WEEK, typed_week(day0=[("09:00", "11:00"), ("13.00", "14.30")], day3=[("08:00:00", "09:00:00")])
    )

    assert response.url == PROFILE
    assert [each[-11:] for each in week_of(karen)] == ["09:00-11:00", "13:00-14:30", "08:00-09:00"]
    assert changes == [karen]


def test_week_cleared_has_no_times(sign_in, karen):
    sign_in(karen).post(WEEK, typed_week())

    assert week_of(karen) == []


def test_week_saved_unchanged_tells_nobody(sign_in, karen, changes):
    rows = list(karen.ambassador.availability.values_list("pk", flat=True))

    sign_in(karen).post(WEEK, typed_week(**{f"day{day}": [("08:00", "16:00")] for day in range(5)}))

    assert list(karen.ambassador.availability.values_list("pk", flat=True)) == rows
    assert changes == []


@pytest.mark.parametrize(
    "rows",
    [
        [("09:00", "11:00"), ("10:00", "12:00")],
        [("09:00", "11:00"), ("09:00", "10:00")],
        [("10:00", "11:00"), ("09:00", "10:00")],
    ],
)
def test_week_refuses_times_that_overlap_or_meet_and_keeps_them_in_the_form(sign_in, karen, changes, rows):
    response = sign_in(karen).post(WEEK, typed_week(day1=rows))

    form = response.context["form"]
    assert [len(day.non_form_errors()) for day in form.days] == [0, 1, 0, 0, 0]
    assert form.days[1].forms[0]["starts_at"].value() == rows[0][0]
    assert 'class="error-summary"' in response.content.decode()
    assert len(week_of(karen)) == 5
    assert changes == []


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("11:00", "09:00"), "ends_at"),
        (("09:00", "09:00"), "ends_at"),
        (("09:00", ""), "ends_at"),
        (("", "09:00"), "starts_at"),
        (("25:00", "26:00"), "starts_at"),
        (("klokken ni", "10:00"), "starts_at"),
    ],
)
def test_week_refuses_rubbish_at_its_field(sign_in, karen, row, field):
    response = sign_in(karen).post(WEEK, typed_week(day4=[row]))

    assert field in response.context["form"].days[4].forms[0].errors
    assert response.context["form"].days[4].forms[0]["starts_at"].value() == row[0]
    assert len(week_of(karen)) == 5


@pytest.mark.parametrize(
    "tampering", [{"day0-TOTAL_FORMS": "1000000"}, {"day0-TOTAL_FORMS": "x"}, {"day0-TOTAL_FORMS": ""}]
)
def test_week_survives_a_broken_form(sign_in, karen, tampering):
    response = sign_in(karen).post(WEEK, typed_week() | tampering)

    assert response.status_code == 200
    assert len(week_of(karen)) == 5


def test_first_overlap_looks_within_a_day_only():
    monday = Window(0, time(9), time(11))

    assert first_overlap([monday, Window(1, time(10), time(12)), Window(0, time(12), time(13))]) is None
    assert first_overlap([Window(0, time(10), time(10, 30)), monday]) == (monday, Window(0, time(10), time(10, 30)))


def test_database_refuses_the_same_time_twice(karen):
    with pytest.raises(IntegrityError), transaction.atomic():
        karen.ambassador.availability.create(weekday=0, starts_at=time(8), ends_at=time(9))


# Pauses


def test_pause_is_saved(sign_in, karen, changes):
    today = timezone.localdate()

    response = sign_in(karen).post(PAUSE, {"from_on": today, "until_on": f"{today + 7 * DAY:%d.%m.%Y}"})

    pause = karen.pauses.get()
    assert response.url == PROFILE
    assert (pause.from_on, pause.until_on) == (today, today + 7 * DAY)
    assert changes == [karen]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"from_on": "2099-01-02", "until_on": "2099-01-01"}, "until_on"),
        ({"from_on": "2020-01-01", "until_on": "2020-01-02"}, "until_on"),
        ({"from_on": "", "until_on": "2099-01-01"}, "from_on"),
        ({"from_on": "2099-02-30", "until_on": "2099-03-01"}, "from_on"),
        ({"from_on": "i morgen", "until_on": "2099-03-01"}, "from_on"),
    ],
)
def test_pause_refuses_rubbish_at_its_field(sign_in, karen, days, field):
    response = sign_in(karen).post(PAUSE, days)

    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["from_on"].value() == days["from_on"]
    assert karen.pauses.count() == 0


@pytest.mark.parametrize(("first", "last"), [(4, 5), (0, 3), (0, 9), (3, 9)])
def test_pause_that_overlaps_another_is_refused(karen, first, last):
    ambassadors.start_pause(karen, from_on=TODAY + 3 * DAY, until_on=TODAY + 6 * DAY, by=karen, now=NOW)

    with pytest.raises(ambassadors.OverlappingPauseError):
        ambassadors.start_pause(karen, from_on=TODAY + first * DAY, until_on=TODAY + last * DAY, by=karen, now=NOW)


def test_pause_that_overlaps_is_told_at_its_field(sign_in, karen):
    Pause.objects.create(person=karen, from_on=date(2099, 1, 1), until_on=date(2099, 1, 9))

    response = sign_in(karen).post(PAUSE, {"from_on": "2099-01-09", "until_on": "2099-01-12"})

    assert list(response.context["form"].errors) == ["from_on"]


def test_pause_that_has_begun_keeps_the_days_that_were(karen, changes):
    pause = Pause.objects.create(person=karen, from_on=TODAY - 3 * DAY, until_on=TODAY + 3 * DAY)

    ambassadors.end_pause(pause, by=karen, now=NOW)

    pause.refresh_from_db()
    assert (pause.from_on, pause.until_on) == (TODAY - 3 * DAY, TODAY - DAY)
    assert changes == [karen]


@pytest.mark.parametrize("begins_in", [0, 1])
def test_pause_that_has_no_day_behind_it_disappears(karen, begins_in):
    pause = Pause.objects.create(person=karen, from_on=TODAY + begins_in * DAY, until_on=TODAY + 3 * DAY)

    ambassadors.end_pause(pause, by=karen, now=NOW)

    assert karen.pauses.count() == 0


def test_day_of_a_pause_is_counted_in_copenhagen(karen):
    half_past_midnight = datetime(2027, 3, 2, 23, 30, tzinfo=ZoneInfo("UTC"))
    pause = Pause.objects.create(person=karen, from_on=date(2027, 3, 2), until_on=date(2027, 3, 9))

    ambassadors.end_pause(pause, by=karen, now=half_past_midnight)

    pause.refresh_from_db()
    assert pause.until_on == date(2027, 3, 2)


def test_pause_is_ended_by_its_owner_alone(sign_in, karen, ali):
    pause = Pause.objects.create(person=karen, from_on=date(2099, 1, 1), until_on=date(2099, 1, 9))
    address = reverse("network:pause_end", args=[pause.pk])

    assert sign_in(ali).post(address).status_code == 404
    assert karen.pauses.count() == 1
    assert sign_in(karen).post(address).url == PROFILE
    assert karen.pauses.count() == 0


def test_pause_that_is_over_cannot_be_ended(sign_in, karen):
    pause = Pause.objects.create(person=karen, from_on=date(2020, 1, 1), until_on=date(2020, 1, 9))

    assert sign_in(karen).post(reverse("network:pause_end", args=[pause.pk])).status_code == 404


# Private choices


def test_block_finds_colleagues_by_name_and_never_oneself_or_external_people(sign_in, karen, laura, vera):
    client = sign_in(karen)

    assert client.get(BLOCKS, {"navn": "bech"}).context["found"] == [laura]
    assert client.get(BLOCKS, {"navn": "karen"}).context["found"] == []
    assert client.get(BLOCKS, {"navn": "vera"}).context["found"] == []


def test_block_is_added_and_removed(sign_in, karen, laura):
    client = sign_in(karen)

    assert client.post(reverse("network:block_add", args=[laura.pk])).url == BLOCKS
    assert client.post(reverse("network:block_add", args=[laura.pk])).url == BLOCKS
    assert [block.other for block in karen.blocks.all()] == [laura]
    assert client.get(BLOCKS, {"navn": "bech"}).context["found"] == []

    assert client.post(reverse("network:block_remove", args=[laura.pk])).url == BLOCKS
    assert karen.blocks.count() == 0


def test_block_of_oneself_of_nobody_or_of_external_people_is_not_found(sign_in, karen, vera):
    for pk in (karen.pk, vera.pk, 999_999, 10**30):
        assert sign_in(karen).post(f"/mig/fravalg/{pk}/tilfoej/").status_code == 404
        assert sign_in(karen).post(f"/mig/fravalg/{pk}/fjern/").status_code == 404
    assert PersonBlock.objects.count() == 0


@pytest.mark.parametrize("text", ["", "x", "x" * 81])
def test_block_search_refuses_rubbish_at_its_field(sign_in, karen, text):
    assert list(sign_in(karen).get(BLOCKS, {"navn": text}).context["form"].errors) == ["navn"]


@pytest.mark.parametrize("who", ["ali", "laura", "birgit"])
def test_block_is_seen_by_nobody_else(request, sign_in, karen, who):
    other = request.getfixturevalue(who)
    PersonBlock.objects.create(person=karen, other=other)
    client = sign_in(other)

    def pages() -> list[str]:
        texts = [client.get(address).content.decode() for address in ("/korpset/", f"/korpset/{karen.pk}/")]
        return [TOKEN.sub("", text) for text in texts]

    blocked = pages()
    PersonBlock.objects.all().delete()

    assert blocked == pages()


def test_block_of_another_is_not_removed(sign_in, karen, ali, laura):
    PersonBlock.objects.create(person=karen, other=laura)

    assert sign_in(ali).post(reverse("network:block_remove", args=[laura.pk])).status_code == 404
    assert karen.blocks.count() == 1


# The place in the corps


def test_leaving_the_corps_closes_what_the_corps_reads_and_keeps_the_profile(sign_in, karen, changes):
    client = sign_in(karen)

    assert client.post(LEAVE).url == PROFILE

    left = fresh(karen)
    assert (left.is_ambassador, left.is_in_corps, left.ambassador.is_active) == (False, False, False)
    assert len(week_of(left)) == 5
    assert client.get(EDIT).status_code == 403
    assert changes == [karen]


def test_coming_back_takes_one_click(sign_in, karen, changes):
    client = sign_in(karen)
    client.post(LEAVE)
    Ambassador.objects.update(left_out=3)

    assert client.post(RETURN).url == PROFILE
    assert client.post(RETURN).url == PROFILE

    back = fresh(karen)
    assert (back.is_ambassador, back.ambassador.is_active, back.ambassador.left_out) == (True, True, 0)
    assert changes == [karen, karen]


def test_coming_back_is_for_those_who_were_there(sign_in, laura):
    assert sign_in(laura).post(RETURN).status_code == 404
    assert not fresh(laura).is_ambassador


def test_role_that_was_taken_away_does_not_come_back_by_itself(sign_in, karen):
    karen.groups.clear()

    sign_in(karen).post(RETURN)

    assert not fresh(karen).is_ambassador


def test_change_that_fails_in_a_receiver_is_not_kept(karen):
    def fail(sender, **kwargs):
        raise RuntimeError

    availability_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            ambassadors.leave_corps(karen.ambassador, by=karen, now=NOW)
    finally:
        availability_changed.disconnect(fail)

    assert fresh(karen).is_ambassador
