from typing import Any

from django.utils import timezone

from network.commands import PlainCommand
from sparring.services.notes import purge_deleted_notes


class Command(PlainCommand):
    help = "Remove for good the notes that were deleted more than 30 days ago. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = purge_deleted_notes(now=timezone.now())
        self.stdout.write(f"{removed} notes removed.")
