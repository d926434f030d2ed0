"""From the rows of a file to members, who are found again by their mail address.

To whom somebody reports may be named anywhere in the file, so that is decided, and written, when all of it is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from amends.directory import members, preferences
from amends.directory.actor import Role
from amends.directory.imports.judging import Columns, Judge, Said, Verdict, say, settle, upsert
from amends.directory.imports.people import People
from amends.directory.imports.reading import Row
from amends.directory.models import Member, Organisation
from amends.lib.errors import Refused

AT_ONCE = 250
_ROLES = {
    "customer success manager": "csm",
    "admin": "administrator",
    "support": "responder",
    "account executive": "sales",
}
_CHECKS = {
    **{name: check for name, check in members.CHECKS.items() if name != "reports_to"},
    "role": lambda word: members.CHECKS["role"](_ROLES.get(word.casefold(), word.casefold())),
}


@dataclass(frozen=True, slots=True)
class Lead:
    """One row's word on whom somebody reports to: by addresses, in small letters, and as it is written."""

    said: Said
    verdict: Verdict[Member]
    email: str
    words: str


class Members(Judge[Member]):
    """Knows everybody, who of them this file names, and to whom they are to report."""

    may_skip = False

    def __init__(self, columns: Columns, *, by: int | None) -> None:
        super().__init__(columns, by=by)
        self._people, self._zone = People(), Organisation.current().zone
        self._line_of: dict[str, int] = {}
        # Those of this file: address to name
        self._named: dict[str, str] = {}
        self._leads: list[Lead] = []

    def judge(self, rows: Sequence[Row], *, to_write: bool = False) -> list[Verdict[Member]]:
        if to_write:
            members.hold_everyone()
        said = [say(row, self.columns, _CHECKS) for row in rows]
        known = [self._people.by_email.get(each.values.get("email", "").casefold()) for each in said]
        here = Member.objects.in_bulk([person.pk for person in known if person])
        verdicts = []
        for each, person in zip(said, known, strict=True):
            is_decided, verdict = self._verdict(each, here.get(person.pk) if person else None)
            if is_decided or to_write:
                verdicts.append(verdict)
            else:
                # Nothing of it is written now, and a large file has many of them.
                verdict.entry = None
        return verdicts

    def rest(self) -> list[Verdict[Member]]:
        leads = self._resolve(self._people)
        now = _leads_now()
        final = {**now, **{lead.email: above for lead, above in leads}}
        in_rings = _in_rings(final)
        for lead, above in leads:
            if lead.email in in_rings:
                lead.said.no("reports_to", _ring(lead.email, above))
            elif now.get(lead.email) != above:
                lead.verdict.changed.append("reports_to")
        return [lead.verdict for lead in self._leads]

    def write(self, verdicts: Sequence[Verdict[Member]], *, now: dt.datetime) -> None:
        for verdict in verdicts:
            if verdict.entry and verdict.is_new:
                verdict.entry.joined_at = now
                # They are invited, and set one themselves.
                verdict.entry.set_unusable_password()
        upsert(Member, verdicts, [name for name in _CHECKS if name != "email"])
        new = [verdict.entry.email for verdict in verdicts if verdict.entry and verdict.is_new]
        if new:
            preferences.begin(Member.objects.filter(email__in=new), now=now)

    def links(self) -> Iterator[Sequence[tuple[str, str]]]:
        """Who reports to whom, those nearest to the top first, so that no ring is ever there in between."""
        leads = self._resolve(People())
        if mistakes := [lead.verdict.mistakes[0] for lead in self._leads if lead.verdict.mistakes]:
            raise Refused(mistakes[0].says)
        final = {**_leads_now(), **{lead.email: above for lead, above in leads}}
        if _in_rings(final):
            raise Refused("Somebody would report to themselves, by way of others.")
        pairs = sorted(((lead.email, above) for lead, above in leads), key=lambda pair: _depth(pair[0], final))
        for start in range(0, len(pairs), AT_ONCE):
            yield pairs[start : start + AT_ONCE]

    def link(self, portion: Sequence[tuple[str, str]]) -> None:
        members.hold_everyone()
        pks = {email.casefold(): pk for pk, email in Member.objects.values_list("pk", "email")}
        found = Member.objects.in_bulk([pks[email] for email, _ in portion])
        changed = []
        for email, above in portion:
            member = found[pks[email]]
            if member.reports_to_id != pks[above]:
                member.reports_to_id = pks[above]
                changed.append(Verdict(0, member, changed=["reports_to"]))
        upsert(Member, changed, ["reports_to"])

    def _verdict(self, said: Said, here: Member | None) -> tuple[bool, Verdict[Member]]:
        """The verdict, and whether nothing more is to be decided of it."""
        email, words = said.values.get("email", "").casefold(), said.values.pop("reports_to", "")
        self._email(said, email, here)
        self._role(said, here)
        if here is None and not said.values.get("name") and not said.is_wrong("name"):
            said.no("name", "What are they called?")
        verdict = settle(said, here or Member(zone=self._zone), whole=_nothing_more)
        if email:
            self._named[email] = said.values.get("name") or (here.name if here else "")
        if not words or said.mistakes:
            return True, verdict
        verdict.mistakes = said.mistakes
        self._leads.append(Lead(said, verdict, email, words))
        return False, verdict

    def _email(self, said: Said, email: str, here: Member | None) -> None:
        if not email:
            if not said.is_wrong("email"):
                said.no("email", "With which address do they log in?")
            return
        line = self._line_of.setdefault(email, said.row.line)
        if line != said.row.line:
            said.no("email", f"Line {line:,} is about this member already.")
        if here is not None:
            # A login is not changed by the way that somebody writes it.
            said.values.pop("email")
            if not here.is_active:
                said.no(
                    "email", f"{here.name} has left. Open their account again under People first, or leave them out."
                )

    def _role(self, said: Said, here: Member | None) -> None:
        role = said.values.get("role")
        if here is None:
            if not role and not said.is_wrong("role"):
                said.no("role", f"Somebody new needs a role: {', '.join(Role)}.")
            return
        if role in (None, here.role):
            return
        if here.pk == self.by:
            said.no("role", "Nobody changes their own role. Ask another administrator.")
        elif here.role == Role.ADMINISTRATOR:
            said.no("role", f"{here.name} is an administrator. Take that away on their own page.")

    def _resolve(self, people: People) -> list[tuple[Lead, str]]:
        """Whom each names, by address. Who cannot be found is a mistake of the row."""
        by_name: dict[str, set[str]] = {}
        for email, name in self._named.items():
            by_name.setdefault(name.casefold(), set()).add(email)
        found = []
        for lead in self._leads:
            above = lead.said.holds("reports_to", partial(self._find, lead.words, by_name, people))
            if above == lead.email:
                lead.said.no("reports_to", "Nobody reports to themselves.")
            elif above:
                found.append((lead, above))
        return found

    def _find(self, words: str, by_name: Mapping[str, set[str]], people: People) -> str:
        if words.casefold() in self._named:
            return words.casefold()
        beside = by_name.get(words.casefold(), set())
        try:
            known = people.find(words)
        except Refused:
            if len(beside) == 1:
                return next(iter(beside))
            if not beside:
                raise
            raise Refused(f"{len(beside)} in this file are called {words}. Write the mail address.") from None
        if beside - {known.email.casefold()}:
            raise Refused(f"More than one is called {known.name}, here or in this file. Write the mail address.")
        return known.email.casefold()


def _leads_now() -> dict[str, str]:
    """Who reports to whom, by addresses in small letters."""
    rows = Member.objects.filter(reports_to__isnull=False).values_list("email", "reports_to__email")
    return {email.casefold(): above.casefold() for email, above in rows}


def _in_rings(above: Mapping[str, str]) -> set[str]:
    """Those who would report to themselves, by way of however many others."""
    done: set[str] = set()
    rings: set[str] = set()
    for start in above:
        path: dict[str, int] = {}
        each: str | None = start
        while each is not None and each not in done and each not in path:
            path[each] = len(path)
            each = above.get(each)
        if each is not None and each in path:
            rings.update(name for name, place in path.items() if place >= path[each])
        done.update(path)
    return rings


def _depth(email: str, above: Mapping[str, str]) -> int:
    steps, each = 0, above.get(email)
    while each is not None:
        steps, each = steps + 1, above.get(each)
    return steps


def _ring(email: str, above: str) -> str:
    return f"{above} would report to {email} too, perhaps by way of others. It cannot be both ways round."


def _nothing_more(member: Member) -> None:
    """A member has no rules besides those of each field, and the line above them."""
