"""One situation of one account, from opening to definite closing."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce, Greatest

from amends.directory.models import Account, Contact, Member
from amends.playbook.models import PlaybookVersion

# "Look at once": earlier than any moment, so that a host whose clock runs ahead delays nothing.
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST_NUMBER = 1000


class Escalations(models.QuerySet["Escalation"]):
    """Answers about many escalations."""

    def open(self) -> Self:
        """Those not yet over: requested, open, or resolved and waiting to be closed."""
        return self.filter(status__in=Escalation.UNDER_WAY)

    def live(self) -> Self:
        """Those open that have a clock: all but imported history that nobody has adopted."""
        is_ours = models.Q(imported_key__isnull=True) | models.Q(adopted_at__isnull=False)
        return self.open().filter(is_ours)

    def due_for_a_look(self, now: dt.datetime) -> Self:
        """Those that the clock should look at, longest waiting first."""
        return self.filter(next_look_at__lte=now).order_by("next_look_at", "id")

    def silent_before(self, moment: dt.datetime) -> Self:
        """Those whose `silent_since` lies before that moment."""
        # Where one moment is NULL, the greatest is NULL as well on SQLite.
        last = (Coalesce(name, "opened_at") for name in Escalation.SPOKEN_AT)
        return self.annotate(silent_at=Greatest("opened_at", *last)).filter(models.Q(silent_at__lt=moment))

    def by_key(self, key: str) -> Self:
        """`ESC-1042`, or just `1042`; nothing for anything else."""
        number = key.upper().removeprefix("ESC-")
        if not (number.isascii() and number.isdigit() and len(number) < 15):
            return self.none()
        return self.filter(pk=int(number) - FIRST_NUMBER)


def of_a_live_one() -> models.Q:
    """Of what hangs on an escalation: that this one is live. Looked up for the rows at hand, not the other way.

    It says what it is not: no index answers that, so that SQLite never begins with all that are under way.
    """
    is_ours = models.Q(escalation__imported_key__isnull=True) | models.Q(escalation__adopted_at__isnull=False)
    return ~models.Q(escalation__status__in=Escalation.OVER) & is_ours


class Escalation(models.Model):
    """The record in the middle of it all. Only the acts in `actions/` change it."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        CLOSED = "closed", "Closed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Trend(models.TextChoices):
        IMPROVING = "improving", "Improving"
        SAME = "same", "Same"
        DECLINING = "declining", "Declining"

    class Channel(models.TextChoices):
        PHONE = "phone", "Phone"
        MAIL = "mail", "Mail"
        MEETING = "meeting", "Meeting"
        PAGE = "page", "Their page"
        OTHER = "other", "Other"

    class FoundBy(models.TextChoices):
        CUSTOMER = "customer", "The customer"
        US = "us", "We did"

    class Mood(models.TextChoices):
        CALM = "calm", "Calm"
        DISAPPOINTED = "disappointed", "Disappointed"
        UPSET = "upset", "Upset"
        FURIOUS = "furious", "Furious"

    class Patience(models.TextChoices):
        PATIENT = "patient", "Patient"
        SHORT = "short", "Short"
        GONE = "gone", "Gone"

    class Sentiment(models.TextChoices):
        CONFIDENT = "confident", "Confident"
        UNEASY = "uneasy", "Uneasy"
        WORRIED = "worried", "Worried"

    class Outcome(models.TextChoices):
        RECOVERED = "recovered", "Recovered"
        LOST = "lost", "Lost"

    # A request is under way as well: its customer waits for a word just the same.
    UNDER_WAY = (Status.REQUESTED, Status.OPEN, Status.RESOLVED)
    OVER = (Status.CLOSED, Status.DECLINED, Status.WITHDRAWN)
    # What silence is counted from, besides the opening: the latest that there is
    SPOKEN_AT = ("last_said_at", "adopted_at", "reopened_at", "to_know_since")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="escalations")
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    # What we heard (T1, T2)
    affects_customer = models.BooleanField(default=True)
    since_at = models.DateTimeField(null=True, blank=True)
    # Null: it lasts
    until_at = models.DateTimeField(null=True, blank=True)
    customer_should_know = models.BooleanField(default=True)
    why_not_told = models.CharField(max_length=300, blank=True)
    # Since when they are to know, where that was not so from the beginning
    to_know_since = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PHONE)
    found_by = models.CharField(max_length=8, choices=FoundBy.choices, default=FoundBy.CUSTOMER)
    mood = models.CharField(max_length=12, choices=Mood.choices, blank=True)
    patience = models.CharField(max_length=8, choices=Patience.choices, blank=True)
    # How the CSM feels about the account just now
    sentiment = models.CharField(max_length=10, choices=Sentiment.choices, blank=True)
    asks_for_level = models.PositiveSmallIntegerField(null=True, blank=True)
    expectation = models.TextField(blank=True)
    outcome_wanted = models.TextField(blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    # Whether it qualifies (T3): what of the playbook's criteria holds, what was tried first, and why all the same
    category = models.CharField(max_length=40, blank=True)
    qualifies_by = models.JSONField(default=list, blank=True)
    tried_first = models.JSONField(default=list, blank=True)
    tried = models.TextField(blank=True)
    why_unqualified = models.CharField(max_length=300, blank=True)

    # How grave it is, and why; keys and levels are the playbook's
    impact = models.CharField(max_length=40)
    severity = models.CharField(max_length=40)
    proposed_severity = models.CharField(max_length=40)
    because = models.JSONField(default=list)
    severity_reason = models.CharField(max_length=300, blank=True)
    trend = models.CharField(max_length=10, choices=Trend.choices, default=Trend.SAME)
    level = models.PositiveSmallIntegerField(default=1)
    handler = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="handles")
    opened_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    playbook = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="+")

    # Milestones, each set once
    reported_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    plan_confirmed_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The last time that it came back after it had been closed
    reopened_at = models.DateTimeField(null=True, blank=True)
    target_at = models.DateTimeField()
    # The last thing a person told the customer
    last_said_at = models.DateTimeField(null=True, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    # The last time that somebody sat together with them: a meeting that was held, or one written down
    last_met_at = models.DateTimeField(null=True, blank=True)

    # What it was found to be the same as; its promises and problems went there
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    # Imported history: its key at the source. It is never looked at until somebody adopts it.
    imported_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    # The clock's: when to look next, and how often this has changed (each event counts one up)
    next_look_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = Escalations.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_look_at", "id"],
                condition=models.Q(next_look_at__isnull=False),
                name="escalation_next_look",
            ),
            models.Index(fields=["status", "-id"], name="escalation_by_status"),
            models.Index(fields=["account", "-id"], name="escalation_of_account"),
            models.Index(fields=["handler", "status"], name="escalation_of_handler"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status__in=["requested", "open", "resolved"])
                | models.Q(handler__isnull=False, next_look_at__isnull=False)
                | models.Q(imported_key__isnull=False, adopted_at__isnull=True),
                name="escalation_under_way_has_handler_and_look",
            ),
            models.CheckConstraint(
                condition=models.Q(customer_should_know=True) | ~models.Q(why_not_told=""),
                name="escalation_untold_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed") | models.Q(closed_at__isnull=False),
                name="escalation_closed_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.reason}"

    @property
    def key(self) -> str:
        return f"ESC-{FIRST_NUMBER + self.pk}"

    @property
    def subject(self) -> str:
        """Its name to rooms below, which know of no escalations."""
        return f"escalation:{self.pk}"

    @property
    def merged_key(self) -> str:
        """Where it goes on, if it was merged into another; else blank."""
        return f"ESC-{FIRST_NUMBER + self.merged_into_id}" if self.merged_into_id else ""

    @property
    def stands(self) -> str:
        """How it stands, in a word or two: “Open”, “Merged into ESC-1042”."""
        return f"Merged into {self.merged_key}" if self.merged_key else self.get_status_display()

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    @property
    def is_history(self) -> bool:
        """Imported and not adopted: shown and counted, but it has no clock."""
        return self.imported_key is not None and self.adopted_at is None

    @property
    def silent_since(self) -> dt.datetime:
        """The last word to the customer; else when we began, or began anew, to owe them one."""
        moments: list[dt.datetime | None] = [getattr(self, name) for name in self.SPOKEN_AT]
        return max([self.opened_at, *filter(None, moments)])

    def lock(self) -> None:
        """Hold this row until the transaction ends, and read it anew.

        On SQLite the transaction began IMMEDIATE and holds the one write lock already.
        """
        fresh = Escalation.objects.select_for_update(of=("self",)).get(pk=self.pk)
        for column in self._meta.concrete_fields:
            setattr(self, column.attname, getattr(fresh, column.attname))

    def lock_with(self, *others: Escalation) -> None:
        """Hold all, always in the same order, so that two who merge the other way round do not wait for each other."""
        for escalation in sorted((self, *others), key=lambda one: one.pk):
            escalation.lock()

    def day(self, now: dt.datetime) -> int:
        """Which day of its life this is, the first being 1; it stops counting when it ends."""
        until = self.closed_at or now
        return (until - self.opened_at).days + 1
