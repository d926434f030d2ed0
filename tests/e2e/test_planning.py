"""Planning a meeting in a real browser: the kind, its agenda, its people and its guidance belong together."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from amends.escalations import meetings as planning
from amends.escalations.models import Escalation, Meeting
from tests import make
from tests.e2e.conftest import Desk

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
LABELS = dict(Meeting.Kind.choices)


@pytest.fixture
def escalation(desk: Desk) -> Escalation:
    make.organisation()
    escalation = make.escalation(now=NOW, problems=("Every order arrives twice",))
    desk.at(NOW + dt.timedelta(minutes=5))
    return escalation


@pytest.fixture
def page(desk: Desk, escalation: Escalation) -> Page:
    """The form of a new meeting, before the handler."""
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/meetings/new/")
    return page


def choose(page: Page, kind: str) -> None:
    page.get_by_role("group", name="Kind").get_by_text(LABELS[kind], exact=True).click()


def belongs_together(page: Page, escalation: Escalation, kind: str, agenda: str = "") -> None:
    """Kind, agenda, people and guidance are those of one kind, in the form and in its draft."""
    expect(page.locator("ol.meet__agenda li")).to_have_text(list(planning.steps(escalation, kind)))
    expect(page.locator("[name=kind]:checked")).to_have_value(kind)
    expect(page.locator("[name=agenda]")).to_have_value(agenda or planning.agenda(escalation, kind))
    expect(page.get_by_label("Maria Duarte")).to_have_count(0 if kind == "internal" else 1)
    expect(page.locator("[data-draft-says]")).to_contain_text("Draft")


def draft_is_kept(page: Page) -> None:
    """Whatever waits to be kept has been: longer than the pause after the last letter."""
    page.wait_for_timeout(600)


@pytest.mark.parametrize("pauses", [True, False])
def test_the_kind_can_be_changed_again_and_again(page: Page, escalation: Escalation, pauses: bool) -> None:
    page.fill("[name=starts_at]", "2026-11-24T11:00")
    page.fill("[name=place]", "Room 4")

    for kind in ("status", "internal", "status", "first_contact", "final"):
        choose(page, kind)

        belongs_together(page, escalation, kind)
        # The same moment: on the customer's clock in Lisbon, and on ours in Berlin.
        expect(page.locator("[name=starts_at]")).to_have_value(f"2026-11-24T{12 if kind == 'internal' else 11}:00")
        expect(page.locator("[name=place]")).to_have_value("Room 4")
        if pauses:
            draft_is_kept(page)


def test_what_was_typed_by_hand_goes_from_kind_to_kind(page: Page, escalation: Escalation) -> None:
    page.fill("[name=agenda]", "Why it came twice")
    page.get_by_text("In your own words").click()
    page.get_by_label("What they read with the invitation").fill("We would like\nto listen.")

    for kind in ("internal", "status", "final"):
        choose(page, kind)
        belongs_together(page, escalation, kind, agenda="Why it came twice")
        draft_is_kept(page)

    expect(page.get_by_label("What they read with the invitation")).to_have_value("We would like\nto listen.")


def test_a_draft_comes_back_as_the_kind_that_it_was(page: Page, escalation: Escalation) -> None:
    choose(page, "internal")
    belongs_together(page, escalation, "internal")
    choose(page, "status")
    belongs_together(page, escalation, "status")
    part = page.get_by_label(f"Part of {escalation.account.csm}")
    part.select_option("expert")
    page.fill("[name=place]", "Room 4")
    draft_is_kept(page)

    for address in (page.url, page.url):
        page.goto(address)

        belongs_together(page, escalation, "status")
        expect(part).to_have_value("expert")
        expect(page.locator("[name=place]")).to_have_value("Room 4")


def test_the_kind_that_an_address_asks_for_stands_above_a_draft_of_another(page: Page, escalation: Escalation) -> None:
    choose(page, "status")
    belongs_together(page, escalation, "status")
    page.fill("[name=place]", "Room 4")
    draft_is_kept(page)

    page.goto(f"{page.url}?kind=final")

    belongs_together(page, escalation, "final")
    expect(page.locator("[name=place]")).to_have_value("Room 4")


def test_a_planned_meeting_leaves_no_draft_behind(page: Page, escalation: Escalation) -> None:
    form = page.url
    choose(page, "status")
    belongs_together(page, escalation, "status")
    page.fill("[name=starts_at]", "2026-11-24T11:00")
    page.fill("[name=place]", "Room 4")
    page.get_by_role("button", name="Invite them").click()
    expect(page.get_by_text("It is planned.")).to_be_visible()

    page.goto(form)

    expect(page.locator("[name=place]")).to_have_value("")
    assert Meeting.objects.get().agenda.splitlines() == planning.agenda(escalation, "status").splitlines()
