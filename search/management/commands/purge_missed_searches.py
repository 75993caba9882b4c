from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from network.commands import PlainCommand
from search.missed import purge_missed_searches


class Command(PlainCommand):
    help = "Remove the searches without hits that nobody has repeated for 90 days. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = purge_missed_searches(on=timezone.localdate())
        self.stdout.write(
            ngettext("%(count)s search removed.", "%(count)s searches removed.", removed) % {"count": removed}
        )
