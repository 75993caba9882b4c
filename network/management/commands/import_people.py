from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.commands import PlainCommand, why_closed
from network.people_import.planning import Plan, Remark
from network.people_import.reading import MAX_BYTES, Table, UnreadableFileError, read_table
from network.people_import.services import BadRowsError, StalePlanError, import_people, options_for, preview_import

BAD_ROWS = 1
UNUSABLE = 2


class Command(PlainCommand):
    help = (
        "Import people from a CSV file: all of it, or nothing while a row is bad. "
        "Ends with 0 when done, 1 when rows are bad or people changed meanwhile, 2 when the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--skip-bad", action="store_true", help="import the good rows and leave the bad ones out")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, and save nothing")
        parser.add_argument(
            "--deactivate-absent",
            action="store_true",
            help="deactivate people with an employee number who are not in the file",
        )

    def handle(
        self, *args: Any, file: Path, skip_bad: bool, dry_run: bool, deactivate_absent: bool, **options: Any
    ) -> None:
        table = self._read(file)
        self.stdout.write(_("%(rows)s rows read. Comparing them with the people here …") % {"rows": len(table.rows)})
        choices = options_for(None, skip_bad=skip_bad, deactivate_absent=deactivate_absent)
        try:
            plan = preview_import(table, choices) if dry_run else import_people(table, choices)
        except BadRowsError as error:
            self._report(error.plan, table)
            raise CommandError(
                _("Nothing was saved. Correct the rows, or leave them out with --skip-bad."), returncode=BAD_ROWS
            ) from None
        except StalePlanError as error:
            raise CommandError(str(error), returncode=BAD_ROWS) from None
        self._report(plan, table)
        if dry_run:
            self._end_dry_run(plan)
        elif not plan.changes_something:
            self.stdout.write(_("Everybody in the file is up to date."))

    def _read(self, file: Path) -> Table:
        try:
            with file.open("rb") as handle:
                return read_table(handle.read(MAX_BYTES + 1))
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be opened: %(reason)s") % {"file": file, "reason": why_closed(error)},
                returncode=UNUSABLE,
            ) from None
        except UnreadableFileError as error:
            raise CommandError(str(error), returncode=UNUSABLE) from None

    def _end_dry_run(self, plan: Plan) -> None:
        if plan.is_refused:
            raise CommandError(_("This was a trial run. The import would be refused."), returncode=BAD_ROWS)
        self.stdout.write(_("This was a trial run. Nothing was saved."))

    def _report(self, plan: Plan, table: Table) -> None:
        for heading in table.ignored:
            self.stdout.write(_("The column “%(column)s” is not used.") % {"column": heading})
        for problem in plan.problems:
            self.stderr.write(_sentence(problem))
        for remark in plan.remarks:
            self.stdout.write(_sentence(remark))
        if not plan.is_refused:
            self.stdout.write(_counts(plan))
            if plan.spared:
                self.stdout.write(
                    _("Nobody is deactivated while rows are left out: a row with an error may be about one of them.")
                )
            self._report_absent(plan)

    def _report_absent(self, plan: Plan) -> None:
        gone = {person.pk for person in plan.deactivated}
        for person in plan.absent:
            text = (
                _("Not in the file, deactivated: %(person)s") if person.pk in gone else _("Not in the file: %(person)s")
            )
            self.stdout.write(text % {"person": f"{person.name} ({person.email})"})


def _sentence(remark: Remark) -> str:
    if remark.column:
        return _("Line %(line)s, %(column)s: %(text)s") % {
            "line": remark.line,
            "column": remark.column,
            "text": remark.text,
        }
    return _("Line %(line)s: %(text)s") % {"line": remark.line, "text": remark.text}


def _counts(plan: Plan) -> str:
    counts = [
        ngettext("%(n)s new", "%(n)s new", len(plan.created)) % {"n": len(plan.created)},
        ngettext("%(n)s changed", "%(n)s changed", len(plan.changed)) % {"n": len(plan.changed)},
        ngettext("%(n)s unchanged", "%(n)s unchanged", plan.unchanged) % {"n": plan.unchanged},
        ngettext("%(n)s row left out", "%(n)s rows left out", plan.bad_lines) % {"n": plan.bad_lines},
        ngettext("%(n)s deactivated", "%(n)s deactivated", len(plan.deactivated)) % {"n": len(plan.deactivated)},
    ]
    return ", ".join(counts) + "."
