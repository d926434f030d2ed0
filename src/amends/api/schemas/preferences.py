"""How one is reached. Of a chat address only the service is shown: the rest is a secret."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

from amends.api.schemas.words import Asked, Line, OneOf
from amends.directory.models import Preference
from amends.outbox.chat import masked


def _written_out(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    raise ValueError("Write a time as text, such as 22:00.")


def _on_the_clock(at: dt.time) -> dt.time:
    if at.tzinfo is not None:
        raise ValueError("A time on your own clock has no zone.")
    return at


Channels = Annotated[str, OneOf(Preference.Channels)]
# The format “time” of JSON Schema has a zone, and these have none.
_OnTheClock = WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"})
TimeOfDay = Annotated[
    dt.time, Field(strict=False), BeforeValidator(_written_out), AfterValidator(_on_the_clock), _OnTheClock
]
TimeShown = Annotated[dt.time, _OnTheClock]


class PreferenceShown(BaseModel):
    """By which way alarms and notices come, when not, and what comes in the morning."""

    alarms_by: str
    notices_by: str
    chat: str = Field(description="Which service, as in slack://…; blank where there is none")
    quiet_from: TimeShown | None
    quiet_until: TimeShown | None
    wants_digest: bool
    wants_weekly: bool
    digest_at: TimeShown
    next_digest_at: dt.datetime | None = Field(description="When the next digest or overview is looked after")

    @classmethod
    def of(cls, preference: Preference) -> PreferenceShown:
        plain = set(cls.model_fields) - {"chat", "next_digest_at"}
        return cls(
            chat=masked(preference.chat_url),
            next_digest_at=preference.next_look_at,
            **{name: getattr(preference, name) for name in plain},
        )


class ChangePreference(Asked):
    """What is different. What is left out stays as it is."""

    alarms_by: Channels = Preference.Channels.MAIL.value
    notices_by: Channels = Preference.Channels.MAIL.value
    chat_url: Annotated[str, Line(500)] = Field("", description="An Apprise address; blank: none any more")
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None
    wants_digest: bool = False
    wants_weekly: bool = False
    digest_at: TimeOfDay = Field(dt.time(8, 0), description="On your own clock, up to 11:00")
