from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from knowledge.choosers import cards_in_order
from knowledge.links import register_page_links
from knowledge.viewsets import (
    CaseStudyViewSet,
    MethodCardViewSet,
    ReviewReportView,
    ToolboxItemViewSet,
    VocabularyGroup,
)

register_snippet(VocabularyGroup)
hooks.register("construct_page_chooser_queryset", cards_in_order)
hooks.register("register_rich_text_features", register_page_links, order=1)  # after Wagtail's own


@hooks.register("register_admin_viewset")
def register_page_lists() -> list:
    return [MethodCardViewSet(), CaseStudyViewSet(), ToolboxItemViewSet()]


@hooks.register("register_admin_urls")
def register_report_urls() -> list[URLPattern]:
    return [
        path("reports/metodekort-til-gennemsyn/", ReviewReportView.as_view(), name="method_cards_to_review"),
        path(
            "reports/metodekort-til-gennemsyn/results/",
            ReviewReportView.as_view(results_only=True),
            name="method_cards_to_review_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_report_menu_item() -> MenuItem:
    return MenuItem(
        _("Method cards to review"), reverse("method_cards_to_review"), icon_name="calendar-check", order=50
    )


@hooks.register("insert_editor_js")
def send_once() -> SafeString:
    return format_html('<script src="{}"></script>', static("js/editor.js"))


@hooks.register("construct_main_menu")
def hide_help(request: object, menu_items: list[MenuItem]) -> None:
    # Wagtail's help is in English and on other hosts.
    menu_items[:] = [item for item in menu_items if item.name != "help"]
