"""The environment variables as an operator may have written them: every mistake is a sentence, before they are used."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

# Never shown, not even where they are wrong
_SECRETS = {"AMENDS_INBOUND_SECRET"}
DATABASES = ("sqlite", "postgres", "postgresql")


def mistakes(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the AMENDS_ variables and DATABASE_URL, one sentence each."""
    return list(_mistakes(environment))


def _mistakes(environment: Mapping[str, str]) -> Iterator[str]:
    for name, (is_right, says) in _RULES.items():
        if (value := environment.get(name)) and not _holds(is_right, value):
            written = "not right" if name in _SECRETS else f"“{_unsecret(value)}”"
            yield f"{name} is {written}. {says}"


def _holds(is_right: Callable[[str], bool], value: str) -> bool:
    try:
        return is_right(value)
    except ValueError:  # urlsplit on what is no address at all, a port that is no number
        return False


def _unsecret(value: str) -> str:
    """An address without the password in it."""
    before, at, after = value.rpartition("@")
    return f"{before.partition('//')[0]}//…@{after}" if at and "//" in before else value


def _is_web(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0


def _is_mail_server(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0


def _is_mailbox(value: str) -> bool:
    parts = urlsplit(value)
    tls = parse_qs(parts.query).get("tls", ["starttls"])[0]
    is_one = parts.scheme in {"imap", "imaps"} and bool(parts.hostname) and bool(parts.username) and parts.port != 0
    return is_one and tls in {"yes", "starttls", "no"}


def _is_database(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in DATABASES and bool(parts.path.strip("/")) and parts.port != 0


_RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "AMENDS_URL": (_is_web, "Write the address that people see, such as https://desk.example.org."),
    "AMENDS_SMTP_URL": (_is_mail_server, "Write a mail server as smtp://user:password@host:587?tls=starttls."),
    "AMENDS_MAIL_PER_MINUTE": (lambda value: int(value) >= 0, "Write a whole number; 0 is no limit."),
    "AMENDS_MAIL_CONNECTIONS": (lambda value: 1 <= int(value) <= 50, "Write a whole number from 1 to 50."),
    "AMENDS_RECALL_SECONDS": (lambda value: 0 <= int(value) <= 60, "Write whole seconds from 0 to 60."),
    "AMENDS_FILE_LIMIT_MB": (lambda value: 1 <= int(value) <= 50, "Write whole megabytes from 1 to 50."),
    "AMENDS_MAIL_LIMIT_MB": (lambda value: 1 <= int(value) <= 200, "Write whole megabytes from 1 to 200."),
    "AMENDS_IMAP_URL": (_is_mailbox, "Write a mailbox as imaps://user:password@host/folder."),
    "AMENDS_INBOUND_SECRET": (
        lambda value: bool(re.fullmatch(r"[A-Za-z0-9._~-]{20,200}", value)),
        "Write 20 letters and digits or more, such as `openssl rand -hex 24` gives.",
    ),
    "AMENDS_MAIL_FROM": (lambda value: "@" in value.strip("@ "), "Write a mail address, such as desk@example.org."),
    "AMENDS_CHAT_SCHEMES": (
        lambda value: bool(re.fullmatch(r"[a-z0-9+.-]+( *, *[a-z0-9+.-]+)*", value.strip().lower())),
        "Write names of services with commas between, such as slack,discord; none allows no chat.",
    ),
    "AMENDS_HEARTBEAT_URL": (_is_web, "Write an address that begins with https:// or http://."),
    "AMENDS_LOG": (
        lambda value: value in logging.getLevelNamesMapping(),
        "Write one of DEBUG, INFO, WARNING, ERROR.",
    ),
    "DATABASE_URL": (_is_database, "Write postgresql://user:password@host/name, or sqlite:////path/to/file."),
}
