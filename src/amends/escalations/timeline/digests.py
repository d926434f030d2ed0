"""The morning digest and the weekly overview, as letters. Every line leads to what it speaks of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.conf import settings

from amends.directory.models import Member
from amends.escalations.agendas import Agenda, Changed
from amends.escalations.models import Decision, Escalation, Help, Promise
from amends.escalations.overviews import AccountRow, Needed, Overview
from amends.escalations.timeline.letters import url_of
from amends.escalations.timeline.sentences import entry
from amends.lib import when
from amends.outbox.letters import Act, Letter, Line, Section

# As many lines of one kind as somebody reads; a last one says how many there are besides.
MOST = 8
MOST_ACCOUNTS = 20
_REACH = Act("How you are reached", f"{settings.URL}/you/#reach")
Found = TypeVar("Found")


def digest(agenda: Agenda, *, to: Member, now: dt.datetime) -> Letter:
    """What a member owes today, what waits for them, and what changed since the working morning before."""
    today, notices = f"{settings.URL}/", f"{settings.URL}/notices/?only=unseen"
    sections = (
        _section("Overdue", agenda.overdue, lambda promise: _promise(promise, to, now), today),
        _section("Due today", agenda.today, lambda promise: _promise(promise, to, now), today),
        _section("Waiting for your decision", agenda.decisions, lambda decision: _decision(decision, to, now), today),
        _section("Help asked of you", agenda.helps, _help, today),
        _section("What changed", agenda.changed, lambda changed: _changed(changed, to, now), notices),
        _section(
            "For whom you stand in",
            agenda.covers,
            lambda away: Line(away.member.name, today, f"until {when.day_and_time(away.until_at, to.zone, now)}"),
            today,
        ),
    )
    unseen = _counted(agenda.unseen, "notice that you have not seen", "notices that you have not seen")
    return Letter(
        subject=_digest_subject(agenda),
        heading=when.heading(now, to.zone),
        paragraphs=(),
        sections=tuple(section for section in sections if section),
        acts=(Act("Open Today", today), *((Act(unseen, notices),) if agenda.unseen else ()), _REACH),
        because="You get this each working morning on which there is something to say, because you chose to.",
    )


def weekly(found: Overview, *, to: Member, now: dt.datetime) -> Letter:
    """Who is escalated, what is at stake, and what help is needed; first what is needed from its reader."""
    page = f"{settings.URL}/overview/"
    needed = sorted(found.helps, key=lambda each: each.whom != to.name)
    helps = [(each, help_) for each in needed for help_ in each.helps]
    says = f"{_counted(found.escalated_accounts, 'account is', 'accounts are')} escalated"
    stake = f"{says}, with {found.stake.total} a year at stake"
    sections = (
        _section("Help needed", helps, lambda pair: _needed(*pair, to=to), page),
        _section("Who is escalated", found.accounts, lambda row: _account(row, now), page, most=MOST_ACCOUNTS),
    )
    return Letter(
        subject=stake,
        heading=f"The week of {when.day(now, to.zone, now)}",
        paragraphs=(f"{stake}, each account once.{_unknown(found)}", _figures(found)),
        sections=tuple(section for section in sections if section),
        acts=(Act("Open the overview", page), _REACH),
        because="You get this on the first working morning of the week, because you chose to.",
    )


def _unknown(found: Overview) -> str:
    unknown = found.stake.unknown + found.stake.unconverted
    return f" Of {_counted(unknown, 'account', 'accounts')} the worth is not known." if unknown else ""


def _figures(found: Overview) -> str:
    return (
        f"{_counted(found.overdue, 'promise is', 'promises are')} overdue, "
        f"{_counted(found.past_target, 'escalation is', 'escalations are')} past the target, "
        f"{_counted(found.renewing_soon, 'account renews', 'accounts renew')} within 90 days."
    )


def _digest_subject(agenda: Agenda) -> str:
    says = [
        f"{len(agenda.overdue)} overdue" if agenda.overdue else "",
        f"{len(agenda.today)} due today" if agenda.today else "",
        _counted(len(agenda.decisions), "decision", "decisions") if agenda.decisions else "",
        _counted(len(agenda.helps), "asks for your help", "ask for your help") if agenda.helps else "",
        _counted(len(agenda.changed), "case changed", "cases changed") if agenda.changed else "",
    ]
    return f"Today: {', '.join(part for part in says if part)}"


def _section(
    heading: str, found: Sequence[Found], says: Callable[[Found], Line], rest: str, *, most: int = MOST
) -> Section | None:
    """As many lines as one reads, and how many more; None where there is nothing."""
    if not found:
        return None
    lines = [says(each) for each in found[:most]]
    if len(found) > most:
        lines.append(Line(f"And {len(found) - most} more", rest))
    return Section(heading, tuple(lines))


def _about(escalation: Escalation) -> str:
    return f"{escalation.account.name}, {escalation.key}"


def _promise(promise: Promise, to: Member, now: dt.datetime) -> Line:
    due = when.clock_time(promise.due_at, to.zone)
    if promise.due_at < now:
        due = f"Since {when.day_and_time(promise.due_at, to.zone, now)}"
    whose = f", for {promise.owner.name}" if promise.owner and promise.owner_id != to.pk else ""
    return Line(f"{due}: {promise.what}", url_of(promise.escalation), f"{_about(promise.escalation)}{whose}")


def _decision(decision: Decision, to: Member, now: dt.datetime) -> Line:
    escalation = decision.escalation
    by = when.day_and_time(decision.due_at, to.zone, now)
    return Line(f"By {by}: {escalation.reason}", url_of(escalation), _about(escalation))


def _help(help_: Help) -> Line:
    asked = f", asked by {help_.by.name}" if help_.by else ""
    return Line(help_.what, url_of(help_.escalation), f"{_about(help_.escalation)}{asked}")


def _needed(needed: Needed, help_: Help, *, to: Member) -> Line:
    whom = "You" if help_.asked_of_id == to.pk else needed.whom
    return Line(f"{whom}: {help_.what}", url_of(help_.escalation), _about(help_.escalation))


def _changed(changed: Changed, to: Member, now: dt.datetime) -> Line:
    """The newest word, and how many more."""
    newest = entry(changed.events[0], zone=to.zone, now=now)
    more = len(changed.events) - 1
    rest = f" And {_counted(more, 'more change', 'more changes')}." if more else ""
    says = f"{newest.by} {newest.sentence}{rest}"
    return Line(_about(changed.escalation), url_of(changed.escalation), says)


def _account(row: AccountRow, now: dt.datetime) -> Line:
    worth = f", {row.account.worth} a year" if row.account.worth else ""
    gravest = row.rows[0].escalation
    severity = gravest.playbook.document.severity(gravest.severity).name
    more = f", and {_counted(len(row.rows) - 1, 'more escalation', 'more escalations')}" if len(row.rows) > 1 else ""
    handler = f", {gravest.handler.name} handles it" if gravest.handler else ""
    note = f"{severity}, day {gravest.day(now)}{handler}{more}{worth}"
    return Line(f"{row.account.name}: {gravest.reason}", url_of(gravest), note)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
