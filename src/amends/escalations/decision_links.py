"""Links by which one decides from the mail, without a login: bound to one decision and one member, for seven days.

A link opens a page that asks; following it does nothing, since mail scanners follow links too. Once the decision is
made, by this link or otherwise, every link to it has nothing left to decide.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from amends.outbox.letters import Act

SALT = "amends.decide"
LASTS = dt.timedelta(days=7)
# How one can decide, in the order of the mail's links.
WAYS = {
    "accept": "Accept",
    "give-back": "Give next steps",
    "decline": "Decline",
    "close": "Close it with a note",
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link says: which decision, and who is asked."""

    decision_id: int
    member_id: int


class NotWhole(Exception):
    """The link was cut off, or changed: nobody here wrote it."""


class TooOld(Exception):
    """The link was good once; its seven days are over."""


def sign(decision_id: int, member_id: int, now: dt.datetime) -> str:
    """The part of a link that nobody else can write."""
    return signing.Signer(salt=SALT).sign_object({"d": decision_id, "m": member_id, "t": int(now.timestamp())})


def read(token: str, now: dt.datetime) -> Invitation:
    """What a link says. Raises NotWhole or TooOld."""
    try:
        said = signing.Signer(salt=SALT).unsign_object(token)
    except Exception as error:
        # A changed link may fail anywhere between its base64 and its signature.
        raise NotWhole from error
    if now.timestamp() - said["t"] > LASTS.total_seconds():
        raise TooOld
    return Invitation(said["d"], said["m"])


def acts(decision_id: int, member_id: int, now: dt.datetime) -> tuple[Act, ...]:
    """The links of one mail to one member."""
    token = sign(decision_id, member_id, now)
    return tuple(Act(label, f"{settings.URL}/decide/{token}/{way}/", is_secret=True) for way, label in WAYS.items())
