"""The front page and the shelves that hold the other pages."""

from django.utils.translation import gettext_lazy as _
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
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


class MethodCardIndexPage(Page):
    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "knowledge/method_card_index_page.html"
    max_count = 1
    parent_page_types = ["knowledge.HomePage"]
    subpage_types = ["knowledge.MethodCard"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of method cards")


class CaseIndexPage(Page):
    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "knowledge/case_index_page.html"
    max_count = 1
    parent_page_types = ["knowledge.HomePage"]
    subpage_types = ["knowledge.CaseStudy"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of cases")


class ToolboxIndexPage(Page):
    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "knowledge/toolbox_index_page.html"
    max_count = 1
    parent_page_types = ["knowledge.HomePage"]
    subpage_types = ["knowledge.ToolboxItem"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("shared toolbox")


class StandardPage(Page):
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
