"""Which playbook is in force, and putting another in its place."""

from __future__ import annotations

import datetime as dt
from importlib import resources

from django.db import transaction

from amends.directory.actor import Actor
from amends.lib.errors import Refused
from amends.playbook.models import PlaybookVersion


def shipped() -> str:
    """The text of the playbook that comes with Amends."""
    return resources.files("amends.playbook").joinpath("default.yaml").read_text(encoding="utf-8")


def current() -> PlaybookVersion | None:
    """The version in force; None before the first was adopted."""
    return PlaybookVersion.objects.order_by("-number").first()


def before(version: PlaybookVersion) -> PlaybookVersion | None:
    """The version that this one took the place of; None for the first."""
    return PlaybookVersion.objects.filter(number__lt=version.number).order_by("-number").first()


def unified(text: str) -> str:
    """The text with lines that end as ours do: a browser ends them in its own way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@transaction.atomic
def adopt(text: str, *, by: Actor, now: dt.datetime, note: str = "", begun_from: int | None = None) -> PlaybookVersion:
    """Put a playbook in force for escalations opened from now on. Those under way keep theirs.

    `begun_from` is the number of the version that was changed: what somebody else adopted meanwhile is not undone
    unseen. Raises BadDocument with every mistake and its place, and Refused.
    """
    text = unified(text)
    document = PlaybookVersion(text=text).document
    # Whoever waited for the lock reads what the other adopted.
    PlaybookVersion.objects.select_for_update().order_by("-number").first()
    last = current()
    if last is not None and begun_from not in (None, last.number):
        raise Refused(
            f"{last.adopted_by_name} has adopted version {last.number} since you began. "
            "Look at what is in force now, and adopt yours again if it still holds.",
            field="text",
        )
    if last is not None and last.text == text:
        raise Refused(f"This is what is in force already, as version {last.number}. Change something first.", "text")
    return PlaybookVersion.objects.create(
        number=last.number + 1 if last else 1,
        name=document.name,
        text=text,
        adopted_at=now,
        adopted_by_name=by.name,
        note=note.strip(),
    )
