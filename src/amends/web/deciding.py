"""The ways to decide on a request: what each asks, what it says, what it does. The case and the mail share them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from amends.directory.actor import Actor
from amends.escalations.actions import decisions
from amends.escalations.authority import Act, may
from amends.escalations.models import Decision, Escalation
from amends.web.forms.base import Form
from amends.web.forms.decisions import CloseWithNoteForm, DeclineForm, GiveBackForm
from amends.web.forms.steering import ConsentForm
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Way:
    """One answer to “will you take it on?”."""

    title: str
    button: str
    says: str
    form: type[Form]
    act: Callable[..., object]
    done: str
    is_grave: bool = False

    def decide(self, escalation: Escalation, form: Form, *, by: Actor, now: dt.datetime) -> object:
        """Do it, with what was typed."""
        return self.act(escalation, **form.cleaned_data, by=by, now=now)


WAYS = {
    "accept": Way(
        "Accept it",
        "Accept",
        "You take charge: what was promised to the customer is yours from now on, and the account’s people are told.",
        ConsentForm,
        decisions.accept,
        "Accepted. It is yours now.",
    ),
    "give-back": Way(
        "Give it back",
        "Give it back",
        "Not yet: these steps first. It stays requested, and the word to the customer stays with who asked. "
        "They can ask again.",
        GiveBackForm,
        decisions.give_back,
        "Given back with the next steps.",
    ),
    "decline": Way(
        "Decline it",
        "Decline",
        "It does not become an escalation. What was promised is released, and everybody is told why.",
        DeclineForm,
        decisions.decline,
        "Declined.",
        is_grave=True,
    ),
    "close": Way(
        "Close it with a note",
        "Close it",
        "You have settled it yourself. Whatever a closing asks besides is waived by name, and stands on the record.",
        CloseWithNoteForm,
        decisions.close_with_note,
        "Closed with a note.",
    ),
}
_VERDICTS = {
    Decision.Verdict.ACCEPTED: "accepted this",
    Decision.Verdict.DECLINED: "declined this",
    Decision.Verdict.GIVEN_BACK: "gave this back",
    Decision.Verdict.CLOSED: "closed this with a note",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A request on its page: who is asked until when, or what they gave back; and what this member can do."""

    row: Decision
    pending: bool
    may_decide: bool
    may_ask: bool
    is_own: bool


def standing(request: MemberRequest, escalation: Escalation) -> Standing | None:
    """How the decision on a request stands; None where there is none to be made."""
    if escalation.status != Escalation.Status.REQUESTED:
        return None
    latest = escalation.decisions.select_related("asked_of", "asked_by", "decided_by").first()
    if latest is None:
        return None
    return Standing(
        latest,
        pending=not latest.verdict,
        may_decide=may(request.actor, Act.DECIDE, escalation),
        may_ask=may(request.actor, Act.OPEN),
        is_own=escalation.opened_by_id in request.actor.stands_for,
    )


def what_became(decision: Decision) -> str:
    """What was decided, as a sentence goes on after the name of who did; blank where nobody is asked any more."""
    return _VERDICTS.get(Decision.Verdict(decision.verdict), "")
