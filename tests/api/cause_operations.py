"""The operations on causes, for the table of them all."""

from __future__ import annotations

from amends.escalations.authority import Act
from tests.api.ground import another_open, cause_solved, key_of_another, notice_stopped
from tests.api.operation import LATER, Operation, why

_ESCALATION = "/escalations/{0.escalation.key}"
_CAUSE = "/causes/{0.cause.key}"
_NOTICE = f"{_CAUSE}/notices/{{0.cause_notice.pk}}"

CAUSES = {
    "causes_list_all": Operation(Act.SEE_CAUSES, "get", "/causes"),
    "causes_name": Operation(Act.CHANGE_CAUSES, "post", "/causes", lambda g: {"name": "Labels are swapped"}),
    "causes_one": Operation(Act.SEE_CAUSES, "get", _CAUSE),
    "causes_change": Operation(Act.CHANGE_CAUSES, "patch", _CAUSE, lambda g: {"what_we_know": "Since 4.2"}),
    "causes_solve": Operation(Act.CHANGE_CAUSES, "post", f"{_CAUSE}/solve", lambda g: {"done": "Rolled back"}),
    "causes_reopen": Operation(Act.CHANGE_CAUSES, "post", f"{_CAUSE}/reopen", why, cause_solved),
    "causes_list_cases": Operation(Act.SEE_CAUSES, "get", f"{_CAUSE}/cases"),
    "causes_link": Operation(
        Act.CHANGE_CAUSES, "post", f"{_CAUSE}/cases", lambda g: {"escalation": key_of_another(g)}, another_open
    ),
    "causes_unlink": Operation(Act.CHANGE_CAUSES, "post", f"{_CAUSE}/cases/{{0.escalation.key}}/unlink", why),
    "causes_list_accounts": Operation(Act.SEE_CAUSES, "get", f"{_CAUSE}/accounts"),
    "causes_mark": Operation(
        Act.CHANGE_CAUSES,
        "post",
        f"{_CAUSE}/accounts",
        lambda g: {"accounts": [g.escalation.account_id], "how_we_know": "They run 4.2"},
    ),
    "causes_clear": Operation(Act.CHANGE_CAUSES, "post", f"{_CAUSE}/accounts/{{0.escalation.account_id}}/clear", why),
    "causes_list_notices": Operation(Act.SEE_CAUSES, "get", f"{_CAUSE}/notices"),
    "causes_send": Operation(
        Act.SEND_CAUSE_NOTICE,
        "post",
        f"{_CAUSE}/notices",
        lambda g: {
            "subject": "Orders",
            "text": "You hear from us by {next_by}.",
            "next_what": "What we found",
            "next_at": LATER,
            "accounts": [g.escalation.account_id],
        },
        notice_stopped,
    ),
    "causes_one_notice": Operation(Act.SEE_CAUSES, "get", _NOTICE),
    "causes_list_parts": Operation(Act.SEE_CAUSES, "get", f"{_NOTICE}/accounts"),
    "causes_stop": Operation(Act.SEND_CAUSE_NOTICE, "post", f"{_NOTICE}/stop"),
    "causes_go_on": Operation(Act.SEND_CAUSE_NOTICE, "post", f"{_NOTICE}/go-on", before=notice_stopped),
    "causes_list_of": Operation(None, "get", f"{_ESCALATION}/causes"),
}
