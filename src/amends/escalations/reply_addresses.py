"""The address that an answer comes to: the desk’s, with a case and a token in it that nobody can guess.

Relays change Message-IDs, and some programs lose the headers of a thread; an address stays. One that was given to a
member names them as well: what comes to it is written by whoever got our mail.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from amends.directory.models import Member, Organisation
from amends.escalations.models import Escalation

_SALT = "amends.reply"
# Sixty bits: with a thousand tries a second, some ten million years for one case.
_LETTERS = 12
_TOKEN = re.compile(rf"\+(e(\d{{1,12}})(?:m(\d{{1,12}}))?)-([a-z2-7]{{{_LETTERS}}})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address says: which case; and which of our members it was given to, if it was one."""

    escalation_id: int
    member_id: int | None = None


def reply_to(organisation: Organisation, escalation: Escalation, member: Member | None = None) -> str:
    """Where answers come to: with a token where we read them, else to the people at the desk."""
    desk = organisation.mail_from
    return address(desk, escalation, member) if settings.MAIL_COMES_IN else desk


def address(desk: str, escalation: Escalation, member: Member | None = None) -> str:
    """Where answers about this case come to, at the mailbox `desk`. A member’s answer becomes a note of theirs."""
    local, at, domain = desk.rpartition("@")
    what = f"e{escalation.pk}" + (f"m{member.pk}" if member else "")
    return f"{local}+{what}-{_token(what)}{at}{domain}"


def read(written: str) -> Answer | None:
    """What an address says; None where it has no token, or one that is not ours."""
    match = _TOKEN.search(written)
    if match is None or not constant_time_compare(_token(match[1].lower()), match[4].lower()):
        return None
    return Answer(int(match[2]), int(match[3]) if match[3] else None)


def _token(what: str) -> str:
    digest = salted_hmac(_SALT, what, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:_LETTERS]
