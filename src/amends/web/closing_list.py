"""What it takes to close, as the drawer of the case lists it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amends.escalations.models import Escalation, Problem
from amends.web.case_page import Rights
from amends.web.forms.closing import CriterionForm


def context(escalation: Escalation, rights: Rights, problems: Iterable[Problem]) -> dict[str, Any]:
    """The points of the list, and the form for one more exit criterion. `problems` are the plan."""
    criteria = list(escalation.exit_criteria.select_related("met_by"))
    closure = escalation.closures.select_related("closed_by").prefetch_related("waivers").first()
    is_over = closure is not None and not escalation.is_under_way
    waived = {waiver.what: waiver.reason for waiver in closure.waivers.all()} if closure and is_over else {}
    return {
        "escalation": escalation,
        "rights": rights,
        "unsettled": sum(not problem.is_settled for problem in problems),
        "closure": closure,
        # Each with the reason why it was waived
        "criteria": [(criterion, waived.get(criterion.words, "")) for criterion in criteria],
        "met": sum(criterion.met_at is not None for criterion in criteria),
        "criterion": CriterionForm(auto_id="id_criterion_%s"),
    }
