"""The outbox: what is to leave the database, written in the same transaction as the reason for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

UNTOUCHED = models.Q(done_at__isnull=True, gave_up_at__isnull=True, attempts=0)


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def about(self, topics: Iterable[str]) -> OutboxQuerySet:
        return self.filter(topic__in=set(topics) - {""})

    def untouched(self) -> OutboxQuerySet:
        """Those that no delivery has begun with: what they say has not left, and nobody is about to send it."""
        return self.filter(UNTOUCHED)

    def due(self, now: datetime) -> OutboxQuerySet:
        return self.waiting().filter(due_at__lte=now)

    def waiting(self) -> OutboxQuerySet:
        return self.filter(done_at__isnull=True, gave_up_at__isnull=True)

    def given_up(self) -> OutboxQuerySet:
        return self.filter(gave_up_at__isnull=False)


class OutboxMessage(models.Model):
    """One thing to do outside: a mail to send, a document to index. `kind` names the handler that does it.

    `topic` is what the message is about, where messages about the same must leave in order or be taken back together.
    """

    kind = models.CharField(_("kind"), max_length=40)
    payload = models.JSONField(_("content"))
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"))
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("latest error"), blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    gave_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects: ClassVar[OutboxQuerySet] = OutboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(done_at__isnull=True, gave_up_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(fields=["topic"], condition=~models.Q(topic=""), name="outbox_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
