"""Who is who: accounts, contacts, members, teams. What a value may be is checked where it is written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Amount, Asked, Day, Id, Line, Named, OneOf, Whole
from amends.directory.models import Account, Contact, Member, Seat, Team

Name = Annotated[str, Line(120)]
Title = Annotated[str, Line(80)]
Phone = Annotated[str, Line(40)]
Email = Annotated[str, Line(254)]
Zone = Annotated[str, Line(60)]


class AccountFilters(Paging):
    """Which accounts, by name."""

    csm: Id | None = None
    search: Title = Field("", description="Part of the name")


class AccountFields(Asked):
    """What may be said of an account. What is left out stays as it is."""

    external_key: Title | None = Field(None, description="What another system calls it, such as the id of the CRM")
    spend: Amount | None = Field(None, description="What they spend with us in a year")
    potential: Amount | None = None
    currency: Annotated[str, Line(3)] = "EUR"
    customer_since: Day | None = None
    renewal_on: Day | None = None
    is_strategic: bool = False
    is_advocate: bool = False
    presence: Annotated[int, Whole(0, 10)] | None = Field(None, description="How widely they are heard")
    health: Annotated[int, Whole(0, 100)] | None = None
    industry: Title = ""
    region: Annotated[str, Line(12)] = ""
    zone: Zone = "UTC"
    mail_domains: list[Annotated[str, Line(253)]] = Field([], max_length=100)
    csm: Id | None = None


class AddAccount(AccountFields):
    """A new account."""

    name: Annotated[str, Line(160)]


class ChangeAccount(AccountFields):
    """What is different of an account."""

    name: Annotated[str, Line(160)] = ""


class SeatShown(BaseModel):
    """A member’s part in the account team."""

    id: int
    member: Named
    part: str

    @classmethod
    def of(cls, seat: Seat) -> SeatShown:
        return cls(id=seat.pk, member=Named.of(seat.member), part=seat.part)


class TakeSeat(Asked):
    """Who takes which part in the account team."""

    member: Id
    part: Annotated[str, OneOf(Seat.Part)]


class AccountShown(BaseModel):
    """A customer organisation: what it is worth, how it stands, who looks after it."""

    id: int
    name: str
    external_key: str | None
    spend: Decimal | None
    potential: Decimal | None
    currency: str
    customer_since: dt.date | None
    renewal_on: dt.date | None
    is_strategic: bool
    is_advocate: bool
    presence: int | None
    health: int | None
    industry: str
    region: str
    zone: str
    mail_domains: list[str]
    csm: Named | None
    team: list[SeatShown]
    on_hold: bool = Field(description="No sales outreach just now; `/holds` says why")

    @classmethod
    def of(cls, account: Account) -> AccountShown:
        plain = set(cls.model_fields) - {"csm", "team", "on_hold"}
        return cls(
            csm=Named.or_none(account.csm),
            team=[SeatShown.of(seat) for seat in account.seats.all()],
            on_hold=any(hold.lifted_at is None for hold in account.holds.all()),
            **{name: getattr(account, name) for name in plain},
        )


class ContactFields(Asked):
    """What may be said of a contact. What is left out stays as it is."""

    title: Title = ""
    email: Email = ""
    phone: Phone = ""
    zone: Zone = Field("", description="Blank: the account’s")
    prefers: Annotated[str, OneOf(Contact.Channel)] = Contact.Channel.MAIL.value
    available: dict[str, list[str]] | None = Field(
        None,
        description='When one can talk with them: `{"monday": ["09:00-12:30"], …}` on their clock; null: unknown',
        max_length=7,
    )
    must_hear: bool = Field(False, description="They are told of every escalation of the account, whoever reported it")
    has_left: bool = False


class AddContact(ContactFields):
    """A new contact."""

    name: Name


class ChangeContact(ContactFields):
    """What is different of a contact."""

    name: Name = ""


class ContactShown(BaseModel):
    """A person at the account."""

    id: int
    account: Named
    name: str
    title: str
    email: str
    phone: str
    zone: str
    prefers: str
    available: dict[str, list[str]] | None
    must_hear: bool
    has_left: bool

    @classmethod
    def of(cls, contact: Contact) -> ContactShown:
        plain = set(cls.model_fields) - {"account"}
        return cls(account=Named.of(contact.account), **{name: getattr(contact, name) for name in plain})


class MemberFilters(Paging):
    """Which members, by name."""

    is_active: bool | None = Field(None, description="Left out: also those who have left")


class MemberFields(Asked):
    """What may be said of a member. What is left out stays as it is."""

    title: Title = ""
    zone: Zone = "UTC"
    phone: Phone = ""
    reports_to: Id | None = None


class AddMember(MemberFields):
    """One of our people, who cannot log in before a password is set."""

    name: Name
    email: Email
    role: Annotated[str, Line(16)]


class ChangeMember(MemberFields):
    """What is different of a member."""

    name: Name = ""
    email: Email = ""
    role: Annotated[str, Line(16)] = ""


class MemberShown(BaseModel):
    """One of our people."""

    id: int
    name: str
    email: str
    role: str
    title: str
    zone: str
    phone: str
    reports_to: Named | None
    is_active: bool
    joined_at: dt.datetime

    @classmethod
    def of(cls, member: Member) -> MemberShown:
        plain = set(cls.model_fields) - {"reports_to"}
        return cls(
            reports_to=Named.or_none(member.reports_to),
            **{name: getattr(member, name) for name in plain},
        )


class AddTeam(Asked):
    """A new team."""

    name: Title
    kind: Annotated[str, OneOf(Team.Kind)]
    members: list[Id] = Field([], max_length=500)


class ChangeTeam(Asked):
    """What is different of a team. What is left out stays as it is."""

    name: Title = ""
    kind: Annotated[str, OneOf(Team.Kind)] = ""
    members: list[Id] = Field([], max_length=500, description="All of them, from now on")


class TeamShown(BaseModel):
    """A group that owns problems."""

    id: int
    name: str
    kind: str
    members: list[Named]

    @classmethod
    def of(cls, team: Team) -> TeamShown:
        return cls(
            id=team.pk,
            name=team.name,
            kind=team.kind,
            members=[Named.of(member) for member in team.members.all()],
        )
