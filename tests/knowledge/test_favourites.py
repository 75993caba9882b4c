"""What a person keeps for themselves, and what they tell."""

import pytest
from django.urls import reverse
from django.utils import timezone

from knowledge.models import Favourite, MethodTrial
from knowledge.services import remove_favourite, save_favourite, tell_trial, withdraw_trial
from tests.factories import CaseStudyFactory, MethodCardFactory, ToolboxItemFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def card(tree):
    return MethodCardFactory()


def address_of(page):
    return reverse("knowledge:toggle_favourite", args=[page.pk])


class TestServices:
    def test_saving_twice_keeps_the_first(self, card, laura):
        first = save_favourite(by=laura, page=card, now=timezone.now())
        again = save_favourite(by=laura, page=card, now=timezone.now())

        assert (again.pk, again.saved_at) == (first.pk, first.saved_at)

    def test_removing_takes_only_ones_own(self, card, laura, karen):
        save_favourite(by=laura, page=card, now=timezone.now())
        save_favourite(by=karen, page=card, now=timezone.now())

        remove_favourite(by=laura, page=card)
        remove_favourite(by=laura, page=card)

        assert [favourite.person for favourite in Favourite.objects.all()] == [karen]

    def test_a_trial_is_told_and_withdrawn(self, card, laura, karen):
        tell_trial(by=karen, card=card, now=timezone.now())
        for _ in range(2):
            tell_trial(by=laura, card=card, now=timezone.now())
        assert MethodTrial.objects.of(laura.pk).count() == 1

        withdraw_trial(by=laura, card=card)

        assert [trial.person for trial in card.trials.all()] == [karen]


@pytest.mark.parametrize(
    ("rows", "act", "field"),
    [(Favourite.objects, save_favourite, "page"), (MethodTrial.objects, tell_trial, "card")],
)
def test_two_clicks_at_once_save_once(card, laura, monkeypatch, rows, act, field):
    """The second looks before the first has written, and writes after it."""
    first = act(by=laura, **{field: card}, now=timezone.now())
    queryset = type(rows.all())
    look, looks = queryset.get, []

    def look_too_early(self, *args, **kwargs):
        looks.append(kwargs)
        if len(looks) == 1:
            raise self.model.DoesNotExist
        return look(self, *args, **kwargs)

    monkeypatch.setattr(queryset, "get", look_too_early)

    second = act(by=laura, **{field: card}, now=timezone.now())

    assert (second.pk, len(looks), rows.count()) == (first.pk, 2, 1)


class TestFavourites:
    @pytest.mark.parametrize("factory", [MethodCardFactory, CaseStudyFactory, ToolboxItemFactory])
    def test_every_kind_of_page_is_kept_and_let_go_without_script(self, tree, laura, sign_in, factory):
        page, client = factory(), sign_in(laura)

        response = client.post(address_of(page), {"on": "ja"})

        assert response.url == page.url
        assert 'aria-pressed="true"' in client.get(page.url).content.decode()
        client.post(address_of(page), {"on": "nej"})
        assert 'aria-pressed="true"' not in client.get(page.url).content.decode()

    def test_two_clicks_on_the_same_button_do_it_once(self, card, laura, sign_in):
        client = sign_in(laura)
        for _ in range(2):
            client.post(address_of(card), {"on": "ja"})

        assert Favourite.objects.of(laura.pk).count() == 1

    def test_with_htmx_the_button_alone_is_answered(self, card, laura, sign_in):
        response = sign_in(laura).post(address_of(card), {"on": "ja"}, **HTMX)

        assert response.templates[0].name == "knowledge/_favourite.html"
        assert response.context["is_favourite"] is True

    def test_favourites_are_private(self, card, laura, karen, birgit, sign_in):
        save_favourite(by=karen, page=card, now=timezone.now())

        for person in (laura, birgit):
            assert list(sign_in(person).get(reverse("knowledge:favourites")).context["page_obj"]) == []
            assert 'aria-pressed="true"' not in sign_in(person).get(card.url).content.decode()

    def test_a_withdrawn_page_leaves_the_list(self, card, laura, sign_in):
        save_favourite(by=laura, page=card, now=timezone.now())
        card.unpublish()

        assert list(sign_in(laura).get(reverse("knowledge:favourites")).context["page_obj"]) == []

    def test_removing_from_the_list_returns_to_it(self, card, laura, sign_in):
        address = reverse("knowledge:favourites")

        assert sign_in(laura).post(address_of(card), {"on": "nej", "next": address}).url == address
        assert sign_in(laura).post(address_of(card), {"next": "https://ond.example/"}).url == card.url

    def test_the_list_takes_the_same_queries_however_long(
        self, tree, laura, sign_in, django_assert_max_num_queries, django_assert_num_queries
    ):
        client, address = sign_in(laura), reverse("knowledge:favourites")
        makers = [MethodCardFactory, CaseStudyFactory, ToolboxItemFactory]
        save_favourite(by=laura, page=makers[0](), now=timezone.now())
        client.get(address)
        with django_assert_max_num_queries(12) as with_one:
            client.get(address)
        for number in range(29):
            save_favourite(by=laura, page=makers[number % 3](), now=timezone.now())
        with django_assert_num_queries(len(with_one)):
            assert len(client.get(address).context["page_obj"]) == 25


class TestRefusals:
    def test_a_draft_or_a_shelf_or_nothing_is_not_found(self, tree, laura, sign_in):
        draft = MethodCardFactory(live=False)
        client = sign_in(laura)

        for pk in (draft.pk, tree.home.pk, 10**9):
            assert client.post(reverse("knowledge:toggle_favourite", args=[pk])).status_code == 404
            assert client.post(reverse("knowledge:toggle_trial", args=[pk])).status_code == 404

    def test_only_method_cards_are_tried(self, tree, laura, sign_in):
        case = CaseStudyFactory()

        assert sign_in(laura).post(reverse("knowledge:toggle_trial", args=[case.pk])).status_code == 404

    def test_reading_an_address_that_changes_is_refused(self, card, laura, sign_in):
        assert sign_in(laura).get(address_of(card)).status_code == 405

    def test_an_external_person_is_refused(self, card, vera, sign_in):
        client = sign_in(vera)

        assert client.get(reverse("knowledge:favourites")).status_code == 403
        assert client.post(address_of(card)).status_code == 403


class TestTrials:
    def test_a_trial_is_told_and_seen_by_colleagues(self, card, laura, karen, sign_in):
        address = reverse("knowledge:toggle_trial", args=[card.pk])

        assert sign_in(karen).post(address, {"on": "ja"}).url == card.url

        assert [trial.person for trial in sign_in(laura).get(card.url).context["trials"].rows] == [karen]
        assert sign_in(karen).get(card.url).context["page"].is_tried is True
        assert sign_in(karen).post(address, {"on": "nej"}, **HTMX).context["is_tried"] is False
        assert sign_in(laura).get(card.url).context["trials"].total == 0
