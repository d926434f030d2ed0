"""Still wanted? The sender asks just before hand-over, so that nothing goes out about what is over."""

from __future__ import annotations

from collections.abc import Sequence

from amends.clock.situations import silence_key
from amends.escalations.models import Decision, Escalation, Promise, Request
from amends.outbox.models import Delivery


def still_wanted(deliveries: Sequence[Delivery]) -> set[int]:
    """The ids of those deliveries that still tell of something that is so. Four queries, however many they are."""
    holds = _holding({delivery.wanted_while for delivery in deliveries if delivery.wanted_while})
    return {delivery.pk for delivery in deliveries if not delivery.wanted_while or delivery.wanted_while in holds}


def _holding(conditions: set[str]) -> set[str]:
    """Of conditions such as "promise:17" (is open) and "escalation:3" (is under way), those that hold.

    "silence:1763546400:3" holds while nothing has been said at escalation 3 since that second.
    """
    wanted: dict[str, list[int]] = {noun: [] for noun in ("promise", "escalation", "silence", "decision", "request")}
    for condition in conditions:
        noun, _, number = condition.partition(":")
        wanted[noun].append(int(number.rpartition(":")[2]))
    promises = Promise.objects.open().filter(pk__in=wanted["promise"], escalation__status__in=Escalation.UNDER_WAY)
    escalations = Escalation.objects.open().filter(pk__in=[*wanted["escalation"], *wanted["silence"]])
    holding = {f"promise:{pk}" for pk in promises.values_list("pk", flat=True)}
    for escalation in escalations:
        holding |= {escalation.subject, f"{silence_key(escalation.silent_since)}:{escalation.pk}"}
    under_way = Escalation.objects.open()
    decisions = Decision.objects.filter(pk__in=wanted["decision"], verdict="", escalation__in=under_way)
    requests = Request.objects.filter(pk__in=wanted["request"], outcome="", problem__escalation__in=under_way)
    holding |= {f"decision:{pk}" for pk in decisions.values_list("pk", flat=True)}
    holding |= {f"request:{pk}" for pk in requests.values_list("pk", flat=True)}
    return holding
