"""Links from rich text to our own pages.

Wagtail reads the pages that a text links to in three queries a text, and a method card has eight texts and its steps.
Here their addresses are remembered. One that is remembered too long still leads there, as Wagtail makes a redirect
where an address changes.
"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils.html import format_html
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

REMEMBERED = 60 * 60
LONGEST = 18  # digits that every database can compare
NOWHERE = ""  # the address of a page that is gone


class PageLinks(PageLinkHandler):
    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        numbers = [attrs.get("id", "") for attrs in attrs_list]
        addresses = _addresses(numbers)
        return [format_html('<a href="{}">', addresses[number]) if addresses[number] else "<a>" for number in numbers]


def register_page_links(features: FeatureRegistry) -> None:
    features.register_link_type(PageLinks)


def forget_address(instance: Any, **kwargs: object) -> None:
    """Receives what is saved or deleted of any kind."""
    if isinstance(instance, Page):
        cache.delete(_key(str(instance.pk)))


def _addresses(numbers: list[str]) -> dict[str, str]:
    keys = {number: _key(number) for number in numbers if number.isdecimal() and len(number) <= LONGEST}
    remembered = cache.get_many(keys.values())
    if unknown := [number for number, key in keys.items() if key not in remembered]:
        read = dict.fromkeys(map(_key, unknown), NOWHERE)
        read |= {_key(str(page.pk)): page.url or NOWHERE for page in Page.objects.filter(pk__in=unknown)}
        cache.set_many(read, REMEMBERED)
        remembered |= read
    return {number: remembered.get(keys.get(number), NOWHERE) for number in numbers}


def _key(number: str) -> str:
    return f"page-address-{number}"
