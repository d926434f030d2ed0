"""Writing from the page of a case, for tests: what the composer sends, and what comes back."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client

from amends.escalations.actions import updates
from amends.escalations.models import Escalation
from amends.outbox.models import Delivery
from tests import make

HOUR = dt.timedelta(hours=1)
LISBON = ZoneInfo("Europe/Lisbon")


def typed(moment: dt.datetime, zone: ZoneInfo = LISBON) -> str:
    """As an input of a day and a time has it."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def acknowledged_yesterday(now: dt.datetime, client: Client) -> Escalation:
    """A case of which an update is promised. Its handler is logged in."""
    found = make.escalation(now=now - 30 * HOUR, problems=("Every order arrives twice",))
    handler = found.handler.as_actor()
    updates.log(found, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    found.refresh_from_db()
    client.force_login(found.handler)
    return found


def composed(escalation: Escalation, **changes: Any) -> dict[str, Any]:
    """What the composer sends: it keeps all that is open, and promises nothing by itself."""
    values = {
        "keeps": [promise.pk for promise in escalation.promises.open()],
        "to": [escalation.contact.pk],
        "subject": "Where we stand",
        "text": "The replay worked.",
        "next_what": "",
        "next_at": "",
        "next_channel": "mail",
        "prepared": "",
        "begun": "",
    }
    return values | changes


def post(
    client: Client, escalation: Escalation, data: dict[str, Any] | None = None, where: str = "send/", **options: Any
) -> HttpResponse:
    """Send a form of the case."""
    return client.post(f"/escalations/{escalation.key}/{where}", data or {}, **options)


def page_of(client: Client, escalation: Escalation, query: str = "") -> str:
    """The page of the case."""
    return client.get(f"/escalations/{escalation.key}/{query}").content.decode()


def mails_to_customers() -> QuerySet[Delivery]:
    return Delivery.objects.filter(audience="customer")


def wrong_weekday(now: dt.datetime) -> str:
    """A date in a week, with the weekday after its own."""
    day = (now + 7 * 24 * HOUR).astimezone(LISBON)
    return f"{(day + 24 * HOUR):%A}, {day.day} {day:%B}"


def excuse(page: str) -> str:
    """What the button “Send it as it is” sends."""
    return re.search(r'name="as_it_is" value="(\w+)"', page)[1]


def text_in(page: str) -> str:
    """What stands in the composer."""
    return html.unescape(re.search(r'<textarea name="text".*?>\n?(.*?)</textarea>', page, re.DOTALL)[1])


def begun_in(page: str) -> str:
    """The fingerprint of the text that it began with."""
    return re.search(r'name="begun" value="(\w*)"', page)[1]
