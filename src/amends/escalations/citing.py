"""What of the ledger of facts the customer may be told, and in which words: what is certain, and what is not yet.

Source and evidence stay inside; the customer gets the words of a fact and nothing else of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, prefetch_related_objects

from amends.escalations.models import Citation, Escalation, Fact, UpdateRecipient

CERTAIN = "What we know for certain:"
OPEN = "What we are still looking into, and do not know yet:"


def ledger(escalation: Escalation) -> list[Fact]:
    """All facts of a case at a glance, as they were stated. One query; none where somebody asked for them before."""
    prefetch_related_objects([escalation], Prefetch("facts", Fact.objects.at_a_glance()))
    return list(escalation.facts.all())


def citable(escalation: Escalation) -> list[Fact]:
    """The facts that an update may cite: the certain ones first, then those that it may only tell as open.

    `fact.is_certain` says which it is. What is refuted is told to nobody; what is disputed is open. Of the `ledger`.
    """
    return in_order(fact for fact in ledger(escalation) if not fact.is_refuted)


def certain(escalation: Escalation) -> list[str]:
    """What is certain, in its words: of the `ledger`. Whoever writes that to the customer does not guess."""
    return [fact.words for fact in ledger(escalation) if fact.is_certain]


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """The certain ones first, each group as it was stated."""
    return sorted(facts, key=lambda fact: (not fact.is_certain, fact.at, fact.pk))


def paragraphs(facts: Iterable[Fact]) -> list[str]:
    """What the customer reads of these at the end of a mail: one paragraph for the certain, one for the open ones."""
    facts = in_order(facts)
    return told(
        [fact.words for fact in facts if fact.is_certain], [fact.words for fact in facts if not fact.is_certain]
    )


def told(certain: Sequence[str], still_open: Sequence[str]) -> list[str]:
    """The same of their words."""
    groups = [(CERTAIN, certain), (OPEN, still_open)]
    return ["\n".join([heading, *(f"• {words}" for words in group)]) for heading, group in groups if group]


def put_right_by(escalation: Escalation, told: Sequence[Fact]) -> set[int]:
    """Of which facts the customer knows what is so once they are told these, by number.

    Of one that is told as open; and of those in whose place they stand, however often one took the place of another.
    What is certain itself ends that: it is told for what came before it. One query, none where nothing was replaced.
    """
    found = {fact.pk for fact in told if not fact.is_certain}
    if not any(fact.corrects_id for fact in told):
        return found
    doubted = dict(Fact.objects.uncertain().filter(escalation=escalation).values_list("pk", "corrects"))
    for fact in told:
        before = fact.corrects_id
        while before in doubted and before not in found:
            found.add(before)
            before = doubted[before]
    return found


def still_to_know(escalation: Escalation, told: Iterable[Fact]) -> dict[int, set[int]]:
    """What these put right, by the number of its citation: who was told that, is still there, and has not heard yet.

    Heard has who got one of these in an update since then, as it stands now. Four queries for each fact at most.
    """
    found: dict[int, set[int]] = {}
    for fact in told:
        owed = Citation.objects.to_be_corrected().filter(fact__in=put_right_by(escalation, [fact]))
        numbers = list(owed.values_list("pk", "update"))
        before = UpdateRecipient.objects.filter(update__in=[update for _, update in numbers], contact__has_left=False)
        since = UpdateRecipient.objects.filter(
            update__struck_at=None, update__citations__fact=fact, update__citations__was_confirmed=fact.is_certain
        )
        were_told = list(before.values_list("update", "contact")) if numbers else []
        have_heard = list(since.values_list("update", "contact")) if numbers else []
        for number, update in numbers:
            heard = {contact for later, contact in have_heard if later > update}
            rest = {contact for each, contact in were_told if each == update} - heard
            found[number] = found.get(number, rest) & rest
    return found


def to_tell(escalation: Escalation, told: Iterable[Fact]) -> set[int]:
    """All who are `still_to_know` something that these put right, by number."""
    return set().union(*still_to_know(escalation, told).values())


def instead_of(escalation: Escalation, fact: Fact) -> Fact | None:
    """What is told in its place, the other way round: the newest that is not refuted. Of the `ledger`."""
    replaced, found = {fact.pk}, []
    # One that takes the place of another was stated after it.
    for each in sorted(ledger(escalation), key=lambda fact: fact.pk):
        if each.corrects_id in replaced:
            found.append(each)
            replaced |= set() if each.is_certain else {each.pk}
    standing = [each for each in found if not each.is_refuted]
    return max(standing, key=lambda fact: (fact.at, fact.pk), default=None)


def to_be_corrected(escalation: Escalation) -> list[Citation]:
    """What the customer was told here as certain and is not any more, unless they heard so since. One query."""
    found = Citation.objects.to_be_corrected().filter(fact__escalation=escalation)
    return list(found.select_related("fact", "update__by").order_by("update__at", "id"))
