"""Links to tickets elsewhere."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations.actions import endings, tickets
from tests import make
from tests.escalations.reading import forbids, kinds_of, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


@pytest.fixture
def problem():
    return make.escalation(problems=("Stock is wrong",)).problems.get()


def linked(problem, url="https://tracker.example/browse/DEV-8812", **changes):
    return tickets.link(problem, url=url, by=CLOCK, now=NOW, **changes)


@pytest.mark.parametrize(
    ("url", "label", "called"),
    [
        ("https://tracker.example/browse/DEV-8812", "", "DEV-8812"),
        ("https://tracker.example/browse/DEV-8812/?view=all#end", "", "DEV-8812"),
        (" http://tracker:8080/ ", "", "tracker"),
        ("https://tracker.example/1", " Ours ", "Ours"),
        ("https://tracker.example/" + "x" * 200, "", "x" * 80),
    ],
)
def test_a_ticket_is_called_as_we_say_or_by_the_end_of_its_address(problem, url, label, called):
    ticket = linked(problem, url, label=label)

    assert (ticket.label, ticket.url) == (called, url.strip())
    assert kinds_of(problem.escalation)[-1] == "ticket.linked"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "DEV-8812",
        "javascript:alert(1)",
        "JavaScript://tracker.example/%0aalert(1)",
        "data:text/html,hello",
        "ftp://tracker.example/1",
        "//tracker.example/1",
        "https://",
        "https:///browse/1",
        "https://tracker.example:port/1",
        "https://tracker.example/a b",
        "https://tracker.example/\u202e1",
        "https://[tracker/1",
    ],
)
def test_only_what_a_browser_would_open_is_linked(problem, url):
    with refuses("Paste the ticket’s address", "url"):
        linked(problem, url)


def test_an_address_holds_nobodys_password(problem):
    with refuses("Leave the name and the password out", "url"):
        linked(problem, "https://tom:secret@tracker.example/1")


def test_a_ticket_is_linked_once_and_there_are_not_too_many(problem):
    linked(problem)
    with refuses("linked already", "url"):
        linked(problem)
    for number in range(tickets.MOST - 1):
        linked(problem, f"https://tracker.example/{number}")
    with refuses("Take one off first", "url"):
        linked(problem, "https://tracker.example/more")


def test_a_link_is_taken_off_once_and_the_timeline_keeps_it(problem):
    ticket = linked(problem)

    tickets.unlink(ticket, by=CLOCK, now=NOW)

    assert not problem.tickets.exists() and kinds_of(problem.escalation)[-1] == "ticket.unlinked"
    ticket.pk = 10**6
    with refuses("was taken off meanwhile"):
        tickets.unlink(ticket, by=CLOCK, now=NOW)


def test_who_may_not_plan_links_nothing_and_what_is_over_keeps_its_links(problem):
    reader = make.member("Ben Castell", "sales").as_actor()
    ticket = linked(problem)

    with forbids():
        tickets.link(problem, url="https://tracker.example/2", by=reader, now=NOW)
    with forbids():
        tickets.unlink(ticket, by=reader, now=NOW)
    endings.withdraw(problem.escalation, reason="A test", by=CLOCK, now=NOW)
    with refuses("before you change its plan"):
        tickets.unlink(ticket, by=CLOCK, now=NOW)
