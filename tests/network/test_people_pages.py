from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import Ambassador, Pause
from tests.factories import (
    AmbassadorFactory,
    CaseStudyFactory,
    MethodCardFactory,
    OrgUnitFactory,
    PersonFactory,
    ThemeFactory,
)

PEOPLE = "/korpset/"


def shown(response) -> set[str]:
    return {str(ambassador) for ambassador in response.context["page_obj"]}


def person_url(person) -> str:
    return reverse("network:person", args=[person.pk])


def test_people_shows_ambassadors_and_nobody_else(sign_in, laura, karen, ali, vera):
    response = sign_in(laura).get(PEOPLE)

    assert shown(response) == {"Karen Winther", "Ali Demir"}


@pytest.mark.parametrize("who", ["laura", "karen", "torben", "birgit", "mikkel"])
def test_people_is_open_to_all_staff(request, sign_in, karen, who):
    client = sign_in(request.getfixturevalue(who))

    assert client.get(PEOPLE).status_code == 200
    assert client.get(person_url(karen)).status_code == 200


def test_people_is_closed_to_nobody_and_to_external_people(client, sign_in, karen, vera):
    assert client.get(PEOPLE).status_code == 302
    assert client.get(person_url(karen)).status_code == 302
    assert sign_in(vera).get(PEOPLE).status_code == 403
    assert sign_in(vera).get(person_url(karen)).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"tema": "maegling"}, {"Karen Winther"}),
        ({"sprog": "ar"}, {"Ali Demir"}),
        ({"sprog": "da"}, {"Karen Winther", "Ali Demir"}),
        ({"forvaltning": "social"}, {"Karen Winther"}),
        ({"navn": "ali"}, {"Ali Demir"}),
        ({"navn": "winther karen"}, {"Karen Winther"}),
        ({"navn": "karen demir"}, set()),
        ({"tema": "maegling", "sprog": "ar"}, set()),
        ({"navn": "%"}, set()),
    ],
)
def test_people_filter(sign_in, karen, ali, query, names):
    karen.ambassador.offers.add(ThemeFactory(slug="maegling"))
    Ambassador.objects.filter(person=ali).update(languages=["da", "ar"])
    karen.org_unit.department.slug = "social"
    karen.org_unit.department.save()

    assert shown(sign_in(ali).get(PEOPLE, query)) == names


@pytest.mark.parametrize("text", ["østergaard", "ØSTERGAARD", "Østerg", "åse"])
def test_people_name_search_knows_danish_capitals(sign_in, laura, text):
    AmbassadorFactory(person__first_name="Åse", person__last_name="Østergaard")

    assert shown(sign_in(laura).get(PEOPLE, {"navn": text})) == {"Åse Østergaard"}


@pytest.mark.parametrize(
    "query", [{"tema": "findes-ikke"}, {"sprog": "xx"}, {"forvaltning": "'; --"}, {"navn": "x" * 81}]
)
def test_people_tells_of_a_filter_that_does_not_exist_and_shows_everybody(sign_in, laura, karen, query):
    response = sign_in(laura).get(PEOPLE, query)

    assert list(response.context["form"].errors) == list(query)
    assert shown(response) == {"Karen Winther"}


@pytest.mark.parametrize("side", ["0", "-1", "abc", "999999999999"])
def test_people_takes_any_page_number(sign_in, laura, karen, side):
    assert shown(sign_in(laura).get(PEOPLE, {"side": side})) == {"Karen Winther"}


def test_people_leaves_out_who_left_the_corps_or_the_municipality(sign_in, laura, karen, ali):
    Ambassador.objects.filter(person=karen).update(is_active=False)
    ali.is_active = False
    ali.save()

    assert shown(sign_in(laura).get(PEOPLE)) == set()


def test_people_knows_a_pause_that_covers_today(sign_in, laura, karen, ali):
    today = timezone.localdate()
    Pause.objects.create(person=karen, from_on=today, until_on=today + timedelta(days=7))
    Pause.objects.create(person=ali, from_on=today + timedelta(days=1), until_on=today + timedelta(days=7))

    paused = {str(each): each.paused_until for each in sign_in(laura).get(PEOPLE).context["page_obj"]}

    assert paused == {"Karen Winther": today + timedelta(days=7), "Ali Demir": None}


def test_people_offers_booking_across_departments_only(sign_in, karen, ali):
    neighbour = AmbassadorFactory(person__org_unit=OrgUnitFactory(department=karen.org_unit.department)).person

    content = sign_in(karen).get(PEOPLE).content.decode()

    assert f"?person={ali.pk}" in content
    assert f"?person={neighbour.pk}" not in content
    assert f"?person={karen.pk}" not in content


def test_people_costs_the_same_with_one_and_with_sixty(sign_in, laura, django_assert_max_num_queries):
    client = sign_in(laura)
    theme = ThemeFactory()
    AmbassadorFactory(offers=[theme])
    with django_assert_max_num_queries(10) as with_one:
        client.get(PEOPLE)

    AmbassadorFactory.create_batch(59, offers=[theme])
    with django_assert_max_num_queries(10) as with_sixty:
        response = client.get(PEOPLE)

    assert len(response.context["page_obj"]) == 25
    assert len(with_sixty) == len(with_one)


def test_person_shows_an_ambassador_with_published_pages(sign_in, tree, laura, karen):
    MethodCardFactory(title="Udgivet kort", responsible=karen)
    MethodCardFactory(title="Kladde", responsible=karen, live=False)
    CaseStudyFactory(title="Udgivet case", author=karen)

    context = sign_in(laura).get(person_url(karen)).context

    assert context["ambassador"] == karen.ambassador
    assert [page.title for page in [*context["method_cards"], *context["cases"]]] == ["Udgivet kort", "Udgivet case"]


def test_person_shows_a_plain_employee(sign_in, karen, laura, torben):
    response = sign_in(karen).get(person_url(laura))

    assert response.context["ambassador"] is None
    assert torben.name in response.content.decode()


def test_person_who_left_the_corps_is_a_plain_employee(sign_in, laura, karen):
    Ambassador.objects.filter(person=karen).update(is_active=False)

    assert sign_in(laura).get(person_url(karen)).context["ambassador"] is None


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_external": True, "org_unit": None}])
def test_person_who_is_inactive_or_external_is_not_found(sign_in, laura, gone):
    assert sign_in(laura).get(person_url(PersonFactory(**gone))).status_code == 404


@pytest.mark.parametrize("pk", [0, 10**30])
def test_person_with_a_rubbish_number_is_not_found(sign_in, laura, pk):
    assert sign_in(laura).get(f"/korpset/{pk}/").status_code == 404


def test_person_costs_the_same_with_much_to_show(sign_in, tree, laura, karen, django_assert_max_num_queries):
    client = sign_in(laura)
    client.get("/tilgaengelighed/")
    with django_assert_max_num_queries(12):
        client.get(person_url(karen))

    karen.ambassador.offers.set(ThemeFactory.create_batch(5))
    karen.ambassador.seeks.set(ThemeFactory.create_batch(5))
    for _ in range(3):
        MethodCardFactory(responsible=karen)
    client.get(person_url(karen))
    with django_assert_max_num_queries(12):
        client.get(person_url(karen))
