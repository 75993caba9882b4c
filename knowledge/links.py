"""Links from rich text to our own pages.

Wagtail reads the pages that a text links to in several queries a text, and a method card has eight texts and its steps.
Here all that the texts of a page link to is read in one query, before the page is drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from wagtail.models import Page

Linked = dict[str, Page | None]

_read_ahead: ContextVar[Linked | None] = ContextVar("read_ahead", default=None)


@contextmanager
def links_read_ahead(page: Page) -> Iterator[None]:
    """While it lasts, the links in the texts of this page need no more queries."""
    token = _read_ahead.set(_read(_linked_from(page)))
    try:
        yield
    finally:
        _read_ahead.reset(token)


def linked_pages(numbers: Collection[str]) -> Linked:
    """The pages of these numbers, from the database only where they were not read ahead."""
    known = _read_ahead.get() or {}
    return known | _read(set(numbers) - known.keys())


def _linked_from(page: Page) -> set[str]:
    """The numbers of the pages that the texts of a page link to."""
    texts = [field for field in page._meta.concrete_fields if hasattr(field, "extract_references")]
    return {
        str(number)
        for field in texts
        for model, number, *_path in field.extract_references(field.value_from_object(page))
        if model is Page
    }


def _read(numbers: Iterable[str]) -> Linked:
    """The pages of these numbers; None where there is no such page any more."""
    linked: Linked = dict.fromkeys(numbers)
    if linked:
        pages = Page.objects.filter(pk__in=[number for number in linked if number.isdecimal()])
        linked |= {str(page.pk): page for page in pages}
    return linked
