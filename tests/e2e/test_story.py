"""The story that the desk exists for, in a real browser, with real mail, from the phone call to the close."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from playwright.sync_api import Page, expect

from amends.escalations import invariants
from amends.escalations.models import Escalation, Promise
from amends.lib import wall
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from tests import make
from tests.e2e.conftest import Desk
from tests.mailbox import Mailbox


def berlin(day: int, time: str) -> dt.datetime:
    """A moment of November 2026 on a clock in Berlin; Lisbon is an hour behind."""
    hour, minute = map(int, time.split(":"))
    return dt.datetime(2026, 11, day, hour - 1, minute, tzinfo=dt.UTC)


def test_from_the_phone_call_to_the_close(desk: Desk, mailbox: Mailbox, settings: Any) -> None:
    settings.SMTP_URL = mailbox.url
    make.organisation()
    make.playbook()
    tom, nadia, ruth = make.chain()
    brightwater = make.account("Brightwater Foods", csm=tom, spend=Decimal(60_000))
    maria = make.contact(brightwater, "Maria Duarte")
    sender = Sender(MailServer(mailbox.url), "post room", wall.now, chance=random.Random(7))

    # Thursday, ten in the morning: Maria is on the phone, and Tom types while she speaks.
    desk.at(berlin(19, "10:00"), sender)
    page = desk.log_in_through_the_page(tom)
    page.keyboard.press("n")
    page.get_by_label("Account").press_sequentially("Bright")
    expect(page.locator("#accounts option")).to_have_attribute("value", "Brightwater Foods")
    page.get_by_label("Account").fill("Brightwater Foods")
    page.get_by_label("What has happened, in a sentence").fill("Every order arrives twice")
    page.get_by_label("In their words").first.fill("Our drivers stood there with double the goods")
    page.get_by_text("Upset").click()
    expect(page.locator("#foresee")).to_contain_text("Nadia Brandt")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Every order arrives twice")
    escalation = Escalation.objects.get()
    assert escalation.handler == nadia
    case = f"{desk.address}/escalations/{escalation.key}/"

    # Nadia, who is in charge, hears of it by mail and acknowledges within the hour.
    desk.at(berlin(19, "10:20"), sender)
    (told,) = mailbox.take(1, to=nadia.email)
    assert "Brightwater Foods escalated" in told.subject and case.removeprefix(desk.address) in told.text
    desk.all_leave()
    page = desk.log_in(nadia)
    expect(page.get_by_text("Acknowledge:").first).to_be_visible()
    page.goto(f"{case}?text=acknowledgement")
    page.get_by_label("What they hear next").fill("What made every order arrive twice")
    page.get_by_label("by, Lisbon time").fill("2026-11-19T15:00")
    # What only we may know is written with it, for those whom it concerns.
    page.get_by_text("Say more to ours alone").click()
    page.get_by_label("For the account team").fill("Nobody mentions the renewal before Friday.")
    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.get_by_text("On its way to Maria Duarte")).to_be_visible()
    desk.at(berlin(19, "10:21"), sender)
    (acknowledged,) = mailbox.take(1, to=maria.email)
    assert "Dear Maria Duarte" in acknowledged.text and "15:00 in Lisbon" in acknowledged.text
    besides = [mail.text for mail in mailbox.to(tom.email) if "Nobody mentions the renewal" in mail.text]
    assert len(besides) == 1 and "Dear Maria Duarte" in besides[0]
    assert "renewal" not in str(acknowledged.message)
    assert escalation.promises.get(kind=Promise.Kind.ACKNOWLEDGEMENT).status == Promise.Status.KEPT

    # Nothing is said. The ladder rings: the owner before, owner and handler at the time, then Nadia's manager.
    for moment in ("13:30", "14:00", "16:00", "17:00"):
        desk.at(berlin(19, moment), sender)
    said = [mail.subject.strip().partition(":")[0].partition(" Thu")[0] for mail in mailbox.take(3, to=nadia.email)]
    assert said == ["Due", "Due now", "Overdue since"]
    (up_the_ladder,) = mailbox.take(1, to=ruth.email)
    assert up_the_ladder.subject.strip().startswith("Overdue since Thu 19 Nov, 16:00")
    desk.at(berlin(20, "10:00"), sender)
    desk.all_leave()
    page = desk.log_in(nadia)
    expect(page.get_by_role("heading", name="Overdue")).to_be_visible()
    _photograph_is_not_broken(page)

    # Said with no news, in one step: kept, but late; and the next one is promised.
    page.goto(case)
    page.get_by_text("Say it even with no news").click()
    page.get_by_role("button", name="Send this").click()
    expect(page.get_by_role("status").or_(page.locator(".notice--good")).first).to_be_visible()
    desk.at(berlin(20, "10:01"), sender)
    (no_news,) = mailbox.take(1, to=maria.email)
    assert "nothing new" in no_news.text
    assert no_news.message["In-Reply-To"] == acknowledged.message_id
    late = escalation.promises.get(what="What made every order arrive twice")
    assert late.status == Promise.Status.KEPT_LATE
    following = escalation.promises.open().get()

    # The next is moved before it is due: Nadia rings Maria and says so.
    desk.all_leave()
    page = desk.log_in(nadia)
    page.goto(f"{case}promises/{following.pk}/move/")
    page.get_by_label("New time, Lisbon time").fill("2026-11-25T12:00")
    page.get_by_label("Why it moves").fill("The replay needs another night")
    page.get_by_text("I told them on the phone").click()
    page.get_by_label("What you told them").fill("The replay runs once more; you hear on Wednesday at noon.")
    page.locator("main [data-main]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Every order arrives twice")
    following.refresh_from_db()
    assert following.status == Promise.Status.MOVED and following.moved_to.is_overdue(wall.now()) is False

    # Solved, confirmed by Maria, closed.
    problem = escalation.problems.get()
    page.goto(f"{case}problems/{problem.pk}/")
    page.get_by_role("button", name="It is solved").click()
    expect(page.get_by_text("1 of 1 solved")).to_be_visible()
    page.goto(f"{case}resolve/")
    page.locator("main [data-main]").click()
    page.goto(f"{case}close/")
    page.get_by_text("We have won them back").click()
    page.get_by_label("Who there confirmed that it is over").fill("Maria Duarte")
    page.locator("main").get_by_text("Call", exact=True).click()
    page.locator("main [data-main]").click()
    expect(page.get_by_text("Closed").first).to_be_visible()
    escalation.refresh_from_db()
    assert escalation.status == Escalation.Status.CLOSED
    assert not escalation.promises.open().exists()
    assert invariants.breaches(wall.now()) == []

    # From here on nobody is rung any more, however long nothing is done.
    mailbox.take_all()
    desk.at(berlin(30, "10:00") + dt.timedelta(days=60), sender)
    mailbox.take_all()
    desk.at(berlin(30, "10:00") + dt.timedelta(days=61), sender)


def _photograph_is_not_broken(page: Page) -> None:
    """Nothing runs off to the side, neither here nor on a phone."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
