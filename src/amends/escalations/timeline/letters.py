"""What those inside are told, as letters. No relative times: a mail is read later than it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from amends.clock.situations import Due, Tell, decision_of
from amends.directory.models import Absence, Insight, Member
from amends.escalations import decision_links
from amends.escalations.models import Cause, CauseNotice, Escalation, Promise, Request
from amends.escalations.timeline import kinds, notice_words, sentences
from amends.escalations.timeline.briefs import Brief
from amends.lib import when
from amends.outbox.letters import Act, Letter
from amends.outbox.models import Delivery

_ANSWERED = " Answer this mail, and what you write becomes a note in the case, which the customer never sees."
TOLD = "What the customer was told"
FOOT = "You get this because Amends keeps watch over {account}."


def url_of(escalation: Escalation) -> str:
    return f"{settings.URL}/escalations/{escalation.key}/"


def url_of_cause(cause: Cause) -> str:
    return f"{settings.URL}/causes/{cause.key}/"


def notice(
    kind: kinds.Kind,
    escalation: Escalation,
    words: Mapping[str, Any],
    *,
    by: str,
    to: Member,
    now: dt.datetime,
    brief: Brief | None = None,
    decides: int | None = None,
    reply_to: str = "",
    told: str = "",
) -> Letter:
    """Word of a change to somebody who has a part in it.

    `brief` goes with it where it is new to them; `decides` is the decision that this member is asked for. What they
    answer to `reply_to` becomes a note of theirs. `told` is what the customer was told, where this is said besides.
    """
    sentence = f"{by} {sentences.say(kind, words, zone=to.zone, now=now)}"
    return Letter(
        subject=_subject(kind, escalation, words, by, decides),
        heading=f"{escalation.account.name}: {escalation.reason}",
        paragraphs=notice_words.paragraphs(kind, escalation, words, sentence, to=to, now=now),
        words=escalation.outcome_wanted if brief else notice_words.theirs(kind, words),
        acts=(
            *(decision_links.acts(decides, to.pk, now) if decides else ()),
            Act(f"Open {escalation.key}", url_of(escalation)),
        ),
        facts=brief.facts(to.zone, now) if brief else ((TOLD, told),) if told else (),
        because=notice_words.because(kind, escalation, to=to) + (_ANSWERED if reply_to else ""),
        reply_to=reply_to,
    )


def alarm(
    escalation: Escalation,
    due: Due,
    promise: Promise | None = None,
    request: Request | None = None,
    *,
    to: Member,
    now: dt.datetime,
    may_decide: bool = False,
) -> Letter:
    """A ring of the clock: what is owed, to whom, since or until when, and the links that end it."""
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
        paragraphs=(_asks(escalation, due, promise),),
        acts=(
            *_ends(escalation, due, promise, to, now, may_decide),
            Act(f"Open {escalation.key}", url_of(escalation)),
        ),
        facts=tuple(facts),
        because=FOOT.format(account=account) + " " + _stops(due, promise),
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


def chat_failed(reader: Member, trouble: str, *, to: Member) -> Letter:
    """Word to a member, and to an administrator, that their chat does not take what we post."""
    who, whose = ("you", "your") if to.pk == reader.pk else (reader.name, "their")
    asks = "Look at your chat address, and send yourself a test." if to.pk == reader.pk else "They know of it too."
    act = Act("How you are reached", f"{settings.URL}/you/#reach")
    if to.pk != reader.pk:
        act = Act("Open the outbox", f"{settings.URL}/outbox/?state=dead")
    return Letter(
        subject=f"Chat does not reach {who}",
        heading=f"Chat does not reach {who}",
        paragraphs=(f"What {whose} chat did not take goes by mail instead. {asks}",),
        acts=(act,),
        facts=(("What it says", trouble),),
        because="You get this once a day, as long as it is so.",
    )


def absence(away: Absence, *, by: str, is_over: bool, to: Member, now: dt.datetime) -> Letter:
    """Word to who is away, and to who stands in, from when until when."""
    name, stand_in = away.member.name, away.stand_in.name
    span = when.day_and_time(away.until_at, to.zone, now)
    if away.from_at > now:
        span = f"{when.day_and_time(away.from_at, to.zone, now)} – {span}"
    says = f"{by} says that {name} is away, and {stand_in} stands in."
    heading = f"{stand_in} stands in for {name}, {span if away.from_at > now else f'until {span}'}"
    if is_over:
        says = f"{by} says that {name} is here. Alarms and notices about what is theirs go to them again."
        heading = f"{stand_in} no longer stands in for {name}"
    elif to.pk == away.stand_in_id:
        says += f" All that time, alarms and notices about what is theirs go to you, and you may do what {name} may."
    return Letter(
        subject=heading,
        heading=heading,
        paragraphs=(says,),
        acts=(Act("Open Today", f"{settings.URL}/"),),
        facts=() if is_over else (("Away", name), ("When", span), ("Stands in", stand_in)),
        because="You get this because you are away, or stand in.",
    )


def insight(found: Insight, *, by: str) -> Letter:
    """Word to the account team of something to know before the next contact."""
    account = found.account.name
    return Letter(
        subject=f"{account}: {found.get_kind_display().lower()}",
        heading=f"Before you next speak with {account}",
        paragraphs=(f"{by} wrote down what one should know. {found.get_kind_display()}: {found.text}",),
        acts=(Act(f"Open {account}", f"{settings.URL}/accounts/{found.account_id}/"),),
        because=f"You get this because you are in the account team of {account}.",
    )


def cause(found: Cause, cases: Sequence[Escalation], *, by: str) -> Letter:
    """Word to a handler or CSM that what lies behind some of their cases is solved, or is not after all."""
    is_solved, count = not found.is_open, len(cases)
    of = f"{count} cases" if count > 1 else cases[0].account.name
    said = f"{by} says what was done: {found.what_was_done}" if is_solved else f"{by} took it up again."
    asks = "Tell each of them in your own words, and ask whether it is over for them." if is_solved else _NOT_OVER
    return Letter(
        subject=f"{'Solved' if is_solved else 'Not solved after all'}: {found.name} ({of})",
        heading=f"{found.key} {found.name}",
        paragraphs=(said, asks),
        acts=(Act(f"Open {found.key}", url_of_cause(found)),),
        facts=tuple((case.key, f"{case.account.name}: {case.reason}") for case in cases[:MOST_LISTED]),
        because="You get this because you handle these cases, or look after their accounts.",
    )


def cases_opened(notice: CauseNotice, cases: Sequence[Escalation], *, to: Member, now: dt.datetime) -> Letter:
    """Word to a member of the cases of theirs that a notice has opened: each with its account, and who handles it."""
    found, count = notice.cause, len(cases)
    lines = [
        (case.key, f"{case.account.name}, {case.handler} handles it" if case.handler else case.account.name)
        for case in cases[:MOST_LISTED]
    ]
    if count > MOST_LISTED:
        lines.append((f"And {count - MOST_LISTED:,} more", f"They stand on the page of {found.key}"))
    by, promised = notice.by or "Somebody", when.day_and_time(notice.next_at, to.zone, now)
    return Letter(
        subject=f"{count:,} cases opened, to tell them first: {found.name}",
        heading=f"{found.key} {found.name}",
        paragraphs=(
            f"{by} told the accounts that are affected, so that they hear it from us first. For each of these a case "
            f"was opened, and each was promised by {promised}: {notice.next_what}. What they answer comes into their "
            "case.",
            "Ask whoever handles a case before you talk to them. Sales outreach to them is on hold until it is over.",
        ),
        facts=tuple(lines),
        acts=(Act(f"Open {found.key}", url_of_cause(found)),),
        because="You get this because you handle these cases, look after their accounts, or are in the account team.",
    )


def not_told(found: Cause, accounts: Sequence[tuple[str, str]], *, by: str) -> Letter:
    """Word to a CSM of those accounts of theirs that a notice did not reach, each with the reason."""
    count = len(accounts)
    they = f"{count} of your accounts" if count > 1 else accounts[0][0]
    return Letter(
        subject=f"Not told of {found.name}: {they}",
        heading=f"{they} could not be told",
        paragraphs=(
            f"{by} tells accounts that are affected by “{found.name}”, so that they hear it from us first. "
            "These could not be told. Do what stands beside each, or ring them.",
        ),
        acts=(Act(f"Open {found.key}", url_of_cause(found)),),
        facts=tuple(accounts[:MOST_LISTED]),
        because="You get this because you look after them, or sent the notice.",
    )


def notice_stopped(found: CauseNotice, *, told: int, of: int) -> Letter:
    """Word to who sent a notice that it stopped by itself: the accounts that are left wait for a person."""
    return Letter(
        subject=f"Stopped after {told:,} of {of:,} accounts: {found.subject}",
        heading=f"{of - told:,} accounts were not told of “{found.cause.name}” yet",
        paragraphs=(found.trouble,),
        acts=(Act(f"Open {found.cause.key}", url_of_cause(found.cause)),),
        because="You get this because you sent it, or stand in for who did.",
    )


# As many as one reads in a mail; the page has all of them.
MOST_LISTED = 20
_NOT_OVER = "Nobody at these accounts should read that it is over. Look at what was promised to them."

_WHAT = {
    Tell.SILENCE_NOTICED: "the customer has heard nothing",
    Tell.TARGET_NEAR: "the target date is near",
    Tell.TARGET_PASSED: "the target date has passed",
    Tell.DECISION_DUE: "it waits for a decision",
}
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
_LOOK = "Does the customer need to know of it by now? If so, say it on the case; if not, say there why not."
_UNTOLD = "What is still missing to close it? The customer need not know of it; does that still hold?"


def _subject(kind: kinds.Kind, escalation: Escalation, words: Mapping[str, Any], by: str, decides: int | None) -> str:
    account = escalation.account.name
    if decides:
        return f"Please decide: {account}, {escalation.reason} ({escalation.key})"
    if kind is kinds.ESCALATION_OPENED:
        return f"{account} escalated: {escalation.reason}"
    return f"{escalation.key} {account}: {notice_words.headline(kind, words, by=by)}"


def _is_look(promise: Promise | None) -> bool:
    return promise is not None and promise.kind == Promise.Kind.LOOK


def _asks(escalation: Escalation, due: Due, promise: Promise | None) -> str:
    """What is asked of the reader. Nobody is pressed to tell a customer who need not know."""
    if _is_look(promise):
        return _LOOK
    if due.tell is Tell.TARGET_NEAR and not escalation.customer_should_know:
        return _UNTOLD
    return _ASKS[due.tell]


def _ends(
    escalation: Escalation, due: Due, promise: Promise | None, to: Member, now: dt.datetime, may_decide: bool
) -> tuple[Act, ...]:
    """The links by which the reader ends it."""
    if due.tell is Tell.DECISION_DUE:
        return decision_links.acts(decision_of(due.key), to.pk, now) if may_decide else ()
    if _is_look(promise):
        return (Act("Look at it", f"{url_of(escalation)}look/"),)
    if not escalation.customer_should_know:
        return ()
    return (Act("Send the update", f"{url_of(escalation)}#tell"),)


def _stops(due: Due, promise: Promise | None) -> str:
    if due.tell is Tell.DECISION_DUE:
        return "It stops when somebody has decided."
    if _is_look(promise):
        return "It stops when somebody has looked."
    return "It stops when the customer has been told."
