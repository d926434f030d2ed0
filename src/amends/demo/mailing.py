"""Mail that customers write in the story: as bytes, and by the way that real mail comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from amends.demo.scenes import Scene, Stage
from amends.directory.actor import MAILBOX
from amends.directory.models import Organisation
from amends.escalations import mails
from amends.escalations.actions import incoming
from amends.lib import when
from amends.outbox.models import Delivery


@dataclass(frozen=True)
class Answers(Scene):
    """Somebody at the customer answers our last mail; what it said stands below, quoted."""

    text: str
    contact: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        contact = stage.contact(self.contact)
        last = stage.case.updates.standing().filter(is_mailed=True).latest("at")
        sent = Delivery.objects.filter(identity__startswith=mails.identity(last)).earliest("id")
        at = when.day_and_time(last.at, contact.zone or stage.case.account.zone, stage.now)
        quoted = "\n".join(f"> {line}".rstrip() for line in last.text.splitlines())
        text = f"{self.text}\n\n-- \n{contact.name}\n{contact.title}\n\nOn {at}, {last.by} wrote:\n{quoted}\n"
        mail = _letter(stage, contact.name, contact.email, f"Re: {last.subject}", text)
        mail["In-Reply-To"] = mail["References"] = sent.message_id
        comes(mail, stage)


@dataclass(frozen=True, kw_only=True)
class Writes(Scene):
    """Somebody writes to the desk, in answer to nothing. `files` are pairs of a name and a text."""

    name: str
    address: str
    subject: str
    text: str
    files: tuple[tuple[str, str], ...] = ()

    def play(self, stage: Stage) -> None:
        mail = _letter(stage, self.name, self.address, self.subject, self.text)
        for name, text in self.files:
            mail.add_attachment(text, subtype="csv", filename=name)
        comes(mail, stage)


def _letter(stage: Stage, name: str, address: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = formataddr((name, address)), Organisation.current().mail_from
    mail["Subject"], mail["Date"] = subject, format_datetime(stage.now)
    # Its own, and the same however often the story is told.
    mail["Message-ID"] = f"<{stage.now:%Y%m%d%H%M%S}.{address}>"
    mail.set_content(text)
    return mail


def comes(mail: EmailMessage, stage: Stage) -> None:
    """A mail comes in as real ones do."""
    desk = Organisation.current().mail_from
    kept = incoming.keep(mail.as_bytes(), came_by=f"{desk}/INBOX", by=MAILBOX, now=stage.now)
    incoming.read(kept, by=MAILBOX, now=stage.now)
