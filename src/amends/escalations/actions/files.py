"""Files in a case: checked by what they are, kept beside what they belong to; a mail takes along its own alone."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from amends.directory.actor import Actor
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.file_kinds import check as checked
from amends.escalations.models import Attachment, Escalation, Fact, FileContent, Note, Problem, Update
from amends.escalations.standing import is_somebodys
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

MB = 1024 * 1024
MOST_AT_ONCE = 10
MOST_OF_A_CASE = 200 * MB


@dataclass(frozen=True, slots=True)
class File:
    """A file as somebody gave it to us."""

    name: str
    content: bytes


@transaction.atomic
def attach(
    escalation: Escalation,
    *,
    name: str,
    content: bytes,
    by: Actor,
    now: dt.datetime,
    note: Note | None = None,
    update: Update | None = None,
    problem: Problem | None = None,
    fact: Fact | None = None,
) -> Attachment:
    """Attach a file to the case, or to a note of one's own, a logged update, a problem or a fact of it.

    Refused, at the field `files`: what is too large, what we do not take, what its name lies about. A name with the
    ending of another kind that we take is put right instead.
    """
    escalation.lock()
    _may_attach(escalation, by)
    if note and note.by_id != by.member_id:
        raise Refused("Only who wrote a note attaches files to it. Write a note of your own with this file.")
    if fact:
        check(by, Act.STATE_FACTS, escalation)
    if update and update.is_mailed:
        raise Refused("That mail has left without it. Write a note with this file instead.", field="update")
    file = File(name, content)
    (attachment,) = keep(escalation, [file], note=note, update=update, problem=problem, fact=fact, by=by, now=now)
    _tell_of([attachment], escalation, by, now)
    return attachment


@transaction.atomic
def attach_all(
    escalation: Escalation, *, files: Sequence[File], by: Actor, now: dt.datetime, problem: Problem | None = None
) -> list[Attachment]:
    """Attach several files at once: all of them or none."""
    escalation.lock()
    _may_attach(escalation, by)
    attachments = keep(escalation, files, problem=problem, by=by, now=now)
    _tell_of(attachments, escalation, by, now)
    return attachments


def keep(
    escalation: Escalation,
    files: Sequence[File],
    *,
    by: Actor,
    now: dt.datetime,
    note: Note | None = None,
    update: Update | None = None,
    problem: Problem | None = None,
    fact: Fact | None = None,
) -> list[Attachment]:
    """Write files down as part of the act that brings them: a note, a logged call. Call it inside its transaction."""
    if not files:
        return []
    _belong_to(escalation, note, update, problem, fact)
    found = [_fitting(file) for file in files]
    _fit_into(escalation, files)
    kept = []
    for file, (name, kind) in zip(files, found, strict=True):
        attachment = Attachment.objects.create(
            escalation=escalation,
            note=note,
            update=update,
            problem=problem,
            fact=fact,
            name=name,
            kind=kind,
            size=len(file.content),
            fingerprint=hashlib.sha256(file.content).hexdigest(),
            by_id=by.member_id,
            at=now,
        )
        FileContent.objects.create(attachment=attachment, content=file.content)
        kept.append(attachment)
    return kept


def goes_along(update: Update, files: Sequence[Attachment]) -> list[Attachment]:
    """Files that are in the case already are that update's from now on. Part of mailing it, under the case's lock.

    Refused, at the field `files`: what is of another case, or belongs to something else in it.
    """
    found = list(Attachment.objects.filter(pk__in=[file.pk for file in files]))
    for file in found:
        if file.escalation_id != update.escalation_id:
            raise Refused(f"“{file.name}” is in another case.", field="files")
        if file.note_id or file.update_id or file.problem_id or file.fact_id:
            raise Refused(
                f"“{file.name}” belongs to something else here. Attach it once more by itself.", field="files"
            )
    for file in found:
        file.update = update
        file.save(update_fields=["update"])
    return found


def same_before(attachments: Sequence[Attachment]) -> dict[int, Attachment]:
    """Of those just attached, by their ids: the earlier file of the case with the very same bytes."""
    if not attachments:
        return {}
    new = {attachment.pk for attachment in attachments}
    earlier = Attachment.objects.filter(
        escalation=attachments[0].escalation_id, fingerprint__in={each.fingerprint for each in attachments}
    ).exclude(pk__in=new)
    by_print = {each.fingerprint: each for each in earlier.order_by("-id")}
    return {each.pk: by_print[each.fingerprint] for each in attachments if each.fingerprint in by_print}


def _may_attach(escalation: Escalation, by: Actor) -> None:
    check(by, Act.NOTE, escalation)
    is_somebodys(escalation)


def _tell_of(attachments: Sequence[Attachment], escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    for attachment in attachments:
        record(kinds.FILE_ATTACHED, escalation, by=by, now=now, file=attachment.name, attachment=attachment.pk)


def _belong_to(
    escalation: Escalation, note: Note | None, update: Update | None, problem: Problem | None, fact: Fact | None
) -> None:
    for found, what in ((note, "note"), (update, "update"), (problem, "problem"), (fact, "fact")):
        if found and found.escalation_id != escalation.pk:
            raise Refused(f"That {what} belongs to another escalation.", field=what)


def _fitting(file: File) -> tuple[str, str]:
    """Under which name, as which kind it is kept."""
    if len(file.content) > most_bytes():
        raise Refused(too_large(file.name), field="files")
    found = checked(file.name, file.content)
    return found.name, found.kind


def most_bytes() -> int:
    """How large one file may be."""
    limit: int = settings.FILE_LIMIT_MB
    return limit * MB


def too_large(name: str) -> str:
    """What is said of a file that is over the limit."""
    return (
        f"“{name}” is larger than {settings.FILE_LIMIT_MB} MB. "
        "Put it where large files are kept, and write the link into the note."
    )


def _fit_into(escalation: Escalation, files: Sequence[File]) -> None:
    if len(files) > MOST_AT_ONCE:
        raise Refused(f"{MOST_AT_ONCE} files at once are the most. Put them into a zip file.", field="files")
    held = escalation.attachments.aggregate(size=Sum("size"))["size"] or 0
    if held + sum(len(file.content) for file in files) > MOST_OF_A_CASE:
        raise Refused(
            f"This case holds {held // MB} MB of files, and {MOST_OF_A_CASE // MB} MB are the most. "
            "Put the file where large files are kept, and write the link into the note.",
            field="files",
        )
