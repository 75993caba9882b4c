"""Make .venv and install a requirements file into it, if that has not been done. Standard library only.

Usage: python3 scripts/environment.py requirements.txt
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED_MEGABYTES = 1500


def stop(sentence):
    """End with one clear sentence."""
    print(f"Dialogkorps: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def ensure(requirements):
    """Return the interpreter of .venv, with everything in `requirements` installed."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this very check is for older ones)
        stop(f"Python 3.11 eller nyere er nødvendig. Denne er {sys.version_info[0]}.{sys.version_info[1]}.")
    mark = VENV / f"installed-{requirements}"
    wanted = _fingerprint(requirements)
    if mark.exists() and mark.read_text() == wanted:
        return str(PYTHON)
    free = shutil.disk_usage(str(ROOT)).free // 10**6
    if free < NEEDED_MEGABYTES:
        stop(f"Der er for lidt plads på disken: {free} MB er fri, {NEEDED_MEGABYTES} MB skal bruges.")
    if not PYTHON.exists():
        print("Opretter .venv …", flush=True)
        if subprocess.run(
            [sys.executable, "-m", "venv", str(VENV)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).returncode:
            shutil.rmtree(str(VENV), ignore_errors=True)
            stop("Kunne ikke oprette .venv. Installér pakken python3-venv, og prøv igen.")
    print(f"Installerer pakkerne i {requirements} …", flush=True)
    install = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-r",
        requirements,
        "-c",
        "constraints.txt",
    ]
    if not sys.stdout.isatty():
        install.append("-q")
    if subprocess.run(install, cwd=str(ROOT)).returncode:
        stop("Pakkerne kunne ikke installeres. Er der adgang til PyPI eller jeres eget spejl?")
    mark.write_text(wanted)
    return str(PYTHON)


def _fingerprint(requirements):
    digest = hashlib.sha256()
    for name in ("requirements.txt", "constraints.txt", requirements):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    ensure(sys.argv[1])
