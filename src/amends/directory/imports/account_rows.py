"""From the rows of a file to accounts. One is found again by its key elsewhere, else by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from amends.directory import accounts
from amends.directory.imports.judging import Columns, Judge, Said, Verdict, refusal, say, settle, upsert
from amends.directory.imports.people import People
from amends.directory.imports.reading import Row
from amends.directory.models import Account, Organisation

_AMOUNTS = ("spend", "potential")
# Who looks after it is looked up among our people, all of whom are known here.
_CHECKS = {name: check for name, check in accounts.CHECKS.items() if name != "csm"}


class Accounts(Judge[Account]):
    """Knows every account by name and key, and which line of this file is about which."""

    def __init__(self, columns: Columns, *, by: int | None) -> None:
        super().__init__(columns, by=by)
        self._people, self._zone = People(), Organisation.current().zone
        self._by_name: dict[str, int] = {}
        # Of two whose names differ in capitals only, the second
        self._twins: dict[str, int] = {}
        self._by_key: dict[str, int] = {}
        self._line_of: dict[tuple[str, str | int], int] = {}
        self._newest = 0
        self.learn()

    def learn(self) -> None:
        since = Account.objects.filter(pk__gt=self._newest).order_by("pk")
        for pk, name, key in since.values_list("pk", "name", "external_key").iterator():
            if self._by_name.setdefault(name.casefold(), pk) != pk:
                self._twins[name] = pk
            if key:
                self._by_key[key] = pk
            self._newest = pk

    def judge(self, rows: Sequence[Row], *, to_write: bool = False) -> list[Verdict[Account]]:
        said = [say(row, self.columns, _CHECKS) for row in rows]
        meant = [self._which(each) for each in said]
        found = Account.objects.order_by("pk")
        if to_write:
            found = found.select_for_update()
        here = found.in_bulk([pk for pk in meant if pk])
        return [self._verdict(each, here.get(pk or 0)) for each, pk in zip(said, meant, strict=True)]

    def write(self, verdicts: Sequence[Verdict[Account]], *, now: dt.datetime) -> None:
        upsert(Account, verdicts, ["csm", *_CHECKS])

    def _which(self, said: Said) -> int | None:
        """The account that a row is about, if it is here."""
        key, written = said.values.get("external_key"), said.values.get("name", "")
        name = written.casefold()
        by_key, by_name = self._by_key.get(key or ""), self._twins.get(written) or self._by_name.get(name)
        if by_key and by_name and by_key != by_name:
            said.no("name", f"There is another account called {written} already.")
        found = by_key or by_name
        self._once(said, "external_key", key)
        self._once(said, "name", name)
        self._once(said, "name", found)
        return found

    def _once(self, said: Said, field: str, what: str | int | None) -> None:
        """No two lines are about the same."""
        if not what or said.is_wrong(field):
            return
        line = self._line_of.setdefault((field, what), said.row.line)
        if line != said.row.line:
            said.no(field, f"Line {line:,} is about this account already.")

    def _verdict(self, said: Said, here: Account | None) -> Verdict[Account]:
        values = said.values
        if here is None and not values.get("name") and not said.is_wrong("name"):
            said.no("name", "What is the customer called?")
        key = values.get("external_key")
        if here is not None and key and here.external_key not in (None, key):
            said.no("external_key", f"{here.name} has the key {here.external_key} here.")
        self._currency(said, is_new=here is None)
        if here is not None:
            _keep_amounts_true(said, here)
        if "csm" in values:
            words = values.pop("csm")
            if person := said.holds("csm", lambda: self._people.find(words)):
                values["csm_id"] = person.pk
        if said.mistakes and here is None:
            return refusal(said)
        return settle(said, here or Account(zone=self._zone), whole=accounts.check_whole)

    def _currency(self, said: Said, *, is_new: bool) -> None:
        """The currency of a column, of the sign beside an amount, or, for a new account, the one that was chosen."""
        signs: dict[str, str] = said.values.pop("_currencies", {})
        for name in _AMOUNTS:
            code = signs.get(name)
            if code and said.values.setdefault("currency", code) != code:
                said.no(name, f"This amount is in {code}, and another cell says {said.values['currency']}.")
        if is_new:
            said.values.setdefault("currency", self.columns.default_currency)


def _keep_amounts_true(said: Said, here: Account) -> None:
    """An amount that is known in one currency is not the same number of another."""
    code = said.values.get("currency", here.currency)
    if code == here.currency:
        return
    for name, known in (("spend", here.worth), ("potential", here.potential_worth)):
        if known is not None and name not in said.values and not said.is_wrong(name):
            said.no(name, f"Known here as {known}, and this line is in {code}. Give this amount in {code} too.")
