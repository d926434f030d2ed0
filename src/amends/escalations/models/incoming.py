"""Mail that came in: kept as it came before anything else is done with it."""

from __future__ import annotations

from typing import Self

from django.db import models

from amends.directory.models import Account, Contact, Member
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.note import Note
from amends.escalations.models.update import Update


class Incomings(models.QuerySet["Incoming"]):
    """Answers about many mails."""

    def unread(self) -> Self:
        """Those that nobody has looked into, the first that came first."""
        return self.filter(state=Incoming.State.NEW).order_by("id")

    def for_somebody(self) -> Self:
        """Those that wait for a person."""
        return self.filter(state__in=Incoming.FOR_SOMEBODY)


class Incoming(models.Model):
    """One mail. What it says is read from its bytes, which stand in `IncomingContent`, so that lists do not read them.

    `account`, `contact` and `escalation` are whom and what it seems to be about, whether it was filed there or not.
    """

    class State(models.TextChoices):
        NEW = "new", "Not read yet"
        FILED = "filed", "In its case"
        # Yes, no or perhaps to an invitation of ours
        ANSWER = "answer", "An answer to an invitation"
        # From somebody whom we know, about nothing that we can tell
        TO_SORT = "to sort", "To be sorted"
        # From somebody whom we do not know
        STRANGER = "stranger", "From a stranger"
        # Nothing that can be read
        PARKED = "parked", "Cannot be read"
        MACHINE = "machine", "An answering machine’s"
        BOUNCE = "bounce", "Mail that came back"
        LOOP = "loop", "Our own, come back"
        SET_ASIDE = "set aside", "Set aside"

    # They wait for a person.
    FOR_SOMEBODY = (State.TO_SORT, State.STRANGER, State.PARKED)

    # Of its bytes: fetched twice, it is one.
    fingerprint = models.CharField(max_length=64, unique=True)
    came_by = models.CharField(max_length=120)
    came_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.NEW)
    # Why it is there and nowhere else, in a sentence
    why = models.CharField(max_length=300, blank=True)

    message_id = models.CharField(max_length=500, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # What was newly written; and all of it, with quotes and signature
    words = models.TextField(blank=True)
    text = models.TextField(blank=True)
    # Made safe when it was read
    html = models.TextField(blank=True)
    # The names of what came along; and a sentence for each of what was too much, or is of a kind that we do not take
    files = models.JSONField(default=list, blank=True)
    left_out = models.JSONField(default=list, blank=True)

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    escalation = models.ForeignKey(Escalation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = Incomings.as_manager()

    class Meta:
        ordering = ["-came_at", "-id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="new"), name="incoming_unread"),
            models.Index(fields=["state", "-came_at", "-id"], name="incoming_by_state"),
            models.Index(fields=["-came_at", "-id"], name="incoming_newest"),
            models.Index(fields=["sender_address", "-came_at"], name="incoming_from"),
        ]

    def __str__(self) -> str:
        return self.subject or self.fingerprint[:12]

    @property
    def can_be_sorted(self) -> bool:
        """Whether somebody may say where it belongs: also where it was put into a case, and struck there. One query."""
        if self.state == self.State.FILED:
            return not self.filings.exclude(update__struck_at__isnull=False).exists()
        return self.state in (*self.FOR_SOMEBODY, self.State.SET_ASIDE, self.State.MACHINE)

    @property
    def sender(self) -> str:
        """Who wrote it, as people say it."""
        return self.sender_name or self.sender_address or "somebody who does not say"


class IncomingContent(models.Model):
    """The bytes of one mail, as they came."""

    incoming = models.OneToOneField(Incoming, primary_key=True, on_delete=models.CASCADE, related_name="content")
    raw = models.BinaryField()

    def __str__(self) -> str:
        return f"content of {self.incoming_id}"


class Filing(models.Model):
    """A mail in one case: as something heard, or as a note of one of us. It stands in each case once."""

    incoming = models.ForeignKey(Incoming, on_delete=models.PROTECT, related_name="filings")
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="filings")
    message_id = models.CharField(max_length=500, blank=True)
    update = models.OneToOneField(Update, null=True, blank=True, on_delete=models.PROTECT, related_name="filing")
    note = models.OneToOneField(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="filing")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["incoming", "escalation"], name="filing_once_a_case"),
            # The relay may deliver one mail twice, with other headers on top.
            models.UniqueConstraint(
                fields=["escalation", "message_id"], condition=~models.Q(message_id=""), name="filing_once_a_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incoming} in {self.escalation}"


class Mailbox(models.Model):
    """How far one folder of one mailbox has been read. Its numbers hold as long as its UIDVALIDITY does (RFC 3501)."""

    name = models.CharField(max_length=200, unique=True)
    validity = models.BigIntegerField(default=0)
    read_up_to = models.BigIntegerField(default=0)
    # Of what stands below, from before we began, only what nobody has read is ours
    begins_at = models.BigIntegerField(default=0)
    # When all that was there had been fetched, to the hour
    looked_at = models.DateTimeField(null=True, blank=True)
    # Who reads it, until when: two clocks do not fetch the same
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
