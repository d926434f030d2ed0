"""Logging in, passwords, and what stands around every page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from amends.directory.actor import Role
from tests import make
from tests.mailbox import Mailbox, until

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
ANOTHER = "a quiet harbour at dawn"


@pytest.fixture(autouse=True)
def _own_backend(settings: Any) -> None:
    """Letters of the login leave as in real life: Django’s test runner would keep them back."""
    settings.EMAIL_BACKEND = "amends.web.accounts.SmtpOrConsole"


def test_one_logs_in_and_lands_where_one_wanted_to_go(client: Client):
    tom = make.member("Tom Okafor")

    asked = client.get("/accounts/?q=bright")
    form = client.get(asked["Location"]).content.decode()
    came_in = client.post("/login/", {"login": tom.email.upper(), "password": PASSWORD, "next": "/accounts/?q=bright"})

    assert asked["Location"] == "/login/?next=/accounts/%3Fq%3Dbright"
    assert 'name="next" value="/accounts/?q=bright"' in form
    assert came_in["Location"] == "/accounts/?q=bright"


def test_the_login_leads_nowhere_outside(client: Client):
    tom = make.member()

    came_in = client.post("/login/", {"login": tom.email, "password": PASSWORD, "next": "https://elsewhere.example/"})

    assert came_in["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client: Client):
    tom = make.member()

    wrong = client.post("/login/", {"login": tom.email, "password": "wrong"}).content.decode()
    unknown = client.post("/login/", {"login": "nobody@fernhill.example", "password": "wrong"}).content.decode()

    says = "This address and this password do not belong together."
    assert says in wrong and says in unknown


def test_too_many_tries_have_to_wait(client: Client):
    tom = make.member()

    for _ in range(6):
        client.post("/login/", {"login": tom.email, "password": "wrong"})
    says = client.post("/login/", {"login": tom.email, "password": PASSWORD}).content.decode()

    assert "Too many tries" in says


def test_a_member_who_has_left_does_not_come_in(client: Client):
    tom = make.member(is_active=False)

    client.post("/login/", {"login": tom.email, "password": PASSWORD})

    assert client.get("/you/").status_code == 302


def test_nobody_signs_up(client: Client):
    for path in ("/signup/", "/accounts/signup/", "/login/signup/"):
        assert client.post(path, {"email": "x@x.example", "password1": ANOTHER}).status_code in (302, 404)


def test_a_forgotten_password_is_set_anew_through_a_letter(client: Client, settings: Any, mailbox: Mailbox):
    make.organisation()
    settings.SMTP_URL, tom = mailbox.url, make.member("Tom Okafor")

    # The link is of our own address, whatever host the request names.
    client.post("/password/forgotten/", {"email": tom.email}, headers={"host": "elsewhere.example"})
    (letter,) = mailbox.take(1, to=tom.email)
    link = re.search(r"http://desk\.fernhill\.example(/password/\S+)", letter.text)
    assert link, letter.text
    form = client.get(link[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": ANOTHER, "password2": ANOTHER})

    assert client.post("/login/", {"login": tom.email, "password": ANOTHER})["Location"] == "/"


def test_a_letter_about_a_password_comes_from_where_all_others_do(client: Client, settings: Any, mailbox: Mailbox):
    make.organisation()
    settings.SMTP_URL, tom = mailbox.url, make.member("Tom Okafor")
    settings.MAIL_FROM = "another@fernhill.example"

    client.post("/password/forgotten/", {"email": tom.email})

    (letter,) = mailbox.take(1, to=tom.email)
    assert letter.message["From"] == "desk@fernhill.example"


def test_an_unknown_address_gets_no_letter_and_the_page_does_not_tell(client: Client, settings: Any, mailbox: Mailbox):
    settings.SMTP_URL = mailbox.url

    response = client.post("/password/forgotten/", {"email": "nobody@fernhill.example"})

    assert response["Location"] == "/password/forgotten/sent/"
    assert not mailbox.mails


def test_without_a_mail_server_the_log_says_that_a_letter_was_not_sent_but_not_what_it_says(
    client: Client, caplog: pytest.LogCaptureFixture
):
    tom = make.member()

    client.post("/password/forgotten/", {"email": tom.email})

    until(lambda: "“Set a new password for Amends” was not sent." in caplog.text, "the log does not say so")
    assert "/password/" not in caplog.text


def test_a_password_is_changed_and_one_stays_logged_in(client: Client):
    tom = make.member()
    client.force_login(tom)

    wrong = client.post(
        "/password/", {"oldpassword": "wrong", "password1": ANOTHER, "password2": ANOTHER}
    ).content.decode()
    changed = client.post("/password/", {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER})

    assert 'aria-invalid="true"' in wrong
    assert changed["Location"] == "/you/"
    assert [str(message) for message in get_messages(changed.wsgi_request)] == ["Your password is changed."]
    assert client.get("/you/").status_code == 200


def test_one_logs_out(client: Client):
    client.force_login(make.member())

    assert "Log out" in client.get("/logout/").content.decode()
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/you/").status_code == 302


def test_a_part_of_a_page_that_needs_a_login_takes_the_whole_page_there(client: Client):
    case = "http://testserver/escalations/ESC-1001/?text=plan"
    asked = {"HX-Request": "true", "HX-Current-URL": case}

    response = client.get("/escalations/ESC-1001/log/", headers=asked)
    elsewhere = client.get("/accounts/", headers=asked | {"HX-Current-URL": "https://elsewhere.example/x"})
    unsaid = client.get("/accounts/", headers={"HX-Request": "true"})

    assert response.status_code == 204
    # Back to the page, not to the part of it.
    assert response["HX-Redirect"] == "/login/?next=/escalations/ESC-1001/%3Ftext%3Dplan"
    assert elsewhere["HX-Redirect"] == unsaid["HX-Redirect"] == "/login/?next=/"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/escalations/ESC-1001/send/read/"),
        ("post", "/escalations/new/foresee/"),
        ("get", "/escalations/new/accounts/?account=x"),
        ("get", "/search/palette/?q=x"),
        ("get", "/people/names/?q=x"),
        ("get", "/escalations/ESC-1001/live/?seen=1"),
        ("get", "/live/"),
        ("get", "/escalations/live/"),
    ],
)
def test_what_a_page_asks_while_one_types_takes_nobody_to_the_login(client: Client, method: str, path: str):
    response = getattr(client, method)(path, headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert "HX-Redirect" not in response and "Location" not in response


def test_a_page_that_is_not_there_says_so_kindly_with_or_without_a_login(client: Client):
    stranger = client.get("/nowhere/")
    client.force_login(make.member())
    member = client.get("/nowhere/")

    for response in (stranger, member):
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()


def test_a_no_names_the_roles_that_may(client: Client):
    client.force_login(make.member(role=Role.SALES))

    response = client.get("/outbox/")

    assert response.status_code == 403
    assert "These roles may: manager, executive, administrator." in response.content.decode()


def test_a_form_from_elsewhere_is_not_taken_and_the_page_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.member())

    response = client.post("/you/", {"name": "Eve", "zone": "UTC"})

    assert response.status_code == 403
    assert "send it once more" in response.content.decode()


def test_every_page_keeps_scripts_and_frames_of_others_out(client: Client):
    client.force_login(make.member())

    for path in ("/you/", "/login/", "/nowhere/"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
