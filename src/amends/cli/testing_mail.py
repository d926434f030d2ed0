"""One mail that says that mail leaves, and what the server answered."""

from __future__ import annotations

from email.utils import make_msgid

from amends.cli.failing import Failed
from amends.lib import wall
from amends.outbox.letters import Letter, render
from amends.outbox.smtp import MailServer, compose
from amends.outbox.troubles import Rejected, TryLater, Unknown, Unreachable

TROUBLES = (Rejected, TryLater, Unknown, Unreachable)

LETTER = Letter(
    subject="Amends can write to you",
    heading="Mail leaves",
    paragraphs=(
        "This is the test mail that you asked for. Reminders and alarms come the same way.",
        "If it landed among the junk, have your mail server sign what Amends sends (SPF and DKIM).",
    ),
    because="Somebody set Amends up and gave this address.",
)


def send(url: str, *, sender: str, organisation: str, to: str) -> str:
    """Send it; the answer is what the server said. Fails with the server's own words where it says no."""
    if not sender:
        raise Failed("No address to write from is set. Say it with --mail-from.")
    server = MailServer(url)
    try:
        server.hand_over(_message(sender, organisation, to), sender=sender, recipient=to)
    except TROUBLES as error:
        raise Failed(f"The test mail to {to} did not leave: {error}") from error
    finally:
        server.close()
    return f"The mail server accepted the test mail to {to} (250). See whether it arrives."


def ask(url: str, *, sender: str) -> None:
    """Ask whether the server lets us in and would take a mail from us, to ourselves; none is sent.

    Fails with the server's own words where it says no.
    """
    if not sender:
        raise Failed("No address to write from is set. Run `amends init`.")
    server = MailServer(url)
    try:
        server.hand_over(_message(sender, "", sender), sender=sender, recipient=sender, at_the_door=lambda: False)
    except Rejected as error:
        raise Failed(f"It refuses a mail from {sender} to {sender}, where answers and bounces go: {error}") from error
    except TROUBLES as error:
        raise Failed(str(error)) from error
    finally:
        server.close()


def _message(sender: str, organisation: str, to: str) -> bytes:
    return compose(
        LETTER,
        render(LETTER, organisation=organisation),
        sender=sender,
        address=to,
        name="",
        message_id=make_msgid(domain=sender.rpartition("@")[2]),
        at=wall.now(),
        is_inside=True,
    )
