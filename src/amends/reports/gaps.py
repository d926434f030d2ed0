"""Where nobody would be there: accounts without a CSM, CSMs without somebody to escalate to, levels that find nobody.

Each group counts all of its gaps and names the first. A constant number of queries, however many accounts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from amends.directory.models import Absence, Account, Member, Seat
from amends.escalations.models import Escalation
from amends.escalations.timeline.audiences import People, everyone
from amends.playbook import versions

MOST_NAMED = 50
_PARTS = (
    (Seat.Part.SALES, "nobody from sales"),
    (Seat.Part.SUPPORT, "nobody from support"),
    (Seat.Part.SPONSOR, "no executive sponsor"),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, in a sentence, and of which account or member; neither: of the playbook."""

    name: str
    says: str
    account_id: int | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps of one kind: how many there are, and the first of them."""

    key: str
    title: str
    mend: str
    count: int
    gaps: tuple[Gap, ...]

    @property
    def left_out(self) -> int:
        return self.count - len(self.gaps)


def find(now: dt.datetime) -> list[Group]:
    """Every kind of gap that there is, the gravest first; none where nothing is missing."""
    people = everyone(now)
    csms = _csms()
    groups = [
        _of_accounts(
            "without_csm",
            "Accounts without a CSM",
            "Say who looks after them: otherwise nobody speaks for them, and no manager is found.",
            Account.objects.filter(csm__isnull=True),
            "nobody looks after them",
        ),
        _of_accounts(
            "csm_has_left",
            "Accounts whose CSM has left",
            "Give them to somebody who is here.",
            Account.objects.filter(csm__in=Member.objects.filter(is_active=False).values("pk")),
            "their CSM has left",
        ),
        _named(
            "no_lead",
            "CSMs without somebody to escalate to",
            "Say to whom they report.",
            _without_lead(csms, people),
        ),
        _named(
            "not_covered",
            "Away, and nobody stands in",
            "Choose somebody else who stands in.",
            _not_covered(people, now),
        ),
        _seats_missing(),
        _named("levels", "Levels that find nobody", "Add people, or change the playbook.", _empty_levels(csms, people)),
    ]
    return [group for group in groups if group.count]


def count(now: dt.datetime) -> int:
    """How many gaps there are, of all kinds."""
    return sum(group.count for group in find(now))


def _of_accounts(key: str, title: str, mend: str, found: QuerySet[Account], says: str) -> Group:
    first = found.order_by("name", "id").values_list("name", "pk")[:MOST_NAMED]
    gaps = tuple(Gap(name, says, account_id=pk) for name, pk in first)
    return Group(key, title, mend, len(gaps) if len(gaps) < MOST_NAMED else found.count(), gaps)


def _named(key: str, title: str, mend: str, found: Iterable[Gap]) -> Group:
    gaps = tuple(found)
    return Group(key, title, mend, len(gaps), gaps[:MOST_NAMED])


def _csms() -> list[Member]:
    """Whoever is a CSM, or looks after an account all the same."""
    looks_after = Exists(Account.objects.filter(csm=OuterRef("pk")))
    return list(Member.objects.here().filter(Q(role="csm") | looks_after))


def _without_lead(csms: Iterable[Member], people: People) -> Iterator[Gap]:
    for csm in csms:
        lead = people.by_id.get(csm.reports_to_id or 0)
        if lead is None:
            yield Gap(csm.name, "reports to nobody", member_id=csm.pk)
        elif not lead.is_active:
            yield Gap(csm.name, f"reports to {lead}, who has left", member_id=csm.pk)
        elif _goes_in_a_circle(csm, people):
            yield Gap(csm.name, f"reports to {lead}, and above them it goes in a circle", member_id=csm.pk)


def _goes_in_a_circle(member: Member, people: People) -> bool:
    seen, above = {member.pk}, member.reports_to_id
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = people.by_id[above].reports_to_id
    return False


def _not_covered(people: People, now: dt.datetime) -> Iterator[Gap]:
    ahead = Absence.objects.ahead(now).filter(member__is_active=True).select_related("member", "stand_in")
    for absence in ahead:
        present = people.present(absence.member_id)
        is_alone = absence.lasts(now) and (present is None or present.pk in people.stand_ins)
        if is_alone or not absence.stand_in.is_active:
            why = "has left" if not absence.stand_in.is_active else "is away too"
            says = f"is away {absence.says(now)}, and {absence.stand_in}, who should stand in, {why}"
            yield Gap(absence.member.name, says, member_id=absence.member_id)


def _seats_missing() -> Group:
    """Escalated accounts whose team lacks a part. Others may live without."""
    escalated = Account.objects.filter(pk__in=Escalation.objects.live().values("account"))
    has = {part.value: Exists(Seat.objects.filter(account=OuterRef("pk"), part=part)) for part, _ in _PARTS}
    found = escalated.annotate(**{f"has_{part}": there for part, there in has.items()})
    lacking = found.filter(Q(has_sales=False) | Q(has_support=False) | Q(has_sponsor=False)).order_by("name", "id")
    gaps = tuple(_lacks(account) for account in lacking[:MOST_NAMED])
    return Group(
        "seats",
        "Escalated, and somebody is missing in the account team",
        "Give somebody the part, so that they are told.",
        len(gaps) if len(gaps) < MOST_NAMED else lacking.count(),
        gaps,
    )


def _lacks(account: Account) -> Gap:
    missing = [says for part, says in _PARTS if not getattr(account, f"has_{part.value}")]
    return Gap(account.name, ", ".join(missing), account_id=account.pk)


def _empty_levels(csms: Iterable[Member], people: People) -> Iterator[Gap]:
    """Levels of the playbook in force whose rule finds nobody, whichever CSM asks."""
    playbook = versions.current()
    if playbook is None:
        return
    leads = [lead for csm in csms if (lead := people.here(csm.reports_to_id))]
    finds = {
        "the CSM's manager": bool(leads),
        "the manager's manager": any(people.here(lead.reports_to_id) for lead in leads),
        "an executive": bool(people.executives),
    }
    for level in playbook.document.levels:
        if not finds[level.handler]:
            yield Gap(f"Level {level.level}, {level.name}", f"asks for {level.handler}, and there is none")
