"""A PostgreSQL of the test run's own, and tests that run in a process of their own against a chosen database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.postgres_server import ServerError, running

ROOT = Path(__file__).resolve().parents[1]
NOT_HANDED_ON = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "DATABASE_URL")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty PostgreSQL cluster that lives as long as the test run, on a free port."""
    try:
        with running() as url:
            yield url
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)


def run_tests(*paths: str, database_url: str, plugins: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the tests of these files against another database, in a process of its own. Its output is in `stdout`."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON}
    command = [sys.executable, "-m", "pytest", *paths, "-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider"]
    for plugin in plugins:
        command += ["-p", plugin]
    return subprocess.run(
        [*command, "--no-migrations", "--create-db"],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
