"""What editors find in Wagtail's admin: their list of synonyms, and what was searched for in vain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from network.access import person_of

from .missed import misses_to_tell
from .models import LONGEST_MISS, MissedSearch, SynonymGroup

WORDS = "ord"  # the parameter of the address that fills in the first word of a new group


def _week(miss: MissedSearch) -> str:
    return date_format(miss.last_on - timedelta(days=miss.last_on.weekday()), "d.m.Y")


def _address_of_new_synonym(miss: MissedSearch) -> str:
    # Wagtail gives the model this attribute when the snippet is registered.
    adding = SynonymGroup.snippet_viewset.get_url_name("add")  # type: ignore[attr-defined]
    return f"{reverse(adding)}?{urlencode({WORDS: miss.text})}"


class SynonymCreateView(CreateView):
    def get_initial(self) -> dict[str, Any]:
        word = self.request.GET.get(WORDS, "")[:LONGEST_MISS].replace("\0", "").strip()
        return {**super().get_initial(), **({"words": f"{word}, "} if word else {})}


class SynonymViewSet(SnippetViewSet):
    model = SynonymGroup
    icon = "resubmit"
    url_prefix = "synonymer"
    menu_label = _("Synonyms")
    menu_order = 260
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["words"]
    search_fields = ["words"]
    ordering = ["words", "pk"]
    add_view_class = SynonymCreateView
    panels = [FieldPanel("words")]


class MissedSearchReportView(ReportView):
    """Nobody is named: the table does not know who searched."""

    model = MissedSearch
    page_title = _("Searches without hits")
    header_icon = "search"
    index_url_name = "missed_searches"
    index_results_url_name = "missed_searches_results"
    permission_policy = ModelPermissionPolicy(MissedSearch)
    any_permission_required = {"view"}
    no_results_message = _("Nobody has searched in vain for the same on several days.")
    columns = [
        Column("text", label=_("What was searched for")),
        Column("times", label=_("Times"), width="10%"),
        Column("last_on", label=_("Last in the week of"), accessor=_week, width="20%"),
        TitleColumn(
            "synonym",
            label=_("Synonym"),
            accessor=lambda _miss: _("Make a synonym"),
            get_url=_address_of_new_synonym,
            width="20%",
        ),
    ]
    list_export = ["text", "times", "days"]
    export_headings = {"text": _("What was searched for"), "times": _("Times"), "days": _("Days")}

    def get_queryset(self) -> QuerySet[MissedSearch]:
        return misses_to_tell()


class MissedSearchMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return MissedSearchReportView.permission_policy.user_has_permission(person_of(request), "view")
