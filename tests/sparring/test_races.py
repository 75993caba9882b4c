"""Several people at the same moment, on a SQLite file and on PostgreSQL."""

import pytest

from tests.postgres import postgres_url, run_tests  # noqa: F401  the fixture

RACES = ("tests/sparring/races.py", "tests/sparring/note_races.py", "tests/sparring/round_races.py")


def test_races_end_well_on_a_sqlite_file(tmp_path):
    done = run_tests(*RACES, database_url=f"sqlite:///{tmp_path}/unused.sqlite3", plugins=("tests.sqlite_file",))
    assert done.returncode == 0, done.stdout


@pytest.mark.postgres
def test_races_end_well_on_postgresql(postgres_url):  # noqa: F811
    done = run_tests(*RACES, database_url=postgres_url)
    assert done.returncode == 0, done.stdout
