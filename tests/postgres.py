"""A PostgreSQL of the test run's own, and tests that run in a process of their own against a chosen database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_HANDED_ON = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "DATABASE_URL")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty PostgreSQL cluster that lives as long as the test run, on a free port."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="dialogkorps-postgres-", dir="/tmp"))
    data, port = folder / "data", _free_port()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=60"
    _run(folder, binaries / "initdb", "-D", data, "-U", "dialogkorps", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    _run(folder, binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        _run(folder, binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "dialogkorps", "dialogkorps")
        yield f"postgres://dialogkorps@127.0.0.1:{port}/dialogkorps"
    finally:
        _run(folder, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


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


def _binaries() -> Path:
    """Debian keeps the server's programs by version, and not on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
    if not versions:
        pytest.fail("PostgreSQL is missing: install the Debian package postgresql.", pytrace=False)
    return versions[-1].parent


def _run(folder: Path, program: Path, *arguments: str | Path) -> None:
    """Run a program of PostgreSQL, which refuses to serve as root."""
    command = [str(part) for part in (program, *arguments)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    # Into a file, as a server that was started would keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, timeout=60, check=False)
        output.seek(0)
        if done.returncode:
            pytest.fail(f"{program.name} failed: {output.read().decode(errors='replace')}", pytrace=False)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
