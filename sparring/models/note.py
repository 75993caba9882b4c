"""Experience notes: what was learnt, private until the author shares it."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.models import MethodCard
from network.models import Person, Theme
from sparring.querysets import RESTORE_WITHIN, ExperienceNoteQuerySet

from .session import PeerSparring


class Visibility(models.TextChoices):
    """Levels of sharing (delingsniveauer), from the author alone to all staff. An author shares one level at a time."""

    PRIVATE = "private", _("Only me")
    PARTNERS = "partners", _("Those I sparred with")
    CORPS = "corps", _("The corps")
    EVERYONE = "everyone", _("All staff")


LEVELS = tuple(Visibility)  # from the fewest readers to the most


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

    @property
    def version(self) -> str:
        """Names the text as it is now, so that an edit can tell which text it began from."""
        return self.changed_at.astimezone(UTC).isoformat()

    @property
    def is_edited(self) -> bool:
        return self.changed_at > self.written_at

    @property
    def next_level(self) -> Visibility | None:
        """The one level that it can be shared up to now; without a session there are no partners to share with."""
        return next((level for level in LEVELS[self._height + 1 :] if self._has(level)), None)

    @property
    def lower_levels(self) -> list[Visibility]:
        """The levels it can be withdrawn to, the nearest first."""
        return [level for level in reversed(LEVELS[: self._height]) if self._has(level)]

    @property
    def restorable_until(self) -> datetime | None:
        return self.deleted_at + RESTORE_WITHIN if self.deleted_at else None

    @property
    def _height(self) -> int:
        return LEVELS.index(Visibility(self.visibility))

    def _has(self, level: Visibility) -> bool:
        return level != Visibility.PARTNERS or self.session_id is not None
