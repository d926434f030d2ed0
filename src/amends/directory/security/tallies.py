"""Tallies of tries in the database, so that a limit holds for all processes and machines together.

Django’s cache is asked by allauth (logins, password letters, links in mails) and by the keys of the API, and by
nobody else: an ordinary request neither reads nor writes a tally.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import transaction
from django.db.models import QuerySet

from amends.directory.security.models import Tally
from amends.lib import wall

# What is meant to be kept for ever is kept so long: a tally is no place for that.
FOR_EVER = dt.timedelta(days=30)


class Tallies(BaseCache):
    """A cache as Django knows it, of what JSON can hold. A door of its own: its callers bring no `now`."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        key, now = self._key(key, version), wall.now()
        Tally.objects.filter(key=key, until__lte=now).delete()
        return Tally.objects.get_or_create(key=key, defaults={"value": value, "until": self._until(timeout, now)})[1]

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = self._live(self._key(key, version)).first()
        return default if found is None else found.value

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        words = {"value": value, "until": self._until(timeout, wall.now())}
        Tally.objects.update_or_create(key=self._key(key, version), defaults=words)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(Tally.objects.filter(key=self._key(key, version)).delete()[0])

    @transaction.atomic
    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """One more. Raises ValueError where nothing is counted yet, as every cache of Django’s does."""
        found = self._live(self._key(key, version)).select_for_update().first()
        if found is None:
            raise ValueError(f"Nothing is counted under “{key}”.")
        found.value += delta
        found.save(update_fields=["value"])
        return int(found.value)

    def clear(self) -> None:
        Tally.objects.all().delete()

    def _key(self, key: Any, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    @staticmethod
    def _live(key: str) -> QuerySet[Tally]:
        return Tally.objects.filter(key=key, until__gt=wall.now())

    def _until(self, timeout: Any, now: dt.datetime) -> dt.datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return now + (FOR_EVER if seconds is None else dt.timedelta(seconds=seconds))


def forget(now: dt.datetime) -> None:
    """Delete the tallies that no longer count, and the addresses in them."""
    Tally.objects.filter(until__lte=now).delete()
