"""Who is who: rows and what may be asked of them. Acts stand in the modules beside this one."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from amends.directory.actor import Actor, Role
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

    def as_actor(self, *, may_write: bool = True) -> Actor:
        return Actor(self.name, self.pk, Role(self.role), may_write)


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
    has_left = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]

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
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
