"""Delivering what the outbox holds, with retries, each message by one process at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F

from network.outbox import handlers
from network.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)  # a message under delivery is nobody else's for this long


def deliver_due(*, now: datetime, limit: int = 500) -> int:
    """Deliver what is due at `now`, oldest first. Returns how many were done. Safe to run in several processes."""
    done = 0
    for message in OutboxMessage.objects.due(now).order_by("pk")[:limit]:
        if _claim(message, now) and _deliver(message, now):
            done += 1
    return done


def retry_given_up(*, now: datetime) -> int:
    """Give every message that was given up a new set of attempts. Returns how many."""
    return OutboxMessage.objects.given_up().update(gave_up_at=None, attempts=0, due_at=now)


def _claim(message: OutboxMessage, now: datetime) -> bool:
    claimed = OutboxMessage.objects.due(now).filter(pk=message.pk, attempts=message.attempts)
    return claimed.update(attempts=F("attempts") + 1, due_at=now + LEASE) == 1


def _deliver(message: OutboxMessage, now: datetime) -> bool:
    row = OutboxMessage.objects.filter(pk=message.pk)
    try:
        handlers.handler_of(message.kind)(message.payload)
    except Exception as error:  # whatever goes wrong outside must not stop the rest of the queue
        attempts = message.attempts + 1
        logger.warning("outbox %s failed at attempt %s: %s", message, attempts, error)
        row.update(
            last_error=f"{type(error).__name__}: {error}"[:2000],
            due_at=now + timedelta(minutes=2**attempts),
            gave_up_at=now if attempts >= MAX_ATTEMPTS else None,
        )
        return False
    row.update(done_at=now, last_error="")
    return True
