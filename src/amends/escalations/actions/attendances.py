"""Who is in a meeting: the rows of it. Parts of planning and changing it, which hold the escalation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from amends.directory.actor import Actor
from amends.directory.checks import one_of
from amends.directory.models import Contact
from amends.escalations import invites
from amends.escalations.errors import Refused
from amends.escalations.meetings import Invited
from amends.escalations.models import Attendance, Escalation, Meeting
from amends.escalations.standing import may_hear, one_of_us

Kind, Answer = Meeting.Kind, Attendance.Answer


def can_be(escalation: Escalation, kind: str, contacts: Sequence[Contact], members: Sequence[Invited]) -> None:
    """Somebody of ours, and of theirs, whom a mail reaches; among ourselves nobody of theirs."""
    if kind == Kind.INTERNAL and contacts:
        raise Refused("Nobody of the customer is invited among ourselves. Choose another kind.", field="contacts")
    if kind != Kind.INTERNAL and not contacts:
        raise Refused("Choose who of the customer comes.", field="contacts")
    if contacts and not escalation.customer_should_know:
        raise Refused("The customer is not to be told of this. Say first that they may know.", field="contacts")
    if not members:
        raise Refused("Choose who of us comes.", field="members")
    for contact in contacts:
        may_hear(contact, escalation.account, "contacts")
        if not contact.email:
            raise Refused(f"{contact} has no mail address to be invited at. Add it first.", field="contacts")
        if not invites.can_be_written(contact.email):
            raise Refused(f"No calendar takes the address “{contact.email}”. Mend it first.", field="contacts")
    # Their rows are held by their numbers, so that two who plan with the same people never wait for each other.
    for invited in sorted(members, key=lambda each: each.member.pk):
        one_of_us(invited.member, "members")
        one_of(invited.part, Attendance.Part.values, "members", what="a part")
        if not invites.can_be_written(invited.member.email):
            raise Refused(f"No calendar takes the address of {invited.member}. Mend it first.", field="members")


def once(members: Iterable[Invited]) -> list[Invited]:
    return list({invited.member.pk: invited for invited in members}.values())


def ours(there: Iterable[Attendance]) -> list[Invited]:
    return [Invited(each.member, each.part, each.is_optional) for each in there if each.member]


def begin(
    meeting: Meeting, contacts: Iterable[Contact], members: Iterable[Invited], by: Actor, now: dt.datetime
) -> None:
    rows = [Attendance(meeting=meeting, contact=contact) for contact in contacts]
    for invited in members:
        says_yes = invited.member.pk == by.member_id
        rows.append(
            Attendance(
                meeting=meeting,
                member=invited.member,
                part=invited.part,
                is_optional=invited.is_optional,
                answer=Answer.ACCEPTED if says_yes else Answer.NEEDS_ACTION,
                answered_at=now if says_yes else None,
            )
        )
    Attendance.objects.bulk_create(rows)


def renew(
    meeting: Meeting,
    there: Sequence[Attendance],
    contacts: Sequence[Contact],
    members: Sequence[Invited],
    is_moved: bool,
    by: Actor,
    now: dt.datetime,
) -> list[Attendance]:
    """Who is in it from now on; answers to another time are none. Gives back who is not in it any more."""
    stays = {contact.pk for contact in contacts}
    parts = {invited.member.pk: invited for invited in members}
    gone = [each for each in there if (each.member_id not in parts if each.member_id else each.contact_id not in stays)]
    Attendance.objects.filter(pk__in=[each.pk for each in gone]).delete()
    for attendance in there:
        if attendance.member_id in parts:
            invited = parts[attendance.member_id]
            attendance.part, attendance.is_optional = invited.part, invited.is_optional
        if is_moved:
            says_yes = attendance.member_id == by.member_id and by.member_id is not None
            attendance.answer = Answer.ACCEPTED if says_yes else Answer.NEEDS_ACTION
            attendance.answered_at = now if says_yes else None
            attendance.answered_sequence, attendance.answer_stamp = None, None
            attendance.comment, attendance.proposed_at = "", None
    kept = [each for each in there if each not in gone]
    columns = ("answer", "answered_at", "answered_sequence", "answer_stamp", "comment", "proposed_at")
    Attendance.objects.bulk_update(kept, ["part", "is_optional", *columns])
    here, ours = {each.contact_id for each in kept}, {each.member_id for each in kept}
    new = [invited for invited in members if invited.member.pk not in ours]
    begin(meeting, [contact for contact in contacts if contact.pk not in here], new, by, now)
    return gone
