"""Causes over HTTP: how many accounts one notice tells."""

import pytest

from amends.directory.actor import Role
from amends.directory.models import Account, Contact
from amends.escalations.models import AffectedAccount, CauseNotice
from tests import make
from tests.api.calling import NOW, Caller, says
from tests.api.operation import LATER

pytestmark = pytest.mark.django_db
SAID = {"subject": "Orders", "text": "You hear from us by {next_by}.", "next_what": "What we found", "next_at": LATER}


def test_all_that_are_to_be_told_are_told_as_long_as_they_are_no_more_than_one_notice_tells():
    nadia, cause = Caller(make.member("Nadia Brandt", Role.MANAGER)), make.cause()
    accounts = Account.objects.bulk_create(Account(name=f"C {number}") for number in range(2_001))
    Contact.objects.bulk_create(Contact(account=one, name="Ivo", email=f"ivo@{one.pk}.example") for one in accounts)
    AffectedAccount.objects.bulk_create(
        AffectedAccount(cause=cause, account=account, how_we_know="They run 4.2", at=NOW) for account in accounts
    )

    refused = nadia.post(f"/causes/{cause.key}/notices", SAID)
    named = nadia.post(f"/causes/{cause.key}/notices", SAID | {"accounts": [account.pk for account in accounts]})

    assert refused.status_code == named.status_code == 422
    assert says(refused) == {
        "accounts": "Up to 2,000 accounts are told at once, and these are 2,001. Name some of them."
    }
    assert not CauseNotice.objects.exists()
    AffectedAccount.objects.first().delete()
    assert nadia.post(f"/causes/{cause.key}/notices", SAID).json()["accounts"] == 2_000
