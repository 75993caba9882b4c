"""Delivering what the outbox holds, with retries, each message by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from typing import Any

from django.db.models import QuerySet

from network.outbox import handlers
from network.outbox.handlers import AwayError
from network.outbox.models import OutboxMessage, OutboxQuerySet

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)  # a message under delivery is nobody else's for this long
AT_ONCE = 20  # messages merged into one
# While nobody is there, all messages of a kind rest. What was tried rests longer: it may be what drives them away.
RESTS = timedelta(seconds=10)
TRIED_AGAIN = timedelta(seconds=25)
_AWAY = f"{AwayError.__name__}: "
KEPT = timedelta(days=30)  # what is done, for looking into what was sent; see the privacy page


def deliver_due(*, now: datetime, limit: int = 500, within: timedelta | None = None) -> int:
    """Deliver what is due at `now`, oldest first. Returns how many were done. Safe to run in several processes.

    Takes up nothing more after `within`; the rest waits for the next run.
    """
    started = monotonic()
    done = 0
    due = OutboxMessage.objects.due(now).exclude(kind__in=_resting(now))
    away: set[str] = set()
    for messages in _batches(due.order_by("pk")[:limit]):
        # A long queue takes its time: each lease counts from when the message is taken up.
        elapsed = timedelta(seconds=monotonic() - started)
        if within is not None and elapsed > within:
            break
        if messages[0].kind in away:
            continue
        claimed = [message for message in messages if _claim(message, now + elapsed)]
        try:
            done += _deliver(claimed, now + elapsed)
        except AwayError as error:
            away.add(messages[0].kind)
            _wait(claimed, error, now + elapsed)
    return done


def _batches(messages: Iterable[OutboxMessage]) -> Iterator[list[OutboxMessage]]:
    """Neighbours of a kind that can be merged, and every other message by itself. Keeps the order."""
    for kind, neighbours in groupby(messages, key=lambda message: message.kind):
        batch: list[OutboxMessage] = []
        for message in neighbours:
            batch.append(message)
            if len(batch) == AT_ONCE or not handlers.merge_of(kind):
                yield batch
                batch = []
        if batch:
            yield batch


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


def _deliver(messages: list[OutboxMessage], now: datetime) -> int:
    """Deliver these as one; how many were done. Raises `AwayError`."""
    if not messages:
        return 0
    try:
        _hand_over(messages)
    except AwayError:
        raise
    except Exception as error:  # whatever goes wrong outside must not stop the rest of the queue
        if len(messages) > 1:  # the fault may be with one of them
            return sum(_deliver([message], now) for message in messages)
        _put_off(messages[0], error, now)
        return 0
    OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(
        done_at=now, gave_up_at=None, last_error=""
    )
    return len(messages)


def _hand_over(messages: list[OutboxMessage]) -> None:
    kind, payloads = messages[0].kind, [message.payload for message in messages]
    merge = handlers.merge_of(kind)
    handlers.handler_of(kind)(merge(payloads) if merge else payloads[0])


def _put_off(message: OutboxMessage, error: Exception, now: datetime) -> None:
    logger.warning("outbox %s failed at attempt %s: %s", message, message.attempts, error)
    _still_ours(message).update(
        last_error=f"{type(error).__name__}: {error}"[:2000],
        due_at=now + timedelta(minutes=2**message.attempts),
        gave_up_at=now if message.attempts >= MAX_ATTEMPTS else None,
    )


def _wait(messages: list[OutboxMessage], error: AwayError, now: datetime) -> None:
    """That nobody was there does not count as an attempt."""
    logger.warning("outbox %s waits: %s", messages[0], error)
    for message in messages:
        _still_ours(message).update(
            last_error=f"{_AWAY}{error}"[:2000], due_at=now + TRIED_AGAIN, attempts=message.attempts - 1
        )


def _resting(now: datetime) -> QuerySet[Any]:
    """The kinds that nobody was there for a moment ago, whichever process tried."""
    tried = OutboxMessage.objects.waiting().filter(last_error__startswith=_AWAY)
    return tried.filter(due_at__gt=now + TRIED_AGAIN - RESTS, due_at__lte=now + TRIED_AGAIN).values("kind")


def _still_ours(message: OutboxMessage) -> OutboxQuerySet:
    """After the lease another process may have it in its next attempt, or done."""
    return OutboxMessage.objects.filter(pk=message.pk, attempts=message.attempts, done_at=None)
