"""`amends member` and `amends token`: people, and their keys to the API."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.printing import done, say
from amends.cli.ready import ready

if TYPE_CHECKING:
    from amends.directory.models import Member

member = typer.Typer(help="Our people.", no_args_is_help=True)
app.add_typer(member, name="member")


@member.callback()
def _only_groups() -> None:
    """Our people."""


@member.command()
def add(
    name: str = typer.Argument(help="What they are called."),
    email: str = typer.Argument(help="With what they log in."),
    role: str = typer.Option("csm", help="csm, manager, executive, responder, sales or administrator."),
    reports_to: str = typer.Option("", help="The e-mail of whom they report to."),
    title: str = typer.Option("", help="What they are."),
    zone: str = typer.Option("", help="Their time zone; the organisation’s, unless said."),
) -> None:
    """Add a member, and print the link with which they set their password."""
    ready()
    from amends.directory import members
    from amends.directory.actor import COMMAND_LINE
    from amends.directory.models import Organisation
    from amends.lib import wall
    from amends.web.accounts import password_link

    added = members.add(
        name=name,
        email=email,
        role=role,
        title=title,
        zone=zone or Organisation.current().zone,
        reports_to=_find(reports_to) if reports_to else None,
        by=COMMAND_LINE,
        now=wall.now(),
    )
    done(f"{added.name} <{added.email}> is a member now.")
    say("They set a password here, once, within three days:")
    say(f"  {password_link(added)}")


@app.command()
def token(
    name: str = typer.Argument(help="What it is for: how you find it later."),
    email: str = typer.Option(..., "--member", help="The e-mail of the member whose key it is."),
    scope: str = typer.Option("read", help="read or write."),
    lasts: str = typer.Option("year", help="month, quarter, year, or ever: until it is revoked."),
) -> None:
    """Make a key to the API. It is printed once, alone, and never kept."""
    ready()
    from amends.directory import tokens
    from amends.directory.actor import COMMAND_LINE
    from amends.lib import wall

    made, key = tokens.make(_find(email), name=name, scope=scope, lasts=lasts, by=COMMAND_LINE, now=wall.now())
    sys.stderr.write(
        f"A key of {made.member.name}’s, “{made.name}”, to {made.scope}. It is shown this once; keep it well:\n"
    )
    sys.stdout.write(f"{key}\n")


def _find(email: str) -> Member:
    from amends.directory.models import Member

    found = Member.objects.here().filter(email__iexact=email).first()
    if found is None:
        raise Failed(f"No member has the address {email}.")
    return found
