"""Choosing pages in the editor."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.query import PageQuerySet


def cards_in_order(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Where a method card is chosen: published ones only, by title, so that one finds it without searching."""
    if request.GET.get("page_type") == "knowledge.methodcard":
        return pages.live().order_by("title")
    return pages
