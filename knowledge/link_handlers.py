"""How Wagtail finds the pages that rich text links to. Can be read only after the models, unlike `links`."""

from __future__ import annotations

from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

from knowledge.links import linked_pages


class PageLinks(PageLinkHandler):
    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Page | None]:
        numbers = [attrs.get("id", "") for attrs in attrs_list]
        linked = linked_pages(numbers)
        return [linked[number] for number in numbers]


def register_page_links(features: FeatureRegistry) -> None:
    features.register_link_type(PageLinks)
