"""Our people by what a file calls them: a mail address, or a name that only one of us has."""

from __future__ import annotations

from dataclasses import dataclass

from amends.directory.models import Member
from amends.lib.errors import Refused


@dataclass(frozen=True, slots=True)
class Person:
    """A member, as far as an import must know them."""

    pk: int
    name: str
    email: str
    is_active: bool


class People:
    """Everybody, read once."""

    def __init__(self) -> None:
        self.by_email: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = {}
        for pk, name, email, is_active in Member.objects.values_list("pk", "name", "email", "is_active"):
            person = Person(pk, name, email, is_active)
            self.by_email[email.casefold()] = person
            self._by_name.setdefault(name.casefold(), []).append(person)

    def find(self, words: str) -> Person:
        """Who is meant. Refuses nobody, several of the same name, and who is no longer here."""
        if found := self.by_email.get(words.casefold()):
            return _here([found])
        named = self._by_name.get(words.casefold(), [])
        if not named:
            raise Refused(f"Nobody of us is called “{words}”. Write a name or a mail address that stands under People.")
        return _here(named)


def _here(found: list[Person]) -> Person:
    here = [person for person in found if person.is_active]
    if not here:
        raise Refused(f"{found[0].name} is no longer here. Choose somebody who is.")
    if len(here) > 1:
        raise Refused(f"{len(here)} of us are called {here[0].name}. Write the mail address.")
    return here[0]
