"""Method cards: one way of working, told so that a colleague can use it in ten minutes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager

from knowledge.blocks import StepStreamBlock
from knowledge.forms import MethodCardForm
from knowledge.lists import short_list
from knowledge.querysets import MethodCardQuerySet, visible_pages
from network.access import person_of
from network.models import Person, Theme

from .base import SIMPLE_TEXT, KnowledgePage, Shelf
from .vocabulary import InfluenceLevel, Phase, Tradition

SHOWN_COLLEAGUES = 6
SHOWN_PAGES = 5


class MethodCardTheme(ItemBase):
    tag = models.ForeignKey(Theme, related_name="method_card_items", on_delete=models.CASCADE)
    content_object = ParentalKey("knowledge.MethodCard", related_name="theme_items", on_delete=models.CASCADE)


class MethodCard(KnowledgePage):
    """A method (metodekort). Minutes are for the whole method; the steps' minutes add up to them at the most."""

    tradition = models.ForeignKey(
        Tradition, on_delete=models.PROTECT, related_name="method_cards", verbose_name=_("tradition")
    )
    phase = models.CharField(_("phase"), max_length=30, choices=Phase, blank=True)
    purpose = RichTextField(_("purpose"), features=SIMPLE_TEXT)
    when_to_use = RichTextField(_("when to use it"), features=SIMPLE_TEXT)
    when_not = RichTextField(_("when not"), features=SIMPLE_TEXT)
    dual_role = RichTextField(
        _("double role"),
        features=SIMPLE_TEXT,
        help_text=_("What the card means when you are both authority and dialogue partner."),
    )
    influence_level = models.CharField(_("influence level"), max_length=20, choices=InfluenceLevel)
    participants_from = models.PositiveSmallIntegerField(_("participants from"), validators=[MinValueValidator(1)])
    participants_to = models.PositiveSmallIntegerField(_("participants to"), validators=[MinValueValidator(1)])
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1)])
    preparation = RichTextField(_("preparation"), features=SIMPLE_TEXT)
    steps = StreamField(StepStreamBlock(), verbose_name=_("steps"))
    materials = RichTextField(_("materials"), features=SIMPLE_TEXT, blank=True)
    pitfalls = RichTextField(_("pitfalls"), features=SIMPLE_TEXT)
    just_before = RichTextField(
        _("just before the talk"),
        features=["ul"],
        blank=True,
        help_text=_("Three to five very short lines, read on a phone three minutes before."),
    )
    source = models.TextField(_("source"))
    responsible = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="method_cards",
        verbose_name=_("owner"),
        help_text=_("The ambassador who keeps the card true."),
    )
    review_on = models.DateField(_("review date"))
    themes = ClusterTaggableManager(through=MethodCardTheme, blank=True, verbose_name=_("themes"))

    objects: ClassVar[MethodCardQuerySet] = PageManager.from_queryset(MethodCardQuerySet)()

    base_form_class = MethodCardForm
    shelf = Shelf.CARDS
    template = "knowledge/method_card.html"
    parent_page_types = ["knowledge.MethodCardIndexPage"]
    subpage_types: list[str] = []

    content_panels = [
        *KnowledgePage.content_panels,
        FieldPanel("purpose"),
        FieldPanel("when_to_use"),
        FieldPanel("when_not"),
        FieldPanel("dual_role"),
        FieldPanel("preparation"),
        FieldPanel("steps"),
        FieldPanel("materials"),
        FieldPanel("pitfalls"),
        FieldPanel("just_before"),
    ]
    facts_panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("participants_from"), FieldPanel("participants_to"), FieldPanel("minutes")]),
                FieldPanel("influence_level"),
            ],
            heading=_("Frame"),
        ),
        MultiFieldPanel(
            [FieldPanel("tradition"), FieldPanel("phase"), FieldPanel("themes"), FieldPanel("target_groups")],
            heading=_("Where it belongs"),
        ),
        MultiFieldPanel(
            [FieldPanel("source"), FieldPanel("responsible"), FieldPanel("review_on")], heading=_("Upkeep")
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
        verbose_name = _("method card")
        verbose_name_plural = _("method cards")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(participants_to__gte=models.F("participants_from")),
                name="knowledge_card_participants_in_order",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.participants_from and self.participants_to and self.participants_to < self.participants_from:
            raise ValidationError({"participants_to": _("There can't be fewer participants to than from.")})

    @property
    def is_due_for_review(self) -> bool:
        return self.review_on < timezone.localdate()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if self.pk:  # a card that is being written for the first time has nothing hanging on it
            person = person_of(request)
            built = list(visible_pages(person).built_on(self, each=SHOWN_PAGES))
            context["cases"] = short_list([page for page in built if hasattr(page, "casestudy")])
            context["tools"] = short_list([page for page in built if hasattr(page, "toolboxitem")])
            context["trials"] = short_list(list(self.trials.by_colleagues_of(person)[:SHOWN_COLLEAGUES]))
        return context
