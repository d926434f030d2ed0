"""Talking with the customer, or among ourselves, at a time that was agreed: who comes, how it was, the notes of it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from amends.directory.models import Contact, Member
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.promise import Promise
from amends.escalations.models.update import Update


class Meetings(models.QuerySet["Meeting"]):
    """Answers about many meetings."""

    def planned(self) -> Self:
        """Those of which nobody has said that they were held or called off, the next one first."""
        return self.filter(state=Meeting.State.PLANNED).order_by("starts_at", "id")

    def held(self) -> Self:
        """Those that were, the newest first."""
        return self.filter(state=Meeting.State.HELD).order_by("-held_at", "-id")

    def with_the_customer(self) -> Self:
        """All but those among ourselves."""
        return self.exclude(kind=Meeting.Kind.INTERNAL)

    def awaiting_notes(self) -> Self:
        """Held, and the customer has no notes of it yet; those that were taken back are none."""
        none = Q(notes_update__isnull=True) | Q(notes_update__struck_at__isnull=False)
        return self.filter(none, state=Meeting.State.HELD, notes_due_at__isnull=False, why_no_notes="")


class Meeting(models.Model):
    """One meeting. `sequence` grows with each change, and with its calling off, as calendars count (RFC 5545).

    With people of the customer it is a promise as well: kept by holding it, moved by changing it in time.
    """

    class Kind(models.TextChoices):
        FIRST_CONTACT = "first_contact", "First contact"
        STATUS = "status", "Status"
        FOLLOW_UP = "follow_up", "Follow-up"
        FINAL = "final", "Final meeting"
        INTERNAL = "internal", "Among ourselves"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Called off"

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # The customer's clock, on which it was agreed
    zone = models.CharField(max_length=60)
    # A telephone number, an address or a link
    place = models.CharField(max_length=300, blank=True)
    # Everybody who is invited reads it
    agenda = models.TextField(blank=True)
    # How calendars know it; nobody can guess it
    uid = models.CharField(max_length=255, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    # Since which change it is at this time: an answer to an earlier one was about another
    time_sequence = models.PositiveIntegerField(default=0)
    # From where it was invited to, and where answers come; it stays, or calendars would take it for another's
    organiser = models.EmailField()
    organised_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    promise = models.OneToOneField(Promise, null=True, blank=True, on_delete=models.PROTECT, related_name="meeting")
    settled_at = models.DateTimeField(null=True, blank=True)
    why_cancelled = models.CharField(max_length=300, blank=True)

    # How it was; our own minutes stay inside
    held_at = models.DateTimeField(null=True, blank=True)
    lasted = models.PositiveSmallIntegerField(null=True, blank=True)
    mood = models.CharField(max_length=12, choices=Escalation.Mood.choices, blank=True)
    words = models.TextField(blank=True)
    # The word to the customer that it was; struck, nobody has said yet how it was
    held_update = models.OneToOneField(Update, null=True, blank=True, on_delete=models.PROTECT, related_name="held")

    # By when the notes are to be with the customer; null where nobody there gets any
    notes_due_at = models.DateTimeField(null=True, blank=True)
    notes_update = models.OneToOneField(
        Update, null=True, blank=True, on_delete=models.PROTECT, related_name="notes_of"
    )
    why_no_notes = models.CharField(max_length=300, blank=True)

    objects = Meetings.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["escalation", "-starts_at"], name="meeting_of"),
            models.Index(fields=["starts_at", "id"], condition=Q(state="planned"), name="meeting_planned"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_has_a_length"),
            models.CheckConstraint(
                condition=Q(state="planned", settled_at__isnull=True)
                | (~Q(state="planned") & Q(settled_at__isnull=False)),
                name="meeting_settled_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="held", held_at__isnull=False) | (~Q(state="held") & Q(held_at__isnull=True)),
                name="meeting_held_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(why_cancelled=""), name="meeting_called_off_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(notes_update__isnull=True) | Q(state="held"), name="meeting_notes_of_what_was_held"
            ),
            models.CheckConstraint(
                condition=Q(held_update__isnull=True) | Q(state="held"), name="meeting_word_of_what_was_held"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def subject(self) -> str:
        """What is rung of it is about the time that it has; at another time it is another thing."""
        return f"meeting:{self.time_sequence}:{self.pk}"

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def is_internal(self) -> bool:
        return self.kind == self.Kind.INTERNAL

    @property
    def minutes(self) -> int:
        """How long it is planned to last."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def awaits_notes(self) -> bool:
        """Held, and the customer has no notes of it yet; those that were taken back are none."""
        is_due = self.state == self.State.HELD and self.notes_due_at is not None
        has_notes = self.notes_update is not None and self.notes_update.struck_at is None
        return is_due and not has_notes and not self.why_no_notes

    def has_begun(self, now: dt.datetime) -> bool:
        """Whether one can say how it was."""
        return self.starts_at <= now

    def is_unsettled(self, now: dt.datetime) -> bool:
        """Its planned end has passed, and nobody has said whether it was held."""
        return self.is_planned and self.ends_at <= now


class Attendance(models.Model):
    """One person's part in a meeting: what they answered, and whether they came. A contact's or a member's."""

    class Part(models.TextChoices):
        LEADS = "leads", "Leads"
        PRESENCE = "presence", "Empathy and presence"
        EXPERT = "expert", "Expert"
        GUEST = "guest", "Takes part"

    class Answer(models.TextChoices):
        NEEDS_ACTION = "needs_action", "No answer yet"
        ACCEPTED = "accepted", "Yes"
        TENTATIVE = "tentative", "Perhaps"
        DECLINED = "declined", "No"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances")
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.GUEST)
    is_optional = models.BooleanField(default=False)
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.NEEDS_ACTION)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Of an answer from a calendar: to which change it is, and when that calendar wrote it. They say which is newer.
    answered_sequence = models.PositiveIntegerField(null=True, blank=True)
    answer_stamp = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    # Null while nobody has said
    came = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, member__isnull=True) | Q(contact__isnull=True, member__isnull=False),
                name="attendance_of_one_person",
            ),
            models.UniqueConstraint(fields=["meeting", "contact"], name="attendance_contact_once"),
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_member_once"),
            models.CheckConstraint(
                condition=Q(answer="needs_action", answered_at__isnull=True)
                | (~Q(answer="needs_action") & Q(answered_at__isnull=False)),
                name="attendance_answer_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_answer_display()}"

    @property
    def person(self) -> Contact | Member:
        found = self.contact or self.member
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def is_ours(self) -> bool:
        return self.member_id is not None


class MeetingNotes(models.Model):
    """The draft of what the customer gets after a meeting, kept while somebody writes on it."""

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="notes")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.subject
