"""Which playbook is in force, and putting another in its place."""

from __future__ import annotations

import datetime as dt
from importlib import resources

from django.db import transaction

from amends.directory.actor import Actor
from amends.playbook.document import load
from amends.playbook.models import PlaybookVersion


def shipped() -> str:
    """The text of the playbook that comes with Amends."""
    return resources.files("amends.playbook").joinpath("default.yaml").read_text(encoding="utf-8")


def current() -> PlaybookVersion | None:
    """The version in force; None before the first was adopted."""
    return PlaybookVersion.objects.order_by("-number").first()


@transaction.atomic
def adopt(text: str, *, by: Actor, now: dt.datetime, note: str = "") -> PlaybookVersion:
    """Put a playbook in force for escalations opened from now on. Those under way keep theirs.

    Raises BadDocument with every mistake and its place.
    """
    document = load(text)
    last = PlaybookVersion.objects.select_for_update().order_by("-number").first()
    return PlaybookVersion.objects.create(
        number=last.number + 1 if last else 1,
        name=document.name,
        text=text,
        adopted_at=now,
        adopted_by_name=by.name,
        note=note,
    )
