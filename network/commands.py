"""What our management commands have in common."""

from __future__ import annotations

import shlex
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

NOT_UNDERSTOOD = 2  # the exit code that argparse gives it, too


class PlainCommand(BaseCommand):
    """Refuses arguments that it can't read in one Danish sentence, where argparse would print its usage in English."""

    def run_from_argv(self, argv: list[str]) -> None:
        self._asked = argv[1:]
        super().run_from_argv(argv)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line:
            parser.error = self._refuse  # type: ignore[method-assign]
        return parser

    def _refuse(self, message: str) -> NoReturn:
        self.stderr.write(
            f"»{shlex.join(self._asked)}« kan ikke læses. Se, hvad der kan skrives: manage.py {self._asked[0]} --help"
        )
        sys.exit(NOT_UNDERSTOOD)


def why_closed(error: OSError) -> str:
    """Why a file is closed to us; the system's own words are English."""
    if isinstance(error, FileNotFoundError):
        return _("there is no such file.")
    if isinstance(error, IsADirectoryError):
        return _("it is a folder.")
    if isinstance(error, PermissionError):
        return _("the program may not read it.")
    return _("the system cannot read it.")
