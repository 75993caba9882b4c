"""What the commands for developers say of a file that they can't use: a sentence in Danish, and no traceback."""

import pytest

from search.thesaurus import FOLDER, GENERAL_FILE
from tests.site.test_bad_input import run  # noqa: F401  the fixture

SAYS_NOTHING = {
    "empty": b"",
    "binary": b"\x89PNG\r\n\x1a\n\x00\xff",
    "another text": "Kære borger\n".encode(),
    "half an entry": b"fly|2",
}


@pytest.fixture(autouse=True)
def general():
    """The thesaurus of the project is left as it is by a command that fails."""
    before = (FOLDER / GENERAL_FILE).read_bytes()
    yield
    assert (FOLDER / GENERAL_FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("findes-ikke.dat", "filen findes ikke."),
        (".", "det er en mappe."),
        ("caf\udce9.dat", "filen findes ikke."),
        ("a" * 300, "systemet kan ikke læse den."),
    ],
)
def test_build_thesaurus_says_why_a_file_cannot_be_opened(db, run, file, reason):  # noqa: F811
    code, said = run("build_thesaurus", file)

    assert (code, said.count("\n"), said.endswith(reason)) == (1, 0, True), said


@pytest.mark.parametrize("content", SAYS_NOTHING.values(), ids=SAYS_NOTHING)
def test_build_thesaurus_refuses_a_file_without_synonyms(db, run, tmp_path, content):  # noqa: F811
    file = tmp_path / "th.dat"
    file.write_bytes(content)

    code, said = run("build_thesaurus", file)

    assert (code, said.count("\n"), said.startswith(f"CommandError: {file}")) == (1, 0, True), said
