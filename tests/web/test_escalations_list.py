"""The list of escalations, at a glance."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.api.schemas.escalations import EscalationLine
from amends.directory.actor import Role
from amends.directory.models import Account
from amends.escalations import boards, listing
from amends.escalations.actions import endings, updates
from amends.escalations.filtering import Filter
from amends.escalations.models import Escalation
from amends.lib import wall
from amends.web import list_csv
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_the_nearest_promise_comes_first_and_a_row_tells_it_all(client):
    now = wall.now()
    account = make.account("Norrland Dairies")
    late = make.escalation(now=now - 100 * HOUR, of=account, reason="Four depots cannot book")
    calm = make.escalation(now=now, of=account, reason="Labels in the wrong language")
    client.force_login(late.handler)

    page = client.get("/escalations/").content.decode()

    assert page.index(late.reason) < page.index(calm.reason)
    assert "Norrland Dairies" in page and "Off track" in page and "overdue" in page
    assert late.handler.name in page and "€ 412 k" in page.replace("\xa0", " ")


def test_filters_are_the_address_and_nonsense_is_left_out(client):
    now = wall.now()
    account = make.account()
    grave = make.escalation(now=now, of=account, severity="critical", reason="All tills are down")
    mild = make.escalation(now=now, of=account, severity="low", reason="A typo on the invoice")
    client.force_login(grave.handler)

    only_grave = client.get("/escalations/?severity=critical").content.decode()
    nonsense = client.get("/escalations/?handler=x&level=99999999999999999999&after=%00~z&view=?").content.decode()

    assert grave.reason in only_grave and mild.reason not in only_grave
    assert grave.reason in nonsense and mild.reason in nonsense


def test_each_saved_view_shows_its_own(client):
    now = wall.now()
    escalation = make.escalation(now=now - HOUR)
    endings.withdraw(escalation, reason="Opened twice", by=escalation.handler.as_actor(), now=now)
    client.force_login(escalation.handler)

    assert escalation.key not in client.get("/escalations/").content.decode()
    assert escalation.key in client.get("/escalations/?view=closed").content.decode()


def test_pages_follow_one_another_without_a_gap_or_a_double():
    now = wall.now()
    account = make.account()
    opened = [make.escalation(now=now - number * HOUR, of=account) for number in range(7)]
    actor = opened[0].handler.as_actor()
    seen: list[int] = []

    wanted, pages = Filter(), 0
    while wanted is not None:
        page = listing.page(actor, wanted, now, size=3)
        seen += [row.escalation.pk for row in page.rows]
        wanted = Filter(after=page.next_after) if page.next_after else None
        pages += 1

    assert sorted(seen) == sorted(escalation.pk for escalation in opened)
    assert pages == 3


def test_an_empty_view_says_what_to_do(client):
    client.force_login(make.member(role=Role.MANAGER))

    assert "No escalation here" in client.get("/escalations/").content.decode()


def test_a_row_shows_when_they_last_heard_from_us(client):
    now = wall.now()
    escalation = make.escalation(now=now - 2 * HOUR)
    handler = escalation.handler
    client.force_login(handler)
    before = client.get("/escalations/").content.decode()

    updates.log(escalation, channel="call", text="We are on it.", at=now - HOUR, by=handler.as_actor(), now=now - HOUR)

    assert "not yet" in before
    assert "not yet" not in client.get("/escalations/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(client):
    now = wall.now()
    first = make.escalation(now=now, problems=("It is slow", "It is wrong"))
    client.force_login(first.handler)
    client.get("/escalations/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/escalations/")
        return len(captured)

    few = queries()
    for _ in range(12):
        make.escalation(now=now, of=first.account, problems=("It is slow",))
    many = queries()

    assert Escalation.objects.count() == 13
    assert few == many <= 22


def test_what_is_over_comes_newest_first_however_it_ended():
    now = wall.now()
    account = make.account()
    over = [make.escalation(now=now, of=account) for _ in range(6)]
    for number, escalation in enumerate(over):
        status = Escalation.OVER[number % len(Escalation.OVER)]
        Escalation.objects.filter(pk=escalation.pk).update(status=status, closed_at=now, next_look_at=None)
    make.escalation(now=now, of=account)
    actor = over[0].handler.as_actor()

    first = listing.page(actor, Filter(view="closed"), now, size=4)
    rest = listing.page(actor, Filter(view="closed", after=first.next_after or ""), now, size=4)
    declined = listing.page(actor, Filter(view="closed", status=(Escalation.Status.DECLINED,)), now)

    shown = [row.escalation.pk for row in (*first.rows, *rest.rows)]
    assert shown == [escalation.pk for escalation in reversed(over)] and rest.next_after is None
    assert [row.escalation.pk for row in declined.rows] == [over[4].pk, over[1].pk]


def test_a_row_has_been_read_with_all_that_any_list_tells_of_it(django_assert_num_queries):
    now = wall.now()
    escalation = make.escalation(now=now)
    [row] = boards.rows(Escalation.objects.all(), now)

    with django_assert_num_queries(0):
        table = "".join(list_csv.lines([row], "Europe/Berlin"))
        line = EscalationLine.of(row, now)

    assert escalation.reason in table and escalation.handler.name in table
    assert line.account.name == escalation.account.name and line.next_promise is not None


def test_who_sees_some_escalations_is_told_the_names_of_their_handlers_only(client):
    theirs, others = make.escalation(now=wall.now()), make.escalation(now=wall.now())
    Escalation.objects.filter(pk=theirs.pk).update(handler=make.member("Nora Ekwall"))
    Escalation.objects.filter(pk=others.pk).update(handler=make.member("Piet Zeeman"))
    ben = make.member("Ben Castell", Role.SALES)
    make.seat(theirs.account, ben)
    client.force_login(ben)

    page = client.get("/escalations/").content.decode()

    assert "Nora Ekwall</option>" in page
    assert "Piet Zeeman" not in page


@pytest.mark.parametrize("lost", ["zone", "severity"])
def test_a_row_that_the_clock_cannot_read_stands_among_the_others(client, lost):
    broken, sound = make.escalation(now=wall.now()), make.escalation(now=wall.now())
    if lost == "zone":
        Account.objects.filter(pk=broken.account_id).update(zone="Nowhere/Land")
    else:
        Escalation.objects.filter(pk=broken.pk).update(severity="gone")
    client.force_login(sound.handler)

    answer = client.get("/escalations/")

    assert answer.status_code == 200
    assert broken.key in answer.content.decode() and sound.key in answer.content.decode()
