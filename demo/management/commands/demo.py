from typing import Any

from django.db import transaction
from django.utils import timezone

from demo.loaders.knowledge import load_knowledge
from demo.loaders.organisation import load_organisation, load_vocabulary
from demo.loaders.people import LOGINS, PASSWORD, load_people
from demo.loaders.sparring import load_past, load_slots
from knowledge.setup import set_up_site
from network.commands import PlainCommand
from network.outbox.models import OutboxMessage
from search.services import INDEX, reindex


class Command(PlainCommand):
    help = "Load Egeby Kommune, a fictional municipality. Adds what is missing; what is there is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        steps = [
            ("sidetræ, roller og redaktørernes godkendelse", set_up_site),
            ("forvaltninger, afdelinger og indstillinger", lambda: load_organisation(today=today)),
            ("temaer, målgrupper og traditioner", load_vocabulary),
            ("medarbejdere og ambassadører", lambda: load_people(now=now)),
            ("metodekort, cases og værktøjer", lambda: load_knowledge(today=today)),
            ("faste sparringstider de næste fire uger", lambda: load_slots(now=now)),
            ("tre måneders sparring og noter", lambda: load_past(now=now)),
        ]
        with transaction.atomic():
            for number, (what, load) in enumerate(steps, start=1):
                self.stdout.write(f"  {number}/{len(steps)} {what}")
                self.stdout.flush()
                load()
            # The index is built once below, which is ten times quicker than row by row.
            is_news, _ = OutboxMessage.objects.waiting().filter(kind=INDEX).delete()
        if is_news:
            self.stdout.write("  Bygger søgeindekset")
            reindex()
        self._print_logins()

    def _print_logins(self) -> None:
        self.stdout.write(f"\nLog ind med adgangskoden {PASSWORD} som:")
        for role, email in LOGINS:
            self.stdout.write(f"  {role:<19} {email}")
