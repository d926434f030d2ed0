"""Where a mail goes that was read, as far as that can be told without a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from amends.directory.actor import Actor
from amends.directory.models import Account, Contact, Member
from amends.escalations import threads
from amends.escalations.actions import answers, bounces, calendar_answers, filings
from amends.escalations.actions.calendar_answers import Calendar
from amends.escalations.models import Escalation, Incoming
from amends.escalations.threads import Sender, Thread
from amends.inbox.messages import Message

State = Incoming.State
# More in a day from one address is no person, or a person whom a machine repeats.
MOST_A_DAY = 30
A_DAY = dt.timedelta(days=1)
# So many of an account's cases are named where nobody can tell to which a mail belongs.
MOST_NAMED = 4
_FORGED = "The mail server says that this was not written by who it says it was."
_NOBODYS = "It says of several people, or of nobody, that they wrote it, so that nobody can tell who did."


def sort(incoming: Incoming, message: Message, calendars: Sequence[Calendar], *, by: Actor, now: dt.datetime) -> None:
    """Into its case, if it has one; a request; or where somebody sees it who can tell. Part of reading it.

    `calendars` are those of the mail, read.
    """
    if message.kind != "loop" and threads.is_forged(message):
        filings.settle(incoming, State.STRANGER, _FORGED, by=by, now=now)
        return
    if message.kind == "bounce":
        incoming.escalation = bounces.came_back(message.bounces, by=by, now=now)
        filings.settle(incoming, State.BOUNCE, "", by=by, now=now)
        return
    if message.kind == "loop":
        filings.settle(incoming, State.LOOP, "This is a mail of ours that came back to us.", by=by, now=now)
        return
    if threads.is_nobodys(message):
        filings.settle(incoming, State.STRANGER, _NOBODYS, by=by, now=now)
        return
    if calendars and calendar_answers.take_in(incoming, message, calendars, by=by, now=now):
        return
    thread = threads.thread(message)
    sender = threads.sender(message.sender.address, thread.escalations)
    incoming.contact = sender.contact
    incoming.account = sender.accounts[0] if len(sender.accounts) == 1 or sender.contact else None
    incoming.escalation = thread.escalations[0] if thread.escalations else None
    if message.kind == "auto_reply":
        _from_a_machine(incoming, sender, thread, by, now)
    elif why := _quarantined(sender, thread):
        filings.settle(incoming, State.STRANGER, why, by=by, now=now)
    elif why := _too_many(incoming, now):
        filings.settle(incoming, State.TO_SORT, why, by=by, now=now)
    elif calendars and (why := calendar_answers.theirs(calendars, now)):
        incoming.escalation = incoming.escalation or (_only(_under_way(incoming.account)) if incoming.account else None)
        filings.settle(incoming, State.TO_SORT, why, by=by, now=now)
    elif sender.member:
        _from_one_of_us(incoming, message, sender.member, thread, by, now)
    elif thread.escalations:
        _answer(incoming, message, sender, thread, by, now)
    else:
        _something_new(incoming, message, sender, by, now)


def _quarantined(sender: Sender, thread: Thread) -> str:
    """Why it is shown to nobody but those who sort mail; blank where it need not be."""
    if sender.member or sender.contact or sender.accounts:
        known = sender.member or any(sender.may_speak_for(case.account) for case in thread.escalations)
        return "" if known or not thread.escalations else "They write about a case of another account than theirs."
    return "Nobody of this address, and no account with its domain, is known here."


def _too_many(incoming: Incoming, now: dt.datetime) -> str:
    """A machine that we take for a person must not fill a case; a person is held up, and loses nothing."""
    today = Incoming.objects.filter(sender_address=incoming.sender_address, state=State.FILED, came_at__gt=now - A_DAY)
    if today.count() < MOST_A_DAY:
        return ""
    why = f"More than {MOST_A_DAY} mails came from this address within a day."
    return f"{why} If a person wrote them, put them into the case."


def _from_one_of_us(
    incoming: Incoming, message: Message, member: Member, thread: Thread, by: Actor, now: dt.datetime
) -> None:
    """Who answers a notice writes a note. Anybody can write any name over a mail: only our token shows who it is."""
    if not thread.escalations:
        filings.settle(incoming, State.TO_SORT, f"{member} wrote to the desk, and about no case.", by=by, now=now)
    elif thread.member_id != member.pk:
        why = f"{member} wrote about {thread.escalations[0].key}, but not in answer to a notice of their own. "
        why += "Put it there as their note, if it is from them."
        filings.settle(incoming, State.TO_SORT, why, by=by, now=now)
    else:
        for escalation in _held(thread.escalations):
            filings.note(incoming, message, escalation, member, now=now)
        filings.settle(incoming, State.FILED, "", by=by, now=now)


def _answer(incoming: Incoming, message: Message, sender: Sender, thread: Thread, by: Actor, now: dt.datetime) -> None:
    """It stands in each of its cases that they may speak for; in one that stands in it already, once."""
    for escalation in _held([case for case in thread.escalations if sender.may_speak_for(case.account)]):
        if escalation.is_history:
            filings.settle(
                incoming, State.TO_SORT, f"It answers {escalation.key}, which is imported history.", by=by, now=now
            )
            return
        contact = _known_or_new(incoming, sender, escalation.account, by, now)
        filings.put(incoming, message, escalation, contact, by=by, now=now)
    filings.settle(incoming, State.FILED, "", by=by, now=now)


def _something_new(incoming: Incoming, message: Message, sender: Sender, by: Actor, now: dt.datetime) -> None:
    """About no case: a request of their account, unless that has a case already, or they have several accounts."""
    account = incoming.account
    if message.kind == "list":
        filings.settle(incoming, State.TO_SORT, "This came through a mailing list.", by=by, now=now)
    elif account is None:
        names = ", ".join(account.name for account in sender.accounts[:3])
        filings.settle(incoming, State.TO_SORT, f"Several accounts have this domain: {names}.", by=by, now=now)
    elif under_way := _under_way(filings.held(account)):
        incoming.escalation = _only(under_way)
        filings.settle(incoming, State.TO_SORT, _wrote_anew(under_way), by=by, now=now)
    else:
        contact = _known_or_new(incoming, sender, account, by, now)
        filings.request(incoming, message, account, contact, by=by, now=now)
        filings.settle(incoming, State.FILED, "", by=by, now=now)


def _held(cases: Sequence[Escalation]) -> Sequence[Escalation]:
    """Hold all of them, before anything else is held; for one that was merged meanwhile, that which goes on."""
    for case in cases:
        case.lock()
    was_merged = any(case.merged_into_id for case in cases)
    return _held(threads.going_on(case.pk for case in cases)) if was_merged else cases


def _under_way(account: Account) -> list[Escalation]:
    """Its cases under way, the newest first."""
    return list(Escalation.objects.live().filter(account=account).order_by("-pk"))


def _only(cases: Sequence[Escalation]) -> Escalation | None:
    """Of several, nobody can tell to which it belongs."""
    return cases[0] if len(cases) == 1 else None


def _wrote_anew(cases: Sequence[Escalation]) -> str:
    keys = [case.key for case in cases[:MOST_NAMED]]
    if len(keys) == 1:
        return f"They wrote anew, while {keys[0]} is under way. Put it there, or make it a request of its own."
    further = [f"{len(cases) - len(keys)} more"] if len(cases) > len(keys) else []
    *before, last = [*keys, *further]
    names = f"{', '.join(before)} and {last}"
    return f"They wrote anew, while {names} are under way. Put it into one of them, or make it a request of its own."


def _from_a_machine(incoming: Incoming, sender: Sender, thread: Thread, by: Actor, now: dt.datetime) -> None:
    """That somebody is away is worth knowing, once a day; it answers nothing, and nothing answers it."""
    who = sender.contact or sender.member
    told = Incoming.objects.filter(sender_address=incoming.sender_address, state=State.MACHINE, came_at__gt=now - A_DAY)
    if sender.contact and not told.exists():
        for escalation in thread.escalations:
            if sender.may_speak_for(escalation.account):
                answers.machine_answered(escalation, contact=str(who), text=filings.words(incoming), by=by, now=now)
    filings.settle(incoming, State.MACHINE, "", by=by, now=now)


def _known_or_new(incoming: Incoming, sender: Sender, account: Account, by: Actor, now: dt.datetime) -> Contact:
    if sender.contact and sender.contact.account_id == account.pk:
        return sender.contact
    return filings.contact_of(incoming, account, by=by, now=now)
