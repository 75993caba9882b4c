"""Outbox work as tasks: at once by default, in a worker with TASKS=database."""

from django.utils import timezone
from django_tasks import task

from network.outbox.delivery import deliver_due


@task()
def deliver_outbox() -> int:
    return deliver_due(now=timezone.now())
