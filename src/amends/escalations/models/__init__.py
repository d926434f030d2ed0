"""Rows and what may be asked of them; nothing here writes."""

from amends.escalations.models.arrival import Arrival
from amends.escalations.models.cause import AffectedAccount, Cause, CauseCase, CauseNotice, CauseNoticePart
from amends.escalations.models.closure import Closure, ExitCriterion, Waiver
from amends.escalations.models.customer_page import CustomerLink, PageWord, Rating
from amends.escalations.models.decision import Decision
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.event import Event, EventWords, Mark, Parked
from amends.escalations.models.fact import Citation, Dispute, Fact
from amends.escalations.models.incoming import Filing, Incoming, IncomingContent, Mailbox
from amends.escalations.models.inside import Help, Hold, Notice, Watcher
from amends.escalations.models.meeting import Attendance, Meeting, MeetingNotes
from amends.escalations.models.note import Attachment, FileContent, Note
from amends.escalations.models.passage import Passage
from amends.escalations.models.problem import Estimate, PlanConfirmation, Problem, Request, Ticket
from amends.escalations.models.promise import Promise
from amends.escalations.models.saved_view import SavedView
from amends.escalations.models.update import InsidePart, LeaveOut, Update, UpdateRecipient

__all__ = [
    "AffectedAccount",
    "Arrival",
    "Attachment",
    "Attendance",
    "Cause",
    "CauseCase",
    "CauseNotice",
    "CauseNoticePart",
    "Citation",
    "Closure",
    "CustomerLink",
    "Decision",
    "Dispute",
    "Escalation",
    "Estimate",
    "Event",
    "EventWords",
    "ExitCriterion",
    "Fact",
    "FileContent",
    "Filing",
    "Help",
    "Hold",
    "Incoming",
    "IncomingContent",
    "InsidePart",
    "LeaveOut",
    "Mailbox",
    "Mark",
    "Meeting",
    "MeetingNotes",
    "Note",
    "Notice",
    "PageWord",
    "Parked",
    "Passage",
    "PlanConfirmation",
    "Problem",
    "Promise",
    "Rating",
    "Request",
    "SavedView",
    "Ticket",
    "Update",
    "UpdateRecipient",
    "Waiver",
    "Watcher",
]
