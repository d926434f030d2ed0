"""Who told us: a contact of the account, or somebody who becomes one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from amends.directory import contacts
from amends.directory.actor import Actor
from amends.directory.models import Account
from amends.escalations.errors import Refused
from amends.escalations.hearing import Heard


def named(account: Account, heard: Heard, name: str, *, by: Actor, now: dt.datetime) -> Heard:
    """What was heard, from whoever is called that; somebody new becomes a contact. Part of hearing.

    Without a name it is as it was: nobody is meant who was not named.
    """
    name = name.strip()
    if not name or (heard.contact and heard.contact.name.lower() == name.lower()):
        return heard
    contact = account.contacts.filter(name__iexact=name, has_left=False).first()
    try:
        return replace(heard, contact=contact or contacts.add(account, name=name, by=by, now=now))
    except Refused as refused:
        raise Refused(refused.sentence, field="caller_name") from refused
