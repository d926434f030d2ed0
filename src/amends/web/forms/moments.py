"""A moment as it is typed: a day and a time on the reader's own clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from amends.clock.calendars import moment_at

# Beyond these, calendars and zones have nothing to say.
FIRST_YEAR, LAST_YEAR = 1970, 2100


class LocalMoment(forms.Field):
    """A `datetime-local` input that means the clock of `zone`; gives an aware moment in UTC, or None."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, zone: str, **options: Any) -> None:
        self.zone = zone
        super().__init__(**options)

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        try:
            typed = dt.datetime.fromisoformat(str(value)).replace(tzinfo=None)
            if not FIRST_YEAR <= typed.year <= LAST_YEAR:
                raise forms.ValidationError(f"Give a moment between {FIRST_YEAR} and {LAST_YEAR}.")
            return moment_at(typed, self.zone)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError("Write a day and a time, such as 2026-11-19 16:00.") from error
