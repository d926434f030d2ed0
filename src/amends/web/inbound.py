"""What mail providers post, each in its own shape, as the bytes of a mail: django-anymail knows the shapes."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import compat32

from anymail.exceptions import AnymailConfigurationError, AnymailError
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest

# Those that post all of a mail, and need no account of ours to be asked for the rest. Mailgun posts a mail as it came
# where “mime” stands in the address.
PROVIDERS = {
    "mailgun": MailgunInboundWebhookView,
    "mailgun-mime": MailgunInboundWebhookView,
    "mailjet": MailjetInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}
# The address alone says that it is they: it is as secret as a signature, and asked before.
_UNSIGNED = {"webhook_secret": "asked before", "webhook_signing_key": "asked before"}


# Mailgun posts a mail as a field of a form, and a form’s fields are short.
_MAIL_IN_A_FORM = re.compile(rb'(\r\nContent-Disposition: *form-data; *name="?body-mime"?)(?=[;\s])', re.IGNORECASE)


class Unreadable(Exception):
    """What was posted is no mail in this provider's shape."""


def keep_body(request: HttpRequest, body: bytes) -> None:
    """What was read of a request, as Django itself keeps it, whose limits are those of forms that people fill in.

    A mail that is a field of a form becomes one of its files, which may be longer.
    """
    request._body = _MAIL_IN_A_FORM.sub(rb'\1; filename="mail"', body, count=1)
    request.upload_handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    if request.content_type == "multipart/form-data" and (mail := request.FILES.get("body-mime")):
        form = request.POST.copy()
        form["body-mime"] = mail.read().decode("utf-8", "replace")
        request._post = form  # type: ignore[attr-defined]


def mails(request: HttpRequest, provider: str) -> list[bytes]:
    """The mails that a provider posts. Their bytes are the same when it posts them again. Raises Unreadable."""
    view = PROVIDERS[provider](**_UNSIGNED)
    try:
        return [_bytes(event.message) for event in view.parse_events(request) if event.message is not None]
    except RequestDataTooBig:
        raise
    except (AnymailError, AnymailConfigurationError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable(f"This is not what {view.esp_name} posts: {type(error).__name__}.") from error


def _bytes(message: EmailMessage) -> bytes:
    """Whom it was for and who sent it, as the servers told each other, stand on top of it as a mail server has it."""
    _has_the_same_edges(message)
    try:
        raw = message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError):
        raw = message.as_bytes(policy=compat32)
    sender: str | None = message.envelope_sender  # type: ignore[attr-defined]
    told = {
        # An empty one is a machine’s word, which nothing answers; None is not said.
        "Return-Path": "" if sender is None else f"<{sender.strip('<> ')}>",
        "Delivered-To": message.envelope_recipient or "",  # type: ignore[attr-defined]
    }
    top = "".join(f"{name}: {' '.join(said.split())}\n" for name, said in told.items() if said and name not in message)
    return top.encode("utf-8", "replace") + raw


def _has_the_same_edges(message: EmailMessage) -> None:
    """Where a mail was put together from pieces, its parts have no edges yet, and would get others each time."""
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "multipart" and part.get_boundary() is None:
            part.set_boundary(f"=_amends_{number}_edge")
