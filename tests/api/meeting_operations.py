"""The operations on meetings, for the table of them all."""

from __future__ import annotations

from amends.escalations.authority import Act
from tests.api.ground import notes_awaited
from tests.api.operation import LATER, Operation, why

_ESCALATION, _MEETING = "/escalations/{0.escalation.key}", "/meetings/{0.meeting.pk}"

MEETINGS = {
    "meetings_list_of": Operation(None, "get", f"{_ESCALATION}/meetings"),
    "meetings_plan": Operation(
        Act.TELL,
        "post",
        f"{_ESCALATION}/meetings",
        lambda g: {
            "kind": "status",
            "starts_at": LATER,
            "minutes": 30,
            "contacts": [g.contact.pk],
            "members": [{"member": g.other.pk}],
        },
    ),
    "meetings_propose": Operation(None, "get", f"{_ESCALATION}/meeting-proposal?kind=first_contact"),
    "meetings_list_all": Operation(None, "get", "/meetings?whose=all"),
    "meetings_one": Operation(None, "get", _MEETING),
    "meetings_change": Operation(Act.TELL, "patch", _MEETING, lambda g: {"place": "Room 4"}),
    "meetings_call_off": Operation(Act.TELL, "post", f"{_MEETING}/call-off", why),
    "meetings_hold": Operation(
        Act.TELL, "post", f"{_MEETING}/held", lambda g: {"came": [g.attendance.pk], "words": "Short"}
    ),
    "meetings_answer": Operation(
        Act.TELL,
        "post",
        f"{_MEETING}/attendances/{{0.attendance.pk}}/answer",
        lambda g: {"answer": "tentative", "proposed_at": LATER},
    ),
    "meetings_notes": Operation(None, "get", f"{_MEETING}/notes", before=notes_awaited),
    "meetings_write_notes": Operation(
        Act.TELL, "put", f"{_MEETING}/notes", lambda g: {"subject": "Notes", "text": "We agreed."}, notes_awaited
    ),
    "meetings_send_notes": Operation(
        Act.TELL,
        "post",
        f"{_MEETING}/notes/send",
        lambda g: {"text": "We agreed on the order.", "to": [g.contact.pk]},
        notes_awaited,
    ),
    "meetings_waive_notes": Operation(Act.TELL, "post", f"{_MEETING}/notes/waive", why, notes_awaited),
}
