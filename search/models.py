"""What editors teach the search, and what they learn from it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network.personal_data import refuse_cpr_numbers

from .thesaurus import phrase_of

FEWEST_WORDS = 2
LONGEST_MISS = 80


def phrases_in(words: str) -> list[str]:
    """The words and phrases of a list that somebody wrote with commas, semicolons or lines between."""
    texts = words.replace(";", ",").replace("\n", ",").split(",")
    return list(dict.fromkeys(" ".join(text.split()) for text in texts if phrase_of(text)))


def refuse_a_word_alone(words: str) -> None:
    if len({phrase_of(text) for text in phrases_in(words)}) < FEWEST_WORDS:
        raise ValidationError(_("Write at least two words, with a comma between them."), code="alone")


class SynonymGroup(models.Model):
    """Words that mean the same here: who searches for one also finds the others."""

    words = models.TextField(
        _("words"),
        max_length=500,
        validators=[refuse_a_word_alone, refuse_cpr_numbers],
        help_text=_(
            "Words that mean the same, with commas between them: GDPR, persondata, databeskyttelse. Their inflected "
            "forms are found by themselves. It counts from the next search."
        ),
    )

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return ", ".join(phrases_in(self.words))

    def clean(self) -> None:
        self.words = ", ".join(phrases_in(self.words))


class MissedSearch(models.Model):
    """A search that found nothing: no person, no time of day, and until it comes again on another day no words.

    `digest` tells whether a search has been here before without telling what it was.
    """

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    text = models.CharField(_("what was searched for"), max_length=LONGEST_MISS, blank=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    days = models.PositiveIntegerField(_("days"), default=1)
    last_on = models.DateField(_("last searched for"), db_index=True)

    class Meta:
        verbose_name = _("search without hits")
        verbose_name_plural = _("searches without hits")
        constraints = [
            models.CheckConstraint(name="finding_miss_of_one_day_has_no_text", condition=Q(text="") | Q(days__gt=1)),
            models.CheckConstraint(name="finding_miss_counts_up", condition=Q(days__gte=1, times__gte=F("days"))),
        ]

    def __str__(self) -> str:
        return self.text or str(_("a search without hits"))
