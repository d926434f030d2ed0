"""Find anything from anywhere: the one function that the search page, the palette and the API ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from amends.directory.actor import Actor
from amends.directory.models import Account, Contact
from amends.escalations import access
from amends.escalations.authority import Act, may
from amends.escalations.models import Escalation, Fact, Note, Problem, Update
from amends.escalations.search import engines
from amends.escalations.search.nouns import BY_NAME, Noun
from amends.escalations.search.words import Piece, Wanted, marked, read, together

AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, the words that were looked for within it, and where it stands."""

    noun: str
    id: int
    title: list[Piece]
    passage: list[Piece]
    # Of whom or where it is: the account, or the escalation's key and account
    where: str
    account_id: int
    escalation: Escalation | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one noun, in order; `has_more`: there are older ones that did not fit."""

    noun: str
    label: str
    hits: Sequence[Hit]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, noun by noun; nouns without any are left out. `exact`: the escalation whose key was typed."""

    words: str
    groups: Sequence[Group] = ()
    exact: Escalation | None = None

    @property
    def is_empty(self) -> bool:
        return not self.groups


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a noun is read once its rows are found. One line makes a noun findable."""

    noun: Noun
    label: str
    rows: Callable[[], QuerySet[Any]]
    hit: Callable[[Any, Wanted], Hit]


def find(actor: Actor, typed: str, *, only: str = "", limit: int = AT_MOST) -> Results:
    """Whatever has every word of `typed`, the last one perhaps only begun, and is the actor's to see.

    An escalation whose key is typed stands first; then noun by noun, names before texts; within a noun whole words
    before begun ones, and the newest first. The same on every database. `only`: one noun; `limit`: at most of each.
    """
    wanted = read(typed)
    if wanted is None:
        return Results(typed)
    shown = [each for each in _SHOWN if only in ("", each.noun.name) and _may_find(actor, each.noun)]
    exact = _exact(actor, typed) if only in ("", "escalation") else None
    found = engines.matching(actor, wanted, [each.noun for each in shown], limit + 1)
    groups = [_group(each, found[each.noun.name], wanted, limit, exact) for each in shown]
    return Results(typed, [group for group in groups if group.hits], exact)


def nouns() -> list[tuple[str, str]]:
    """What can be looked for: the name and the label of each noun, in order."""
    return [(each.noun.name, each.label) for each in _SHOWN]


def _may_find(actor: Actor, noun: Noun) -> bool:
    return bool(noun.escalation) or may(actor, Act.SEE_ACCOUNTS)


def _exact(actor: Actor, typed: str) -> Escalation | None:
    return access.visible_to(actor).by_key(typed.strip()).select_related("account").first()


def _group(shown: _Shown, ids: list[int], wanted: Wanted, limit: int, exact: Escalation | None) -> Group:
    if exact and shown.noun.name == "escalation":
        ids = [exact.pk, *(pk for pk in ids if pk != exact.pk)]
    rows = shown.rows().in_bulk(ids[:limit])
    hits = [shown.hit(rows[pk], wanted) for pk in ids[:limit] if pk in rows]
    return Group(shown.noun.name, shown.label, hits, has_more=len(ids) > limit)


def _account(row: Account, wanted: Wanted) -> Hit:
    return Hit("account", row.pk, marked(row.name, wanted), marked(row.external_key or "", wanted), "", row.pk)


def _contact(row: Contact, wanted: Wanted) -> Hit:
    passage = together([row.title, row.email, row.phone])
    return Hit("contact", row.pk, marked(row.name, wanted), marked(passage, wanted), row.account.name, row.account_id)


def _escalation(row: Escalation, wanted: Wanted) -> Hit:
    title = marked(f"{row.key} {row.account.name}: {row.reason}", wanted, around=280)
    passage = marked(together([row.outcome_wanted, row.expectation]), wanted)
    return Hit("escalation", row.pk, title, passage, "", row.account_id, row, row.opened_at)


def _problem(row: Problem, wanted: Wanted) -> Hit:
    return _within(row.escalation, "problem", row.pk, row.words, None, wanted)


def _update(row: Update, wanted: Wanted) -> Hit:
    return _within(row.escalation, "update", row.pk, together([row.subject, row.text]), row.at, wanted)


def _note(row: Note, wanted: Wanted) -> Hit:
    return _within(row.escalation, "note", row.pk, row.text, row.at, wanted)


def _fact(row: Fact, wanted: Wanted) -> Hit:
    return _within(row.escalation, "fact", row.pk, together([row.words, row.source, row.evidence]), row.at, wanted)


def _within(of: Escalation, noun: str, pk: int, text: str, at: dt.datetime | None, wanted: Wanted) -> Hit:
    """A part of an escalation: it is called after that."""
    return Hit(noun, pk, [Piece(f"{of.key} {of.account.name}")], marked(text, wanted), "", of.account_id, of, at)


_OF = "escalation__account"
_SHOWN = (
    _Shown(BY_NAME["account"], "Accounts", Account.objects.all, _account),
    _Shown(BY_NAME["contact"], "Contacts", lambda: Contact.objects.select_related("account"), _contact),
    _Shown(BY_NAME["escalation"], "Escalations", lambda: Escalation.objects.select_related("account"), _escalation),
    _Shown(BY_NAME["problem"], "Problems", lambda: Problem.objects.select_related(_OF), _problem),
    _Shown(BY_NAME["update"], "Updates", lambda: Update.objects.select_related(_OF), _update),
    _Shown(BY_NAME["note"], "Notes", lambda: Note.objects.select_related(_OF), _note),
    _Shown(BY_NAME["fact"], "Facts", lambda: Fact.objects.select_related(_OF), _fact),
)
