"""A call, by keyboard alone: the escalation is open before the customer has hung up."""

from __future__ import annotations

import datetime as dt

from amends.escalations.models import Escalation
from tests import make

NOON = dt.datetime(2026, 11, 19, 11, 0, tzinfo=dt.UTC)
MOST_KEYS = 25


def test_an_escalation_is_opened_by_keyboard_alone_in_a_few_keys(desk):
    make.organisation()
    make.playbook()
    account = make.account("Brightwater Foods")
    make.contact(account, "Maria Duarte")
    desk.at(NOON)
    page = desk.log_in(account.csm)
    pressed = []

    def press(*keys: str) -> None:
        for key in keys:
            pressed.append(key)
            page.keyboard.press(key)

    press("n")
    page.wait_for_url("**/escalations/new/")
    page.keyboard.type("Brightwater")
    press("Tab")
    page.keyboard.type("Every order arrives twice since this morning")
    press("Tab")
    page.keyboard.type("Maria Duarte")
    # What it does to their business, by its first letter; then by phone, found by them, upset.
    press("Tab", "w", "Tab", "Tab", "Tab", "ArrowRight", "ArrowRight")
    press("Tab", "Tab")
    page.keyboard.type("We pay for goods that we never ordered")
    press("Control+Enter")
    page.wait_for_url("**/escalations/ESC-*/")

    case = Escalation.objects.get()
    assert (case.account, case.contact.name, case.mood) == (account, "Maria Duarte", "upset")
    assert case.impact == "impaired" and case.problems.get().words == "We pay for goods that we never ordered"
    assert len(pressed) <= MOST_KEYS, pressed


def test_what_was_typed_and_folded_away_survives_a_closed_tab(desk):
    make.organisation()
    make.playbook()
    account = make.account("Brightwater Foods")
    desk.at(NOON)
    page = desk.log_in(account.csm)
    page.goto(f"{desk.address}/escalations/new/")
    page.fill("[name=account]", "Brightwater")
    page.click("details summary")
    page.select_option("[name=category]", "data")
    page.check("[name=tried_first] >> nth=0")
    page.get_by_text("Draft kept").wait_for()
    page.close()

    again = page.context.new_page()
    again.goto(f"{desk.address}/escalations/new/")

    again.get_by_text("brought back").wait_for()
    assert again.input_value("[name=account]") == "Brightwater"
    assert again.input_value("[name=category]") == "data" and again.is_checked("[name=tried_first] >> nth=0")
    assert again.is_visible("[name=category]")
