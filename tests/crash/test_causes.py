"""Clocks are killed while they tell the accounts of a cause: everybody is told in the end, and nobody twice."""

import pytest

from amends.directory.models import Account, Contact
from amends.escalations.actions import cause_letters, cause_notices, causes
from amends.escalations.models import CauseNotice, CauseNoticePart, Escalation, Promise, Update
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import DAY
from tests.mailbox import until

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MANY = 30


def test_killed_in_the_middle_and_with_two_at_once_each_account_is_told_once(real, host):
    make.playbook(now=real.now)
    _, nadia, _ = make.chain()
    by, tom = nadia.as_actor(), nadia.reports.get()
    accounts = Account.objects.bulk_create(Account(name=f"C {number}", csm=tom) for number in range(MANY))
    Contact.objects.bulk_create(
        Contact(account=account, name="Ivo", email=f"ivo@{account.pk}.example") for account in accounts
    )
    cause = causes.name(name="Orders are sent twice", by=by, now=real.now)
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=by, now=real.now)
    notice = cause_notices.begin(
        cause,
        accounts,
        subject="Orders",
        text="By {next_by}.",
        next_what="What we found",
        next_at=real.now + DAY,
        by=by,
        now=real.now,
    )
    told = CauseNoticePart.objects.exclude(outcome="")

    clocks, kills = [host.starts("clock")], 0
    for _ in range(2):
        before = told.count()
        until(lambda before=before: told.count() > before, "nobody was told")
        for clock in clocks:
            clock.kill()
        kills += told.count() < MANY
        # What is written of an account is written whole.
        assert told.count() == Update.objects.count() == Escalation.objects.count()
        CauseNotice.objects.update(leased_until=real.now)
        clocks = [host.starts("clock"), host.starts("clock")]
    until(lambda: CauseNotice.objects.filter(state="done").exists(), "it was never finished")
    until(lambda: not cause_letters.owed(real.now).exists(), "ours had no letter of it")
    for clock in clocks:
        clock.kill()

    assert kills > 0
    assert list(told.exclude(outcome="told").values_list("why", flat=True)) == []
    assert Escalation.objects.values("account").distinct().count() == Escalation.objects.count() == MANY
    assert Promise.objects.open().filter(what="What we found").count() == MANY
    mails = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER)
    assert mails.values("address").distinct().count() == mails.count() == MANY
    assert notice.parts.count() == MANY
    # Ours read of all their cases in one letter, however often it was begun anew.
    (letter,) = Delivery.objects.filter(address=tom.email, letter__subject__icontains="cases opened")
    assert letter.letter["subject"] == f"{MANY} cases opened, to tell them first: Orders are sent twice"
