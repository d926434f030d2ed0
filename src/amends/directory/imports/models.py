"""A file on its way into the directory: its bytes, how it is read, what was found in it, how far it has come."""

from __future__ import annotations

from django.db import models


class Import(models.Model):
    """One file of accounts, contacts or members, from its arrival until all of it is applied."""

    class Noun(models.TextChoices):
        ACCOUNTS = "accounts", "Accounts"
        CONTACTS = "contacts", "Contacts"
        MEMBERS = "members", "Members"

    class State(models.TextChoices):
        # Its bytes are still being written down; nobody sees it yet.
        ARRIVING = "arriving", "Arriving"
        UPLOADED = "uploaded", "Not checked yet"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Ready to apply"
        REFUSED = "refused", "Has bad rows"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        STOPPED = "stopped", "Stopped"

    noun = models.CharField(max_length=8, choices=Noun.choices)
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    # SHA-256 of the bytes: the same file is known again by it.
    fingerprint = models.CharField(max_length=64, blank=True)
    # {"kind": "csv", "encoding": "utf-8", "delimiter": ";", "skip": 0} or {"kind": "xlsx"}
    layout = models.JSONField(default=dict)
    headers = models.JSONField(default=list)
    # The first rows, as one sees them.
    sample = models.JSONField(default=list)
    # {"name": "Company", …}: field of ours -> header of theirs
    mapping = models.JSONField(default=dict)
    # {"decimal": ",", "dates": "dmy", "default_currency": "EUR"}
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ARRIVING)
    # Why it was stopped, or cannot be read.
    trouble = models.CharField(max_length=400, blank=True)

    # About how many rows there are, before all of them have been read
    rows_about = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    to_add = models.PositiveIntegerField(default=0)
    to_change = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    mistake_count = models.PositiveIntegerField(default=0)
    # {"spend": 12, …}: how many rows change which field
    changed_fields = models.JSONField(default=dict)
    # Rows of the file that are written; what comes after goes on from here.
    applied = models.PositiveIntegerField(default=0)

    by = models.ForeignKey("directory.Member", null=True, blank=True, on_delete=models.SET_NULL, related_name="imports")
    by_name = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(fields=["id"], name="import_under_way", condition=models.Q(state__in=("checking", "applying")))
        ]

    def __str__(self) -> str:
        return f"{self.get_noun_display()} from {self.file_name}"

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in (self.State.CHECKING, self.State.APPLYING)


class ImportPiece(models.Model):
    """A piece of an imported file: a fleet needs no shared disk. Deleted when the import is over."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.of}"


class ImportMistake(models.Model):
    """What is wrong with one cell, or one row, of a file."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="mistakes")
    # As a text editor or a spreadsheet counts them, the header being line 1
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=200, blank=True)
    says = models.CharField(max_length=400)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.says}"
