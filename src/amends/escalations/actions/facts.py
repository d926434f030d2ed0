"""The ledger of facts: what is stated, confirmed, refuted, disputed. Facts, and no blame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from amends.directory.actor import Actor
from amends.directory.models import Member, Team
from amends.escalations import authority
from amends.escalations.actions.files import File, keep
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Citation, Dispute, Escalation, Fact, Problem
from amends.escalations.standing import is_somebodys, read_anew
from amends.escalations.timeline import kinds
from amends.escalations.timeline.kind import Kind
from amends.escalations.timeline.record import record

State = Fact.State
# As many as anybody reads, and as much as anybody writes; the rest goes into a file.
MOST = 200
MOST_EVIDENCE = 5_000


@transaction.atomic
def state(
    escalation: Escalation,
    *,
    words: str,
    by: Actor,
    now: dt.datetime,
    source: str = "",
    evidence: str = "",
    is_confirmed: bool = False,
    problem: Problem | None = None,
    team: Team | None = None,
    corrects: Fact | None = None,
    files: Sequence[File] = (),
) -> Fact:
    """Put a statement into the ledger: as under investigation, or confirmed at once with its source and evidence.

    `team`: whose finding it is; `corrects`: the fact in whose place it stands, which is certain no longer. Of these
    two one alone is ever confirmed.
    """
    escalation.lock()
    check(by, Act.STATE_FACTS, escalation)
    is_somebodys(escalation)
    words = _said(_in_a_line(words), "words", "Say what is, or may be, so.")
    source, evidence = _in_a_line(source), _fitting(evidence)
    _belong_to(escalation, problem, corrects)
    if is_confirmed:
        _shows_it(source, evidence)
    if escalation.facts.count() >= MOST:
        raise Refused(f"{MOST} facts are as many as anybody can read. Write a note instead.", field="words")

    fact = Fact.objects.create(
        escalation=escalation,
        problem=problem,
        words=words,
        source=source,
        evidence=evidence,
        team=team,
        corrects=corrects,
        by_id=by.member_id,
        at=now,
    )
    keep(escalation, files, fact=fact, by=by, now=now)
    record(kinds.FACT_STATED, escalation, by=by, now=now, fact=words, fact_id=fact.pk)
    if is_confirmed:
        confirm(fact, by=by, now=now)
    return fact


@transaction.atomic
def confirm(
    fact: Fact, *, by: Actor, now: dt.datetime, source: str = "", evidence: str = "", files: Sequence[File] = ()
) -> None:
    """It is so. Source and evidence are needed, here or from before; from now on the customer may be told."""
    escalation = _held(fact, by)
    if fact.state in Fact.SETTLED:
        raise Refused(f"“{fact.words}” is {fact.get_state_display().lower()} already. Investigate it again first.")
    for dispute in fact.standing_disputes:
        raise Refused(f"{dispute.team} disputes it: “{dispute.words}” Settle that first.")
    _contradicts_nothing(fact)
    source, evidence = _in_a_line(source) or fact.source, _fitting(evidence) or fact.evidence
    _shows_it(source, evidence)

    fact.source = source
    _settle(fact, State.CONFIRMED, evidence, by, now)
    keep(escalation, files, fact=fact, by=by, now=now)
    record(
        kinds.FACT_CONFIRMED,
        escalation,
        by=by,
        now=now,
        fact=fact.words,
        fact_id=fact.pk,
        source=source,
        evidence=evidence,
    )


@transaction.atomic
def refute(fact: Fact, *, evidence: str, by: Actor, now: dt.datetime, files: Sequence[File] = ()) -> None:
    """It is not so, and this shows it. Also when it was confirmed; what was disputed in it is settled thereby.

    Who told it to the customer as certain hears that it is to be corrected.
    """
    escalation = _held(fact, by)
    if fact.is_refuted:
        raise Refused(f"“{fact.words}” is refuted already.")
    evidence = _said(_fitting(evidence), "evidence", "Say what shows that it is not so.")

    named, before = [fact.settled_by, *(dispute.by for dispute in fact.standing_disputes)], fact.evidence
    _settle(fact, State.REFUTED, evidence, by, now)
    for dispute in fact.standing_disputes:
        _answer(dispute, f"Refuted: {evidence}"[:300], by, now)
    keep(escalation, files, fact=fact, by=by, now=now)
    # In the ledger the new evidence takes the place of the old; the timeline has both.
    shows = f"{evidence} Until now this seemed to show it: {before}" if before else evidence
    _tell(kinds.FACT_REFUTED, fact, escalation, named, by, now, evidence=shows)


@transaction.atomic
def reopen(fact: Fact, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """What was confirmed or refuted is under investigation again. Who told it as certain hears so."""
    escalation = _held(fact, by)
    if fact.state not in Fact.SETTLED:
        raise Refused(f"“{fact.words}” is under investigation already.")
    reason = _said(reason, "reason", "Say why it is in question again.")

    named = [fact.settled_by]
    fact.state, fact.settled_at, fact.settled_by = State.INVESTIGATING, None, None
    fact.save(update_fields=["state", "settled_at", "settled_by"])
    _tell(kinds.FACT_REOPENED, fact, escalation, named, by, now, reason=reason)


@transaction.atomic
def change(
    fact: Fact,
    *,
    by: Actor,
    now: dt.datetime,
    words: str | None = None,
    source: str | None = None,
    evidence: str | None = None,
) -> None:
    """Say better what it is, where it comes from, what shows it. What the customer was told keeps its words."""
    escalation = _held(fact, by)
    wanted = {"words": words, "source": source, "evidence": evidence}
    new = {name: _READ[name](text) for name, text in wanted.items() if text is not None}
    new = {name: text for name, text in new.items() if text != getattr(fact, name)}
    if "words" in new:
        _said(new["words"], "words", "Say what is, or may be, so.")
        if fact.citations.exists():
            raise Refused("The customer was told it in these words. Refute it, and state it anew.", field="words")
    if fact.state in Fact.SETTLED:
        _still_shows_it(fact, new)
    if not new:
        return

    changes = "; ".join(f"{_CALLED[name]} “{text}”" for name, text in new.items())
    was = fact.words
    for name, text in new.items():
        setattr(fact, name, text)
    fact.save(update_fields=list(new))
    record(kinds.FACT_CHANGED, escalation, by=by, now=now, fact=was, fact_id=fact.pk, changes=changes)


@transaction.atomic
def dispute(fact: Fact, *, words: str, by: Actor, now: dt.datetime, team: Team | None = None) -> Dispute:
    """A team does not hold it to be right; it counts as under investigation until that is settled.

    Whoever may see the case and belongs to a team may, for that team; `team` is needed by who belongs to several.
    """
    escalation = fact.escalation
    escalation.lock()
    check(by, Act.DISPUTE_FACTS, escalation)
    is_somebodys(escalation)
    read_anew(fact, escalation)
    team = _of_theirs(team, by)
    words = _said(words, "words", "Say what your team holds against it.")
    if fact.disputes.filter(team=team, settled_at__isnull=True).exists():
        raise Refused(f"{team} disputes it already.", field="team")

    made = Dispute.objects.create(fact=fact, team=team, words=words, by_id=by.member_id, at=now)
    _tell(kinds.FACT_DISPUTED, fact, escalation, [fact.settled_by], by, now, team=str(team), words=words)
    return made


@transaction.atomic
def settle(dispute: Dispute, *, answer: str, by: Actor, now: dt.datetime) -> None:
    """The dispute is over: an answer that the team gets. Who disputed may take it back in the same way.

    The fact stands as it did; where the team is right, refute it or investigate it again.
    """
    fact = dispute.fact
    escalation = fact.escalation
    escalation.lock()
    check_may_settle(dispute, by, escalation)
    is_somebodys(escalation)
    read_anew(fact, escalation)
    dispute.refresh_from_db()
    if dispute.settled_at:
        raise Refused("That is settled already.")
    answer = _said(answer, "answer", "Say how it was settled.")

    _answer(dispute, answer, by, now)
    record(
        kinds.DISPUTE_SETTLED,
        escalation,
        by=by,
        now=now,
        named=_each(dispute.by, fact.by),
        team=str(dispute.team),
        fact=fact.words,
        fact_id=fact.pk,
        answer=answer,
    )


def unshown(source: str, evidence: str) -> dict[str, str]:
    """What is missing before something can be confirmed: a sentence for each field."""
    needed = {
        "source": (source, "Say where it comes from: a log, a release note, who saw it."),
        "evidence": (evidence, "Say what shows it. What nothing shows stays under investigation."),
    }
    return {field: sentence for field, (text, sentence) in needed.items() if not text.strip()}


def teams_of(actor: Actor) -> list[Team]:
    """For which teams one may dispute."""
    return list(Team.objects.filter(members=actor.member_id)) if actor.member_id else []


def may_settle(dispute: Dispute, actor: Actor, escalation: Escalation) -> bool:
    """Whether one may say that a dispute is over: whoever states facts, and who disputed."""
    return authority.may(actor, Act.STATE_FACTS, escalation) or (actor.may_write and dispute.by_id in actor.stands_for)


def check_may_settle(dispute: Dispute, actor: Actor, escalation: Escalation) -> None:
    """Raise Forbidden, in a sentence that says who to ask, for whoever may not."""
    if not may_settle(dispute, actor, escalation):
        check(actor, Act.STATE_FACTS, escalation)


_CALLED = {"words": "it says now", "source": "source:", "evidence": "evidence:"}


def _held(fact: Fact, by: Actor) -> Escalation:
    """Lock its case, ask whether one may, and read the fact as it stands."""
    escalation = fact.escalation
    escalation.lock()
    check(by, Act.STATE_FACTS, escalation)
    is_somebodys(escalation)
    read_anew(fact, escalation)
    return escalation


def _contradicts_nothing(fact: Fact) -> None:
    """Refuse to confirm what stands in the place of something confirmed, or has it in its own: both cannot be so.

    Whether that is disputed does not matter; once the dispute was settled, both would stand as certain.
    """
    others = Q(pk=fact.corrects_id) | Q(corrects=fact.pk)
    other = Fact.objects.filter(others, state=State.CONFIRMED).order_by("id").first()
    if other is not None:
        one, another = (fact, other) if fact.corrects_id == other.pk else (other, fact)
        raise Refused(
            f"“{one.words}” was stated in place of “{another.words}”, so one of them alone is confirmed. "
            f"Refute “{other.words}” first, or investigate it again."
        )


def _settle(fact: Fact, how: State, evidence: str, by: Actor, now: dt.datetime) -> None:
    fact.state, fact.evidence, fact.settled_at, fact.settled_by_id = how, evidence, now, by.member_id
    fact.save(update_fields=["state", "source", "evidence", "settled_at", "settled_by"])


def _answer(dispute: Dispute, answer: str, by: Actor, now: dt.datetime) -> None:
    dispute.answer, dispute.settled_at, dispute.settled_by_id = answer, now, by.member_id
    dispute.save(update_fields=["answer", "settled_at", "settled_by"])


def _tell(
    kind: Kind,
    fact: Fact,
    escalation: Escalation,
    named: Iterable[Member | None],
    by: Actor,
    now: dt.datetime,
    **words: str,
) -> None:
    """It is less certain than it was: those who said so hear it, and those who told it to the customer as certain."""
    owed = list(Citation.objects.to_be_corrected().filter(fact=fact).select_related("update__by"))
    said: dict[str, Any] = words | ({"cited_at": max(citation.update.at for citation in owed)} if owed else {})
    authors = [citation.update.by for citation in owed]
    record(
        kind,
        escalation,
        by=by,
        now=now,
        named=_each(fact.by, *named, *authors),
        fact=fact.words,
        fact_id=fact.pk,
        **said,
    )


def _each(*members: Member | None) -> list[Member]:
    return list(dict.fromkeys(member for member in members if member))


def _of_theirs(team: Team | None, by: Actor) -> Team:
    """The team for which somebody disputes: one of their own."""
    if team and by.is_system:
        return team
    theirs = teams_of(by)
    if team is None and len(theirs) == 1:
        return theirs[0]
    if not theirs:
        raise Refused("Only a team disputes a fact, and you belong to none. Write a note instead.", field="team")
    if team is None:
        raise Refused("Say for which of your teams.", field="team")
    if team not in theirs:
        raise Refused(f"You do not belong to {team}. Choose a team of your own.", field="team")
    return team


def _belong_to(escalation: Escalation, problem: Problem | None, corrects: Fact | None) -> None:
    if problem and problem.escalation_id != escalation.pk:
        raise Refused("That problem belongs to another escalation.", field="problem")
    if corrects and corrects.escalation_id != escalation.pk:
        raise Refused("That fact belongs to another escalation.", field="corrects")
    # As it is now: somebody may have confirmed it since it was chosen.
    if corrects and Fact.objects.certain().filter(pk=corrects.pk).exists():
        raise Refused(f"“{corrects.words}” is confirmed. Refute it first, or investigate it again.", field="corrects")


def _said(text: str, field: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise, field=field)
    return text.strip()


def _fitting(evidence: str) -> str:
    evidence = evidence.replace("\r\n", "\n").strip()
    if len(evidence) > MOST_EVIDENCE:
        raise Refused(f"{MOST_EVIDENCE:,} characters are the most. Attach the rest as a file.", field="evidence")
    return evidence


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


_READ = {"words": _in_a_line, "source": _in_a_line, "evidence": _fitting}


def _shows_it(source: str, evidence: str) -> None:
    """Refuse to confirm what nothing shows."""
    for field, sentence in unshown(source, evidence).items():
        raise Refused(sentence, field=field)


def _still_shows_it(fact: Fact, new: dict[str, str]) -> None:
    _said(new.get("evidence", fact.evidence), "evidence", "It is settled, so what shows it stays.")
    if fact.state == State.CONFIRMED:
        _said(new.get("source", fact.source), "source", "It is confirmed, so where it comes from stays.")
