"""Where a mail belongs: who wrote it, and to which case it is an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from amends.directory.models import Account, Contact, Member
from amends.escalations import reply_addresses
from amends.escalations.models import Escalation, Filing
from amends.inbox.messages import Message
from amends.outbox.models import Delivery

_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")
# The receiving server's own judgement stands on top of those that the mail brought along (RFC 8601).
_FORGED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
# So many of a thread's Message-IDs are looked up, the nearest.
_FAR = 20


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote it, as far as we know them: a contact, one of us, or somebody of a domain that accounts have."""

    contact: Contact | None = None
    member: Member | None = None
    # All that they may speak for: of a contact one, of a domain several perhaps
    accounts: tuple[Account, ...] = ()

    def may_speak_for(self, account: Account) -> bool:
        return account in self.accounts


@dataclass(frozen=True, slots=True)
class Thread:
    """The cases that a mail answers, and the member whom the address was given to that it came to."""

    escalations: tuple[Escalation, ...] = ()
    member_id: int | None = None


def is_forged(message: Message) -> bool:
    """Whether the server that took it in says that its sender is not who it claims to be."""
    return bool(_FORGED.search(message.headers.get("authentication-results", "")))


def sender(address: str, prefers: Iterable[Escalation] = ()) -> Sender:
    """Who writes from this address. Who is a contact of several accounts speaks for that of the thread."""
    if not address:
        return Sender()
    contacts = list(Contact.objects.filter(email__iexact=address, has_left=False).select_related("account"))
    if contacts:
        about = {escalation.account_id for escalation in prefers}
        nearest = min(contacts, key=lambda contact: (contact.account_id not in about, contact.pk))
        accounts = tuple(dict.fromkeys([nearest.account, *(contact.account for contact in contacts)]))
        return Sender(contact=nearest, accounts=accounts)
    if member := Member.objects.filter(email__iexact=address, is_active=True).first():
        return Sender(member=member)
    return Sender(accounts=tuple(_of_the_domain(address.rpartition("@")[2].casefold())))


def thread(message: Message) -> Thread:
    """By the address that it came to; else by the Message-IDs that it answers, the nearest that we know."""
    answers = [found for address in _came_to(message) if (found := reply_addresses.read(address))]
    if answers:
        numbers = dict.fromkeys(answer.escalation_id for answer in answers)
        members = {answer.member_id for answer in answers}
        return Thread(_cases(numbers), members.pop() if len(members) == 1 else None)
    ids = dict.fromkeys([message.in_reply_to, *reversed(message.references)])
    return Thread(_cases(_answered([one for one in ids if one][:_FAR])))


def _came_to(message: Message) -> list[str]:
    people = [*message.to, *message.cc]
    further = " ".join(message.headers.get(name, "") for name in ("delivered-to", "x-original-to"))
    return [person.address for person in people] + _ADDRESS.findall(further)


def _answered(ids: list[str]) -> list[int]:
    """The case of the nearest of these: of what we sent, or of what came in before."""
    if not ids:
        return []
    sent = Delivery.objects.filter(message_id__in=ids, subject__startswith="escalation:")
    found = {one: int(subject.partition(":")[2]) for one, subject in sent.values_list("message_id", "subject")}
    # Of one mail in several cases, the one that it came into first
    found |= dict(Filing.objects.filter(message_id__in=ids).order_by("-id").values_list("message_id", "escalation_id"))
    return next(([found[one]] for one in ids if one in found), [])


def _cases(numbers: Iterable[int]) -> tuple[Escalation, ...]:
    """These cases; for one that was merged into another, that which goes on."""
    cases: dict[int, Escalation] = {}
    waiting, seen = list(numbers), set[int]()
    while waiting:
        found = Escalation.objects.filter(pk__in=waiting).select_related("account", "contact", "handler", "playbook")
        seen.update(waiting)
        waiting = []
        for escalation in found:
            if escalation.merged_into_id is None:
                cases[escalation.pk] = escalation
            elif escalation.merged_into_id not in seen:
                waiting.append(escalation.merged_into_id)
    # In the order in which they are locked
    return tuple(cases[number] for number in sorted(cases))


def _of_the_domain(domain: str) -> list[Account]:
    """The accounts that have this domain, or the one above it. Looked for in the text of the lists, then in them."""
    above = domain.partition(".")[2]
    domains = [name for name in (domain, above) if "." in name]
    looks = Q()
    for name in domains:
        looks |= Q(mail_domains__icontains=f'"{name}"')
    if not domains:
        return []
    found = Account.objects.filter(looks).order_by("id")
    return [account for account in found if set(domains) & {name.casefold() for name in account.mail_domains}]
