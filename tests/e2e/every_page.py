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
# As if it had been sent empty: what came back stands in the page's place, as htmx puts it there where there is htmx.
COMES_BACK = """html => new Promise((done) => {
  if (!window.htmx) {
    const came = new DOMParser().parseFromString(html, "text/html");
    document.querySelector("main").replaceWith(came.querySelector("main"));
    return done();
  }
  const settled = { select: "main", afterSettleCallback: done };
  htmx.swap("main", html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, settled);
})"""


@dataclass(frozen=True)
class Found:
    """A page, what it calls itself, and how it comes back when its form is sent empty, if it does."""

    name: str
    path: str
    title: str
    head: str
    refused: str


def pages(member: Member, told: SimpleNamespace, where: Callable[[str], bool]) -> Iterator[Found]:
    """All that one may open, of those addresses."""
    client = Client(raise_request_exception=False)
    client.force_login(member)
    for name, path in [(name, address(name, told)) for name in TABLE]:
        if not where(path):
            continue
        opened = answers(client, path, ("get",)).get("get")
        if not opened or opened.status_code != 200 or opened.streaming:
            continue
        # A mail as it would arrive: no script may look at it.
        if "sandbox" in opened.headers.get("Content-Security-Policy", ""):
            continue
        html = opened.content.decode()
        title, head = (re.search(f"<{tag}.*?>(.*)</{tag}>", html) for tag in ("title", "h1"))
        if title and head:
            sent = answers(client, path, ("post",)).get("post")
            is_refused = sent is not None and sent.status_code == 422
            yield Found(name, path, title[1], head[1], sent.content.decode() if is_refused else "")


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
        if found.refused:
            page.evaluate(COMES_BACK, found.refused)
            wrong[f"{found.name}, sent empty"] = looker.glance("main")
        heads[found.title].add(found.head)

    # Said in so many words: pytest explains only what tests assert themselves.
    found_wrong = {name: found for name, found in wrong.items() if found}
    assert not found_wrong, found_wrong
    ambiguous = {title: same for title, same in heads.items() if len(same) > 1}
    assert len(heads) > 20 and not ambiguous, ambiguous
