"""The playbook as one document: read from YAML, checked as a whole, asked by everybody."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import Field, ValidationError, model_validator

from amends.clock.calendars import ALWAYS, Hours, WorkingCalendar, parse_hours
from amends.clock.ladders import Ladder, Rung, parse_ladder
from amends.clock.spans import Span

from .conditions import Condition
from .fields import (
    ORGANISATION,
    PLACEHOLDER,
    Amount,
    CadenceText,
    Currency,
    Day,
    Handler,
    HoursText,
    Key,
    Name,
    Part,
    RegionText,
    SpanText,
    Tells,
    Template,
    Text,
    WhenText,
    Whole,
    ZoneText,
)
from .lengths import check_lengths
from .lines import read
from .meetings import Meetings
from .mistakes import BadDocument, Mistake, of_shape, unknown
from .references import check_references

__all__ = ["BadDocument", "Document", "Mistake", "fill", "load"]

OFFICE_HOURS: Hours = parse_hours(
    {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
)


class Calendar(Part):
    """Working hours; what it leaves to the organisation is filled in when it is asked for."""

    zone: ZoneText = ORGANISATION
    hours: HoursText = None
    holidays: RegionText = ORGANISATION
    closed_on: tuple[Day, ...] = ()


class Severity(Part):
    """How grave it is, and which clocks that sets going. `target` overrides the document's."""

    key: Key
    name: Name
    means: Text = ""
    calendar: str
    acknowledge_within: SpanText
    cadence: CadenceText
    acknowledgement_ladder: str
    promise_ladder: str
    target: SpanText | None = None
    involves: tuple[Text, ...] = ()


class Impact(Part):
    """What it does to the customer's business. The name is a clause: it must fit behind “because”."""

    key: Key
    name: Name
    means: Text = ""


class Weight(Part):
    """How much the account weighs. The name is a noun: “Brightwater is a key account”."""

    key: Key
    name: Name
    when: Condition | None = None


class Bump(Part):
    """Steps up in severity for what the matrix does not see."""

    when: Condition
    by: Annotated[Whole, Field(ge=1, le=5)] = 1
    because: Text | None = None


class Level(Part):
    """Who handles, and how much they may offer by themselves, in the document's currency."""

    level: Annotated[Whole, Field(ge=1, le=9)]
    name: Name
    handler: Handler
    may_offer_up_to: Amount = Decimal(0)
    when: Condition | None = None


class RungText(Part):
    when: WhenText
    tells: Tells


class LadderText(Part):
    """A ladder as it is written; `Document.ladder` gives the clock's."""

    rungs: Annotated[tuple[RungText, ...], Field(min_length=1)]
    then_every: SpanText
    at_most: Annotated[Whole, Field(ge=1, le=50)] = 6
    afterwards: SpanText = Span(1, "working days")

    @model_validator(mode="after")
    def climbs(self) -> "LadderText":
        self.ladder()
        return self

    def ladder(self) -> Ladder:
        return parse_ladder(
            {
                "rungs": [{"when": rung.when, "tells": list(rung.tells)} for rung in self.rungs],
                "then_every": str(self.then_every),
                "at_most": self.at_most,
                "afterwards": str(self.afterwards),
            }
        )


class Target(Part):
    """By when an escalation is to be closed, and who is warned ahead."""

    within: SpanText
    warn: tuple[WhenText, ...] = ()
    tells: Tells

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return tuple(Rung(when, self.tells) for when in self.warn)


class Silence(Part):
    """Who is told when the customer has heard nothing for longer than the severity allows."""

    tells: Tells


class Category(Part):
    """What kind of thing it is about."""

    key: Key
    name: Name
    means: Text = ""


class Criterion(Part):
    """One way for a situation to qualify. The name is a clause: “We may lose them”."""

    name: Name
    when: Condition


class Entry(Part):
    """What makes a situation an escalation, one of `qualifies` being enough, and what is to be tried before."""

    qualifies: tuple[Criterion, ...] = ()
    tried_first: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()


class Decision(Part):
    """Whether somebody must take it on before it is open, within which time, and who hears if nobody has."""

    asked: Literal["always", "when it does not qualify", "never"]
    within: SpanText
    ladder: str


class Requests(Part):
    """Who is told when the customer has not answered what we asked of them."""

    tells: Tells = ("owner",)


class Reply(Part):
    """A prepared answer to begin from."""

    key: Key
    name: Name
    text: Template


class Texts(Part):
    """What a prepared message says; `fill` puts the words in."""

    acknowledgement: Template
    no_news: Template
    signature: Template = "{handler}"
    replies: tuple[Reply, ...] = ()


class Closing(Part):
    """What the final meeting asks the customer."""

    questions: tuple[Text, ...] = ()


class Document(Part):
    """A valid playbook. Severities stand gravest first, weights heaviest first, levels lowest first."""

    name: Name
    currency: Currency
    rates: dict[Currency, Annotated[Amount, Field(gt=0)]] = Field(default_factory=dict)
    calendars: dict[Name, Calendar] = Field(default_factory=dict)
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    impacts: Annotated[tuple[Impact, ...], Field(min_length=1)]
    assumed_impact: str | None = None
    weights: Annotated[tuple[Weight, ...], Field(min_length=1)]
    matrix: dict[str, dict[str, str]]
    bumps: tuple[Bump, ...] = ()
    categories: tuple[Category, ...] = ()
    entry: Entry = Entry()
    decision: Decision | None = None
    requests: Requests = Requests()
    meetings: Meetings = Meetings()
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    ladders: dict[Name, LadderText]
    target: Target
    silence: Silence
    texts: Texts
    exit_criteria: tuple[Annotated[str, Field(min_length=1, max_length=300)], ...] = ()
    closing: Closing = Closing()

    def severity(self, key: str) -> Severity:
        """The severity of this key; LookupError where the playbook has none."""
        return _found(self.severities, "severity", key)

    def impact(self, key: str) -> Impact:
        """The impact of this key; LookupError where the playbook has none."""
        return _found(self.impacts, "impact", key)

    def category(self, key: str) -> Category:
        """The category of this key; LookupError where the playbook has none."""
        return _found(self.categories, "category", key)

    def reply(self, key: str) -> Reply:
        """The prepared answer of this key; LookupError where the playbook has none."""
        return _found(self.texts.replies, "reply", key)

    def level(self, number: int) -> Level:
        """The level of this number; LookupError where the playbook has none."""
        for level in self.levels:
            if level.level == number:
                return level
        raise LookupError(f"The playbook has no level {number}.")

    def ladder(self, name: str) -> Ladder:
        """The ladder of this name; LookupError where the playbook has none."""
        if name not in self.ladders:
            raise LookupError(unknown("ladder", name, self.ladders))
        return self.ladders[name].ladder()

    def target_for(self, severity: str) -> Span:
        """Within which time an escalation of this severity is to be closed."""
        return self.severity(severity).target or self.target.within

    def calendar(
        self,
        name: str,
        *,
        organisation_zone: str,
        organisation_hours: Hours | None = None,
        organisation_region: str | None = None,
    ) -> WorkingCalendar:
        """The calendar of this name, with the organisation's own ways where the playbook leaves them open.

        Without hours of either it is Monday to Friday, 9 to 17. LookupError where the playbook has none.
        """
        if name == "always":
            return ALWAYS
        if name not in self.calendars:
            raise LookupError(unknown("calendar", name, [*self.calendars, "always"]))
        written = self.calendars[name]
        region = organisation_region if written.holidays == ORGANISATION else written.holidays
        return WorkingCalendar(
            zone=organisation_zone if written.zone == ORGANISATION else written.zone,
            hours=written.hours or organisation_hours or OFFICE_HOURS,
            region=region,
            closed_on=frozenset(written.closed_on),
        )


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Keyed)


def _found(entries: tuple[_Entry, ...], kind: str, key: str) -> _Entry:
    for entry in entries:
        if entry.key == key:
            return entry
    raise LookupError(unknown(kind, key, (entry.key for entry in entries)))


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with each {placeholder} replaced; one without a word stays as it is, to be seen."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), template)


def load(text: str) -> Document:
    """Reads a playbook. Raises BadDocument with every mistake, each with its path, its line and the cure."""
    values, lines, mistakes = read(text)
    found: list[Mistake] = [*mistakes, *check_references(values, lines)]
    try:
        document = Document.model_validate(values)
    except ValidationError as error:
        told = {mistake.path for mistake in found}
        misshapen = of_shape(error, lines, _words())
        raise BadDocument([*found, *(one for one in misshapen if one.path not in told)]) from None
    if found := found or check_lengths(document, lines):
        raise BadDocument(found)
    return document


def _words() -> Iterator[str]:
    """Every name that a playbook may use."""
    parts: list[type[Part]] = [Part]
    while parts:
        part = parts.pop()
        parts += part.__subclasses__()
        yield from (field.alias or name for name, field in part.model_fields.items())
