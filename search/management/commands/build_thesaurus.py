"""Makes the general thesaurus. For developers; the site reads only what comes of it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from network.commands import PlainCommand, why_closed
from search.danish.lexicon import UNLISTED, lexicon
from search.danish.mythes import meanings_in, mutual_synonyms
from search.thesaurus import FOLDER, GENERAL_FILE

NOTICE = """\
# General Danish synonyms, made by `manage.py build_thesaurus` from Den Danske Thesaurus (th_da_DK.dat, in Debian the
# package mythes-da): common words of few meanings, with the common synonyms that name them in turn. Taken and changed
# under the Mozilla Public License 1.1, one of the three licences it comes under; this file stays under it.
# Copyright 2007-2014 Foreningen for frit tilgængelige sprogværktøjer, https://www.stavekontrolden.dk
# The licence: https://www.mozilla.org/MPL/1.1/
"""


class Command(PlainCommand):
    help = "Make search/danish/thesaurus/general.txt from the Danish thesaurus of office programs, th_da_DK.dat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="th_da_DK.dat")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be opened: %(reason)s") % {"file": file, "reason": why_closed(error)}
            ) from None
        except UnicodeDecodeError:
            raise CommandError(_("%(file)s is no text.") % {"file": file}) from None
        synonyms = mutual_synonyms(meanings_in(lines), _is_common)
        if not synonyms:
            raise CommandError(_("%(file)s holds no synonyms. Is it th_da_DK.dat?") % {"file": file})
        text = "".join(f"{word} > {','.join(found)}\n" for word, found in sorted(synonyms.items()))
        (FOLDER / GENERAL_FILE).write_text(NOTICE + text, encoding="utf-8")
        self.stdout.write(_("%(words)s words have synonyms.") % {"words": len(synonyms)})


def _is_common(text: str) -> bool:
    return " " in text or lexicon().zipf(text) > UNLISTED
