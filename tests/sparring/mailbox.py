"""What is on its way out by mail."""

from network.outbox.mail import KIND
from network.outbox.models import OutboxMessage, OutboxQuerySet


def queued_mails() -> OutboxQuerySet:
    return OutboxMessage.objects.filter(kind=KIND).order_by("pk")
