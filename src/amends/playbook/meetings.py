"""What a playbook says of meetings: what each kind brings along, how often one is due, who joins and who is told."""

from typing import Annotated

from pydantic import AfterValidator

from amends.clock.ladders import Rung
from amends.clock.spans import Span

from .fields import Key, Part, SpanText, Tells, Text, WhenText


def _ahead(when: str) -> str:
    if not when.endswith(" before"):
        raise ValueError("Write how long before the meeting, such as “2 hours before”.")
    return when


class Protocol(Part):
    """What a kind of meeting brings along: an `agenda` that everybody reads, and `steps` for whoever leads it."""

    agenda: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


_FIRST_CONTACT = Protocol(
    agenda=(
        "What happened, in your words",
        "What it means for you, and what you expect",
        "What we do now, and when you hear from us next",
    ),
    steps=(
        "Say what this is for: to understand, and to agree what happens next.",
        "Listen until they have finished. Ask; do not explain and do not defend.",
        "Notice how they are, and write it down.",
        "Say that you see what it does to them.",
        "Say back what you understood, in their words.",
        "Ask whether that is right and in the right order, and what is missing.",
        "Say when they hear from us next, from whom and by which way.",
    ),
)
_STATUS = Protocol(
    agenda=(
        "The plan, in the order that we agreed",
        "What was done since we last spoke",
        "What comes next",
        "What waits, for whom and why",
    ),
    steps=(
        "Begin with what they asked last time.",
        "Go through the plan in their order; say what is not known yet.",
        "Name what waits for them, with a date.",
        "Say when they hear from us next.",
    ),
)
_FOLLOW_UP = Protocol(
    agenda=("What changed since we last spoke", "What is still open", "What comes next"),
    steps=(
        "Begin with what was promised, and what became of it.",
        "Ask what has got better for them, and what has not.",
        "Say when they hear from us next.",
    ),
)
_FINAL = Protocol(
    agenda=(
        "Is everything solved that you expected us to solve?",
        "Is there anything else that we should look at?",
        "How could we have handled this better?",
    ),
    steps=(
        "Ask, and listen. This is no time to explain.",
        "Thank them, also for what was hard to hear.",
        "Say how contact goes on from here, and with whom.",
    ),
)
_INTERNAL = Protocol(
    agenda=("What the customer needs, by when", "Who does what until then", "What stands in the way"),
)


class Protocols(Part):
    """One for each kind of meeting. The final one asks what stands under `closing`, where something stands there."""

    first_contact: Protocol = _FIRST_CONTACT
    status: Protocol = _STATUS
    follow_up: Protocol = _FOLLOW_UP
    final: Protocol = _FINAL
    internal: Protocol = _INTERNAL


class Meetings(Part):
    """How an organisation meets its customers. What is left out is as it stands here, so that older ones stay valid.

    Without `at_least_every` nobody is told that a case has no meeting: who has not asked for one is not asked. With no
    `executives_for`, which names weights of accounts, it is the heaviest. `notes_ladder` rings until the notes are
    sent; left out, that of promises.
    """

    at_least_every: SpanText | None = None
    brief: Annotated[WhenText, AfterValidator(_ahead)] = "2 hours before"
    executives_for: tuple[Key, ...] | None = None
    tells: Tells = ("handler",)
    notes_ladder: str | None = None
    protocols: Protocols = Protocols()

    @property
    def brief_ahead(self) -> Span:
        """How long before a meeting its brief is sent."""
        span = Rung(self.brief, ("handler",)).span
        assert span is not None
        return span
