"""Finding what an address or a body names, among that which the actor may see.

In an address what is missing is NotFound; in a body it is Refused at its field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, Prefetch, QuerySet

from amends.directory.actor import Actor
from amends.directory.imports.models import Import
from amends.directory.models import Account, Contact, Member, Team
from amends.escalations import access, customer_links
from amends.escalations.access import NotFound
from amends.escalations.models import (
    Attachment,
    Attendance,
    CustomerLink,
    Dispute,
    Escalation,
    ExitCriterion,
    Fact,
    Meeting,
    Note,
    Problem,
    Promise,
    Request,
    Ticket,
    Update,
)
from amends.lib.errors import Refused

Row = TypeVar("Row", bound=Model)


def _there(found: Row | None, otherwise: str) -> Row:
    """What was found. Raises NotFound, in the words of `otherwise`, where nothing was."""
    if found is None:
        raise NotFound(otherwise)
    return found


def promise(number: int, *, seen_by: Actor) -> Promise:
    """The promise of that number, with its escalation. Raises NotFound."""
    found = (
        access.promises_visible_to(seen_by)
        .select_related("escalation__account", "escalation__handler", "escalation__contact", "to", "owner")
        .filter(pk=number)
        .first()
    )
    return _there(found, f"There is no promise {number} that you may see.")


def problem(number: int, *, seen_by: Actor) -> Problem:
    """The problem of that number, with its escalation. Raises NotFound."""
    found = (
        Problem.objects.filter(pk=number, escalation__in=access.visible_to(seen_by).values("pk"))
        .select_related("escalation__account", "escalation__handler", "owner", "team")
        .first()
    )
    return _there(found, f"There is no problem {number} that you may see.")


def ticket(number: int, problem: Problem) -> Ticket:
    """The ticket of that number that is linked to the problem. Raises NotFound."""
    found = problem.tickets.filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no ticket {number} at problem {problem.pk}.")
    found.problem = problem
    return found


def request(number: int, *, seen_by: Actor) -> Request:
    """What the customer was asked for, by its number, with its problem. Raises NotFound."""
    found = (
        Request.objects.filter(pk=number, problem__escalation__in=access.visible_to(seen_by).values("pk"))
        .select_related("problem__escalation__account", "problem__escalation__handler", "problem__owner", "to")
        .first()
    )
    return _there(found, f"There is no request {number} that you may see.")


def customer_link(number: int, escalation: Escalation) -> CustomerLink:
    """The link of that number to the customer's page of the case. Raises NotFound."""
    found = customer_links.of(escalation).filter(pk=number).first()
    return _there(found, f"There is no link {number} to the page of {escalation.key}.")


def fact(number: int, escalation: Escalation) -> Fact:
    """The fact of that number of the case, with all that belongs to it. Raises NotFound."""
    found = escalation.facts.with_all().filter(pk=number).first()
    return _there(found, f"There is no fact {number} on {escalation.key}.")


def dispute(number: int, fact: Fact) -> Dispute:
    """What is said against the fact, by its number. Raises NotFound."""
    found = fact.disputes.select_related("team", "by", "fact__escalation__account").filter(pk=number).first()
    return _there(found, f"There is no dispute {number} about fact {fact.pk}.")


def criterion(number: int, *, seen_by: Actor) -> ExitCriterion:
    """The exit criterion of that number, with its escalation. Raises NotFound."""
    found = (
        ExitCriterion.objects.filter(pk=number, escalation__in=access.visible_to(seen_by).values("pk"))
        .select_related("escalation__account", "escalation__handler", "met_by")
        .first()
    )
    return _there(found, f"There is no exit criterion {number} that you may see.")


def update(number: int, *, seen_by: Actor) -> Update:
    """The update of that number, with its escalation. Raises NotFound."""
    found = (
        Update.objects.filter(pk=number, escalation__in=access.visible_to(seen_by).values("pk"))
        .select_related("escalation__account", "escalation__handler", "escalation__contact", "contact", "by")
        .first()
    )
    return _there(found, f"There is no update {number} that you may see.")


def meeting(number: int, *, seen_by: Actor) -> Meeting:
    """The meeting of that number, with who is in it. Raises NotFound."""
    seen = Meeting.objects.filter(pk=number, escalation__in=access.visible_to(seen_by).values("pk"))
    return _there(meetings_with_all(seen).first(), f"There is no meeting {number} that you may see.")


def meetings_with_all(found: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with all that is shown of them. Three queries."""
    related = ("escalation__account", "escalation__handler", "escalation__contact", "escalation__playbook")
    there = Prefetch("attendances", Attendance.objects.select_related("contact", "member").order_by("pk"))
    return found.select_related(*related, "organised_by", "notes_update", "notes").prefetch_related(there)


def attendance(number: int, meeting: Meeting) -> Attendance:
    """The part of that number in the meeting. Raises NotFound."""
    found = meeting.attendances.select_related("contact", "member").filter(pk=number).first()
    attendance = _there(found, f"There is no attendance {number} in meeting {meeting.pk}.")
    attendance.meeting = meeting
    return attendance


def account(number: int) -> Account:
    """The account of that number. Raises NotFound."""
    found = Account.objects.select_related("csm").filter(pk=number).first()
    return _there(found, f"There is no account {number}.")


def contact(number: int) -> Contact:
    """The contact of that number. Raises NotFound."""
    found = Contact.objects.select_related("account").filter(pk=number).first()
    return _there(found, f"There is no contact {number}.")


def member(number: int) -> Member:
    """The member of that number, also one who has left. Raises NotFound."""
    found = Member.objects.filter(pk=number).select_related("reports_to").first()
    return _there(found, f"There is no member {number}.")


def team(number: int) -> Team:
    """The team of that number. Raises NotFound."""
    found = Team.objects.prefetch_related("members").filter(pk=number).first()
    return _there(found, f"There is no team {number}.")


def imported(number: int) -> Import:
    """The import of that number. Raises NotFound."""
    found = Import.objects.exclude(state=Import.State.ARRIVING).filter(pk=number).first()
    return _there(found, f"There is no import {number}.")


def named_account(number: int, field: str = "account") -> Account:
    """The account that a body names."""
    found = Account.objects.select_related("csm__reports_to").filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no account {number}.", field=field)
    return found


def named_accounts(numbers: Sequence[int], field: str) -> list[Account]:
    """The accounts that a body names, in its order and each once."""
    found = Account.objects.select_related("csm").in_bulk(list(numbers))
    for number in numbers:
        if number not in found:
            raise Refused(f"There is no account {number}.", field=field)
    return [found[number] for number in dict.fromkeys(numbers)]


def named_member(number: int | None, field: str) -> Member | None:
    """The member that a body names: one who is here. None stays None."""
    if number is None:
        return None
    found = Member.objects.here().filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no member {number} here.", field=field)
    return found


def named_members(numbers: Sequence[int], field: str) -> list[Member]:
    """The members that a body names, each of whom is here."""
    found = Member.objects.here().in_bulk(list(numbers))
    for number in numbers:
        if number not in found:
            raise Refused(f"There is no member {number} here.", field=field)
    return [found[number] for number in numbers]


def named_team(number: int | None, field: str = "team") -> Team | None:
    """The team that a body names. None stays None."""
    if number is None:
        return None
    found = Team.objects.filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no team {number}.", field=field)
    return found


def named_contact(number: int | None, field: str) -> Contact | None:
    """The contact that a body names; the act says whether they are at the right account. None stays None."""
    return None if number is None else named_contacts([number], field)[0]


def named_contacts(numbers: Sequence[int], field: str) -> list[Contact]:
    """The contacts that a body names, in its order and each once."""
    found = Contact.objects.in_bulk(list(numbers))
    for number in numbers:
        if number not in found:
            raise Refused(f"There is no contact {number}.", field=field)
    return [found[number] for number in dict.fromkeys(numbers)]


def named_problem(number: int | None, escalation: Escalation, field: str) -> Problem | None:
    """The problem of one escalation that a body names. None stays None."""
    return _one_of(escalation.problems.all(), number, escalation, "problem", field)


def named_note(number: int | None, escalation: Escalation, field: str) -> Note | None:
    """The note of one escalation that a body names. None stays None."""
    return _one_of(escalation.notes.all(), number, escalation, "note", field)


def named_update(number: int | None, escalation: Escalation, field: str) -> Update | None:
    """The update of one escalation that a body names. None stays None."""
    return _one_of(escalation.updates.all(), number, escalation, "update", field)


def named_fact(number: int | None, escalation: Escalation, field: str) -> Fact | None:
    """The fact of one escalation that a body names. None stays None."""
    return _one_of(escalation.facts.all(), number, escalation, "fact", field)


def named_facts(numbers: Sequence[int], escalation: Escalation, field: str) -> list[Fact]:
    """The facts of one escalation that a body names."""
    found = escalation.facts.in_bulk(list(numbers))
    for number in numbers:
        if number not in found:
            raise Refused(f"There is no fact {number} on {escalation.key}.", field=field)
    return [found[number] for number in dict.fromkeys(numbers)]


def named_files(numbers: Sequence[int], escalation: Escalation, field: str) -> list[Attachment]:
    """The files of one escalation that a body names."""
    found = escalation.attachments.in_bulk(list(numbers))
    for number in numbers:
        if number not in found:
            raise Refused(f"There is no file {number} on {escalation.key}.", field=field)
    return [found[number] for number in dict.fromkeys(numbers)]


def _one_of(rows: QuerySet[Row], number: int | None, escalation: Escalation, what: str, field: str) -> Row | None:
    if number is None:
        return None
    found = rows.filter(pk=number).first()
    if found is None:
        raise Refused(f"There is no {what} {number} on {escalation.key}.", field=field)
    return found


def named_promises(numbers: Sequence[int], escalation: Escalation, field: str) -> list[Promise]:
    """The promises of one escalation that a body names."""
    found = escalation.promises.in_bulk(list(numbers))
    for number in numbers:
        if number not in found:
            raise Refused(f"There is no promise {number} on {escalation.key}.", field=field)
    return [found[number] for number in dict.fromkeys(numbers)]
