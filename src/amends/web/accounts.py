"""Logging in, through allauth: who may, what its letters say, and how they leave."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from email import message_from_bytes, policy
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from amends.directory import members
from amends.directory.actor import Actor
from amends.directory.models import Member, Organisation
from amends.directory.security import sessions
from amends.lib import wall
from amends.outbox.smtp import MailServer
from amends.outbox.troubles import Rejected, TryLater, Unknown, Unreachable

log = logging.getLogger("amends.mail")
security = logging.getLogger("amends.security")


class MembersOnly(DefaultAccountAdapter):
    """Members are invited by an administrator; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This address and this password do not belong together.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_from_email(self) -> str:
        return Organisation.current().mail_from

    def get_reset_password_from_key_url(self, key: str) -> str:
        # Of our own address, never of the Host header: a letter must not lead elsewhere.
        return _url_of(key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("you")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # Beside the answer: how long the answer takes must not tell who is a member.
        letter = self.render_mail(template_prefix, email, context)
        threading.Thread(target=letter.send, name="password letter").start()

    def set_password(self, user: Member, password: str) -> None:
        super().set_password(user, password)
        members.password_was_set(user, by=user.as_actor(), now=wall.now())

    def login(self, request: HttpRequest, user: Member) -> None:
        super().login(request, user)
        sessions.name(request.session, self.get_http_user_agent(request))
        security.info("member:%d logged in from %s.", user.pk, self.get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        security.info("member:%s logged out.", request.user.pk)
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            security.warning("Too many logins were tried as %s, from %s.", *self._who_tries(request, credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        security.warning("A login as %s failed, from %s.", *self._who_tries(request, credentials))

    def _who_tries(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str]:
        """Never what was typed, which may have been a password."""
        member = Member.objects.filter(email__iexact=credentials.get("email", "")).only("pk").first()
        return f"member:{member.pk}" if member else "somebody unknown", self.get_client_ip(request)


def _url_of(key: str) -> str:
    # Among the pages alone: a command that asks for it need not load the API.
    path = reverse("account_reset_password_from_key", "amends.web.urls", kwargs={"uidb36": "UID", "key": "KEY"})
    return settings.URL + path.replace("UID-KEY", key)


def password_link(member: Member) -> str:
    """A link with which a member sets a password: good once, and for three days."""
    return _url_of(f"{user_pk_to_url_str(member)}-{default_token_generator.make_token(member)}")


def invite(member: Member, *, by: Actor) -> tuple[str, bool]:
    """A fresh link for a member, and whether a letter with it has gone to them."""
    link = password_link(member)
    words = {"member": member, "by": by.name, "link": link, "organisation": Organisation.current().name}
    letter = EmailMessage(
        f"{by.name} invites you to Amends",
        render_to_string("account/email/invitation.txt", words),
        MembersOnly().get_from_email(),
        [member.email],
    )
    return link, letter.send() == 1


class SmtpOrConsole(BaseEmailBackend):
    """Sends allauth's letters through the mail server of AMENDS_SMTP_URL; without one, says so in the log.

    They do not pass through the outbox, which keeps what it sends: a link that sets a password must not be kept.
    """

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently, **kwargs)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not settings.SMTP_URL:
            for message in email_messages:
                log.warning("No mail server is set: “%s” was not sent.", message.subject)
            return 0
        return sum(self._send(MailServer(settings.SMTP_URL), message) for message in email_messages)

    def _send(self, server: MailServer, message: EmailMessage) -> int:
        """How many recipients it reached. A failure is logged and never shown: it would tell who is a member."""
        content = message_from_bytes(message.message().as_bytes(), policy=policy.SMTP).as_bytes()
        reached = 0
        for recipient in message.recipients():
            try:
                server.hand_over(content, sender=message.from_email, recipient=recipient)
            except (Rejected, TryLater, Unknown, Unreachable) as error:
                log.error("“%s” was not sent: %s", message.subject, error)
            else:
                reached += 1
        server.close()
        return reached
