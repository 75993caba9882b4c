"""The front page and the shelves that hold the other pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from knowledge.filters import CardFilterForm, ThemeFilterForm
from knowledge.querysets import restrictions_on_page
from network.access import person_of
from network.models import Theme

from .base import CheckedPage, Shelf, as_its_type
from .case_study import CaseStudy
from .favourite import Favourite, MethodTrial
from .method_card import MethodCard
from .toolbox import ToolboxItem
from .vocabulary import Tradition

PER_PAGE = 25
SHOWN_CARDS = 3
SHOWN_CASES = 6
# What the page of each type shows of itself, so that it comes in the same query.
STANDS_ON = [
    "methodcard__tradition",
    "methodcard__responsible__org_unit__department",
    "casestudy__author__org_unit__department",
    "casestudy__org_unit__department",
    "toolboxitem__document",
    "toolboxitem__responsible__org_unit__department",
    "methodcardindexpage",
    "caseindexpage",
    "toolboxindexpage",
    "standardpage",
]


def _page_of(pages: PageQuerySet, request: HttpRequest) -> PaginatorPage:
    return Paginator(pages, PER_PAGE).get_page(request.GET.get("side"))


class HomePage(CheckedPage):
    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "knowledge/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "knowledge.MethodCardIndexPage",
        "knowledge.CaseIndexPage",
        "knowledge.ToolboxIndexPage",
        "knowledge.StandardPage",
    ]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("front page")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Finds a page by its whole address, with all that it stands on, in one query.

        Wagtail's own way asks twice for every level of the address, and the page itself then once for each relation.
        """
        if not path_components:
            self.is_restricted = Page.objects.filter(Exists(restrictions_on_page()), pk=self.pk).exists()
            return super().route(request, path_components)
        reader = request.user.pk
        found = (
            Page.objects.filter(url_path=self.url_path + "/".join(path_components) + "/")
            .select_related(*STANDS_ON)
            .annotate(
                is_restricted=Q(alias_of__isnull=False) | Exists(restrictions_on_page()),
                is_favourite=Exists(Favourite.objects.of(reader).filter(page=OuterRef("pk"))),
                is_tried=Exists(MethodTrial.objects.of(reader).filter(card=OuterRef("pk"))),
            )
            .first()
        )
        if found is None:
            raise Http404
        page = as_its_type(found)
        page.is_restricted, page.is_favourite, page.is_tried = found.is_restricted, found.is_favourite, found.is_tried
        return page.route(request, [])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        person = person_of(request)
        return super().get_context(request, *args, **kwargs) | {
            "themes": Theme.objects.order_by("name"),
            "cards": MethodCard.objects.visible_to(person).for_lists().most_used_and_newest(each=SHOWN_CARDS),
            "cases": CaseStudy.objects.visible_to(person).for_lists().newest_first()[:SHOWN_CASES],
            "principles": StandardPage.objects.visible_to(person).child_of(self).order_by("path"),
        }


class ShelfPage(CheckedPage):
    """A list of the pages below it. There is one of each kind, and the menu leads to it."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    is_shelf = True
    max_count = 1
    parent_page_types = ["knowledge.HomePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        abstract = True


class MethodCardIndexPage(ShelfPage):
    shelf = Shelf.CARDS
    template = "knowledge/method_card_index_page.html"
    subpage_types = ["knowledge.MethodCard"]

    class Meta:
        verbose_name = _("list of method cards")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        filters, chosen = CardFilterForm.read(
            request.GET, themes=Theme.objects.order_by("name"), traditions=Tradition.objects.order_by("name")
        )
        cards = MethodCard.objects.visible_to(person_of(request)).matching(
            theme=chosen.get("tema", ""),
            minutes=chosen.get("minutter"),
            participants=chosen.get("deltagere"),
            tradition=chosen.get("tradition", ""),
        )
        return super().get_context(request, *args, **kwargs) | {
            "filters": filters,
            "is_filtered": bool(chosen),
            "page_obj": _page_of(cards.for_lists().order_by("title", "pk"), request),
        }


class CaseIndexPage(ShelfPage):
    shelf = Shelf.CASES
    template = "knowledge/case_index_page.html"
    subpage_types = ["knowledge.CaseStudy"]

    class Meta:
        verbose_name = _("list of cases")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        filters, chosen = ThemeFilterForm.read(request.GET, themes=Theme.objects.order_by("name"))
        cases = CaseStudy.objects.visible_to(person_of(request)).about(chosen.get("tema", ""))
        return super().get_context(request, *args, **kwargs) | {
            "filters": filters,
            "is_filtered": bool(chosen),
            "page_obj": _page_of(cases.for_lists().newest_first(), request),
        }


class ToolboxIndexPage(ShelfPage):
    shelf = Shelf.TOOLS
    template = "knowledge/toolbox_index_page.html"
    subpage_types = ["knowledge.ToolboxItem"]

    class Meta:
        verbose_name = _("shared toolbox")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        filters, chosen = ThemeFilterForm.read(request.GET, themes=Theme.objects.order_by("name"))
        tools = ToolboxItem.objects.visible_to(person_of(request)).about(chosen.get("tema", ""))
        return super().get_context(request, *args, **kwargs) | {
            "filters": filters,
            "is_filtered": bool(chosen),
            "page_obj": _page_of(tools.order_by("title", "pk"), request),
        }


class StandardPage(CheckedPage):
    """A plain page, for example the corps' shared principles."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = RichTextField(_("content"), features=["h2", "h3", "bold", "italic", "ul", "ol", "link", "document-link"])

    template = "knowledge/standard_page.html"
    parent_page_types = ["knowledge.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
