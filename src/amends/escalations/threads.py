"""Where a mail belongs: who wrote it, and to which case it is an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Coalesce

from amends.directory.models import Account, Contact, Member
from amends.escalations import reply_addresses
from amends.escalations.models import Escalation, Filing
from amends.inbox.messages import Message
from amends.outbox.models import Delivery

_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")
# The receiving server's own judgement stands on top of those that the mail brought along (RFC 8601), and which domain
# it judged may stand beside it.
_FORGED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_JUDGED = re.compile(r"\bdmarc\s*=[^;]{0,200}?\bheader\.from\s*=\s*([\w.-]{1,250}\.[\w-]{1,63})", re.IGNORECASE)
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
    """Whether the server that took it in says that its sender is not who it claims to be, or judged somebody else."""
    said = message.headers.get("authentication-results", "")
    if _FORGED.search(said):
        return True
    judged, domain = _JUDGED.search(said), _domain(message.sender.address)
    # Letters beyond ASCII stand there in another way of writing.
    if judged is None or not domain or not domain.isascii():
        return False
    return not f".{domain}".endswith(f".{judged[1].casefold()}")


def is_nobodys(message: Message) -> bool:
    """Whether it names nobody as its writer, or people of several domains: no server can judge who wrote that."""
    return len({_domain(author.address) for author in message.authors}) != 1


def sender(address: str, prefers: Iterable[Escalation] = ()) -> Sender:
    """Who writes from this address. Who is a contact of several accounts speaks for that of the thread."""
    if not address:
        return Sender()
    # Whatever stands among the contacts: what one of us writes is never a customer’s word.
    if member := one_of_us(address):
        return Sender(member=member)
    contacts = list(Contact.objects.filter(email__iexact=address, has_left=False).select_related("account"))
    if contacts:
        about = {escalation.account_id for escalation in prefers}
        nearest = min(contacts, key=lambda contact: (contact.account_id not in about, contact.pk))
        accounts = tuple(dict.fromkeys([nearest.account, *(contact.account for contact in contacts)]))
        return Sender(contact=nearest, accounts=accounts)
    return Sender(accounts=tuple(_of_the_domain(_domain(address))))


def one_of_us(address: str) -> Member | None:
    """The member who has this address, while they are here."""
    return Member.objects.filter(email__iexact=address, is_active=True).first()


def thread(message: Message) -> Thread:
    """By the address that it came to; else by the Message-IDs that it answers, the nearest that we know."""
    answers = [found for address in _came_to(message) if (found := reply_addresses.read(address))]
    if answers:
        numbers = dict.fromkeys(answer.escalation_id for answer in answers)
        members = {answer.member_id for answer in answers}
        return Thread(going_on(numbers), members.pop() if len(members) == 1 else None)
    ids = dict.fromkeys([message.in_reply_to, *reversed(message.references)])
    return Thread(going_on(_answered([one for one in ids if one][:_FAR])))


def going_on(numbers: Iterable[int]) -> tuple[Escalation, ...]:
    """These cases, in the order in which they are locked; for one that was merged, that which goes on."""
    # However often it was merged on, that is one step away.
    goes_on = Escalation.objects.filter(pk__in=list(numbers)).values(number=Coalesce("merged_into", "pk"))
    related = ("account", "contact", "handler", "playbook")
    return tuple(Escalation.objects.filter(pk__in=goes_on).select_related(*related).order_by("pk"))


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


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


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
