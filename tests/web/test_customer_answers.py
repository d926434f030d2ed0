"""What the customer does on their page: confirm, answer, propose, say whether it is over, rate."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from amends.directory.actor import COMMAND_LINE
from amends.escalations.actions import corrections, problems, requests
from amends.escalations.models import CustomerLink, Escalation
from amends.lib import wall
from tests import make
from tests.escalations.reading import DAY, HOUR, letters_to, subjects_to
from tests.web.customers import body, case_of, linked, look, path, resolved, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> CustomerLink:
    return linked()


def order(link: CustomerLink) -> str:
    return ",".join(str(pk) for pk in case_of(link).problems.values_list("pk", flat=True))


def test_they_confirm_the_plan_as_they_were_shown_it(link):
    answer = say(link, "confirm", order=order(link))

    case = case_of(link)
    confirmed = case.plan_confirmations.get()
    assert answer.status_code == 302 and answer["Location"] == f"{path(link)}?said=confirm#said"
    assert (confirmed.confirmed_by, confirmed.how, confirmed.recorded_by) == ("Maria Duarte", "page", None)
    event = case.events.first()
    assert (event.kind, event.by_name, event.by) == ("plan.confirmed_by_them", "Maria Duarte", None)
    assert any("confirmed the plan" in subject for subject in subjects_to(case.handler))
    assert "You confirmed this on" in look(link)


def test_a_plan_that_is_another_by_now_is_not_confirmed(link):
    shown = order(link)
    problems.name(case_of(link), words="Labels too", by=COMMAND_LINE, now=wall.now())

    answer = say(link, "confirm", order=shown)

    assert answer.status_code == 422 and "The plan has changed" in body(answer)
    assert not case_of(link).plan_confirmations.exists()
    # What comes back is the plan as it is now, to be confirmed as such.
    assert f'value="{order(link)}"' in body(answer)


@pytest.mark.parametrize("typed", ["", "x", "1,,2", "1,2;3", "9" * 40])
def test_an_order_that_we_did_not_write_is_refused(link, typed):
    assert say(link, "confirm", order=typed).status_code == 422


@pytest.mark.parametrize(
    ("way", "kind", "headline"),
    [
        ("answer", "update.written", "Maria Duarte wrote on their page"),
        ("missing", "update.something_missing", "Maria Duarte says that something is missing"),
    ],
)
def test_what_they_write_is_heard_and_told_with_their_words(link, way, kind, headline):
    answer = say(link, way, words="Two lorries\r\nstand \x07here.\u202e")

    case = case_of(link)
    update = case.updates.get()
    assert answer.status_code == 302
    assert (update.direction, update.channel, update.text) == ("in", "page", "Two lorries\nstand here.")
    assert (update.page_word.link, case.last_heard_at) == (link, update.at)
    assert case.events.first().kind == kind and "words" not in case.events.first().words
    for member in {case.handler, case.account.csm}:
        letter = letters_to(member)[-1].letter
        assert letter["subject"].endswith(headline) and letter["words"] == update.text
    assert "Two lorries" in look(link)


def test_what_says_nothing_or_too_much_comes_back_with_all_that_was_typed(link):
    for typed in ("", "   ", "\u200b", "x" * 5_001):
        answer = say(link, "answer", words=typed)
        assert answer.status_code == 422 and 'aria-invalid="true"' in body(answer)
    assert "x" * 5_001 in body(answer)
    assert not case_of(link).updates.exists()


def test_they_answer_what_we_asked_them_for(link):
    case = case_of(link)
    problem = case.problems.first()
    asked = requests.make(problem, what="The count", due_at=wall.now() + DAY, by=COMMAND_LINE, now=wall.now())
    assert "We need from you:" in look(link)
    empty = say(link, "request", request=asked.pk, words="")
    assert empty.status_code == 422 and f'id="request-{asked.pk}"' in body(empty)

    assert say(link, "request", request=asked.pk, words="214. " + "And more. " * 60).status_code == 302

    asked.refresh_from_db()
    problem.refresh_from_db()
    assert (asked.outcome, len(asked.answer), problem.status) == ("answered", 300, "in work")
    assert case.updates.get().text.startswith("The count:\n214. And more.")
    assert say(link, "request", request=asked.pk, words="Again").status_code == 422


def test_what_they_wrote_stands_once_on_the_timeline_and_nobody_of_us_wrote_it_down(link, client):
    case = case_of(link)
    asked = requests.make(
        case.problems.first(), what="The count", due_at=wall.now() + DAY, by=COMMAND_LINE, now=wall.now()
    )
    client.force_login(case.handler)

    say(link, "request", request=asked.pk, words="Two hundred and fourteen")
    timeline = body(client.get(f"/escalations/{case.key}/timeline/"))
    written = case.updates.get(channel="page")
    corrections.strike(written, reason="Of another case", by=case.handler.as_actor(), now=wall.now())
    afterwards = body(client.get(f"/escalations/{case.key}/timeline/"))

    assert timeline.count("Two hundred and fourteen") == 1
    assert "wrote on their page" in timeline and "Written down by" not in timeline
    assert "answered “The count”" in afterwards


def test_the_timeline_tells_what_is_missing_from_what_they_only_wrote(link, client):
    case = case_of(link)
    client.force_login(case.handler)

    say(link, "missing", words="The pallets")
    missing = body(client.get(f"/escalations/{case.key}/timeline/"))
    say(link, "answer", words="Thank you")
    both = body(client.get(f"/escalations/{case.key}/timeline/"))

    assert "</b> said on their page that something is missing" in missing and "</b> wrote on" not in missing
    assert "</b> wrote on their page" in both


def test_a_request_of_another_case_is_not_answered_here(link):
    other = make.escalation(now=wall.now() - HOUR, problems=("Elsewhere",))
    asked = requests.make(
        other.problems.get(), what="A count", due_at=wall.now() + DAY, by=COMMAND_LINE, now=wall.now()
    )

    assert say(link, "request", request=asked.pk, words="214").status_code == 422
    asked.refresh_from_db()
    assert asked.outcome == ""


def test_they_propose_times_on_their_own_clock(link):
    day = (wall.now() + 3 * DAY).strftime("%Y-%m-%d")

    answer = say(link, "times", first=f"{day}T10:00", third=f"{day}T08:30", words="On my mobile")

    text = case_of(link).updates.get().text
    assert answer.status_code == 302
    assert re.search(r"08:30 in Lisbon\n– .*10:00 in Lisbon\n\nOn my mobile$", text)
    assert case_of(link).events.first().kind == "update.times_proposed"


@pytest.mark.parametrize("typed", ["", "2020-01-01T10:00", "nonsense", "2999-01-01T10:00"])
def test_a_time_that_is_no_time_ahead_is_refused_at_its_field(link, typed):
    answer = say(link, "times", first=typed, words="Ring me")

    assert answer.status_code == 422 and "Ring me" in body(answer)
    assert not case_of(link).updates.exists()


def test_their_word_that_it_is_over_stands_on_the_closing_list_and_closes_nothing(link):
    resolved(link)
    assert "Is it over for you?" in look(link)

    assert say(link, "over", is_over="yes").status_code == 302

    case = case_of(link)
    assert case.status == "resolved" and case.confirmed_at
    boss = Client()
    boss.force_login(case.handler)
    form = body(boss.get(f"/escalations/{case.key}/close/"))
    assert 'value="Maria Duarte"' in form and re.search(r'value="page"[^>]*checked', form)


def test_their_word_that_it_is_not_over_takes_the_other_back_and_reopens_nothing(link):
    resolved(link)
    say(link, "over", is_over="yes")

    assert "Say what is not solved yet" in body(say(link, "over", is_over="no"))
    assert say(link, "over", is_over="no", words="Labels are wrong still").status_code == 302

    case = case_of(link)
    assert case.status == "resolved" and case.confirmed_at is None
    assert any("it is not over" in subject for subject in subjects_to(case.handler))
    assert "You said that it is not over yet" in look(link)


def test_nobody_says_that_it_is_over_before_we_ask(link):
    assert say(link, "over", is_over="yes").status_code == 422
    assert case_of(link).confirmed_at is None


def test_they_rate_and_the_newest_holds(link):
    assert say(link, "rate", heard="2", words="Too slow").status_code == 302
    assert say(link, "rate", heard="5").status_code == 302
    assert say(link, "rate", heard="6").status_code == 422

    assert [rating.heard for rating in case_of(link).ratings.all()] == [5, 2]
    assert re.search(r'value="5"[^>]*checked', look(link))


def test_after_the_end_they_are_heard_and_nothing_is_reopened(link):
    now = wall.now()
    Escalation.objects.filter(pk=link.escalation_id).update(status="closed", closed_at=now, next_look_at=None)

    assert say(link, "answer", words="Thank you all").status_code == 302

    assert case_of(link).status == "closed" and case_of(link).next_look_at is None


def test_what_they_send_is_limited_and_nothing_typed_is_lost(link):
    said = [say(link, "rate", heard="4").status_code for _ in range(20)]
    answer = say(link, "answer", words="My long words")

    assert set(said) == {302}
    assert answer.status_code == 429 and "My long words" in body(answer)
