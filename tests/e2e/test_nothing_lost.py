"""What one has typed in a real browser: it is one's own, it counts once, and nobody is taken away from it."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from amends.escalations.actions import hearings, updates
from tests import make
from tests.e2e.conftest import Desk
from tests.e2e.test_together import looks_again

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('amends:draft:')).length"


def test_whoever_logs_in_next_does_not_find_what_another_has_typed(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    tom, nadia = escalation.account.csm, escalation.handler
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(tom)
    case = f"{desk.address}/escalations/{escalation.key}/"
    page.goto(case)
    begun = page.input_value("#composer textarea")
    page.fill("#composer textarea", "What only Tom knows of Maria")
    expect(page.locator("#composer [data-draft-says]")).to_contain_text("Draft kept")

    page.context.clear_cookies()
    page.goto(case)
    assert page.evaluate(KEPT) == 1  # Tom may be the one who comes back
    for member in (nadia, tom):
        page.context.clear_cookies()
        page.goto(f"{desk.address}/login/")
        page.fill("input[name=login]", member.email)
        page.fill("input[name=password]", make.PASSWORD)
        page.click("[data-main]")
        page.wait_for_url(f"{desk.address}/")
        page.goto(case)

        expect(page.locator("#composer textarea").first).to_have_value(begun.replace(str(tom), str(member)))
        assert page.evaluate(KEPT) == 0


def test_who_is_logged_out_while_typing_stays_and_is_told(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/new/")
    page.context.clear_cookies()
    says = page.get_by_text("You have been logged out.")

    page.fill("[name=account]", "Brightwater")

    expect(says).to_be_visible()
    expect(page.locator("[name=account]")).to_have_value("Brightwater")
    says.get_by_role("link").click()
    page.wait_for_url("**/login/?next=/escalations/new/")


def test_two_presses_in_the_drawer_are_one(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    page.keyboard.press("l")
    form = page.locator("#ask form").first
    form.locator("textarea[name=text]").fill("They were calm")

    form.evaluate("form => { const press = () => form.querySelector('[data-main]').click(); press(); press(); }")

    expect(page.locator("#live-timeline")).to_contain_text("They were calm")
    assert escalation.updates.count() == 1


def test_a_mail_that_came_back_keeps_its_mistakes_while_the_page_renews_itself(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(of=make.account("Brightwater Foods"), now=NOW)
    tom, nadia = escalation.account.csm, escalation.handler
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(tom)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    # The 20th of November 2026 is a Friday.
    page.fill("#composer textarea", "Dear Maria, by Monday 20 November 2026 16:00 you hear more.")
    page.click("#composer [data-main]")
    mistake = page.locator("#composer .field__error")
    expect(mistake).to_have_count(1)
    page.evaluate("document.activeElement.blur()")

    now = NOW + dt.timedelta(minutes=6)
    updates.log(escalation, channel="call", text="On it.", at=now, by=nadia.as_actor(), now=now)
    looks_again(page)

    expect(page.locator("#told")).to_contain_text("before you send yours")
    expect(mistake).to_have_count(1)
    expect(page.locator("#composer [name=as_it_is]")).to_have_count(1)


def test_a_draft_that_is_brought_back_undoes_nothing_that_another_said_meanwhile(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW, mood="calm")
    tom, nadia = escalation.account.csm, escalation.handler
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(tom)
    heard = f"{desk.address}/escalations/{escalation.key}/heard/"
    page.goto(heard)
    page.fill("[name=expectation]", "A call")
    expect(page.locator("[data-draft-says]")).to_contain_text("Draft kept")
    page.goto(f"{desk.address}/")
    hearings.complete(escalation, said={"mood": "furious"}, by=nadia.as_actor(), now=NOW + dt.timedelta(minutes=6))

    page.goto(heard)
    expect(page.locator("[data-draft-says]")).to_contain_text("brought back")
    page.click("[data-main]")
    page.wait_for_url(f"{desk.address}/escalations/{escalation.key}/")

    escalation.refresh_from_db()
    assert (escalation.expectation, escalation.mood) == ("A call", "furious")
