"""The pages of people, teams, oneself and one's tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory import tokens
from amends.directory.actor import Role
from amends.directory.models import Member, Team
from amends.lib import wall
from tests import make
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db
NADIA = {
    "name": "Nadia Brandt",
    "email": "nadia@fernhill.example",
    "role": "manager",
    "zone": "Europe/Berlin",
}
PASSWORD = "a quiet harbour at dawn"


@pytest.fixture
def ada(client: Client) -> Member:
    """An administrator, logged in."""
    make.organisation()
    member = make.member("Ada Stone", Role.ADMINISTRATOR)
    client.force_login(member)
    return member


@pytest.fixture
def own_backend(settings: Any) -> None:
    """Letters of the login leave as in real life: Django’s test runner would keep them back."""
    settings.EMAIL_BACKEND = "amends.web.accounts.SmtpOrConsole"


def the_link(page: str) -> str:
    found = re.search(r'id="link" value="http://[^/"]+([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.usefixtures("own_backend")
def test_a_member_is_added_invited_and_logs_in(client: Client, ada: Member, settings: Any, mailbox: Mailbox):
    settings.SMTP_URL = mailbox.url
    added = client.post("/people/new/", NADIA)
    nadia = Member.objects.get(email="nadia@fernhill.example")
    assert added["Location"] == f"/people/{nadia.pk}/"

    invited = client.post(f"/people/{nadia.pk}/invite/")
    link = the_link(invited.content.decode())
    (letter,) = mailbox.take(1, to=nadia.email)
    assert link in letter.text
    assert "no-store" in invited["Cache-Control"]

    hers = Client()
    form = hers.get(link, follow=True)
    action = form.redirect_chain[-1][0]
    assert link not in action
    hers.post(action, {"password1": PASSWORD, "password2": PASSWORD})
    came_in = hers.post("/login/", {"login": "Nadia@Fernhill.example", "password": PASSWORD})

    assert came_in["Location"] == "/"
    assert "has been used already" in Client().get(link, follow=True).content.decode()


@pytest.mark.usefixtures("own_backend")
def test_without_a_mail_server_the_link_is_shown_and_said_to_be_unsent(client: Client, ada: Member):
    nadia = make.member("Nadia")

    page = client.post(f"/people/{nadia.pk}/invite/").content.decode()

    assert "No letter has left." in page
    assert the_link(page)


@pytest.mark.usefixtures("own_backend")
def test_a_mail_server_that_does_not_answer_stops_nobody(client: Client, ada: Member, settings: Any, mailbox: Mailbox):
    settings.SMTP_URL = mailbox.url
    mailbox.goes_down()

    page = client.post(f"/people/{make.member().pk}/invite/").content.decode()

    assert "No letter has left." in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": "ADA.STONE@fernhill.example"}, "Somebody has the address"),
        ({"zone": "Atlantis"}, "is not a time zone"),
        ({"role": "boss"}, "not one of the available choices"),
        ({"name": " "}, "Fill this in."),
    ],
)
def test_a_refusal_stands_at_its_field(client: Client, ada: Member, changes: dict[str, str], says: str):
    Member.objects.filter(pk=ada.pk).update(email="ada.stone@fernhill.example")

    response = client.post("/people/new/", NADIA | changes)

    assert response.status_code == 422
    assert says in response.content.decode()
    assert Member.objects.count() == 1


def test_who_reports_to_whom_may_not_go_in_a_circle(client: Client, ada: Member):
    tom, _, ruth = make.chain()
    hers = {"name": ruth.name, "email": ruth.email, "role": ruth.role, "zone": ruth.zone}

    response = client.post(f"/people/{ruth.pk}/", hers | {"reports_to": tom.pk})

    assert response.status_code == 422
    assert "Tom Okafor reports to Ruth Adeyemi already" in response.content.decode()


def test_the_last_administrator_cannot_step_down(client: Client, ada: Member):
    mine = {"name": ada.name, "email": ada.email, "zone": ada.zone}

    response = client.post(f"/people/{ada.pk}/", mine | {"role": "csm"})

    assert response.status_code == 422
    assert "is the only administrator" in response.content.decode()


def test_a_member_leaves_is_logged_out_and_comes_back(client: Client, ada: Member):
    petra, hers = make.member("Petra"), Client()
    hers.force_login(petra)
    assert hers.get("/you/").status_code == 200

    client.post(f"/people/{petra.pk}/leave/")
    assert hers.get("/you/").status_code == 302
    here, left = (client.get(f"/people/{rest}").content.decode() for rest in ("", "?show=left"))
    assert ("Petra" in left) is True
    assert f"/people/{petra.pk}/" not in here.split("<table", 1)[1]

    client.post(f"/people/{petra.pk}/return/")
    petra.refresh_from_db()
    assert petra.is_active


def test_a_member_for_whom_customers_wait_stays_and_the_page_says_why(client: Client, ada: Member):
    handler = make.escalation().handler
    assert handler is not None

    response = client.post(f"/people/{handler.pk}/leave/")

    assert response.status_code == 422
    assert "handles 1 open escalation and owns 1 open promise; hand them on first." in response.content.decode()


def test_people_are_listed_with_constant_questions(client: Client, ada: Member):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/people/").status_code == 200
        return len(asked)

    def add(count: int) -> None:
        start = Member.objects.count()
        Member.objects.bulk_create(
            Member(
                name=f"Member {number:03}",
                email=f"{number}@fernhill.example",
                role="csm",
                joined_at=make.THURSDAY,
                reports_to=ada,
            )
            for number in range(start, start + count)
        )
        for team in Team.objects.all():
            team.members.set(Member.objects.all())

    make.team()
    add(10)
    for_ten = questions()
    for _ in range(5):
        make.team()
    add(290)

    assert questions() == for_ten


def test_a_team_is_added_and_changed(client: Client, ada: Member):
    client.post("/people/teams/new/", {"name": "Platform", "kind": "development", "members": [ada.pk]})
    team = Team.objects.get()
    again = client.post("/people/teams/new/", {"name": "platform", "kind": "development"})
    client.post(f"/people/teams/{team.pk}/", {"name": "Platform 2", "kind": "vendor"})

    team.refresh_from_db()
    assert (again.status_code, team.name, team.members.count()) == (422, "Platform 2", 0)


def test_you_change_your_name_and_zone_but_not_your_role(client: Client):
    tom = make.member("Tom Okafor", Role.CSM)
    client.force_login(tom)

    wrong = client.post("/you/", {"name": "Tom", "zone": "Nowhere"})
    client.post("/you/", {"name": "Tomasz", "zone": "Europe/Lisbon", "role": "administrator"})

    tom.refresh_from_db()
    assert (wrong.status_code, tom.name, tom.zone, tom.role) == (422, "Tomasz", "Europe/Lisbon", "csm")


def test_a_token_is_shown_once_and_revoked(client: Client):
    tom = make.member("Tom")
    client.force_login(tom)

    made = client.post("/you/tokens/", {"name": "Reports", "scope": "read"})
    found = re.search(r'id="key" value="(amends_[^"]+)"', made.content.decode())
    assert found
    token = tokens.find(found[1], now=wall.now())
    assert token and token.member == tom and token.scope == "read"
    assert "no-store" in made["Cache-Control"]

    again = client.get("/you/tokens/").content.decode()
    assert "Reports" in again
    assert "amends_" not in again

    client.post(f"/you/tokens/{token.pk}/revoke/")
    assert tokens.find(found[1], now=wall.now()) is None


def test_a_token_needs_a_name(client: Client):
    client.force_login(make.member())

    assert client.post("/you/tokens/", {"name": " ", "scope": "read"}).status_code == 422
