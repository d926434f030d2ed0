"""Calling the API as a member does: with a token, over HTTP, at a time that the test says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Member
from amends.web.middleware import RequestMoment
from tests import make

# An hour after everything that the makers make.
NOW = make.THURSDAY + dt.timedelta(hours=1)
ROOT = "/api/v1"


class RequestAt(RequestMoment):
    """The pages' middleware, which then reads the time from the test instead of the wall."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        def at_the_tests_time(request: Any) -> HttpResponseBase:
            request.now = dt.datetime.fromisoformat(request.headers.get("X-Now", NOW.isoformat()))
            return get_response(request)

        super().__init__(at_the_tests_time)


class Upload(dict[str, Any]):
    """A body that is a form with a file in it."""


class Caller:
    """Somebody with a key. `get("/escalations")` and the like give the response; `.json()` its body."""

    def __init__(self, member: Member | None = None, scope: str = "write", key: str = "") -> None:
        self.http = Client(raise_request_exception=False)
        if member is not None:
            token, key = tokens.make(member, name="Test", scope=scope, by=COMMAND_LINE, now=make.THURSDAY)
            # Used already today: the first use of a day writes that down.
            tokens.note(token, now=NOW)
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, *, now: dt.datetime = NOW, **wanted: Any) -> Any:
        return self.http.get(ROOT + path, wanted, headers=self._headers(now))

    def post(self, path: str, body: Any = None, *, now: dt.datetime = NOW) -> Any:
        return self.call("post", path, body, now=now)

    def patch(self, path: str, body: Any, *, now: dt.datetime = NOW) -> Any:
        return self.call("patch", path, body, now=now)

    def delete(self, path: str, *, now: dt.datetime = NOW) -> Any:
        return self.call("delete", path, now=now)

    def call(self, method: str, path: str, body: Any = None, *, now: dt.datetime = NOW) -> Any:
        """Any method; a body goes out as JSON, text as it stands, a file as a form."""
        if isinstance(body, Upload):
            return self.http.post(ROOT + path, body, headers=self._headers(now))
        text = body if isinstance(body, str | bytes) else json.dumps(body, default=str)
        return self.http.generic(
            method.upper(),
            ROOT + path,
            b"" if body is None else text,
            content_type="application/json",
            headers=self._headers(now),
        )

    def _headers(self, now: dt.datetime) -> dict[str, str]:
        return {**self.headers, "X-Now": now.isoformat()}


def says(response: Any) -> dict[str, str]:
    """The fields at fault of a refusal, each with its sentence."""
    return {error["field"]: error["says"] for error in response.json()["errors"]}
