"""Putting messages into the outbox."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from network.outbox.models import UNTOUCHED, OutboxMessage
from network.outbox.tasks import deliver_outbox


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    topic: str = "",
    due_at: datetime | None = None,
    now: datetime | None = None,
) -> OutboxMessage:
    """Write a message in the caller's transaction; it is delivered after the commit, and never if that fails.

    With `due_at` it waits until then, unless something else about its `topic` is to leave before: that hastens it.
    """
    now = now or timezone.now()
    if topic and due_at is None:
        OutboxMessage.objects.about([topic]).untouched().filter(due_at__gt=now).update(due_at=now)
    message = OutboxMessage.objects.create(
        kind=kind, payload=payload, topic=topic, created_at=now, due_at=due_at or now
    )
    # robust: what was saved stays saved, whatever becomes of its delivery.
    transaction.on_commit(deliver_outbox.enqueue, robust=True)
    return message


def withdraw(topics: Collection[str]) -> bool:
    """Take back all messages about these topics, in the caller's transaction.

    Returns False when one has left or may be leaving, or there is none: then the caller must roll back.
    """
    about = OutboxMessage.objects.about(topics)
    # Locked first: a delivery that begins in this moment either finds them gone or keeps them.
    locked = list(about.untouched().select_for_update().order_by("pk").values_list("pk", flat=True))
    OutboxMessage.objects.filter(pk__in=locked).delete()
    return bool(locked) and not about.exists()


def leaves_at(topics: Collection[str]) -> datetime | None:
    """When the first of the messages about these topics leaves; None when one may have left, or there is none."""
    found = OutboxMessage.objects.about(topics).aggregate(first=Min("due_at"), begun=Count("pk", filter=~UNTOUCHED))
    due_at: datetime | None = None if found["begun"] else found["first"]
    return due_at
