"""Judging an escalation that is under way by the playbook in force."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation
from amends.escalations.standing import is_under_way
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.playbook import versions
from amends.playbook.models import PlaybookVersion
from amends.playbook.words import listed


@transaction.atomic
def adopt(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime, number: int | None = None) -> None:
    """From now on the version in force sets its clocks. What is due already, and the target date, stay where they are.

    `number` is the version that somebody has looked at: if another is in force by now, it is refused.
    """
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_under_way(escalation, otherwise="first")
    old, new = escalation.playbook, _newer(escalation)
    if number not in (None, new.number):
        raise Refused(f"Version {new.number} of the playbook is in force by now. Look at what it changes first.")
    _has_what_it_stands_on(escalation, new)
    if not reason.strip():
        raise Refused("Say why it is judged by the newer version from now on.", field="reason")

    escalation.playbook = new
    escalation.save(update_fields=["playbook"])
    record(kinds.PLAYBOOK_CHANGED, escalation, by=by, now=now, old=old.number, new=new.number, reason=reason.strip())


def _newer(escalation: Escalation) -> PlaybookVersion:
    """The version in force, where it is not the escalation's own."""
    found = versions.current()
    if found is None or found.pk == escalation.playbook_id:
        raise Refused(f"It is judged by version {escalation.playbook.number} already, which is in force.")
    return found


def _has_what_it_stands_on(escalation: Escalation, version: PlaybookVersion) -> None:
    """Refuse a version that does not know the escalation's severity or level: its clocks would stand still."""
    document = version.document
    if escalation.severity not in {severity.key for severity in document.severities}:
        named = listed([severity.name for severity in document.severities], "and")
        gone = next(
            (each.name for each in escalation.playbook.document.severities if each.key == escalation.severity), ""
        )
        raise Refused(
            f"Version {version.number} has no severity {gone or escalation.severity}; it has {named}. "
            "Change the severity to one that both have, then adopt it."
        )
    if escalation.level not in {level.level for level in document.levels}:
        named = listed([f"{level.level} ({level.name})" for level in document.levels], "and")
        raise Refused(
            f"Version {version.number} has no level {escalation.level}; it has {named}. "
            "Bring the escalation to one of these levels, then adopt it."
        )
