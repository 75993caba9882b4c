"""Reading the demonstration municipality's files. An editor may change them; slugs tie them together."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


def read(name: str) -> dict[str, Any]:
    """One TOML file below demo/data."""
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def read_folder(name: str) -> Iterator[dict[str, Any]]:
    """Every TOML file of a folder below demo/data, by file name."""
    for path in sorted((DATA / name).glob("*.toml")):
        with path.open("rb") as file:
            yield tomllib.load(file)
