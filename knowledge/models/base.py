"""What every knowledge page has."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager, PageViewRestriction

from knowledge.forms import CheckedCopyForm, CheckedPageForm
from knowledge.querysets import VisiblePageQuerySet

from .vocabulary import TargetGroup

SIMPLE_TEXT = ["bold", "italic", "ul", "ol", "link"]


class Shelf(StrEnum):
    """The lists that the menu leads to. Its links use these names; the addresses of the pages are the editors'."""

    CARDS = "metodekort"
    CASES = "cases"
    TOOLS = "vaerktoejskassen"


def as_its_type(page: Page) -> Page:
    """A page that was read together with its own type's row (`select_related("methodcard", …)`), as that type."""
    return getattr(page, page.specific_class._meta.model_name)


class CheckedPage(Page):
    """Every page of ours: checked for personal data before anything is saved, and honest about restrictions."""

    # Set by HomePage.route, which learns them in the query that finds the page.
    is_restricted = True
    is_favourite = False
    is_tried = False

    base_form_class = CheckedPageForm
    copy_form_class = CheckedCopyForm
    show_in_menus_default = False

    objects: ClassVar[VisiblePageQuerySet] = PageManager.from_queryset(VisiblePageQuerySet)()

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        return super().get_view_restrictions() if self.is_restricted else PageViewRestriction.objects.none()


class KnowledgePage(CheckedPage):
    """A page with an introduction and target groups."""

    intro = models.CharField(
        _("introduction"),
        max_length=250,
        help_text=_("One or two sentences. They stand on lists and in search results."),
    )
    target_groups = ParentalManyToManyField(TargetGroup, blank=True, verbose_name=_("target groups"))

    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        abstract = True
