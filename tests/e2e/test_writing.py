"""Writing while the customer speaks: nothing typed goes elsewhere, and what is refused is in sight."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import expect

from amends.escalations.actions import updates
from amends.escalations.models import Escalation
from tests import make
from tests.e2e.conftest import Desk
from tests.escalations.actions.requested import requested, small_account

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_a_call_is_written_down_at_the_side_while_its_times_are_read(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")

    page.keyboard.press("l")
    said = page.locator("#ask").get_by_label("What was said")
    expect(said).to_be_focused()
    with page.expect_response(lambda response: response.url.endswith("/send/read/")):
        page.keyboard.type("Rang them: next word today by 15:00")

    expect(page.locator("#ask .reading__offer")).to_contain_text("today by 15:00")
    expect(said).to_have_value("Rang them: next word today by 15:00")
    expect(said).to_be_focused()
    # Letters are no keys while one stands on a choice of the form.
    page.locator("#ask").get_by_label("They told us").focus()
    page.keyboard.press("n")
    expect(said).to_have_value("Rang them: next word today by 15:00")


def test_what_is_pasted_the_instant_one_may_write_is_read_as_well(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    page.evaluate("""document.addEventListener("focusin", ({ target }) => {
      if (!target.matches("#ask textarea") || target.value) return;
      target.value = "Next word today by 15:00";
      target.dispatchEvent(new Event("input", { bubbles: true }));
    })""")

    page.keyboard.press("l")

    expect(page.locator("#ask .reading__offer")).to_contain_text("today by 15:00")


def test_what_the_intake_refuses_has_the_focus(desk: Desk) -> None:
    account = small_account()
    desk.at(NOW)
    page = desk.log_in(account.csm)
    page.goto(f"{desk.address}/escalations/new/")
    page.get_by_label("Account").fill(account.name)
    page.get_by_label("What has happened, in a sentence").fill("Wants it in green")
    page.keyboard.press("Control+Enter")

    why = page.get_by_label("Why it should be opened all the same")
    expect(why).to_be_focused()
    expect(why).to_be_in_viewport()
    expect(page.get_by_label("Account")).to_have_value(account.name)


def test_enter_goes_on_to_the_next_problem(desk: Desk) -> None:
    account = small_account()
    desk.at(NOW)
    page = desk.log_in(account.csm)
    page.goto(f"{desk.address}/escalations/new/")
    page.get_by_label("Account").fill(account.name)
    page.get_by_label("What has happened, in a sentence").fill("Wrong invoices")
    page.get_by_label("Why it should be opened all the same").evaluate("field => { field.value = 'They write'; }")
    page.get_by_label("In their words").first.focus()
    page.keyboard.type("The VAT is wrong")
    page.keyboard.press("Enter")
    page.keyboard.type("Nobody called back")
    with page.expect_navigation(url="**/escalations/ESC-*/"):
        page.keyboard.press("Control+Enter")

    words = Escalation.objects.get().problems.order_by("rank").values_list("words", flat=True)
    assert list(words) == ["The VAT is wrong", "Nobody called back"]


def test_the_one_form_of_a_page_is_sent_without_having_the_focus(desk: Desk) -> None:
    asked = requested(now=NOW)
    desk.at(NOW + MINUTE)
    page = desk.log_in(asked.nadia)
    page.goto(f"{desk.address}/escalations/{asked.case.key}/accept/")
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation(url=f"**/escalations/{asked.case.key}/"):
        page.keyboard.press("Control+Enter")

    asked.case.refresh_from_db()
    assert asked.case.status == Escalation.Status.OPEN


def test_a_place_is_found_by_its_name_before_what_only_mentions_it(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW, reason="Our holds are not shown")
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.keyboard.press("Control+k")
    # What was marked first, where one was last, goes away with the first letter.
    expect(page.locator("#palette-found [aria-selected=true]")).to_be_visible()
    page.keyboard.type("holds")
    expect(page.locator("#palette-found")).to_contain_text("Our holds are not shown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/holds/")


def test_what_a_mail_keeps_follows_whom_it_goes_to_until_one_chooses_oneself(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    by = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="We are on it.", at=NOW, by=by, now=NOW)
    make.contact(escalation.account, "Rui Costa")
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    composer = page.locator("#composer")
    maria, rui = composer.get_by_label("Maria Duarte", exact=True), composer.get_by_label("Rui Costa", exact=True)
    kept = composer.get_by_label(re.compile("“An update on where we stand”, to Maria Duarte"))
    expect(kept).to_be_checked()
    expect(composer.get_by_role("button", name="See it as Maria")).to_be_visible()

    rui.check()
    maria.uncheck()

    expect(kept).not_to_be_checked()
    expect(composer.get_by_role("button", name="See it as Rui")).to_be_visible()
    rui.uncheck()
    expect(composer.get_by_role("button", name="See it as they will")).to_be_visible()
    maria.check()
    expect(kept).to_be_checked()
    kept.uncheck()
    maria.uncheck()
    maria.check()
    expect(kept).not_to_be_checked()
