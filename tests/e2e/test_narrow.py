"""On a phone nothing hides at the side of a table, and no sign stands alone on a line."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Locator, Page

from amends.directory.actor import COMMAND_LINE
from amends.escalations.actions import causes
from amends.escalations.actions import customer_links as links
from amends.escalations.customer_links import token
from tests import make
from tests.e2e.conftest import Desk

NOW = dt.datetime(2026, 11, 19, 13, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NAME = "Orders are sent again too early wherever a warehouse answers slowly, and arrive twice"


def hides(page: Page) -> list[int]:
    """By how much each table is wider than there is room."""
    found: list[int] = page.evaluate(
        "[...document.querySelectorAll('.scrolls')].map(t => t.scrollWidth - t.clientWidth)"
    )
    return found


def is_beside(sign: Locator, words: Locator) -> bool:
    one, other = sign.bounding_box(), words.bounding_box()
    assert one and other
    return one["x"] + one["width"] <= other["x"] and other["y"] - 4 <= one["y"] < other["y"] + other["height"]


def test_the_lists_of_a_cause_fold_and_what_a_case_comes_of_stands_beside_its_sign(desk: Desk) -> None:
    case = make.escalation(now=NOW - DAY)
    cause = make.cause(NAME, now=NOW - DAY)
    causes.link(cause, case, by=COMMAND_LINE, now=NOW - DAY)
    other = make.account("Delta Farm Co-operative of the Lower Danube")
    make.contact(other, "Ana Moor")
    causes.mark(cause, [other], how_we_know="The same release, and a slow warehouse", by=COMMAND_LINE, now=NOW - DAY)
    desk.at(NOW)
    page = desk.log_in(case.handler, width=360)

    page.goto(f"{desk.address}/causes/")
    of_all = hides(page)
    page.goto(f"{desk.address}/causes/{cause.key}/")
    of_one = hides(page)
    page.goto(f"{desk.address}/escalations/{case.key}/")
    line = page.locator(".case-header__cause")

    assert of_all == [0] and of_one and not any(of_one)
    assert is_beside(line.locator(".icon").first, line.locator("span").first)


def test_whose_page_it_is_stands_beside_its_lock(desk: Desk) -> None:
    case = make.escalation(now=NOW - DAY)
    link = links.give(case, contact=case.contact, by=case.handler.as_actor(), now=NOW - DAY)
    desk.at(NOW)
    page = desk.enter(width=360)
    page.goto(f"{desk.address}/c/{token(link)}/")
    line = page.locator(".their-letter__from .row")

    assert is_beside(line.locator(".icon"), line.locator("span"))
