"""Kinds of event on the cases of one cause."""

from __future__ import annotations

from amends.escalations.timeline.audiences import Audience
from amends.escalations.timeline.kind import kind as _kind

CAUSE_LINKED = _kind(
    "cause.linked",
    "found {cause} behind this: “{name}”",
    tells=(Audience.HANDLER, Audience.CSM),
    personal=("name",),
    icon="plan",
)
# Those whom it concerns are told of the opening.
CAUSE_FOUND_FIRST = _kind(
    "cause.found_first",
    "opened this to tell them first of {cause}, which affects them too: “{name}”",
    personal=("name",),
    icon="plan",
)
CAUSE_UNLINKED = _kind("cause.unlinked", "took {cause} off this: {reason}", personal=("reason",), icon="cross")
CAUSE_SOLVED = _kind(
    "cause.solved",
    "solved what lies behind this, {cause}: {done}",
    tells=(Audience.HANDLER, Audience.CSM),
    personal=("done",),
    icon="check",
)
CAUSE_REOPENED = _kind(
    "cause.reopened",
    "took up again what lies behind this, {cause}: {reason}",
    tells=(Audience.HANDLER, Audience.CSM),
    personal=("reason",),
    icon="plan",
)
