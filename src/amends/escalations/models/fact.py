"""What we know of a case, and what we do not know yet: statements with their evidence, and who was told of them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from amends.directory.models import Member, Team
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.problem import Problem
from amends.escalations.models.update import Update


class Facts(models.QuerySet["Fact"]):
    """Answers about the ledger of facts."""

    def certain(self) -> Self:
        """Those that are confirmed and that nobody disputes."""
        return self.filter(~_is_disputed("pk"), state=Fact.State.CONFIRMED)

    def uncertain(self) -> Self:
        """The others: under investigation, refuted, disputed."""
        return self.filter(~Q(state=Fact.State.CONFIRMED) | _is_disputed("pk"))

    def at_a_glance(self) -> Self:
        """Each with whose it is, and with two more answers about it, all in one query.

        `disputed_by`: the name of a team that disputes it; `told_at`: when the customer was told it last as certain,
        where they are owed a word about that.
        """
        standing = Dispute.objects.filter(fact=OuterRef("pk"), settled_at__isnull=True).order_by("at", "id")
        owed = Citation.objects.to_be_corrected().filter(fact=OuterRef("pk")).order_by("-update__at")
        return (
            self.select_related("by", "team", "settled_by")
            .defer("evidence")
            .annotate(
                disputed_by=Coalesce(Subquery(standing.values("team__name")[:1]), Value("")),
                told_at=Subquery(owed.values("update__at")[:1]),
            )
        )

    def with_all(self) -> Self:
        """Each with its people, its disputes, its files and where it was cited. Five queries, however many they are."""
        return self.select_related("by", "team", "problem", "settled_by", "corrects").prefetch_related(
            models.Prefetch("disputes", Dispute.objects.select_related("team", "by", "settled_by")),
            "attachments__by",
            models.Prefetch("citations", Citation.objects.select_related("update__escalation", "corrected_in")),
        )


class Fact(models.Model):
    """A statement about a case: where it comes from, what shows it. It is refuted, never deleted."""

    class State(models.TextChoices):
        INVESTIGATING = "investigating", "Under investigation"
        CONFIRMED = "confirmed", "Confirmed"
        REFUTED = "refuted", "Refuted"

    SETTLED = (State.CONFIRMED, State.REFUTED)

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="facts")
    problem = models.ForeignKey(Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="facts")
    words = models.CharField(max_length=300)
    state = models.CharField(max_length=13, choices=State.choices, default=State.INVESTIGATING)
    # Where it comes from: a log, a release note, somebody who saw it
    source = models.CharField(max_length=200, blank=True)
    # What shows it, or what showed that it is not so
    evidence = models.TextField(blank=True)
    # Whose finding it is
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The refuted one in whose place it stands
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = Facts.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="investigating", settled_at__isnull=True)
                | (models.Q(state__in=["confirmed", "refuted"], settled_at__isnull=False) & ~models.Q(evidence="")),
                name="fact_settled_has_evidence",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed") | ~models.Q(source=""), name="fact_confirmed_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def standing_disputes(self) -> list[Dispute]:
        """What is said against it and not settled yet; no query where its disputes have been read."""
        return [dispute for dispute in self.disputes.all() if dispute.settled_at is None]

    @property
    def is_disputed(self) -> bool:
        """Whether something stands against it. No query where it was read `at_a_glance`."""
        if "disputed_by" in self.__dict__:
            return bool(self.__dict__["disputed_by"])
        return bool(self.standing_disputes)

    @property
    def is_certain(self) -> bool:
        """Whether the customer may be told of it as known."""
        return self.state == self.State.CONFIRMED and not self.is_disputed

    @property
    def is_refuted(self) -> bool:
        return self.state == self.State.REFUTED

    @property
    def counts_as(self) -> State:
        """Its state; what is disputed counts as under investigation until the dispute is settled."""
        return self.State.INVESTIGATING if self.is_disputed else self.State(self.state)


class Dispute(models.Model):
    """A team does not hold a fact to be right. It is settled by an answer."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="disputes")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "team"], condition=models.Q(settled_at__isnull=True), name="dispute_once_a_team"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True) | ~models.Q(answer=""), name="dispute_settled_has_an_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.words}"


class Citations(models.QuerySet["Citation"]):
    """Answers about what the customer was told of facts."""

    def to_be_corrected(self) -> Self:
        """Told as certain, which it is not any more, and nobody has told them so since.

        What stood in an update that was struck was told to nobody; nor did a struck one correct anything.
        """
        told = self.filter(was_confirmed=True, update__struck_at__isnull=True)
        not_yet = Q(corrected_at__isnull=True) | Q(corrected_in__struck_at__isnull=False)
        return told.filter(not_yet, ~Q(fact__state=Fact.State.CONFIRMED) | _is_disputed("fact"))


class Citation(models.Model):
    """A fact as an update told it to the customer: as certain, or as what we still look into.

    A trigger refuses to cite what is refuted, and to tell as certain what is not confirmed (citing_guard.py).
    """

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="citations")
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="citations")
    was_confirmed = models.BooleanField()
    words = models.CharField(max_length=300)
    # What they were told is put right: in another update, or in another way that somebody wrote down
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    corrected_in = models.ForeignKey(
        Update, null=True, blank=True, on_delete=models.PROTECT, related_name="corrects_citations"
    )

    objects = Citations.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["update", "fact"], name="citation_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def is_to_be_corrected(self) -> bool:
        """The same as `Citations.to_be_corrected`, for one that has been read with its fact and its updates."""
        was_told = self.was_confirmed and self.update.struck_at is None
        return was_told and not self.is_put_right and not self.fact.is_certain

    @property
    def is_put_right(self) -> bool:
        """Whether the customer heard what is right; not where the update that said so was struck."""
        return self.corrected_at is not None and not (self.corrected_in and self.corrected_in.struck_at)


def _is_disputed(fact: str) -> Exists:
    """Whether something stands against the fact that `fact` names in a row of the question."""
    return Exists(Dispute.objects.filter(fact=OuterRef(fact), settled_at__isnull=True))
