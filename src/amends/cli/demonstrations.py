"""The demo organisation, loaded once, into an empty database."""

from __future__ import annotations

from typing import TypedDict

from amends.cli.processes.everything import say
from amends.cli.ready import alone_with_the_schema
from amends.directory.actor import Role
from amends.directory.models import Account, Member, Organisation
from amends.lib import wall

# As whom one sees most: one of each, in this order.
TO_TRY = (Role.MANAGER, Role.CSM, Role.EXECUTIVE, Role.RESPONDER, Role.SALES, Role.ADMINISTRATOR)


class Prepared(TypedDict):
    """What `amends run` has to say once it is up."""

    password: str
    logins: list[tuple[str, str]]  # e-mail, role
    notes: list[str]


def prepare(*, demo: bool) -> Prepared:
    """Load the demo if asked and if nobody lives here yet; say as whom one can log in."""
    if not demo:
        return Prepared(password="", logins=[], notes=[] if Member.objects.exists() else [NOBODY])
    from amends.demo import cast, story

    with alone_with_the_schema():
        if is_empty():
            say("Loading the demo organisation. This takes about half a minute, once.")
            story.tell(now=wall.now())
    logins = [member for role in TO_TRY if (member := _first(role, cast.HOST))]
    if not logins:
        return Prepared(password="", logins=[], notes=[f"The demo was not loaded: {_name()} lives here already."])
    # Whoever has set another password knows it.
    password = cast.PASSWORD if logins[0].check_password(cast.PASSWORD) else ""
    return Prepared(password=password, logins=[(member.email, Role(member.role).label) for member in logins], notes=[])


NOBODY = "Nobody can log in yet. Stop this, and run `amends init`."


def is_empty() -> bool:
    """Whether nobody and nothing is here yet."""
    return not any(model.objects.exists() for model in (Organisation, Member, Account))


def _first(role: Role, host: str) -> Member | None:
    return Member.objects.here().filter(role=role, email__endswith=f"@{host}").order_by("pk").first()


def _name() -> str:
    organisation = Organisation.objects.first()
    return organisation.name if organisation else "somebody"
