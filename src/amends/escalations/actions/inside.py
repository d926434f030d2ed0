"""What an update says besides, to some of ours alone: to the account team, and to executives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from amends.directory.actor import Actor
from amends.escalations import inside_readers
from amends.escalations.errors import Refused
from amends.escalations.kept_inside import stands_in
from amends.escalations.models import Escalation, InsidePart, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Part = InsidePart.Audience
MOST_LETTERS = 5_000
FIELDS = {Part.TEAM: "for_team", Part.EXECUTIVES: "for_executives"}
_KINDS = {Part.TEAM: kinds.TEAM_TOLD, Part.EXECUTIVES: kinds.EXECUTIVES_TOLD}


def checked(escalation: Escalation, texts: Mapping[Part, str], *, told: tuple[str, str]) -> dict[Part, str]:
    """The parts that say anything. Part of sending, under the case's lock.

    `told` is the subject and the text of what the customer is about to read. Refused is what the database would refuse
    (`kept_inside`): a part that stands in it or in what they were told before, and a text that holds an earlier part.
    """
    parts = {part: text.strip() for part, text in texts.items() if text.strip()}
    about_to = " ".join(told)
    earlier = InsidePart.objects.filter(update__escalation__in=[escalation, *escalation.merged.all()])
    if any(stands_in(about_to, part.text) for part in earlier):
        raise Refused(
            "In it stands what was written for us alone in an earlier update. Say it in other words, for the customer.",
            field="text",
        )
    if not parts:
        return {}
    read = escalation.updates.standing().filter(is_mailed=True, direction=Update.Direction.OUT)
    before = [f"{subject} {text}" for subject, text in read.order_by().values_list("subject", "text")]
    for part, text in parts.items():
        if len(text) > MOST_LETTERS:
            raise Refused(f"{MOST_LETTERS:,} characters are the most. Write a note besides.", field=FIELDS[part])
        if any(stands_in(words, text) for words in (about_to, *before)):
            raise Refused("The customer reads that already. What only we may know goes here.", field=FIELDS[part])
    return parts


def tell(update: Update, parts: Mapping[Part, str], *, by: Actor, now: dt.datetime) -> None:
    """Keep the parts, and tell each to its readers. Part of sending: call it last."""
    if not parts:
        return
    InsidePart.objects.bulk_create(InsidePart(update=update, audience=part, text=text) for part, text in parts.items())
    readers = inside_readers.of(update.escalation, parts, by=by, now=now)
    for part, text in parts.items():
        record(_KINDS[part], update.escalation, by=by, now=now, update=update, named=readers[part], text=text)
