"""Kinds of event of who is told: a contact who is left out for a while, and what an update says inside besides."""

from __future__ import annotations

from amends.escalations.timeline.audiences import Audience
from amends.escalations.timeline.kind import kind as _kind

CONTACT_LEFT_OUT = _kind(
    "contact.left_out",
    "leaves {contact} out until {until}: {reason}",
    tells=(Audience.HANDLER,),
    personal=("contact", "reason"),
    icon="people",
)
CONTACT_TOLD_AGAIN = _kind("contact.told_again", "tells {contact} again.", personal=("contact",), icon="people")
# Beside what the customer was told, and never without it
TEAM_TOLD = _kind(
    "team.told", "told the account team besides: {text}", tells=(Audience.NAMED,), personal=("text",), icon="people"
)
EXECUTIVES_TOLD = _kind(
    "executives.told", "told executives besides: {text}", tells=(Audience.NAMED,), personal=("text",), icon="people"
)
BESIDE = (TEAM_TOLD, EXECUTIVES_TOLD)
