"""A pytest plugin: the SQLite test database is a file, as in production. In memory, threads share one connection."""

import tempfile
from pathlib import Path

from django.db import connections


def pytest_sessionstart() -> None:
    folder = Path(tempfile.mkdtemp(prefix="dialogkorps-sqlite-"))
    connections["default"].settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")
