"""Chromium, and a page that notes what a browser would complain of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

# Playwright keeps an event loop in this thread; the tests' own database calls are made between its steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser. `look` checks the page they are on."""

    def __init__(self, browser: Browser, base_url: str, width: int, *, script: bool = True) -> None:
        self.base_url = base_url
        self.complaints: list[str] = []
        context = browser.new_context(
            locale="da-DK",
            timezone_id="Europe/Copenhagen",
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        context.set_default_timeout(30_000)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self._note_console)
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)

    def _note_console(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def _note_request(self, request) -> None:
        if "/csp-rapport/" in request.url:
            self.complaints.append(f"CSP report: {request.post_data}")
        elif not request.url.startswith((self.base_url, "data:", "blob:", "about:")):
            self.complaints.append(f"another host: {request.url}")

    def _note_response(self, response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def go(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def follow(self, way: Locator) -> None:
        """Click on what leads to another page (a link, a button that sends), and wait until that page is there.

        The click alone comes back while the old page stands, or none at all.
        """
        with self.page.expect_navigation():
            way.click()

    def sign_in(self, email: str, password: str) -> None:
        self.page.context.clear_cookies()
        self.go("/konto/login/")
        self.page.locator("[name=login]").fill(email)
        self.page.locator("[name=password]").fill(password)
        self.follow(self.page.locator("form[action='/konto/login/'] button"))
        expect(self.page.locator("summary .avatar")).to_be_visible()

    def look(self, *, axe: bool = True) -> None:
        """No complaint of the browser's, no sideways scrolling, and (with `axe`) no violation of WCAG 2.2 AA."""
        assert self.complaints == []
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{self.page.url} is {overflow} pixels too wide"
        if axe:
            found = Axe().run(self.page, options=WCAG).response["violations"]
            assert found == [], "\n".join(
                f"{self.page.url} {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]
            )


@pytest.fixture
def visit(chromium, live_server):
    """`visit(width=390)` gives a new visitor with a clean browser."""
    visitors: list[Visitor] = []

    def _visit(width: int = 1280, *, script: bool = True) -> Visitor:
        visitors.append(Visitor(chromium, live_server.url, width, script=script))
        return visitors[-1]

    yield _visit
    for visitor in visitors:
        visitor.page.context.close()
