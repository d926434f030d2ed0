"""A notice to the accounts of a cause: each told once, with a promise of its own; stopped, and gone on with."""

import datetime as dt

import pytest
from django.db import transaction

from amends.directory.actor import Role
from amends.directory.models import Account
from amends.escalations import causes as reading
from amends.escalations.actions import cause_notices, causes, leave_outs, updates
from amends.escalations.actions.cause_notices import Lost
from amends.escalations.actions.corrections import take_back
from amends.escalations.models import AffectedAccount, CauseNotice, Escalation, Promise, Update
from amends.outbox.models import Delivery
from amends.playbook import versions
from tests import make
from tests.escalations.noticing import NOW, TEXT, affected, begun, tells_all
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses
from tests.racing import meanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia():
    make.organisation()
    make.playbook()
    return make.chain()[1]


@pytest.fixture
def cause(nadia):
    return causes.name(name="Orders are sent twice", category="data", by=nadia.as_actor(), now=NOW)


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


def test_what_was_written_for_ours_alone_is_named_neither_on_the_notice_nor_in_a_letter(cause, nadia):
    tom, secret = nadia.reports.first(), "The retry has sent orders twice since May, and we knew"
    known = make.escalation(of=make.account("Brightwater", csm=tom), now=NOW)
    causes.link(cause, known, by=nadia.as_actor(), now=NOW)
    said = {"text": "We are on it.", "to": [known.contact], "subject": "Doubled", "for_executives": secret}
    updates.send(known, **said, by=tom.as_actor(), now=NOW)

    notice = begun(cause, nadia, [known.account], text=f"{secret}. You hear more by {{next_by}}.")
    tells_all(notice, NOW + HOUR)

    assert notice.parts.get().why == "It cannot be said like this in their case; its handler can say why."
    letters = Delivery.objects.filter(identity__startswith="cause-notice:")
    assert letters and not any("retry" in str(letter.letter) for letter in letters)


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
    most = cause_notices.MOST_TOLD
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


def two_that_were_stopped(cause, nadia):
    """A notice to two accounts, and a later one to the second alone; neither has told anybody yet."""
    alder, corvina = affected(cause, nadia, "Alder Clinics", "Corvina Freight")
    notices = []
    for accounts in ([alder, corvina], [corvina]):
        notices.append(begun(cause, nadia, accounts, next_at=NOW + 3 * DAY))
        cause_notices.stop(notices[-1], by=nadia.as_actor(), now=NOW)
    return notices


def goes_on(notice, by, now):
    cause_notices.go_on(notice, by=by.as_actor(), now=now)
    tells_all(notice, now=now)
    return [part.outcome for part in notice.parts.order_by("id")]


def test_who_was_told_by_an_earlier_notice_that_went_on_is_told_by_a_later_one_too(cause, nadia):
    first, second = two_that_were_stopped(cause, nadia)

    assert goes_on(first, nadia, NOW + HOUR) == ["told", "told"]

    assert goes_on(second, nadia, NOW + 2 * HOUR) == ["told"]


def test_who_was_told_by_a_later_notice_that_was_taken_back_is_told_by_one_that_goes_on(cause, nadia, settings):
    settings.RECALL_SECONDS = 60
    first, second = two_that_were_stopped(cause, nadia)
    assert goes_on(second, nadia, NOW + HOUR) == ["told"]
    take_back(second.parts.get().update, by=nadia.as_actor(), now=NOW + HOUR)

    assert goes_on(first, nadia, NOW + 2 * HOUR) == ["told", "told"]


def test_where_all_who_hear_of_a_case_are_left_out_that_is_why_nobody_is_told(cause, nadia):
    (alder,) = affected(cause, nadia, "Alder Clinics")
    case = make.escalation(of=alder, now=NOW)
    causes.link(cause, case, by=nadia.as_actor(), now=NOW)
    why = {"reason": "On leave", "until": dt.date(2026, 11, 27)}
    leave_outs.leave_out(case, contact=case.contact, **why, by=nadia.as_actor(), now=NOW)
    notice = begun(cause, nadia, [alder])

    tells_all(notice)

    assert (notice.parts.get().outcome, notice.parts.get().why) == ("not told", reading.LEFT_OUT)


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_opened_while_the_cause_is_solved_says_that_it_is(cause, nadia):
    (alder,) = affected(cause, nadia, "Alder Clinics")
    notice = begun(cause, nadia, [alder])
    cause_notices.claim("here", now=NOW)

    def solves():
        causes.solve(cause, done="Fixed in 4.3.", by=nadia.as_actor(), now=NOW)

    with meanwhile(solves) as begins, transaction.atomic():
        cause_notices.tell_next(notice, place="here", now=NOW)
        begins()

    assert kinds_of(alder.escalations.get())[-1] == "cause.solved"
