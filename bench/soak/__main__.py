"""What the site does while Elasticsearch fails: python -m bench.soak [--seconds N]

First one node behind a proxy that fails in each way, with 1,000 edits, 200 deletions and 100 changes of sharing; then
three nodes under searches and edits for N seconds, one of which is killed in the middle. Prints what people met, and
ends with 1 if a figure is missed. Servers, database and indexes are of its own.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EDITS, DELETIONS, SHARINGS = 1_000, 200, 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="Let Elasticsearch fail.")
    parser.add_argument("--seconds", type=float, default=60, help="how long three nodes are used (60)")
    parser.add_argument("--part", choices=["outages", "nodes"], help="only this")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *__: sys.exit("Ended."))  # and the servers with it
    with tempfile.TemporaryDirectory(prefix="dialogkorps-soak-") as scratch:
        _set_up(Path(scratch))
        failures: list[str] = []
        if options.part != "nodes":
            failures += _outages()
        if options.part is None:
            _forget()
        if options.part != "outages":
            failures += _nodes(options.seconds)
    for failure in failures:
        print(f"Missed: {failure}")
    sys.exit(bool(failures))


def _set_up(scratch: Path) -> None:
    """Django, on a database that the soak alone uses."""
    sys.path.insert(0, str(ROOT / "site"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["DATABASE_URL"] = f"sqlite:///{scratch / 'soak.sqlite3'}"
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    django.setup()
    setup_test_environment()  # what a page was made from is looked at
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)


def _forget() -> None:
    """What was made for one part is not to be found, and counted as a leak, in the next."""
    from django.core.cache import cache  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("flush", interactive=False, verbosity=0)
    cache.clear()


def _outages() -> list[str]:
    # They need Django set up.
    from django.conf import settings  # noqa: PLC0415

    from scripts.elasticsearch_server import running  # noqa: PLC0415

    from .outage import outages  # noqa: PLC0415
    from .proxy import Proxy  # noqa: PLC0415

    with running() as (node,):
        proxy = Proxy(node.url)
        settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", [proxy.url]
        settings.ELASTICSEARCH_PREFIX = "dialogkorps-outage"
        happened = outages(proxy, edits=EDITS, deletions=DELETIONS, sharings=SHARINGS)
        proxy.close()
    print("| Elasticsearch | changes | requests | errors | leaks | longest page | longest change | index equal after |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for each in happened:
        print(
            f"| {each.fault.value} | {each.changes} | {each.requests} | {len(each.errors)} | {len(each.leaks)} "
            f"| {each.longest_page:.2f} s | {each.longest_change:.2f} s "
            f"| {f'{each.seconds:.0f} s' if each.is_equal else 'never'} |"
        )
    return [failure for each in happened for failure in each.failures]


def _nodes(seconds: float) -> list[str]:
    from .nodes import NODES, lost_node  # noqa: PLC0415

    outcome = lost_node(seconds)
    print(
        f"{NODES} nodes, one killed: {outcome.requests} requests, "
        f"{len(outcome.errors)} errors, {outcome.rested} times no answer, "
        f"{len(outcome.leaks)} leaks, longest wait {outcome.longest_page:.2f} s; "
        f"{outcome.changes} changes, the longest {outcome.longest_change:.2f} s; the index is "
        f"{'not ' if outcome.differences else ''}equal to the database {outcome.seconds:.0f} s after the last one."
    )
    return outcome.failures


if __name__ == "__main__":
    main()
