"""The pages that staff read."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from knowledge.models import MethodTrial, StandardPage
from network.roles import Role
from tests.factories import (
    AmbassadorFactory,
    CaseStudyFactory,
    MethodCardFactory,
    PersonFactory,
    ThemeFactory,
    ToolboxItemFactory,
    with_role,
)

MOST_QUERIES = 12
SCENARIO = {"title": "En sti", "text": "<p>Lys.</p>", "frame": "<p>Vejloven.</p>", "action_space": "<p>Farven.</p>"}


@pytest.fixture
def theme(db):
    return ThemeFactory(name="Klager", slug="klager")


@pytest.fixture
def card(tree, theme, karen):
    return MethodCardFactory(
        title="Skalaspørgsmål",
        slug="skalaspoergsmaal",
        themes=[theme],
        responsible=karen,
        phase="lyt-spoerg-opsummer",
        just_before="<ul><li>Træk vejret</li></ul>",
    )


def cards_on(response):
    return [card.title for card in response.context["page_obj"]]


class TestHome:
    def test_home_shows_the_shelves(self, tree, card, theme, laura, sign_in):
        case = CaseStudyFactory(cards=[card])
        page = tree.home.add_child(
            instance=StandardPage(title="Principper", slug="principper", body="<p>Vi lytter.</p>")
        )

        response = sign_in(laura).get("/")

        assert list(response.context["cards"]) == [card]
        assert list(response.context["cases"]) == [case]
        assert list(response.context["principles"]) == [page]
        assert list(response.context["themes"]) == [theme]
        assert f'action="{reverse("search:search")}"' in response.content.decode()

    def test_home_of_an_empty_site_works(self, tree, laura, sign_in):
        assert sign_in(laura).get("/").status_code == 200

    def test_home_marks_what_is_used_and_shows_the_newest_beside(self, tree, laura, karen, sign_in):
        used, unused, *new = [MethodCardFactory() for _ in range(5)]
        MethodTrial.objects.create(person=karen, card=used, told_at=timezone.now())
        CaseStudyFactory(cards=[used])
        CaseStudyFactory(cards=[unused], live=False)

        cards = sign_in(laura).get("/").context["cards"]

        assert [(card.pk, card.is_much_used) for card in cards] == [
            (used.pk, True),
            *((card.pk, False) for card in reversed(new)),
        ]


class TestMethodCard:
    def test_card_shows_every_field(self, card, laura, sign_in):
        html = sign_in(laura).get(card.url).content.decode()

        for text in [
            "Skalaspørgsmål",
            "Hvad kortet gør for dig.",
            "Facilitering",
            "Formålet med kortet.",
            "Når I er i tvivl",
            "Når loven binder",
            "Sig, hvornår du er myndighed.",
            "Find et lokale",
            "Begynd",
            "Spørg.",
            "Papir",
            "At tale for længe",
            "Træk vejret",
            "Skrevet til Dialogkorps.",
            "Karen Winther",
            "Klager",
            "01.01.2027",
        ]:
            assert text in html, text
        assert html.index("Træk vejret") < html.index("Formålet med kortet.") < html.index("Begynd")

    @pytest.mark.parametrize(("days", "is_due"), [(-1, True), (0, False), (1, False)])
    def test_card_is_due_the_day_after_its_review_date(self, card, days, is_due):
        card.review_on = timezone.localdate() + timedelta(days=days)

        assert card.is_due_for_review is is_due

    def test_card_lists_colleagues_with_the_own_department_last(self, card, laura, karen, ali, sign_in):
        near = PersonFactory(org_unit__department=laura.org_unit.department)
        for number, person in enumerate([karen, ali, near, laura]):
            MethodTrial.objects.create(person=person, card=card, told_at=timezone.now() + timedelta(minutes=number))

        trials = sign_in(laura).get(card.url).context["trials"]

        assert [trial.person for trial in trials.rows] == [ali, karen, near]
        assert [trial.same_department for trial in trials.rows] == [False, False, True]
        assert [trial.can_be_booked for trial in trials.rows] == [True, True, False]
        assert trials.total == 3

    def test_card_links_to_booking_of_ambassadors_elsewhere_only(self, card, laura, karen, sign_in):
        near = AmbassadorFactory(person__org_unit__department=laura.org_unit.department).person
        for person in (karen, near):
            MethodTrial.objects.create(person=person, card=card, told_at=timezone.now())

        html = sign_in(laura).get(card.url).content.decode()

        assert f"{reverse('sparring:free_places')}?person={karen.pk}&amp;card={card.pk}" in html
        assert f"?person={near.pk}" not in html

    def test_card_does_not_list_people_who_left(self, card, laura, karen, vera, sign_in):
        karen.is_active = False
        karen.save()
        for person in (karen, vera):
            MethodTrial.objects.create(person=person, card=card, told_at=timezone.now())

        assert sign_in(laura).get(card.url).context["trials"].total == 0

    def test_card_lists_published_cases_and_tools_that_name_it(self, card, laura, sign_in):
        case = CaseStudyFactory(cards=[card])
        CaseStudyFactory(cards=[card], live=False)
        CaseStudyFactory(cards=[MethodCardFactory()])
        tool = ToolboxItemFactory()
        tool.card_links.create(card=card)
        tool.save()

        context = sign_in(laura).get(card.url).context

        assert [(page.pk, context["cases"].total) for page in context["cases"].rows] == [(case.pk, 1)]
        assert [(page.pk, context["tools"].total) for page in context["tools"].rows] == [(tool.pk, 1)]

    def test_card_caps_its_lists_and_counts_the_rest(
        self, card, laura, sign_in, django_assert_max_num_queries, django_assert_num_queries
    ):
        client = sign_in(laura)
        client.get(card.url)

        def hang_on(number):
            for _ in range(number):
                MethodTrial.objects.create(person=AmbassadorFactory().person, card=card, told_at=timezone.now())
                CaseStudyFactory(cards=[card, MethodCardFactory()])
                tool = ToolboxItemFactory()
                tool.card_links.create(card=card)
                tool.save()

        hang_on(1)
        with django_assert_max_num_queries(MOST_QUERIES) as with_one:
            client.get(card.url)
        hang_on(29)
        with django_assert_num_queries(len(with_one)):
            context = client.get(card.url).context

        assert [(len(context[name].rows), context[name].total) for name in ("trials", "cases", "tools")] == [
            (6, 30),
            (5, 30),
            (5, 30),
        ]
        assert context["trials"].left_out == 24


class TestCase:
    def test_case_shows_its_parts(self, tree, card, karen, laura, sign_in):
        case = CaseStudyFactory(
            cards=[card],
            author=karen,
            org_unit=karen.org_unit,
            complaint_type="proces",
            influence_level="dialog",
            happened_on=date(2026, 5, 4),
            body=[
                ("situation", {"text": "<p>En nabo klagede.</p>"}),
                ("scenario", SCENARIO | {"kind": "bedst-taenkeligt"}),
                ("scenario", SCENARIO | {"kind": "bedst-muligt"}),
                ("quote", {"text": "Endelig spurgte nogen", "who": "Nabo"}),
            ],
        )

        response = sign_in(laura).get(case.url)

        html = response.content.decode()
        for text in [
            "En nabo klagede.",
            "Vejloven.",
            "Farven.",
            "Endelig spurgte nogen",
            "Karen Winther",
            "Visitation",
        ]:
            assert text in html, text
        assert list(response.context["cards"]) == [card]
        assert [are_scenarios for are_scenarios, _ in case.sections] == [False, True, False]
        assert html.count('class="scenarios"') == 1

    def test_case_does_not_name_a_card_that_is_withdrawn(self, card, laura, sign_in):
        case = CaseStudyFactory(cards=[card])
        card.unpublish()

        assert list(sign_in(laura).get(case.url).context["cards"]) == []


def test_tool_shows_its_content_and_cards(card, karen, laura, sign_in):
    tool = ToolboxItemFactory(responsible=karen)
    tool.card_links.create(card=card)
    tool.save()

    response = sign_in(laura).get(tool.url)

    assert "Første punkt" in response.content.decode()
    assert list(response.context["cards"]) == [card]


class TestIndexes:
    def test_cards_are_narrowed_by_theme_minutes_participants_and_tradition(self, card, theme, laura, sign_in):
        MethodCardFactory(minutes=90, participants_from=10, participants_to=40)
        client = sign_in(laura)
        address = card.get_parent().url

        for query in ["tema=klager", "minutter=15", "deltagere=3", "tema=klager&minutter=30&deltagere=2"]:
            assert cards_on(client.get(f"{address}?{query}")) == ["Skalaspørgsmål"], query
        assert len(cards_on(client.get(f"{address}?tradition=facilitering"))) == 2
        assert cards_on(client.get(f"{address}?tema=klager&deltagere=20")) == []

    @pytest.mark.parametrize(
        "query",
        [
            "tema=findes-ikke",
            "minutter=mange",
            "minutter=-1",
            "deltagere=0",
            "deltagere=99999999999999999999",
            "tradition=%00",
            "side=nul",
            "side=999",
            "tema=klager'--&tema=x",
        ],
    )
    def test_rubbish_in_the_address_is_left_out(self, card, laura, sign_in, query):
        response = sign_in(laura).get(f"{card.get_parent().url}?{query}")

        assert response.status_code == 200
        assert cards_on(response) == ["Skalaspørgsmål"]

    def test_cases_and_tools_are_narrowed_by_theme(self, tree, theme, laura, sign_in):
        case, tool = CaseStudyFactory(themes=[theme]), ToolboxItemFactory(themes=[theme])
        CaseStudyFactory()
        ToolboxItemFactory()
        client = sign_in(laura)

        assert list(client.get(f"{tree.cases.url}?tema=klager").context["page_obj"]) == [case]
        assert list(client.get(f"{tree.toolbox.url}?tema=klager").context["page_obj"]) == [tool]

    @pytest.mark.parametrize(
        ("shelf", "factory"),
        [
            ("home", MethodCardFactory),
            ("cards", MethodCardFactory),
            ("cases", CaseStudyFactory),
            ("toolbox", ToolboxItemFactory),
        ],
    )
    def test_lists_take_the_same_few_queries_however_long(
        self, tree, theme, laura, sign_in, shelf, factory, django_assert_max_num_queries, django_assert_num_queries
    ):
        client = sign_in(laura)
        address = getattr(tree, shelf).url
        factory(themes=[theme])
        client.get(address)
        with django_assert_max_num_queries(MOST_QUERIES) as with_one:
            client.get(address)
        for _ in range(29):
            factory(themes=[theme])
        with django_assert_num_queries(len(with_one)):
            response = client.get(address)
        if shelf != "home":
            assert (len(response.context["page_obj"]), response.context["page_obj"].paginator.count) == (25, 30)


class TestMenu:
    def test_it_leads_to_the_lists(self, tree, laura, sign_in):
        client = sign_in(laura)

        for name, page in [("metodekort", tree.cards), ("cases", tree.cases), ("vaerktoejskassen", tree.toolbox)]:
            address = reverse("knowledge:shelf", args=[name])
            assert f'href="{address}"' in client.get("/").content.decode()
            assert client.get(address).url == page.url

    def test_it_follows_a_list_to_its_new_address(self, tree, laura, sign_in):
        tree.cases.slug = "historier"
        tree.cases.save_revision().publish()

        response = sign_in(laura).get(reverse("knowledge:shelf", args=["cases"]), follow=True)

        assert (response.status_code, response.request["PATH_INFO"]) == (200, "/historier/")

    def test_a_list_that_is_not_there_is_not_found(self, tree, laura, sign_in):
        tree.cases.unpublish()

        for name in ("cases", "findes-ikke"):
            assert sign_in(laura).get(reverse("knowledge:shelf", args=[name])).status_code == 404

    def test_it_marks_where_one_is(self, tree, card, laura, sign_in):
        def marked(address):
            page = sign_in(laura).get(address).content.decode()
            return re.findall(r'href="/hylde/([a-z]+)/" aria-current="([a-z]+)"', page)

        assert marked(tree.cards.url) == [("metodekort", "page")]
        assert marked(card.url) == [("metodekort", "true")]
        assert marked("/") == marked(reverse("sparring:free_places")) == []

    def test_it_is_closed_to_external_people(self, tree, vera, sign_in):
        assert sign_in(vera).get(reverse("knowledge:shelf", args=["cases"])).status_code == 403


class TestWhoMayRead:
    @pytest.mark.parametrize("role", [None, *Role])
    def test_every_member_of_staff_reads_every_type(self, card, tree, sign_in, role):
        call_command("setup_site", verbosity=0)
        person = PersonFactory()
        if role:
            with_role(person, role)
        client = sign_in(person)

        for page in [tree.home, tree.cards, tree.cases, tree.toolbox, card, CaseStudyFactory(), ToolboxItemFactory()]:
            assert client.get(page.url).status_code == 200

    def test_an_external_person_is_refused(self, card, vera, sign_in):
        assert sign_in(vera).get(card.url).status_code == 403

    def test_nobody_is_sent_to_the_login(self, card, client):
        assert client.get(card.url).url.startswith(reverse("account_login"))

    def test_a_draft_is_not_shown_to_anyone(self, tree, laura, mikkel, sign_in):
        draft = MethodCardFactory(live=False)

        for person in (laura, mikkel):
            assert sign_in(person).get(draft.url or f"{tree.cards.url}{draft.slug}/").status_code == 404
            assert cards_on(sign_in(person).get(tree.cards.url)) == []

    def test_an_unknown_address_is_not_found(self, tree, laura, sign_in):
        assert sign_in(laura).get("/metodekort/findes-ikke/").status_code == 404

    def test_a_page_for_a_group_is_read_and_listed_by_that_group_only(self, tree, card, laura, mikkel, sign_in):
        restriction = PageViewRestriction.objects.create(page=card, restriction_type=PageViewRestriction.GROUPS)
        restriction.groups.add(*mikkel.groups.all())

        assert cards_on(sign_in(laura).get(tree.cards.url)) == []
        assert sign_in(laura).get(card.url).status_code == 302
        assert cards_on(sign_in(mikkel).get(tree.cards.url)) == ["Skalaspørgsmål"]
        assert sign_in(mikkel).get(card.url).status_code == 200

    def test_a_restriction_covers_the_pages_below(self, tree, card, laura, sign_in):
        PageViewRestriction.objects.create(
            page=tree.cards, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
        )
        CaseStudyFactory(cards=[card])

        client = sign_in(laura)

        assert list(client.get("/").context["cards"]) == []
        assert "Formålet med kortet." not in client.get(card.url).content.decode()

    def test_a_restricted_front_page_stays_restricted(self, tree, laura, sign_in):
        PageViewRestriction.objects.create(
            page=tree.home, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
        )

        assert "home-search" not in sign_in(laura).get("/").content.decode()

    def test_a_page_that_asks_for_a_login_is_open_to_staff(self, tree, card, laura, sign_in):
        PageViewRestriction.objects.create(page=card, restriction_type=PageViewRestriction.LOGIN)

        assert cards_on(sign_in(laura).get(tree.cards.url)) == ["Skalaspørgsmål"]
        assert sign_in(laura).get(card.url).status_code == 200
