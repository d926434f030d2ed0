"""Who is in the story: Fernhill's people and teams, its customers and the people there. Rows only, no history."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from amends.demo.bought import BOUGHT
from amends.demo.customers import CUSTOMERS, Customer
from amends.directory import accounts, contacts, members, organisation, purchases, teams
from amends.directory.actor import COMMAND_LINE as BY
from amends.directory.actor import Role
from amends.directory.models import Account, Contact, Member, Seat, Team

PASSWORD = "make-amends"  # noqa: S105 - it is printed for whoever tries the demo
HOST = "fernhill.example"
ZONE = "Europe/Berlin"
HOURS = {day: ["09:00-18:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


@dataclass(frozen=True, slots=True)
class Person:
    """One of our people; `above` is the first name of whom they report to."""

    name: str
    role: Role
    title: str
    above: str = ""
    zone: str = ZONE

    @property
    def first_name(self) -> str:
        return self.name.split()[0].lower().replace("é", "e")


# Whoever leads stands before those whom they lead.
PEOPLE = (
    Person("Ruth Adeyemi", Role.EXECUTIVE, "VP Customer Success"),
    Person("Hugo Marchetti", Role.EXECUTIVE, "Director Customer Success", "ruth"),
    Person("Nadia Brandt", Role.MANAGER, "Manager Customer Success, Central Europe", "hugo"),
    Person(
        "Sami Haddad", Role.MANAGER, "Manager Customer Success, English-speaking countries", "hugo", "Europe/London"
    ),
    Person("Ines Caruso", Role.MANAGER, "Manager Customer Success, Southern Europe", "hugo"),
    Person("Tom Okafor", Role.CSM, "Customer success manager", "nadia"),
    Person("Sofie Lindgren", Role.CSM, "Customer success manager", "nadia"),
    Person("Mateusz Zielinski", Role.CSM, "Customer success manager", "sami", "Europe/London"),
    Person("Léa Fournier", Role.CSM, "Customer success manager", "ines"),
    Person("Claire Dubois", Role.RESPONDER, "Lead, support"),
    Person("Priya Raman", Role.RESPONDER, "Lead developer, orders"),
    Person("Lukas Meyer", Role.RESPONDER, "Developer, stock"),
    Person("Jonas Petersen", Role.RESPONDER, "Lead, infrastructure"),
    Person("Aiko Tanaka", Role.RESPONDER, "Vendor manager"),
    Person("Ewa Nowak", Role.RESPONDER, "Accounts receivable"),
    Person("Ben Castell", Role.SALES, "Account executive", "hugo"),
    Person("Dana Whitlock", Role.ADMINISTRATOR, "Operations"),
)
TEAMS = (
    ("Support", Team.Kind.SUPPORT, ("claire",)),
    ("Development", Team.Kind.DEVELOPMENT, ("priya", "lukas")),
    ("Infrastructure", Team.Kind.INFRASTRUCTURE, ("jonas",)),
    ("ShipLane", Team.Kind.VENDOR, ("aiko",)),
    ("Finance", Team.Kind.FINANCE, ("ewa",)),
    ("Customer success", Team.Kind.CUSTOMER_SUCCESS, ("nadia", "sami", "ines", "tom", "sofie", "mateusz", "lea")),
    ("Sales", Team.Kind.SALES, ("ben",)),
)


@dataclass(slots=True)
class Cast:
    """Everybody, found by the name that the story calls them by: members by first name, the others in full."""

    members: dict[str, Member] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)


def gather(*, now: dt.datetime, today: dt.date, chance: random.Random) -> Cast:
    """Set up the organisation and its directory, as of `now`. Renewals and tenures are counted from `today`."""
    organisation.set_up(
        name="Fernhill", zone=ZONE, hours=HOURS, holidays="DE-BE", mail_from=f"desk@{HOST}", by=BY, now=now
    )
    cast = Cast()
    for person in PEOPLE:
        member = cast.members[person.first_name] = members.add(
            name=person.name,
            email=f"{person.first_name}@{HOST}",
            role=person.role,
            title=person.title,
            zone=person.zone,
            reports_to=cast.members.get(person.above),
            by=BY,
            now=now,
        )
    # A hash takes long on purpose, so it is made once: everybody here has the same password.
    members.set_password(member, password=PASSWORD, by=BY, now=now)
    ours = [each.pk for each in cast.members.values()]
    Member.objects.filter(pk__in=ours).update(password=member.password)
    for name, kind, names in TEAMS:
        people = [cast.members[each] for each in names]
        cast.teams[name] = teams.add(name=name, kind=kind, members=people, by=BY, now=now)
    for customer in CUSTOMERS:
        _account(cast, customer, now, today, chance)
    return cast


def _account(cast: Cast, customer: Customer, now: dt.datetime, today: dt.date, chance: random.Random) -> None:
    account = cast.accounts[customer.name] = accounts.add(
        name=customer.name,
        spend=Decimal(customer.spend),
        potential=Decimal(customer.potential) if customer.potential else None,
        currency=customer.currency,
        zone=customer.zone,
        region=customer.region,
        industry=customer.industry,
        health=customer.health,
        renewal_on=today + dt.timedelta(days=customer.renews_in),
        customer_since=today - dt.timedelta(days=chance.randint(300, 2900)),
        is_strategic="strategic" in customer.standing,
        is_advocate="advocate" in customer.standing,
        presence=customer.presence,
        mail_domains=[customer.domain],
        csm=cast.members.get(customer.csm),
        by=BY,
        now=now,
    )
    for name, title in customer.people:
        first, last = _plain(name.split()[0]), _plain(name.split()[-1])
        cast.contacts[name] = contacts.add(
            account,
            name=name,
            title=title,
            email=f"{first}.{last}@{customer.domain}",
            phone=f"{customer.dials} {chance.randint(200, 899)} 555 {chance.randint(100, 999)}",
            prefers=Contact.Channel.PHONE if chance.random() < 0.3 else Contact.Channel.MAIL,
            by=BY,
            now=now,
        )
    for what, percent, days in BOUGHT.get(customer.name, ()):
        amount, on = Decimal(customer.spend * percent // 100), today - dt.timedelta(days=days)
        purchases.add(account, what=what, amount=amount, on=on, by=BY, now=now)
    parts: dict[str, str] = {Seat.Part.SALES: "ben", Seat.Part.SUPPORT: "claire"}
    if customer.csm:
        parts[Seat.Part.CSM] = customer.csm
    if customer.spend >= 80_000:
        parts[Seat.Part.SPONSOR] = "ruth" if customer.spend >= 400_000 else "hugo"
    for part, who in parts.items():
        accounts.seat(account, member=cast.members[who], part=part, by=BY, now=now)


def _plain(name: str) -> str:
    """A name as mail addresses have it."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())
