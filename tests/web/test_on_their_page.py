"""What the customer said on their page, where somebody of ours goes on with it: on the plan, and under Meetings."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from amends.directory.actor import COMMAND_LINE
from amends.escalations.actions import corrections, meetings, plans, problems, updates
from amends.escalations.meetings import Invited
from amends.escalations.models import CustomerLink
from amends.lib import wall, when
from tests import make
from tests.escalations.reading import DAY, HOUR
from tests.web.customers import case_of, linked, look, say
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
LISBON = ZoneInfo("Europe/Lisbon")
SAYS = "Maria Duarte says that something is missing"


@pytest.fixture
def link() -> CustomerLink:
    """Maria's link, to a case of which she has confirmed the plan."""
    link = linked()
    say(link, "confirm", order=order(link))
    return link


def order(link):
    return ",".join(str(pk) for pk in case_of(link).problems.values_list("pk", flat=True))


def page_of(link, rest=""):
    case, client = case_of(link), Client()
    client.force_login(case.handler)
    return client.get(f"/escalations/{case.key}/{rest}").content.decode()


def now():
    return wall.now().replace(second=0, microsecond=0)


def test_that_something_is_missing_stands_on_the_plan_in_place_of_their_word(link):
    assert "Order confirmed by Maria Duarte" in page_of(link)

    say(link, "missing", words="The shelf labels\nare missing.")

    for page in (page_of(link), page_of(link, "plan/")):
        assert re.search(SAYS + r" \(\d\d:\d\d\): “The shelf labels are missing.”", page)
        assert "Order confirmed" not in page
        assert "Add it to the plan" in page and "Write down that it is right" in page


def test_once_it_is_on_the_plan_only_their_word_is_asked_for(link):
    say(link, "missing", words="Shelf labels")

    problems.name(case_of(link), words="The shelf labels", by=COMMAND_LINE, now=wall.now())

    assert SAYS not in page_of(link).partition('id="timeline"')[0]
    assert "ask Maria Duarte again" in page_of(link)


def test_confirmed_anew_on_their_page_or_by_us_it_is_right(link):
    say(link, "missing", words="Shelf labels")
    assert "Is this right, and is it the right order?" in look(link)

    say(link, "confirm", order=order(link))
    by_them = page_of(link)
    say(link, "missing", words="And the scales")
    shown = [int(pk) for pk in order(link).split(",")]
    plans.confirm(case_of(link), order=shown, how="call", at=wall.now(), name="Jan", by=COMMAND_LINE, now=wall.now())

    assert "Order confirmed by Maria Duarte" in by_them and "Order confirmed by Jan" in page_of(link)
    assert case_of(link).plan_confirmations.filter(lapsed_at__isnull=True).count() == 1


def test_where_it_was_about_another_case_nothing_is_missing_here(link):
    say(link, "missing", words="Shelf labels")

    word = case_of(link).updates.get()
    corrections.strike(word, reason="Another case", by=COMMAND_LINE, now=wall.now())

    assert SAYS not in page_of(link).partition('id="timeline"')[0]


def test_long_words_are_cut_where_they_stand_on_the_plan(link):
    say(link, "missing", words="word " * 100)

    plan = page_of(link, "plan/")

    assert "word word …”" in plan and plan.count("word word") < 60


def proposed(link):
    """Two times that suit Maria, as she typed them, in the order in which she did."""
    moments = [now() + 2 * DAY, now() + DAY]
    typed = {name: when_there(moment) for name, moment in zip(("first", "second"), moments, strict=True)}
    assert say(link, "times", **typed).status_code == 302
    return sorted(moments)


def when_there(moment):
    return f"{moment.astimezone(LISBON):%Y-%m-%dT%H:%M}"


def test_times_that_they_proposed_stand_under_meetings_and_lead_to_a_plan_at_that_time(link):
    moments = proposed(link)

    meets = page_of(link).partition('id="meetings"')[2].partition("</div>")[0]
    hrefs = [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+suits=[^"]+)"', meets)]
    client, case = Client(), case_of(link)
    client.force_login(case.handler)
    form = filled(client.get(hrefs[0]).content.decode(), f"/escalations/{case.key}/meetings/new/")

    assert "Maria Duarte proposed" in meets and len(hrefs) == 2
    assert form["suits"] == [moments[0].isoformat()]


def test_once_a_meeting_is_planned_they_are_answered(link):
    proposed(link)
    case = case_of(link)

    meetings.plan(
        case,
        kind="first_contact",
        starts_at=wall.now() + 3 * DAY,
        minutes=30,
        contacts=[link.contact],
        members=[Invited(case.handler, "leads")],
        by=case.handler.as_actor(),
        now=wall.now() + dt.timedelta(seconds=1),
    )

    assert "Maria Duarte proposed" not in page_of(link)


def test_that_nobody_has_met_them_says_since_when_one_speaks_with_them():
    at = wall.now() - DAY
    case = make.escalation(now=at - HOUR)
    updates.log(case, channel="call", text="We spoke.", at=at, by=COMMAND_LINE, now=at)
    client = Client()
    client.force_login(case.handler)

    page = client.get(f"/escalations/{case.key}/").content.decode()

    assert f"nobody has met them yet; first spoken with {when.day(at, case.handler.zone, wall.now())}" in page
