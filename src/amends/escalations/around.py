"""What stands around the entries of a timeline: the notes' words, and files. A constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from amends.escalations import access
from amends.escalations.boards import Line
from amends.escalations.models import Attachment, Escalation, Note


@dataclass(frozen=True, slots=True)
class Around:
    """Notes by their ids; files by the note, the update or the event's own attachment that they belong to."""

    notes: dict[int, Note] = field(default_factory=dict)
    of_note: dict[int, list[Attachment]] = field(default_factory=dict)
    of_update: dict[int, list[Attachment]] = field(default_factory=dict)
    alone: dict[int, Attachment] = field(default_factory=dict)

    def note(self, line: Line) -> Note | None:
        return self.notes.get(line.entry.words.get("note", 0))

    def files(self, line: Line) -> list[Attachment]:
        """The files of an entry."""
        words = line.entry.words
        if line.update:
            return self.of_update.get(line.update.pk, [])
        if "note" in words:
            return self.of_note.get(words["note"], [])
        alone = self.alone.get(words.get("attachment", 0))
        return [alone] if alone else []


def around(lines: Sequence[Line]) -> Around:
    """What belongs to these entries. Two queries, or none."""
    noted = [line.entry.words["note"] for line in lines if "note" in line.entry.words]
    said = [line.update.pk for line in lines if line.update]
    attached = [line.entry.words["attachment"] for line in lines if "attachment" in line.entry.words]
    notes = Note.objects.select_related("problem", "filing").in_bulk(noted) if noted else {}
    of_note: dict[int, list[Attachment]] = defaultdict(list)
    of_update: dict[int, list[Attachment]] = defaultdict(list)
    alone: dict[int, Attachment] = {}
    if noted or said or attached:
        files = Attachment.objects.filter(Q(note__in=noted) | Q(update__in=said) | Q(pk__in=attached))
        for file in files.select_related("problem"):
            if file.note_id:
                of_note[file.note_id].append(file)
            if file.update_id:
                of_update[file.update_id].append(file)
            alone[file.pk] = file
    return Around(notes, of_note, of_update, alone)


def find_file(escalation: Escalation, pk: int) -> Attachment:
    """A file of this escalation, or of what came to it by merging. Raises NotFound, also for another’s."""
    is_here = Q(escalation=escalation) | Q(fact__escalation=escalation)
    is_here |= Q(problem__escalation=escalation) | Q(note__problem__escalation=escalation)
    found = Attachment.objects.filter(is_here, pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise access.NotFound(f"{escalation.key} has no such file.")
    return found
