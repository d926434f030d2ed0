"""What each noun can be told about, and under which headings that usually stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from amends.directory.imports.models import Import


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    AMOUNT = "amount"
    DAY = "day"
    NUMBER = "number"
    YES_OR_NO = "yes or no"
    NAMES = "names"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a file may say. `titles` are headings that mean it, without spaces, signs and capitals."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    titles: tuple[str, ...] = ()
    is_needed: bool = False
    hint: str = ""


_NAME = ("fullname", "displayname")
_MAIL = ("email", "emailaddress", "mail", "mailaddress", "workemail", "useremail", "contactemail")
_PHONE = ("phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "workphone", "businessphone")
_TITLE = ("title", "jobtitle", "position", "function")
_ZONE = ("timezone", "zone", "tz")
# Some files part what is one name to us.
FIRST, LAST = "first_name", "last_name"
_HALVES = (
    Field(FIRST, "First name", titles=("givenname", "forename")),
    Field(LAST, "Last name", titles=("surname", "familyname")),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    Import.Noun.ACCOUNTS: (
        Field(
            "name",
            "Name",
            titles=("account", "accountname", "company", "companyname", "customer", "customername", "organisation",
                    "organization", "client"),
            is_needed=True,
        ),
        Field(
            "external_key",
            "Key elsewhere",
            titles=("id", "key", "accountid", "crmid", "externalid", "externalkey", "recordid", "salesforceid",
                    "customerid", "customernumber", "companyid"),
            hint="Its id in another system. It finds an account again after its name has changed.",
        ),
        Field(
            "spend",
            "They spend a year",
            Kind.AMOUNT,
            ("spend", "arr", "acv", "annualrecurringrevenue", "annualrevenue", "revenue", "contractvalue", "worth",
             "annualspend", "currentarr"),
        ),
        Field(
            "potential",
            "They could spend",
            Kind.AMOUNT,
            ("potential", "potentialarr", "potentialvalue", "expansionpotential", "opportunity", "whitespace"),
        ),
        Field("currency", "Currency", titles=("currencycode", "currencyisocode", "curr")),
        Field(
            "customer_since",
            "Customer since",
            Kind.DAY,
            ("since", "customersince", "startdate", "contractstart", "becameacustomeron", "firstpurchase"),
        ),
        Field(
            "renewal_on",
            "Renewal",
            Kind.DAY,
            ("renewaldate", "renewalon", "renewson", "nextrenewal", "contractend", "contractenddate", "enddate"),
        ),
        Field("is_strategic", "Strategic for us", Kind.YES_OR_NO, ("strategic", "isstrategic", "strategicaccount")),
        Field(
            "is_advocate",
            "Speaks well of us",
            Kind.YES_OR_NO,
            ("advocate", "isadvocate", "reference", "referenceable", "referencecustomer"),
        ),
        Field("presence", "Presence", Kind.NUMBER, ("influence", "reach"), hint="From 0 to 10."),
        Field("health", "Health", Kind.NUMBER, ("healthscore", "score", "customerhealth"), hint="From 0 to 100."),
        Field("industry", "Industry", titles=("sector", "vertical")),
        Field("region", "Region", titles=("country", "territory", "countrycode", "geo")),
        Field("zone", "Time zone", titles=_ZONE, hint="Such as Europe/Lisbon."),
        Field(
            "mail_domains",
            "Mail domains",
            Kind.NAMES,
            ("maildomain", "domain", "domains", "emaildomain", "emaildomains"),
        ),
        Field(
            "csm",
            "CSM",
            titles=("accountowner", "owner", "customersuccessmanager", "csmemail", "owneremail", "successmanager",
                    "accountmanager"),
            hint="One of us, by mail address or by name.",
        ),
    ),
    Import.Noun.CONTACTS: (
        Field(
            "account",
            "Account",
            titles=("accountname", "company", "companyname", "customer", "organisation", "organization", "accountid"),
            is_needed=True,
            hint="By its name, or by its key elsewhere.",
        ),
        Field("name", "Name", titles=(*_NAME, "contact", "contactname", "person"), is_needed=True),
        *_HALVES,
        Field("email", "Mail", titles=_MAIL),
        Field("title", "Title", titles=(*_TITLE, "role")),
        Field("phone", "Phone", titles=_PHONE),
        Field("zone", "Time zone", titles=_ZONE, hint="Blank: the account’s."),
        Field("prefers", "Prefers", titles=("channel", "preferredchannel", "contactby"), hint="Mail or phone."),
        Field(
            "must_hear",
            "Must hear of everything",
            Kind.YES_OR_NO,
            ("musthear", "alwaysinform", "alwaystell", "informalways", "keepinformed"),
            hint="Yes: they are told of every escalation of the account.",
        ),
        Field(
            "available",
            "One can talk with them",
            Kind.HOURS,
            ("availability", "availablehours", "officehours", "workinghours", "hours", "besttimetocall"),
            hint="Such as “mon-fri 09:00-12:00”, on their own clock.",
        ),
        Field("has_left", "Has left", Kind.YES_OR_NO, ("left", "inactive", "nolongerthere", "nolongeratcompany")),
    ),
    Import.Noun.MEMBERS: (
        Field("email", "Mail", titles=_MAIL, is_needed=True, hint="With what they log in."),
        Field("name", "Name", titles=(*_NAME, "member", "user", "username", "employee", "employeename")),
        *_HALVES,
        Field("role", "Role", titles=("userrole", "amendsrole"), hint="Such as CSM, manager or responder."),
        Field("title", "Title", titles=_TITLE),
        Field("zone", "Time zone", titles=_ZONE, hint="Such as Europe/Berlin."),
        Field("phone", "Phone", titles=_PHONE),
        Field(
            "reports_to",
            "Reports to",
            titles=("manager", "manageremail", "managername", "supervisor", "lead", "boss", "linemanager"),
            hint="One of us, by mail address or by name; they may stand further down in the file.",
        ),
    ),
}  # fmt: skip


def field(noun: str, name: str) -> Field | None:
    """The field of a noun that is called so."""
    return next((each for each in FIELDS[noun] if each.name == name), None)


def headings(cells: Sequence[str]) -> list[str]:
    """The headings of a file, each once and none empty: “Phone”, “Phone (2)”, “Column D”."""
    found: list[str] = []
    for place, cell in enumerate(cells):
        title = " ".join(cell.split())[:80] or f"Column {_letters(place)}"
        number, unique = 2, title
        while unique in found:
            unique, number = f"{title} ({number})", number + 1
        found.append(unique)
    return found


def guess(noun: str, headers: Sequence[str]) -> dict[str, str]:
    """Which heading probably means which of our fields. One that is called just like ours comes first."""
    free = {_bare(header): header for header in reversed(headers)}
    guessed: dict[str, str] = {}
    for names in (_own_names, _titles):
        for each in FIELDS[noun]:
            if each.name in guessed:
                continue
            if found := next((name for name in names(each) if name in free), None):
                guessed[each.name] = free.pop(found)
    return guessed


def missing(noun: str, mapping: Mapping[str, str]) -> list[Field]:
    """The fields without which a row of this noun means nothing, and which have no column."""
    found = [each for each in FIELDS[noun] if each.is_needed and not mapping.get(each.name)]
    return [each for each in found if each.name != "name" or not mapping.get(LAST)]


def _own_names(each: Field) -> tuple[str, ...]:
    return (_bare(each.name), _bare(each.label))


def _titles(each: Field) -> tuple[str, ...]:
    return each.titles


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", "", title.casefold())


def _letters(place: int) -> str:
    """A column as spreadsheets name it: A, B, … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
