"""Themes: the shared vocabulary of cards, cases, notes and ambassadors."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase


class Theme(TagBase):
    """A theme of citizen dialogue. Editors curate the list; writers choose from it."""

    free_tagging = False  # read by Wagtail's tag field: only existing themes can be chosen

    description = models.CharField(_("description"), max_length=250, blank=True)
    everyday_words = models.TextField(
        _("everyday words"),
        blank=True,
        help_text=_("Words that staff type when they mean this theme, separated by commas. The search knows them."),
    )

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
