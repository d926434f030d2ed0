"""A notice to the accounts of a cause: each told once, with a promise of its own; stopped, and gone on with."""

import pytest

from amends.directory.actor import Role
from amends.directory.models import Account
from amends.escalations import causes as reading
from amends.escalations.actions import cause_notices, causes, updates
from amends.escalations.actions.cause_notices import Lost
from amends.escalations.actions.corrections import take_back
from amends.escalations.models import AffectedAccount, CauseNotice, Escalation, Promise, Update
from amends.outbox.models import Delivery
from amends.playbook import versions
from tests import make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR
TEXT = "Dear {contact},\n\nsome orders of {account} may be sent twice. You hear from us again by {next_by}."


@pytest.fixture
def nadia():
    make.organisation()
    make.playbook()
    return make.chain()[1]


@pytest.fixture
def cause(nadia):
    return causes.name(name="Orders are sent twice", category="data", by=nadia.as_actor(), now=NOW)


def affected(cause, nadia, *names, **contact):
    """Accounts that are marked, each with a contact, looked after by who reports to Nadia."""
    tom = nadia.reports.first()
    accounts = [make.account(name, csm=tom, zone="Europe/Lisbon") for name in names]
    for account in accounts:
        make.contact(account, f"{account.name.split()[0]} Moor", **contact)
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=nadia.as_actor(), now=NOW)
    return accounts


def begun(cause, nadia, accounts, **changes):
    said = {"subject": "Orders sent twice", "text": TEXT, "next_what": "What we found", "next_at": NOW + DAY}
    return cause_notices.begin(cause, accounts, **said | changes, by=nadia.as_actor(), now=NOW)


def tells_all(notice, now=NOW, place="here"):
    assert cause_notices.claim(place, now=now)
    count = 0
    while cause_notices.tell_next(notice, place=place, now=now):
        count += 1
    notice.refresh_from_db()
    return count


def test_each_account_gets_a_case_found_by_us_a_mail_and_a_promise_of_its_own(cause, nadia, settings):
    settings.RECALL_SECONDS = 10
    accounts = affected(cause, nadia, "Alder Clinics", "Corvina Freight", "Dunmore Mills")

    notice = begun(cause, nadia, accounts)
    assert tells_all(notice) == 3

    assert (notice.state, notice.leased_by) == ("done", "")
    for account in accounts:
        case = account.escalations.get()
        assert (case.found_by, case.reason, case.status) == ("us", "Orders are sent twice", "open")
        assert [problem.words for problem in case.problems.all()] == ["Orders are sent twice"]
        assert (case.opened_by, case.acknowledged_at) == (nadia, NOW)
        assert reading.of(case) == [cause]
        promise = case.promises.open().get()
        assert (promise.what, promise.due_at) == ("What we found", NOW + DAY)
        (mail,) = letters_to(account.contacts.get())
        assert mail.audience == Delivery.Audience.CUSTOMER
        assert mail.letter["subject"] == "Orders sent twice"
        assert mail.letter["paragraphs"] == [
            f"Dear {account.name.split()[0]} Moor,",
            f"some orders of {account.name} may be sent twice. You hear from us again by Fri 20 Nov, 10:00 in Lisbon.",
        ]
        assert mail.next_try_at > NOW  # it rests, so that it can be taken back
    assert reading.affected(cause, seen_by=nadia.as_actor()).to_tell == []
    assert len(reading.affected(cause, seen_by=nadia.as_actor()).told) == 3


def test_an_account_that_has_a_case_of_this_cause_is_told_in_it(cause, nadia):
    tom = nadia.reports.first()
    known = make.escalation(of=make.account("Brightwater", csm=tom), now=NOW)
    causes.link(cause, known, by=nadia.as_actor(), now=NOW)
    updates.send(known, text="We are on it.", to=[known.contact], subject="Doubled", by=tom.as_actor(), now=NOW)
    elsewhere = make.escalation(of=make.account("Corvina", csm=tom), now=NOW)
    causes.mark(cause, [elsewhere.account], how_we_know="They run 4.2", by=nadia.as_actor(), now=NOW)

    notice = begun(cause, nadia, [known.account, elsewhere.account])
    tells_all(notice, NOW + HOUR)

    assert known.account.escalations.count() == 1
    assert [update.subject for update in known.updates.all()] == ["Doubled", "Doubled"]
    # What goes on by itself is kept by it, and what it promises takes its place.
    assert [promise.what for promise in known.promises.open()] == ["What we found"]
    assert elsewhere.account.escalations.count() == 2
    assert not elsewhere.updates.exists()


def test_who_cannot_be_told_is_written_down_and_their_csm_hears_of_all_of_theirs_at_once(cause, nadia):
    tom = nadia.reports.first()
    without = affected(cause, nadia, "Alder Clinics", "Corvina Freight", email="")
    (told,) = affected(cause, nadia, "Dunmore Mills")

    notice = begun(cause, nadia, [*without, told])
    tells_all(notice)

    assert [part.outcome for part in notice.parts.all()] == ["not told", "not told", "told"]
    assert notice.parts.first().why == reading.NOBODY
    letters = [each.letter for each in letters_to(tom) if each.subject == f"cause:{cause.pk}"]
    assert [letter["subject"] for letter in letters] == ["Not told of Orders are sent twice: 2 of your accounts"]
    assert [name for name, _ in letters[0]["facts"]] == ["Alder Clinics", "Corvina Freight"]
    assert not without[0].escalations.exists()
    assert [row.account for row in reading.affected(cause, seen_by=nadia.as_actor()).nobody] == without


def test_what_goes_wrong_with_one_account_keeps_nobody_else_and_nothing_half_done(cause, nadia):
    first, second, third = affected(cause, nadia, "Alder Clinics", "Corvina Freight", "Dunmore Mills")
    hidden = make.escalation(of=first, customer_should_know=False, why_not_told="Too early", now=NOW)
    causes.link(cause, hidden, by=nadia.as_actor(), now=NOW)
    # Its zone is none: nobody can say what the time is there.
    Account.objects.filter(pk=second.pk).update(zone="Atlantis/Capital")

    notice = begun(cause, nadia, [first, second, third])
    tells_all(notice)

    outcomes = {part.account.name: (part.outcome, part.why) for part in notice.parts.all()}
    assert outcomes["Alder Clinics"][0] == "not told"
    assert "not to be told" in outcomes["Alder Clinics"][1]
    assert outcomes["Corvina Freight"][0] == "not told"
    assert "Something went wrong here" in outcomes["Corvina Freight"][1]
    assert not second.escalations.exists()
    assert outcomes["Dunmore Mills"] == ("told", "")


def test_who_was_cleared_meanwhile_is_not_told(cause, nadia):
    (account,) = affected(cause, nadia, "Alder Clinics")
    notice = begun(cause, nadia, [account])
    causes.clear(cause.affected.get(), reason="They are on 4.1.", by=nadia.as_actor(), now=NOW)

    tells_all(notice)

    assert "not affected" in notice.parts.get().why
    assert not Update.objects.exists()


def test_a_mail_that_is_taken_back_told_nobody(cause, nadia):
    (account,) = affected(cause, nadia, "Alder Clinics")
    tells_all(begun(cause, nadia, [account]))

    take_back(Update.objects.get(), by=nadia.as_actor(), now=NOW)

    (row,) = reading.affected(cause, seen_by=nadia.as_actor()).rows
    assert row.told_at is None


def test_where_the_playbook_asks_for_a_decision_whoever_sends_the_notice_has_decided(cause, nadia):
    versions.adopt(
        versions.shipped().replace("asked: when it does not qualify", "asked: always"), by=nadia.as_actor(), now=NOW
    )
    (account,) = affected(cause, nadia, "Alder Clinics")

    tells_all(begun(cause, nadia, [account]))

    assert account.escalations.get().status == "open"
    assert "escalation.requested" not in kinds_of(account.escalations.get())


def test_stopped_it_tells_nobody_else_and_goes_on_after_the_last(cause, nadia):
    accounts = affected(cause, nadia, "Alder Clinics", "Corvina Freight", "Dunmore Mills")
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)

    with pytest.raises(Lost):
        cause_notices.tell_next(notice, place="here", now=NOW)
    notice.refresh_from_db()
    assert (notice.state, notice.trouble) == ("stopped", "Nadia Brandt stopped it after 1 of 3 accounts.")
    with refuses("Nothing is going out"):
        cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW + HOUR)
    assert tells_all(notice, NOW + HOUR) == 2
    assert Update.objects.count() == Escalation.objects.count() == 3
    with refuses("Only what was stopped"):
        cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)


def test_it_stops_by_itself_when_its_promise_is_due_or_its_author_may_not_send_it_any_more(cause, nadia):
    accounts = affected(cause, nadia, "Alder Clinics", "Corvina Freight")
    ada = make.member("Ada Min", Role.ADMINISTRATOR)
    notice = begun(cause, ada, accounts)
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    ada.role = Role.SALES
    ada.save()

    assert not cause_notices.tell_next(notice, place="here", now=NOW)
    notice.refresh_from_db()
    assert (notice.state, "may not send it any more" in notice.trouble) == ("stopped", True)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.claim("here", now=NOW + DAY)
    assert not cause_notices.tell_next(notice, place="here", now=NOW + DAY)
    notice.refresh_from_db()
    assert "has come before all were told" in notice.trouble
    with refuses("has come"):
        cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW + DAY)
    # Who goes on sends it, where who began it cannot.
    assert notice.by == nadia


def test_one_that_is_in_hand_is_nobody_elses_until_its_lease_has_run_out(cause, nadia):
    notice = begun(cause, nadia, affected(cause, nadia, "Alder Clinics", "Corvina Freight"))
    assert cause_notices.claim("here", now=NOW) == notice

    assert cause_notices.claim("there", now=NOW) is None
    later = NOW + cause_notices.LEASE_FOR
    assert cause_notices.claim("there", now=later) == notice
    with pytest.raises(Lost):
        cause_notices.tell_next(notice, place="here", now=later)
    cause_notices.let_go(notice, place="there")
    assert cause_notices.claim("here", now=later) == notice


@pytest.mark.parametrize(
    ("changes", "says", "field"),
    [
        ({"subject": " "}, "few words", "subject"),
        ({"text": ""}, "no text", "text"),
        ({"text": "Dear {contact}, soon."}, "by when", "text"),
        ({"text": "Dear {name}, by {next_by}."}, "{name} means nothing", "text"),
        ({"next_what": ""}, "next", "next_what"),
        ({"next_at": NOW}, "still ahead", "next_at"),
    ],
)
def test_a_notice_says_what_about_and_when_they_hear_next(cause, nadia, changes, says, field):
    accounts = affected(cause, nadia, "Alder Clinics")

    with refuses(says, field):
        begun(cause, nadia, accounts, **changes)


def test_a_notice_goes_to_affected_accounts_of_an_open_cause_one_at_a_time(cause, nadia):
    accounts = affected(cause, nadia, "Alder Clinics")
    with refuses("not marked as affected", "accounts"):
        begun(cause, nadia, [make.account("Elsewhere")])
    with refuses("at least one", "accounts"):
        begun(cause, nadia, [])
    with forbids("send a notice"):
        begun(cause, nadia.reports.first(), accounts)
    begun(cause, nadia, accounts)
    with refuses("going out already"):
        begun(cause, nadia, accounts)
    causes.solve(cause, done="Done.", by=nadia.as_actor(), now=NOW)
    with refuses("is solved"):
        begun(cause, nadia, accounts)
    tells_all(CauseNotice.objects.get())
    assert "was solved before" in CauseNotice.objects.get().trouble
    assert not Promise.objects.exists()


def test_so_many_accounts_are_told_at_once_and_no_more(cause, nadia):
    most = cause_notices.MOST_ACCOUNTS
    accounts = Account.objects.bulk_create(Account(name=f"C {number}") for number in range(most + 1))
    AffectedAccount.objects.bulk_create(
        AffectedAccount(cause=cause, account=account, how_we_know="They run 4.2", at=NOW) for account in accounts
    )

    with refuses("Up to 2,000 accounts are told at once, and these are 2,001. Name some of them.", "accounts"):
        begun(cause, nadia, accounts)

    assert begun(cause, nadia, accounts[:most]).parts.count() == most


def test_one_that_stops_by_itself_says_so_to_who_sent_it(cause, nadia):
    ada = make.member("Ada Min", Role.ADMINISTRATOR, reports_to=nadia)
    notice = begun(cause, ada, affected(cause, nadia, "Alder Clinics", "Corvina Freight"))
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    ada.is_active = False
    ada.save()

    assert not cause_notices.tell_next(notice, place="here", now=NOW)

    # She has left: whoever is above her hears of it.
    (letter,) = [each.letter for each in letters_to(nadia) if each.subject == f"cause:{cause.pk}"]
    assert letter["subject"] == "Stopped after 1 of 2 accounts: Orders sent twice"
    assert "Ada Min is not here any more." in str(letter["paragraphs"])


def test_what_was_stopped_does_not_go_on_beside_another_of_its_cause(cause, nadia):
    accounts = affected(cause, nadia, "Alder Clinics", "Corvina Freight")
    stopped = begun(cause, nadia, accounts)
    cause_notices.stop(stopped, by=nadia.as_actor(), now=NOW)
    begun(cause, nadia, accounts)

    with refuses("going out already"):
        cause_notices.go_on(stopped, by=nadia.as_actor(), now=NOW)


def test_who_was_told_by_a_later_notice_is_not_told_again_by_one_that_goes_on(cause, nadia):
    alder, corvina = affected(cause, nadia, "Alder Clinics", "Corvina Freight")
    first = begun(cause, nadia, [alder, corvina])
    assert cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(first, place="here", now=NOW)
    cause_notices.stop(first, by=nadia.as_actor(), now=NOW)
    begin = {"subject": "Orders sent twice", "text": TEXT, "next_what": "More", "next_at": NOW + DAY}
    second = cause_notices.begin(cause, [corvina], **begin, by=nadia.as_actor(), now=NOW + HOUR)
    tells_all(second, now=NOW + HOUR)

    cause_notices.go_on(first, by=nadia.as_actor(), now=NOW + 2 * HOUR)
    tells_all(first, now=NOW + 2 * HOUR)

    assert [part.outcome for part in first.parts.order_by("id")] == ["told", "not told"]
    assert corvina.escalations.get().updates.count() == 1


# What ours read of it


def opened(person):
    """The letters to somebody of ours that say that cases were opened."""
    letters = [each.letter for each in letters_to(person)]
    return [letter for letter in letters if "cases opened" in letter["subject"] or "escalated:" in letter["subject"]]


def test_who_looks_after_many_of_the_accounts_reads_of_all_their_cases_in_one_letter(cause, nadia):
    tom, petra = nadia.reports.first(), make.member("Petra Lang", Role.SALES)
    accounts = affected(cause, nadia, "Corvina Freight", "Alder Clinics", "Dunmore Mills")
    make.seat(accounts[0], petra)
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    assert opened(tom) == opened(petra) == []
    assert tom.notices.count() == 1  # among their notices it stands at once

    while cause_notices.tell_next(notice, place="here", now=NOW):
        pass

    (letter,) = opened(tom)
    assert letter["subject"] == "3 cases opened, to tell them first: Orders are sent twice"
    assert "each was promised by Fri 20 Nov, 11:00: What we found." in letter["paragraphs"][0]
    cases = [account.escalations.get() for account in sorted(accounts, key=str)]
    assert letter["facts"] == [[case.key, f"{case.account}, {case.handler} handles it"] for case in cases]
    assert "Sales outreach to them is on hold" in letter["paragraphs"][1]
    # Who has one of them alone reads it as they would of any opening.
    (hers,) = opened(petra)
    assert "Corvina Freight" in hers["subject"] and hers["facts"]
    assert tom.notices.count() == 3 and opened(nadia) == []


def test_stopped_and_gone_on_with_nobody_reads_of_a_case_twice_and_of_none_never(cause, nadia):
    tom = nadia.reports.first()
    accounts = affected(cause, nadia, *(f"Customer {letter}" for letter in "ABCDE"))
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    for _ in range(2):
        cause_notices.tell_next(notice, place="here", now=NOW)

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)
    tells_all(notice, NOW + HOUR)

    told = [[says.split(",")[0] for _, says in letter["facts"]] for letter in opened(tom)]
    assert told == [["Customer A", "Customer B"], ["Customer C", "Customer D", "Customer E"]]


def test_of_a_case_that_was_open_already_nobody_reads_that_it_was_opened(cause, nadia):
    tom = nadia.reports.first()
    known = make.escalation(of=make.account("Brightwater", csm=tom), by=nadia, now=NOW)
    causes.link(cause, known, by=nadia.as_actor(), now=NOW)
    assert len(opened(tom)) == 1

    tells_all(begun(cause, nadia, [known.account]), NOW + HOUR)

    assert len(opened(tom)) == 1


def test_of_very_many_cases_the_letter_says_how_many_more_there_are(cause, nadia):
    accounts = affected(cause, nadia, *(f"Customer {number:02}" for number in range(22)))

    tells_all(begun(cause, nadia, accounts))

    (letter,) = opened(nadia.reports.first())
    assert len(letter["facts"]) == 21 and letter["facts"][-1][0] == "And 2 more"
