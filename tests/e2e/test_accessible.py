"""WCAG 2.2 AA: axe-core finds nothing on any page, in either theme, as a page and with its drawers open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from amends.demo import story
from amends.directory.actor import Role
from amends.escalations.models import Escalation
from tests.e2e.conftest import Desk
from tests.web.test_permissions import TABLE, address, one_of_everything

NOW = dt.datetime(2026, 11, 19, 13, 10, tzinfo=dt.UTC)


@pytest.fixture
def told(desk: Desk) -> SimpleNamespace:
    """The demo organisation, with one of everything besides."""
    desk.at(NOW)
    story.tell(now=NOW)
    return one_of_everything()


def findings(page: Page) -> Iterator[str]:
    """What axe says is wrong: rule, why, and where."""
    # Only what asks for motion changes while axe looks.
    response = Axe().run(page, options={"resultTypes": ["violations"]}).response
    for violation in response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:300]})"


def found_in_both_themes(page: Page) -> list[str]:
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"{theme}: {finding}" for finding in findings(page)]
    return found


def test_axe_finds_nothing_on_any_page(desk: Desk, told: SimpleNamespace):
    page = desk.log_in(told.people[Role.ADMINISTRATOR])
    wrong = {}

    for name in TABLE:
        path = address(name, told)
        answer = page.request.get(desk.address + path, max_redirects=0)
        if name == "account_logout" or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if answer.status not in (200, 422) or "<html" not in answer.text():
            continue
        page.goto(desk.address + path)
        if found := found_in_both_themes(page):
            wrong[name] = found

    assert not wrong


def test_axe_finds_nothing_on_a_rich_case_with_each_drawer_open(desk: Desk, told: SimpleNamespace):
    page = desk.log_in(told.people[Role.ADMINISTRATOR])
    wrong = {}

    for escalation in Escalation.objects.filter(account__name__startswith="Brightwater").order_by("id")[:1]:
        page.goto(f"{desk.address}/escalations/{escalation.key}/")
        for drawer in ("", *(each.get_attribute("id") for each in page.locator("aside[popover]").all())):
            if drawer:
                page.evaluate("id => document.getElementById(id).showPopover()", drawer)
            if found := found_in_both_themes(page):
                wrong[drawer or "page"] = found
            if drawer:
                page.evaluate("id => document.getElementById(id).hidePopover()", drawer)
        for link in page.locator("a[data-ask]").evaluate_all("links => links.map(link => link.href)"):
            page.goto(link)
            if found := found_in_both_themes(page):
                wrong[link] = found

    assert not wrong


def test_axe_finds_nothing_on_a_telephone(desk: Desk, told: SimpleNamespace):
    page = desk.log_in(told.people[Role.CSM], width=360)
    wrong = {}

    for path in ("/", "/escalations/", "/escalations/new/", f"/escalations/{told.key}/", "/accounts/"):
        page.goto(desk.address + path)
        if found := found_in_both_themes(page):
            wrong[path] = found

    assert not wrong
