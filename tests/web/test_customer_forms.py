"""The forms of the customer's page: sent twice they count once, they need no cookie, and no word in them is lost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Account
from amends.escalations.actions import endings, meetings, plans, requests
from amends.escalations.meetings import Invited
from amends.escalations.models import Arrival, CustomerLink, Escalation, Meeting, Request
from amends.lib import wall
from tests import make
from tests.escalations.reading import DAY, MINUTE
from tests.web.customers import body, case_of, linked, look, path, resolved, say

pytestmark = pytest.mark.django_db
WORDS = "Porto counts 214 since Monday"
GOES_ON = "What you typed stands under “Answer us” below, and is not sent yet."


@pytest.fixture
def link() -> CustomerLink:
    return linked()


def asked(link: CustomerLink, nth: int = 0) -> Request:
    problem = case_of(link).problems.all()[nth]
    return requests.make(problem, what="The count", due_at=wall.now() + DAY, by=COMMAND_LINE, now=wall.now())


def planned(link: CustomerLink, starts_in: dt.timedelta = DAY, since: dt.timedelta = 0 * DAY) -> Meeting:
    case, now = case_of(link), wall.now().replace(second=0, microsecond=0)
    return meetings.plan(
        case,
        kind="status",
        starts_at=now + starts_in,
        minutes=30,
        contacts=[case.contact],
        members=[Invited(case.handler, "leads")],
        by=case.handler.as_actor(),
        now=now - since,
    )


def words_in(page: str, where: str) -> str:
    """What stands in the words of a form, by the end of its address."""
    [form] = re.findall(rf'<form(?=[^>]*{where}")(?:(?!</form>).)*</form>', page, re.DOTALL)
    typed = re.search(r'name="words"[^>]*?(?: value="([^"]*)"[^>]*>|>\s*([^<]*)</textarea>)', form)
    return (typed[1] or typed[2] or "").strip() if typed else ""


# Where the form of some words is no more


def answered_meanwhile(link: CustomerLink) -> dict[str, object]:
    request = asked(link)
    requests.answer(request, answer="214", by=COMMAND_LINE, now=wall.now())
    return {"request": request.pk, "words": WORDS}


def withdrawn_meanwhile(link: CustomerLink) -> dict[str, object]:
    request = asked(link)
    requests.withdraw(request, reason="We found it", by=COMMAND_LINE, now=wall.now())
    return {"request": request.pk, "words": WORDS}


def called_off_meanwhile(link: CustomerLink) -> dict[str, object]:
    meeting = planned(link)
    by = case_of(link).handler.as_actor()
    meetings.call_off(meeting, reason="Settled", agreed=True, by=by, now=wall.now())
    return {"meeting": meeting.pk, "answer": "declined", "words": WORDS}


def held_meanwhile(link: CustomerLink) -> dict[str, object]:
    meeting = planned(link, starts_in=-40 * MINUTE, since=50 * MINUTE)
    came = set(meeting.attendances.values_list("pk", flat=True))
    meetings.held(meeting, came=came, words="Calm", by=case_of(link).handler.as_actor(), now=wall.now())
    return {"meeting": meeting.pk, "answer": "declined", "words": WORDS}


def uninvited_meanwhile(link: CustomerLink) -> dict[str, object]:
    meeting = planned(link)
    rui = make.contact(case_of(link).account, "Rui Teixeira")
    meeting.attendances.filter(contact=link.contact).update(contact=rui)
    return {"meeting": meeting.pk, "answer": "declined", "words": WORDS}


def over_meanwhile(link: CustomerLink) -> None:
    endings.withdraw(case_of(link), reason="Settled.", by=COMMAND_LINE, now=wall.now())


def asked_before_the_end(link: CustomerLink) -> dict[str, object]:
    request = asked(link)
    over_meanwhile(link)
    return {"request": request.pk, "words": WORDS}


def proposed_after_the_end(link: CustomerLink) -> dict[str, object]:
    over_meanwhile(link)
    return {"first": "2020-01-01T10:00", "words": WORDS}


def too_long_after_the_end(link: CustomerLink) -> dict[str, object]:
    over_meanwhile(link)
    return {"words": WORDS + "x" * 5_000}


NOT_ASKED = "That is not open any more, as things stand now."
NO_MORE = [
    ("request", answered_meanwhile, "We do not need this any more."),
    ("request", withdrawn_meanwhile, "We do not need this any more."),
    ("request", asked_before_the_end, "We do not need this any more."),
    ("meeting", called_off_meanwhile, "This meeting is called off already."),
    ("meeting", held_meanwhile, "This meeting is held already."),
    ("meeting", uninvited_meanwhile, "You are not invited to this meeting any more."),
    ("over", lambda link: {"is_over": "no", "words": WORDS}, "We are not waiting for your word on that just now."),
    ("missing", too_long_after_the_end, NOT_ASKED),
    ("times", proposed_after_the_end, NOT_ASKED),
]


@pytest.mark.parametrize(("way", "meanwhile", "why"), NO_MORE)
def test_words_whose_form_is_no_more_go_on_as_an_answer_and_why_is_said(link, way, meanwhile, why):
    typed = meanwhile(link)

    page = body(refused := say(link, way, **typed))

    assert refused.status_code == 422
    top = page.partition("<h1>")[0]
    assert why in top and GOES_ON in top
    assert WORDS in words_in(page, "answer/#answer") and "data-besides" in page
    assert page.count(WORDS) == 1 and f"{way}/#" not in page.replace("meeting/#meeting", "")


def test_times_go_along_with_the_words(link):
    page = body(say(link, "times", **proposed_after_the_end(link)))

    assert words_in(page, "answer/#answer") == f"2020-01-01T10:00\n{WORDS}"


def test_where_nothing_was_typed_it_only_says_why(link):
    typed = answered_meanwhile(link) | {"words": ""}

    page = body(say(link, "request", **typed))

    assert NOT_ASKED in page.partition("<h1>")[0] and GOES_ON not in page and "data-besides" not in page


def test_a_plan_that_somebody_has_confirmed_meanwhile_is_said_on_top_where_it_cannot_be_confirmed_twice(link):
    case, now = case_of(link), wall.now()
    order = list(case.problems.values_list("pk", flat=True))
    plans.confirm(case, order=order, how="call", at=now, contact=case.contact, by=case.handler.as_actor(), now=now)

    page = body(say(link, "confirm", order=str(order[0])))

    assert "The plan has changed" in page.partition("<h1>")[0] and "confirm/#confirm" not in page


def test_what_came_back_too_soon_goes_on_as_an_answer_too(link):
    typed = answered_meanwhile(link)
    for _ in range(20):
        say(link, "rate", heard="4")

    page = body(say(link, "request", **typed))

    assert "wait five minutes" in page.partition("<h1>")[0] and words_in(page, "answer/#answer") == WORDS


def test_of_two_requests_the_one_that_was_answered_wrongly_alone_holds_what_was_typed(link):
    first, second = asked(link, 0), asked(link, 1)

    page = body(say(link, "request", request=second.pk, words="x" * 5_001))

    assert words_in(page, f"#request-{first.pk}") == "" and words_in(page, f"#request-{second.pk}") == "x" * 5_001
    assert page.count('aria-invalid="true"') == 1


def test_of_two_meetings_the_one_that_was_answered_wrongly_alone_holds_what_was_typed(link):
    first, second = planned(link), planned(link, 2 * DAY)

    page = body(say(link, "meeting", meeting=second.pk, answer="tentative", words=WORDS))

    assert words_in(page, f"#meeting-{first.pk}") == "" and words_in(page, f"#meeting-{second.pk}") == WORDS
    assert page.count("When would it be better?") == 1


# Sent twice


def key_of(page: str, where: str) -> str:
    [key] = re.findall(rf'<form[^>]*{where}"[^>]*>(?:(?!</form>).)*?name="once" value="([^"]+)"', page)
    return str(key)


def test_what_is_sent_twice_counts_once(link):
    page = look(link)
    cases, words = Escalation.objects.count(), case_of(link).updates.count()

    more = [say(link, "more", once=key_of(page, "more/#more"), words="The invoices") for _ in range(2)]
    answers = [say(link, "answer", once=key_of(page, "answer/#answer"), words="Hello") for _ in range(2)]

    assert Escalation.objects.count() == cases + 1 and case_of(link).updates.count() == words + 1
    assert [each.status_code for each in more + answers] == [302] * 4
    assert more[0]["Location"] == more[1]["Location"] == f"{path(link)}?said=more#said"


def test_every_form_of_the_page_counts_once(link):
    asked(link)
    planned(link)

    forms = re.findall(r"<form(?:(?!</form>).)*</form>", look(link), re.DOTALL)

    assert len(forms) == 8 and all(form.count('name="once"') == 1 for form in forms)
    assert len({re.search(r'name="once" value="([^"]+)"', form)[1] for form in forms}) == 8  # type: ignore[index]


def test_other_words_or_another_page_are_no_second_time(link):
    other, words = linked(), case_of(link).updates.count()

    for each, typed in ((link, "Hello"), (link, "Hello again"), (other, "Hello")):
        assert say(each, "answer", once="one-and-the-same", words=typed).status_code == 302

    assert case_of(link).updates.count() == words + 2 and case_of(other).updates.count() == 1
    assert Arrival.objects.count() == 3


def test_what_was_refused_has_not_arrived_and_may_come_again(link):
    typed = {"is_over": "yes", "words": WORDS, "once": "one-and-the-same"}

    before_we_ask = say(link, "over", **typed)
    resolved(link)
    afterwards = say(link, "over", **typed)

    assert (before_we_ask.status_code, afterwards.status_code) == (422, 302)
    assert case_of(link).confirmed_at


# What cannot be taken up on its own


def test_what_could_not_be_taken_up_on_its_own_is_promised_no_time_of_something_older(link):
    say(link, "more", words="The invoices")
    Account.objects.update(csm=None)
    type(case_of(link).handler).objects.update(role="csm", reports_to=None)

    sent = say(link, "more", words="The labels")

    assert sent["Location"] == f"{path(link)}?said=answer#said"
    thanks = body(Client().get(sent["Location"])).partition("<h1>")[0]
    assert "Your words have reached us." in thanks and "you hear from us by" not in thanks
    assert case_of(link).updates.get().text == "The labels"


# Without a cookie


def test_the_link_is_the_only_authority_and_no_cookie_is_needed(link):
    careful = Client(enforce_csrf_checks=True)

    page = careful.get(path(link))
    sent = careful.post(f"{path(link)}answer/", {"words": "Mine"}, headers={"Origin": "https://mail.example"})
    again = careful.post("/c/", {"email": link.contact.email})
    to_the_page = careful.post(path(link), {"words": "Mine"})

    assert "csrfmiddlewaretoken" not in body(page) + body(again)
    assert (sent.status_code, again.status_code, to_the_page.status_code) == (302, 200, 405)
    assert case_of(link).updates.get().text == "Mine"
    # It says which draft has arrived, and nothing else.
    assert set(careful.cookies) == {"draft_done"}


def test_who_does_not_know_the_address_does_nothing_and_one_of_us_neither(link):
    stranger = Client(enforce_csrf_checks=True)
    ours = Client(enforce_csrf_checks=True)
    ours.force_login(make.member("Ada", Role.ADMINISTRATOR))

    forged = stranger.post(f"/c/{link.pk}-{'a' * 26}/answer/", {"words": "As if"})
    as_ours = ours.post(f"{path(link)}answer/", {"words": "As if"})

    assert (forged.status_code, as_ours.status_code) == (404, 403)
    assert "Only the customer answers here." in body(as_ours)
    assert not case_of(link).updates.exists()
