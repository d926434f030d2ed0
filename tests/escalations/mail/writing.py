"""Mail as people and machines write it, as bytes, brought in by the acts that the mailbox calls."""

from __future__ import annotations

import datetime as dt
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from amends.directory.actor import MAILBOX
from amends.directory.models import Contact, Member, Organisation
from amends.escalations import reply_addresses
from amends.escalations.actions import incoming
from amends.escalations.models import Escalation, Incoming
from tests import make
from tests.escalations.reading import HOUR

NOW = make.THURSDAY + 2 * HOUR
DESK = "desk@fernhill.example"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.brightwater.example>"
_number = count(1)


def letter(
    text: str = "It happened again.",
    *,
    sender: str = "Maria Duarte <maria@brightwater.example>",
    to: str = DESK,
    subject: str = "Orders arrive twice",
    at: dt.datetime = NOW,
    message_id: str | None = None,
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> EmailMessage:
    """A mail as a person’s program writes it. Headers are named as arguments: In_Reply_To="<1@there>"."""
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"], made["Date"] = sender, to, subject, format_datetime(at)
    if message_id != "":
        made["Message-ID"] = message_id or f"<{next(_number)}@mail.brightwater.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def comes(mail: EmailMessage | bytes, *, now: dt.datetime = NOW) -> Incoming:
    """It is kept, and read: as the mailbox does it."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    kept = incoming.keep(raw, came_by="desk", by=MAILBOX, now=now)
    incoming.read_all(now=lambda: now)
    kept.refresh_from_db()
    return kept


def arrives(text: str = "It happened again.", *, now: dt.datetime = NOW, **said: Any) -> Incoming:
    """A person’s mail comes in."""
    return comes(letter(text, at=now, **said), now=now)


def bounce(how: tuple[str, str], *, of: str, to: str = "maria@brightwater.example", top: str = "") -> bytes:
    """What a server sends back for a mail of ours, as RFC 3464 has it."""
    action, status = how
    return f"""{top}From: {DAEMON}
To: {DESK}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.brightwater.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

Your mail could not be delivered.
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.brightwater.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--edge
Content-Type: text/rfc822-headers

Message-ID: {of}
Subject: Orders arrive twice
--edge--
""".replace("\n", "\r\n").encode()


def answer_address(escalation: Escalation, member: Member | None = None) -> str:
    """Where answers about a case come to; a member’s own names them too."""
    desk = Organisation.current()
    assert desk
    return reply_addresses.address(desk.mail_from, escalation, member)


def brightwater(**contact: Any) -> tuple[Escalation, Contact]:
    """A case of an account whose people write from one domain, and the contact of it."""
    account = make.account("Brightwater Foods", mail_domains=["brightwater.example"])
    maria = make.contact(account, **contact)
    return make.escalation(of=account, contact=maria, problems=("Every order arrives twice",)), maria


def in_case(escalation: Escalation) -> list[str]:
    """What was heard by mail in a case, oldest first."""
    heard = escalation.updates.filter(direction="in", channel="mail").order_by("id")
    return list(heard.values_list("text", flat=True))
