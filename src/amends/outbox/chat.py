"""Talking to chat services through Apprise, which knows how each of them wants to be asked.

An address is an Apprise URL, such as slack://…, and a secret: it stands in no log and in no trouble that is told.
Only services that the administrator allows are asked, and a redirect is not followed, so that nobody who may choose
an address can have this machine ask another one inside its network.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from amends.outbox.letters import Letter
from amends.outbox.troubles import Rejected, TryLater

# How many seconds a service may take to take the connection, and then to answer.
CONNECTS_WITHIN, ANSWERS_WITHIN = 5.0, 10.0
MOST_LETTERS, MOST_LINKS = 1500, 10
# What is asked too often, too slowly or at a bad moment may be asked again; whatever else is refused stays refused.
_PASSING = frozenset({408, 425, 429})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30})://\S+")
_STATUS = re.compile(r"\berror=(\d{3})\b")
# What would call everybody in a room, wherever it was typed
_CALLS = re.compile(r"[@!](?=everyone|here|channel|all\b)", re.IGNORECASE)


def scheme_of(url: str) -> str:
    """The service that an address names, as its scheme; blank for what is no address."""
    found = _SCHEME.fullmatch(url.strip())
    return found[1] if found else ""


def masked(url: str) -> str:
    """An address as it may be shown: which service, and nothing of the secret."""
    scheme = scheme_of(url)
    return f"{scheme}://…" if scheme else ""


class ChatServices:
    """Whatever service an address names, if it is one of `schemes`."""

    def __init__(self, schemes: Collection[str], *, answers_within: float = ANSWERS_WITHIN) -> None:
        self._schemes = frozenset(schemes)
        self._answers_within = answers_within

    def hand_over(self, letter: Letter, *, url: str, at_the_door: Callable[[], bool] | None = None) -> bool:
        """Post one letter. Raises Rejected or TryLater, neither of which says the address.

        `at_the_door` is called last before anything goes; when it says no, nothing does and the answer is False.
        """
        service = self._service(url)
        if at_the_door and not at_the_door():
            return False
        with _heard() as said:
            try:
                went = service.notify(title=line(letter.subject), body=body(letter), body_format="text")
            except Exception as fault:  # noqa: BLE001 - a hundred services by as many hands, and a secret in each
                raise TryLater(f"The chat service could not be asked ({type(fault).__name__}).") from None
        if not went:
            raise _trouble(said)
        return True

    def close(self) -> None:
        """Nothing is kept open."""

    def _service(self, url: str) -> Any:
        if not url:
            raise Rejected("There is no chat address any more.")
        if scheme_of(url) not in self._schemes or "?" in url:
            raise Rejected("This chat service is not allowed here.")
        # Its two hundred services take ten megabytes, which nobody carries who does not chat.
        import apprise

        asset = apprise.AppriseAsset(
            app_id="Amends", async_mode=False, secure_logging=True, http_redirects=False, storage_mode="memory"
        )
        with _heard():
            service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if service is None:
            raise Rejected("This chat address cannot be read.")
        service.socket_connect_timeout = min(CONNECTS_WITHIN, self._answers_within)
        service.socket_read_timeout = self._answers_within
        return service


def line(text: str) -> str:
    """In one line, and calling nobody."""
    return " ".join(_defused(text).split())[:250]


def body(letter: Letter) -> str:
    """A letter in the few words that a chat is read in.

    Links that are for one reader only are left out: a chat may have more.
    """
    links = [act for act in letter.acts if not act.is_secret]
    says = [*letter.paragraphs, *(f"{label}: {value}" for label, value in letter.facts)]
    if letter.words:
        says.insert(len(letter.paragraphs), f"“{letter.words}”")
    text = _defused("\n".join(says))
    if len(text) > MOST_LETTERS:
        text = f"{text[:MOST_LETTERS]}…"
    leads = [f"{_defused(act.label)}: {act.url}" for act in links[:MOST_LINKS]]
    if len(links) > MOST_LINKS:
        leads.append(f"And {len(links) - MOST_LINKS} more.")
    return "\n".join([text, *leads])


def _defused(text: str) -> str:
    return _CALLS.sub(lambda found: f"{found[0]}\N{WORD JOINER}", text)


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What Apprise says meanwhile. It is kept out of our log, for it may say the address."""
    said: list[str] = []

    class _Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger, ear = logging.getLogger("apprise"), _Ear(logging.WARNING)
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)


def _trouble(said: list[str]) -> Rejected | TryLater:
    status = next((int(found[1]) for text in reversed(said) if (found := _STATUS.search(text))), None)
    if status is None:
        return TryLater("The chat service did not answer.")
    sentence = f"The chat service answered {status}."
    return Rejected(sentence) if 300 <= status < 500 and status not in _PASSING else TryLater(sentence)
