"""Pictures for the guide, taken by the walk itself, so that they show what is there: `make pictures`."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = os.environ.get("AMENDS_PICTURES", "")


def photograph(page: Page, name: str, *, top: str = "", height: int = 860) -> None:
    """The page as its reader sees it, from `top` (a selector) on; only when somebody makes the guide's pictures."""
    if not FOLDER:
        return
    page.set_viewport_size({"width": 1180, "height": height})
    page.evaluate("document.fonts.ready")
    page.evaluate(
        "top => scrollTo(0, top ? document.querySelector(top).getBoundingClientRect().top + scrollY - 200 : 0)", top
    )
    # What one has just done fades in and out.
    page.wait_for_timeout(400)
    page.screenshot(path=Path(FOLDER) / f"{name}.png")
