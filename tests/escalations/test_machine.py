"""Anything that people do, in any order and at any time, with the clock looking: what must always be true still is.

Every step is a real act on real rows; what the domain refuses is refused, and must leave no trace.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from amends.directory.actor import CLOCK, Role
from amends.escalations import invariants
from amends.escalations.actions import decisions, endings, escalations, moves, problems, promises, updates
from amends.escalations.actions.updates import Next
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation, Event, Mark, Problem, Promise, Update
from amends.escalations.timeline import kinds
from amends.lib.errors import Refused
from amends.outbox.models import Delivery
from amends.worker.tick import tick
from tests import make
from tests.escalations.intake_steps import IntakeSteps
from tests.fuzzing import TIMES

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SPANS = [MINUTE, 29 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR, DAY, 3 * DAY, 15 * DAY]
AHEAD = [MINUTE, HOUR, 5 * HOUR, 2 * DAY, 20 * DAY]
pick = st.integers(0, 10_000)


class Desk(IntakeSteps):
    """A desk with three people, two customers, and a clock that looks whenever a rule says so."""

    def __init__(self) -> None:
        super().__init__()
        # Each run begins in an empty database and is rolled back.
        self._run = transaction.atomic()
        self._run.__enter__()
        self._sound: list[object] = []

    @initialize()
    def opens_its_doors(self) -> None:
        make.organisation()
        make.playbook()
        tom, nadia, ruth = make.chain()
        otto = make.member("Otto Weiss", Role.EXECUTIVE)
        self.people = [nadia, ruth, otto]
        self.accounts = [make.account(csm=tom), make.account(csm=nadia)]
        # Nothing here qualifies, so that its handler decides.
        self.small = make.account(csm=tom, spend=None)
        self.contacts = {account.pk: make.contact(account) for account in [*self.accounts, self.small]}
        self.now = make.THURSDAY
        self.mails_by_us = 0
        make.escalation(of=self.accounts[0], problems=("Every order arrives twice",))

    # What time does

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: dt.timedelta) -> None:
        self.now += span

    @rule()
    def the_clock_looks(self) -> None:
        tick(self.now)

        before = self._everything()
        Escalation.objects.open().filter(next_look_at__isnull=False).update(next_look_at=self.now)
        tick(self.now)
        assert self._everything() == before, "Looking twice changed something."

    @rule(span=st.sampled_from([HOUR, DAY]))
    def the_clock_looks_with_the_wrong_time(self, span: dt.timedelta) -> None:
        tick(self.now - span)

    # What people do

    @rule(which=pick, who=pick, grave=st.booleans(), known=st.booleans(), ago=st.sampled_from([0 * DAY, HOUR, 4 * DAY]))
    def somebody_opens(self, which: int, who: int, grave: bool, known: bool, ago: dt.timedelta) -> None:
        if Escalation.objects.open().count() >= 4:
            return
        account = self.accounts[which % 2]
        heard = Heard(
            "Orders doubled",
            problems=("Every order arrives twice",) * (which % 3),
            contact=self.contacts[account.pk],
            impact="stopped" if grave else "",
            customer_should_know=known,
            why_not_told="" if known else "They never noticed.",
            reported_at=self.now - ago,
        )
        self._act(lambda: escalations.open(account, heard=heard, by=self._somebody(who), now=self.now))

    @rule(which=pick, who=pick, keeps=st.booleans(), then=st.none() | st.sampled_from(AHEAD))
    def somebody_writes_to_the_customer(self, which: int, who: int, keeps: bool, then: dt.timedelta | None) -> None:
        if not (escalation := self._one(which)):
            return
        done = self._act(
            lambda: updates.send(
                escalation,
                text="We found it.",
                to=[self.contacts[escalation.account_id]],
                keeps=list(escalation.promises.open()[:1]) if keeps else [],
                then=Next("A word", self.now + then) if then else None,
                by=self._somebody(who),
                now=self.now,
            )
        )
        self.mails_by_us += done

    @rule(which=pick, who=pick)
    def somebody_says_that_there_is_no_news(self, which: int, who: int) -> None:
        if escalation := self._one(which):
            self.mails_by_us += self._act(
                lambda: updates.send_no_news(escalation, by=self._somebody(who), now=self.now)
            )

    @rule(which=pick, ago=st.sampled_from([0 * DAY, MINUTE, 6 * HOUR]), keeps=st.booleans(), heard=st.booleans())
    def somebody_logs_a_call(self, which: int, ago: dt.timedelta, keeps: bool, heard: bool) -> None:
        if escalation := self._one(which):
            self._act(
                lambda: updates.log(
                    escalation,
                    channel="call",
                    direction="in" if heard else "out",
                    text="We spoke.",
                    at=self.now - ago,
                    keeps=list(escalation.promises.open()) if keeps else [],
                    by=self._somebody(which),
                    now=self.now,
                )
            )

    @rule(which=pick, ahead=st.sampled_from(AHEAD), kind=st.sampled_from(Promise.Kind.values[1:]))
    def somebody_promises(self, which: int, ahead: dt.timedelta, kind: str) -> None:
        if escalation := self._one(which):
            self._act(
                lambda: promises.make(
                    escalation, what="A fix", due_at=self.now + ahead, kind=kind, by=self._somebody(which), now=self.now
                )
            )

    @rule(which=pick, ahead=st.sampled_from(AHEAD))
    def somebody_moves_a_promise(self, which: int, ahead: dt.timedelta) -> None:
        if promise := self._promise(which):
            self._act(
                lambda: moves.by_word(
                    promise,
                    due_at=self.now + ahead,
                    reason="The vendor is slow.",
                    channel="call",
                    text="It takes longer.",
                    at=self.now,
                    by=self._somebody(which),
                    now=self.now,
                )
            )

    @rule(which=pick, waived=st.booleans())
    def somebody_lets_a_promise_go(self, which: int, waived: bool) -> None:
        if promise := self._promise(which):
            act = promises.release if waived else promises.give_up
            self._act(lambda: act(promise, reason="It is so.", by=self._somebody(which), now=self.now))

    @rule(which=pick, how=st.sampled_from(["name", "solve", "solve", "decline", "again"]))
    def somebody_works_on_the_plan(self, which: int, how: str) -> None:
        if not (escalation := self._one(which)):
            return
        by = {"by": self._somebody(which), "now": self.now}
        problem = escalation.problems.order_by("?" if which % 2 else "id").first() or Problem(escalation=escalation)
        acts: dict[str, Callable[[], object]] = {
            "name": lambda: problems.name(escalation, words="Doubled", **by),
            "solve": lambda: problems.solve(problem, **by),
            "decline": lambda: problems.decline(problem, reason="As designed.", **by),
            "again": lambda: problems.take_up_again(problem, reason="Two more.", **by),
        }
        if problem.pk or how == "name":
            self._act(acts[how])

    @rule(which=pick, severity=st.sampled_from(["critical", "high", "medium", "low"]))
    def somebody_changes_the_severity(self, which: int, severity: str) -> None:
        if escalation := self._one(which):
            self._act(
                lambda: escalations.change_severity(
                    escalation, severity=severity, reason="x", by=self._somebody(which), now=self.now
                )
            )

    @rule(which=pick, who=pick)
    def somebody_hands_it_on(self, which: int, who: int) -> None:
        if escalation := self._one(which):
            handler = self.people[who % 3]
            self._act(lambda: escalations.hand_to(escalation, handler=handler, reason="x", by=CLOCK, now=self.now))

    @rule(which=pick, how=st.sampled_from(["resolve", "resolve", "close", "close", "reopen", "withdraw"]))
    def somebody_takes_it_to_its_end(self, which: int, how: str) -> None:
        if not (escalation := self._one(which)):
            return
        by = {"by": self._somebody(which), "now": self.now}
        acts: dict[str, Callable[[], object]] = {
            "resolve": lambda: endings.resolve(escalation, **by),
            "close": lambda: endings.close(escalation, outcome="recovered", confirmed_by="Maria", **by),
            "reopen": lambda: endings.reopen(escalation, reason="It is back.", **by),
            "withdraw": lambda: endings.withdraw(escalation, reason="x", **by) if which % 5 == 0 else None,
        }
        self._act(acts[how])

    @precondition(lambda self: Escalation.objects.open().exists())
    @rule()
    def everything_comes_to_its_end(self) -> None:
        for escalation in Escalation.objects.open():
            if escalation.status == Escalation.Status.REQUESTED:
                if decisions.pending(escalation) is None:
                    decisions.ask_again(escalation, done="x", by=CLOCK, now=self.now)
                decisions.accept(escalation, by=CLOCK, now=self.now)
            for problem in escalation.problems.exclude(status__in=Problem.SETTLED):
                problems.solve(problem, by=CLOCK, now=self.now)
            for promise in escalation.promises.open().filter(kind__in=["fix_date", "deliverable"]):
                promises.release(promise, reason="x", by=CLOCK, now=self.now)
            escalation.refresh_from_db()
            if escalation.promises.open().filter(kind="acknowledgement").exists():
                # Nothing is closed over the head of a customer to whom nobody has spoken.
                updates.log(escalation, channel="call", text="It is over.", at=self.now, by=CLOCK, now=self.now)
                escalation.refresh_from_db()
            if escalation.status == Escalation.Status.OPEN:
                endings.resolve(escalation, by=CLOCK, now=self.now)
            endings.close(escalation, outcome="lost", why_unconfirmed="They left.", by=CLOCK, now=self.now)

    # What is always so

    @invariant()
    def nothing_is_breached(self) -> None:
        # A step that was refused, or that only lets time pass, left all as it was found sound.
        if hasattr(self, "now") and (stands := self._everything()) != self._sound:
            assert invariants.breaches(self.now) == []
            self._sound = stands

    @invariant()
    def what_is_due_is_told_once(self) -> None:
        once = list(Event.objects.exclude(once=None).values_list("escalation", "once"))
        assert len(once) == len(set(once))
        highest: dict[tuple[int, str], int] = {}
        for escalation, told in once:
            key, _, rung = told.rpartition(":")
            highest[escalation, key] = max(int(rung), highest.get((escalation, key), -1))
        marks = {(pk, key): rung for pk, key, rung in Mark.objects.values_list("escalation", "key", "rung")}
        # What went to another escalation took its mark along; what was rung of it before stands where it rang.
        told: dict[str, int] = {}
        for (_, key), rung in highest.items():
            told[key] = max(rung, told.get(key, -1))
        for (pk, key), rung in marks.items():
            assert rung == (told[key] if key.startswith(("promise:", "request:")) else highest[pk, key])
        assert {key for _, key in highest} == {key for _, key in marks}

    @invariant()
    def no_delivery_without_an_event(self) -> None:
        events = {f"event:{pk}" for pk in Event.objects.values_list("pk", flat=True)}
        rings = {f"escalation:{pk}|{once}" for pk, once in Event.objects.values_list("escalation", "once") if once}
        sent = {f"update:{update}" for update in _updates_on_the_timeline("update.sent")}
        for identity in Delivery.objects.values_list("identity", flat=True):
            cause, _, rest = identity.partition("|")
            assert cause in events | sent or f"{cause}|{rest.partition('|')[0]}" in rings, identity

    @invariant()
    def customers_get_mail_from_people_only(self) -> None:
        if hasattr(self, "now"):
            assert Delivery.objects.filter(audience="customer").count() == self.mails_by_us
            assert Update.objects.filter(is_mailed=True).count() == self.mails_by_us

    @invariant()
    def what_is_over_promises_nothing_and_has_no_clock(self) -> None:
        over = Escalation.objects.exclude(status__in=Escalation.UNDER_WAY)
        assert not Promise.objects.open().filter(escalation__in=over).exists()
        assert not over.exclude(next_look_at=None).exists()

    @invariant()
    def a_promise_is_settled_once_and_says_so(self) -> None:
        ends = [
            kinds.PROMISE_KEPT,
            kinds.PROMISE_KEPT_LATE,
            kinds.PROMISE_MOVED,
            kinds.PROMISE_BROKEN,
            kinds.PROMISE_RELEASED,
        ]
        settled = Counter(
            words["promise"]
            for words in Event.objects.filter(kind__in=[kind.name for kind in ends]).values_list("words", flat=True)
        )
        assert dict(settled) == dict.fromkeys(Promise.objects.exclude(status="open").values_list("pk", flat=True), 1)

    @invariant()
    def each_change_counts_one_up(self) -> None:
        by_people = Count("events", filter=Q(events__once=None))
        assert not Escalation.objects.annotate(changes=by_people).exclude(changes=F("version")).exists()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._run.__exit__(None, None, None)

    def _act(self, act: Callable[[], object]) -> bool:
        """Do it; what is refused leaves nothing behind."""
        before = self._everything()
        try:
            act()
        except Refused:
            assert self._everything() == before
            return False
        return True

    def _everything(self) -> list[object]:
        return [
            Event.objects.count(),
            Delivery.objects.count(),
            Update.objects.count(),
            list(Promise.objects.order_by("pk").values_list("pk", "status")),
            list(Problem.objects.order_by("pk").values_list("pk", "status")),
            list(Mark.objects.order_by("pk").values_list("pk", "rung", "told_at")),
            list(Escalation.objects.order_by("pk").values_list("pk", "status", "severity", "handler", "version")),
        ]

    def _one(self, which: int) -> Escalation | None:
        found = list(Escalation.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    def _promise(self, which: int) -> Promise | None:
        found = list(Promise.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    def _somebody(self, who: int):
        return self.people[who % 3].as_actor()


def _updates_on_the_timeline(kind: str) -> list[int]:
    return [words["update"] for words in Event.objects.filter(kind=kind).values_list("words", flat=True)]


Desk.TestCase.settings = settings(
    max_examples=8 * TIMES,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.django_db
class TestDesk(Desk.TestCase):
    """All of the above."""
