"""Which judge reads the rows of which noun."""

from __future__ import annotations

from typing import Any

from amends.directory.imports.account_rows import Accounts
from amends.directory.imports.contact_rows import Contacts
from amends.directory.imports.judging import Columns, Judge
from amends.directory.imports.member_rows import Members
from amends.directory.imports.models import Import

JUDGES: dict[str, type[Judge[Any]]] = {
    Import.Noun.ACCOUNTS: Accounts,
    Import.Noun.CONTACTS: Contacts,
    Import.Noun.MEMBERS: Members,
}


def judge_of(imported: Import) -> Judge[Any]:
    """A judge for one reading of this file."""
    return JUDGES[imported.noun](Columns.of(imported), by=imported.by_id)
