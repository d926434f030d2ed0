"""`amends init`: the organisation, its first administrator, its playbook, and whether mail leaves."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from amends.cli.asking import ask, ask_for_password, is_somebody_there
from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.printing import done, note
from amends.cli.ready import ready
from amends.lib.hours import Hours, parse_week, written

if TYPE_CHECKING:
    from amends.directory.models import Member, Organisation

ABOUT_THE_ORGANISATION = "The organisation"
ABOUT_THE_ADMINISTRATOR = "Its first administrator"


@app.command()
def init(
    organisation: str = typer.Option("", help="What it is called.", rich_help_panel=ABOUT_THE_ORGANISATION),
    zone: str = typer.Option("", help="Its time zone, such as Europe/Berlin.", rich_help_panel=ABOUT_THE_ORGANISATION),
    hours: str = typer.Option(
        "",
        help="When it works, such as “mon-thu 09:00-12:30 13:00-18:00, fri 09:00-15:00”.",
        rich_help_panel=ABOUT_THE_ORGANISATION,
    ),
    holidays: str = typer.Option(
        None, help="Whose holidays it keeps: DE, DE-BE, US-CA… or “none”.", rich_help_panel=ABOUT_THE_ORGANISATION
    ),
    mail_from: str = typer.Option(
        "", envvar="AMENDS_MAIL_FROM", help="From which address it writes.", rich_help_panel=ABOUT_THE_ORGANISATION
    ),
    name: str = typer.Option("", help="What they are called.", rich_help_panel=ABOUT_THE_ADMINISTRATOR),
    email: str = typer.Option("", help="With what they log in.", rich_help_panel=ABOUT_THE_ADMINISTRATOR),
    password: str = typer.Option(
        "",
        envvar="AMENDS_ADMINISTRATOR_PASSWORD",
        help="Better given in the variable, which others on this machine cannot see.",
        rich_help_panel=ABOUT_THE_ADMINISTRATOR,
    ),
    test_mail_to: str = typer.Option("", help="Send a test mail here, over the server of AMENDS_SMTP_URL."),
) -> None:
    """Set Amends up, or bring it up to date. Asks for what no option says. Once more does no harm."""
    ready(migrate=True)
    done("The database is up to date.")
    said = {"name": organisation, "zone": zone, "hours": hours, "holidays": holidays, "mail_from": mail_from}
    here = _organisation({key: value for key, value in said.items() if value not in ("", None)})
    _administrator(here, name=name, email=email, password=password)
    _playbook()
    _test_mail(here, test_mail_to)


def _organisation(said: dict[str, str]) -> Organisation:
    from amends.directory import checks, organisation
    from amends.directory.actor import COMMAND_LINE
    from amends.directory.models import Organisation
    from amends.lib import wall

    here = Organisation.objects.first()
    if here and not said:
        done(f"{here.name} is set up already ({here.zone}; {written(here.hours)}).")
        return here
    known = {"zone": _zone_of_this_machine(), "hours": written(organisation.OFFICE), "holidays": "none"} | (
        {
            "name": here.name,
            "zone": here.zone,
            "hours": written(here.hours),
            "holidays": here.holidays or "none",
            "mail_from": here.mail_from,
        }
        if here
        else {}
    )
    answers = known | said
    if not here:
        questions: tuple[tuple[str, str, Any], ...] = (
            ("name", "What is your organisation called", None),
            ("zone", "Its time zone", checks.zone),
            ("hours", "When it works", parse_week),
            ("holidays", "Whose public holidays it keeps (DE, DE-BE, US-CA… or none)", None),
            ("mail_from", "From which address it writes", checks.address),
        )
        for key, question, check in questions:
            if key not in said:
                option = "organisation" if key == "name" else key.replace("_", "-")
                answers[key] = ask(question, default=known.get(key, ""), check=check, option=f"--{option}")
    week: Hours = parse_week(answers["hours"])
    made = organisation.set_up(
        name=answers["name"],
        zone=answers["zone"],
        hours=week,
        holidays="" if answers["holidays"] == "none" else answers["holidays"],
        mail_from=answers["mail_from"],
        by=COMMAND_LINE,
        now=wall.now(),
    )
    done(f"{made.name} is set up ({made.zone}; {written(made.hours)}).")
    return made


def _administrator(here: Organisation, *, name: str, email: str, password: str) -> None:
    from amends.directory.actor import Role
    from amends.directory.models import Member

    administrators = Member.objects.here().filter(role=Role.ADMINISTRATOR)
    there = administrators.filter(email__iexact=email).first() if email else administrators.order_by("pk").first()
    if there:
        done(f"{there.name} <{there.email}> is an administrator already.")
        return
    if email and Member.objects.filter(email__iexact=email).exists():
        raise Failed(f"{email} is a member already, and no administrator. Have an administrator make them one.")
    name = name or ask("What is the first administrator called", option="--name")
    email = email or ask("With which mail address they log in", option="--email")
    made = _add(here, name=name, email=email, password=password)
    done(f"{made.name} <{made.email}> is the administrator.")


def _add(here: Organisation, *, name: str, email: str, password: str) -> Member:
    from django.db import transaction

    from amends.directory import members
    from amends.directory.actor import COMMAND_LINE, Role
    from amends.lib import wall

    password = password or ask_for_password("--password, or AMENDS_ADMINISTRATOR_PASSWORD,")
    # Both or neither: an administrator who cannot log in helps nobody.
    with transaction.atomic():
        member = members.add(
            name=name, email=email, role=Role.ADMINISTRATOR, zone=here.zone, by=COMMAND_LINE, now=wall.now()
        )
        members.set_password(member, password=password, by=COMMAND_LINE, now=wall.now())
    return member


def _playbook() -> None:
    from amends.directory.actor import COMMAND_LINE
    from amends.lib import wall
    from amends.playbook import versions

    version = versions.current()
    if version:
        done(f"The playbook in force is {version}.")
        return
    version = versions.adopt(versions.shipped(), by=COMMAND_LINE, now=wall.now(), note="As it comes with Amends.")
    done(f"The playbook that comes with Amends is in force: {version}.")


def _test_mail(here: Organisation, to: str) -> None:
    from django.conf import settings

    from amends.cli.testing_mail import send

    if not settings.SMTP_URL:
        if to:
            raise Failed("AMENDS_SMTP_URL names no mail server, so no test mail can leave.")
        note("No mail server is set (AMENDS_SMTP_URL): reminders and mails wait in the outbox until one is.")
        return
    if not to and is_somebody_there():
        to = ask("Send a test mail to (Enter for none)", default="", may_be_empty=True, option="--test-mail-to")
    if to:
        done(send(settings.SMTP_URL, sender=here.mail_from, organisation=here.name, to=to))


def _zone_of_this_machine() -> str:
    """What this machine is set to, as a suggestion."""
    named = os.environ.get("TZ", "").removeprefix(":")
    place = Path("/etc/localtime")
    linked = str(place.resolve()).partition("zoneinfo/")[2] if place.is_symlink() else ""
    return named or (linked if sys.platform != "win32" else "") or "UTC"
