"""Experience notes: what was learnt, private until the author shares it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.models import MethodCard
from network.models import Person, Theme
from sparring.querysets import ExperienceNoteQuerySet

from .session import PeerSparring


class Visibility(models.TextChoices):
    """Levels of sharing (delingsniveauer), from the author alone to all staff. An author shares one level at a time."""

    PRIVATE = "private", _("Only me")
    PARTNERS = "partners", _("Those I sparred with")
    CORPS = "corps", _("The corps")
    EVERYONE = "everyone", _("All staff")


class ExperienceNote(models.Model):
    """An experience note (erfaringsnotat) from a session, or written on its own."""

    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notes", verbose_name=_("author"))
    session = models.ForeignKey(
        PeerSparring,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="notes",
        verbose_name=_("sparring"),
    )
    title = models.CharField(_("heading"), max_length=120)
    situation = models.TextField(_("the situation"), max_length=3000)
    action = models.TextField(_("what we did"), max_length=3000)
    effect = models.TextField(_("effect"), max_length=3000)
    advice = models.TextField(_("advice"), max_length=3000, blank=True)
    cards = models.ManyToManyField(MethodCard, related_name="notes", blank=True, verbose_name=_("method cards used"))
    themes = models.ManyToManyField(Theme, related_name="notes", blank=True, verbose_name=_("themes"))
    visibility = models.CharField(_("shared with"), max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    written_at = models.DateTimeField(_("written"))
    changed_at = models.DateTimeField(_("changed"))
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects: ClassVar[ExperienceNoteQuerySet] = ExperienceNoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("experience note")
        verbose_name_plural = _("experience notes")
        indexes = [
            models.Index(fields=["author", "-written_at"], name="sparring_note_of_author"),
            models.Index(fields=["visibility", "-written_at"], name="sparring_note_shared"),
        ]

    def __str__(self) -> str:
        return self.title
