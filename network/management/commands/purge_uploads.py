from typing import Any

from django.utils import timezone

from network.commands import PlainCommand
from network.people_import.services import purge_uploads


class Command(PlainCommand):
    help = (
        "Remove the people files that nobody confirmed within an hour. Run it every night, "
        "as make_slots and purge_deleted_notes; deliver_outbox runs every few minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        removed = purge_uploads(now=timezone.now())
        self.stdout.write(f"{removed} people files removed.")
