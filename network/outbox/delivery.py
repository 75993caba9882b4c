"""Delivering what the outbox holds, with retries, each message by one process at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from time import monotonic

from network.outbox import handlers
from network.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)  # a message under delivery is nobody else's for this long
KEPT = timedelta(days=30)  # what is done, for looking into what was sent; see the privacy page


def deliver_due(*, now: datetime, limit: int = 500, within: timedelta | None = None) -> int:
    """Deliver what is due at `now`, oldest first. Returns how many were done. Safe to run in several processes.

    Takes up nothing more after `within`; the rest waits for the next run.
    """
    started = monotonic()
    done = 0
    for message in OutboxMessage.objects.due(now).order_by("pk")[:limit]:
        # A long queue takes its time: each lease counts from when the message is taken up.
        elapsed = timedelta(seconds=monotonic() - started)
        if within is not None and elapsed > within:
            break
        if _claim(message, now + elapsed) and _deliver(message, now + elapsed):
            done += 1
    return done


def retry_given_up(*, now: datetime) -> int:
    """Give every message that was given up a new set of attempts. Returns how many."""
    return OutboxMessage.objects.given_up().update(gave_up_at=None, attempts=0, due_at=now)


def forget_done(*, now: datetime) -> int:
    """Delete what was done long ago, and with it the text of mails. Returns how many."""
    return OutboxMessage.objects.filter(done_at__lte=now - KEPT).delete()[0]


def _claim(message: OutboxMessage, now: datetime) -> bool:
    """Take the message for a while. False when somebody else did since it was read, or when it has had its attempts."""
    row = OutboxMessage.objects.due(now).filter(pk=message.pk, attempts=message.attempts)
    if message.attempts >= MAX_ATTEMPTS:
        # Its last attempt neither succeeded nor failed: delivering it ends the process.
        row.update(gave_up_at=now, last_error="The delivery was interrupted.")
        return False
    message.attempts += 1
    return row.update(attempts=message.attempts, due_at=now + LEASE) == 1


def _deliver(message: OutboxMessage, now: datetime) -> bool:
    row = OutboxMessage.objects.filter(pk=message.pk)
    try:
        handlers.handler_of(message.kind)(message.payload)
    except Exception as error:  # whatever goes wrong outside must not stop the rest of the queue
        logger.warning("outbox %s failed at attempt %s: %s", message, message.attempts, error)
        # Only while it is ours: after the lease another process may have it in its next attempt, or done.
        row.filter(attempts=message.attempts, done_at=None).update(
            last_error=f"{type(error).__name__}: {error}"[:2000],
            due_at=now + timedelta(minutes=2**message.attempts),
            gave_up_at=now if message.attempts >= MAX_ATTEMPTS else None,
        )
        return False
    row.update(done_at=now, gave_up_at=None, last_error="")
    return True
