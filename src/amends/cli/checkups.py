"""`amends doctor`: is all well? And the sentinel, which keeps asking."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial

import typer

from amends.cli.asides import Aside, Unseen
from amends.cli.failing import Failed, sentence
from amends.cli.main import app
from amends.cli.printing import done, note, say, unseen, wrong
from amends.cli.ready import pending, require_embedded_file, require_sound_database, set_up
from amends.cli.surroundings import mistakes

# A delivery that failed longer ago has been seen by those whom it concerns.
STILL_NEWS = dt.timedelta(days=7)
MOST = 20


@app.command()
def doctor(
    watch: bool = typer.Option(False, "--watch", help="Keep watch as the sentinel: a round every minute."),
    mail_to: str = typer.Option("", "--mail-to", help="Send a test mail to this address as well."),
    dkim_selector: str = typer.Option("", "--dkim-selector", help="The name under which our DKIM key stands in DNS."),
) -> None:
    """Say what is not well, and exit with 1 if anything is not.

    The mail server is asked whether it would take a mail from us, without one being sent; the mailbox, whether it lets
    us in, without one being fetched; DNS, whether our domain has the records by which the world believes our mail.

    With --watch: a process of its own that looks over every open case for anything late, wakes the clock for it, and
    pings AMENDS_HEARTBEAT_URL only while all is well.
    """
    if watch:
        _watch()
        return
    # Without settings and a database there is nothing to look at.
    if not all(_print(title, check) for title, check in _FIRST):
        raise typer.Exit(1)
    in_the_world: Checks = (
        ("The mail server takes our mail", partial(_mail_server, mail_to)),
        ("The mailbox lets us read what comes in", _mailbox),
        ("The world can tell that our mail is ours (SPF, DKIM)", partial(_mail_domain, dkim_selector)),
    )
    verdicts = [_print(title, check) for title, check in (*_THEN, *in_the_world)]
    if not all(verdicts):
        raise typer.Exit(1)
    say("All is well." if all(verdict is Verdict.WELL for verdict in verdicts) else "All that was looked at is well.")


def _watch() -> None:
    from amends.cli.presence import announce
    from amends.cli.processes.part import until_told
    from amends.cli.ready import ready

    announce("sentinel")
    ready(by_somebody=False)
    from amends.lib import wall
    from amends.worker import sentinel

    sentinel.watch(until_told(), wall.now)


class Verdict(Enum):
    """What a check came to. Only trouble is no, and makes the command fail."""

    WELL = "well"
    UNSEEN = "not looked at"
    TROUBLE = "trouble"

    def __bool__(self) -> bool:
        return self is not Verdict.TROUBLE


def _print(title: str, check: Callable[[], Iterator[str]]) -> Verdict:
    """Print a check and what it found."""
    try:
        found = list(check())
    except Exception as error:
        says = sentence(error)
        if says is None:
            raise
        found = [says]
    asides = [each for each in found if isinstance(each, Aside)]
    found = [each for each in found if not isinstance(each, Aside)]
    if not found:
        verdict = Verdict.UNSEEN if any(isinstance(aside, Unseen) for aside in asides) else Verdict.WELL
        if verdict is Verdict.WELL:
            done(title)
        else:
            unseen(f"Not known: {title[0].lower()}{title[1:]}")
        for aside in asides:
            note(f"  {aside}")
        return verdict
    wrong(title)
    for each in found[:MOST]:
        say(f"    {each}")
    if len(found) > MOST:
        say(f"    and {len(found) - MOST:,} more.")
    return Verdict.TROUBLE


def _mail_server(mail_to: str) -> Iterator[str]:
    """As far as the last word before a mail would go; all the way where an address is given."""
    from django.conf import settings

    from amends.cli import testing_mail
    from amends.directory.models import Organisation

    organisation = Organisation.objects.first()
    if not settings.SMTP_URL or organisation is None:
        yield Unseen("None is set (AMENDS_SMTP_URL), so none was asked.")
    elif mail_to:
        says = testing_mail.send(
            settings.SMTP_URL, sender=organisation.mail_from, organisation=organisation.name, to=mail_to
        )
        yield Aside(says)
    else:
        testing_mail.ask(settings.SMTP_URL, sender=organisation.mail_from)


def _mailbox() -> Iterator[str]:
    """Whether it can be reached, lets us in, and has the folder. Nothing is fetched."""
    from django.conf import settings

    if not settings.IMAP_URL:
        posted = "A provider posts what comes in (AMENDS_INBOUND_SECRET); that cannot be asked from here."
        yield Unseen(posted if settings.INBOUND_SECRET else "None is set (AMENDS_IMAP_URL), so none was asked.")
        return
    from amends.inbox.imap import ImapServer, Unreachable

    server = ImapServer(settings.IMAP_URL)
    try:
        server.folder()
    except Unreachable as error:
        yield str(error)
    finally:
        server.close()


def _mail_domain(selector: str) -> Iterator[str]:
    from amends.cli import mail_domain
    from amends.directory.models import Organisation

    organisation = Organisation.objects.first()
    if organisation is None or not organisation.mail_from:
        raise Failed("No address to write from is set. Run `amends init`.")
    yield from mail_domain.check(organisation.mail_from.rpartition("@")[2], selector=selector)


def _settings() -> Iterator[str]:
    yield from mistakes(os.environ)


def _database() -> Iterator[str]:
    require_embedded_file()
    set_up()
    require_sound_database()
    if pending():
        yield "Its schema is not up to date. Run `amends init`."


def _organisation() -> Iterator[str]:
    from amends.directory.actor import Role
    from amends.directory.models import Member, Organisation
    from amends.playbook import versions

    if not Organisation.objects.exists() or versions.current() is None:
        yield "It is not set up. Run `amends init`."
    if not Member.objects.here().filter(role=Role.ADMINISTRATOR).exists():
        yield "Nobody is an administrator. Run `amends init`."


def _telling() -> Iterator[str]:
    from amends.lib import wall
    from amends.worker import sentinel

    now = wall.now()
    yield from sentinel.troubles(now, sentinel.survey(now))


def _invariants() -> Iterator[str]:
    from amends.escalations import invariants
    from amends.lib import wall

    for breach in invariants.breaches(wall.now()):
        yield f"{breach.subject}: {breach.says}"


def _notices() -> Iterator[str]:
    from amends.escalations import causes
    from amends.lib import wall

    for notice in causes.hanging(wall.now()):
        yield f"{notice.cause.key}: “{notice.subject}” has accounts left to tell, and no clock goes on with it."


def _deliveries() -> Iterator[str]:
    from amends.escalations.actions.deliveries import is_struck
    from amends.lib import wall
    from amends.outbox.models import Channel, Delivery, Pause

    for pause in Pause.objects.all():
        yield f"{pause.by_name} has paused {pause.channel}: {pause.because}"
    for delivery in Delivery.objects.filter(state=Delivery.State.MAYBE):
        yield f"To {delivery.address}, may have been sent: {delivery.trouble} Repeat it, or mark it as sent."
    recently = wall.now() - STILL_NEWS
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    for delivery in dead.filter(settled_at__gt=recently):
        to = f"{delivery.name}, by chat" if delivery.channel == Channel.CHAT else delivery.address
        says = f"To {to}, could not be delivered: {delivery.trouble}"
        yield Aside(f"{says} It counts for nothing: write it again, in its case.") if is_struck(delivery) else says
    if older := dead.filter(settled_at__lte=recently).count():
        yield Aside(f"{older:,} could not be delivered more than {STILL_NEWS.days} days ago; see Outbox.")


Checks = tuple[tuple[str, Callable[[], Iterator[str]]], ...]
_FIRST: Checks = (
    ("The settings can be read", _settings),
    ("The database answers, and its schema is up to date", _database),
)
_THEN: Checks = (
    ("The organisation is set up", _organisation),
    ("People are told in time", _telling),
    ("What must always be true is true", _invariants),
    ("Notices to many accounts go on", _notices),
    ("Mail and chat are delivered", _deliveries),
)
