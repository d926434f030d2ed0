"""The clock is killed while it writes an import, over and over: every row is there in the end, and none twice."""

import pytest

from amends.directory.imports import receiving
from amends.directory.imports.models import Import
from amends.directory.models import Account
from tests import make
from tests.mailbox import until

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MANY = 6_000


def test_killed_in_the_middle_it_goes_on_after_the_last_portion_that_was_written(real, host):
    ada = make.member("Ada Min").as_actor()
    imported = make.imported("Company,ARR\n" + "".join(f"C {number},{number}\n" for number in range(MANY)))
    receiving.check(imported, mapping=imported.mapping, choices={}, by=ada, now=real.now)

    def stands(*states):
        imported.refresh_from_db()
        return imported.state in states

    clock = host.starts("clock")
    until(lambda: stands(Import.State.CHECKED), "it was never checked")
    receiving.apply(imported, by=ada, now=real.now)
    kills = 0
    for _ in range(4):
        written = imported.applied
        until(lambda written=written: stands("applied") or imported.applied > written, "nothing was written")
        if stands(Import.State.APPLIED):
            break
        clock.kill()
        kills += 1
        imported.refresh_from_db()
        assert Account.objects.count() == imported.applied
        # Its lease runs out.
        Import.objects.update(leased_until=real.now)
        clock = host.starts("clock")
    until(lambda: stands(Import.State.APPLIED), "it was never finished")
    clock.kill()

    assert kills > 1
    assert Account.objects.count() == imported.applied == MANY
    assert list(Account.objects.order_by("pk").values_list("name", flat=True)) == [f"C {n}" for n in range(MANY)]
