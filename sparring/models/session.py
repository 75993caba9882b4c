"""A sparring session: two or three people who meet, whether by booking or by a round."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Person, Theme
from sparring.querysets import PeerSparringQuerySet, SparringParticipantQuerySet


class SessionStatus(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    CANCELLED = "cancelled", _("Cancelled")


class PeerSparring(models.Model):
    """`starts_at` and `ends_at` are instants. `sequence` counts the changes that calendars were told of."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    status = models.CharField(_("status"), max_length=12, choices=SessionStatus, default=SessionStatus.AGREED)
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="sparrings", verbose_name=_("theme")
    )
    question = models.TextField(_("what it is about"), max_length=1000, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("made"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[PeerSparringQuerySet] = PeerSparringQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sparring")
        verbose_name_plural = _("sparrings")
        indexes = [models.Index(fields=["starts_at"], name="sparring_session_starts")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="sparring_session_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_agreed(self) -> bool:
        return self.status == SessionStatus.AGREED

    @property
    def people(self) -> list[Person]:
        """Those who take part; of a cancelled session, those who were to."""
        return [row.person for row in self.participants.all() if row.is_active or not self.is_agreed]


class ParticipantRole(models.TextChoices):
    """Who asks and who is asked in a booking; equals in a round's pair."""

    FOCUS_PERSON = "focus", _("Focus person")
    SPARRING_PARTNER = "partner", _("Sparring partner")
    PEER = "peer", _("Peer")


class SparringParticipant(models.Model):
    """A person in a session. While it is active it holds that person's time: nobody is in two places at once.

    `starts_at` repeats the session's, so that the database itself can refuse the second row.
    """

    session = models.ForeignKey(PeerSparring, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(_("role"), max_length=10, choices=ParticipantRole, default=ParticipantRole.PEER)
    starts_at = models.DateTimeField(_("starts"))
    is_active = models.BooleanField(_("takes part"), default=True)

    objects: ClassVar[SparringParticipantQuerySet] = SparringParticipantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="sparring_participant_once"),
            models.UniqueConstraint(
                fields=["person", "starts_at"],
                condition=models.Q(is_active=True),
                name="sparring_person_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d %H:%M}"
