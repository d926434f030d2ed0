"""Sessions that know whose they are, when they began and when they were last used; they end by themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.db.models import Q

from amends.directory.models import Member
from amends.directory.security.models import Session
from amends.lib import wall

# However much it is used, and when it is not; a weekend does not count as not being used.
LASTS = dt.timedelta(days=14)
RESTS = dt.timedelta(days=3)
# How exactly it is known when one was used: each time it is noted is a write.
NOTED_EVERY = dt.timedelta(minutes=10)

_BEGAN, _SEEN, _BROWSER = "began", "seen", "browser"
_BROWSERS = (("Firefox", "Firefox/"), ("Edge", "Edg"), ("Chrome", "Chrome/"), ("Safari", "Safari/"))
_SYSTEMS = (
    ("Android", "Android"),
    ("an iPhone", "iPhone"),
    ("an iPad", "iPad"),
    ("Windows", "Windows"),
    ("a Mac", "Macintosh"),
    ("Linux", "Linux"),
)


class SessionStore(InTheDatabase):
    """Django’s own, with columns beside it that say whose it is. A door of its own: Django brings no `now`."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if SESSION_KEY in data:
            now = wall.now().isoformat()
            data.setdefault(_BEGAN, now)
            data.setdefault(_SEEN, now)
        row = cast(Session, super().create_model_instance(data))
        row.member_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.began_at, row.seen_at, row.browser = _moment(data, _BEGAN), _moment(data, _SEEN), data.get(_BROWSER, "")
        return row


def is_over(session: SessionBase, now: dt.datetime) -> bool:
    """Whether a member has to log in anew: it is too old, or was not used for too long."""
    began, seen = _moment(session, _BEGAN), _moment(session, _SEEN)
    return began is None or seen is None or now - began > LASTS or now - seen > RESTS


def note(session: SessionBase, now: dt.datetime) -> None:
    """It is used. Most times this writes nothing."""
    seen = _moment(session, _SEEN)
    if seen is None or now - seen >= NOTED_EVERY:
        session[_SEEN] = now.isoformat()


def name(session: SessionBase, user_agent: str) -> None:
    """Keep by which browser it is known, and no more of what it says of itself."""
    session[_BROWSER] = browser_of(user_agent)


def browser_of(user_agent: str) -> str:
    """“Firefox on Linux”, as a person would know it again."""
    browser = next((name for name, mark in _BROWSERS if mark in user_agent), "A browser")
    system = next((f" on {name}" for name, mark in _SYSTEMS if mark in user_agent), "")
    return browser + system


def of(member: Member, now: dt.datetime) -> list[Session]:
    """Where a member is logged in, last used first."""
    live = member.sessions.filter(expire_date__gt=now, began_at__gt=now - LASTS, seen_at__gt=now - RESTS)
    return list(live.order_by("-seen_at"))


def mark(session_key: str) -> str:
    """How a page may name a session, whose key it must not hold."""
    return hashlib.sha256(f"session {session_key}".encode()).hexdigest()[:16]


def end(member: Member, wanted: str, *, now: dt.datetime) -> bool:
    """Log a member out in one browser, named by its mark; says whether there was one."""
    keys = [row.session_key for row in of(member, now) if mark(row.session_key) == wanted]
    return bool(Session.objects.filter(session_key__in=keys).delete()[0])


def end_all(member: Member, *, but: str | None = None) -> int:
    """Log a member out everywhere, perhaps but in the browser with that key; says in how many."""
    return int(member.sessions.exclude(session_key=but).delete()[0])


def forget(now: dt.datetime) -> None:
    """Delete the sessions that are over."""
    over = Q(expire_date__lte=now) | Q(began_at__lte=now - LASTS) | Q(seen_at__lte=now - RESTS)
    Session.objects.filter(over).delete()


def _moment(words: Any, name: str) -> dt.datetime | None:
    text = words.get(name)
    return dt.datetime.fromisoformat(text) if text else None
