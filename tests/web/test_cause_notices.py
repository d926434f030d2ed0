"""A notice to the accounts of a cause on its pages: looked at as it will arrive, and seen by those who may."""

import threading

import pytest
from django.test import Client

from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations import causes as reading
from amends.escalations.actions import causes, leave_outs, updates
from amends.lib import wall
from amends.outbox.models import Delivery
from amends.worker.telling import telling
from tests import make
from tests.escalations.reading import DAY, HOUR
from tests.web.customers import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia():
    make.organisation()
    make.playbook()
    return make.chain()[1]


@pytest.fixture
def client(nadia):
    client = Client()
    client.force_login(nadia)
    return client


@pytest.fixture
def cause():
    return make.cause(now=wall.now() - 2 * HOUR)


@pytest.fixture
def case(cause):
    """One of this cause, of which Maria hears, in a thread that is under way; Aaron stands before her in the list."""
    case = make.escalation(of=make.account("Brightwater"), now=wall.now() - HOUR)
    make.contact(case.account, "Aaron First", email="aaron@brightwater.example")
    causes.link(cause, case, by=COMMAND_LINE, now=wall.now() - HOUR)
    by = case.handler.as_actor()
    updates.send(case, text="We look into it.", subject="Doubled", to=[case.contact], by=by, now=wall.now() - HOUR)
    return case


def typed(*accounts):
    return {
        "subject": "Orders sent twice",
        "text": "Dear {contact}, {account} is affected. More by {next_by}.",
        "next_what": "What we found",
        "next_at": (wall.now() + 2 * DAY).strftime("%Y-%m-%dT16:00"),
        "accounts": [account.pk for account in accounts],
    }


def leave_out(case):
    until = (wall.now() + 3 * DAY).date()
    by = case.handler.as_actor()
    leave_outs.leave_out(case, contact=case.contact, reason="On leave", until=until, by=by, now=wall.now())


def test_who_has_a_case_is_shown_the_mail_that_is_sent_in_it(client, cause, case):
    address, said = f"/causes/{cause.key}/notices/new/", typed(case.account)

    look = body(client.post(address, said | {"look": "1"}))

    client.post(address, said | {"send": "1"})
    telling("here", threading.Event(), threading.Event()).work()
    sent = Delivery.objects.filter(audience="customer").latest("pk")
    assert (sent.name, sent.letter["subject"]) == ("Maria Duarte", "Doubled")
    assert f"<dt>To</dt><dd>{sent.name} &lt;{sent.address}&gt;</dd>" in look
    assert f"<dt>Subject</dt><dd>{sent.letter['subject']}</dd>" in look
    assert "Dear Maria Duarte, Brightwater is affected." in look


def test_the_mail_that_is_shown_is_of_somebody_who_gets_one(client, cause, case):
    leave_out(case)
    corvina = make.account("Corvina Freight")
    make.contact(corvina, "Cora Moor")
    causes.mark(cause, [corvina], how_we_know="They run 4.2", by=COMMAND_LINE, now=wall.now())
    address = f"/causes/{cause.key}/notices/new/"

    both = client.post(address, typed(case.account, corvina) | {"look": "1"})
    nobody = client.post(address, typed(case.account) | {"look": "1"})

    assert "As it arrives at Corvina Freight" in body(both) and "Send it to 2 accounts" in body(both)
    assert nobody.status_code == 422 and reading.LEFT_OUT in body(nobody)


def test_who_may_not_see_a_case_reads_that_its_account_was_told_and_no_key(cause, nadia):
    accounts = [make.account(name, csm=nadia.reports.first()) for name in ("Alder Clinics", "Corvina Freight")]
    for account in accounts:
        make.contact(account)
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=COMMAND_LINE, now=wall.now())
    notice = make.cause_notice(cause, by=nadia, now=wall.now())
    telling("here", threading.Event(), threading.Event()).work()
    petra, client = make.member("Petra Lang", Role.SALES), Client()
    make.seat(accounts[0], petra)
    client.force_login(petra)

    page = body(client.get(f"/causes/{cause.key}/notices/{notice.pk}/"))

    assert "Alder Clinics" in page and "Corvina Freight" in page
    hers, others = (account.escalations.get().key for account in accounts)
    assert hers in page and others not in page
