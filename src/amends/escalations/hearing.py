"""What was heard when it came in, whether that can be so, and what the playbook makes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo

from amends.directory.models import Account, Contact
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation
from amends.escalations.standing import may_hear, not_long_ago
from amends.playbook import assess
from amends.playbook import versions as playbooks
from amends.playbook.assess import Assessment, Qualification
from amends.playbook.models import PlaybookVersion
from amends.playbook.verdicts import Intake, Worth


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard when it came in. Only the reason is required; blank is what nobody has said yet."""

    reason: str
    problems: tuple[str, ...] = ()
    contact: Contact | None = None
    category: str = ""
    impact: str = ""
    mood: str = ""
    patience: str = ""
    # How the CSM feels about the account just now
    sentiment: str = ""
    channel: str = Escalation.Channel.PHONE
    found_by: str = Escalation.FoundBy.CUSTOMER
    expectation: str = ""
    outcome_wanted: str = ""
    affects_customer: bool = True
    since_at: dt.datetime | None = None
    # Until when it was so; None while it lasts
    until_at: dt.datetime | None = None
    customer_should_know: bool = True
    why_not_told: str = ""
    # When they told us, if that was before now
    reported_at: dt.datetime | None = None
    asks_for_level: int | None = None
    # What of the playbook's list was tried first, what else was, and why it is opened though it does not qualify
    tried_first: tuple[str, ...] = ()
    tried: str = ""
    why_unqualified: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a playbook makes of it: how grave, who handles, by when; and whether it qualifies."""

    assessment: Assessment
    qualification: Qualification


def in_force() -> PlaybookVersion:
    """The playbook in force. Raises Refused before the first was adopted."""
    found = playbooks.current()
    if found is None:
        raise Refused("No playbook is in force yet. An administrator can adopt one with `amends init`.")
    return found


def propose(playbook: PlaybookVersion, account: Account, heard: Heard, now: dt.datetime) -> Proposal:
    """Severity, level, clocks and qualification, each with its because. Raises Refused for an unknown impact."""
    document = playbook.document
    today = now.astimezone(ZoneInfo(account.zone)).date()
    intake = Intake(heard.impact, heard.mood, today, heard.asks_for_level, heard.sentiment, heard.category)
    try:
        if heard.category:
            document.category(heard.category)
        found = assess.assess(document, worth(account), intake)
    except LookupError as error:
        raise Refused(str(error), field="category" if "category" in str(error) else "impact") from error
    return Proposal(found, assess.qualify(document, worth(account), intake))


def worth(account: Account) -> Worth:
    """What the playbook weighs of an account."""
    return Worth(
        account=account.name,
        spend=account.spend,
        currency=account.currency,
        potential=account.potential,
        is_strategic=account.is_strategic,
        is_advocate=account.is_advocate,
        health=account.health,
        renewal_on=account.renewal_on,
        industry=account.industry,
        presence=account.presence,
    )


def can_be_so(account: Account, heard: Heard, now: dt.datetime) -> None:
    """Refuse what cannot have been heard: no reason, moments that have not come, words that mean nothing here."""
    if not heard.reason.strip():
        raise Refused("Say in a few words what it is about.", field="reason")
    if heard.reported_at and heard.reported_at > now:
        raise Refused("They cannot have reported it in the future.", field="reported_at")
    if heard.since_at and heard.since_at > now:
        raise Refused("That is still to come. Say since when it has been so.", field="since_at")
    if heard.until_at and heard.until_at > now:
        raise Refused("That is still to come. Leave it empty while it lasts.", field="until_at")
    if heard.until_at and heard.since_at and heard.until_at < heard.since_at:
        raise Refused("It cannot have ended before it began.", field="until_at")
    not_long_ago(heard.reported_at, now, "reported_at")
    not_long_ago(heard.since_at, now, "since_at")
    may_hear(heard.contact, account, "contact")
    if not heard.customer_should_know and not heard.why_not_told.strip():
        raise Refused("Say why the customer need not know.", field="why_not_told")
    for field, value, allowed in (
        ("mood", heard.mood, ["", *Escalation.Mood.values]),
        ("patience", heard.patience, ["", *Escalation.Patience.values]),
        ("sentiment", heard.sentiment, ["", *Escalation.Sentiment.values]),
        ("channel", heard.channel, Escalation.Channel.values),
        ("found_by", heard.found_by, Escalation.FoundBy.values),
    ):
        if value not in allowed:
            raise Refused(f"“{value}” is none of: {', '.join(filter(None, allowed))}.", field=field)


def from_row(escalation: Escalation) -> Heard:
    """What was heard so far, as it stands on an escalation; its problems stand on the plan."""
    names = {field.name for field in fields(Heard)} - {"problems"}
    return Heard(**{name: getattr(escalation, name) for name in names} | {"tried_first": tuple(escalation.tried_first)})


def columns(heard: Heard) -> dict[str, object]:
    """What was heard as the columns of an escalation, but for problems and times."""
    return {
        "reason": heard.reason.strip(),
        "contact": heard.contact,
        "category": heard.category,
        "impact": heard.impact,
        "mood": heard.mood,
        "patience": heard.patience,
        "sentiment": heard.sentiment,
        "channel": heard.channel,
        "found_by": heard.found_by,
        "expectation": heard.expectation.strip(),
        "outcome_wanted": heard.outcome_wanted.strip(),
        "affects_customer": heard.affects_customer,
        "since_at": heard.since_at,
        "until_at": heard.until_at,
        "customer_should_know": heard.customer_should_know,
        "why_not_told": heard.why_not_told.strip(),
        "asks_for_level": heard.asks_for_level,
        "tried_first": list(heard.tried_first),
        "tried": heard.tried.strip(),
        "why_unqualified": heard.why_unqualified.strip(),
    }
