"""Who may open what: every address of the pages, for every role, against one table. A new address stands in it too.

Whatever is answered, to whomever, guards itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from amends.directory.actor import Role
from amends.escalations import authority
from amends.escalations.authority import Act
from amends.web import urls
from tests.web.everything import one_of_everything
from tests.web.guarded import unguarded


@dataclass(frozen=True)
class Door:
    """What one must be allowed to do, and what stands in the address. Act None: whoever is logged in."""

    act: Act | None
    args: dict[str, str] = field(default_factory=dict)
    is_public: bool = False


def asks(act: Act | None, **args: str) -> Door:
    return Door(act, args)


def public(**args: str) -> Door:
    return Door(None, args, is_public=True)


TABLE: dict[str, Door] = {
    "today": asks(None),
    "today_live": asks(None),
    "search": asks(None),
    "palette": asks(None),
    "escalations": asks(None),
    "escalations_live": asks(None),
    "escalations_table": asks(None),
    "save_view": asks(None),
    "change_view": asks(None, pk="view"),
    "delete_view": asks(None, pk="view"),
    "case_live": asks(None, key="key"),
    "escalation": asks(None, key="key"),
    "new_escalation": asks(Act.OPEN),
    "foresee": asks(Act.OPEN),
    "account_names": asks(Act.SEE_ACCOUNTS),
    "case_timeline": asks(None, key="key"),
    "case_plan": asks(None, key="key"),
    "case_promises": asks(None, key="key"),
    "send_update": asks(Act.TELL, key="key"),
    "preview_update": asks(Act.TELL, key="key"),
    "begin_update": asks(Act.TELL, key="key"),
    "read_update": asks(Act.TELL, key="key"),
    "send_no_news": asks(Act.TELL, key="key"),
    "log_update": asks(Act.TELL, key="key"),
    "update": asks(None, key="key", pk="update"),
    "take_back_update": asks(Act.TELL, key="key", pk="update"),
    "correct_update": asks(Act.TELL, key="key", pk="update"),
    "strike_update": asks(Act.TELL, key="key", pk="update"),
    "give_customer_link": asks(Act.TELL, key="key"),
    "revoke_customer_link": asks(Act.TELL, key="key", pk="link"),
    "look_as_customer": asks(Act.TELL, key="key", contact="contact"),
    "facts": asks(None, key="key"),
    "state_fact": asks(Act.STATE_FACTS, key="key"),
    "read_fact": asks(Act.STATE_FACTS, key="key"),
    "fact": asks(None, key="key", pk="fact"),
    "confirm_fact": asks(Act.STATE_FACTS, key="key", pk="fact"),
    "refute_fact": asks(Act.STATE_FACTS, key="key", pk="fact"),
    "reopen_fact": asks(Act.STATE_FACTS, key="key", pk="fact"),
    "change_fact": asks(Act.STATE_FACTS, key="key", pk="fact"),
    "dispute_fact": asks(Act.DISPUTE_FACTS, key="key", pk="fact"),
    "settle_dispute": asks(Act.STATE_FACTS, key="key", pk="fact", number="dispute"),
    "correct_fact": asks(Act.TELL, key="key", pk="fact"),
    "meetings": asks(None, key="key"),
    "plan_meeting": asks(Act.TELL, key="key"),
    "read_meeting_text": asks(Act.TELL, key="key"),
    "meeting": asks(None, key="key", pk="meeting"),
    "change_meeting": asks(Act.TELL, key="key", pk="meeting"),
    "call_off_meeting": asks(Act.TELL, key="key", pk="meeting"),
    "held_meeting": asks(Act.TELL, key="key", pk="meeting"),
    "answer_meeting": asks(Act.TELL, key="key", pk="meeting", number="attendance"),
    "meeting_file": asks(None, key="key", pk="meeting"),
    "meeting_brief": asks(None, key="key", pk="meeting"),
    "meeting_notes": asks(Act.TELL, key="key", pk="meeting"),
    "preview_meeting_notes": asks(Act.TELL, key="key", pk="meeting"),
    "waive_meeting_notes": asks(Act.TELL, key="key", pk="meeting"),
    "write_note": asks(Act.NOTE, key="key"),
    "write_problem_note": asks(Act.NOTE, key="key", pk="problem"),
    "note": asks(None, key="key", pk="note"),
    "file": asks(None, key="key", pk="file"),
    "watch": asks(Act.WATCH, key="key"),
    "stop_watching": asks(Act.WATCH, key="key"),
    "add_watcher": asks(Act.STEER, key="key"),
    "remove_watcher": asks(Act.STEER, key="key", pk="member"),
    "notices": asks(None),
    "see_notices": asks(None),
    "mail": asks(None),
    "incoming": asks(None, pk="waiting"),
    "incoming_html": asks(None, pk="filed"),
    "incoming_raw": asks(None, pk="filed"),
    "file_incoming": asks(Act.SORT_MAIL, pk="waiting"),
    "open_incoming": asks(Act.SORT_MAIL, pk="waiting"),
    "set_aside_incoming": asks(Act.SORT_MAIL, pk="waiting"),
    "member_names": asks(Act.SEE_PEOPLE),
    "make_promise": asks(Act.TELL, key="key"),
    "move_promise": asks(Act.TELL, key="key", pk="promise"),
    "settle_promise": asks(Act.TELL, key="key", pk="promise"),
    "name_problem": asks(Act.PLAN, key="key"),
    "problem": asks(None, key="key", pk="problem"),
    "change_problem": asks(Act.PLAN, key="key", pk="problem"),
    "estimate_problem": asks(Act.PLAN, key="key", pk="problem"),
    "solve_problem": asks(Act.PLAN, key="key", pk="problem"),
    "decline_problem": asks(Act.PLAN, key="key", pk="problem"),
    "take_up_problem": asks(Act.PLAN, key="key", pk="problem"),
    "order_plan": asks(Act.PLAN, key="key"),
    "confirm_plan": asks(Act.PLAN, key="key"),
    "make_request": asks(Act.PLAN, key="key", pk="problem"),
    "answer_request": asks(Act.PLAN, key="key", pk="problem", number="asked"),
    "withdraw_request": asks(Act.PLAN, key="key", pk="problem", number="asked"),
    "link_ticket": asks(Act.PLAN, key="key", pk="problem"),
    "unlink_ticket": asks(Act.PLAN, key="key", pk="problem", ticket="ticket"),
    "add_criterion": asks(Act.PLAN, key="key"),
    "meet_criterion": asks(Act.PLAN, key="key", number="criterion"),
    "unmeet_criterion": asks(Act.PLAN, key="key", number="criterion"),
    "remove_criterion": asks(Act.PLAN, key="key", number="criterion"),
    "hand_on": asks(Act.STEER, key="key"),
    "change_severity": asks(Act.STEER, key="key"),
    "set_trend": asks(Act.STEER, key="key"),
    "adopt_playbook": asks(Act.STEER, key="key"),
    "complete_heard": asks(Act.HEAR, key="key"),
    "look": asks(Act.HEAR, key="key"),
    "merge": asks(Act.STEER, key="key"),
    "add_to_escalation": asks(Act.OPEN, key="key"),
    "accept": asks(Act.DECIDE, key="key"),
    "decline": asks(Act.DECIDE, key="key"),
    "give_back": asks(Act.DECIDE, key="key"),
    "close_with_note": asks(Act.DECIDE, key="key"),
    "ask_again": asks(Act.OPEN, key="key"),
    "resolve": asks(Act.STEER, key="key"),
    "close": asks(Act.CLOSE, key="key"),
    "reopen": asks(Act.CLOSE, key="key"),
    "withdraw": asks(Act.CLOSE, key="key"),
    "adopt": asks(Act.STEER, key="key"),
    "accounts": asks(Act.SEE_ACCOUNTS),
    "account": asks(Act.SEE_ACCOUNTS, pk="account"),
    "new_account": asks(Act.CHANGE_ACCOUNTS),
    "change_account": asks(Act.CHANGE_ACCOUNTS, pk="account"),
    "new_contact": asks(Act.CHANGE_ACCOUNTS, pk="account"),
    "change_contact": asks(Act.CHANGE_ACCOUNTS, pk="account", contact="contact"),
    "new_seat": asks(Act.CHANGE_ACCOUNTS, pk="account"),
    "leave_seat": asks(Act.CHANGE_ACCOUNTS, pk="account", seat="seat"),
    "people": asks(Act.SEE_PEOPLE),
    "new_member": asks(Act.CHANGE_PEOPLE),
    "change_member": asks(Act.CHANGE_PEOPLE, pk="member"),
    "invite_member": asks(Act.CHANGE_PEOPLE, pk="member"),
    "log_out_member": asks(Act.CHANGE_PEOPLE, pk="member"),
    "traces": asks(Act.SEE_TRACES),
    "leave_member": asks(Act.CHANGE_PEOPLE, pk="member"),
    "return_member": asks(Act.CHANGE_PEOPLE, pk="member"),
    "new_team": asks(Act.CHANGE_PEOPLE),
    "change_team": asks(Act.CHANGE_PEOPLE, pk="team"),
    "imports": asks(Act.SEE_IMPORTS),
    "new_import": asks(Act.BRING_IN_DIRECTORY),
    "import": asks(Act.SEE_IMPORTS, pk="imported"),
    "import_progress": asks(Act.SEE_IMPORTS, pk="imported"),
    "import_mistakes": asks(Act.SEE_IMPORTS, pk="imported"),
    "check_import": asks(Act.BRING_IN_DIRECTORY, pk="imported"),
    "apply_import": asks(Act.BRING_IN_DIRECTORY, pk="imported"),
    "stop_import": asks(Act.BRING_IN_DIRECTORY, pk="imported"),
    "discard_import": asks(Act.BRING_IN_DIRECTORY, pk="imported"),
    "overview": asks(Act.SEE_OVERVIEW),
    "causes": asks(Act.SEE_CAUSES),
    "new_cause": asks(Act.CHANGE_CAUSES),
    "cause": asks(Act.SEE_CAUSES, cause="cause"),
    "change_cause": asks(Act.CHANGE_CAUSES, cause="cause"),
    "solve_cause": asks(Act.CHANGE_CAUSES, cause="cause"),
    "reopen_cause": asks(Act.CHANGE_CAUSES, cause="cause"),
    "mark_accounts": asks(Act.CHANGE_CAUSES, cause="cause"),
    "clear_account": asks(Act.CHANGE_CAUSES, cause="cause", pk="affected"),
    "link_cause": asks(Act.CHANGE_CAUSES, key="key"),
    "unlink_cause": asks(Act.CHANGE_CAUSES, key="key", cause="cause"),
    "new_cause_notice": asks(Act.SEND_CAUSE_NOTICE, cause="cause"),
    "cause_notice": asks(Act.SEE_CAUSES, cause="cause", pk="cause_notice"),
    "cause_notice_progress": asks(Act.SEE_CAUSES, cause="cause", pk="cause_notice"),
    "stop_cause_notice": asks(Act.SEND_CAUSE_NOTICE, cause="cause", pk="cause_notice"),
    "go_on_cause_notice": asks(Act.SEND_CAUSE_NOTICE, cause="cause", pk="cause_notice"),
    "ask_help": asks(Act.STEER, key="key"),
    "give_help": asks(Act.STEER, key="key", pk="help"),
    "withdraw_help": asks(Act.STEER, key="key", pk="help"),
    "holds": asks(Act.SEE_HOLDS),
    "holds_feed": public(key="feed"),
    "holds_address": asks(Act.SEE_HOLDS),
    "forget_holds_address": asks(None),
    "calendar_feed": public(key="calendar"),
    "calendar_address": asks(None),
    "forget_calendar_address": asks(None),
    "gaps": asks(Act.SEE_REPORTS),
    "absences": asks(Act.CHANGE_PEOPLE, pk="member"),
    "change_absence": asks(Act.CHANGE_PEOPLE, pk="member", absence="absence"),
    "end_absence": asks(Act.CHANGE_PEOPLE, pk="member", absence="absence"),
    "new_insight": asks(Act.ADD_INSIGHTS, pk="account"),
    "change_insight": asks(Act.ADD_INSIGHTS, pk="account", insight="insight"),
    "tell_insight": asks(Act.ADD_INSIGHTS, pk="account", insight="insight"),
    "retire_insight": asks(Act.ADD_INSIGHTS, pk="account", insight="insight"),
    "new_purchase": asks(Act.CHANGE_ACCOUNTS, pk="account"),
    "change_purchase": asks(Act.CHANGE_ACCOUNTS, pk="account", purchase="purchase"),
    "remove_purchase": asks(Act.CHANGE_ACCOUNTS, pk="account", purchase="purchase"),
    "promises_report": asks(Act.SEE_REPORTS),
    "endings_report": asks(Act.SEE_REPORTS),
    "playbook": asks(Act.SEE_PLAYBOOK),
    "edit_playbook": asks(Act.ADOPT_PLAYBOOK),
    "playbook_version": asks(Act.SEE_PLAYBOOK, number="version"),
    "playbook_file": asks(Act.SEE_PLAYBOOK, number="version"),
    "playbook_changes": asks(Act.SEE_PLAYBOOK, number="version"),
    "outbox": asks(Act.SEE_OUTBOX),
    "delivery": asks(Act.SEE_OUTBOX, pk="delivery"),
    "delivery_letter": asks(Act.SEE_OUTBOX, pk="delivery"),
    "repeat_delivery": asks(Act.MEND_OUTBOX, pk="delivery"),
    "settle_delivery": asks(Act.MEND_OUTBOX, pk="delivery"),
    "pause_outbox": asks(Act.MEND_OUTBOX),
    "resume_outbox": asks(Act.MEND_OUTBOX),
    "health": asks(Act.SEE_HEALTH),
    "settle_clock": asks(Act.SETTLE_CLOCK),
    "you": asks(None),
    "reach": asks(None),
    "test_chat": asks(None),
    "sessions": asks(None),
    "end_session": asks(None, mark="uid"),
    "end_other_sessions": asks(None),
    "tokens": asks(None),
    "revoke_token": asks(None, pk="token"),
    "account_change_password": asks(None),
    "account_logout": asks(None),
    "account_login": public(),
    "account_inactive": public(),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(uidb36="uid", key="uid"),
    "account_reset_password_from_key_done": public(),
    "decide": public(token="uid", how="uid"),
    "customer_page": public(token="page"),
    "customer_act": public(token="page", way="uid"),
    "customer_file": public(token="page", pk="file"),
    "customer_meeting": public(token="page", pk="meeting"),
    "customer_page_again": public(),
    "inbound": public(secret="uid"),
    "inbound_provider": public(secret="uid", name="provider"),
    "healthz": public(),
    "metrics": public(),
    "asset": public(edition="uid", name="asset"),
}


def names(patterns: list[URLPattern | URLResolver] = urls.urlpatterns) -> Iterator[str]:
    """The names of all addresses, included ones too."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name, so nothing can be said of it."
            yield pattern.name


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    return one_of_everything()


def address(name: str, world: SimpleNamespace) -> str:
    return reverse(name, kwargs={part: getattr(world, what) for part, what in TABLE[name].args.items()})


def answers(
    client: Client, path: str, methods: Sequence[str] = ("get", "post"), words: dict[str, str] | None = None
) -> dict[str, Any]:
    """What GET and POST (with `words`) say; what they change is undone. A method that there is not is left out."""
    said = {}
    for method in methods:
        with transaction.atomic():
            response = client.get(path) if method == "get" else client.post(path, words)
            transaction.set_rollback(True)
        if response.status_code != 405:
            said[method] = response
    return said


def test_every_address_stands_in_the_table_and_none_else():
    assert set(names()) == set(TABLE), "A new address needs a line in TABLE: what must one be allowed to do?"


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says_and_nothing_more(role: Role, world: SimpleNamespace):
    member, client = world.people[role], Client(raise_request_exception=False)
    client.force_login(member)
    wrong, statuses = [], set()

    for name, door in TABLE.items():
        may = door.act is None or authority.may(member.as_actor(), door.act)
        said = answers(client, address(name, world))
        assert said, f"{name} answers to nothing."
        for method, response in said.items():
            # Health is bad here, since nothing runs; that is an answer too.
            is_answered = response.status_code < 500 or name == "healthz"
            if not is_answered or (response.status_code == 403) is may:
                wrong.append((name, method, response.status_code, "may" if may else "may not"))
            wrong += [(name, method, response.status_code, what) for what in unguarded(response)]
            statuses.add(response.status_code)

    assert not wrong
    assert {200, 302, 404, 422, 503} <= statuses


def test_who_is_not_logged_in_gets_to_the_login_and_no_further(world: SimpleNamespace):
    wrong = []

    for name, door in TABLE.items():
        for method, response in answers(Client(raise_request_exception=False), address(name, world)).items():
            # What a page asks while somebody types does not tear it away: that is a 401.
            to_login = response.status_code == 401 or (
                response.status_code == 302 and response["Location"].startswith("/login/")
            )
            if to_login is door.is_public:
                wrong.append((name, method, response.status_code))
            wrong += [(name, method, response.status_code, what) for what in unguarded(response)]

    assert not wrong


def test_a_token_of_somebody_else_is_not_there(world: SimpleNamespace):
    client = Client()
    client.force_login(world.people[Role.ADMINISTRATOR])

    assert client.post(address("revoke_token", world)).status_code == 404


def test_the_table_asks_for_every_act_that_a_page_is_for():
    asked = {door.act for door in TABLE.values()}

    assert {Act.SEE_OUTBOX, Act.MEND_OUTBOX, Act.CHANGE_PEOPLE, Act.SEE_HEALTH, Act.SETTLE_CLOCK} <= asked


def test_metrics_are_for_this_host_or_for_the_token(db: None, settings: Any):
    afar = Client(REMOTE_ADDR="192.0.2.7")
    settings.METRICS_TOKEN = "a long and secret word"

    assert afar.get("/metrics").status_code == 403
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="::1").get("/metrics").status_code == 200
    # A proxy on this host says for whom it asks.
    assert Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "192.0.2.7"}).get("/metrics").status_code == 403
    assert afar.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert afar.get("/metrics", headers={"Authorization": "Bearer a long and secret word"}).status_code == 200
    settings.METRICS_TOKEN = ""
    assert afar.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
