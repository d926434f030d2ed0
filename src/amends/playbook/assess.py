"""What the playbook says of an escalation that comes in: how grave, who handles, by when; each with why."""

from collections.abc import Iterable
from dataclasses import dataclass

from amends.clock.cadences import Cadence
from amends.clock.spans import Span

from .document import Bump, Document, Impact, Level, Severity, Weight
from .verdicts import Intake, Money, Verdict, Worth, judge

__all__ = ["Assessment", "Intake", "Qualification", "Worth", "assess", "qualify", "weigh"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the playbook proposes; a person may override it with a reason.

    `severity`, `calendar` and the ladders are the document's keys. `unjudged` names what was not known.
    """

    severity: str
    level: int
    handler: str
    acknowledge_within: Span
    cadence: Cadence
    target: Span
    calendar: str
    acknowledgement_ladder: str
    promise_ladder: str
    severity_because: str
    level_because: str
    clocks_because: str
    unjudged: tuple[str, ...] = ()

    @property
    def because(self) -> tuple[str, ...]:
        """A sentence for each decision, and one for what could not be judged, if anything."""
        sentences = (self.severity_because, self.level_because, self.clocks_because)
        if not self.unjudged:
            return sentences
        return (*sentences, f"Not counted, because {_listed(self.unjudged)}.")


@dataclass(frozen=True, slots=True)
class Qualification:
    """Whether it qualifies as an escalation, by which criteria and why. Where the playbook names none, all does.

    `holds` pairs a criterion's name with the reason; `misses` names the others; `unjudged` what was not known.
    """

    qualifies: bool
    holds: tuple[tuple[str, str], ...] = ()
    misses: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def because(self) -> str:
        """One sentence."""
        if self.holds:
            return f"It qualifies: {'; '.join(f'{_within(name)} ({why})' for name, why in self.holds)}."
        if self.qualifies:
            return "It qualifies: the playbook asks for nothing in particular."
        return f"None of these holds: {_listed(_within(name) for name in self.misses)}."


def qualify(document: Document, worth: Worth, intake: Intake) -> Qualification:
    """Which of the playbook's entry criteria hold for this account and intake."""
    money = Money(document.currency, document.rates)
    holds, misses, unjudged = [], [], dict[str, None]()
    for criterion in document.entry.qualifies:
        verdict = judge(criterion.when, worth, intake, money)
        unjudged.update(dict.fromkeys(verdict.unjudged))
        if verdict.holds:
            holds.append((criterion.name, _listed(verdict.clauses)))
        else:
            misses.append(criterion.name)
    qualifies = bool(holds) or not document.entry.qualifies
    return Qualification(qualifies, tuple(holds), tuple(misses), tuple(unjudged))


def assess(document: Document, worth: Worth, intake: Intake) -> Assessment:
    """The playbook's proposal for this account and intake.

    Where the intake names no impact one is assumed, and the sentence says so. Raises LookupError for an
    impact that the playbook does not know.
    """
    asked = _Asked(document, worth, intake)
    severity, severity_because = asked.severity()
    level, level_because = asked.level()
    return Assessment(
        severity=severity.key,
        level=level.level,
        handler=level.handler,
        acknowledge_within=severity.acknowledge_within,
        cadence=severity.cadence,
        target=document.target_for(severity.key),
        calendar=severity.calendar,
        acknowledgement_ladder=severity.acknowledgement_ladder,
        promise_ladder=severity.promise_ladder,
        severity_because=severity_because,
        level_because=level_because,
        clocks_because=_clocks_because(severity),
        unjudged=tuple(asked.unjudged),
    )


def weigh(document: Document, worth: Worth, intake: Intake) -> tuple[Weight, str]:
    """How much the account weighs, and why: “Brightwater is a key account (…)”."""
    return _Asked(document, worth, intake).weight()


class _Asked:
    """One assessment under way: remembers, in order and once each, what could not be judged."""

    def __init__(self, document: Document, worth: Worth, intake: Intake) -> None:
        self.document, self.worth, self.intake = document, worth, intake
        self.money = Money(document.currency, document.rates)
        self.unjudged: dict[str, None] = {}

    def severity(self) -> tuple[Severity, str]:
        impact, impact_clause = self._impact()
        weight, weight_clause = self.weight()
        base = self.document.severity(self.document.matrix[impact.key][weight.key])
        because = f"{base.name}, because {impact_clause} and {weight_clause}"

        severity, bumps = self._bumped(base)
        if severity is not base:
            because = f"{severity.name}: {because}"
        return severity, "; ".join([because, *bumps]) + "."

    def level(self) -> tuple[Level, str]:
        for level in reversed(self.document.levels):
            if level.when is None:
                continue
            verdict = self._judge(level)
            if verdict.holds:
                return level, f"Level {level.level} ({level.name}), because {_listed(verdict.clauses)}."
        first = self.document.levels[0]
        only = "there is no other" if len(self.document.levels) == 1 else "nothing asks for a higher one"
        return first, f"Level {first.level} ({first.name}), because {only}."

    def _impact(self) -> tuple[Impact, str]:
        if self.intake.impact:
            impact = self.document.impact(self.intake.impact)
            return impact, _within(impact.name)
        impacts = self.document.impacts
        # Nobody has said: the graver of the middle, so that a call logged in a hurry is not put at the end.
        assumed = self.document.assumed_impact or impacts[(len(impacts) - 1) // 2].key
        impact = self.document.impact(assumed)
        return impact, f"it is assumed, until somebody says, that {_within(impact.name)}"

    def weight(self) -> tuple[Weight, str]:
        for weight in self.document.weights:
            clause = f"{self.worth.account} is {_with_article(weight.name)}"
            if weight.when is None:
                return weight, clause
            verdict = self._judge(weight)
            if verdict.holds:
                return weight, f"{clause} ({_listed(verdict.clauses)})"
        raise AssertionError("a valid playbook's last weight has no condition")

    def _bumped(self, base: Severity) -> tuple[Severity, list[str]]:
        severities = self.document.severities
        place, said = severities.index(base), []
        for bump in self.document.bumps:
            verdict = self._judge(bump)
            if not verdict.holds:
                continue
            steps = min(bump.by, place)
            place -= steps
            why = _listed(verdict.clauses)
            if bump.because:
                why = f"{bump.because} ({why})"
            said.append(f"{_steps(steps)}, because {why}" if steps else f"already the gravest, although {why}")
        return severities[place], said

    def _judge(self, part: Weight | Level | Bump) -> Verdict:
        assert part.when is not None
        verdict = judge(part.when, self.worth, self.intake, self.money)
        self.unjudged.update(dict.fromkeys(verdict.unjudged))
        return verdict


def _clocks_because(severity: Severity) -> str:
    asks = f"Acknowledge within {severity.acknowledge_within}, then an update {severity.cadence}"
    return f"{asks}, because the playbook asks for that at severity {severity.name}."


def _steps(steps: int) -> str:
    return "one step graver" if steps == 1 else f"{steps} steps graver"


def _listed(clauses: Iterable[str]) -> str:
    *most, last = clauses
    return f"{', '.join(most)} and {last}" if most else last


def _within(name: str) -> str:
    """A name inside a sentence: “Work is impaired” loses its capital, “VIP account” does not."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _with_article(name: str) -> str:
    name = _within(name)
    if name.startswith(("a ", "an ", "the ", "one of ")):
        return name
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
