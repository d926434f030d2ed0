"""From the bytes of a mail to what was said in it. Nothing that comes in stops the mailbox: it is read, or parked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message as Part
from email.parser import BytesHeaderParser, BytesParser

from amends.inbox import bounces, headers, parts
from amends.inbox.messages import Bounce, Kind, Limits, Message, Parked, Person
from amends.inbox.phrases import listed

# They tell a person from a machine, and a loop from an answer.
MATTERING = listed(
    "auto-submitted, list-id, precedence, x-auto-response-suppress, return-path, "
    # To whom it came, where neither To nor Cc says so, and what the server that took it in made of its sender
    "delivered-to, x-original-to, authentication-results"
)
_OF_A_PARKED_MAIL = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Return-Path")
# What people ask for who want to know where a mail came from.
_SHOWN = listed(
    "From, Sender, Reply-To, To, Cc, Delivered-To, Date, Message-ID, In-Reply-To, References, Auto-Submitted, List-Id, "
    "Precedence, Return-Path, Authentication-Results"
)
OURS = "X-Amends"
_ANSWERED: tuple[str, ...] = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-vacation")
_SUBJECTS = listed(
    "automatic reply, auto reply, autoreply, auto-reply, auto:, out of office, out of the office, "
    "automatische antwort, abwesenheitsnotiz, abwesend:, abwesenheit:, réponse automatique, absence du bureau, "
    "risposta automatica, fuori sede, respuesta automática, fuera de la oficina, resposta automática, "
    "automatisch antwoord, afwezig, automatyczna odpowiedź, automaattinen vastaus, poissaoloilmoitus, automatisk svar, "
    "automatiskt svar, autosvar, fraværende, автоответ"
)
_NESTED = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
# The parser's time grows with how deep parts stand, and its stack too: so many open ones are not looked into.
_MOST_NESTED = 50
_HEAD = 100_000


def read(raw: bytes, *, limits: Limits | None = None, our_host: str = "") -> Message | Parked:
    """What a mail says. Never raises: what cannot be read is parked, with its reason.

    `our_host` stands behind the “@” of our own Message-IDs, and in the header that our mail carries: what has it comes
    back to us.
    """
    limits = limits or Limits()
    try:
        return _parked_before(raw, limits) or _read(raw, limits, our_host)
    except RecursionError:
        return parked(raw, "This mail has parts within parts beyond all measure.")
    except Exception as fault:  # noqa: BLE001 - anybody's bytes in a library: one mail must not stop the mailbox
        return parked(raw, f"This mail is broken in a way that we cannot read ({type(fault).__name__}).")


def head(raw: bytes) -> dict[str, str]:
    """The headers that tell where a mail came from, by name, as far as they can be read. Never raises."""
    return _headers(raw, _SHOWN)


def _parked_before(raw: bytes, limits: Limits) -> Parked | None:
    """What would cost too much to be looked into."""
    if len(raw) > limits.most_bytes:
        size, most = len(raw) / 1_000_000, limits.most_bytes / 1_000_000
        return parked(raw, f"This mail has {size:,.1f} MB. We read mails of up to {most:,.0f} MB.")
    if raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") > limits.most_lines:
        return parked(raw, f"This mail has more than {limits.most_lines:,} lines.")
    if any(number > _MOST_NESTED for number, _ in enumerate(_NESTED.finditer(raw), 1)):
        return parked(raw, "This mail has too many parts within parts.")
    return None


def _read(raw: bytes, limits: Limits, our_host: str) -> Message | Parked:
    mail: Part = BytesParser(policy=headers.POLICY).parsebytes(raw)
    if reason := _beyond(mail, limits):
        return parked(raw, reason)
    opened = parts.opened(mail, limits)
    authors = headers.people(mail, "From")
    subject, sender = headers.header(mail, "Subject"), _sender(mail, authors)
    came_back = bounces.read(mail, opened.body.text, subject, sender.address)
    if not sender.address and not came_back:
        return parked(raw, "This mail does not say who sent it.")
    message_id = headers.message_id(mail)
    return Message(
        kind=_kind(mail, subject, sender, message_id, came_back, our_host),
        message_id=message_id,
        in_reply_to=next(iter(headers.ids(mail, "In-Reply-To")), ""),
        references=headers.ids(mail, "References"),
        sender=sender,
        authors=authors,
        to=headers.people(mail, "To"),
        cc=headers.people(mail, "Cc"),
        reply_to=headers.people(mail, "Reply-To"),
        subject=subject,
        sent_at=headers.moment(mail),
        text=opened.body.text,
        html=opened.body.html,
        attachments=tuple(opened.attachments),
        calendars=tuple(opened.calendars),
        headers={name: headers.header(mail, name) for name in MATTERING if name in mail},
        bounces=came_back,
        left_out=tuple(opened.left_out),
    )


def _beyond(mail: Part, limits: Limits) -> str:
    """Why a mail is not looked into any further; blank where it is."""
    if len(mail) > limits.most_headers:
        return "This mail has too many headers."
    for count, (_, depth) in enumerate(parts.everything(mail), 1):
        if count > limits.most_parts:
            return f"This mail has more than {limits.most_parts:,} parts."
        if depth > limits.deepest:
            return f"This mail has parts within parts, more than {limits.deepest} deep."
    return ""


def _sender(mail: Part, authors: Sequence[Person]) -> Person:
    named = (*authors, *headers.people(mail, "Sender"), *headers.people(mail, "Return-Path"))
    return next(iter(named), Person("", ""))


def _kind(
    mail: Part, subject: str, sender: Person, message_id: str, came_back: tuple[Bounce, ...], our_host: str
) -> Kind:
    if came_back:
        return "bounce"
    if _is_ours(mail, message_id, our_host.casefold()):
        return "loop"
    if _is_an_answering_machine(mail, subject, sender):
        return "auto_reply"
    precedence = headers.header(mail, "Precedence").casefold()
    if "List-Id" in mail or "List-Post" in mail or precedence in ("list", "bulk", "junk"):
        return "list"
    return "said"


def _is_ours(mail: Part, message_id: str, our_host: str) -> bool:
    """Another installation's mail is not ours, where we know our name."""
    if not our_host:
        return OURS in mail
    ours = headers.header(mail, OURS).casefold()
    return ours == our_host or message_id.casefold().endswith(f"@{our_host}>")


def _is_an_answering_machine(mail: Part, subject: str, sender: Person) -> bool:
    submitted = headers.header(mail, "Auto-Submitted").casefold()
    if submitted and not submitted.startswith("no"):
        return True
    if any(name in mail for name in _ANSWERED) or headers.header(mail, "Precedence").casefold() == "auto_reply":
        return True
    if headers.header(mail, "Return-Path") == "<>" or bounces.is_a_daemon(sender.address):
        return True
    # That a mail has arrived, or was opened: what came back has been told apart before.
    if parts.type_of(mail) == "multipart/report":
        return True
    begins = subject.casefold().startswith(_SUBJECTS)
    # A person may forward or answer one; its own subject begins with it.
    return begins and ("List-Id" not in mail)


def parked(raw: bytes, reason: str) -> Parked:
    """What cannot be read, for that reason; with its headers, as far as these can be. Never raises."""
    return Parked(reason, _headers(raw, _OF_A_PARKED_MAIL))


def _headers(raw: bytes, names: Sequence[str]) -> dict[str, str]:
    try:
        mail: Part = BytesHeaderParser(policy=headers.POLICY).parsebytes(raw[:_HEAD])
        return {name: found for name in names if (found := headers.header(mail, name))}
    except Exception:  # noqa: BLE001 - anybody's bytes: what they are called helps, and must not stop anything
        return {}
