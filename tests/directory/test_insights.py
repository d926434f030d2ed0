"""What upsets and helps a customer, and what they bought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from amends.directory import insights, purchases
from amends.directory.models import Account, Insight, Purchase
from amends.lib.errors import Refused
from amends.lib.money import Money
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
TODAY = NOW.date()


@pytest.fixture
def account() -> Account:
    return make.account("Brightwater Foods")


def learnt(account: Account, text: str = "Wants numbers, not adjectives", kind: str = "helps") -> Insight:
    assert account.csm
    return insights.add(account, kind=kind, text=text, by=account.csm.as_actor(), now=NOW)


def bought(account: Account, what: str = "Order flow, 40 seats", **said: object) -> Purchase:
    assert account.csm
    return purchases.add(account, **{"what": what, "on": TODAY, **said}, by=account.csm.as_actor(), now=NOW)


def test_an_insight_says_who_learnt_it_and_when(account: Account):
    insight = learnt(account, "  Wants numbers,\nnot adjectives ")

    assert (insight.text, insight.by, insight.at) == ("Wants numbers, not adjectives", account.csm, NOW)


@pytest.mark.parametrize(("kind", "text", "field"), [("gossip", "Loud", "kind"), ("upsets", " ", "text")])
def test_what_is_no_insight_is_refused(account: Account, kind: str, text: str, field: str):
    with pytest.raises(Refused) as refused:
        learnt(account, text, kind)

    assert refused.value.field == field


def test_the_same_is_not_written_down_twice(account: Account):
    learnt(account)

    with pytest.raises(Refused, match="stands there already"):
        learnt(account, "wants numbers, NOT adjectives")
    assert learnt(make.account())


def test_better_words_retire_the_old_ones_which_stay_to_be_read(account: Account):
    old = learnt(account, "Hates calls", "upsets")
    later = NOW + dt.timedelta(days=1)

    new = insights.change(old, text="Hates calls before nine", by=account.csm.as_actor(), now=later)

    old.refresh_from_db()
    assert (old.text, old.retired_at) == ("Hates calls", later)
    assert (new.kind, new.text, new.at, new.retired_at) == ("upsets", "Hates calls before nine", later, None)
    with pytest.raises(Refused, match="already"):
        insights.retire(old, by=account.csm.as_actor(), now=later)


def test_a_purchase_has_the_accounts_currency_unless_it_says_another(account: Account):
    ours, theirs = bought(account, amount=Decimal(12000)), bought(account, amount=Decimal("9.999"), currency="gbp")

    assert (ours.price, theirs.price) == (Money(Decimal(12000), "EUR"), Money(Decimal(10), "GBP"))
    assert bought(account, "A favour").price is None


def test_what_is_no_purchase_is_refused(account: Account):
    for said, field in [
        ({"what": ""}, "what"),
        ({"on": TODAY + dt.timedelta(days=2)}, "on"),
        ({"on": dt.date(25, 1, 1)}, "on"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"currency": "euro"}, "currency"),
    ]:
        with pytest.raises(Refused) as refused:
            bought(account, **{"what": "Seats", **said})
        assert refused.value.field == field


def test_a_purchase_is_corrected_and_taken_away(account: Account):
    purchase, by = bought(account, amount=Decimal(10)), account.csm.as_actor()

    changed = purchases.change(purchase, what="Order flow, 50 seats", by=by, now=NOW)
    assert (changed.what, changed.amount) == ("Order flow, 50 seats", Decimal(10))
    purchases.remove(changed, by=by, now=NOW)

    assert not account.purchases.exists()
