"""Whatever is sent to a page: it is done, or refused with what to do and what was typed. It never breaks."""

from __future__ import annotations

import html
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from hypothesis import Phase, given
from hypothesis import strategies as st

from amends.directory.actor import Role
from amends.escalations.models import Escalation
from tests.fuzzing import AGAIN, HOSTILE, SEED, SHARE, examples
from tests.web.filled import Fields
from tests.web.test_permissions import TABLE, address, one_of_everything

pytestmark = pytest.mark.django_db
# Pages that take what is sent, and whose form stands on no page of this world: they get every name that there is.
NOWHERE_SHOWN = {
    *("account_login", "account_reset_password_from_key", "decide", "foresee", "preview_update"),
    *("add_to_escalation", "apply_import", "make_request", "remove_watcher", "stop_watching", "resume_outbox"),
    *("change_view", "delete_view", "end_other_sessions", "end_session", "forget_holds_address", "return_member"),
    *("forget_calendar_address", "meeting_notes", "preview_meeting_notes", "correct_fact", "dispute_fact"),
    *("confirm_fact", "reopen_fact"),
    *("revoke_token", "see_notices", "settle_clock", "take_back_update", "take_up_problem", "test_chat"),
    *("unmeet_criterion", "today", "escalations", "go_on_cause_notice"),
    *("customer_act", "inbound", "inbound_provider"),
}
FILES = [
    ("a" * 400 + ".txt", b"x"),
    ("..\\..\\x.exe", b"MZ\x00"),
    ("\u202egpj.exe", b"\xff\xd8\xff"),
    ("a\r\nSet-Cookie: x=1.gif", b"GIF89a"),
    ("empty.csv", b""),
    ("broken.xlsx", b"PK\x03\x04broken"),
    ("open.csv", b'a,b\n"open'),
    ("utf16.csv", b"\xff\xfe\x00\x00"),
]
# A text that a form of a hundred of these still fits into what one may send.
LONG = "a" * 1_000_000


@dataclass
class Found:
    """A form of some page: where it leads, and what stands in it. `typed`: the fields for text."""

    action: str
    fields: Fields = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """Every form of a page that posts, as a browser would send it."""

    def __init__(self, own: str) -> None:
        super().__init__()
        self.own, self.forms = own, list[Found]()
        self.form: Found | None = None
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "form":
            self.form = Found(said.get("action") or self.own) if said.get("method") == "post" else None
            self.forms += [self.form] if self.form else []
        if self.form is None or name == "csrfmiddlewaretoken":
            return
        if "hx-post" in said and tag != "form":
            self.forms.append(Found(said["hx-post"], self.form.fields, self.form.typed))
        if tag == "option" and "selected" in said:
            self.form.fields[self.select].append(said.get("value", ""))
        if not name:
            return
        values = self.form.fields.setdefault(name, [])
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            values.append("")
            self.form.typed.add(name)
        elif kind == "file":
            self.form.files.add(name)
        elif kind not in ("checkbox", "radio") or "checked" in said:
            values.append(said.get("value", "on" if kind == "checkbox" else ""))
            if tag == "input" and kind not in ("hidden", "checkbox", "radio", "submit", "password"):
                self.form.typed.add(name)

    def handle_data(self, data: str) -> None:
        if self.area and self.form:
            self.form.fields[self.area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "textarea":
            self.area = ""


@pytest.fixture
def world() -> SimpleNamespace:
    world = one_of_everything()
    Escalation.objects.update(handler=world.people[Role.ADMINISTRATOR])
    return world


class Sender:
    """The administrator who handles the case, and may therefore do everything. After each post all is as it was."""

    def __init__(self, world: SimpleNamespace) -> None:
        self.world = world
        self.client = Client(raise_request_exception=False)
        self.client.force_login(world.people[Role.ADMINISTRATOR])
        self.cookies = dict(self.client.cookies)

    def asks(self, method: str, path: str, sent: Any = None, *, is_aside: bool = False) -> Any:
        self.client.cookies.clear()
        self.client.cookies.update(self.cookies)
        with transaction.atomic():
            ask = getattr(self.client, method)
            answer = ask(path, sent, headers={"HX-Request": "true"} if is_aside else {})
            transaction.set_rollback(True)
        return answer

    def posting(self) -> set[str]:
        """The pages that take what is sent."""
        return {name for name in TABLE if self.asks("post", address(name, self.world)).status_code != 405}

    def forms(self) -> dict[str, Found]:
        """The form that leads to each page, wherever it stands; where there are several, the one that asks most."""
        found: dict[str, Found] = {}
        for name in TABLE:
            path = address(name, self.world)
            answer = self.asks("get", path)
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            reader = Reader(path)
            reader.feed(answer.content.decode())
            for form in reader.forms:
                try:
                    to = resolve(form.action.partition("?")[0]).url_name or ""
                except Resolver404:
                    continue
                if to not in found or len(form.fields) > len(found[to].fields):
                    found[to] = form
        return found


@st.composite
def sent(draw: st.DrawFn, form: Found) -> tuple[dict[str, Any], set[str], bool]:
    """What is sent, which of it was typed, and whether it is asked aside. Most of a form is as it stood."""
    said: dict[str, Any] = {name: list(values) for name, values in form.fields.items() if name not in form.files}
    names = sorted(form.fields)
    every = draw(st.integers(0, 3)) == 0
    changed = (
        names
        if every or len(names) < 2
        else draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    )
    typed = set()
    for name in changed:
        if name in form.files:
            file_name, content = draw(st.sampled_from(FILES))
            said[name] = SimpleUploadedFile(file_name, content)
        elif not every and draw(st.integers(0, 6)) == 0:
            said.pop(name, None)
        elif not every and draw(st.integers(0, 6)) == 0:
            said[name] = [draw(st.sampled_from(HOSTILE)) for _ in range(3)]
        else:
            said[name] = [draw(st.sampled_from(HOSTILE if every else [*HOSTILE, LONG]))]
            typed |= {name} & form.typed
    return said, typed, draw(st.booleans())


def test_every_page_that_takes_something_is_sent_anything(world: SimpleNamespace) -> None:
    sender = Sender(world)
    forms, posting = sender.forms(), sender.posting()
    every_name = sorted({name for form in forms.values() for name in form.fields})
    wrong: dict[str, list[Any]] = defaultdict(list)

    for name in sorted(posting)[SEED % SHARE :: SHARE]:
        form = forms.get(name) or Found(address(name, world), {each: [] for each in every_name})
        _is_sent_anything(sender, name, form, wrong[name])

    assert posting - forms.keys() == NOWHERE_SHOWN & posting, "Does the form stand on a page? Else say so above."
    assert not {name: found for name, found in wrong.items() if found}, AGAIN


def _is_sent_anything(sender: Sender, name: str, form: Found, wrong: list[Any]) -> None:
    @examples(2 if form.fields else 1, phases=[Phase.generate])
    @given(sent(form))
    def send(what: tuple[dict[str, Any], set[str], bool]) -> None:
        said, typed, is_aside = what
        answer = sender.asks("post", form.action, said, is_aside=is_aside)
        status, shown = answer.status_code, html.unescape(answer.content.decode(errors="replace"))
        sizes = {each: str(value)[:60] for each, value in said.items()}
        if status >= 500 or status in (401, 403):
            wrong.append((status, sizes))
        if status == 422 and name in TABLE and not answer.headers.get("Content-Type", "").startswith("text/html"):
            wrong.append(("a refusal without a page", sizes))
        for each in typed if status == 422 and 'method="post"' in shown else ():
            [text] = said[each]
            if text.strip() and text.isprintable() and text not in shown:
                wrong.append(("lost", each, text[:60]))

    send()
