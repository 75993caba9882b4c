from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from network.commands import PlainCommand
from sparring.services import slots

MOST_WEEKS = 52


class Command(PlainCommand):
    help = "Make the sparring slots and places of the coming weeks. Run it every night; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--weeks", type=int, default=slots.WEEKS_AHEAD, help="How many weeks ahead (1 to 52).")

    def handle(self, *args: Any, weeks: int, **options: Any) -> None:
        if not 1 <= weeks <= MOST_WEEKS:
            raise CommandError(f"--weeks skal være mellem 1 og {MOST_WEEKS}.")
        changes = slots.make_slots(now=timezone.now(), weeks=weeks)
        self.stdout.write(f"{changes.slots} slots and {changes.places} places made or changed.")
