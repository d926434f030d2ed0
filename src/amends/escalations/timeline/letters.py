"""What those inside are told, as letters. No relative times: a mail is read later than it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from amends.clock.situations import Due, Tell
from amends.directory.models import Member
from amends.escalations.models import Escalation, Promise, Request
from amends.escalations.timeline import kinds, sentences
from amends.lib import when
from amends.outbox.letters import Act, Letter
from amends.outbox.models import Delivery

FOOT = "You get this because Amends keeps watch over {account}. It stops when the customer has been told."
NOTICE_FOOT = "You get this because you have a part in {account}’s escalation."


def url_of(escalation: Escalation) -> str:
    return f"{settings.URL}/escalations/{escalation.key}/"


def notice(
    kind: kinds.Kind,
    escalation: Escalation,
    words: Mapping[str, Any],
    *,
    by: str,
    to: Member,
    now: dt.datetime,
) -> Letter:
    """Word of a change to somebody who has a part in it."""
    sentence = f"{by} {sentences.say(kind, words, zone=to.zone, now=now)}"
    opened = kind is kinds.ESCALATION_OPENED
    return Letter(
        subject=f"{escalation.account.name} escalated: {escalation.reason}"
        if opened
        else f"{escalation.key} {escalation.account.name}: {_headline(kind)}",
        heading=f"{escalation.account.name}: {escalation.reason}",
        paragraphs=(sentence,),
        words=escalation.outcome_wanted if opened else "",
        acts=(Act(f"Open {escalation.key}", url_of(escalation)),),
        facts=_brief(escalation, words, to, now) if opened else (),
        because=NOTICE_FOOT.format(account=escalation.account.name),
    )


def alarm(
    escalation: Escalation,
    due: Due,
    promise: Promise | None = None,
    request: Request | None = None,
    *,
    to: Member,
    now: dt.datetime,
) -> Letter:
    """A ring of the clock: what is owed, to whom, since or until when, and the link that ends it."""
    account = escalation.account.name
    asked = promise or request
    what = asked.what if asked else _WHAT[due.tell]
    ours = when.day_and_time(due.due_at, to.zone, now)
    theirs = when.their_time(due.due_at, promise.zone if promise else escalation.account.zone, now)
    says = {
        Tell.PROMISE_REMINDED: f"Due {ours}",
        Tell.PROMISE_OVERDUE: "Due now" if due.due_at >= now else f"Overdue since {ours}",
        Tell.SILENCE_NOTICED: f"Silent since before {ours}",
        Tell.TARGET_NEAR: f"To be closed by {ours}",
        Tell.TARGET_PASSED: f"Was to be closed by {ours}",
        Tell.DECISION_DUE: f"To be decided by {ours}" if due.due_at >= now else f"Undecided since {ours}",
        Tell.REQUEST_OVERDUE: f"They were to answer by {ours}",
    }[due.tell]
    facts = [("Account", account), ("Due", f"{ours} ({theirs})")]
    if asked and asked.to:
        facts.insert(1, ("To" if promise else "Asked of", asked.to.name))
    if promise and promise.owner:
        facts.append(("Owner", promise.owner.name))
    if escalation.handler:
        facts.append(("Handler", escalation.handler.name))
    return Letter(
        subject=f"{says}: {what} ({account}, {escalation.key})",
        heading=f"{says}: {what}",
        paragraphs=(_ASKS[due.tell],),
        acts=(
            *((Act("Send the update", f"{url_of(escalation)}#tell"),) if due.tell not in _NOT_TOLD else ()),
            Act(f"Open {escalation.key}", url_of(escalation)),
        ),
        facts=tuple(facts),
        because=FOOT.format(account=account),
    )


def undelivered(delivery: Delivery, trouble: str, *, by: str) -> Letter:
    """Word to an administrator that a notice inside did not reach its reader."""
    about = Letter.read(delivery.letter).subject
    return Letter(
        subject=f"A notice to {delivery.name or delivery.address} could not be delivered",
        heading=f"{delivery.name or delivery.address} does not get our notices",
        paragraphs=(f"{by} gave up on “{about}”. Is the address right? Is its reader still here?",),
        acts=(Act("Open it in the outbox", f"{settings.URL}/outbox/{delivery.pk}/"),),
        facts=(("To", delivery.address), ("The mail server’s words", trouble)),
        because="You get this because you look after Amends.",
    )


_WHAT = {
    Tell.SILENCE_NOTICED: "the customer has heard nothing",
    Tell.TARGET_NEAR: "the target date is near",
    Tell.TARGET_PASSED: "the target date has passed",
    Tell.DECISION_DUE: "it waits for a decision",
}
# What no word to the customer ends.
_NOT_TOLD = (Tell.DECISION_DUE,)
_ASKS = {
    Tell.PROMISE_REMINDED: "Tell the customer, even with no news, or move the promise before it is due.",
    Tell.PROMISE_OVERDUE: "The customer is waiting. Tell them where it stands and when they hear next.",
    Tell.SILENCE_NOTICED: (
        "The customer has heard nothing for longer than this severity allows. Tell them, even with no news."
    ),
    Tell.TARGET_NEAR: "What is still missing to close it? Agree it with the customer now.",
    Tell.DECISION_DUE: "Accept it, decline it, or give it back with what is to be done first.",
    Tell.REQUEST_OVERDUE: "Ask the customer again, or go on without it. Our own updates go on meanwhile.",
    Tell.TARGET_PASSED: "Agree a new way to the end with the customer, and say why it took longer.",
}


def _headline(kind: kinds.Kind) -> str:
    return kind.name.replace(".", " ").replace("_", " ")


def _brief(
    escalation: Escalation, words: Mapping[str, Any], to: Member, now: dt.datetime
) -> tuple[tuple[str, str], ...]:
    """The one-page brief: who, what they are worth, what happened, when they hear next."""
    account = escalation.account
    lines = [
        ("Account", account.name),
        ("Spend", f"{account.worth} a year" if account.worth else ""),
        ("Potential", str(account.potential_worth or "")),
        ("Renewal", when.date(account.renewal_on) if account.renewal_on else ""),
        ("Contact", _contact(escalation)),
        ("They expected", escalation.expectation),
        ("Why so grave", " ".join(escalation.because)),
        ("They hear from us by", when.day_and_time(dt.datetime.fromisoformat(words["first_word_at"]), to.zone, now)),
    ]
    return tuple((label, value) for label, value in lines if value)


def _contact(escalation: Escalation) -> str:
    contact = escalation.contact
    return ", ".join(part for part in (contact.name, contact.phone, contact.email) if part) if contact else ""
