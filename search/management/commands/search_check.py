import sys
from typing import Any

from django.core.management.base import CommandError

from network.commands import PlainCommand
from search.engines import EngineError
from search.services import differences


class Command(PlainCommand):
    help = "Compare the search index with the database. Says what differs; the exit code is 1 if anything does."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = differences()
        except EngineError as error:
            raise CommandError(f"Søgeindekset kan ikke læses: {error}") from error
        if not found:
            self.stdout.write(self.style.SUCCESS("Søgeindekset svarer til databasen."))
            return
        for label, keys in (
            ("Mangler i indekset", found.missing),
            ("Står i indekset, men må ikke findes", found.superfluous),
            ("Er ændret siden", found.outdated),
        ):
            for key in keys:
                self.stdout.write(f"{label}: {key}")
        self.stdout.write("Kør »manage.py reindex«.")
        sys.exit(1)
