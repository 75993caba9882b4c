"""Runs a PostgreSQL of one's own for tests and benches, from Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.ports import free_port

NAME = "dialogkorps"


class ServerError(Exception):
    """PostgreSQL can't be had here; the message says why."""


@contextmanager
def running() -> Iterator[str]:
    """The address of an empty database on a free port of 127.0.0.1, gone with all its data at the end."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="dialogkorps-postgres-", dir="/tmp"))
    data, port = folder / "data", free_port()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=60"
    try:
        _run(folder, binaries / "initdb", "-D", data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(folder, binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            _run(folder, binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", NAME, NAME)
            yield f"postgres://{NAME}@127.0.0.1:{port}/{NAME}"
        finally:
            _run(folder, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    """Debian keeps the server's programs by version, and not on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
    if not versions:
        raise ServerError("PostgreSQL is missing: install the Debian package postgresql.")
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
            raise ServerError(f"{program.name} failed: {output.read().decode(errors='replace')}")
