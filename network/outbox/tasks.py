"""Outbox work as tasks: at once by default, in a worker with TASKS=database."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from network.outbox.delivery import deliver_due

# By default somebody's request waits for it: a mail server that is down must not hold them for the whole queue.
PATIENCE = timedelta(seconds=5)


@task()
def deliver_outbox() -> int:
    return deliver_due(now=timezone.now(), within=PATIENCE)
