"""The pages of causes: who is to be told first, marking, the notice from its text to its end, the case's own line."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Account, Contact
from amends.escalations import causes as reading
from amends.escalations.actions import cause_notices, causes, customer_links
from amends.escalations.models import AffectedAccount, CauseCase, CauseNotice, Escalation
from amends.lib import wall
from amends.web.forms.causes import NoticeForm
from amends.worker.telling import telling
from tests import crowd, make
from tests.escalations.reading import DAY, HOUR
from tests.web.customers import body, look
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
SAID = {"subject": "Orders sent twice", "text": "More by {next_by}.", "next_what": "What we found"}


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
def cause(nadia):
    return make.cause(now=wall.now() - HOUR)


def affected(cause, nadia, *names):
    tom = nadia.reports.first()
    accounts = [make.account(name, csm=tom) for name in names]
    for account in accounts:
        make.contact(account, f"{account.name.split()[0]} Moor")
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=COMMAND_LINE, now=wall.now())
    return accounts


def many(cause, count):
    """Affected accounts, each with somebody to mail, in the order of their names."""
    accounts = Account.objects.bulk_create(Account(name=f"C {number:04}") for number in range(count))
    Contact.objects.bulk_create(
        Contact(account=account, name="Ivo", email=f"ivo@{account.pk}.example") for account in accounts
    )
    AffectedAccount.objects.bulk_create(
        AffectedAccount(cause=cause, account=account, how_we_know="They run 4.2", at=wall.now()) for account in accounts
    )
    return accounts


def typed(accounts):
    next_at = (wall.now() + 2 * DAY).strftime("%Y-%m-%dT16:00")
    return SAID | {"next_at": next_at, "accounts": [account.pk for account in accounts]}


def test_a_cause_is_named_changed_and_listed(client):
    assert "No cause is known" in body(client.get("/causes/"))
    refused = client.post("/causes/new/", {"name": "", "what_we_know": "Since 4.2"})
    assert refused.status_code == 422 and "Since 4.2" in body(refused)

    answer = client.post("/causes/new/", {"name": "Orders are sent twice", "category": "data"})

    page = body(client.get(answer["Location"]))
    assert "Orders are sent twice" in page and "Nobody is marked as affected yet" in page
    client.post(f"{answer['Location']}change/", {"name": "Orders are written twice", "category": "data"})
    assert "Orders are written twice" in body(client.get("/causes/"))


def test_those_to_tell_first_stand_before_those_who_escalated(client, cause, nadia):
    affected(cause, nadia, "Alder Clinics")
    known = make.escalation(of=make.account("Brightwater", csm=nadia.reports.first()), now=wall.now() - HOUR)
    causes.link(cause, known, by=COMMAND_LINE, now=wall.now())

    page = body(client.get(f"/causes/{cause.key}/"))

    first, then = page.index("Not escalated: tell them first"), page.index("They escalated")
    assert first < page.index("Alder Clinics") < then < page.rindex("Brightwater")
    assert known.key in page and "They run 4.2" in page


def test_what_stands_in_no_list_is_said_line_by_line_and_nothing_typed_is_lost(client, cause, nadia):
    make.account("Alder Clinics", external_key="CRM-7")
    make.account("Moss, Kern & Co")
    typed = "alder clinics\tBerlin\nMoss, Kern & Co\nNobody Ltd\ncrm-7"

    answer = client.post(f"/causes/{cause.key}/accounts/", {"typed": typed, "how_we_know": "They run 4.2"})

    page = body(answer)
    assert answer.status_code == 422 and not cause.affected.exists()
    assert "1 line is no account of ours" in page and "<td>3</td>" in page and "Mark the 2 that are known" in page
    assert "crm-7</textarea>" in page
    again = {"typed": typed, "how_we_know": "They run 4.2", "leave_out": "True"}
    assert client.post(f"/causes/{cause.key}/accounts/", again).status_code == 302
    assert sorted(each.account.name for each in cause.affected.all()) == ["Alder Clinics", "Moss, Kern & Co"]


def test_a_line_that_is_nearly_a_name_is_answered_with_the_names_that_may_be_meant(client, cause):
    for name in ("Brightwater Energy", "Northwind Foods", "Northwind Energy", "Moss"):
        make.account(name)
    address, known = f"/causes/{cause.key}/accounts/", {"how_we_know": "They run 4.2"}

    one = body(client.post(address, known | {"typed": "Brightwater Enrgy\tLisbon"}))
    two = body(client.post(address, known | {"typed": "Northwind"}))
    several = body(client.post(address, known | {"typed": "Brightwater Enrgy\nMoss\nNorthwind\nQuite Another"}))

    assert "is no account of ours. Did you mean Brightwater Energy?" in one
    assert "Did you mean Northwind Foods or Northwind Energy?" in two
    assert "3 lines are no account of ours: see below." in several
    assert several.count("Did you mean") == 2 and "<td>–</td>" in several
    assert not cause.affected.exists()


def test_a_notice_is_looked_at_before_it_goes_and_shows_how_far_it_is(client, cause, nadia):
    alder, corvina = affected(cause, nadia, "Alder Clinics", "Corvina Freight")
    address = f"/causes/{cause.key}/notices/new/"
    page = body(client.get(address))
    assert page.count(" checked><span>") == 2 and "Orders are sent twice" in page
    typed = {
        "subject": "Orders sent twice",
        "text": "Dear {contact},\n\nthis affects {account} too. By {next_by} you hear more.",
        "next_what": "What we found",
        "next_at": (wall.now() + 2 * DAY).strftime("%Y-%m-%dT16:00"),
        "accounts": [alder.pk, corvina.pk],
    }

    look = body(client.post(address, typed | {"look": "1"}))

    assert "As it arrives at Alder Clinics" in look and "Send it to 2 accounts" in look
    assert "Dear Alder Moor" in look and "16:00 in Lisbon" not in look  # Nadia's clock is Berlin's
    assert "15:00 in Lisbon" in look
    assert not CauseNotice.objects.exists()
    assert client.post(address, typed | {"look": "1", "text": "Soon."}).status_code == 422
    answer = client.post(address, typed | {"send": "1"})
    notice = CauseNotice.objects.get()
    assert answer["Location"] == f"/causes/{cause.key}/notices/{notice.pk}/"
    progress = body(client.get(answer["Location"]))
    assert "0 of 2 accounts are done" in progress and "It waits for the clock" in progress
    beside = telling("here", threading.Event(), threading.Event())
    beside.work()
    done = client.get(f"{answer['Location']}progress/")
    assert done["HX-Refresh"] == "true"
    assert "Corvina Freight" in body(client.get(answer["Location"]))
    assert "Told by us first" in body(client.get(f"/causes/{cause.key}/"))


def test_who_gets_a_notice_is_named_before_it_goes_and_the_text_is_true_for_who_escalated(client, cause, nadia):
    names = ["Alder Clinics", *(f"Mill {number:02}" for number in range(1, 13))]
    accounts = affected(cause, nadia, *names)
    causes.link(cause, make.escalation(of=accounts[0], now=wall.now() - HOUR), by=COMMAND_LINE, now=wall.now())
    address = f"/causes/{cause.key}/notices/new/"
    form = filled(body(client.get(address)), "") | {"next_at": (wall.now() + 2 * DAY).strftime("%Y-%m-%dT16:00")}

    def looked(*chosen):
        return body(client.post(address, form | {"accounts": [each.pk for each in chosen], "look": "1"}))

    few, many = looked(*accounts[:3]), looked(*accounts)

    assert "<dt>Goes to</dt><dd>Alder Clinics, Mill 01, Mill 02</dd>" in few and "<details" in many
    assert re.search(r"<summary>.*?The 13 accounts that it goes to</summary><p[^>]*>Alder Clinics, .*Mill 12</p>", many)
    assert "<dt>Goes to</dt>" not in many + looked(accounts[0])
    assert "Whether or not you have noticed it, you should have it from us." in few and "told us" not in form["text"]


def test_who_heard_it_from_us_reads_on_their_page_that_we_found_it(cause, nadia):
    (alder,) = affected(cause, nadia, "Alder Clinics")
    make.cause_notice(cause, by=nadia, now=wall.now())
    telling("here", threading.Event(), threading.Event()).work()
    case = alder.escalations.get()

    link = customer_links.give(case, contact=case.contact, by=nadia.as_actor(), now=wall.now())

    page = look(link)
    assert "What we found, and what we do about it" in page and "You told us" not in page
    assert "This is wrong:" in page and "Orders are sent twice" in page


def test_a_notice_that_is_stopped_goes_on_from_its_page(client, cause, nadia):
    affected(cause, nadia, "Alder Clinics")
    notice = make.cause_notice(cause, by=nadia, now=wall.now())
    address = f"/causes/{cause.key}/notices/{notice.pk}/"

    client.post(f"{address}stop/")

    assert "Nadia Brandt stopped it after 0 of 1 accounts." in body(client.get(address))
    assert client.post(f"{address}go-on/").status_code == 302
    refused = client.post(f"{address}go-on/")
    assert refused.status_code == 422 and "Only what was stopped can go on" in body(refused)


def test_an_account_is_taken_off_and_a_cause_solved_and_taken_up_again(client, cause, nadia):
    affected(cause, nadia, "Alder Clinics")
    clear = f"/causes/{cause.key}/accounts/{cause.affected.get().pk}/clear/"
    assert client.post(clear, {"reason": ""}).status_code == 422

    client.post(clear, {"reason": "They are on 4.1."})
    client.post(f"/causes/{cause.key}/solve/", {"done": "The old value is in force."})

    page = body(client.get(f"/causes/{cause.key}/"))
    assert "They are on 4.1." in page and "The old value is in force." in page
    assert client.post(f"/causes/{cause.key}/reopen/", {"reason": "Back"}).status_code == 302
    assert client.post(f"/causes/{cause.key}/reopen/", {"reason": "Back"}).status_code == 422


def test_a_case_is_linked_to_what_lies_behind_it_from_its_own_page(client, cause, nadia):
    case = make.escalation(of=make.account("Brightwater", csm=nadia.reports.first()), now=wall.now() - HOUR)
    link = f"/escalations/{case.key}/causes/new/"
    assert client.post(link, {"cause": "", "name": ""}).status_code == 422

    assert client.post(link, {"cause": cause.pk, "name": ""}).status_code == 302
    client.post(link, {"cause": "", "name": "Labels are swapped"})

    page = body(client.get(f"/escalations/{case.key}/"))
    assert "Orders are sent twice" in page and "Labels are swapped" in page
    client.post(f"/escalations/{case.key}/causes/{cause.key}/remove/", {"reason": "Their own script"})
    assert "Orders are sent twice" not in body(client.get(f"/escalations/{case.key}/")).split("timeline")[0]


def test_who_may_not_see_a_case_reads_no_key_of_it(cause, nadia):
    case = make.escalation(of=make.account("Brightwater", csm=nadia.reports.first()), now=wall.now() - HOUR)
    causes.link(cause, case, by=COMMAND_LINE, now=wall.now())
    sales = Client()
    sales.force_login(make.member("Petra Lang", Role.SALES))

    page = body(sales.get(f"/causes/{cause.key}/"))

    assert "Brightwater" in page and "under way" in page
    assert case.key not in page and "Tell them" not in page


def test_the_pages_ask_as_often_for_many_accounts_as_for_few(client, cause, nadia):
    def asked(path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def grows(*names):
        accounts = affected(cause, nadia, *names)
        notice = cause_notices.begin(
            cause,
            accounts[:1],
            subject="Orders",
            text="By {next_by}.",
            next_what="What we found",
            next_at=wall.now() + DAY,
            by=nadia.as_actor(),
            now=wall.now(),
        )
        telling("here", threading.Event(), threading.Event()).work()
        escalation = make.escalation(of=accounts[1], now=wall.now() - HOUR)
        causes.link(cause, escalation, by=COMMAND_LINE, now=wall.now())
        return notice

    notice = grows("Alder Clinics", "Brightwater", "Corvina Freight")
    paths = (
        "/causes/",
        f"/causes/{cause.key}/",
        f"/causes/{cause.key}/notices/new/",
        f"/causes/{cause.key}/notices/{notice.pk}/",
    )
    few = [asked(path) for path in paths]
    grows("Dunmore Mills", "Elsinore", "Fairfax", "Galway Glass", "Harrow")

    assert [asked(path) for path in paths] == few
    assert Escalation.objects.count() == 4


def test_what_somebody_hears_too_late_is_said_to_be_overdue(client, cause, nadia):
    case = make.escalation(of=affected(cause, nadia, "Alder Clinics")[0], now=wall.now() - 30 * DAY)
    causes.link(cause, case, by=COMMAND_LINE, now=wall.now())
    late = body(client.get(f"/causes/{cause.key}/"))

    case.promises.update(due_at=wall.now() + DAY)

    assert "Overdue</span>" in late
    assert "Overdue</span>" not in body(client.get(f"/causes/{cause.key}/"))


def test_who_has_another_case_is_named_with_it_and_not_chosen_unasked(client, cause, nadia):
    alder, bell = affected(cause, nadia, "Alder Clinics", "Bell Dairies")
    other = make.escalation(of=bell, now=wall.now() - HOUR)

    page = body(client.get(f"/causes/{cause.key}/notices/new/"))

    assert f'value="{alder.pk}" checked' in page and f'value="{bell.pk}" checked' not in page
    assert f"Bell Dairies ({other.key}: {other.reason})" in page


def test_a_time_that_has_passed_is_refused_before_it_is_looked_at(client, cause, nadia):
    (alder,) = affected(cause, nadia, "Alder Clinics")
    typed = {"subject": "x", "text": "More by {next_by}.", "next_what": "More", "accounts": alder.pk, "look": "1"}

    answer = client.post(f"/causes/{cause.key}/notices/new/", typed | {"next_at": "2026-01-02T09:00"})

    assert answer.status_code == 422 and "still ahead" in body(answer)


@pytest.mark.parametrize("act", ["look", "send"])
def test_what_cannot_be_sent_is_said_before_it_is_looked_at(client, cause, nadia, act):
    most = cause_notices.MOST_TOLD
    accounts = many(cause, most + 1)

    answer = client.post(f"/causes/{cause.key}/notices/new/", typed(accounts) | {act: "1"})

    says = "Up to 2,000 accounts are told at once, and these are 2,001. Name some of them."
    assert answer.status_code == 422 and says in body(answer)
    assert not CauseNotice.objects.exists()


def test_of_very_many_accounts_as_many_stand_there_and_are_chosen_as_one_notice_may_go_to(
    client, cause, nadia, settings
):
    most = cause_notices.MOST_TOLD
    accounts = many(cause, most + 2)
    Contact.objects.filter(account=accounts[0]).update(email="")
    address = f"/causes/{cause.key}/notices/new/"

    page = body(client.get(address))

    assert page.count('name="accounts"') == page.count(" checked><span>") == most
    assert "2,000 of 2,001" in page and "One more stands here when these are told." in page
    answer = client.post(address, typed(accounts[1 : most + 1]) | {"send": "1"})
    assert answer.status_code == 302 and CauseNotice.objects.get().parts.count() == most
    # As many boxes as there can be, and all else that is typed.
    assert most + 100 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_whom_we_told_longest_ago_stand_there_where_there_is_no_room_for_all(cause, nadia):
    first, second, *others = many(cause, cause_notices.MOST_TOLD + 1)
    for account in (second, first):
        said = SAID | {"next_at": wall.now() + DAY, "by": nadia.as_actor(), "now": wall.now()}
        cause_notices.begin(cause, [account], **said)
        telling("here", threading.Event(), threading.Event()).work()

    to_tell, told = (form := NoticeForm(reading.affected(cause, seen_by=nadia.as_actor()), "Europe/Berlin")).groups

    assert (len(to_tell.boxes), to_tell.of) == (len(others), len(others))
    assert ([name for _, name, _ in told.boxes], told.of, form.left) == ([second.name], 2, 1)


def test_of_many_causes_the_solved_and_the_oldest_stand_on_further_pages(client):
    first = make.cause("The very first", now=wall.now())
    causes.solve(first, done="Long ago.", by=COMMAND_LINE, now=wall.now())
    for number in range(52):
        make.cause(f"Cause {number:02}", now=wall.now())

    page = body(client.get("/causes/"))
    rest = body(client.get(f"/causes/?after={page.split('after=')[1].split(chr(34))[0]}"))

    assert page.count("data-row") == 50 and "Cause 51" in page and "Cause 02" in page
    assert rest.count("data-row") == 3 and rest.index("Cause 01") < rest.index("Cause 00") < rest.index(
        "The very first"
    )
    assert "Further" not in rest and "From the start" in rest


def test_of_very_many_cases_all_are_counted_and_can_be_shown(client, cause):
    now = wall.now()
    made = crowd.promises(101, due_at=now + DAY, made_at=now - HOUR, owners=crowd.members(1))
    CauseCase.objects.bulk_create(CauseCase(cause=cause, escalation=each.escalation, at=now) for each in made)
    address, oldest = f"/causes/{cause.key}/", made[0].escalation.key

    page, every = body(client.get(address)), body(client.get(f"{address}?all"))

    assert 'Cases that come of it <span class="count">101</span>' in page and "Show all 101" in page
    assert f"/escalations/{oldest}/" not in page
    assert f"/escalations/{oldest}/" in every and "Show all" not in every


def test_a_known_cause_and_a_new_one_at_once_are_not_linked(client, cause, nadia):
    case = make.escalation(of=make.account("Brightwater", csm=nadia.reports.first()), now=wall.now() - HOUR)

    answer = client.post(f"/escalations/{case.key}/causes/new/", {"cause": cause.pk, "name": "Labels are swapped"})

    assert answer.status_code == 422 and "Choose one, or name a new one: not both." in body(answer)
    assert "Labels are swapped" in body(answer) and not case.causes.exists()
