"""Putting messages into the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from network.outbox.models import OutboxMessage
from network.outbox.tasks import deliver_outbox


def enqueue(kind: str, payload: dict[str, Any], *, now: datetime | None = None) -> OutboxMessage:
    """Write a message in the caller's transaction; it is delivered after the commit, and never if that fails."""
    now = now or timezone.now()
    message = OutboxMessage.objects.create(kind=kind, payload=payload, created_at=now, due_at=now)
    # robust: what was saved stays saved, whatever becomes of its delivery.
    transaction.on_commit(deliver_outbox.enqueue, robust=True)
    return message
