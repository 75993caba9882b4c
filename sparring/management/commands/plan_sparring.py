from datetime import date
from itertools import groupby
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.commands import PlainCommand
from sparring.services.planning import WEEKS_AHEAD, Outcome, PlannedRound, plan_sparring
from sparring.services.silence import pause_silent
from sparring.timetable import COPENHAGEN, local_day

MOST_WEEKS = 52


class Command(PlainCommand):
    help = (
        "Plan the rounds of the coming weeks as drafts. Run it every night after make_slots; a second run changes "
        "nothing. What is published, or was made or changed by a coordinator, stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="First day, such as 2027-03-01.")
        parser.add_argument("--weeks", type=int, default=WEEKS_AHEAD, help="How many weeks ahead (1 to 52).")
        parser.add_argument("--dry-run", action="store_true", help="Write nothing; only tell what would be planned.")

    def handle(self, *args: Any, first: date | None, weeks: int, dry_run: bool, **options: Any) -> None:
        if not 1 <= weeks <= MOST_WEEKS:
            raise CommandError(f"--weeks skal være mellem 1 og {MOST_WEEKS}.")
        now = timezone.now()
        if not dry_run and (paused := pause_silent(now=now)):
            self.stdout.write(
                ngettext(
                    "%(number)s ambassador pauses from rounds after three without an answer.",
                    "%(number)s ambassadors pause from rounds after three without an answer.",
                    len(paused),
                )
                % {"number": len(paused)}
            )
        planned = plan_sparring(first=first or local_day(now), weeks=weeks, now=now, dry_run=dry_run)
        for day, rounds in groupby(planned, key=lambda each: local_day(each.slot.starts_at)):
            self.stdout.write(date_format(day, "l j. F Y"))
            for each in rounds:
                self.stdout.write(f"  {_line(each)}")
        self.stdout.write(_in_all(planned, dry_run=dry_run))


def _line(planned: PlannedRound) -> str:
    starts_at = planned.slot.starts_at.astimezone(COPENHAGEN)
    groups = ngettext("%(number)s group", "%(number)s groups", len(planned.groups)) % {"number": len(planned.groups)}
    return _("%(time)s %(series)s: %(people)s people in %(groups)s, %(left_out)s without a partner (%(outcome)s)") % {
        "time": f"{starts_at:%H:%M}",
        "series": planned.slot.series.name,
        "people": planned.people,
        "groups": groups,
        "left_out": planned.left_out,
        "outcome": _outcome_in_words(planned.outcome),
    }


def _outcome_in_words(outcome: Outcome) -> str:
    return {
        Outcome.MADE: _("new draft"),
        Outcome.CHANGED: _("changed draft"),
        Outcome.KEPT: _("unchanged draft"),
        Outcome.NOT_OURS: _("published, or in the coordinator’s hands: not touched"),
    }[outcome]


def _in_all(planned: list[PlannedRound], *, dry_run: bool) -> str:
    if not planned:
        return _("There are no sparring times in those weeks. Run make_slots first.")
    told = _("%(rounds)s rounds, of which %(new)s are new and %(changed)s changed.") % {
        "rounds": len(planned),
        "new": sum(each.outcome == Outcome.MADE for each in planned),
        "changed": sum(each.outcome == Outcome.CHANGED for each in planned),
    }
    return f"{told} {_('Nothing was written.')}" if dry_run else told
