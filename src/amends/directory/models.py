"""Who is who: rows and what may be asked of them. Acts stand in the modules beside this one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Upper

from amends.directory.actor import Actor, Role

# Django finds the models of a room here.
from amends.directory.imports.models import Import, ImportMistake, ImportPiece  # noqa: F401
from amends.directory.security.models import Session, Tally, Trace  # noqa: F401
from amends.lib import when
from amends.lib.money import Money

ROLES = [(role.value, role.label) for role in Role]


class Organisation(models.Model):
    """The one organisation that this installation serves."""

    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=60, default="UTC")
    # {"monday": ["09:00-12:30", "13:00-18:00"], …} as the clock reads them
    hours = models.JSONField(default=dict)
    holidays = models.CharField(max_length=12, blank=True)
    mail_from = models.EmailField(blank=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Organisation:
        """The organisation; before `amends init`, one that is not saved and has plain defaults."""
        return cls.objects.first() or cls(name="Your organisation", mail_from="desk@localhost.localdomain")


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email__iexact=username)

    def here(self) -> models.QuerySet[Member]:
        return self.filter(is_active=True)


class Member(AbstractBaseUser):
    """One of our people. Logs in by e-mail."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=ROLES)
    title = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    phone = models.CharField(max_length=40, blank=True)
    reports_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = MemberManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="member_email_once")]

    def __str__(self) -> str:
        return self.name

    def as_actor(self, *, may_write: bool = True, covers: frozenset[int] = frozenset()) -> Actor:
        """This member at work. Doors ask `absences.actor_of`, which knows for whom they stand in."""
        return Actor(self.name, self.pk, Role(self.role), may_write, covers)


class Team(models.Model):
    """A group that owns problems: support, infrastructure, development, a vendor…"""

    class Kind(models.TextChoices):
        SUPPORT = "support"
        INFRASTRUCTURE = "infrastructure"
        DEVELOPMENT = "development"
        VENDOR = "vendor"
        SALES = "sales"
        CUSTOMER_SUCCESS = "customer success", "Customer success"
        FINANCE = "finance"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    members = models.ManyToManyField(Member, blank=True, related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """A customer organisation: what it is worth, how it stands, who looks after it."""

    name = models.CharField(max_length=160, unique=True)
    # What another system calls it, such as the id of the CRM: it stays when the name changes.
    external_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    spend = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    potential = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    customer_since = models.DateField(null=True, blank=True)
    renewal_on = models.DateField(null=True, blank=True)
    is_strategic = models.BooleanField(default=False)
    is_advocate = models.BooleanField(default=False)
    # How widely they are heard, from 0 to 10
    presence = models.PositiveSmallIntegerField(null=True, blank=True)
    health = models.PositiveSmallIntegerField(null=True, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=12, blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    mail_domains = models.JSONField(default=list, blank=True)
    csm = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(health__isnull=True) | models.Q(health__lte=100),
                name="account_health_0_to_100",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def worth(self) -> Money | None:
        """What they spend with us in a year."""
        return self._money(self.spend)

    @property
    def potential_worth(self) -> Money | None:
        return self._money(self.potential)

    def _money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self.currency)


class Seat(models.Model):
    """A member's part in an account team."""

    class Part(models.TextChoices):
        CSM = "csm", "CSM"
        SALES = "sales", "Sales"
        SUPPORT = "support", "Support"
        SPONSOR = "sponsor", "Executive sponsor"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="seats")
    part = models.CharField(max_length=10, choices=Part.choices)

    class Meta:
        ordering = ["part", "id"]
        constraints = [models.UniqueConstraint(fields=["account", "member", "part"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.member}, {self.get_part_display()}"


class Contact(models.Model):
    """A person at the account."""

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        PHONE = "phone", "Phone"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    # Blank: the account's zone.
    zone = models.CharField(max_length=60, blank=True)
    prefers = models.CharField(max_length=5, choices=Channel.choices, default=Channel.MAIL)
    # When one can talk with them, on their own clock, written as `Organisation.hours`; null: nobody has said
    available = models.JSONField(null=True, blank=True)
    # Of every escalation of the account, whoever reported it
    must_hear = models.BooleanField(default=False)
    has_left = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]
        # Who writes to us, by their address.
        indexes = [models.Index(Upper("email"), name="contact_by_email")]

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """A member's key to the API; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=Scope.choices)
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    # It opens nothing from then on; None: until it is revoked
    ends_at = models.DateTimeField(null=True, blank=True)
    # To the day: an ordinary request writes nothing
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name


class FeedAddress(models.Model):
    """A member's private address of the feed of holds; only its hash is kept."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="feed_address")
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"the feed of {self.member}"


class CalendarAddress(models.Model):
    """A member's private address of their calendar: their meetings and promises; only its hash is kept."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="calendar_address")
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"the calendar of {self.member}"


class Insight(models.Model):
    """What upsets or helps this account, how they are by temperament: read before the next contact."""

    class Kind(models.TextChoices):
        UPSETS = "upsets", "What upsets them"
        HELPS = "helps", "What helps"
        TEMPERAMENT = "temperament", "How they are"
        HISTORY = "history", "What has been"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="insights")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # When the account team was told of it, which is done but once
    told_at = models.DateTimeField(null=True, blank=True)
    # No longer so; it stays to be read, and is shown before no contact any more
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "-at", "-id"]
        indexes = [
            models.Index(fields=["account"], condition=models.Q(retired_at__isnull=True), name="insight_standing_of")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def says(self) -> str:
        """“What upsets them: to be surprised.” Without its kind it may be read as an advice."""
        return f"{self.get_kind_display()}: {self.text}"


class Purchase(models.Model):
    """Something that an account bought from us."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="purchases")
    what = models.CharField(max_length=160)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    on = models.DateField()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.what

    @property
    def price(self) -> Money | None:
        return None if self.amount is None else Money(self.amount, self.currency)


class Absences(models.QuerySet["Absence"]):
    """Answers about who is away."""

    def standing(self, now: dt.datetime) -> Self:
        """Those that last just now."""
        return self.filter(from_at__lte=now, until_at__gt=now)

    def ahead(self, now: dt.datetime) -> Self:
        """Those that last or are still to come, the nearest first."""
        return self.filter(until_at__gt=now).order_by("from_at", "id")


class Absence(models.Model):
    """A member is away for a while, and somebody stands in: nothing rests with who is not here."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="absences")
    stand_in = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="stands_in")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    why = models.CharField(max_length=120, blank=True)

    objects = Absences.as_manager()

    class Meta:
        ordering = ["from_at", "id"]
        indexes = [models.Index(fields=["until_at"], name="absence_until")]
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("from_at")), name="absence_has_a_length"),
            models.CheckConstraint(condition=~models.Q(stand_in=models.F("member")), name="absence_has_another"),
        ]

    def __str__(self) -> str:
        return f"{self.member} is away; {self.stand_in} stands in"

    def lasts(self, now: dt.datetime) -> bool:
        return self.from_at <= now < self.until_at

    def says(self, now: dt.datetime) -> str:
        """When, on the clock of who is away: "until Thu 3 Dec", "from Mon 23 Nov until Thu 3 Dec"."""
        until = f"until {when.day_and_time(self.until_at, self.member.zone, now)}"
        if self.from_at <= now:
            return until
        return f"from {when.day_and_time(self.from_at, self.member.zone, now)} {until}"


class Preference(models.Model):
    """How a member wants to be reached, and when not. Alarms reach everybody by one channel at least."""

    class Channels(models.TextChoices):
        MAIL = "mail", "Mail"
        CHAT = "chat", "Chat"
        BOTH = "both", "Mail and chat"

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="preference")
    alarms_by = models.CharField(max_length=5, choices=Channels.choices, default=Channels.MAIL)
    notices_by = models.CharField(max_length=5, choices=Channels.choices, default=Channels.MAIL)
    # Where chat goes, as an Apprise address; a secret
    chat_url = models.CharField(max_length=500, blank=True)
    # Quiet hours on the member's own clock; none where both are empty. They may span midnight.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    # The morning digest and the weekly overview, at this time of the member's day
    wants_digest = models.BooleanField(default=False)
    wants_weekly = models.BooleanField(default=False)
    digest_at = models.TimeField(default=dt.time(8, 0))
    next_look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_look_at"],
                condition=models.Q(next_look_at__isnull=False),
                name="preference_next_look",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preference_quiet_from_and_until",
            )
        ]

    def __str__(self) -> str:
        return f"how to reach {self.member}"
