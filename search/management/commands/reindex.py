from typing import Any

from django.core.management.base import CommandError

from network.commands import PlainCommand
from search.engines import EngineError
from search.services import reindex

STEP = 100


class Command(PlainCommand):
    help = "Make the search index again from the database. The site answers from the old one meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = reindex(progress=self._tell)
        except EngineError as error:
            raise CommandError(f"Søgeindekset kunne ikke skrives: {error}") from error
        self.stdout.write(self.style.SUCCESS(f"Søgeindekset er bygget: {number} dokumenter."))

    def _tell(self, number: int) -> None:
        if number % STEP == 0:
            self.stdout.write(f"Læst: {number} …")
            self.stdout.flush()
