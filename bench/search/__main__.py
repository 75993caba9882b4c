"""Quality and speed of the search, as one Markdown table: python -m bench.search [--quick] [--help-pages FOLDER]

Elasticsearch is the server that ELASTICSEARCH_URL names (several addresses with commas between), where the indices
begin with `dialogkorps-bench`, or one that is started for the bench; a PostgreSQL is, too. FOLDER is what
`bench/search/help_pages.py` wrote. Nothing of the site's is touched: the database and the indexes are of the bench's
own, in a folder that is removed again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .finders import Finder

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 5_000, 100_000
EMBEDDED, ELASTICSEARCH, PLAIN, SNOWBALL, WAGTAIL = "embedded", "elasticsearch", "FTS5", "FTS5, Snowball", "Wagtail"
POSTGRES = "PostgreSQL"  # it is judged, and not timed
ENGINES = {EMBEDDED, ELASTICSEARCH}
# Its time grows with the square of the hits: it is judged on the short texts only, and timed with few queries.
WAGTAILS_QUERIES = 40


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="dialogkorps-bench-") as scratch:
        _set_up(Path(scratch))
        if options.ablation:
            from .ablation import contributions  # noqa: PLC0415  (needs Django set up)

            parts = contributions()
            print(
                _table({name: {kind: f"{value:.3f}" for kind, value in part.items()} for name, part in parts.items()})
            )
        else:
            print(_table(_measured(options, Path(scratch))))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description="Measure the search.")
    parser.add_argument("--quick", action="store_true", help=f"time at {SMALL:,} documents only")
    parser.add_argument("--quality", action="store_true", help="time nothing")
    parser.add_argument("--speed", action="store_true", help="judge nothing")
    parser.add_argument("--ablation", action="store_true", help="judge the search without each of its parts, only")
    parser.add_argument("--help-pages", type=Path, metavar="FOLDER", help="judge on the help pages, too")
    return parser.parse_args()


def _set_up(scratch: Path) -> None:
    """Django, on a database that the bench alone uses."""
    sys.path.insert(0, str(ROOT / "site"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["DATABASE_URL"] = f"sqlite:///{scratch / 'bench.sqlite3'}"
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", "wagtailsearch", verbosity=0)


def _measured(options: argparse.Namespace, scratch: Path) -> dict[str, dict[str, str]]:
    """The cells of each column, by the name of the row."""
    # They need Django set up.
    from django.conf import settings  # noqa: PLC0415

    from search.engines.embedded import EmbeddedEngine  # noqa: PLC0415

    from . import finders  # noqa: PLC0415
    from .corpus import FRESH, MUNICIPAL  # noqa: PLC0415

    def elasticsearch() -> finders.SiteEngine:
        from scripts.elasticsearch_server import running  # noqa: PLC0415
        from search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415

        if not os.environ.get("ELASTICSEARCH_URL"):
            settings.ELASTICSEARCH_URL = [node.url for node in stack.enter_context(running())]
        engine = ElasticsearchEngine(
            settings.ELASTICSEARCH_URL,
            prefix="dialogkorps-bench",
            api_key=settings.ELASTICSEARCH_API_KEY,
            ca_certs=settings.ELASTICSEARCH_CA_CERTS,
        )
        stack.callback(engine.clear)
        return finders.SiteEngine(engine)

    def postgres() -> finders.PostgresDanish:
        from scripts.postgres_server import running  # noqa: PLC0415

        return finders.PostgresDanish(stack.enter_context(running()))

    makers: dict[str, Callable[[], finders.Finder]] = {
        EMBEDDED: lambda: finders.SiteEngine(EmbeddedEngine(scratch / "search.sqlite3")),
        ELASTICSEARCH: elasticsearch,
        PLAIN: finders.PlainFts,
        SNOWBALL: finders.SnowballFts,
        POSTGRES: postgres,
        WAGTAIL: finders.WagtailBackend,
    }
    sets = {folder.name: folder for folder in (MUNICIPAL, *FRESH)}
    sets |= {"help pages": options.help_pages} if options.help_pages else {}
    sets = {} if options.speed else sets
    sizes = [] if options.quality else [SMALL] if options.quick else [SMALL, LARGE]
    columns: dict[str, dict[str, str]] = {}
    with ExitStack() as stack:
        for name, make in makers.items():
            if sets or name != POSTGRES:
                finder = make()
                columns[name] = _judged(name, finder, sets) | _timed(name, finder, sizes)
    return columns


def _judged(name: str, finder: Finder, sets: dict[str, Path]) -> dict[str, str]:
    from . import quality  # noqa: PLC0415  (needs Django set up, as does all below)

    cells: dict[str, str] = {}
    for title, folder in sets.items():
        if name == WAGTAIL and title == "help pages":
            continue
        print(f"{name}: {title}", file=sys.stderr)
        judged = quality.of_engine(name, folder) if name in ENGINES else quality.of_finder(finder, folder)
        cells |= {f"nDCG@10 {title}, {split}: {kind}": f"{value:.3f}" for (split, kind), value in judged.items()}
    return cells


def _timed(name: str, finder: Finder, sizes: Sequence[int]) -> dict[str, str]:
    from .corpus import FRESH, MUNICIPAL, documents  # noqa: PLC0415
    from .ndcg import read_queries  # noqa: PLC0415
    from .speed import QUERIES, speed_of  # noqa: PLC0415

    queries = read_queries(MUNICIPAL / "queries.jsonl")
    others = [query for folder in FRESH for query in read_queries(folder / "queries.jsonl")]
    cells = {}
    for size in sizes:
        if name == POSTGRES or (name == WAGTAIL and size > SMALL):
            continue
        print(f"{name}: {size:,} documents", file=sys.stderr)
        number = WAGTAILS_QUERIES if name == WAGTAIL else QUERIES
        speed = speed_of(finder, list(documents(size)), queries, others, number=number)
        cells[f"{size:,}: documents indexed a second, at first / again"] = str(speed.filling)
        cells[f"{size:,}: search, ms p50 / p95"] = str(speed.search)
        cells[f"{size:,}: suggestions, ms p50 / p95"] = str(speed.suggestions)
    return cells


def _table(columns: dict[str, dict[str, str]]) -> str:
    rows = dict.fromkeys(row for cells in columns.values() for row in cells)
    lines = [["", *columns], ["---", *("---:" for __ in columns)]]
    lines += [[row, *(cells.get(row, "") for cells in columns.values())] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
