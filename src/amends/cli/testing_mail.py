"""One mail that says that mail leaves, and what the server answered."""

from __future__ import annotations

from email.utils import make_msgid

from amends.cli.failing import Failed
from amends.outbox.letters import Letter, render
from amends.outbox.smtp import MailServer, compose
from amends.outbox.troubles import Rejected, TryLater, Unknown

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
    message = compose(
        LETTER,
        render(LETTER, organisation=organisation),
        sender=sender,
        address=to,
        name="",
        message_id=make_msgid(domain=sender.rpartition("@")[2]),
        is_inside=True,
    )
    try:
        server.hand_over(message, sender=sender, recipient=to)
    except (Rejected, TryLater, Unknown) as error:
        raise Failed(f"The test mail to {to} did not leave: {error}") from error
    finally:
        server.close()
    return f"The mail server accepted the test mail to {to} (250). See whether it arrives."
