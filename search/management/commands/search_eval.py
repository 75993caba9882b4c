import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from network.commands import PlainCommand, why_closed
from search.engines import Engine, EngineError
from search.engines.embedded import EmbeddedEngine
from search.judging import JudgingError, judge
from search.services import elasticsearch


class Command(PlainCommand):
    help = "Answer judged queries over documents from a file, in an index of its own, and write the run (TREC format)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--docs", type=Path, required=True, help="Documents, one JSON object a line.")
        parser.add_argument("--queries", type=Path, required=True, help="Queries, one JSON object a line.")
        parser.add_argument("--run", type=Path, required=True, help="Where to write the run.")
        parser.add_argument("--engine", choices=["embedded", "elasticsearch"], default="embedded")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with _engine(options["engine"]) as engine:
                outcome = judge(engine, options["docs"], options["queries"], options["run"])
        except JudgingError as error:
            raise CommandError(str(error)) from error
        except EngineError as error:
            raise CommandError(f"Søgemaskinen svarer ikke: {error}") from error
        except OSError as error:
            raise CommandError(f"{error.filename} kan ikke bruges: {why_closed(error)}") from error
        self.stdout.write(f"documents {outcome.documents}")
        self.stdout.write(f"index_seconds {outcome.index_seconds:.2f}")
        self.stdout.write(f"p50_ms {outcome.percentile(50):.2f}")
        self.stdout.write(f"p95_ms {outcome.percentile(95):.2f}")


@contextmanager
def _engine(name: str) -> Iterator[Engine]:
    if name == "elasticsearch":
        engine = elasticsearch(f"{settings.ELASTICSEARCH_PREFIX}-eval")
        yield engine
        engine.clear()
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield EmbeddedEngine(Path(folder) / "search.sqlite3")
