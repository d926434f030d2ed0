"""What a trace says, for people: which field changed, and its values as the pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices

from amends.directory.actor import Role
from amends.directory.models import Contact, Preference, Seat, Team, Token
from amends.directory.security.models import Trace
from amends.lib import when

ACTS = {
    "member.added": "added a member",
    "member.changed": "changed a member",
    "member.password_set": "set the password of",
    "member.logged_out": "logged out everywhere",
    "member.left": "closed the account of",
    "member.returned": "opened the account again of",
    "token.made": "made a token for",
    "token.revoked": "revoked a token of",
    "feed.made": "made a feed address for",
    "feed.revoked": "closed the feed of",
    "calendar.made": "made a calendar address for",
    "calendar.revoked": "closed the calendar of",
    "preference.changed": "changed how to reach",
    "absence.planned": "planned an absence of",
    "absence.changed": "changed an absence of",
    "absence.ended": "ended an absence of",
    "team.added": "added a team",
    "team.changed": "changed a team",
    "account.added": "added an account",
    "account.several_added": "added accounts for",
    "account.changed": "changed an account",
    "account.seat_given": "gave a seat at",
    "account.seat_taken": "took a seat away at",
    "contact.added": "added a contact",
    "contact.changed": "changed a contact",
    "insight.told": "told the account team of",
    "purchase.added": "added a purchase",
    "purchase.changed": "corrected a purchase",
    "purchase.removed": "removed a purchase",
    "cause.named": "named the cause",
    "cause.changed": "changed the cause",
    "cause.accounts_marked": "marked accounts as affected by",
    "cause.account_cleared": "found an account not to be affected by",
    "cause.solved": "solved the cause",
    "cause.reopened": "took up again the cause",
    "cause.notice_begun": "began a notice to the accounts of",
    "cause.notice_stopped": "stopped a notice to the accounts of",
    "cause.notice_went_on": "went on with a notice to the accounts of",
    "organisation.set_up": "set up the organisation",
    "import.applied": "applied the file",
    "import.stopped": "stopped the file",
    "import.discarded": "threw away the file",
    "import.expired": "threw away after a week the file",
}
# Whose name in the code is not what people call it.
_FIELDS = {
    "alarms_by": "alarms by",
    "applied": "rows written",
    "available": "one can talk with them",
    "chat_url": "chat",
    "csm": "CSM",
    "digest_at": "digest at",
    "email": "mail address",
    "external_key": "key elsewhere",
    "fingerprint": "fingerprint of the file",
    "from_at": "from",
    "must_hear": "must hear of everything",
    "has_left": "has left",
    "is_advocate": "speaks well of us",
    "is_strategic": "strategic for us",
    "lasts": "it lasts",
    "mail_from": "mail comes from",
    "member": "who",
    "notices_by": "notices by",
    "on": "day",
    "part": "as",
    "potential": "they could spend",
    "prefers": "wants to hear by",
    "renewal_on": "renewal",
    "scope": "it may",
    "spend": "they spend a year",
    "stand_in": "who stands in",
    "until_at": "until",
    "wants_digest": "digest each morning",
    "wants_weekly": "weekly overview",
    "what": "what they bought",
    "zone": "time zone",
}
_LASTS = {"month": "a month", "quarter": "a quarter", "year": "a year", "ever": "until it is revoked"}


def changes(trace: Trace, *, zone: str, now: dt.datetime) -> list[tuple[str, str, str]]:
    """What differs: the field, what it was and what it is, "" for nothing. Moments are on the clock of `zone`."""
    found = []
    for field in {**trace.after, **trace.before}:
        was, is_now = (_shown(field, side.get(field), zone, now) for side in (trace.before, trace.after))
        if was != is_now:
            found.append((_FIELDS.get(field, field.replace("_", " ")), was, is_now))
    return found


def _shown(field: str, value: Any, zone: str, now: dt.datetime) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case dict():
            return "; ".join(f"{day.capitalize()} {', '.join(hours)}" for day, hours in value.items() if hours)
        case str() if field in ("from_at", "until_at"):
            return when.day_and_time(dt.datetime.fromisoformat(value), zone, now)
        case str() if field in _VALUES:
            return _VALUES[field](value)
    return str(value)


def _label(choices: type[TextChoices]) -> Callable[[str], str]:
    """The choice as its form shows it; one that is gone as it was written."""
    return lambda value: str(dict(choices.choices).get(value, value))


def _date(value: str) -> str:
    return when.date(dt.date.fromisoformat(value))


def _time_of_day(value: str) -> str:
    return dt.time.fromisoformat(value).isoformat("minutes")


_VALUES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("alarms_by", "notices_by"), _label(Preference.Channels)),
    **dict.fromkeys(("customer_since", "renewal_on", "on"), _date),
    **dict.fromkeys(("digest_at", "quiet_from", "quiet_until"), _time_of_day),
    "kind": _label(Team.Kind),
    "lasts": lambda value: _LASTS.get(value, value),
    "part": _label(Seat.Part),
    "prefers": _label(Contact.Channel),
    "role": lambda value: Role(value).label if value in list(Role) else value,
    "scope": _label(Token.Scope),
}
