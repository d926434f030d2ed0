"""What a customer gets by mail: made here for sending and for looking at it before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.headerregistry import Address

from django.conf import settings

from amends.directory.actor import Actor
from amends.directory.models import Contact, Organisation
from amends.escalations import citing, customer_links, reply_addresses, texts
from amends.escalations.models import CustomerLink, Escalation, Fact, Incoming, Update
from amends.escalations.timeline.record import HOST
from amends.outbox.letters import Calendar, Letter
from amends.outbox.models import Delivery
from amends.outbox.posting import Draft, message_id

# How the outbox says why it holds a mail at first; what follows is until when, in UTC.
RECALL = "It can be taken back until"
# As many characters as the column holds.
SUBJECT_FITS = 200
# A Message-ID as others write them; what is anything else stands in no header of ours.
_NAMES_A_MAIL = re.compile(r"<[!-;=?-~]{3,200}>")
_ANSWERS = re.compile(r"re:", re.IGNORECASE)

# What a thread is called while nobody has written down the customer's words for the matter.
_NOTHING_NAMED = "What you told us about"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What calendars read of a mail, and the address of the organiser, from whom it has to come."""

    sender: str
    calendar: Calendar


def thread(escalation: Escalation, *, but: Update | None = None) -> Update | None:
    """The first mail of the escalation's thread that left, or is about to: the others answer it.

    What speaks of a meeting alone is called after it, and begins no thread.
    """
    mailed = escalation.updates.standing().filter(is_mailed=True, meeting__isnull=True)
    if but:
        mailed = mailed.exclude(pk=but.pk)
    return mailed.order_by("at", "id").first()


def subject(escalation: Escalation) -> str:
    """The subject of a mail that has none of its own: the thread's, ours or the one that they began by writing to us,
    else the first problem in the customer's words.

    Never the reason, which is written inside. Long words are cut, the key never.
    """
    first = thread(escalation)
    if first and first.subject:
        return first.subject
    if first is None and (theirs := _their_thread(escalation)) and theirs.subject:
        return (theirs.subject if _ANSWERS.match(theirs.subject) else f"Re: {theirs.subject}")[:SUBJECT_FITS]
    problem = escalation.problems.first()
    key = f" ({escalation.key})"
    return f"{(problem.words if problem else _NOTHING_NAMED)[: SUBJECT_FITS - len(key)]}{key}"


def _their_thread(escalation: Escalation) -> Incoming | None:
    """The mail with which they began it; their program knows it by its Message-ID, so without one it is none."""
    if escalation.last_heard_at is None:
        return None
    begun = escalation.filings.filter(update__struck_at__isnull=True, update__isnull=False).exclude(message_id="")
    first = begun.select_related("incoming").order_by("at", "id").first()
    return first.incoming if first and _NAMES_A_MAIL.fullmatch(first.message_id) else None


def _answered(escalation: Escalation, update: Update) -> str:
    """The Message-ID that an update answers; blank where it begins the thread."""
    if first := thread(escalation, but=update):
        return _message_id(first)
    theirs = _their_thread(escalation)
    return theirs.message_id if theirs else ""


def whole(text: str, facts: Iterable[Fact], *, signature: str = "") -> str:
    """All that the customer gets to read: the text, and below it the facts that it cites; above the `signature`."""
    told = citing.paragraphs(facts)
    words, signed = texts.parted(text.strip(), signature) if told else (text.strip(), "")
    return "\n\n".join(filter(None, [words, *told, signed]))


def letter(
    organisation: Organisation,
    escalation: Escalation,
    *,
    subject: str,
    text: str,
    to: Sequence[Contact],
    by: Actor,
    in_reply_to: str = "",
    link: CustomerLink | None = None,
    encloses: Sequence[int] = (),
    invitation: Invitation | None = None,
) -> Letter:
    """An update as a letter. It shows all who get it, and answers come to the desk. `encloses`: files, by number.

    `link` is its reader's own way to their page, and stands at the foot of their copy alone.
    """
    return Letter(
        subject=subject,
        paragraphs=tuple(part.strip() for part in text.split("\n\n") if part.strip()),
        sender_name=f"{by.name}, {organisation.name}",
        reply_to=reply_addresses.reply_to(organisation, escalation),
        to=tuple(_address(contact) for contact in to) if len(to) > 1 else (),
        in_reply_to=in_reply_to,
        acts=(customer_links.act(link),) if link else (),
        encloses=tuple(encloses),
        sender=invitation.sender if invitation else "",
        calendar=invitation.calendar if invitation else None,
    )


def invitation(link: CustomerLink, *, by: Actor, now: dt.datetime, once: str) -> Draft:
    """The link by itself, to its contact. `once` says what it is an answer to, and goes but once for that.

    `by` is who gave it; where they asked for it themselves, it comes from the handler.
    """
    case, contact, organisation = link.case, link.contact, Organisation.current()
    writer = case.handler.name if by.is_system and case.handler else by.name
    return Draft(
        identity=f"{_INVITATION}:{link.pk}|{once}|contact:{contact.pk}|mail",
        address=contact.email,
        name=contact.name,
        letter=Letter(
            subject=f"Your page: {subject(case)}"[:SUBJECT_FITS],
            paragraphs=tuple(_INVITES.format(contact=contact.name, writer=writer).split("\n\n")),
            acts=(customer_links.act(link, "Open your page", is_quiet=False),),
            sender_name=f"{writer}, {organisation.name}",
            reply_to=reply_addresses.reply_to(organisation, case),
        ),
        audience=Delivery.Audience.CUSTOMER,
        subject=case.subject,
    )


_INVITATION = "customer-link"
_INVITES = """Dear {contact},

this is your own page about what you told us: what we understood, what we do about it and in which order, and when \
you hear from us next. You can answer there, confirm the plan, and say whether you feel heard.

It needs no password: whoever has the link can read the page. Please keep it to yourself.

{writer}"""


def drafts(
    update: Update,
    *,
    to: Sequence[Contact],
    by: Actor,
    now: dt.datetime,
    encloses: Sequence[int] = (),
    invitation: Invitation | None = None,
) -> list[Draft]:
    """One delivery a recipient; each shows all of them, and all carry the same Message-ID.

    They rest for `RECALL_SECONDS` before they leave, so that the update can be taken back.
    """
    escalation, rests = update.escalation, recall()
    organisation, answers = Organisation.current(), _answered(escalation, update)
    links = customer_links.by_contact(escalation, [contact.pk for contact in to], now)
    return [
        Draft(
            identity=f"{identity(update)}contact:{contact.pk}|mail",
            address=contact.email,
            name=contact.name,
            letter=letter(
                organisation,
                escalation,
                subject=update.subject,
                text=update.text,
                to=to,
                by=by,
                in_reply_to=answers,
                link=links.get(contact.pk),
                encloses=encloses,
                invitation=invitation,
            ),
            audience=Delivery.Audience.CUSTOMER,
            subject=escalation.subject,
            message_id=_message_id(update),
            rests=rests,
            held_because=f"{RECALL} {now + rests:%H:%M:%S} UTC." if rests else "",
        )
        for contact in to
    ]


def recall() -> dt.timedelta:
    """How long a mail rests before it leaves."""
    return dt.timedelta(seconds=settings.RECALL_SECONDS)


def leaves_at(update: Update) -> dt.datetime | None:
    """When an update leaves at the earliest; None for what is not mailed, or does not stand."""
    return update.logged_at + recall() if update.is_mailed and not update.struck_at else None


def identity(update: Update) -> str:
    """How the identities of an update's deliveries begin."""
    return f"update:{update.pk}|"


def number(identity: str) -> int:
    """The number of the update in the identity of a delivery; 0 where it is none's."""
    return _number(identity, "update")


def link_number(identity: str) -> int:
    """The number of the link in the identity of an invitation; 0 where it is none."""
    return _number(identity, _INVITATION)


def reader(identity: str) -> int:
    """The number of the contact whose copy a delivery is; 0 where it is nobody's outside."""
    return next(filter(None, (_number(part, "contact") for part in identity.split("|"))), 0)


def _number(identity: str, of: str) -> int:
    noun, _, written = identity.partition("|")[0].partition(":")
    return int(written) if noun == of and written.isdecimal() else 0


def _message_id(update: Update) -> str:
    return message_id(f"update:{update.pk}", HOST)


def _address(contact: Contact) -> str:
    """Name and address for the To line, quoted where the name needs it."""
    local, _, domain = contact.email.rpartition("@")
    return str(Address(" ".join(contact.name.split()), local, domain))
