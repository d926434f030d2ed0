"""One escalation from the call to the close, by everybody who has a part in it: as the guide tells it."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from amends.directory.actor import Role
from amends.directory.models import Seat, Team
from amends.escalations import invariants
from amends.escalations.models import Escalation
from amends.lib import wall
from amends.outbox.smtp import MailServer
from amends.pulse import beats
from amends.worker.deliver import Sender
from tests import make
from tests.e2e.album import photograph
from tests.e2e.conftest import Desk
from tests.mailbox import Mail, Mailbox

LOST, LATE = "The till loses every card payment since eight", "Support took four hours to answer"
THURSDAY, FRIDAY, MONDAY, TUESDAY = 19, 20, 23, 24


def berlin(day: int, time: str) -> dt.datetime:
    """A moment of November 2026 on a clock in Berlin; Lisbon is an hour behind."""
    hour, minute = map(int, time.split(":"))
    return dt.datetime(2026, 11, day, hour - 1, minute, tzinfo=dt.UTC)


class Walk:
    """Fernhill on those days: the people, the browser of each, their mail, and the escalation once it is there."""

    def __init__(self, desk: Desk, mailbox: Mailbox) -> None:
        make.organisation()
        make.playbook()
        self.desk, self.mailbox = desk, mailbox
        self.sender = Sender(MailServer(mailbox.url), "post room", wall.now, chance=random.Random(7))
        self.tom, self.nadia, self.ruth = make.chain()
        self.claire = make.member("Claire Morel", Role.RESPONDER, reports_to=self.nadia)
        self.ben = make.member("Ben Whitlock", Role.SALES)
        payments = make.team("Payments", Team.Kind.DEVELOPMENT)
        payments.members.add(self.claire)
        # Too small to qualify by itself: that is why the handler is asked first.
        self.account = make.account("Linden Bakeries", csm=self.tom, spend=Decimal(18_400))
        self.ines = make.contact(self.account, "Inês Prado", email="ines@linden.example")
        make.seat(self.account, self.ben, Seat.Part.SALES)

    def at(self, day: int, time: str) -> None:
        """It is then; clock and sender do what is due, and say that they live."""
        self.desk.at(berlin(day, time), self.sender)
        for part in ("clock", "sender"):
            beats.begin(part, "post room", now=wall.now())

    def as_(self, member: object) -> Page:
        """The browser of whoever has the next part; the one before them closes theirs."""
        self.desk.all_leave()
        return self.desk.log_in(member)  # type: ignore[arg-type]

    @property
    def case(self) -> Escalation:
        return Escalation.objects.get()

    @property
    def page(self) -> str:
        return f"{self.desk.address}/escalations/{self.case.key}/"

    def mail(self, to: str, about: str) -> Mail:
        """The last mail to somebody whose subject says that."""
        found = [mail for mail in self.mailbox.to(to) if about in mail.subject]
        assert found, [mail.subject for mail in self.mailbox.to(to)]
        return found[-1]


@pytest.fixture
def walk(desk: Desk, mailbox: Mailbox, settings: Any) -> Iterator[Walk]:
    settings.SMTP_URL = mailbox.url
    yield Walk(desk, mailbox)
    mailbox.take_all()


def drawer(page: Page, opener: str) -> Locator:
    """Open what a link of the case asks; it opens at the side."""
    page.locator("[data-ask]").filter(has_text=opener).first.click()
    expect(page.locator("#ask")).to_be_visible()
    return page.locator("#ask")


def done(page: Page, button: Locator) -> None:
    """Press it; the page comes anew with what was done."""
    with page.expect_navigation():
        button.click()


def tell(page: Page, text: str, *, promising: str) -> None:
    """Write to Inês, take the time that the text names for the promise, and send it."""
    page.get_by_label("What you tell them").fill(text)
    expect(page.locator(".reading__offer")).to_contain_text(promising)
    page.keyboard.press("Alt+Enter")
    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.get_by_text("On its way to Inês Prado")).to_be_visible()


def test_one_escalation_by_everybody_who_has_a_part_in_it(walk: Walk) -> None:
    the_csm_is_on_the_phone(walk)
    the_manager_takes_it_on_from_the_mail(walk)
    the_customer_has_a_first_word(walk)
    the_plan_is_agreed(walk)
    the_responder_works_on_it(walk)
    sales_holds_back(walk)
    the_executive_helps(walk)
    the_customer_is_told_and_asked(walk)
    it_ends(walk)

    assert invariants.breaches(wall.now()) == []


def the_csm_is_on_the_phone(walk: Walk) -> None:
    """Thursday, half past twelve: Inês is on the phone, and Tom types while she speaks."""
    walk.at(THURSDAY, "12:30")
    page = walk.as_(walk.tom)
    page.keyboard.press("n")
    page.get_by_label("Account").fill("Linden Bakeries")
    page.get_by_label("What has happened, in a sentence").fill("No café of theirs can take cards")
    page.get_by_label("Who told you").fill("Inês Prado")
    page.get_by_label("What it does to their business").select_option("stopped")
    page.get_by_text("Upset").click()
    page.get_by_label("In their words").first.fill(LOST)
    page.get_by_label("In their words").nth(1).fill(LATE)
    page.get_by_label("What they want now").fill("A till that works before Saturday’s market")
    page.get_by_text("What it is about, and what was tried first").click()
    page.get_by_label("Their CSM has spoken with them.").check()
    expect(page.locator("#foresee")).to_contain_text("Nadia Brandt")
    page.get_by_label("Why it should be opened all the same").fill("On Saturday they open two more cafés.")
    photograph(page, "walk-1-call", height=1000)
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Requested, not decided yet")).to_be_visible()
    assert walk.case.status == Escalation.Status.REQUESTED


def the_manager_takes_it_on_from_the_mail(walk: Walk) -> None:
    """Nadia reads the brief on her phone, without logging in, and accepts."""
    walk.at(THURSDAY, "12:36")
    mail = walk.mail(walk.nadia.email, "Please decide")
    assert "On Saturday they open two more cafés." in mail.text
    link = re.search(r"/decide/\S+/accept/", mail.text)
    assert link is not None
    page = walk.desk.browser.new_context(viewport={"width": 1180, "height": 860}).new_page()
    page.goto(walk.desk.address + link.group())
    expect(page.get_by_text(f"“{LOST}”")).to_be_visible()
    photograph(page, "walk-2-decide")
    assert walk.case.status == Escalation.Status.REQUESTED
    page.locator("[data-main]").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("accepted this")
    assert (walk.case.status, walk.case.handler) == (Escalation.Status.OPEN, walk.nadia)


def the_customer_has_a_first_word(walk: Walk) -> None:
    """Nadia writes, and the time that she names is the promise."""
    walk.at(THURSDAY, "12:50")
    page = walk.as_(walk.nadia)
    page.goto(walk.page)
    text = page.get_by_label("What you tell them")
    text.fill("Dear Inês Prado,\n\nno card goes through at your tills, and we are on it. Your Saturday counts.\n")
    text.press_sequentially("You will hear from me today by 15:00, with what we know then.\n\nNadia Brandt")
    expect(page.locator(".reading__offer")).to_contain_text("today by 15:00")
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_label("by, Lisbon time")).to_have_value("2026-11-19T15:00")
    photograph(page, "walk-3-tell", top="#composer", height=980)
    page.locator("#composer").get_by_role("button", name="Send").click()

    walk.at(THURSDAY, "12:51")
    mail = walk.mail(walk.ines.email, "")
    assert "You will hear from me today by 15:00" in mail.text
    assert walk.case.promises.open().get().due_at == berlin(THURSDAY, "16:00")


def the_plan_is_agreed(walk: Walk) -> None:
    """Inês says what comes first; Claire's team gets it; and they agree when it is over."""
    walk.at(THURSDAY, "13:20")
    page = walk.as_(walk.nadia)
    page.goto(walk.page)
    ask = drawer(page, "Write down their word")
    ask.get_by_label("Who confirmed it").select_option(label="Inês Prado")
    ask.get_by_text("Call", exact=True).click()
    done(page, ask.locator("[data-main]"))
    expect(page.locator("#live-solve")).to_contain_text("Order confirmed by Inês Prado")

    ask = drawer(page, LOST)
    ask.get_by_label("Who has it").select_option(label="Claire Morel")
    ask.get_by_label("Team", exact=True).select_option(label="Payments")
    ask.get_by_label("Next step").fill("Read the till’s log since eight")
    done(page, ask.get_by_role("button", name="Save"))
    page.get_by_role("button", name="Closing").click()
    closing = page.locator("#closing")
    closing.get_by_label("One more, in their words").fill("A whole Saturday without a lost payment")
    closing.get_by_role("button", name="Agree it").click()
    expect(closing.get_by_text("A whole Saturday without a lost payment", exact=True)).to_be_visible()
    page.reload()
    photograph(page, "walk-4-plan", height=1000)

    assert walk.case.problems.get(rank=1).owner == walk.claire


def the_responder_works_on_it(walk: Walk) -> None:
    """Claire finds it at the card processor, says so inside, and links the ticket."""
    walk.at(THURSDAY, "13:50")
    assert LOST in walk.mail(walk.claire.email, "").text
    page = walk.as_(walk.claire)
    page.goto(walk.page)
    expect(page.locator("#composer")).to_have_count(0)
    ask = drawer(page, LOST)
    ask.get_by_text("Waiting", exact=True).click()
    ask.get_by_text("A vendor").click()
    ask.get_by_label("Who that is").fill("PayStream")
    ask.get_by_label("Next step").fill("They roll back this morning’s release")
    done(page, ask.get_by_role("button", name="Save"))
    ask = drawer(page, LOST)
    ask.get_by_text("Link a ticket").click()
    ask.get_by_label("Address of the ticket").fill("https://tracker.fernhill.example/PAY-118")
    done(page, ask.get_by_role("button", name="Link it"))
    expect(page.locator("#plan").get_by_role("link", name="PAY-118")).to_be_visible()
    note = page.locator(".note-form").first
    note.get_by_label("Note for us").fill(
        "@Nadia Brandt their release of this morning drops our terminals. Nobody there answers."
    )
    note.locator("input[type=file]").set_input_files(
        {"name": "till.log", "mimeType": "text/plain", "buffer": b"8:01 declined\n8:02 declined\n"}
    )
    done(page, note.get_by_role("button", name="Note it"))
    expect(page.locator("#timeline").get_by_text("their release of this morning drops our terminals")).to_be_visible()
    photograph(page, "walk-5-work", top=".tracks", height=1000)

    walk.at(THURSDAY, "13:52")
    assert "Nobody there answers" in walk.mail(walk.nadia.email, "Claire").text


def sales_holds_back(walk: Walk) -> None:
    """Ben learns that outreach rests, whom to ask, and adds what he knows of them."""
    walk.at(THURSDAY, "14:00")
    page = walk.as_(walk.ben)
    page.goto(f"{walk.desk.address}/notices/")
    expect(page.get_by_text("Linden Bakeries").first).to_be_visible()
    page.goto(f"{walk.desk.address}/holds/?whose=mine")
    expect(page.locator("tbody")).to_contain_text("Nadia Brandt")
    photograph(page, "walk-6-holds", height=560)
    page.goto(walk.page)
    expect(page.locator("#composer")).to_have_count(0)
    page.goto(f"{walk.desk.address}/accounts/{walk.account.pk}/")
    page.get_by_text("Write something down").click()
    insight = page.locator("form[action$='/insights/new/']")
    insight.get_by_label("What one should know").fill("Inês reads mail in the evening. Ring her before eight.")
    done(page, insight.locator("[data-main]"))
    expect(page.get_by_text("Ring her before eight.")).to_be_visible()


def the_executive_helps(walk: Walk) -> None:
    """Nadia asks Ruth by name; Ruth finds it on the overview, rings the vendor, and says so."""
    page = walk.as_(walk.nadia)
    page.goto(walk.page)
    ask = drawer(page, "Ask for help")
    ask.get_by_label("What you need").fill("A word with PayStream’s management: nobody answers us.")
    ask.get_by_label("From whom").select_option(label="Ruth Adeyemi")
    done(page, ask.locator("[data-main]"))
    expect(page.locator("main")).to_contain_text("A word with PayStream’s management")

    walk.at(THURSDAY, "14:20")
    assert "PayStream" in walk.mail(walk.ruth.email, "").text
    page = walk.as_(walk.ruth)
    page.goto(f"{walk.desk.address}/overview/")
    expect(page.locator(".needed")).to_contain_text("A word with PayStream’s management")
    photograph(page, "walk-7-overview", height=720)
    done(page, page.locator(".needed").get_by_role("link", name=walk.case.key))
    ask = drawer(page, "It is there")
    ask.get_by_label("What was done").fill("Their head of operations rings Claire at 15:00.")
    done(page, ask.locator("[data-main]"))
    expect(page.locator("#timeline")).to_contain_text("Their head of operations rings Claire")


def the_customer_is_told_and_asked(walk: Walk) -> None:
    """The promise is kept before it is due; and the customer is asked for something, while our clock goes on."""
    walk.at(THURSDAY, "15:30")
    page = walk.as_(walk.nadia)
    page.goto(walk.page)
    tell(
        page,
        "Dear Inês Prado,\n\nour card processor rolls back tonight. Please send us one receipt that failed.\n"
        "You will hear from me by Friday 12:00.\n\nNadia Brandt",
        promising="Friday 12:00",
    )
    ask = drawer(page, LATE)
    ask.get_by_text("Ask them for something", exact=True).click()
    ask.get_by_label("What we need from them").fill("When they wrote to support, and when it answered")
    ask.get_by_label("By when, on your clock").fill("2026-11-20T10:00")
    done(page, ask.get_by_role("button", name="Wait for it"))
    expect(page.locator("#live-solve")).to_contain_text("We wait for")

    walk.at(FRIDAY, "09:40")
    page = walk.as_(walk.tom)
    page.goto(walk.page)
    ask = drawer(page, LATE)
    ask.get_by_label("What they answered").fill("At 8:05; the answer came at 12:10.")
    done(page, ask.get_by_role("button", name="They have answered"))
    expect(page.locator("#live-solve")).not_to_contain_text("We wait for")
    kept = walk.case.promises.exclude(kept_by=None)
    assert {promise.status for promise in kept} == {"kept"}


def it_ends(walk: Walk) -> None:
    """Both are solved, Saturday was whole, Inês says so, and everybody inside hears that it is over."""
    walk.at(FRIDAY, "10:30")
    page = walk.as_(walk.claire)
    first, second = walk.case.problems.order_by("rank")
    for problem in (first, second):
        page.goto(f"{walk.page}problems/{problem.pk}/")
        done(page, page.get_by_role("button", name="It is solved"))
    expect(page.locator("#live-solve")).to_contain_text("2 of 2 solved")

    walk.at(FRIDAY, "10:40")
    page = walk.as_(walk.nadia)
    page.goto(walk.page)
    tell(
        page,
        "Dear Inês Prado,\n\ncards work again since 8:10. We watch your tills over Saturday with you.\n"
        "You will hear from me on Monday by 10:00.\n\nNadia Brandt",
        promising="Monday",
    )
    page.goto(f"{walk.page}resolve/")
    done(page, page.locator("main [data-main]"))
    expect(page.get_by_text("Resolved, waiting for the customer’s word")).to_be_visible()

    walk.at(MONDAY, "10:20")
    page = walk.as_(walk.nadia)
    page.goto(f"{walk.page}log/")
    page.get_by_label("What was said").fill("Saturday was whole: 412 payments, none lost. She says it is over.")
    page.get_by_label("With", exact=True).select_option(label="Inês Prado")
    done(page, page.locator("main [data-main]"))
    page.get_by_role("button", name="Closing").click()
    page.locator("#closing").get_by_role("button", name="It is met").click()
    expect(page.locator("#closing").get_by_text("Not after all")).to_be_visible()
    page.goto(f"{walk.page}close/")
    page.get_by_text("We have won them back").click()
    page.get_by_label("Who there confirmed that it is over").fill("Inês Prado")
    page.locator("main").get_by_text("Call", exact=True).click()
    page.get_by_label("What we take away from it").fill("Watch the processor’s releases; ring before support does.")
    photograph(page, "walk-8-close", height=900)
    done(page, page.locator("main [data-main]"))
    expect(page.locator(".case-header__signs").get_by_text("Closed")).to_be_visible()
    photograph(page, "walk-9-closed", height=1000)

    assert walk.case.status == Escalation.Status.CLOSED
    assert not walk.case.promises.open().exists()
    walk.at(MONDAY, "10:25")
    assert walk.mail(walk.ben.email, "closed as recovered")
    assert "may go on as usual" in walk.mail(walk.ben.email, "outreach").text
    page = walk.as_(walk.ben)
    page.goto(f"{walk.desk.address}/holds/?whose=mine")
    expect(page.get_by_text("Lifted lately")).to_be_visible()
