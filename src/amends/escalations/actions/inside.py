"""What an update says besides, to some of ours alone: to the account team, and to executives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from amends.directory.actor import Actor
from amends.escalations import inside_readers
from amends.escalations.errors import KeptInside, Refused
from amends.escalations.kept_inside import is_long_enough, stands_in
from amends.escalations.models import Escalation, InsidePart, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Part = InsidePart.Audience
MOST_LETTERS = 5_000
# As much of a part as a refusal repeats to whoever has just written the whole of it
_SHOWN = 80
FIELDS = {Part.TEAM: "for_team", Part.EXECUTIVES: "for_executives"}
_WHOM = {Part.TEAM: "the account team", Part.EXECUTIVES: "executives"}
_KINDS = {Part.TEAM: kinds.TEAM_TOLD, Part.EXECUTIVES: kinds.EXECUTIVES_TOLD}


def checked(escalation: Escalation, texts: Mapping[Part, str], *, told: tuple[str, str]) -> dict[Part, str]:
    """The parts that say anything. Part of sending, under the case's lock.

    `told` is the subject and the text of what the customer is about to read. Refused is what the database would refuse
    (`kept_inside`): a part that stands in it or in what they were told before, and a text that holds an earlier part.
    """
    subject, text = told
    tells_nothing_of_it(escalation, subject=subject, text=text)
    parts = {part: text.strip() for part, text in texts.items() if text.strip()}
    if not parts:
        return {}
    about_to = " ".join(told)
    read = escalation.updates.standing().filter(is_mailed=True, direction=Update.Direction.OUT)
    before = [f"{subject} {text}" for subject, text in read.order_by().values_list("subject", "text")]
    for part, text in parts.items():
        if len(text) > MOST_LETTERS:
            raise Refused(f"{MOST_LETTERS:,} characters are the most. Write a note besides.", field=FIELDS[part])
        if any(stands_in(words, text) for words in (about_to, *before)):
            raise Refused("The customer reads that already. What only we may know goes here.", field=FIELDS[part])
    return parts


def tells_nothing_of_it(escalation: Escalation, **said: str) -> None:
    """Refuse, at its field, what the customer is to read and holds what was written for some of us alone.

    `said` is each text by its field; all together are looked at as well, as the database does, and refused at the last.
    One query, and none where all of it is short.
    """
    whole = " ".join(said.values())
    earlier = _parts_before(escalation, whole)
    for field, text in [*said.items(), (list(said)[-1], whole)]:
        if found := next((part for part in earlier if stands_in(text, part.text)), None):
            raise KeptInside(
                f"This holds what was written for {_WHOM[Part(found.audience)]} alone: “{_shortly(found.text)}” "
                "Say it in other words, for the customer.",
                field=field,
            )


def is_kept_from(escalation: Escalation, text: str) -> bool:
    """Whether a text that nobody types just now holds what was written for some of us alone."""
    return any(stands_in(text, part.text) for part in _parts_before(escalation, text))


def _parts_before(escalation: Escalation, text: str) -> list[InsidePart]:
    """The parts that a text could hold: of the case, and of what was merged into it."""
    if not is_long_enough(text):
        return []
    return list(InsidePart.objects.filter(update__escalation__in=[escalation, *escalation.merged.all()]))


def _shortly(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 2]} …"


def tell(update: Update, parts: Mapping[Part, str], *, by: Actor, now: dt.datetime) -> None:
    """Keep the parts, and tell each to its readers. Part of sending: call it last."""
    if not parts:
        return
    InsidePart.objects.bulk_create(InsidePart(update=update, audience=part, text=text) for part, text in parts.items())
    readers = inside_readers.of(update.escalation, parts, by=by, now=now)
    for part, text in parts.items():
        record(_KINDS[part], update.escalation, by=by, now=now, update=update, named=readers[part], text=text)
