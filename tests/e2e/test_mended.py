"""What was refused is mended: it is complained of as long as it stands, and nothing typed or asked for is lost."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import expect

from amends.directory.actor import CLOCK
from amends.directory.models import Account
from amends.escalations.actions import facts, updates
from amends.escalations.models import Citation, Escalation
from tests import make
from tests.e2e.conftest import Desk
from tests.e2e.test_together import looks_again
from tests.escalations.actions.requested import small_account

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
COUNT = {"name": "count.csv", "mimeType": "text/csv", "buffer": b"1;2"}


def case() -> Escalation:
    """Rui must hear of everything."""
    make.organisation()
    escalation = make.escalation(now=NOW)
    make.contact(escalation.account, "Rui Costa", must_hear=True)
    return escalation


def test_who_takes_somebody_off_is_asked_at_once_and_complaints_end_when_they_are_answered(desk: Desk) -> None:
    escalation = case()
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    composer = page.locator("#composer")
    rui, why = composer.get_by_label("Rui Costa"), composer.locator(".leave-out").last.get_by_label("Why not")
    expect(why).to_be_hidden()

    rui.uncheck(force=True)
    expect(why).to_be_visible()
    rui.check(force=True)
    expect(why).to_be_hidden()
    rui.uncheck(force=True)
    composer.get_by_label("What you tell them").fill("We found it, Friday 19 November.")
    composer.get_by_label("Files").set_input_files([COUNT])  # type: ignore[list-item]
    composer.get_by_role("button", name=re.compile("^Send Ctrl")).click()

    expect(composer.get_by_text("count.csv: choose the files again")).to_be_visible()
    expect(composer.get_by_text("Why is Rui Costa not told?")).to_be_visible()
    expect(composer.get_by_role("button", name="Send it as it is")).to_be_visible()
    composer.get_by_label("What you tell them").fill("We found it.")
    expect(composer.get_by_role("button", name="Send it as it is")).to_have_count(0)
    composer.get_by_label("Files").set_input_files([COUNT])  # type: ignore[list-item]
    rui.check(force=True)
    expect(composer.locator(".field__error:visible")).to_have_count(0)
    expect(composer.locator("[aria-invalid]")).to_have_count(0)
    expect(why).to_be_hidden()
    composer.get_by_role("button", name=re.compile("^Send Ctrl")).click()

    expect(page.locator(".timeline")).to_contain_text("count.csv")
    assert updates.names(escalation.updates.get()) == "Maria Duarte, Rui Costa"


def test_who_changes_their_mind_twice_does_not_lose_the_text_when_the_page_renews_itself(desk: Desk) -> None:
    escalation = case()
    by, now = make.member("Tom").as_actor(), NOW + 2 * MINUTE
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    composer = page.locator("#composer")
    rui = composer.get_by_label("Rui Costa")
    rui.uncheck(force=True)
    composer.get_by_label("What you tell them").fill("We found it.")
    composer.get_by_role("button", name=re.compile("^Send Ctrl")).click()
    expect(composer.get_by_text("Why is Rui Costa not told?")).to_be_visible()
    rui.check(force=True)
    rui.uncheck(force=True)
    page.evaluate("document.activeElement.blur(); document.getElementById('composer').dataset.same = ''")

    updates.log(escalation, channel="call", text="On it.", at=now, by=by, now=now)
    looks_again(page)

    expect(page.locator("#told")).to_contain_text("before you send yours")
    expect(page.locator("#composer[data-same]")).to_have_count(1)
    expect(composer.get_by_label("What you tell them")).to_have_value("We found it.")


def test_an_account_that_is_missing_is_added_on_the_way_and_what_was_typed_is_there_again(desk: Desk) -> None:
    account = small_account()
    desk.at(NOW)
    page = desk.log_in(account.csm)
    page.goto(f"{desk.address}/escalations/new/")
    page.get_by_label("Account").fill("Zebra")
    page.get_by_label("What has happened, in a sentence").fill("Nothing arrives")
    page.get_by_label("In their words").first.fill("Our shelves are empty")
    page.keyboard.press("Control+Enter")

    page.get_by_role("link", name="Add it as an account").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Zebra")
    page.get_by_label("Name", exact=True).fill("Zebra Foods")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_label("Account")).to_have_value("Zebra Foods")
    expect(page.get_by_label("What has happened, in a sentence")).to_have_value("Nothing arrives")
    expect(page.get_by_label("In their words").first).to_have_value("Our shelves are empty")
    assert Account.objects.filter(name="Zebra Foods").exists()


def test_a_correction_is_one_way_from_the_case_to_the_mail_and_keeps_what_was_being_written(desk: Desk) -> None:
    escalation = case()
    by = escalation.handler.as_actor()
    shown = {"source": "Journal", "evidence": "A query.", "is_confirmed": True}
    fact = facts.state(escalation, words="214 orders were sent twice.", by=by, now=NOW, **shown)  # type: ignore[arg-type]
    to = list(escalation.account.contacts.all())
    updates.send(escalation, text="This we know.", to=to, cites=[fact], by=by, now=NOW)
    facts.refute(fact, evidence="It counted retries.", by=CLOCK, now=NOW)
    desk.at(NOW + MINUTE)
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    composer = page.locator("#composer")
    composer.get_by_label("What you tell them").fill("We have to correct a number.")
    expect(composer.locator("[data-draft-says]")).to_contain_text("Draft kept")

    page.get_by_role("link", name="Correct it…").click()
    page.locator("#ask").get_by_role("link", name="State what is right…").click()
    page.locator("#ask").get_by_label("What is, or may be, so").fill("219 orders were.")
    page.locator("#ask").get_by_role("button", name=re.compile("^State it")).click()

    ticked = composer.get_by_label(re.compile("^219 orders were"))
    expect(ticked).to_be_checked()
    expect(composer.get_by_label("What you tell them")).to_have_value("We have to correct a number.")
    # A draft that has it not ticked does not undo what is asked for.
    ticked.uncheck()
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    expect(ticked).not_to_be_checked()
    page.get_by_role("link", name="Correct it…").click()
    page.locator("#ask").get_by_role("link", name="Write to them").click()
    expect(ticked).to_be_checked()
    composer.get_by_role("button", name=re.compile("^Send Ctrl")).click()
    expect(page.get_by_text("The customer was told what is certain no longer.")).to_have_count(0)
    assert not Citation.objects.to_be_corrected().exists()
