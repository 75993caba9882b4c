"""What a person keeps for themselves, and what they tell others they have tried."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from knowledge.querysets import FavouriteQuerySet, MethodTrialQuerySet
from network.models import Person

from .base import as_its_type
from .method_card import MethodCard


class Favourite(models.Model):
    """A page that a person has saved. Only theirs to see."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="favourites")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    objects: ClassVar[FavouriteQuerySet] = FavouriteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="knowledge_favourite_once")]

    def __str__(self) -> str:
        return f"{self.person_id}-{self.page_id}"

    @property
    def subject(self) -> Page:
        """The page as what it is, for rows that were read by `with_pages()`."""
        return as_its_type(self.page)

    @property
    def kind(self) -> str:
        return str(self.subject._meta.verbose_name)


class MethodTrial(models.Model):
    """ "I have tried this": a person lets colleagues see that they can be asked about a method."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="trials")
    card = models.ForeignKey(MethodCard, on_delete=models.CASCADE, related_name="trials")
    told_at = models.DateTimeField(_("told"))

    objects: ClassVar[MethodTrialQuerySet] = MethodTrialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("trial of a method")
        verbose_name_plural = _("trials of methods")
        constraints = [models.UniqueConstraint(fields=["person", "card"], name="knowledge_trial_once")]

    def __str__(self) -> str:
        return f"{self.person_id}-{self.card_id}"
