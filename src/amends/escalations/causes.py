"""What is asked of causes: whom each affects, who of them has not escalated and hears it from us first, who knows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import CharField, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower

from amends.directory.actor import Actor
from amends.directory.models import Account, Contact
from amends.escalations import access, hearers, mails, texts
from amends.escalations.access import NotFound
from amends.escalations.errors import Refused
from amends.escalations.models import (
    AffectedAccount,
    Cause,
    CauseCase,
    CauseNotice,
    CauseNoticePart,
    Escalation,
    Promise,
)
from amends.lib import nearest, when
from amends.outbox.models import Delivery

NOBODY = "Nobody there can be told by mail. Add a contact with a mail address, or ring them."
LEFT_OUT = "All who hear of their case are left out of it just now. Ring them, or have its handler tell somebody again."
_UNKNOWN = "No account has this name, or this key."
# For so many lines near names are looked for: as many as a page shows.
MOST_UNKNOWN = 50
# A notice that goes out is in somebody's hands again within seconds.
HANGS_AFTER = dt.timedelta(minutes=5)
# What stands in a notice for each one's own.
PLACEHOLDERS = ("{contact}", "{account}", texts.NEXT_BY)


@dataclass(frozen=True, slots=True)
class Row:
    """One affected account: whom we would tell, its case that comes of this cause, and since when it knows from us."""

    affected: AffectedAccount
    contacts: Sequence[Contact]
    # Under way, and linked. Its key is shown to those who may see it
    case: Escalation | None = None
    may_see: bool = False
    told_at: dt.datetime | None = None
    # The mail that tells it has not left yet
    is_here: bool = False
    next_at: dt.datetime | None = None
    # Under way as well, and not linked: perhaps it comes of this too
    other: Escalation | None = None

    @property
    def account(self) -> Account:
        return self.affected.account

    @property
    def is_to_tell(self) -> bool:
        """Affected, not escalated, and not told yet."""
        return self.case is None and self.told_at is None

    @property
    def came_by_itself(self) -> bool:
        """Whether it escalated before we told it."""
        return self.case is not None and self.case.found_by == Escalation.FoundBy.CUSTOMER


@dataclass(frozen=True, slots=True)
class AsTold:
    """What one account gets by a notice: in which case (None: one is opened for it), to whom, and what they read."""

    account: Account
    case: Escalation | None
    to: Sequence[Contact]
    # Blank where it goes on in the thread of their case
    own_subject: str
    text: str

    @property
    def subject(self) -> str:
        """Under which they find it in their mail."""
        return self.own_subject or (mails.subject(self.case) if self.case else "")


@dataclass(frozen=True, slots=True)
class Affected:
    """All accounts of a cause, by what is to be done about them; each list by name."""

    rows: Sequence[Row]
    cleared: Sequence[AffectedAccount]

    @property
    def to_tell(self) -> list[Row]:
        """Those that have not escalated and were not told: so that we tell them first."""
        return [row for row in self.rows if row.is_to_tell and row.contacts]

    @property
    def nobody(self) -> list[Row]:
        """The same, where nobody has a mail address."""
        return [row for row in self.rows if row.is_to_tell and not row.contacts]

    @property
    def told(self) -> list[Row]:
        """Those that heard it from us before they escalated."""
        return [row for row in self.rows if not row.is_to_tell and not row.came_by_itself]

    @property
    def escalated(self) -> list[Row]:
        """Those that came to us with it."""
        return [row for row in self.rows if row.came_by_itself]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of accounts that somebody typed: the account that it means, or why it means none."""

    number: int
    typed: str
    account: Account | None
    says: str = ""
    # Names that may have been meant, of one that means no account
    near: Sequence[str] = ()

    @property
    def hint(self) -> str:
        """What to do about one that means no account; blank where nothing is known that is near it."""
        return f"Did you mean {nearest.either(self.near)}?" if self.near else self.says.removeprefix(_UNKNOWN)


def read_names(text: str) -> list[Line]:
    """Which accounts are meant by these lines: each begins with a name, or with the key that another system has.

    A line from a spreadsheet has its first cell read. One query, however many they are; a second one where some are
    no account: the first 50 of those say which names are near.
    """
    typed = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    meant = _meant({cell for _, line in typed for cell in _first_cells(line)})
    lines: list[Line] = []
    seen: dict[int, int] = {}
    for number, line in typed:
        found = next((each for cell in _first_cells(line) if (each := _called(cell, meant))), [])
        account = found[0] if len(found) == 1 else None
        says = "" if account else _several(found) if found else _UNKNOWN
        if account and account.pk in seen:
            says = f"The same account as in line {seen[account.pk]}."
        elif account:
            seen[account.pk] = number
        lines.append(Line(number, line, account, says))
    return _with_near_names(lines)


def _meant(cells: Collection[str]) -> dict[str, list[Account]]:
    """The accounts that have one of these as their name or key, by it in small letters. One query."""
    small = {cell.lower() for cell in cells}
    lowered = Account.objects.annotate(small=Lower("name"), small_key=Lower("external_key"))
    # SQLite makes small letters of A to Z alone, so that each is asked for as it was typed as well.
    typed = Q(name__in=cells) | Q(external_key__in=cells)
    meant: dict[str, list[Account]] = defaultdict(list)
    for account in lowered.filter(Q(small__in=small) | Q(small_key__in=small) | typed).order_by("pk"):
        for called in {account.name.lower(), (account.external_key or "").lower()} - {""}:
            meant[called].append(account)
    return meant


def _called(cell: str, meant: dict[str, list[Account]]) -> list[Account]:
    """Those that a cell may mean, by name or by key: of several, the one whose name is written just so.

    A key that is written just so means its account, where no other is called so.
    """
    found = meant.get(cell.lower(), [])
    named = [account for account in found if account.name == cell]
    keyed = [account for account in found if account.external_key == cell]
    if named and not keyed:
        return named
    others = [account for account in found if account.name.lower() == cell.lower() and account not in keyed]
    return keyed if keyed and not others else found


def _several(found: Sequence[Account]) -> str:
    names = nearest.either([account.name for account in found])
    return f"Several accounts are called so: {names}. Write it just as it stands there, or its key."


def _with_near_names(lines: list[Line]) -> list[Line]:
    unknown = [line for line in lines if line.says == _UNKNOWN][:MOST_UNKNOWN]
    if not unknown:
        return lines
    names = nearest.Names(Account.objects.order_by("name").values_list("name", flat=True))
    near = {
        line.number: next((found for cell in _first_cells(line.typed) if (found := names.nearest(cell))), [])
        for line in unknown
    }
    return [replace(line, near=near.get(line.number, ())) for line in lines]


def _first_cells(line: str) -> list[str]:
    """The whole line, and what stands before the first tab, semicolon or comma: names have commas too."""
    cells = [line, *(line.split(sign)[0] for sign in "\t;,")]
    return list(dict.fromkeys(cell.strip().strip('"').strip() for cell in cells))


def listed(*, seen_by: Actor) -> QuerySet[Cause]:
    """Every cause, those that are open first; with how many accounts, how many to tell, how many cases under way.

    Accounts are seen by everybody who sees causes, and which of them are escalated is too; of the cases those alone
    are counted that one may see.
    """
    affected = AffectedAccount.objects.filter(cause=OuterRef("pk"), cleared_at__isnull=True)
    seen = access.visible_to(seen_by).live()
    live = CauseCase.objects.filter(cause=OuterRef("pk"), escalation__in=seen.values("pk"))
    told = parts_told().filter(notice__cause=OuterRef("cause"), account=OuterRef("account"))
    linked = Escalation.objects.live().filter(causes__cause=OuterRef("cause"), account=OuterRef("account"))
    to_tell = affected.filter(~Exists(linked), ~Exists(told))
    found = Cause.objects.select_related("team", "by")
    return found.annotate(
        account_count=_count(affected), to_tell_count=_count(to_tell), case_count=_count(live)
    ).order_by("state", "-id")


def find(key: str) -> Cause:
    """The cause called `key`. Raises NotFound."""
    found = Cause.objects.by_key(key).select_related("team", "by", "solved_by").first()
    if found is None:
        raise NotFound(f"There is no cause {key}.")
    return found


def affected(cause: Cause, *, seen_by: Actor) -> Affected:
    """Whom it affects. Seven queries at most, however many they are."""
    every = list(cause.affected.select_related("account__csm", "by", "cleared_by").order_by("account__name", "id"))
    standing = [each for each in every if not each.cleared_at]
    numbers = {each.account_id for each in standing}
    cases = _newest(Escalation.objects.live().filter(causes__cause=cause, account__in=numbers))
    linked = CauseCase.objects.filter(cause=cause).values("escalation")
    others = _newest(Escalation.objects.live().filter(account__in=numbers).exclude(pk__in=linked))
    seen = _seen([*cases.values(), *others.values()], seen_by)
    told = _told_at(cause)
    nexts = _next_at(cases.values())
    contacts = contacts_of(numbers)
    rows = []
    for each in standing:
        case, other = cases.get(each.account_id), others.get(each.account_id)
        told_at, is_here = told.get(each.account_id, (None, False))
        rows.append(
            Row(
                each,
                contacts.get(each.account_id, ()),
                case,
                may_see=case is not None and case.pk in seen,
                told_at=told_at,
                is_here=is_here,
                next_at=nexts.get(case.pk) if case and case.pk in seen else None,
                other=other if case is None and other is not None and other.pk in seen else None,
            )
        )
    return Affected(rows, [each for each in every if each.cleared_at])


def cases(cause: Cause, *, seen_by: Actor) -> list[CauseCase]:
    """The escalations that come of it, as far as one may see them, the newest first."""
    found = cause.cases.filter(escalation__in=access.visible_to(seen_by).values("pk"))
    return list(found.select_related("escalation__account", "escalation__handler", "by").order_by("-escalation_id"))


def notices(cause: Cause) -> QuerySet[CauseNotice]:
    """What went out, the newest first, with how many (`told`, `not_told`) `of` how many accounts."""
    told, not_told = (Count("parts", filter=Q(parts__outcome=outcome)) for outcome in ("told", "not told"))
    return cause.notices.annotate(of=Count("parts"), told=told, not_told=not_told).select_related("by").order_by("-id")


def hanging(now: dt.datetime) -> QuerySet[CauseNotice]:
    """Those under way that nobody has been at for some minutes."""
    since = now - HANGS_AFTER
    going = CauseNotice.objects.filter(state__in=CauseNotice.UNDER_WAY, at__lte=since).exclude(leased_until__gt=since)
    lately = CauseNoticePart.objects.filter(notice=OuterRef("pk"), at__gt=since)
    return going.filter(~Exists(lately)).select_related("cause").order_by("id")


def told_by(notice: CauseNotice) -> QuerySet[CauseNoticePart]:
    """Whom it told, by name; each with whether its mail `is_here` still."""
    found = notice.parts.filter(outcome=CauseNoticePart.Outcome.TOLD).annotate(is_here=_is_here())
    return found.select_related("account", "escalation").order_by("account__name", "id")


def still_here(notices: Iterable[CauseNotice]) -> dict[int, int]:
    """How many mails of each notice have not left yet, by its number. One query."""
    numbers = [notice.pk for notice in notices]
    parts = parts_told().filter(_is_here(), notice__in=numbers).order_by().values("notice")
    return dict(parts.annotate(count=Count("pk")).values_list("notice", "count"))


def of(escalation: Escalation) -> list[Cause]:
    """What lies behind an escalation, as far as that is known. One query."""
    return list(Cause.objects.filter(cases__escalation=escalation).select_related("team", "by").order_by("id"))


def case_of(cause: Cause, account: Account) -> Escalation | None:
    """The account's case under way that comes of it, the newest where there are several."""
    found = Escalation.objects.live().filter(account=account, causes__cause=cause)
    return found.select_related("account", "contact", "handler", "playbook").order_by("-pk").first()


def as_told(
    account: Account, case: Escalation | None, *, subject: str, text: str, next_at: dt.datetime, now: dt.datetime
) -> AsTold:
    """What the account gets by a notice, with its `case` that comes of the cause. Refuses where nobody would get it."""
    to = _whom_to_tell(account, case, now)
    goes_on = case is not None and mails.thread(case) is not None
    return AsTold(account, case, to, "" if goes_on else subject, filled(text, account, to, next_at=next_at, now=now))


def _whom_to_tell(account: Account, case: Escalation | None, now: dt.datetime) -> list[Contact]:
    """Who at the account gets a notice by mail: whoever hears of its case; else as `contacts_of` says.

    Refuses where that is nobody, and says whether a mail reaches nobody there, or all are left out.
    """
    if case and hearers.all_of(case):
        found, why = hearers.of(case, now), LEFT_OUT
    else:
        found, why = contacts_of([account.pk]).get(account.pk, []), NOBODY
    if not found:
        raise Refused(why)
    return found


def contacts_of(accounts: Collection[int]) -> dict[int, list[Contact]]:
    """For each account those who must hear of everything, else the first; only who has a mail address. One query."""
    here = Contact.objects.filter(account__in=accounts, has_left=False).exclude(email="")
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in here.select_related("account").order_by("name", "id"):
        found[contact.account_id].append(contact)
    return {number: [contact for contact in those if contact.must_hear] or those[:1] for number, those in found.items()}


def filled(text: str, account: Account, to: Sequence[Contact], *, next_at: dt.datetime, now: dt.datetime) -> str:
    """A notice as these contacts of the account read it: their names, and the time on the clock of the first."""
    names = [contact.name for contact in to]
    who = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    zone = to[0].zone or account.zone
    words = {"{contact}": who, "{account}": account.name, texts.NEXT_BY: when.their_date(next_at, zone, now)}
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text


def parts_told() -> QuerySet[CauseNoticePart]:
    """Of all notices, the accounts that were told; what was taken back before it left told nobody."""
    return CauseNoticePart.objects.filter(outcome=CauseNoticePart.Outcome.TOLD, update__struck_at__isnull=True)


def _told_at(cause: Cause) -> dict[int, tuple[dt.datetime, bool]]:
    """When each account was told last, and whether that mail is still here."""
    found = parts_told().filter(notice__cause=cause, at__isnull=False).annotate(is_here=_is_here()).order_by("at")
    return {account: (at, is_here) for account, at, is_here in found.values_list("account", "at", "is_here") if at}


def _is_here() -> Exists:
    """Of a part that was told: whether a mail of its update waits in the outbox."""
    case = Concat(Value("escalation:"), Cast(OuterRef("escalation_id"), CharField()))
    update = Concat(Value("update:"), Cast(OuterRef("update_id"), CharField()), Value("|"))
    here = (Delivery.State.WAITING, Delivery.State.HANDING_OVER)
    return Exists(Delivery.objects.filter(subject=case, state__in=here, identity__startswith=update))


def _next_at(cases: Iterable[Escalation]) -> dict[int, dt.datetime]:
    """When each of these cases hears next."""
    found = Promise.objects.open().filter(escalation__in=[case.pk for case in cases]).order_by("-due_at")
    return dict(found.values_list("escalation", "due_at"))


def _newest(found: QuerySet[Escalation]) -> dict[int, Escalation]:
    """By account, the newest."""
    return {escalation.account_id: escalation for escalation in found.order_by("pk")}


def _seen(found: Iterable[Escalation], actor: Actor) -> set[int]:
    numbers = [escalation.pk for escalation in found]
    return set(access.visible_to(actor).filter(pk__in=numbers).values_list("pk", flat=True)) if numbers else set()


def _count(rows: QuerySet[AffectedAccount] | QuerySet[CauseCase]) -> Coalesce:
    counted = rows.order_by().values("cause").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
