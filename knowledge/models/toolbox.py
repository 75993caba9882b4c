"""The shared toolbox (den fælles værktøjskasse): things ready to use, owned by the corps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import (
    FieldPanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
)
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageManager

from knowledge.forms import ToolboxItemForm
from knowledge.querysets import ToolboxItemQuerySet
from network.access import person_of
from network.models import Person, Theme

from .base import KnowledgePage, Shelf
from .method_card import MethodCard


class ToolKind(models.TextChoices):
    TEMPLATE = "skabelon", _("Template")
    CHECKLIST = "tjekliste", _("Checklist")
    GUIDE = "guide", _("Guide")
    EXERCISE = "ovelse", _("Exercise")
    LETTER = "brev", _("Letter")
    CONVERSATION_SHEET = "samtaleark", _("Conversation sheet")


class ToolboxItemTheme(ItemBase):
    tag = models.ForeignKey(Theme, related_name="toolbox_items", on_delete=models.CASCADE)
    content_object = ParentalKey("knowledge.ToolboxItem", related_name="theme_items", on_delete=models.CASCADE)


class ToolboxItemCard(Orderable):
    """A method card that a tool belongs to; named once by the form's check, as with cases."""

    item = ParentalKey("knowledge.ToolboxItem", related_name="card_links", on_delete=models.CASCADE)
    card = models.ForeignKey(
        MethodCard, related_name="tool_links", on_delete=models.CASCADE, verbose_name=_("method card")
    )

    panels = [PageChooserPanel("card", "knowledge.MethodCard")]

    class Meta(Orderable.Meta):
        verbose_name = _("method card")


class ToolboxItem(KnowledgePage):
    """A template, checklist, letter … that can be used as it stands."""

    kind = models.CharField(_("kind"), max_length=20, choices=ToolKind)
    body = RichTextField(_("content"), features=["h2", "h3", "bold", "italic", "ul", "ol", "link", "document-link"])
    document = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("file"),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1)])
    responsible = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="tools", verbose_name=_("owner")
    )
    themes = ClusterTaggableManager(through=ToolboxItemTheme, blank=True, verbose_name=_("themes"))

    objects: ClassVar[ToolboxItemQuerySet] = PageManager.from_queryset(ToolboxItemQuerySet)()

    base_form_class = ToolboxItemForm
    shelf = Shelf.TOOLS
    template = "knowledge/toolbox_item.html"
    parent_page_types = ["knowledge.ToolboxIndexPage"]
    subpage_types: list[str] = []

    content_panels = [
        *KnowledgePage.content_panels,
        FieldPanel("body"),
        FieldPanel("document"),
        MultipleChooserPanel(
            "card_links", chooser_field_name="card", heading=_("Method cards"), label=_("method card"), max_num=8
        ),
    ]
    facts_panels = [
        FieldPanel("kind"),
        FieldPanel("minutes"),
        MultiFieldPanel([FieldPanel("themes"), FieldPanel("target_groups")], heading=_("Where it belongs")),
        FieldPanel("responsible"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(facts_panels, heading=_("Facts")),
            ObjectList(KnowledgePage.promote_panels, heading=_("Address")),
        ]
    )

    class Meta:
        verbose_name = _("tool")
        verbose_name_plural = _("tools")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["cards"] = MethodCard.objects.linked_from(self).visible_to(person_of(request))
        return context
