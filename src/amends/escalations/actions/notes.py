"""What is said inside a case. No note goes anywhere near the customer; it is not changed, it is not deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Member
from amends.escalations.actions.files import File, keep
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.mentions import read
from amends.escalations.models import Escalation, Note, Problem
from amends.escalations.standing import is_somebodys, one_of_us
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

MOST_LETTERS = 20_000


@transaction.atomic
def write(
    escalation: Escalation,
    *,
    text: str,
    by: Actor,
    now: dt.datetime,
    problem: Problem | None = None,
    mentions: Sequence[Member] = (),
    files: Sequence[File] = (),
) -> Note:
    """Say something inside, also when it is over. Who is mentioned, in the text or by name, is told and may see it.

    Refused: no text, a mention that could be several members, or of somebody who has left.
    """
    escalation.lock()
    check(by, Act.NOTE, escalation)
    is_somebodys(escalation)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("There is no text yet.", field="text")
    if len(text) > MOST_LETTERS:
        raise Refused(f"{MOST_LETTERS:,} characters are the most. Attach the rest as a file.", field="text")
    if problem and problem.escalation_id != escalation.pk:
        raise Refused("That problem belongs to another escalation.", field="problem")
    named = _mentioned(text, mentions)

    note = Note.objects.create(escalation=escalation, problem=problem, text=text, by_id=by.member_id, at=now)
    note.mentions.set(named)
    keep(escalation, files, note=note, by=by, now=now)
    record(kinds.NOTE_WRITTEN, escalation, by=by, now=now, named=named, note=note.pk, text=text)
    return note


def _mentioned(text: str, mentions: Iterable[Member]) -> list[Member]:
    """All who are mentioned, each once and each here."""
    found = {member.pk: member for member in mentions}
    for mention in read(text, Member.objects.all()) if "@" in text else ():
        if mention.member:
            found.setdefault(mention.member.pk, mention.member)
        elif found.keys().isdisjoint(member.pk for member in mention.members):
            names = " or ".join(dict.fromkeys(member.name for member in mention.members))
            raise Refused(f"“{mention.written}” could be {names}: write the whole name.", field="text")
    # In one order, so that two who mention the same people do not wait for each other.
    for _, member in sorted(found.items()):
        one_of_us(member, "text")
    return list(found.values())
