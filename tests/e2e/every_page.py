"""Every page that one may open, looked at by a machine: by day, by night, and with its mistakes marked."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

from django.test import Client

from amends.directory.actor import Role
from amends.directory.models import Member
from tests.e2e.conftest import Desk
from tests.e2e.looking import Looker
from tests.web.test_permissions import TABLE, address, answers, one_of_everything

NOW = dt.datetime(2026, 11, 19, 13, 10, tzinfo=dt.UTC)
SEND_IT_EMPTY = """path => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  form.innerHTML = `<input name="csrfmiddlewaretoken" value="${token}">`;
  document.body.append(form);
  form.submit();
}"""


@dataclass(frozen=True)
class Found:
    """A page, what it calls itself, and whether it has something to say to an empty form."""

    name: str
    path: str
    title: str
    head: str
    refuses: bool


def pages(member: Member, told: SimpleNamespace, where: Callable[[str], bool]) -> Iterator[Found]:
    """All that one may open, of those addresses."""
    client = Client(raise_request_exception=False)
    client.force_login(member)
    for name, path in [(name, address(name, told)) for name in TABLE]:
        if not where(path):
            continue
        said = answers(client, path)
        opened = said.get("get")
        if not opened or opened.status_code != 200 or opened.streaming:
            continue
        # A mail as it would arrive: no script may look at it.
        if "sandbox" in opened.headers.get("Content-Security-Policy", ""):
            continue
        html = opened.content.decode()
        title, head = (re.search(f"<{tag}.*?>(.*)</{tag}>", html) for tag in ("title", "h1"))
        if title and head:
            yield Found(name, path, title[1], head[1], "post" in said and said["post"].status_code == 422)


def nothing_is_found(desk: Desk, *, where: Callable[[str], bool]) -> None:
    """Look at every page whose address is one of those, as an administrator; fail with all that is wrong.

    Two pages that call themselves the same must be the same: people find a tab by its title.
    """
    desk.at(NOW)
    told = one_of_everything()
    member = told.people[Role.ADMINISTRATOR]
    page = desk.log_in(member)
    looker = Looker(page)
    wrong: dict[str, list[str]] = {}
    heads: dict[str, set[str]] = defaultdict(set)

    for found in list(pages(member, told, where)):
        page.goto(desk.address + found.path)
        # What comes anew by itself, or with a field filled in, is the same page once more.
        if found.title not in heads:
            wrong[found.name] = looker.look()
        if found.refuses:
            with page.expect_navigation():
                page.evaluate(SEND_IT_EMPTY, found.path)
            wrong[f"{found.name}, sent empty"] = looker.glance("main")
        heads[found.title].add(found.head)

    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(heads) > 20 and {title: same for title, same in heads.items() if len(same) > 1} == {}
