"""Registration with Wagtail's admin."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from .viewsets import MissedSearchMenuItem, MissedSearchReportView, SynonymViewSet

register_snippet(SynonymViewSet)


@hooks.register("register_admin_urls")
def register_report_urls() -> list[URLPattern]:
    report = "reports/soegninger-uden-resultat/"
    return [
        path(report, MissedSearchReportView.as_view(), name="missed_searches"),
        path(f"{report}results/", MissedSearchReportView.as_view(results_only=True), name="missed_searches_results"),
    ]


@hooks.register("register_reports_menu_item")
def register_report_menu_item() -> MenuItem:
    return MissedSearchMenuItem(
        _("Searches without hits"), reverse("missed_searches"), name="missed-searches", icon_name="search", order=60
    )
