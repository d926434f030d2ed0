"""An address that is to be handed on is copied with one press, and the page says so; without scripts by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from amends.escalations.models import CustomerLink, Escalation
from tests import make
from tests.e2e.conftest import Desk

NOW = dt.datetime(2026, 11, 19, 13, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def case(transactional_db: None) -> Escalation:
    return make.escalation(now=NOW - DAY)


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_link_is_copied_from_the_drawer_in_which_it_is_shown_once(desk: Desk, case: Escalation) -> None:
    desk.at(NOW)
    page = desk.log_in(case.handler)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{desk.address}/escalations/{case.key}/")
    page.get_by_role("link", name="Give a link…").click()
    drawer = page.locator("#ask")
    drawer.get_by_label("Send it to them by mail now").uncheck()
    drawer.get_by_role("button", name="Give it").click()

    drawer.get_by_role("button", name="Copy the link").click()

    expect(drawer.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert clipboard(page) == drawer.get_by_label("The link").input_value()
    assert CustomerLink.objects.get(escalation=case).revoked_at is None


def test_what_the_browser_does_not_let_us_copy_is_marked_and_copied_the_old_way(desk: Desk, case: Escalation) -> None:
    desk.at(NOW)
    page = desk.log_in(case.handler)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{desk.address}/you/calendar/")
    page.get_by_role("button", name="Make an address").click()

    page.get_by_role("button", name="Copy the address").click()

    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    field = page.get_by_role("textbox", name="The address")
    assert page.evaluate("getSelection().toString()") == field.input_value()


def test_without_scripts_no_button_stands_there_that_does_nothing(desk: Desk, case: Escalation) -> None:
    desk.at(NOW)
    page = desk.log_in(case.handler)
    context = desk.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(f"{desk.address}/you/calendar/")
    plain.get_by_role("button", name="Make an address").click()

    expect(plain.get_by_role("textbox", name="The address")).to_be_visible()
    expect(plain.get_by_role("button", name="Copy")).to_have_count(0)
    context.close()
