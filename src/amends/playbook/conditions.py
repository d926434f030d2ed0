"""What a playbook can ask of an account and of what was heard when the escalation came in."""

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from .fields import Amount, DaysText, Key, Part, Text, Whole, YesNo

Mood = Literal["calm", "disappointed", "upset", "furious"]
Sentiment = Literal["confident", "uneasy", "worried"]
MOODS: tuple[str, ...] = get_args(Mood)
SENTIMENTS: tuple[str, ...] = get_args(Sentiment)


class Condition(Part):
    """Everything named must hold; of `any`, one is enough. Amounts are in the playbook's currency."""

    spend_at_least: Amount | None = None
    potential_at_least: Amount | None = None
    strategic: YesNo | None = None
    advocate: YesNo | None = None
    presence_at_least: Whole | None = None
    renewal_within: DaysText | None = None
    health_below: Whole | None = None
    industry_in: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    mood_in: Annotated[tuple[Mood, ...], Field(min_length=1)] | None = None
    csm_sentiment_in: Annotated[tuple[Sentiment, ...], Field(min_length=1)] | None = None
    category_in: Annotated[tuple[Key, ...], Field(min_length=1)] | None = None
    asked_for_level: Annotated[Whole, Field(ge=1)] | None = None
    alternatives: Annotated[tuple["Condition", ...], Field(min_length=1)] | None = Field(None, alias="any")

    @model_validator(mode="after")
    def asks_something(self) -> "Condition":
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("This asks nothing, so it would always hold. Say what must hold, or remove it.")
        return self
