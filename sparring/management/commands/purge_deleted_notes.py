from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sparring.services.notes import purge_deleted_notes


class Command(BaseCommand):
    help = "Remove for good the notes that were deleted more than 30 days ago. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = purge_deleted_notes(now=timezone.now())
        self.stdout.write(f"{removed} notes removed.")
