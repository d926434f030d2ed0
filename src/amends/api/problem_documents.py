"""Every refusal as a problem document (RFC 9457). Never a traceback, never a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from amends.escalations.access import NotFound
from amends.lib.errors import Forbidden, Refused
from amends.playbook.document import BadDocument

log = logging.getLogger("amends.api")
security = logging.getLogger("amends.security")
MEDIA_TYPE = "application/problem+json"
# After so many seconds one may ask again, where the database was away.
RETRY_AFTER = 5


class Unauthenticated(Exception):
    """Nobody was let in; `challenge` is the WWW-Authenticate header."""

    def __init__(self, sentence: str, challenge: str = 'Bearer realm="Amends"') -> None:
        super().__init__(sentence)
        self.sentence, self.challenge = sentence, challenge


class TooManyTries(Exception):
    """Too many keys that open nothing came from one address; it may go on after `wait` seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class FieldAtFault(BaseModel):
    """One input at fault, and what to do about it."""

    field: str = Field(description="The path of the field, such as then.due_at")
    says: str


class ProblemDocument(BaseModel):
    """Why it was refused, in sentences that one can act on."""

    type: str = Field(description="Which kind of refusal, such as urn:amends:problem:refused. Never renamed.")
    title: str
    status: int
    detail: str
    errors: list[FieldAtFault] = []


def document(
    status: int,
    kind: str,
    detail: str,
    *,
    errors: Sequence[FieldAtFault] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """A problem document as a response. `kind` is the last word of its type."""
    body = ProblemDocument(
        type=f"urn:amends:problem:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=list(errors),
    )
    return JsonResponse(
        body.model_dump(),
        status=status,
        content_type=MEDIA_TYPE,
        headers=dict(headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )


@contextmanager
def under(name: str, *fields: str) -> Iterator[None]:
    """Say `then.due_at` where an act that knows nothing of `then` refuses its `due_at`."""
    try:
        yield
    except Refused as refused:
        if refused.field in fields:
            refused.field = f"{name}.{refused.field}"
        raise


def answer_in_documents(api: NinjaAPI) -> None:
    """Teach the API to answer every exception with a document."""
    for exception, handler in _HANDLERS.items():
        api.add_exception_handler(exception, handler)


def _refused(request: HttpRequest, refused: Refused) -> JsonResponse:
    errors = [FieldAtFault(field=refused.field, says=refused.sentence)] if refused.field else []
    return document(422, "refused", refused.sentence, errors=errors)


def _bad_playbook(request: HttpRequest, bad: BadDocument) -> JsonResponse:
    errors = [FieldAtFault(field="text", says=str(mistake)) for mistake in bad.mistakes]
    return document(422, "bad-playbook", f"Nothing was adopted. {errors[0].says}", errors=errors)


def _forbidden(request: HttpRequest, forbidden: Forbidden) -> JsonResponse:
    member = getattr(request, "member", None)
    who = f"member:{member.pk}" if member else "somebody"
    security.warning("%s was refused %s %s: %s", who, request.method, request.path, forbidden.sentence)
    return document(403, "forbidden", forbidden.sentence)


def _not_found(request: HttpRequest, missing: NotFound) -> JsonResponse:
    return document(404, "not-found", str(missing))


def nothing_here(request: HttpRequest, *_: Any, **__: Any) -> JsonResponse:
    """An address that leads nowhere."""
    return document(404, "not-found", "There is nothing at this address. See /api/v1/openapi.json.")


def not_allowed(response: HttpResponseBase) -> JsonResponse:
    """A method that this address does not know, with those that it does."""
    allowed = response.headers["Allow"]
    return document(405, "method-not-allowed", f"This address answers to: {allowed}.", headers={"Allow": allowed})


def _unauthenticated(request: HttpRequest, problem: Exception) -> JsonResponse:
    missing = Unauthenticated("Send a token as “Authorization: Bearer amends_…”, or log in.")
    found = problem if isinstance(problem, Unauthenticated) else missing
    return document(401, "unauthenticated", found.sentence, headers={"WWW-Authenticate": found.challenge})


def _too_many_tries(request: HttpRequest, problem: TooManyTries) -> JsonResponse:
    security.warning("Too many keys that open nothing come from %s.", request.META.get("REMOTE_ADDR"))
    return document(
        429,
        "too-many-tries",
        f"Too many keys that open nothing came from this address. Try again in {problem.wait} seconds.",
        headers={"Retry-After": str(problem.wait)},
    )


def _http(request: HttpRequest, problem: HttpError) -> JsonResponse:
    if problem.status_code == 400:
        return document(400, "unreadable", "The body is not readable as JSON in UTF-8.")
    if problem.status_code == 403:
        return document(403, "forbidden", "Send the CSRF token of your session, or use a token.")
    return document(problem.status_code, "refused", problem.message)


def _too_big(request: HttpRequest, problem: Exception) -> JsonResponse:
    return document(413, "too-big", "That is more than fits into one request. Send less.")


def _conflict(request: HttpRequest, problem: Exception) -> JsonResponse:
    log.warning("Two writes met at %s: %s", request.path, problem)
    return document(409, "conflict", "This clashes with what is already there. Read it anew and try again.")


def away(request: HttpRequest, problem: Exception) -> JsonResponse:
    """The database does not answer: it restarts, or somebody writes for long. It passes by itself."""
    log.warning("%s %s: the database does not answer: %s", request.method, request.path, problem)
    return document(
        503,
        "unavailable",
        "The database does not answer just now. What you asked may have been done: look, and ask again in a moment.",
        headers={"Retry-After": str(RETRY_AFTER)},
    )


def _fault(request: HttpRequest, problem: Exception) -> JsonResponse:
    log.error("%s %s failed.", request.method, request.path, exc_info=problem)
    return document(500, "fault", "Something went wrong here, and nothing was changed. It is in the server’s log.")


def _invalid(request: HttpRequest, problem: ValidationError) -> JsonResponse:
    errors = [FieldAtFault(field=_path(error["loc"]), says=_says(error)) for error in problem.errors]
    first = errors[0] if errors else FieldAtFault(field="", says="The input is not valid.")
    detail = f"{first.field}: {first.says}" if first.field else first.says
    return document(422, "invalid", detail, errors=errors)


def _path(place: Sequence[str | int]) -> str:
    """`("body", "asked", "then", "due_at")` -> `then.due_at`. The first two name the place and our parameter."""
    source, *path = place
    if source in ("body", "query") and path and path[0] in ("asked", "wanted"):
        path = path[1:]
    return ".".join(str(part) for part in path) or str(source)


# What pydantic says, as we would say it. What stands in braces comes from the error.
_SENTENCES = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field.",
    "timezone_aware": "Give it with a time zone, such as 2026-11-20T16:00:00+01:00.",
    "string_too_long": "At most {max_length} characters.",
    "string_unicode": "This text has characters that no text has.",
    "too_long": "At most {max_length} of them.",
    "literal_error": "One of: {expected}.",
    "int_parsing_size": "This number is too large.",
    "greater_than_equal": "At least {ge}.",
    "less_than_equal": "At most {le}.",
    "list_type": "This is a list.",
    "model_type": "This is an object.",
    "model_attributes_type": "This is an object.",
    "decimal_max_digits": "At most {max_digits} digits.",
    "decimal_max_places": "At most {decimal_places} places after the point.",
}


# The same for whole families of them, by how the name of the error begins.
_FAMILIES = {
    "datetime": "Write a moment with its time zone, such as 2026-11-20T16:00:00+01:00.",
    "timezone": "Write a moment with its time zone, such as 2026-11-20T16:00:00+01:00.",
    "date": "Write a day, such as 2026-11-20.",
    "time": "Write a time of day, such as 16:00.",
    "decimal": "This is a number, such as 412000.50.",
    "finite": "This is a number, such as 412000.50.",
    "int": "This is a whole number.",
    "bool": "True or false.",
    "dict": "This is an object.",
    "string": "This is text.",
    "bytes": "This is text.",
}


def _says(error: Mapping[str, Any]) -> str:
    known = _SENTENCES.get(error["type"])
    if known is not None:
        return known.format(**error.get("ctx", {}))
    if (family := error["type"].partition("_")[0]) in _FAMILIES:
        return _FAMILIES[family]
    # Our own validators raise sentences; pydantic puts its mark before them.
    says = str(error["msg"]).removeprefix("Value error, ")
    return says if says.endswith((".", "?", "!")) else f"{says}."


_HANDLERS: dict[type[Exception], Any] = {
    Forbidden: _forbidden,
    Refused: _refused,
    BadDocument: _bad_playbook,
    NotFound: _not_found,
    Http404: nothing_here,
    Unauthenticated: _unauthenticated,
    AuthenticationError: _unauthenticated,
    TooManyTries: _too_many_tries,
    ValidationError: _invalid,
    HttpError: _http,
    RequestDataTooBig: _too_big,
    IntegrityError: _conflict,
    OperationalError: away,
    InterfaceError: away,
    Exception: _fault,
}
