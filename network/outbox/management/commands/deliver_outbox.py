import time
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from network.commands import PlainCommand
from network.outbox.delivery import deliver_due, forget_done, retry_given_up
from network.outbox.models import OutboxMessage

LOOKS_EVERY = 5  # seconds


class Command(PlainCommand):
    help = "Deliver the mails and index updates that are due. Run it from cron every minute; twice at once is safe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--retry", action="store_true", help="also try again what was given up")
        parser.add_argument(
            "--stay", type=float, default=0, metavar="SECONDS", help="deliver what comes due meanwhile, too"
        )

    def handle(self, *args: Any, retry: bool, stay: float, **options: Any) -> None:
        until = time.monotonic() + stay
        now = timezone.now()
        if retry:
            retry_given_up(now=now)
        done = deliver_due(now=now)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LOOKS_EVERY))
            done += deliver_due(now=timezone.now())
        forget_done(now=now)
        waiting = OutboxMessage.objects.waiting().count()
        given_up = OutboxMessage.objects.given_up().count()
        self.stdout.write(f"Leveret: {done}. Venter: {waiting}. Opgivet: {given_up}.")
