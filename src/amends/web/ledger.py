"""The ledger of facts as pages show it: in short on the case, whole on its own page, and one fact with its forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from amends.escalations import access, authority, citing
from amends.escalations.actions import facts
from amends.escalations.authority import Act, check
from amends.escalations.models import Citation, Dispute, Escalation, Fact
from amends.web.asking import finished, is_in_drawer
from amends.web.case_page import Rights
from amends.web.forms.base import ChangeForm, Form, sent
from amends.web.forms.facts import (
    ConfirmForm,
    CorrectForm,
    DisputeForm,
    FactForm,
    RefuteForm,
    ReopenForm,
    SettleForm,
)
from amends.web.lookup import find
from amends.web.marked import marked
from amends.web.requests import MemberRequest
from amends.web.uploads import left_out

State = Fact.State
# As many as are read beside a case; the others stand on the ledger's own page.
MOST_SHOWN = 12
_ORDER = (State.CONFIRMED, State.INVESTIGATING, State.REFUTED)
_TONES = {State.CONFIRMED: ("good", ""), State.INVESTIGATING: ("risk", ""), State.REFUTED: ("", "close")}

_DEEDS = {
    State.CONFIRMED: "Refute or change…",
    State.INVESTIGATING: "Confirm or refute…",
    State.REFUTED: "Investigate again…",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A fact as a row: as what it counts, with its tone and sign, and whose it is. `told_at`: see `at_a_glance`."""

    fact: Fact
    counts_as: State
    disputed_by: str
    told_at: dt.datetime | None = None

    @property
    def says(self) -> str:
        return self.counts_as.label

    @property
    def tone(self) -> str:
        return _TONES[self.counts_as][0]

    @property
    def sign(self) -> str:
        return _TONES[self.counts_as][1]

    @property
    def deed(self) -> str:
        """What is most likely to become of it, for whoever may state facts."""
        return (
            "Settle the dispute…" if self.disputed_by and not self.fact.is_refuted else _DEEDS[State(self.fact.state)]
        )

    @property
    def whose(self) -> str:
        """Who says so: whoever settled it, else whoever stated it; for which team, and where they have it from.

        Who refuted it stands apart: team and source are those of whoever stated it.
        """
        fact = self.fact
        if not fact.is_refuted:
            return _listed(fact.settled_by or fact.by, fact.team, fact.source)
        stated = _listed(f"stated by {fact.by}" if fact.by else "stated", fact.team, fact.source)
        return f"by {fact.settled_by}; {stated}" if fact.settled_by else stated


def _listed(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the page of the case shows of it: the newest lines, how many there are of each, what is owed to them."""

    lines: Sequence[Line]
    owed: Sequence[Line]
    count: int
    sums: str

    @property
    def left_out(self) -> int:
        return self.count - len(self.lines)


def of(escalation: Escalation) -> Ledger:
    """The ledger in short, the newest first. One query, which the composer shares."""
    lines = [_glanced(fact) for fact in reversed(citing.ledger(escalation))]
    return Ledger(lines[:MOST_SHOWN], [line for line in lines if line.told_at], len(lines), _sums(lines))


def context(request: MemberRequest, escalation: Escalation) -> dict[str, Any]:
    """For the case page."""
    return {"ledger": of(escalation), "may_state": may_state(request, escalation)}


def may_state(request: MemberRequest, escalation: Escalation) -> bool:
    return not escalation.is_history and authority.may(request.actor, Act.STATE_FACTS, escalation)


def groups(escalation: Escalation) -> list[tuple[State, list[Line]]]:
    """The whole ledger: what is certain, what is not yet, what is refuted; each as it was stated."""
    lines = [_read(fact) for fact in escalation.facts.with_all()]
    found = [(state, [line for line in lines if line.counts_as == state]) for state in _ORDER]
    return [(state, of_it) for state, of_it in found if of_it]


def find_fact(escalation: Escalation, pk: int) -> Fact:
    """A fact of this escalation, with all that belongs to it. Raises NotFound."""
    found: Fact = find(escalation.facts.with_all(), pk, "fact", of=escalation.key)
    found.escalation = escalation
    return found


def shown(
    request: MemberRequest, escalation: Escalation, fact: Fact, *, status: int = 200, **forms: Form
) -> HttpResponse:
    """One fact and what can be done about it; `forms` came back, each under the name of its slot."""
    template = "escalation/_fact.html" if is_in_drawer(request) else "escalation/fact.html"
    may, rights = may_state(request, escalation), Rights.of(request, escalation)
    line = _read(fact)
    made = {slot: _made(request, fact, slot) for slot in _FORMS if slot not in forms}
    disputes = [
        (dispute, forms.get(slot) or _made(request, fact, slot) if may_settle else None)
        for dispute, slot, may_settle in _settling(request, escalation, fact)
    ]
    slots = _slots(fact, may) | {of_dispute(dispute.pk) for dispute, _ in disputes}
    slots |= {"dispute"} if _may_dispute(request, escalation, fact) else set()
    slots |= {"correct"} if rights.tell and line.told_at else set()
    context = {
        "escalation": escalation,
        "fact": fact,
        "line": line,
        "disputes": disputes,
        "slots": slots,
        # What somebody sent when others had already gone on with it: there is no such form any more.
        "too_late": [(form, form.as_typed) for slot, form in forms.items() if slot not in slots],
        "may_state": may,
        "writes_at": _put_right_in(escalation, fact) if "correct" in slots else "",
        # How certain it is stands beside it.
        "marks": marked(fact.words, confirmed=[fact.words]) if may else [],
    }
    return render(request, template, context | made | forms, status=status)


def after_stating(request: MemberRequest, escalation: Escalation, fact: Fact) -> str:
    """Where one goes on: to write to them, where it is right instead of what they were told; else the ledger."""
    if fact.corrects and _owed(escalation, fact).exists() and Rights.of(request, escalation).tell:
        return _citing(escalation, fact)
    return reverse("facts", args=[escalation.key])


def act(
    request: MemberRequest,
    key: str,
    pk: int,
    slot: str,
    do: Callable[[Fact, dict[str, Any]], Any],
    *,
    done: str,
    may: Act | None = Act.STATE_FACTS,
) -> HttpResponse:
    """Act on a fact with what was typed into the form of `slot`, or show it again with what was wrong there.

    `may`: what one must be allowed to do; None where the act alone can say.
    """
    escalation = access.find(key, seen_by=request.actor)
    if may:
        check(request.actor, may, escalation)
    fact = find_fact(escalation, pk)
    if request.method != "POST":
        return redirect("fact", key=escalation.key, pk=pk)
    form = _made(request, fact, slot, sent(request))
    form.acts(lambda: do(fact, {**_typed(form), "by": request.actor, "now": request.now}))
    if form.errors:
        return shown(request, escalation, find_fact(escalation, pk), status=422, **{slot: form})
    return finished(request, escalation, f"“{fact.words}”: {done}", back=reverse("facts", args=[escalation.key]))


def find_dispute(fact: Fact, number: int) -> Dispute:
    """What is said against the fact, by number. Raises NotFound."""
    found = next((each for each in fact.disputes.all() if each.pk == number), None)
    if found is None:
        raise access.NotFound("Nobody said that against it.")
    return found


def of_dispute(number: int) -> str:
    """The slot of the form that settles a dispute: each has one of its own."""
    return f"settle-{number}"


def _put_right_in(escalation: Escalation, fact: Fact) -> str:
    """The composer with what puts right what they were told of it: what is so instead, or itself as still open.

    Blank where there is nothing to cite yet.
    """
    cited = citing.instead_of(escalation, fact) or (None if fact.is_refuted else fact)
    return _citing(escalation, cited) if cited else ""


def _owed(escalation: Escalation, fact: Fact) -> QuerySet[Citation]:
    """What the customer was told and is put right by telling them this."""
    return Citation.objects.to_be_corrected().filter(fact__in=citing.put_right_by(escalation, [fact]))


def _citing(escalation: Escalation, fact: Fact) -> str:
    """The composer with that fact, to all who have not heard yet what it puts right: which it does once they have."""
    asked = {"cites": fact.pk, "to": sorted(citing.to_tell(escalation, [fact]))}
    return f"{reverse('escalation', args=[escalation.key])}?{urlencode(asked, doseq=True)}#tell"


def _settling(request: MemberRequest, escalation: Escalation, fact: Fact) -> Iterable[tuple[Dispute, str, bool]]:
    """What is said against it, with the slot of its form and whether one may say that it is settled."""
    for dispute in fact.standing_disputes:
        may = not escalation.is_history and facts.may_settle(dispute, request.actor, escalation)
        yield dispute, of_dispute(dispute.pk), may


def _slots(fact: Fact, may: bool) -> set[str]:
    """Which forms there are for whoever may state facts, as it stands."""
    if not may:
        return set()
    slots = {"change"}
    if not fact.is_refuted:
        slots.add("refute")
    if fact.state in Fact.SETTLED:
        slots.add("reopen")
    elif not fact.is_disputed:
        slots.add("confirm")
    return slots


def _made(request: MemberRequest, fact: Fact, slot: str, data: Any = None) -> Form:
    return _FORMS[slot.partition("-")[0]](request, fact, slot, data)


def _typed(form: Form) -> dict[str, Any]:
    return form.changes if isinstance(form, ChangeForm) else form.cleaned_data


def _may_dispute(request: MemberRequest, escalation: Escalation, fact: Fact) -> bool:
    """Whether one belongs to a team that has not said so already."""
    if escalation.is_history or not authority.may(request.actor, Act.DISPUTE_FACTS, escalation):
        return False
    against = {dispute.team_id for dispute in fact.standing_disputes}
    return any(team.pk not in against for team in facts.teams_of(request.actor))


def _glanced(fact: Any) -> Line:
    return Line(fact, fact.counts_as, fact.disputed_by, fact.told_at)


def _read(fact: Fact) -> Line:
    told = [cited.update.at for cited in fact.citations.all() if cited.is_to_be_corrected]
    teams = ", ".join(str(dispute.team) for dispute in fact.standing_disputes)
    return Line(fact, fact.counts_as, teams, max(told, default=None))


def _sums(lines: Iterable[Line]) -> str:
    """ "3 confirmed, 2 under investigation"; blank where there are none."""
    counted = dict.fromkeys(_ORDER, 0)
    for line in lines:
        counted[line.counts_as] += 1
    return ", ".join(f"{count} {state.label.lower()}" for state, count in counted.items() if count)


# From the member's request and the fact, a form for what was sent, or filled with how it stands.
Maker = Callable[[MemberRequest, Fact, str, Any], Form]


def _plain(form: type[Form]) -> Maker:
    return lambda request, fact, slot, data: form(data=data, auto_id=f"id_{slot}_%s")


def _with_files(form: type[ConfirmForm | RefuteForm]) -> Maker:
    def make(request: MemberRequest, fact: Fact, slot: str, data: Any) -> Form:
        files = request.FILES if data is not None else None
        return form(fact, data=data, files=files, left_out=left_out(request), auto_id=f"id_{slot}_%s")

    return make


_FORMS: dict[str, Maker] = {
    "confirm": _with_files(ConfirmForm),
    "refute": _with_files(RefuteForm),
    "reopen": _plain(ReopenForm),
    "change": lambda request, fact, slot, data: FactForm(fact, data=data, auto_id=f"id_{slot}_%s"),
    "dispute": lambda request, fact, slot, data: DisputeForm(
        facts.teams_of(request.actor), data=data, auto_id=f"id_{slot}_%s"
    ),
    "settle": _plain(SettleForm),
    "correct": _plain(CorrectForm),
}
