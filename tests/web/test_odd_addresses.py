"""Whatever stands behind the question mark of an address: a page comes, or says what there is not. It never breaks."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from amends import web
from amends.directory.actor import Role
from amends.escalations.filtering import Filter
from tests.web.test_permissions import TABLE, address, one_of_everything

pytestmark = pytest.mark.django_db
# How the pages read their addresses.
_READS = re.compile(r'\bGET(?:\.get(?:list)?\(|, )"(\w+)"')
# PostgreSQL takes no NUL, and no database a number so large.
ODD = ["\0", "9" * 30]
FILTERS = [field.name for field in dataclasses.fields(Filter)]
FILTERED = ("escalations", "escalations_table")


@cache
def parameters() -> frozenset[str]:
    """All that any page reads of its address."""
    sources = Path(web.__file__).parent.rglob("*.py")
    return frozenset(name for source in sources for name in _READS.findall(source.read_text())) | set(FILTERS)


def questions(page: str, odd: str) -> Iterator[dict[str, str]]:
    """All of them at once; and where one may hide what another does, each alone as well."""
    yield dict.fromkeys(parameters(), odd)
    if page in FILTERED:
        yield from ({name: odd} for name in FILTERS)


def test_no_page_breaks_over_what_its_address_asks():
    world = one_of_everything()
    ada, wrong = Client(raise_request_exception=False), []
    ada.force_login(world.people[Role.ADMINISTRATOR])

    # Health is bad here, since nothing runs; that is an answer too.
    for name, odd in product(TABLE.keys() - {"healthz"}, ODD):
        for asked in questions(name, odd):
            with transaction.atomic():
                answer = ada.get(address(name, world), asked)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append((name, odd, [*asked] if len(asked) == 1 else "all"))

    assert {"q", "after", "before", "keeps", "text", "since"} <= parameters()
    assert not wrong
