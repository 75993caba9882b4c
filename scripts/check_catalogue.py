"""Is the Danish catalogue complete? Extracts every message anew (GNU gettext) and compares. Exit code 1 if not."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale/da/LC_MESSAGES/django.po"
EXTRACT = [
    "makemessages",
    "-l",
    "da",
    "--no-obsolete",
    "--no-wrap",
    "-i",
    "var",
    "-i",
    ".venv",
    "-i",
    "tests",
    "-v",
    "0",
]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "django.po"
        shutil.copy2(CATALOGUE, kept)
        try:
            subprocess.run([sys.executable, "manage.py", *EXTRACT], cwd=ROOT, check=True)
            fresh = polib.pofile(str(CATALOGUE))
        finally:
            shutil.copy2(kept, CATALOGUE)
    known = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(CATALOGUE))}
    missing = [entry for entry in fresh if (entry.msgctxt, entry.msgid) not in known or not _is_translated(entry)]
    for entry in missing:
        print(f"{entry.occurrences[0][0] if entry.occurrences else '?'}: {entry.msgid!r}")
    print(f"Dansk katalog: {len(fresh)} tekster, {len(missing)} mangler.")
    return bool(missing)


def _is_translated(entry: polib.POEntry) -> bool:
    return entry.translated() and not entry.fuzzy


if __name__ == "__main__":
    sys.exit(main())
