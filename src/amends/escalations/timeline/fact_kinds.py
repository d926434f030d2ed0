"""Kinds of event of the ledger of facts: what is stated, found, doubted; and what the customer is owed a word about."""

from __future__ import annotations

from amends.escalations.timeline.audiences import Audience
from amends.escalations.timeline.kind import kind as _kind

# Who stated it, who settled it, who told the customer: the act names them.
_AND_THOSE_WHO_SAID_SO = (Audience.HANDLER, Audience.NAMED)

FACT_STATED = _kind("fact.stated", "put a statement into the ledger: “{fact}”", personal=("fact",), icon="fact")
FACT_CONFIRMED = _kind(
    "fact.confirmed",
    "confirmed “{fact}” ({source}): {evidence}",
    tells=(Audience.HANDLER,),
    personal=("fact", "evidence", "source"),
    icon="check",
)
FACT_REFUTED = _kind(
    "fact.refuted",
    "refuted “{fact}”: {evidence}",
    tells=_AND_THOSE_WHO_SAID_SO,
    personal=("fact", "evidence"),
    icon="cross",
)
FACT_REOPENED = _kind(
    "fact.reopened",
    "investigates “{fact}” again: {reason}",
    tells=_AND_THOSE_WHO_SAID_SO,
    personal=("fact", "reason"),
    icon="fact",
)
FACT_CHANGED = _kind(
    "fact.changed", "said more exactly of “{fact}”: {changes}", personal=("fact", "changes"), icon="fact"
)
FACT_DISPUTED = _kind(
    "fact.disputed",
    "disputes “{fact}” for {team}: {words}",
    tells=_AND_THOSE_WHO_SAID_SO,
    personal=("fact", "words"),
    icon="flag",
)
DISPUTE_SETTLED = _kind(
    "dispute.settled",
    "settled what {team} disputed in “{fact}”: {answer}",
    tells=_AND_THOSE_WHO_SAID_SO,
    personal=("fact", "answer"),
    icon="check",
)
FACT_CORRECTED = _kind(
    "fact.corrected",
    "wrote down how the customer heard what is right about “{fact}”: {how}",
    personal=("fact", "how"),
    icon="check",
)
