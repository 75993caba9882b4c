"""Take the pictures in docs/pictures: the demonstration municipality in Chromium, 1280 and 390 pixels wide.

A site of its own is filled in a temporary folder and stopped again; nothing in var/ is touched.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
PASSWORD = "samtale-i-egeby"  # noqa: S105 (the demonstration's own, printed by make run)
WIDTHS = {"wide": 1280, "narrow": 390}
# file name, who looks, address
PAGES = [
    ("front-page", "laura.bech", "/"),
    ("search", "laura.bech", "/soeg/?q=vrede+naboer"),
    ("method-card", "laura.bech", "/metodekort/naar-boelgerne-gaar-hoejt/"),
    ("case", "laura.bech", "/cases/cykelstien-paa-skolevej/"),
    ("free-places", "laura.bech", "/sparring/ledige-tider/"),
    ("my-day", "karen.winther", "/min-dag/"),
    ("notes", "karen.winther", "/noter/"),
    ("note-form", "karen.winther", "/noter/ny/"),
    ("corps", "laura.bech", "/korpset/"),
    ("rounds", "birgit.holst", "/sparring/runder/"),
]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, site(Path(var)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width_name, width in WIDTHS.items():
            for person in dict.fromkeys(who for _, who, _ in PAGES):
                take(browser, address, width_name, width, person)
        browser.close()


def take(browser: Browser, address: str, width_name: str, width: int, person: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="da-DK", timezone_id="Europe/Copenhagen"
    )
    page = context.new_page()
    page.goto(f"{address}/konto/login/")
    page.fill("[name=login]", f"{person}@egeby.example")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/konto/login/'] button")
    page.wait_for_selector("summary .avatar")
    for name, who, path in PAGES:
        if who == person:
            page.goto(address + path)
            page.screenshot(path=PICTURES / f"{name}-{width_name}.png")
            print(f"{name}-{width_name}.png")
    context.close()


@contextmanager
def site(var: Path) -> Iterator[str]:
    """The demonstration municipality, served on a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DIALOGKORPS_VAR": str(var),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
    }
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/konto/login/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=20).close()  # noqa: S310 (our own server)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{address} does not answer")


if __name__ == "__main__":
    main()
