"""From the rows of a file to contacts. One is found again at their account by mail address, else by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from amends.directory import contacts
from amends.directory.imports.judging import Columns, Judge, Said, Verdict, refusal, say, settle, upsert
from amends.directory.imports.reading import Row
from amends.directory.models import Account, Contact
from amends.lib.errors import Refused

_CHANNELS = {"e-mail": "mail", "email": "mail", "telephone": "phone", "call": "phone", "calls": "phone"}
_CHECKS = {
    **contacts.CHECKS,
    "prefers": lambda word: contacts.CHECKS["prefers"](_CHANNELS.get(word.casefold(), word.casefold())),
}
# Two accounts that are called alike
_SEVERAL = -1


class Contacts(Judge[Contact]):
    """Knows every account, and which line of this file is about whom."""

    def __init__(self, columns: Columns, *, by: int | None) -> None:
        super().__init__(columns, by=by)
        self._accounts: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._line_of: dict[tuple[int, str], int] = {}
        self._mailless: set[tuple[int, str]] = set()
        self._taken: dict[int, int] = {}
        self._newest = 0
        self.learn()

    def learn(self) -> None:
        since = Account.objects.filter(pk__gt=self._newest).order_by("pk")
        for pk, name, key in since.values_list("pk", "name", "external_key").iterator():
            if self._accounts.setdefault(name.casefold(), pk) != pk:
                self._accounts[name.casefold()] = _SEVERAL
            if key:
                self._keys[key] = pk
            self._newest = pk

    def judge(self, rows: Sequence[Row], *, to_write: bool = False) -> list[Verdict[Contact]]:
        said = [say(row, self.columns, _CHECKS) for row in rows]
        _is_nobody_of_ours(said)
        at = [self._account(each) for each in said]
        meant = sorted({pk for pk in at if pk})
        found = Contact.objects.filter(account__in=meant).order_by("pk")
        if to_write:
            # The account first, as the acts do, so that no two contacts of it get the same address at once.
            list(Account.objects.select_for_update().filter(pk__in=meant).order_by("pk").values_list("pk"))
            found = found.select_for_update()
        here: dict[int, list[Contact]] = {}
        for contact in found:
            here.setdefault(contact.account_id, []).append(contact)
        return [self._verdict(each, pk, here.get(pk or 0, [])) for each, pk in zip(said, at, strict=True)]

    def write(self, verdicts: Sequence[Verdict[Contact]], *, now: dt.datetime) -> None:
        upsert(Contact, verdicts, list(contacts.CHECKS))

    def _account(self, said: Said) -> int | None:
        """The account that a row names, by its key elsewhere or its name."""
        words = " ".join(str(said.values.pop("account", "")).split())
        if said.is_wrong("account"):
            return None
        if not words:
            said.no("account", "At which account are they?")
            return None
        found = self._keys.get(words) or self._accounts.get(words.casefold())
        if found is None:
            said.no("account", f"There is no account “{words}”. Bring in accounts first, or mend the name.")
        elif found == _SEVERAL:
            said.no("account", f"Several accounts are called “{words}”. Write the key of the one that is meant.")
            return None
        return found

    def _verdict(self, said: Said, account: int | None, here: Sequence[Contact]) -> Verdict[Contact]:
        if account is None:
            return refusal(said)
        self._once(said, account)
        contact = said.holds("name", lambda: self._whom(said, here))
        if contact is None and not said.values.get("name") and not said.is_wrong("name"):
            said.no("name", "What are they called?")
        if contact is None and said.mistakes:
            return refusal(said)
        if contact is not None:
            self._taken[contact.pk] = said.row.line
        return settle(said, contact or Contact(account_id=account), whole=contacts.check_whole)

    def _whom(self, said: Said, here: Sequence[Contact]) -> Contact | None:
        """By address; else by name, if one alone is called so and no other address speaks against it."""
        email, name = said.values.get("email", "").casefold(), said.values.get("name", "").casefold()
        if email and (same := next((each for each in here if each.email.casefold() == email), None)):
            if (line := self._taken.get(same.pk, said.row.line)) != said.row.line:
                raise Refused(f"Line {line:,} is about {same.name} already. Give their mail address there, too.")
            return same
        if not name:
            return None
        free = [each for each in here if self._taken.get(each.pk, said.row.line) == said.row.line]
        named = [each for each in free if each.name.casefold() == name and not (email and each.email)]
        if len(named) > 1:
            raise Refused(f"{len(named)} people of this account are called {named[0].name}. Give their mail addresses.")
        return named[0] if named else None

    def _once(self, said: Said, account: int) -> None:
        """No two lines are about the same person: not by address, and not by name where one has no address."""
        email, name = said.values.get("email", "").casefold(), said.values.get("name", "").casefold()
        line = said.row.line
        if email:
            other = self._line_of.setdefault((account, f"@{email}"), line)
            if other != line:
                said.no("email", f"Line {other:,} has this address at the same account already.")
        if not name:
            return
        other = self._line_of.setdefault((account, name), line)
        if other != line and (not email or (account, name) in self._mailless):
            said.no("name", f"Line {other:,} is about this person already. Mail addresses tell two of a name apart.")
        if not email:
            self._mailless.add((account, name))


def _is_nobody_of_ours(said: Sequence[Said]) -> None:
    ours = contacts.ours(each.values.get("email", "") for each in said)
    for each in said:
        if each.values.get("email", "").lower() in ours:
            each.no("email", contacts.ONE_OF_US)
