"""What comes in, as steps of the machine: asked for, decided on, merged, added to, completed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from amends.directory.actor import Actor
from amends.directory.models import Account
from amends.escalations.actions import decisions, escalations, hearings, merges
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
pick = st.integers(0, 10_000)


class IntakeSteps(RuleBasedStateMachine):
    """Steps of a desk, which says who acts, on what and when."""

    # What the machine brings along
    _act: Callable[[Callable[[], object]], bool]
    _one: Callable[[int], Escalation | None]
    _somebody: Callable[[int], Actor]

    now: dt.datetime
    # Nothing of this account qualifies, so that its handler decides.
    small: Account

    @rule(who=pick, known=st.booleans())
    def somebody_asks_for_what_does_not_qualify(self, who: int, known: bool) -> None:
        if Escalation.objects.open().count() >= 4:
            return
        heard = Heard(
            "The third wrong invoice",
            problems=("It is wrong",) * (who % 2),
            customer_should_know=known,
            why_not_told="" if known else "They never noticed.",
            why_unqualified="They write for the press.",
        )
        self._act(lambda: escalations.open(self.small, heard=heard, by=self._somebody(who), now=self.now))

    @rule(which=pick, who=pick, how=st.sampled_from(["accept", "decline", "give back", "again", "note"]))
    def somebody_decides(self, which: int, who: int, how: str) -> None:
        requested = list(Escalation.objects.filter(status="requested").order_by("pk")) or list(Escalation.objects.all())
        if not requested:
            return
        case, by = requested[which % len(requested)], {"by": self._somebody(who), "now": self.now}
        acts: dict[str, Callable[[], object]] = {
            "accept": lambda: decisions.accept(case, **by),
            "decline": lambda: decisions.decline(case, reason="It is in hand.", **by),
            "give back": lambda: decisions.give_back(case, steps="Ring them.", **by),
            "again": lambda: decisions.ask_again(case, done="Rang them.", **by),
            "note": lambda: decisions.close_with_note(case, note="Settled on the phone.", **by),
        }
        self._act(acts[how])

    @rule(which=pick, who=pick)
    def somebody_merges_two(self, which: int, who: int) -> None:
        one, other = self._one(which), self._one(who)
        if one and other:
            self._act(lambda: merges.merge(one, into=other, reason="One cause.", by=self._somebody(who), now=self.now))

    @rule(which=pick, ago=st.sampled_from([0 * DAY, 3 * HOUR]), known=st.booleans())
    def somebody_adds_to_one(self, which: int, ago: dt.timedelta, known: bool) -> None:
        if not (escalation := self._one(which)):
            return
        heard = Heard(
            "And the labels",
            reported_at=self.now - ago,
            customer_should_know=known,
            why_not_told="" if known else "Unseen.",
        )
        self._act(lambda: merges.add(escalation, heard=heard, by=self._somebody(which), now=self.now))

    @rule(which=pick, impact=st.sampled_from(["", "stopped", "hindered"]), known=st.booleans(), look=st.booleans())
    def somebody_completes_what_was_heard(self, which: int, impact: str, known: bool, look: bool) -> None:
        if not (escalation := self._one(which)):
            return
        by = {"by": self._somebody(which), "now": self.now}
        said = {"impact": impact, "customer_should_know": known, "why_not_told": "" if known else "Unseen."}
        self._act(
            lambda: (
                hearings.look_again(escalation, why_not_told="Unseen.", **by)
                if look
                else hearings.complete(escalation, said=said, **by)
            )
        )
