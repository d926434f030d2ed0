"""The customer hears, and is heard: with real mail both ways, from an angry mail to their rating."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Page, expect

from amends.directory.models import Account, Contact, Member, Seat
from amends.escalations import invariants
from amends.escalations.actions import cause_notices
from amends.escalations.models import Cause, Escalation, Meeting, Promise
from amends.inbox.imap import ImapServer
from amends.lib import wall
from amends.outbox.smtp import MailServer
from amends.pulse import beats
from amends.worker.deliver import Sender
from amends.worker.mailbox import Fetching
from tests import make
from tests.e2e.album import photograph
from tests.e2e.conftest import Desk
from tests.escalations.mail.writing import letter
from tests.imap import Box
from tests.mailbox import Mail, Mailbox

PROBLEM = "Every order arrives twice since Monday"


def berlin(day: int, time: str) -> dt.datetime:
    """A moment of November 2026 on a clock in Berlin; Lisbon is an hour behind."""
    hour, minute = map(int, time.split(":"))
    return dt.datetime(2026, 11, day, hour - 1, minute, tzinfo=dt.UTC)


@dataclass
class Story:
    """The desk, its mail both ways, and those who are in it."""

    desk: Desk
    mailbox: Mailbox
    box: Box
    sender: Sender
    nadia: Member
    ruth: Member
    maria: Contact
    others: list[Contact]

    def at(self, day: int, time: str) -> None:
        """It is then: what came in is read, what is due is told, and what is written leaves."""
        self.desk.at(berlin(day, time), self.sender)
        for part in ("clock", "sender", "mailbox"):
            beats.begin(part, "post room", now=wall.now())

    def comes(self, mail: EmailMessage) -> None:
        """A mail is laid into our mailbox, and fetched from there."""
        self.box.gets(mail.as_bytes())
        Fetching(ImapServer(self.box.url()), "post room", wall.now).look()

    def gets(self, contact: Contact, says: str) -> Mail:
        """The newest mail that a contact has, with these words in it. All that arrived was looked at."""
        while self.sender.deliver():
            pass
        self.mailbox.take_all()
        mail = self.mailbox.to(contact.email)[-1]
        assert says in mail.text
        return mail

    def as_nadia(self, path: str = "") -> Page:
        self.desk.all_leave()
        page = self.desk.log_in(self.nadia)
        page.goto(f"{self.desk.address}/escalations/{self.case.key}/{path}")
        return page

    @property
    def case(self) -> Escalation:
        return Escalation.objects.get(account=self.maria.account)


@pytest.fixture
def story(desk: Desk, mailbox: Mailbox, imap_box: Box, settings: Any) -> Story:
    settings.MAIL_COMES_IN, settings.SMTP_URL = True, mailbox.url
    make.organisation()
    make.playbook()
    tom, nadia, ruth = make.chain()
    brightwater = make.account(
        "Brightwater Foods", csm=tom, spend=Decimal(60_000), mail_domains=["brightwater.example"]
    )
    make.seat(brightwater, ruth, Seat.Part.SPONSOR)
    others = [
        make.contact(make.account(name, csm=tom), reader, email=f"{reader.split()[0].lower()}@{domain}.example")
        for name, reader, domain in (
            ("Alder Dairies", "Ana Lopes", "alder"),
            ("Birch Mills", "Bo Lindqvist", "birch"),
            ("Cedar Fisheries", "Carla Neri", "cedar"),
        )
    ]
    maria = make.contact(brightwater, "Maria Duarte", email="maria@brightwater.example")
    sender = Sender(MailServer(mailbox.url), "post room", wall.now, chance=random.Random(7))
    # The mailbox is looked into before anything comes, as it is from the first day on.
    Fetching(ImapServer(imap_box.url()), "post room", wall.now).look()
    return Story(desk, mailbox, imap_box, sender, nadia, ruth, maria, others)


def test_from_an_angry_mail_to_the_customers_own_word_that_it_is_over(story: Story) -> None:
    an_angry_mail_becomes_a_case(story)
    it_is_acknowledged(story)
    first_contact_is_planned_and_their_calendar_says_yes(story)
    they_meet_and_the_notes_go_out(story)
    they_confirm_the_plan_on_their_page(story)
    what_is_certain_is_cited(story)
    three_others_are_told_first(story)
    it_is_solved_and_they_meet_for_the_last_time(story)
    they_say_that_it_is_over_and_how_they_feel(story)

    assert invariants.breaches(wall.now()) == []


def an_angry_mail_becomes_a_case(story: Story) -> None:
    """Thursday, nine: Maria writes. It is a request of her account, and Nadia takes it on from her own mail."""
    story.at(19, "9:00")
    story.comes(
        letter(
            f"{PROBLEM}. Our drivers stand there with double the goods. Does anybody read this?\n\n"
            "-- \nMaria Duarte\nBrightwater Foods",
            subject="Double orders AGAIN",
            at=berlin(19, "8:58"),
        )
    )
    assert (story.case.status, story.case.channel, story.case.contact) == ("requested", "mail", story.maria)
    story.at(19, "9:01")
    story.mailbox.take_all()
    found = (re.search(r"/decide/\S+/accept/", mail.text) for mail in story.mailbox.to(story.nadia.email))
    link = next(filter(None, found))
    page = story.desk.enter()
    page.goto(story.desk.address + link.group())
    page.locator("[data-main]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("accepted this")

    page = story.as_nadia("problems/new/")
    page.get_by_label("What is wrong, as the customer says it").fill(PROBLEM)
    page.locator("main [data-main]").click()
    expect(page.locator(".said, blockquote, .quote").filter(has_text="Does anybody read this?").first).to_be_visible()
    photograph(page, "heard-1-mail", height=1000)


def it_is_acknowledged(story: Story) -> None:
    """Within the hour, in the thread that she began."""
    story.at(19, "9:20")
    page = story.as_nadia("?text=acknowledgement")
    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.get_by_text("On its way to Maria Duarte")).to_be_visible()

    story.gets(story.maria, PROBLEM)
    assert story.case.acknowledged_at


def first_contact_is_planned_and_their_calendar_says_yes(story: Story) -> None:
    """An hour later there is an invitation, which her calendar answers; Ruth is asked to be there."""
    story.at(19, "10:00")
    page = story.as_nadia("meetings/new/?kind=first_contact")
    page.get_by_label("When, Lisbon time").fill("2026-11-19T14:00")
    page.get_by_label("Maria Duarte").check()
    page.get_by_text("Ask somebody else").click()
    page.get_by_label("Somebody else").first.select_option(label="Ruth Adeyemi")
    page.get_by_label("As", exact=True).first.select_option("presence")
    photograph(page, "heard-2-invite", height=1100)
    page.get_by_role("button", name="Invite them").click()
    expect(page.get_by_text("It is planned.")).to_be_visible()

    invited = story.gets(story.maria, "14:00 in Lisbon")
    story.comes(yes_from_a_calendar(invited, story.maria))
    page = story.as_nadia(f"meetings/{Meeting.objects.get().pk}/")
    expect(page.locator("main").get_by_text("Yes").first).to_be_visible()
    photograph(page, "heard-3-meeting", height=1000)
    assert story.case.updates.filter(direction="in").count() == 1


def they_meet_and_the_notes_go_out(story: Story) -> None:
    """The executive has her brief before; Nadia writes down how it was, and sends the notes at once."""
    story.at(19, "13:05")
    story.mailbox.take_all()
    brief = story.mailbox.to(story.ruth.email)[-1]
    assert "Brightwater" in brief.subject

    story.at(19, "15:40")
    meeting = Meeting.objects.get()
    page = story.as_nadia(f"meetings/{meeting.pk}/held/")
    page.get_by_label("Maria Duarte").check()
    page.get_by_label("Our own minutes").fill("She will look elsewhere if it happens once more.")
    page.locator("main [data-main]").click()
    page.goto(f"{story.desk.address}/escalations/{story.case.key}/meetings/{meeting.pk}/notes/")
    photograph(page, "heard-4-notes", height=1000)
    page.get_by_role("button", name="Send the notes").click()
    expect(page.locator(".notice--good").first).to_be_visible()

    notes = story.gets(story.maria, PROBLEM)
    assert "look elsewhere" not in notes.text
    assert story.case.first_contact_at == berlin(19, "15:00")
    kept = story.case.promises.get(channel=Promise.Channel.MEETING)
    assert kept.status == Promise.Status.KEPT


def they_confirm_the_plan_on_their_page(story: Story) -> None:
    """Nadia gives her the link to a page of her own, and Maria says there that the plan is right."""
    page = story.as_nadia("customer-links/new/")
    page.locator("main [data-main]").click()
    expect(page.locator(".notice--good").first).to_be_visible()
    page = their_page(story, story.gets(story.maria, "this is your own page"))
    photograph(page, "heard-5-page", height=1000)
    page.get_by_role("button", name="Yes, this is right").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you. We go on in this order.")
    assert story.case.plan_confirmed_at


def what_is_certain_is_cited(story: Story) -> None:
    """Friday: the cause is found and shown. What Maria reads of it is what is certain."""
    story.at(20, "10:00")
    page = story.as_nadia("facts/new/")
    page.get_by_label("What is, or may be, so").fill("The gateway sends an order again when the answer takes 30 s")
    page.get_by_text("Confirmed", exact=True).check()
    page.get_by_label("Where it comes from").fill("Log of the gateway")
    page.get_by_label("What shows it").fill("Request 4711 stands there twice, 30 s apart")
    page.locator("main [data-main]").click()
    page = story.as_nadia()
    page.get_by_text("Cite from the facts").click()
    page.get_by_label("The gateway sends an order again").check()
    page.get_by_label("What you tell them").fill("Dear Maria Duarte,\n\nwe found what it is.\n\nNadia Brandt")
    page.get_by_label("What they hear next").fill("Whether it is mended")
    page.get_by_label("by, Lisbon time").fill("2026-11-20T17:00")
    photograph(page, "heard-6-facts", top="#composer [name=next_what]", height=900)
    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.get_by_text("On its way to Maria Duarte")).to_be_visible()

    told = story.gets(story.maria, "The gateway sends an order again when the answer takes 30 s")
    assert "4711" not in told.text


def three_others_are_told_first(story: Story) -> None:
    """Three more accounts have the same gateway, and have not noticed: each hears from us, and is promised more."""
    story.at(20, "11:00")
    page = story.as_nadia("causes/new/")
    page.get_by_label("Or something new").fill("Orders are sent twice")
    page.locator("main [data-main]").click()
    cause = Cause.objects.get()
    page.goto(f"{story.desk.address}/causes/{cause.key}/accounts/")
    page.get_by_label("Accounts, one a line").fill("\n".join(each.account.name for each in story.others))
    page.get_by_label("How we know").fill("They have the same gateway")
    page.get_by_role("button", name="Mark them").click()
    page.goto(f"{story.desk.address}/causes/{cause.key}/notices/new/")
    page.get_by_label("Subject").fill("Your orders may arrive twice")
    page.get_by_label("What they read").fill("Dear {contact},\n\norders may arrive twice. More by {next_by}.\n\nNadia")
    page.get_by_label("What they hear next").fill("That it is mended")
    page.get_by_label("By when").fill("2026-11-20T18:00")
    page.get_by_role("button", name="Look at it first").click()
    page.locator("main [data-main]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your orders may arrive twice")
    while notice := cause_notices.claim("here", now=wall.now()):
        while cause_notices.tell_next(notice, place="here", now=wall.now()):
            pass

    for each in story.others:
        story.gets(each, f"Dear {each.name}")
        theirs = Escalation.objects.get(account=each.account)
        assert (theirs.found_by, theirs.promises.open().count()) == ("us", 1)
    # The page asks every second how far it is, and draws itself anew when all are told.
    expect(page.get_by_text("Gone out")).to_be_visible()
    photograph(page, "heard-7-notice", height=860)
    assert Account.objects.filter(escalations__isnull=False).count() == 4


def it_is_solved_and_they_meet_for_the_last_time(story: Story) -> None:
    """In the afternoon it is mended. On Monday they meet once more, and Maria is asked what could have been better."""
    story.at(20, "16:00")
    page = story.as_nadia(f"problems/{story.case.problems.get().pk}/")
    page.get_by_role("button", name="It is solved").click()
    page = story.as_nadia("resolve/")
    page.locator("main [data-main]").click()
    page = story.as_nadia()
    page.get_by_label("What you tell them").fill("Dear Maria Duarte,\n\nit is mended.\n\nNadia Brandt")
    page.get_by_label("What they hear next").fill("That it has stayed so")
    page.get_by_label("by, Lisbon time").fill("2026-11-23T18:00")
    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.get_by_text("On its way to Maria Duarte")).to_be_visible()
    page = story.as_nadia("meetings/new/?kind=final")
    page.get_by_label("When, Lisbon time").fill("2026-11-23T10:00")
    page.get_by_label("Maria Duarte").check()
    page.get_by_role("button", name="Invite them").click()
    story.gets(story.maria, "What should we have done differently")

    story.at(23, "11:30")
    meeting = Meeting.objects.get(kind=Meeting.Kind.FINAL)
    page = story.as_nadia(f"meetings/{meeting.pk}/held/")
    page.get_by_label("Maria Duarte").check()
    page.locator("main [data-main]").click()
    page.goto(f"{story.desk.address}/escalations/{story.case.key}/meetings/{meeting.pk}/notes/")
    page.get_by_role("button", name="Send the notes").click()
    expect(page.locator(".notice--good").first).to_be_visible()


def they_say_that_it_is_over_and_how_they_feel(story: Story) -> None:
    """Her word stands on the closing list; it is closed with it, and the way that she feels is kept."""
    page = their_page(story, story.gets(story.maria, "Maria Duarte"))
    page.get_by_label("Yes, it is over").check()
    page.get_by_role("button", name="Tell us", exact=True).first.click()
    expect(page.get_by_text("You said that it is over.")).to_be_visible()
    page.get_by_label("Mostly").check()
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_text("You said this on")).to_be_visible()
    photograph(page, "heard-8-over", top="#over", height=1000)

    page = story.as_nadia("close/")
    page.get_by_text("We have won them back").click()
    page.locator("main [data-main]").click()
    expect(page.get_by_text("Closed").first).to_be_visible()
    assert (story.case.status, story.case.ratings.get().heard) == ("closed", 4)
    story.at(23, "12:00")
    story.mailbox.take_all()


def their_page(story: Story, mail: Mail) -> Page:
    """The page that a mail leads its reader to, in a browser of their own."""
    link = re.search(r"/c/[\w-]+/", mail.text)
    assert link
    story.desk.all_leave()
    page = story.desk.enter()
    page.goto(story.desk.address + link.group())
    return page


def yes_from_a_calendar(invited: Mail, reader: Contact) -> EmailMessage:
    """What a calendar mails when one accepts there (RFC 5546, 3.2.3)."""
    [sent] = [part for part in invited.message.walk() if part.get_content_type() == "text/calendar"]
    asked = icalendar.Calendar.from_ical(sent.get_content()).walk("VEVENT")[0]
    said = icalendar.Calendar()
    said.add("prodid", "-//Calendars of Brightwater//EN")
    said.add("version", "2.0")
    said.add("method", "REPLY")
    event = icalendar.Event()
    for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "ORGANIZER"):
        event[name] = asked[name]
    event.add("dtstamp", wall.now())
    event.add("attendee", f"mailto:{reader.email}", parameters={"PARTSTAT": "ACCEPTED"})
    said.add_component(event)
    organiser = str(asked["ORGANIZER"]).removeprefix("mailto:")
    mail = letter("Maria Duarte has accepted.", to=organiser, subject=f"Accepted: {invited.subject}", at=wall.now())
    mail.add_alternative(said.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    return mail
