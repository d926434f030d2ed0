"""The pages of the playbook: read, compared, changed with every mistake at its line, adopted with a reason."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Member
from amends.playbook import versions
from amends.playbook.models import PlaybookVersion
from tests import make

pytestmark = pytest.mark.django_db
OTHERWISE = versions.shipped().replace("every working day at 16:00\n", "every 2 hours\n")
SAYS = "cadence “every 2 hours” instead of “every working day at 16:00”"


@pytest.fixture
def ada(client: Client) -> Member:
    """An administrator, logged in; the shipped playbook is in force."""
    make.organisation()
    make.playbook()
    member = make.member("Ada Stone", Role.ADMINISTRATOR)
    client.force_login(member)
    return member


def adopted(text: str = OTHERWISE, note: str = "") -> PlaybookVersion:
    return versions.adopt(text, by=COMMAND_LINE, now=make.THURSDAY, note=note)


def words(response) -> str:
    """What stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def sent(client: Client, text: str, *, begun_from: int = 1, **more: str):
    return client.post("/playbook/edit/", {"text": text, "begun_from": begun_from, "note": "", **more})


def test_it_is_read_in_words_and_its_versions_are_listed(client: Client, ada: Member):
    adopted(note="Twice as often")

    page = words(client.get("/playbook/"))

    assert "version 2, in force since" in page and "Twice as often" in page
    assert "1 working hour every 2 hours" in page
    assert "spend at least 250,000 or potential at least 500,000" in page
    assert "When due: tells owner and handler" in page


def test_everybody_may_read_it_and_only_administrators_are_offered_to_change_it(client: Client, ada: Member):
    assert 'href="/playbook/edit/"' in client.get("/playbook/").content.decode()
    client.force_login(make.member("Sal", Role.SALES))

    assert 'href="/playbook/edit/"' not in client.get("/playbook/").content.decode()
    assert client.get("/playbook/edit/").status_code == 403


def test_a_version_is_shown_with_its_lines_and_downloaded_as_it_was_adopted(client: Client, ada: Member):
    page = client.get("/playbook/1/").content.decode()
    file = client.get("/playbook/1/playbook.yaml")

    assert '<span class="source__line" id="L4">name: How we make amends\n</span>' in page
    assert file.content.decode() == versions.shipped()
    assert file["Content-Disposition"] == 'attachment; filename="playbook-1.yaml"'


@pytest.mark.parametrize("path", ["/playbook/9/", "/playbook/99999999999999999999/", "/playbook/1/changes/?since=9"])
def test_a_version_that_there_is_not_is_not_found(client: Client, ada: Member, path: str):
    assert client.get(path).status_code == 404


def test_two_versions_are_compared_in_words(client: Client, ada: Member):
    adopted()
    adopted(OTHERWISE.replace("within: 30 days", "within: 20 days"))

    before = words(client.get("/playbook/3/changes/"))
    since_the_first = words(client.get("/playbook/3/changes/?since=1"))
    backwards = words(client.get("/playbook/1/changes/?since=3"))

    assert "within 20 days instead of 30 days" in before and SAYS not in before
    assert "within 20 days instead of 30 days" in since_the_first and f"Severity High {SAYS}" in since_the_first
    assert "within 30 days instead of 20 days" in backwards
    assert "It is the first" in words(client.get("/playbook/1/changes/"))


def test_a_version_of_earlier_rules_is_still_shown_and_compared_line_by_line(client: Client, ada: Member):
    PlaybookVersion.objects.filter(number=1).update(text="name: As it was once\n")
    adopted()

    compared = words(client.get("/playbook/2/changes/"))

    assert "One of them cannot be read by today’s rules." in compared and "- name: As it was once" in compared
    assert client.get("/playbook/1/").status_code == 200


def test_the_text_in_force_is_there_to_be_changed(client: Client, ada: Member):
    page = client.get("/playbook/edit/").content.decode()

    assert 'data-draft="playbook"' in page and "cadence: every 4 hours" in page
    assert re.search(r'<input type="text" name="begun_from" value="1" hidden', page)


def test_every_mistake_is_told_with_its_line_and_nothing_typed_is_lost(client: Client, ada: Member):
    text = OTHERWISE.replace("every 2 hours\n", "now and then\n").replace("silence:", "silense:")
    line = text.splitlines().index("    cadence: now and then") + 1

    response = sent(client, text, note="Oftener", adopt="yes")

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#id_text" data-line="{line}">Line {line}</a>' in page
    assert "severities[1].cadence" in page and "“now and then” is not a cadence" in page
    assert "Did you mean “silence”?" in page
    assert "    cadence: now and then" in page and 'value="Oftener"' in page
    assert versions.current().number == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# " + "ü" * 150_000, "at most 256 KB"),
        ("name: &a x\ncurrency: *a\n", "Write out what “*a” stands for."),
        ("", "The text is empty."),
        ("name: \0", "Null characters are not allowed"),
    ],
    ids=["long", "alias", "empty", "nul"],
)
def test_what_cannot_be_a_playbook_is_refused_in_a_sentence(client: Client, ada: Member, text: str, says: str):
    response = sent(client, text, adopt="yes", note="Why")

    assert response.status_code == 422
    assert says in words(response)


def test_checking_says_what_would_change_and_changes_nothing(client: Client, ada: Member):
    response = sent(client, OTHERWISE.replace("\n", "\r\n"))

    page = words(response)
    assert response.status_code == 200
    assert "This can be adopted." in page and f"What it changes of version 1 1 Severity High {SAYS}" in page
    assert "+ cadence: every 2 hours" in page
    assert versions.current().number == 1


def test_checking_what_changes_nothing_says_so_and_comments_are_no_change_of_ways(client: Client, ada: Member):
    assert "nothing is changed yet" in words(sent(client, versions.shipped()))
    assert "only comments" in words(sent(client, f"# Ours\n{versions.shipped()}"))


def test_adopting_needs_a_reason_and_puts_it_in_force(client: Client, ada: Member):
    without = sent(client, OTHERWISE, adopt="yes")
    response = sent(client, OTHERWISE.replace("\n", "\r\n"), adopt="yes", note="They should hear oftener")

    assert without.status_code == 422 and "Say why it changes" in words(without)
    assert response["Location"] == "/playbook/" and response.cookies["draft_done"].value == "playbook"
    version = versions.current()
    assert (version.number, version.text, version.adopted_by_name) == (2, OTHERWISE, "Ada Stone")
    assert version.note == "They should hear oftener"


def test_adopting_what_is_in_force_is_refused(client: Client, ada: Member):
    response = sent(client, versions.shipped(), adopt="yes", note="Why")

    assert response.status_code == 422 and "in force already" in words(response)


@pytest.mark.parametrize("button", [{}, {"adopt": "yes"}], ids=["check", "adopt"])
def test_who_was_overtaken_sees_what_their_text_would_undo_and_may_then_adopt_it(client: Client, ada: Member, button):
    adopted(note="By somebody quicker")
    mine = versions.shipped().replace("within: 30 days", "within: 20 days")

    response = sent(client, mine, note="Sooner", begun_from=1, **button)

    page = words(response)
    assert response.status_code == 422 and versions.current().number == 2
    assert "has adopted version 2 since you began" in page
    assert "cadence “every working day at 16:00” instead of “every 2 hours”" in page
    assert "within: 20 days" in response.content.decode()
    assert re.search(r'name="begun_from" value="2"', response.content.decode())
    assert sent(client, mine, note="Sooner", begun_from=2, adopt="yes").status_code == 302


def test_a_draft_is_dropped_on_request(client: Client, ada: Member):
    assert client.get("/playbook/edit/?anew").cookies["draft_done"].value == "playbook"
    assert "draft_done" not in client.get("/playbook/edit/").cookies


def test_an_escalation_is_moved_to_the_newer_version_from_its_page(client: Client):
    escalation = make.escalation()
    client.force_login(escalation.handler)
    page = f"/escalations/{escalation.key}/"
    assert "See what it changes…" not in client.get(page).content.decode()
    adopted()

    offered = words(client.get(page))
    asked = words(client.get(f"{page}playbook/"))
    without = client.post(f"{page}playbook/", {"number": 2, "reason": ""})
    overtaken = client.post(f"{page}playbook/", {"number": 1, "reason": "Agreed"})
    done = client.post(f"{page}playbook/", {"number": 2, "reason": "Agreed with them"})

    assert "version 2 is in force. See what it changes…" in offered
    assert f"What version 2 says otherwise Severity High {SAYS}" in asked
    assert [without.status_code, overtaken.status_code, done.status_code] == [422, 422, 302]
    escalation.refresh_from_db()
    assert escalation.playbook.number == 2
    assert "moved this from version 1 of the playbook to version 2" in words(client.get(page))


def test_the_page_asks_as_much_of_the_database_with_many_versions_as_with_few(client: Client, ada: Member):
    client.get("/playbook/")
    with CaptureQueriesContext(connection) as few:
        client.get("/playbook/")
    for day in range(1, 9):
        adopted(OTHERWISE.replace("within: 30 days", f"within: {day} days"))

    with CaptureQueriesContext(connection) as many:
        client.get("/playbook/")

    assert len(many) == len(few)
