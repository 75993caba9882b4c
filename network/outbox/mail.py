"""Mails of the outbox, with a calendar part where there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives

from network.outbox.services import enqueue

KIND = "mail"


def enqueue_mail(
    *,
    to: str,
    subject: str,
    body: str,
    calendar: str = "",
    method: str = "REQUEST",
    topic: str = "",
    due_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Queue a plain-text mail. `calendar` is a whole iCalendar text, sent as an invitation of that `method`."""
    payload = {"to": to, "subject": subject, "body": body, "calendar": calendar, "method": method}
    enqueue(KIND, payload, topic=topic, due_at=due_at, now=now)


def deliver(payload: dict[str, Any]) -> None:
    message = EmailMultiAlternatives(subject=payload["subject"], body=payload["body"], to=[payload["to"]])
    if payload["calendar"]:
        # An alternative part makes Outlook show the buttons; the attachment serves every other calendar.
        message.attach_alternative(payload["calendar"], f"text/calendar; method={payload['method']}")
        message.attach("aftale.ics", payload["calendar"], "text/calendar")
    message.send()
