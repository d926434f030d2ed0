"""Mail that came back: as the standard has it (RFC 3464), and as servers write that do not know the standard."""

from __future__ import annotations

import re
from email.message import Message as Part

from amends.inbox import headers, parts
from amends.inbox.messages import Bounce

_MOST = 100
_DAEMONS: tuple[str, ...] = ("mailer-daemon", "mail-daemon", "mailerdaemon", "mailer_daemon")
# A postmaster may be a person too.
_MACHINES: tuple[str, ...] = (*_DAEMONS, "postmaster")
_SUBJECTS: tuple[str, ...] = (
    "undelivered mail returned to sender",
    "delivery status notification",
    "mail delivery failed",
    "undeliverable",
    "delivery failure",
    "failure notice",
    "returned mail",
    "mail delivery system",
    "delivery has failed",
    "warning: message",
    "delivery delayed",
    "mail system error",
    "nicht zustellbar",
    "unzustellbar",
    "zustellung fehlgeschlagen",
    "non remis",
    "message non distribué",
    "non recapitabile",
    "no se puede entregar",
)
_WAITS: tuple[str, ...] = (
    "delayed",
    "still trying",
    "will be retried",
    "will keep trying",
    "will continue to try",
    "delivery incomplete",
    "not yet been",
    "warning message only",
    "you do not need to resend",
    "verzögert",
)
# A full mailbox, a server that asks to come again: the address itself is right.
_FOR_NOW: tuple[str, ...] = (
    "mailbox full",
    "quota",
    "greylist",
    "try again later",
    "temporarily",
    "postfach ist voll",
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_OF_THE_ORIGINAL = re.compile(r"^[> ]*Message-ID:\s*(<[^<>\s]{3,990}>)", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(r"(?:^|[\s<:;\"'(])([^\s<>()\[\],;:\"'@]{1,64}@[\w.-]{1,250}\w)")
# In letters: what a server says is short, and what it quotes below may be long.
_LOOKED_INTO, _LONGEST_SAYING = 20_000, 500


def read(message: Part, text: str, subject: str, sender: str) -> tuple[Bounce, ...]:
    """Whose mail came back by this one; none where it is no bounce, or tells that all went well."""
    reports = [part for part, _ in parts.everything(message) if parts.type_of(part).endswith("delivery-status")]
    if reports:
        original = _original(message, text)
        groups = [group for report in reports for group in parts.inner_of(report)][:_MOST]
        return tuple(bounce for group in groups if (bounce := _told(group, original)))
    return _guessed(message, text, subject, sender)


def is_a_daemon(address: str) -> bool:
    """Whether a server writes from there, and never a person."""
    return address.casefold().startswith(_DAEMONS)


def _told(group: Part, original: str) -> Bounce | None:
    """One recipient of the standard's report."""
    action = headers.header(group, "Action").casefold()
    if action not in ("failed", "delayed"):
        return None
    whom = headers.header(group, "Original-Recipient") or headers.header(group, "Final-Recipient")
    status = headers.header(group, "Status").partition(" ")[0]
    said = headers.header(group, "Diagnostic-Code").partition(";")[2].strip()
    found = _STATUS.search(said)
    # Some give up with “5.0.0”, and what the other server said is the truth.
    telling = found[0] if found and status.endswith(".0.0") else status
    return Bounce(
        address=whom.rpartition(";")[2].strip(" <>"),
        is_for_good=action == "failed" and not telling.startswith("4") and not _is_for_now(telling, said),
        still_tries=action == "delayed",
        status=telling[:20],
        said=said[:_LONGEST_SAYING],
        message_id=original,
    )


def _guessed(message: Part, text: str, subject: str, sender: str) -> tuple[Bounce, ...]:
    failed = headers.header(message, "X-Failed-Recipients")
    local = sender.partition("@")[0].casefold()
    is_machine = local.startswith(_MACHINES) or str(message.get("Return-Path", "")).strip() == "<>"
    says_so = any(phrase in subject.casefold() for phrase in _SUBJECTS)
    if not failed and not (is_machine and says_so):
        return ()
    top = re.split(
        r"\n-{3,}.{0,60}(?:original|copy|below|returned)", text[:_LOOKED_INTO], maxsplit=1, flags=re.IGNORECASE
    )[0]
    addresses = _RECIPIENT.findall(failed) or _RECIPIENT.findall(top)
    found = [one for one in dict.fromkeys(addresses) if one.casefold() != sender.casefold()]
    status = _STATUS.search(top) or _CODE.search(top)
    waits = any(phrase in f"{subject}\n{top}".casefold() for phrase in _WAITS)
    said = next((line.strip() for line in top.splitlines() if status and status[0] in line), "")
    is_for_now = waits or (status is not None and status[1] == "4") or _is_for_now(status[0] if status else "", top)
    original = _original(message, text)
    # Without a list of them, the first is who is meant, and others stand in what the server said.
    return tuple(
        Bounce(
            address=address,
            is_for_good=not is_for_now,
            still_tries=waits,
            status=status[0].strip(" -") if status else "",
            said=said[:_LONGEST_SAYING],
            message_id=original,
        )
        for address in ((found if failed else found[:1]) or [""])[:_MOST]
    )


def _is_for_now(status: str, said: str) -> bool:
    return status.endswith(".2.2") or any(phrase in said.casefold() for phrase in _FOR_NOW)


def _original(message: Part, text: str) -> str:
    """The Message-ID of the mail that came back: from its copy, from what is quoted, or from the thread."""
    for part, depth in parts.everything(message):
        if depth and (found := headers.message_id(part)):
            return found
        if parts.type_of(part) == "text/rfc822-headers" and (quoted := _OF_THE_ORIGINAL.search(parts.text_of(part))):
            return quoted[1]
    if quoted := _OF_THE_ORIGINAL.search(text):
        return quoted[1]
    thread = headers.ids(message, "In-Reply-To") or headers.ids(message, "References")
    return thread[-1] if thread else ""
