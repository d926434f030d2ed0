"""A notice to the accounts of one cause: begun, stopped and gone on with by a person, told by the clock one by one.

Each account is one transaction: the update, the promise that is made with it, and that this account was told. So
whoever goes on after a crash begins with the first that was not told, and nobody is told twice. Who handles the cases,
or looks after the accounts, gets one letter of them all, written when it has ended (`cause_letters`).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from amends.directory import absences, checks
from amends.directory.actor import Actor
from amends.directory.models import Account
from amends.directory.security import traces
from amends.escalations import causes as reading
from amends.escalations import texts
from amends.escalations.actions import cause_letters, causes, escalations, keeping, promises, updates
from amends.escalations.authority import Act, check, may
from amends.escalations.errors import Forbidden, KeptInside, Refused
from amends.escalations.hearing import Heard, in_force
from amends.escalations.models import Cause, CauseNotice, CauseNoticePart, Escalation, Promise, Update
from amends.escalations.standing import not_far_ahead
from amends.outbox import bulk
from amends.outbox.waking import wake

log = logging.getLogger("amends.notices")

LEASE_FOR = dt.timedelta(seconds=20)
MOST_LETTERS = 10_000
# So many accounts are told by one notice.
MOST_TOLD = 2_000
NOT_LIKE_THIS = "It cannot be said like this in their case; its handler can say why."
State = CauseNotice.State
Outcome = CauseNoticePart.Outcome


class Lost(Exception):
    """Somebody else tells it now, or a person has stopped it."""


@transaction.atomic
def begin(
    cause: Cause,
    accounts: Sequence[Account],
    *,
    subject: str,
    text: str,
    next_what: str,
    next_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
) -> CauseNotice:
    """Tell these accounts, one after another; each is promised what comes next, by its own contact's clock.

    In `text` stand {contact}, {account} and {next_by} for each one's own. One notice of a cause at a time.
    """
    check(by, Act.SEND_CAUSE_NOTICE)
    cause = causes.held(cause)
    may_be_told(cause, accounts)
    notice = CauseNotice(
        cause=cause,
        subject=checks.line(subject, "subject", at_most=200, missing="Say in a few words what it is about."),
        text=checked(text),
        next_what=checks.line(next_what, "next_what", at_most=300, missing="Say what they hear from us next."),
        next_at=ahead(next_at, now),
        by_id=by.member_id,
        at=now,
    )
    notice.save()
    bulk.insert(CauseNoticePart(notice=notice, account=account) for account in dict.fromkeys(accounts))
    traces.leave("cause.notice_begun", cause, by=by, now=now, after={"accounts": len(accounts), "subject": subject})
    wake()
    return notice


@transaction.atomic
def stop(notice: CauseNotice, *, by: Actor, now: dt.datetime) -> None:
    """Tell nobody else. Who was told stays told, and was promised something; ours read of it beside the clock.

    Where nobody is left to tell, it is through instead.
    """
    check(by, Act.SEND_CAUSE_NOTICE)
    notice = _held(notice)
    if not notice.is_under_way:
        raise Refused("Nothing is going out here.")
    told, of = notice.parts.exclude(outcome=Outcome.WAITING).count(), notice.parts.count()
    if told == of:
        _ends(notice, State.DONE, now)
    else:
        _ends(notice, State.STOPPED, now, f"{by.name} stopped it after {told:,} of {of:,} accounts.")
    traces.leave("cause.notice_stopped", notice.cause, by=by, now=now, after={"accounts": told})


@transaction.atomic
def go_on(notice: CauseNotice, *, by: Actor, now: dt.datetime) -> None:
    """Tell those who were not told yet. Where who began it cannot send it any more, it comes from who goes on."""
    check(by, Act.SEND_CAUSE_NOTICE)
    cause = causes.held(notice.cause)
    notice = _held(notice)
    if notice.state != State.STOPPED:
        raise Refused("Only what was stopped can go on.")
    _is_the_only_one(cause)
    if notice.next_at <= now:
        raise Refused("The time that it promises has come. Write a new notice to those who were not told.")
    if not cause.is_open:
        raise Refused(f"{cause.key} is solved. Take it up again before you tell more accounts.")
    author = _actor(notice, now)
    if author is None or not may(author, Act.SEND_CAUSE_NOTICE):
        notice.by_id = by.member_id
    notice.state, notice.trouble, notice.ended_at, notice.leased_until = State.WAITING, "", None, now
    notice.save(update_fields=["by", "state", "trouble", "ended_at", "leased_until"])
    traces.leave("cause.notice_went_on", cause, by=by, now=now)
    wake()


def is_waiting(now: dt.datetime) -> bool:
    """Whether there is a notice that nobody is at, or one that is over and of which ours wait for a letter."""
    return _free(now).exists() or cause_letters.owed(now).exists()


def claim(place: str, *, now: dt.datetime) -> CauseNotice | None:
    """The oldest that nobody is at, leased to that place; None where there is none.

    Of what it told before it was stopped ours have their letters first: see `cause_letters`.
    """
    notice = _leased(place, now)
    if notice is not None and notice.state == State.WAITING:
        cause_letters.write(notice, now=now)
        notice.state = State.RUNNING
        CauseNotice.objects.filter(pk=notice.pk, leased_by=place, state=State.WAITING).update(state=State.RUNNING)
    return notice


def tell_next(notice: CauseNotice, *, place: str, now: dt.datetime) -> bool:
    """Tell the next account, in one transaction; says whether there was one. Raises Lost where it is not ours.

    When it has ended, ours get their letters of it.
    """
    with transaction.atomic():
        # Before the notice, as where it is begun: whoever solves it meanwhile would miss a case that is opened here.
        causes.held(notice.cause)
        notice = _ours(notice, place)
        if is_told := _tells_another(notice, now):
            notice.leased_until = now + LEASE_FOR
            notice.save(update_fields=["leased_until"])
    if not is_told:
        cause_letters.write(notice, now=now)
    return is_told


def write_letters(now: dt.datetime) -> bool:
    """Those that are owed to ours of the oldest notice that is over; says whether there was one.

    Of one that a person stopped, and of one whose worker was cut off at its end.
    """
    notice = cause_letters.owed(now).first()
    if notice is not None:
        cause_letters.write(notice, now=now)
    return notice is not None


def _tells_another(notice: CauseNotice, now: dt.datetime) -> bool:
    """Whether somebody was left to tell, and could be; else it has ended, or stopped."""
    part = notice.parts.filter(outcome=Outcome.WAITING).select_related("account__csm").order_by("id").first()
    if part is None:
        _ends(notice, State.DONE, now)
        return False
    author = _actor(notice, now)
    if author is None or (why := _cannot_go_on(notice, author, now)):
        _ends(notice, State.STOPPED, now, why if author else f"{notice.by} is not here any more.")
        cause_letters.that_it_stopped(notice, now)
        return False
    _tell(part, notice, author, now)
    return True


def _leased(place: str, now: dt.datetime) -> CauseNotice | None:
    if not _free(now).exists():
        return None
    with transaction.atomic():
        skips = connection.features.has_select_for_update_skip_locked
        notice = _free(now).order_by("id").select_for_update(skip_locked=skips).first()
        if notice is not None:
            notice.leased_by, notice.leased_until = place, now + LEASE_FOR
            notice.save(update_fields=["leased_by", "leased_until"])
    return notice


def let_go(notice: CauseNotice, *, place: str) -> None:
    """Whoever has the time may go on with it at once."""
    CauseNotice.objects.filter(pk=notice.pk, leased_by=place).update(leased_by="", leased_until=None)


def _tell(part: CauseNoticePart, notice: CauseNotice, by: Actor, now: dt.datetime) -> None:
    """Tell one account, or write down why it was not told; nothing is left half done."""
    try:
        with transaction.atomic():
            update = _sent(part, notice, by, now)
        part.outcome, part.update, part.escalation = Outcome.TOLD, update, update.escalation
    except KeptInside:
        # Who reads of the notice need not see the case, nor what is said in it among ours.
        part.outcome, part.why = Outcome.NOT_TOLD, NOT_LIKE_THIS
    except Refused as refused:
        part.outcome, part.why = Outcome.NOT_TOLD, refused.sentence[:400]
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("Part %s of a notice failed.", part.pk)
        part.outcome = Outcome.NOT_TOLD
        part.why = f"Something went wrong here ({type(fault).__name__}). The server’s log says more."
    part.at = now
    part.save()


def _sent(part: CauseNoticePart, notice: CauseNotice, by: Actor, now: dt.datetime) -> Update:
    """In the case of the account that comes of this cause; else in one that is opened for it, found by us."""
    cause, account = notice.cause, part.account
    case = _case_held(cause, account)
    if not cause.affected.filter(account=account, cleared_at__isnull=True).exists():
        raise Refused("Somebody found meanwhile that they are not affected.")
    if reading.parts_told().filter(notice__cause=cause, account=account, notice__gt=notice.pk).exists():
        raise Refused("A notice that was begun later has told them.")
    mail = reading.as_told(account, case, subject=notice.subject, text=notice.text, next_at=notice.next_at, now=now)
    if case is None:
        heard = Heard(
            reason=cause.name,
            problems=(cause.name,),
            contact=mail.to[0],
            category=_category(cause),
            channel=Escalation.Channel.OTHER,
            found_by=Escalation.FoundBy.US,
            why_unqualified=f"We found it ourselves, and tell them first: {cause.key}.",
        )
        # Whom it concerns reads of all that are theirs at once, when all are told.
        case = escalations.open(account, heard=heard, is_decided=True, is_told=True, by=by, now=now)
        causes.linked(cause, case, is_told_first=True, by=by, now=now)
    routine = case.promises.open().filter(kind=Promise.Kind.NEXT_UPDATE, what=promises.AN_UPDATE)
    return updates.send(
        case,
        text=mail.text,
        subject=mail.own_subject,
        to=mail.to,
        keeps=[promise for promise in routine if keeping.reaches(promise, mail.to)],
        then=updates.Next(notice.next_what, notice.next_at),
        by=by,
        now=now,
    )


def _case_held(cause: Cause, account: Account) -> Escalation | None:
    """Their case that comes of this, held; None where there is none. It may be closed or merged before it is held."""
    while (case := reading.case_of(cause, account)) is not None:
        case.lock()
        if reading.case_of(cause, account) == case:
            return case
    return None


def _category(cause: Cause) -> str:
    """The cause's, where the playbook in force still has it."""
    known = {category.key for category in in_force().document.categories}
    return cause.category if cause.category in known else ""


def may_be_told(cause: Cause, accounts: Sequence[Account]) -> None:
    """Refuses accounts that cannot be told of this cause, or not just now, or too many of them."""
    if not cause.is_open:
        raise Refused(f"{cause.key} is solved. Take it up again before you tell more accounts.")
    _is_the_only_one(cause)
    if not accounts:
        raise Refused("Choose at least one account.", field="accounts")
    chosen = {account.pk: account for account in accounts}
    if len(chosen) > MOST_TOLD:
        says = f"Up to {MOST_TOLD:,} accounts are told at once, and these are {len(chosen):,}. Name some of them."
        raise Refused(says, field="accounts")
    affected = set(cause.affected.filter(cleared_at__isnull=True).values_list("account", flat=True))
    if others := [account.name for number, account in chosen.items() if number not in affected]:
        raise Refused(f"{others[0]} is not marked as affected. Mark it first.", field="accounts")


def _is_the_only_one(cause: Cause) -> None:
    if cause.notices.filter(state__in=CauseNotice.UNDER_WAY).exists():
        raise Refused("A notice of this cause is going out already. Wait until it is through, or stop it.")


def checked(text: str) -> str:
    """The text of a notice, where it says all that it must; nothing stands in braces that nobody fills."""
    cleaned = text.strip()
    if not cleaned:
        raise Refused("There is no text yet.", field="text")
    if len(cleaned) > MOST_LETTERS:
        raise Refused(f"This is longer than {MOST_LETTERS:,} characters. Shorten it.", field="text")
    if unknown := [word for word in texts.in_braces(cleaned) if word not in reading.PLACEHOLDERS]:
        raise Refused(f"{unknown[0]} means nothing here; write it out.", field="text")
    if texts.NEXT_BY not in cleaned:
        says = f"Say by when they hear from us next: {texts.NEXT_BY} becomes the time, on each contact’s own clock."
        raise Refused(says, field="text")
    return cleaned


def ahead(next_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The moment that is promised, where it lies ahead, and not too far."""
    if next_at <= now:
        raise Refused("A promise needs a moment that is still ahead.", field="next_at")
    not_far_ahead(next_at, now, "next_at")
    return next_at


def _held(notice: CauseNotice) -> CauseNotice:
    return CauseNotice.objects.select_related("cause", "by").select_for_update(of=("self",)).get(pk=notice.pk)


def _ours(notice: CauseNotice, place: str) -> CauseNotice:
    """As it is now, held, as long as it is leased to that place: nobody else may be telling the same."""
    held = _held(notice)
    if held.leased_by != place or held.state != State.RUNNING:
        raise Lost
    return held


def _actor(notice: CauseNotice, now: dt.datetime) -> Actor | None:
    """Who sends it, with what they may do by now; None for who has left."""
    return absences.actor_of(notice.by, now) if notice.by and notice.by.is_active else None


def _cannot_go_on(notice: CauseNotice, author: Actor, now: dt.datetime) -> str:
    """Why nobody else is told before a person has looked at it; blank where it can go on."""
    if notice.next_at <= now:
        return "The time that it promises has come before all were told. Write a new notice to the others."
    if not notice.cause.is_open:
        return f"{notice.cause.key} was solved before all were told. Take it up again, or leave it at that."
    try:
        check(author, Act.SEND_CAUSE_NOTICE)
    except Forbidden:
        return f"{author.name} may not send it any more. Somebody who may can go on with it."
    return ""


def _ends(notice: CauseNotice, state: CauseNotice.State, now: dt.datetime, trouble: str = "") -> None:
    notice.state, notice.trouble, notice.ended_at = state, trouble[:400], now
    notice.leased_by, notice.leased_until = "", None
    notice.save(update_fields=["state", "trouble", "ended_at", "leased_by", "leased_until"])
    wake()


def _free(now: dt.datetime) -> QuerySet[CauseNotice]:
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return CauseNotice.objects.filter(unleased, state__in=CauseNotice.UNDER_WAY)
