"""Links from rich text to our own pages."""

import pytest
from django.core.cache import cache
from wagtail.rich_text import expand_db_html

from tests.factories import MethodCardFactory


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


def link_to(number) -> str:
    return f'<a linktype="page" id="{number}">kortet</a>'


def test_link_leads_to_the_page(tree):
    card = MethodCardFactory(slug="lyt")

    assert expand_db_html(link_to(card.pk)) == '<a href="/metodekort/lyt/">kortet</a>'


@pytest.mark.parametrize("number", ["999999", "", "x", "9" * 30])
def test_link_to_a_page_that_is_gone_leads_nowhere(tree, number):
    assert expand_db_html(link_to(number)) == "<a>kortet</a>"


def test_link_follows_a_page_that_gets_another_address(tree):
    card = MethodCardFactory(slug="lyt")
    expand_db_html(link_to(card.pk))
    card.slug = "spoerg"
    card.save()

    assert expand_db_html(link_to(card.pk)) == '<a href="/metodekort/spoerg/">kortet</a>'


def test_links_of_a_text_take_one_query_and_then_none(tree, django_assert_num_queries):
    text = link_to(MethodCardFactory().pk) + link_to(MethodCardFactory().pk) + link_to(999999)
    tree.home.get_url()  # Wagtail reads the addresses of its sites once

    with django_assert_num_queries(1):
        first = expand_db_html(text)
    with django_assert_num_queries(0):
        assert expand_db_html(text) == first
