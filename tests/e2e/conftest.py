"""A real browser before the real pages. Hours pass because the machine's clock is moved, not because we wait."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from amends.directory.models import Member
from amends.lib import wall
from amends.worker.deliver import Sender
from amends.worker.tick import tick
from tests.make import PASSWORD

# The first is the same without windows, which nobody would see: it takes half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
# Nothing that a browser would look up by itself: a test opens no connection but to the desk.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="No Chromium here: the browser tests were skipped."))


# A busy machine is slow; what does not come at all fails as surely a little later.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs a loop of its own in this thread; Django would take that for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@dataclass
class Desk:
    """The pages as a person meets them, and the time of day."""

    browser: Browser
    address: str
    traveller: time_machine.Traveller | None = None
    now: dt.datetime | None = None

    def at(self, moment: dt.datetime, sender: Sender | None = None) -> None:
        """It is now `moment`: for the pages, the clock and the sender alike; both do what is due."""
        if self.traveller:
            self.traveller.stop()
        self.traveller = time_machine.travel(moment, tick=False)
        self.traveller.start()
        self.now = moment
        tick(wall.now())
        while sender and sender.deliver():
            pass

    def enter(self, *, width: int = 1280) -> Page:
        """A browser of its own, not logged in yet. Whatever it complains of fails the test."""
        context = self.browser.new_context(viewport={"width": width, "height": 900})
        if self.now:
            context.clock.set_fixed_time(self.now)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: pytest.fail(f"A script failed: {error}"))
        page.on("request", lambda request: self._stays_at_home(request.url))
        return page

    def log_in(self, member: Member, *, width: int = 1280) -> Page:
        """A browser of their own for a member who has logged in already, on their first page."""
        client = Client()
        client.force_login(member)
        [session] = client.cookies.values()
        page = self.enter(width=width)
        page.context.add_cookies([{"name": session.key, "value": session.value, "url": self.address}])
        page.goto(self.address)
        return page

    def log_in_through_the_page(self, member: Member) -> Page:
        """The same, as a person does it."""
        page = self.enter()
        page.goto(f"{self.address}/login/")
        page.fill("input[name=login]", member.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("[data-main]")
        page.wait_for_url(f"{self.address}/")
        return page

    def all_leave(self) -> None:
        """Every browser is closed: an open page goes on asking what is new, as long as it stands."""
        for context in self.browser.contexts:
            context.close()

    def _stays_at_home(self, url: str) -> None:
        assert url.startswith((self.address, "data:")), f"The page asked another host: {url}"


@pytest.fixture
def desk(browser: Browser, transactional_db: None, live_server: object) -> Iterator[Desk]:
    desk = Desk(browser, str(live_server))
    yield desk
    desk.all_leave()
    if desk.traveller:
        desk.traveller.stop()
