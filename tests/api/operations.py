"""Every operation of the API: which act it takes, how it is called, what must be so for it to succeed.

An operation that is not in this table fails `test_authority.py`.
"""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from amends.escalations.authority import Act
from tests import make
from tests.api.calling import NOW, Upload
from tests.api.cause_operations import CAUSES
from tests.api.ground import (
    another_open,
    another_playbook,
    answered,
    chatting,
    checked,
    checking,
    confirmed,
    given_back,
    key_of_another,
    of_the_team,
    otherwise,
    requested,
    resolved,
    solved,
    somebody_left_out,
    still_here,
    told_otherwise,
)
from tests.api.meeting_operations import MEETINGS
from tests.api.operation import LATER, Operation, why

_ESCALATION, _PROMISE = "/escalations/{0.escalation.key}", "/promises/{0.promise.pk}"
_FACTS, _FACT = f"{_ESCALATION}/facts", f"{_ESCALATION}/facts/{{0.fact.pk}}"
_PROBLEM, _DELIVERY = "/problems/{0.problem.pk}", "/deliveries/{0.delivery.pk}"
_IMPORT = "/imports/{0.imported.pk}"
_ACCOUNT, _MEMBER = "/accounts/{0.escalation.account_id}", "/members/{0.other.pk}"

OPERATIONS = {
    **CAUSES,
    **MEETINGS,
    "escalations_list_all": Operation(None, "get", "/escalations"),
    "escalations_open_one": Operation(
        Act.OPEN, "post", "/escalations", lambda g: {"account": g.escalation.account_id, "reason": "Slow"}
    ),
    "escalations_propose": Operation(
        Act.OPEN, "post", "/escalations/proposal", lambda g: {"account": g.escalation.account_id, "reason": "Slow"}
    ),
    "escalations_one": Operation(None, "get", _ESCALATION),
    "escalations_hand_to": Operation(
        Act.STEER, "post", f"{_ESCALATION}/hand-to", lambda g: {"handler": g.other.pk, "reason": "Knows them"}
    ),
    "escalations_change_severity": Operation(
        Act.STEER,
        "post",
        f"{_ESCALATION}/severity",
        lambda g: {"severity": "low" if g.escalation.severity != "low" else "high", "reason": "They said so"},
    ),
    "escalations_change_trend": Operation(Act.STEER, "post", f"{_ESCALATION}/trend", lambda g: {"trend": "declining"}),
    "escalations_resolve": Operation(Act.STEER, "post", f"{_ESCALATION}/resolve", before=solved),
    "escalations_close": Operation(
        Act.CLOSE,
        "post",
        f"{_ESCALATION}/close",
        lambda g: {
            "outcome": "recovered",
            "confirmed_by": "Maria",
            "waived": [{"criterion": g.criterion.pk, "reason": "They count in December"}],
        },
        resolved,
    ),
    "escalations_reopen": Operation(Act.CLOSE, "post", f"{_ESCALATION}/reopen", why, resolved),
    "escalations_withdraw": Operation(Act.CLOSE, "post", f"{_ESCALATION}/withdraw", why),
    "notes_list_of": Operation(None, "get", f"{_ESCALATION}/notes"),
    "notes_write": Operation(Act.NOTE, "post", f"{_ESCALATION}/notes", lambda g: {"text": "Ask @Other Oak"}),
    "facts_list_of": Operation(None, "get", _FACTS),
    "facts_state": Operation(Act.STATE_FACTS, "post", _FACTS, lambda g: {"words": "Stock is off by 214"}),
    "facts_one": Operation(None, "get", _FACT),
    "facts_change": Operation(Act.STATE_FACTS, "patch", _FACT, lambda g: {"evidence": "Counted again"}),
    "facts_confirm": Operation(Act.STATE_FACTS, "post", f"{_FACT}/confirm", lambda g: {"evidence": "Counted again"}),
    "facts_refute": Operation(Act.STATE_FACTS, "post", f"{_FACT}/refute", lambda g: {"evidence": "Two were"}),
    "facts_reopen": Operation(Act.STATE_FACTS, "post", f"{_FACT}/reopen", why, confirmed),
    "facts_dispute": Operation(
        Act.DISPUTE_FACTS, "post", f"{_FACT}/disputes", lambda g: {"words": "Two were"}, of_the_team
    ),
    "facts_settle": Operation(
        Act.STATE_FACTS,
        "post",
        f"{_FACTS}/{{0.doubted.pk}}/disputes/{{0.dispute.pk}}/settle",
        lambda g: {"answer": "Counted together"},
    ),
    "facts_correct": Operation(Act.TELL, "post", f"{_FACT}/correct", lambda g: {"how": "On the phone"}, told_otherwise),
    "files_list_of": Operation(None, "get", f"{_ESCALATION}/files"),
    "files_attach": Operation(
        Act.NOTE, "post", f"{_ESCALATION}/files", lambda g: Upload(file=SimpleUploadedFile("a.txt", b"a"))
    ),
    "files_one": Operation(None, "get", f"{_ESCALATION}/files/{{0.file.pk}}"),
    "watchers_list_of": Operation(None, "get", f"{_ESCALATION}/watchers"),
    "watchers_add": Operation(Act.STEER, "post", f"{_ESCALATION}/watchers", lambda g: {"member": g.other.pk}),
    "watchers_remove": Operation(Act.STEER, "delete", f"{_ESCALATION}/watchers/{{0.other.pk}}"),
    "notices_list_own": Operation(None, "get", "/notices"),
    "notices_see_all": Operation(None, "post", "/notices/seen"),
    "notices_see": Operation(None, "post", f"{_ESCALATION}/seen"),
    "decisions_accept": Operation(Act.DECIDE, "post", f"{_ESCALATION}/accept", before=requested),
    "decisions_decline": Operation(Act.DECIDE, "post", f"{_ESCALATION}/decline", why, requested),
    "decisions_give_back": Operation(
        Act.DECIDE, "post", f"{_ESCALATION}/give-back", lambda g: {"steps": "Ring them"}, requested
    ),
    "decisions_ask_again": Operation(
        Act.OPEN, "post", f"{_ESCALATION}/ask-again", lambda g: {"done": "Rang them"}, given_back
    ),
    "decisions_close_with_note": Operation(
        Act.DECIDE, "post", f"{_ESCALATION}/close-with-note", lambda g: {"note": "Settled"}, requested
    ),
    "hearings_complete": Operation(Act.HEAR, "patch", f"{_ESCALATION}/heard", lambda g: {"mood": "upset"}),
    "hearings_look": Operation(Act.HEAR, "post", f"{_ESCALATION}/look", lambda g: {"may_know": True}),
    "hearings_add": Operation(Act.OPEN, "post", f"{_ESCALATION}/additions", lambda g: {"reason": "The labels too"}),
    "hearings_merge": Operation(
        Act.STEER,
        "post",
        f"{_ESCALATION}/merge",
        lambda g: {"into": key_of_another(g), "reason": "The same"},
        another_open,
    ),
    "promises_list_all": Operation(None, "get", "/promises"),
    "promises_list_of": Operation(None, "get", f"{_ESCALATION}/promises"),
    "promises_make": Operation(
        Act.TELL, "post", f"{_ESCALATION}/promises", lambda g: {"what": "A list", "due_at": LATER}
    ),
    "promises_one": Operation(None, "get", _PROMISE),
    "promises_move": Operation(
        Act.TELL,
        "post",
        f"{_PROMISE}/move",
        lambda g: {"due_at": LATER, "reason": "Vendor", "told": {"by": "mail", "text": "Tuesday."}},
    ),
    "promises_give_up": Operation(Act.TELL, "post", f"{_PROMISE}/give-up", why),
    "promises_release": Operation(Act.TELL, "post", f"{_PROMISE}/release", why),
    "updates_list_of": Operation(None, "get", f"{_ESCALATION}/updates"),
    "updates_send": Operation(
        Act.TELL, "post", f"{_ESCALATION}/updates", lambda g: {"text": "News.", "to": [g.contact.pk]}
    ),
    "composing_one": Operation(None, "get", f"{_ESCALATION}/composing"),
    "left_out_list_of": Operation(None, "get", f"{_ESCALATION}/left-out"),
    "left_out_add": Operation(
        Act.TELL,
        "post",
        f"{_ESCALATION}/left-out",
        lambda g: {"contact": g.contact.pk, "reason": "Away until then.", "until": "2026-11-24"},
    ),
    "left_out_end": Operation(
        Act.TELL,
        "post",
        f"{_ESCALATION}/left-out/end",
        lambda g: {"contact": g.contact.pk},
        before=somebody_left_out,
    ),
    "updates_send_no_news": Operation(Act.TELL, "post", f"{_ESCALATION}/updates/no-news"),
    "updates_take_back": Operation(Act.TELL, "post", "/updates/{0.sent.pk}/take-back", before=still_here),
    "updates_strike": Operation(Act.TELL, "post", "/updates/{0.logged.pk}/strike", why),
    "updates_correct": Operation(
        Act.TELL,
        "post",
        "/updates/{0.logged.pk}/correct",
        lambda g: {"reason": "Typo", "channel": "call", "text": "Spoke.", "at": make.THURSDAY.isoformat()},
    ),
    "updates_read_draft": Operation(
        Act.TELL, "post", f"{_ESCALATION}/read-draft", lambda g: {"text": "By Friday 16:00.", "to": [g.contact.pk]}
    ),
    "updates_replies": Operation(None, "get", f"{_ESCALATION}/replies"),
    "updates_log": Operation(
        Act.TELL,
        "post",
        f"{_ESCALATION}/updates/log",
        lambda g: {"channel": "call", "text": "Spoke.", "at": NOW.isoformat()},
    ),
    "problems_list_of": Operation(None, "get", f"{_ESCALATION}/problems"),
    "problems_name": Operation(Act.PLAN, "post", f"{_ESCALATION}/problems", lambda g: {"words": "Slow"}),
    "problems_one": Operation(None, "get", _PROBLEM),
    "problems_change": Operation(Act.PLAN, "patch", _PROBLEM, lambda g: {"next_step": "Read the queue"}),
    "problems_estimate": Operation(Act.PLAN, "post", f"{_PROBLEM}/estimate", lambda g: {"eta_at": LATER}),
    "problems_solve": Operation(Act.PLAN, "post", f"{_PROBLEM}/solve"),
    "problems_decline": Operation(Act.PLAN, "post", f"{_PROBLEM}/decline", why),
    "problems_take_up_again": Operation(Act.PLAN, "post", f"{_PROBLEM}/take-up-again", why, solved),
    "problems_link": Operation(Act.PLAN, "post", f"{_PROBLEM}/tickets", lambda g: {"url": "https://tracker.example/2"}),
    "problems_unlink": Operation(Act.PLAN, "delete", f"{_PROBLEM}/tickets/{{0.ticket.pk}}"),
    "plans_one": Operation(None, "get", f"{_ESCALATION}/plan"),
    "plans_order": Operation(Act.PLAN, "put", f"{_ESCALATION}/plan/order", lambda g: {"order": [g.problem.pk]}),
    "plans_confirm": Operation(
        Act.PLAN,
        "post",
        f"{_ESCALATION}/plan/confirmations",
        lambda g: {"order": [g.problem.pk], "contact": g.contact.pk, "how": "call", "at": NOW.isoformat()},
    ),
    "customer_links_list_of": Operation(None, "get", f"{_ESCALATION}/customer-links"),
    "customer_links_give": Operation(
        Act.TELL, "post", f"{_ESCALATION}/customer-links", lambda g: {"contact": g.contact.pk}
    ),
    "customer_links_revoke": Operation(Act.TELL, "delete", f"{_ESCALATION}/customer-links/{{0.link.pk}}"),
    "requests_list_of": Operation(None, "get", f"{_ESCALATION}/requests"),
    "requests_make": Operation(
        Act.PLAN, "post", f"{_PROBLEM}/requests", lambda g: {"what": "A count", "due_at": LATER}, answered
    ),
    "requests_answer": Operation(Act.PLAN, "post", "/requests/{0.request.pk}/answer", lambda g: {"answer": "214"}),
    "requests_withdraw": Operation(Act.PLAN, "post", "/requests/{0.request.pk}/withdraw", why),
    "criteria_list_of": Operation(None, "get", f"{_ESCALATION}/exit-criteria"),
    "criteria_add": Operation(
        Act.PLAN, "post", f"{_ESCALATION}/exit-criteria", lambda g: {"words": "No order doubled"}
    ),
    "criteria_meet": Operation(Act.PLAN, "post", "/exit-criteria/{0.criterion.pk}/meet"),
    "criteria_unmeet": Operation(Act.PLAN, "post", "/exit-criteria/{0.criterion.pk}/unmeet"),
    "criteria_remove": Operation(Act.PLAN, "post", "/exit-criteria/{0.criterion.pk}/remove", why),
    "mail_list_all": Operation(None, "get", "/mail"),
    "mail_one": Operation(None, "get", "/mail/{0.filed.pk}"),
    "mail_file": Operation(
        Act.SORT_MAIL, "post", "/mail/{0.waiting.pk}/file", lambda g: {"escalation": g.escalation.key}
    ),
    "mail_open_one": Operation(
        Act.SORT_MAIL,
        "post",
        "/mail/{0.waiting.pk}/open",
        lambda g: {"account": g.escalation.account_id, "reason": "The portal is down"},
    ),
    "mail_set_aside": Operation(
        Act.SORT_MAIL, "post", "/mail/{0.waiting.pk}/set-aside", lambda g: {"reason": "Advertising"}
    ),
    "timeline_list_of": Operation(None, "get", f"{_ESCALATION}/events"),
    "accounts_list_all": Operation(Act.SEE_ACCOUNTS, "get", "/accounts"),
    "accounts_add": Operation(Act.CHANGE_ACCOUNTS, "post", "/accounts", lambda g: {"name": "Moss & Co"}),
    "accounts_one": Operation(Act.SEE_ACCOUNTS, "get", _ACCOUNT),
    "accounts_change": Operation(Act.CHANGE_ACCOUNTS, "patch", _ACCOUNT, lambda g: {"health": 50}),
    "accounts_seat": Operation(
        Act.CHANGE_ACCOUNTS, "post", f"{_ACCOUNT}/seats", lambda g: {"member": g.other.pk, "part": "support"}
    ),
    "accounts_unseat": Operation(Act.CHANGE_ACCOUNTS, "delete", f"{_ACCOUNT}/seats/{{0.seat.pk}}"),
    "contacts_list_of": Operation(Act.SEE_ACCOUNTS, "get", f"{_ACCOUNT}/contacts"),
    "contacts_add": Operation(Act.CHANGE_ACCOUNTS, "post", f"{_ACCOUNT}/contacts", lambda g: {"name": "Rui Sá"}),
    "contacts_one": Operation(Act.SEE_ACCOUNTS, "get", "/contacts/{0.contact.pk}"),
    "contacts_change": Operation(
        Act.CHANGE_ACCOUNTS, "patch", "/contacts/{0.contact.pk}", lambda g: {"title": "Head of Orders"}
    ),
    "insights_list_of": Operation(Act.SEE_ACCOUNTS, "get", f"{_ACCOUNT}/insights"),
    "insights_add": Operation(
        Act.ADD_INSIGHTS,
        "post",
        f"{_ACCOUNT}/insights",
        lambda g: {"kind": "helps", "text": "A call first", "tells_the_team": True},
    ),
    "insights_change": Operation(
        Act.ADD_INSIGHTS, "patch", "/insights/{0.insight.pk}", lambda g: {"text": "Numbers, and early"}
    ),
    "insights_tell": Operation(Act.ADD_INSIGHTS, "post", "/insights/{0.insight.pk}/tell"),
    "insights_retire": Operation(Act.ADD_INSIGHTS, "post", "/insights/{0.insight.pk}/retire"),
    "purchases_list_of": Operation(Act.SEE_ACCOUNTS, "get", f"{_ACCOUNT}/purchases"),
    "purchases_add": Operation(
        Act.CHANGE_ACCOUNTS, "post", f"{_ACCOUNT}/purchases", lambda g: {"what": "Seats", "on": "2026-10-01"}
    ),
    "purchases_change": Operation(
        Act.CHANGE_ACCOUNTS, "patch", "/purchases/{0.purchase.pk}", lambda g: {"amount": "10"}
    ),
    "purchases_remove": Operation(Act.CHANGE_ACCOUNTS, "delete", "/purchases/{0.purchase.pk}"),
    "holds_list_all": Operation(Act.SEE_HOLDS, "get", "/holds"),
    "absences_list_all": Operation(Act.SEE_PEOPLE, "get", "/absences"),
    "absences_plan": Operation(
        Act.CHANGE_PEOPLE,
        "post",
        f"{_MEMBER}/absences",
        lambda g: {"from_at": LATER, "until_at": "2026-11-27T16:00:00Z", "stand_in": g.caller.pk},
    ),
    "absences_change": Operation(
        Act.CHANGE_PEOPLE, "patch", "/absences/{0.absence.pk}", lambda g: {"stand_in": g.caller.pk}
    ),
    "absences_end": Operation(Act.CHANGE_PEOPLE, "post", "/absences/{0.absence.pk}/end"),
    "members_list_all": Operation(Act.SEE_PEOPLE, "get", "/members"),
    "members_me": Operation(None, "get", "/members/me"),
    "members_add": Operation(
        Act.CHANGE_PEOPLE,
        "post",
        "/members",
        lambda g: {"name": "New Nash", "email": "new@fernhill.example", "role": "csm"},
    ),
    "members_one": Operation(Act.SEE_PEOPLE, "get", _MEMBER),
    "members_change": Operation(Act.CHANGE_PEOPLE, "patch", _MEMBER, lambda g: {"title": "Lead"}),
    "members_leave": Operation(Act.CHANGE_PEOPLE, "post", f"{_MEMBER}/leave"),
    "members_come_back": Operation(Act.CHANGE_PEOPLE, "post", f"{_MEMBER}/return"),
    "teams_list_all": Operation(Act.SEE_PEOPLE, "get", "/teams"),
    "teams_add": Operation(Act.CHANGE_PEOPLE, "post", "/teams", lambda g: {"name": "Night watch", "kind": "support"}),
    "teams_one": Operation(Act.SEE_PEOPLE, "get", "/teams/{0.team.pk}"),
    "teams_change": Operation(Act.CHANGE_PEOPLE, "patch", "/teams/{0.team.pk}", lambda g: {"name": "Day watch"}),
    "playbook_in_force": Operation(Act.SEE_PLAYBOOK, "get", "/playbook"),
    "playbook_check_text": Operation(Act.ADOPT_PLAYBOOK, "post", "/playbook/check", lambda g: {"text": "name: Ours"}),
    "playbook_list_all": Operation(Act.SEE_PLAYBOOK, "get", "/playbook/versions"),
    "playbook_adopt": Operation(
        Act.ADOPT_PLAYBOOK, "post", "/playbook/versions", lambda g: {"text": otherwise(), "note": "Tuesdays are full"}
    ),
    "playbook_one": Operation(Act.SEE_PLAYBOOK, "get", "/playbook/versions/1"),
    "playbook_changes": Operation(Act.SEE_PLAYBOOK, "get", "/playbook/versions/1/changes"),
    "playbook_adopt_for": Operation(Act.STEER, "post", f"{_ESCALATION}/playbook", why, another_playbook),
    "imports_list_all": Operation(Act.SEE_IMPORTS, "get", "/imports"),
    "imports_receive": Operation(
        Act.BRING_IN_DIRECTORY,
        "post",
        "/imports",
        lambda g: Upload(noun="accounts", file=SimpleUploadedFile("accounts.csv", b"Company\nMoss & Co\n")),
    ),
    "imports_one": Operation(Act.SEE_IMPORTS, "get", _IMPORT),
    "imports_list_mistakes": Operation(Act.SEE_IMPORTS, "get", f"{_IMPORT}/mistakes"),
    "imports_check_rows": Operation(Act.BRING_IN_DIRECTORY, "post", f"{_IMPORT}/check", lambda g: {}),
    "imports_apply": Operation(Act.BRING_IN_DIRECTORY, "post", f"{_IMPORT}/apply", before=checked),
    "imports_stop": Operation(Act.BRING_IN_DIRECTORY, "post", f"{_IMPORT}/stop", before=checking),
    "imports_discard": Operation(Act.BRING_IN_DIRECTORY, "delete", _IMPORT),
    "deliveries_list_all": Operation(Act.SEE_OUTBOX, "get", "/deliveries"),
    "deliveries_paused": Operation(Act.SEE_OUTBOX, "get", "/deliveries/pause"),
    "deliveries_pause": Operation(Act.MEND_OUTBOX, "post", "/deliveries/pause", lambda g: {"because": "Wrong"}),
    "deliveries_resume": Operation(Act.MEND_OUTBOX, "post", "/deliveries/resume"),
    "deliveries_one": Operation(Act.SEE_OUTBOX, "get", _DELIVERY),
    "deliveries_try_again": Operation(Act.MEND_OUTBOX, "post", f"{_DELIVERY}/try-again"),
    "deliveries_mark_sent": Operation(Act.MEND_OUTBOX, "post", f"{_DELIVERY}/mark-sent"),
    "helps_overview": Operation(Act.SEE_OVERVIEW, "get", "/overview"),
    "helps_list_of": Operation(None, "get", f"{_ESCALATION}/helps"),
    "helps_ask": Operation(
        Act.STEER, "post", f"{_ESCALATION}/helps", lambda g: {"what": "A call", "asked_of": g.other.pk}
    ),
    "helps_give": Operation(
        Act.STEER, "post", f"{_ESCALATION}/helps/{{0.help.pk}}/give", lambda g: {"answer": "Called them"}
    ),
    "helps_withdraw": Operation(Act.STEER, "post", f"{_ESCALATION}/helps/{{0.help.pk}}/withdraw", why),
    "reports_promise_rates": Operation(Act.SEE_REPORTS, "get", "/reports/promises"),
    "reports_endings_of": Operation(Act.SEE_REPORTS, "get", "/reports/endings"),
    "reports_missing": Operation(Act.SEE_REPORTS, "get", "/reports/gaps"),
    "health_one": Operation(Act.SEE_HEALTH, "get", "/health"),
    "duties_own": Operation(None, "get", "/me/duties"),
    "preferences_own": Operation(None, "get", "/me/preferences"),
    "preferences_change": Operation(None, "patch", "/me/preferences", lambda g: {"digest_at": "07:30"}),
    "preferences_test_chat": Operation(None, "post", "/me/preferences/test-chat", before=chatting),
    "tokens_list_own": Operation(None, "get", "/tokens"),
    "search_find": Operation(None, "get", "/search?q=doubled"),
    "saved_views_list_all": Operation(None, "get", "/saved-views"),
    "saved_views_save": Operation(None, "post", "/saved-views", lambda g: {"name": "Grave", "query": "severity=high"}),
    "saved_views_change": Operation(None, "patch", "/saved-views/{0.view.pk}", lambda g: {"is_shared": True}),
    "saved_views_delete": Operation(None, "delete", "/saved-views/{0.view.pk}"),
    "wording_check": Operation(None, "post", "/wording", lambda g: {"text": "We call you soon."}, only_reads=True),
    "tokens_revoke": Operation(None, "delete", "/tokens/{0.token.pk}"),
}
