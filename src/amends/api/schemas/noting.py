"""What is said inside: notes, files, who watches, what one was told."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Asked, Id, Named, Text
from amends.escalations.models import Attachment, Note, Notice, Watcher
from amends.escalations.timeline.sentences import entry


class FileShown(BaseModel):
    """A file of a case. Its bytes are at `/escalations/{key}/files/{id}`."""

    id: int
    name: str
    kind: str = Field(description="What its content is, such as application/pdf")
    size: int = Field(description="In bytes")
    sha256: str
    by: Named | None
    at: dt.datetime
    note: int | None
    update: int | None
    problem: int | None
    fact: int | None

    @classmethod
    def of(cls, file: Attachment) -> FileShown:
        return cls(
            id=file.pk,
            name=file.name,
            kind=file.kind,
            size=file.size,
            sha256=file.fingerprint,
            by=Named.or_none(file.by),
            at=file.at,
            note=file.note_id,
            update=file.update_id,
            problem=file.problem_id,
            fact=file.fact_id,
        )


class FileAttached(FileShown):
    """The same, just attached."""

    same_as: int | None = Field(description="An earlier file of the case with the very same bytes")

    @classmethod
    def now(cls, file: Attachment, earlier: Attachment | None) -> FileAttached:
        return cls(**FileShown.of(file).model_dump(), same_as=earlier.pk if earlier else None)


class FileBelongs(Asked, strict=False):
    """To what a file belongs, besides its case. At most one of them. It comes as a form, whose numbers are text."""

    note: Id | None = Field(None, description="One of your own")
    update: Id | None = Field(None, description="One that was logged, not mailed")
    problem: Id | None = None
    fact: Id | None = None


class WriteNote(Asked):
    """Something said inside. The customer never sees it."""

    text: Text = Field(description="“@Nadia Brandt” or “@nadia” tells her, and lets her see the case")
    problem: Id | None = None
    mentions: list[Id] = Field([], max_length=50, description="Members to tell besides those whom the text names")


class NoteShown(BaseModel):
    """A note."""

    id: int
    text: str
    by: Named | None
    at: dt.datetime
    problem: int | None
    mentions: list[Named]
    files: list[FileShown]

    @classmethod
    def of(cls, note: Note) -> NoteShown:
        return cls(
            id=note.pk,
            text=note.text,
            by=Named.or_none(note.by),
            at=note.at,
            problem=note.problem_id,
            mentions=[Named.of(member) for member in note.mentions.all()],
            files=[FileShown.of(file) for file in note.attachments.all()],
        )


class Watch(Asked):
    """Who is to watch it."""

    member: Id | None = Field(None, description="Left out: you yourself")


class WatcherShown(BaseModel):
    """Somebody who watches an escalation."""

    member: Named
    since: dt.datetime
    by: Named | None

    @classmethod
    def of(cls, watcher: Watcher) -> WatcherShown:
        return cls(member=Named.of(watcher.member), since=watcher.at, by=Named.or_none(watcher.by))


class NoticeFilters(Paging):
    """Which of what you were told."""

    unseen: bool = Field(False, description="Only what you have not seen yet")


class NoticeShown(BaseModel):
    """Something that you were told."""

    id: int
    escalation: str
    account: str
    kind: str
    by: str
    sentence: str = Field(description="Follows the name in `by`; times are in your own time zone")
    told_at: dt.datetime
    seen_at: dt.datetime | None

    @classmethod
    def of(cls, notice: Notice, *, zone: str, now: dt.datetime) -> NoticeShown:
        found = entry(notice.event, zone=zone, now=now)
        return cls(
            id=notice.pk,
            escalation=notice.escalation.key,
            account=notice.escalation.account.name,
            kind=found.kind,
            by=found.by,
            sentence=found.sentence,
            told_at=notice.told_at,
            seen_at=notice.seen_at,
        )


class Seen(BaseModel):
    """How many notices this marked as seen."""

    seen: int
