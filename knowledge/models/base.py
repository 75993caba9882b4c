"""What every knowledge page has."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from knowledge.forms import KnowledgePageForm

from .vocabulary import TargetGroup

SIMPLE_TEXT = ["bold", "italic", "ul", "ol", "link"]


class KnowledgePage(Page):
    """A page with an introduction and target groups, checked for personal data before anything is saved."""

    intro = models.CharField(
        _("introduction"),
        max_length=250,
        help_text=_("One or two sentences. They stand on lists and in search results."),
    )
    target_groups = ParentalManyToManyField(TargetGroup, blank=True, verbose_name=_("target groups"))

    base_form_class = KnowledgePageForm
    show_in_menus_default = False

    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        abstract = True
