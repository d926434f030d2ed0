"""What people do in the story. Each scene is one act of `escalations/actions`, with its moment and who acts."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from amends.demo.cast import Cast
from amends.demo.moments import Almanac, When
from amends.directory.actor import SENDER, Actor
from amends.directory.models import Contact
from amends.escalations import hearers, texts
from amends.escalations.actions import corrections, decisions, escalations, losses, notices, promises, updates
from amends.escalations.actions.updates import Next
from amends.escalations.hearing import Heard, in_force
from amends.escalations.models import Escalation, Fact, Problem, Promise, Update
from amends.escalations.timeline import kinds
from amends.outbox import outcomes
from amends.outbox.models import Delivery


@dataclass(slots=True)
class Stage:
    """Where one case is played: who takes part, what time it is, and the escalation once it is open."""

    cast: Cast
    almanac: Almanac
    now: dt.datetime
    escalation: Escalation | None = None

    @property
    def case(self) -> Escalation:
        assert self.escalation is not None, "A case opens first."
        return self.escalation

    def actor(self, first_name: str) -> Actor:
        """That member, else the handler."""
        member = self.cast.members[first_name] if first_name else self.case.handler
        assert member is not None
        return member.as_actor()

    def contact(self, name: str) -> Contact:
        """That contact, else the one who complained."""
        contact = self.cast.contacts[name] if name else self.case.contact
        assert contact is not None
        return contact

    def promise(self, what: str) -> Promise:
        """The open promise of those words, else the one that is due next."""
        found = self.case.promises.open().order_by("due_at", "id")
        return found.get(what=what) if what else found[0]

    def problem(self, number: int) -> Problem:
        return self.case.problems.get(rank=number)

    def fact(self, words: str) -> Fact:
        return self.case.facts.get(words=words)

    def is_seen_by(self, first_name: str) -> None:
        """Whoever does something has the case before them, and with it all that they were told of it."""
        if self.escalation:
            notices.see(self.escalation, by=self.actor(first_name), now=self.now)


@dataclass(frozen=True)
class Scene(ABC):
    """Something that happens at a moment."""

    at: When
    by: str = field(default="", kw_only=True)  # a first name; blank is the handler

    @abstractmethod
    def play(self, stage: Stage) -> None: ...


@dataclass(frozen=True)
class Then:
    """What the customer is promised next; without a time, by the playbook's cadence."""

    what: str = promises.AN_UPDATE
    due: When | None = None
    channel: str = Promise.Channel.MAIL

    def read(self, stage: Stage) -> Next:
        due_at = self.due(stage.almanac) if self.due else promises.next_by_cadence(stage.case, stage.now)
        return Next(self.what, due_at, self.channel)


@dataclass(frozen=True)
class Moves:
    """A promise that gets a new time with what is being said."""

    what: str
    due: When
    because: str


@dataclass(frozen=True, kw_only=True)
class Opens(Scene):
    account: str
    contact: str
    reason: str
    plan: tuple[str, ...]
    impact: str
    mood: str
    expectation: str = ""
    outcome_wanted: str = ""
    reported: When | None = None
    since: When | None = None
    channel: str = Escalation.Channel.PHONE
    severity: str = ""
    severity_reason: str = ""
    asks_for_level: int | None = None
    handler: str = ""
    category: str = "product"
    patience: str = ""
    sentiment: str = ""
    tried: str = ""
    why_unqualified: str = ""

    def play(self, stage: Stage) -> None:
        heard = Heard(
            reason=self.reason,
            problems=self.plan,
            contact=stage.cast.contacts[self.contact],
            impact=self.impact,
            mood=self.mood,
            channel=self.channel,
            expectation=self.expectation,
            outcome_wanted=self.outcome_wanted,
            reported_at=self.reported(stage.almanac) if self.reported else None,
            since_at=self.since(stage.almanac) if self.since else None,
            asks_for_level=self.asks_for_level,
            category=self.category,
            patience=self.patience,
            sentiment=self.sentiment,
            tried_first=in_force().document.entry.tried_first[:2] if self.tried else (),
            tried=self.tried,
            why_unqualified=self.why_unqualified,
        )
        stage.escalation = escalations.open(
            stage.cast.accounts[self.account],
            heard=heard,
            severity=self.severity,
            severity_reason=self.severity_reason,
            handler=stage.cast.members.get(self.handler),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Accepts(Scene):
    """Somebody takes on what was requested."""

    def play(self, stage: Stage) -> None:
        decisions.accept(stage.case, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Declines(Scene):
    """What was requested does not become an escalation."""

    reason: str

    def play(self, stage: Stage) -> None:
        decisions.decline(stage.case, reason=self.reason, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Acknowledges(Scene):
    """The first answer, in the playbook's words."""

    then: Then

    def play(self, stage: Stage) -> None:
        by, contact, then = stage.actor(self.by), stage.contact(""), self.then.read(stage)
        text = texts.fill("acknowledgement", stage.case, contact=contact, next_at=then.due_at, by=by, now=stage.now)
        updates.send(stage.case, text=text, to=[contact], then=then, by=by, now=stage.now)


@dataclass(frozen=True)
class Tells(Scene):
    """A mail (`minutes` is None) or a call or meeting, written down when it is over.

    It keeps the promise that is due next, or `keeps` (None: none); whom that was made to gets the mail as well.
    """

    text: str
    then: Then | None = None
    keeps: str | None = field(default="", kw_only=True)
    moves: Moves | None = field(default=None, kw_only=True)
    to: tuple[str, ...] = field(default=("",), kw_only=True)
    minutes: int | None = field(default=None, kw_only=True)
    channel: str = field(default=Update.Channel.CALL, kw_only=True)
    # Facts that a mail cites, by their words
    cites: tuple[str, ...] = field(default=(), kw_only=True)
    # What a mail says besides, to some of ours alone
    for_team: str = field(default="", kw_only=True)
    for_executives: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        by, contacts = stage.actor(self.by), [stage.contact(name) for name in self.to]
        keeps = [] if self.keeps is None else [stage.promise(self.keeps)]
        moved = stage.promise(self.moves.what) if self.moves else None
        then = self.then.read(stage) if self.then else None
        if self.minutes is None:
            text = f"Dear {' and '.join(contact.name for contact in contacts)},\n\n{self.text}\n\n{by.name}"
            promised_to = [promise.to for promise in keeps if promise.to]
            update = updates.send(
                stage.case,
                text=text,
                to=[*contacts, *promised_to, *hearers.of(stage.case, stage.now)],
                keeps=keeps,
                then=then,
                cites=[stage.fact(words) for words in self.cites],
                for_team=self.for_team,
                for_executives=self.for_executives,
                by=by,
                now=stage.now,
            )
        else:
            update = updates.log(
                stage.case,
                channel=self.channel,
                text=self.text,
                at=stage.now - dt.timedelta(minutes=self.minutes),
                minutes=self.minutes,
                contact=contacts[0],
                keeps=keeps,
                then=then,
                by=by,
                now=stage.now,
            )
        if self.moves and moved:
            due_at = self.moves.due(stage.almanac)
            promises.move(moved, due_at=due_at, told_by=update, reason=self.moves.because, by=by, now=stage.now)


@dataclass(frozen=True)
class HasNoNews(Scene):
    """Says it even with no news."""

    def play(self, stage: Stage) -> None:
        updates.send_no_news(stage.case, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Hears(Scene):
    """The customer speaks."""

    text: str
    contact: str = field(default="", kw_only=True)
    channel: str = field(default=Update.Channel.MAIL, kw_only=True)
    minutes: int | None = field(default=None, kw_only=True)

    def play(self, stage: Stage) -> None:
        updates.log(
            stage.case,
            channel=self.channel,
            text=self.text,
            at=stage.now - dt.timedelta(minutes=self.minutes or 0),
            minutes=self.minutes,
            direction=Update.Direction.IN,
            contact=stage.contact(self.contact),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Corrects(Scene):
    """The last call or meeting was written down wrongly: its words, read again."""

    text: str
    because: str

    def play(self, stage: Stage) -> None:
        last = stage.case.updates.standing().filter(is_mailed=False).latest("logged_at", "id")
        corrections.correct(
            last,
            reason=self.because,
            channel=last.channel,
            text=self.text,
            at=last.at,
            direction=last.direction,
            contact=last.contact,
            minutes=last.minutes,
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class Strikes(Scene):
    """The last word that was written down here does not belong here."""

    because: str

    def play(self, stage: Stage) -> None:
        last = stage.case.updates.standing().filter(is_mailed=False).latest("logged_at", "id")
        corrections.strike(last, reason=self.because, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class TakesBack(Scene):
    """The last mail, before it leaves."""

    def play(self, stage: Stage) -> None:
        last = stage.case.updates.standing().filter(is_mailed=True).latest("logged_at", "id")
        corrections.take_back(last, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class Bounces(Scene):
    """The last mail could not be delivered, as its server says."""

    why: str

    def play(self, stage: Stage) -> None:
        update = stage.case.updates.filter(is_mailed=True).latest("at")
        deliveries = list(Delivery.objects.filter(identity__startswith=f"update:{update.pk}|"))
        outcomes.refused(deliveries, self.why, now=stage.now)
        for delivery in deliveries:
            losses.tell(delivery, kinds.UPDATE_NOT_DELIVERED, self.why, by=SENDER, now=stage.now)


@dataclass(frozen=True)
class PromisesThat(Scene):
    """Promises something besides the next update."""

    what: str
    due: When
    kind: str = field(default=Promise.Kind.DELIVERABLE, kw_only=True)
    channel: str = field(default=Promise.Channel.MAIL, kw_only=True)
    to: str = field(default="", kw_only=True)
    owner: str = field(default="", kw_only=True)

    def play(self, stage: Stage) -> None:
        promises.make(
            stage.case,
            what=self.what,
            due_at=self.due(stage.almanac),
            kind=self.kind,
            channel=self.channel,
            to=stage.contact(self.to),
            owner=stage.cast.members.get(self.owner),
            by=stage.actor(self.by),
            now=stage.now,
        )


@dataclass(frozen=True)
class GivesUp(Scene):
    what: str
    because: str

    def play(self, stage: Stage) -> None:
        promises.give_up(stage.promise(self.what), reason=self.because, by=stage.actor(self.by), now=stage.now)


@dataclass(frozen=True)
class IsWaived(Scene):
    """The customer no longer needs what was promised."""

    what: str
    because: str

    def play(self, stage: Stage) -> None:
        promises.release(stage.promise(self.what), reason=self.because, by=stage.actor(self.by), now=stage.now)
