"""WCAG 2.2 AA: nothing is found where there is much to see, with any drawer open, and before one is in."""

from __future__ import annotations

import datetime as dt

from django.template.loader import render_to_string
from playwright.sync_api import Page

from amends.demo import story
from amends.directory.actor import Role
from amends.escalations import decision_links
from amends.escalations.actions import decisions
from tests.e2e.conftest import Desk
from tests.e2e.looking import Looker
from tests.escalations.actions.requested import requested

NOW = dt.datetime(2026, 11, 19, 13, 10, tzinfo=dt.UTC)
CROWDED = ("/", "/escalations/?view=all", "/overview/", "/outbox/", "/search/?q=bright", "/notices/")
BROKEN = ("400.html", "403.html", "403_csrf.html", "429.html", "500.html", "refused.html")


def ask(page: Page, path: str) -> None:
    """Open in the drawer what a link of the page asks for."""
    page.evaluate("path => htmx.ajax('GET', path, { target: '#ask', swap: 'innerHTML' })", path)
    page.locator("#ask:popover-open .drawer__head").wait_for()


def test_nothing_is_found_where_there_is_much_and_with_any_drawer_open(desk: Desk) -> None:
    desk.at(NOW)
    told = story.tell(now=NOW)
    case = next(each for each in told.escalations if each.account.name.startswith("Brightwater"))
    administrator = next(member for member in told.members if member.role == Role.ADMINISTRATOR)
    page = desk.log_in(administrator)
    looker = Looker(page)
    wrong: dict[str, list[str]] = {}

    for path in (*CROWDED, f"/escalations/{case.key}/"):
        page.goto(desk.address + path)
        wrong[path] = looker.look(only="body")
    for drawer in page.locator("[popover]:not(#ask)").evaluate_all("all => all.map(each => each.id)"):
        page.evaluate("id => document.getElementById(id).showPopover()", drawer)
        wrong[drawer] = looker.look(only=f"#{drawer}")
        page.evaluate("id => document.getElementById(id).hidePopover()", drawer)
    asks = page.locator("a[data-ask]").evaluate_all("links => [...new Set(links.map(link => link.pathname))]")
    # What stands behind them was looked at, and is long.
    page.locator("main").evaluate("main => { main.hidden = true }")
    for path in asks:
        ask(page, path)
        # It was looked at as a page of its own.
        wrong[path] = looker.glance("#ask")
        page.evaluate("document.getElementById('ask').hidePopover()")
    page.keyboard.press("Control+k")
    page.keyboard.type("bright")
    page.locator("#palette-found [role=group]").first.wait_for()
    wrong["the palette"] = looker.look(only="#palette")

    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(asks) > 10


def test_nothing_is_found_before_one_is_in(desk: Desk) -> None:
    desk.at(NOW)
    request = requested(now=NOW, outcome_wanted="One right invoice")
    token = decision_links.sign(decisions.pending(request.case).pk, request.nadia.pk, NOW)
    page = desk.enter()
    looker = Looker(page)
    wrong: dict[str, list[str]] = {}

    for path in (
        "/login/",
        "/password/forgotten/",
        "/password/forgotten/sent/",
        "/password/done/",
        "/password/abc-abc/",
        "/nowhere/",
        *(f"/decide/{token}/{how}/" for how in ("accept", "decline", "give-back", "close")),
        "/decide/mistyped/accept/",
    ):
        page.goto(desk.address + path)
        wrong[path] = looker.look()
    page.goto(f"{desk.address}/login/")
    page.fill("input[name=login]", request.nadia.email)
    page.fill("input[name=password]", "not this one")
    page.click("[data-main]")
    page.locator(".notice--bad, .field__error").first.wait_for()
    wrong["a login that fails"] = looker.look()
    for template in BROKEN:
        shown = render_to_string(template)
        page.route("**/broken/", lambda route, *, body=shown: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{desk.address}/broken/")
        wrong[template] = looker.look()

    assert {name: found for name, found in wrong.items() if found} == {}
