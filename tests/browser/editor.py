"""What is done in Wagtail's editor, whoever does it."""

from __future__ import annotations

import re

from playwright.sync_api import Page

MORE_ACTIONS = "footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle"


def write_case(page: Page, *, title: str, intro: str, situation: str) -> None:
    """Fill what a case must have, in the form of a new one."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=intro]").fill(intro)
    page.get_by_role("button", name=re.compile("Insert a block|Indsæt|Tilføj", re.I)).first.click()
    page.get_by_role("option", name=re.compile("Situationen|The situation", re.I)).click()
    page.locator("[data-contentpath=body] [contenteditable=true]").first.click()
    page.keyboard.type(situation)


def submit(page: Page) -> None:
    page.locator(MORE_ACTIONS).first.click()
    page.locator("[name=action-submit]").click()
