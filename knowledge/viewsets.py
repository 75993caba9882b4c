"""How pages and vocabularies are listed in the editor."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.query import PageQuerySet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from knowledge.models import CaseStudy, MethodCard, TargetGroup, ToolboxItem, Tradition
from network.models import Theme


def _review_date(card: MethodCard) -> str:
    return date_format(card.review_on, "d.m.Y")


# Wagtail's own date column tells how long ago something was; a review is mostly still to come.
REVIEW_DATE = Column("review_on", label=_("Review date"), accessor=_review_date, width="12%")
BULK, TITLE, _PARENT, UPDATED, _TYPE, STATUS = ExplorableIndexView.base_columns


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    list_display = ["name", "description"]
    search_fields = ["name", "description", "everyday_words"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("description"), FieldPanel("everyday_words")]


class TargetGroupViewSet(SnippetViewSet):
    model = TargetGroup
    icon = "group"
    list_display = ["name"]
    search_fields = ["name"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug")]


class TraditionViewSet(SnippetViewSet):
    model = Tradition
    icon = "history"
    list_display = ["name", "description"]
    search_fields = ["name", "description"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]


class VocabularyGroup(SnippetViewSetGroup):
    items = (ThemeViewSet, TargetGroupViewSet, TraditionViewSet)
    menu_label = _("Vocabularies")
    menu_icon = "list-ul"
    menu_order = 250


class _ShelfView(ExplorableIndexView):
    """A shelf's pages with the people that its columns name, read along with them."""

    people: tuple[str, ...] = ()

    def annotate_queryset(self, pages: PageQuerySet) -> PageQuerySet:
        return super().annotate_queryset(pages).select_related(*self.people, for_specific_subqueries=True)


class _CardShelfView(_ShelfView):
    people = ("responsible",)
    base_columns = [
        BULK,
        TITLE,
        Column("responsible", label=_("Owner")),
        REVIEW_DATE,
        UPDATED,
        STATUS,
    ]


class _CaseShelfView(_ShelfView):
    people = ("author", "org_unit")
    base_columns = [
        BULK,
        TITLE,
        Column("author", label=_("Author")),
        Column("org_unit", label=_("Unit")),
        UPDATED,
        STATUS,
    ]


class _ToolShelfView(_ShelfView):
    people = ("responsible",)
    base_columns = [
        BULK,
        TITLE,
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("responsible", label=_("Owner")),
        UPDATED,
        STATUS,
    ]


class MethodCardViewSet(PageViewSet):
    model = MethodCard
    index_view_class = _CardShelfView


class CaseStudyViewSet(PageViewSet):
    model = CaseStudy
    index_view_class = _CaseShelfView


class ToolboxItemViewSet(PageViewSet):
    model = ToolboxItem
    index_view_class = _ToolShelfView


class ReviewReportView(ReportView):
    """Published method cards whose review date has passed, the oldest first, among those the reader may change."""

    model = MethodCard
    page_title = _("Method cards to review")
    header_icon = "calendar-check"
    index_url_name = "method_cards_to_review"
    index_results_url_name = "method_cards_to_review_results"
    permission_policy = PagePermissionPolicy(model=MethodCard)
    any_permission_required = {"add", "change", "publish"}
    columns = [
        TitleColumn("title", label=_("Title"), url_name="wagtailadmin_pages:edit"),
        Column("responsible", label=_("Owner")),
        REVIEW_DATE,
    ]
    list_export = ["title", "responsible", "review_on"]
    export_headings = {"title": _("Title"), "responsible": _("Owner"), "review_on": _("Review date")}

    def get_queryset(self) -> Any:
        cards = self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
        due = cards.live().due_for_review(timezone.localdate())
        return due.select_related("responsible").defer_streamfields().order_by("review_on", "pk")
