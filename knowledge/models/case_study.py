"""Cases: what happened, what was done, what came of it, and which method cards were used."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, ClassVar

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
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager

from knowledge.blocks import CaseBodyBlock
from knowledge.forms import CaseStudyForm
from knowledge.querysets import CaseStudyQuerySet
from network.access import person_of
from network.models import OrgUnit, Person, Theme

from .base import KnowledgePage, Shelf
from .method_card import MethodCard
from .vocabulary import ComplaintType, InfluenceLevel


class CaseKind(models.TextChoices):
    CASE = "case", _("Case")
    STORY = "story", _("Story")


class CaseStudyTheme(ItemBase):
    tag = models.ForeignKey(Theme, related_name="case_study_items", on_delete=models.CASCADE)
    content_object = ParentalKey("knowledge.CaseStudy", related_name="theme_items", on_delete=models.CASCADE)


class CaseStudyCard(Orderable):
    """A method card that a case used.

    Named once by the form's check, not by a constraint: an editor that saves by itself writes the new rows of a page
    before it takes the former ones away.
    """

    case = ParentalKey("knowledge.CaseStudy", related_name="card_links", on_delete=models.CASCADE)
    card = models.ForeignKey(
        MethodCard, related_name="case_links", on_delete=models.CASCADE, verbose_name=_("method card")
    )

    panels = [PageChooserPanel("card", "knowledge.MethodCard")]

    class Meta(Orderable.Meta):
        verbose_name = _("method card used")


class CaseStudy(KnowledgePage):
    """A case, or a story told as a short interview."""

    kind = models.CharField(_("kind"), max_length=10, choices=CaseKind, default=CaseKind.CASE)
    author = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases", verbose_name=_("author")
    )
    org_unit = models.ForeignKey(
        OrgUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", verbose_name=_("unit")
    )
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    influence_level = models.CharField(_("influence level"), max_length=20, choices=InfluenceLevel, blank=True)
    complaint_type = models.CharField(
        _("complaint"),
        max_length=20,
        choices=ComplaintType,
        blank=True,
        help_text=_("If the case began with a complaint: what was it about?"),
    )
    body = StreamField(CaseBodyBlock(), verbose_name=_("the case"))
    themes = ClusterTaggableManager(through=CaseStudyTheme, blank=True, verbose_name=_("themes"))

    objects: ClassVar[CaseStudyQuerySet] = PageManager.from_queryset(CaseStudyQuerySet)()

    base_form_class = CaseStudyForm
    shelf = Shelf.CASES
    template = "knowledge/case_study.html"
    parent_page_types = ["knowledge.CaseIndexPage"]
    subpage_types: list[str] = []

    content_panels = [
        *KnowledgePage.content_panels,
        FieldPanel("body"),
        MultipleChooserPanel(
            "card_links", chooser_field_name="card", heading=_("Method cards used"), label=_("method card"), max_num=8
        ),
    ]
    facts_panels = [
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("author"), FieldPanel("org_unit"), FieldPanel("happened_on")],
            heading=_("Who and when"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("influence_level"),
                FieldPanel("complaint_type"),
                FieldPanel("themes"),
                FieldPanel("target_groups"),
            ],
            heading=_("Where it belongs"),
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(facts_panels, heading=_("Facts")),
            ObjectList(KnowledgePage.promote_panels, heading=_("Address")),
        ]
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    @property
    def sections(self) -> Iterator[tuple[bool, list[Any]]]:
        """The blocks in order; scenarios that follow each other are held together, to be set side by side."""
        for are_scenarios, blocks in groupby(self.body, key=lambda block: block.block_type == "scenario"):
            yield are_scenarios, list(blocks)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["cards"] = MethodCard.objects.linked_from(self).visible_to(person_of(request))
        return context
