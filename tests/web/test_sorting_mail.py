"""The page of a mail that waits: where a person puts it, and what it says before they do."""

from __future__ import annotations

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.directory.models import Contact, Member
from amends.escalations.actions import corrections
from amends.escalations.models import Escalation, Incoming
from tests import make
from tests.escalations.mail.writing import NOW, answer_address, arrives, brightwater

pytestmark = pytest.mark.django_db
State = Incoming.State
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
STRANGER = "Otto Klein <otto@elsewhere.example>"


@pytest.fixture
def nadia(client: Client) -> Member:
    """A manager, logged in."""
    member = make.member("Nadia Brandt", Role.MANAGER)
    client.force_login(member)
    return member


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def page(client: Client, address: str) -> str:
    found = client.get(address)
    assert found.status_code == 200, found
    return str(found.content.decode())


def test_it_is_put_into_a_case_of_its_account_which_is_proposed(client: Client, nadia: Member, case: Escalation):
    mail = arrives("The labels too.", sender="Rui Teixeira <rui@brightwater.example>", files={"label.png": PNG})

    html = page(client, f"/mail/{mail.pk}/")
    answer = client.post(f"/mail/{mail.pk}/file/", {"case": case.key, "key": ""})

    assert f'value="{case.key}"' in html and "checked" in html
    assert answer["Location"] == "/mail/"
    mail.refresh_from_db()
    assert (mail.state, mail.settled_by) == (State.FILED, nadia)
    heard = case.updates.get(direction="in")
    assert (heard.text, str(heard.contact), heard.attachments.get().name) == (
        "The labels too.",
        "Rui Teixeira",
        "label.png",
    )


def test_another_case_is_named_by_its_key(client: Client, nadia: Member, case: Escalation):
    mail = arrives(sender=STRANGER)

    nothing = client.post(f"/mail/{mail.pk}/file/", {"key": " "})
    nowhere = client.post(f"/mail/{mail.pk}/file/", {"key": "ESC-99999"})
    answer = client.post(f"/mail/{mail.pk}/file/", {"key": case.key.lower()})

    assert (nothing.status_code, nowhere.status_code, answer.status_code) == (422, 422, 302)
    assert "Say into which case." in nothing.content.decode()
    assert 'value="ESC-99999"' in nowhere.content.decode()
    assert "There is no escalation ESC-99999 that you may see." in nowhere.content.decode()
    assert Contact.objects.get(email="otto@elsewhere.example").account == case.account


def test_it_becomes_an_escalation_of_an_account_with_its_subject_as_the_reason(client: Client, nadia: Member):
    account = make.account("Moss & Co", csm=make.member())
    make.organisation()
    make.playbook()
    mail = arrives("Nothing works.", sender=STRANGER, subject="Re: AW: The portal is down")

    html = page(client, f"/mail/{mail.pk}/")
    unknown = client.post(f"/mail/{mail.pk}/open/", {"account": "Nobody Ltd", "reason": "The portal"})
    answer = client.post(f"/mail/{mail.pk}/open/", {"account": "moss", "reason": "The portal is down"})

    assert ">\nThe portal is down</textarea>" in html
    assert unknown.status_code == 422
    assert "There is no account called “Nobody Ltd”." in unknown.content.decode()
    assert 'value="Nobody Ltd"' in unknown.content.decode() and "The portal</textarea>" in unknown.content.decode()
    opened = Escalation.objects.get()
    assert answer["Location"] == f"/escalations/{opened.key}/"
    assert (opened.account, opened.reason, opened.channel) == (account, "The portal is down", "mail")
    assert opened.updates.get(direction="in").text == "Nothing works."


def test_the_same_click_twice_opens_one(client: Client, nadia: Member):
    make.account("Moss & Co", csm=make.member())
    make.organisation()
    make.playbook()
    mail = arrives(sender=STRANGER)
    words = {"account": "Moss & Co", "reason": "The portal is down", "once": "abc"}

    first, second = (client.post(f"/mail/{mail.pk}/open/", words) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Escalation.objects.count() == 1


def test_the_same_click_twice_puts_it_there_once_and_says_so_both_times(
    client: Client, nadia: Member, case: Escalation
):
    mail = arrives("The labels too.", sender=STRANGER)
    chosen = {"key": case.key, "once": "abc"}

    first, second = (client.post(f"/mail/{mail.pk}/file/", chosen) for _ in range(2))

    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"]) == (302, "/mail/")
    assert case.updates.get(direction="in").text == "The labels too."


def test_before_a_mail_is_put_into_a_case_it_is_said_that_the_customer_reads_it(client: Client, nadia: Member):
    mail = arrives("Between us.", sender=STRANGER)

    html = page(client, f"/mail/{mail.pk}/")

    into, _, anew = html.partition("Make it an escalation of its own")
    assert "It stands on the customer’s page, too." in into and "on the customer’s page, too." in anew


def test_what_one_of_us_wrote_is_put_into_a_case_as_a_note_and_opens_none(
    client: Client, nadia: Member, case: Escalation
):
    mail = arrives("Refund them.", sender=nadia.email, to=answer_address(case))

    html = page(client, f"/mail/{mail.pk}/")
    opens = client.post(f"/mail/{mail.pk}/open/", {"account": case.account.name, "reason": "A refund"})
    files = client.post(f"/mail/{mail.pk}/file/", {"key": case.key}, follow=True)

    assert "Nadia Brandt is one of us: it stands there as a note of theirs, for us alone" in html
    assert "It stands on the customer’s page" not in html and "/open/" not in html
    assert opens.status_code == 422 and "That is one of us. Open it by hand" in opens.content.decode()
    assert f"It stands in {case.key} now, as a note of Nadia Brandt for us alone." in files.content.decode()
    assert case.notes.get().text == "Refund them."


def test_it_is_set_aside_with_a_reason_and_can_be_taken_up_again(client: Client, nadia: Member, case: Escalation):
    mail = arrives(sender=STRANGER)

    silent = client.post(f"/mail/{mail.pk}/set-aside/", {"reason": " "})
    client.post(f"/mail/{mail.pk}/set-aside/", {"reason": "Advertising"})
    html = page(client, f"/mail/{mail.pk}/")

    assert silent.status_code == 422
    assert "Advertising" in html and "by Nadia Brandt" in html and "Where does it belong?" in html
    assert client.post(f"/mail/{mail.pk}/file/", {"key": case.key}).status_code == 302


def test_what_was_put_into_a_wrong_case_is_struck_there_and_put_into_another(
    client: Client, nadia: Member, case: Escalation
):
    other = make.escalation()
    mail = arrives(to=answer_address(case))
    twice = client.post(f"/mail/{mail.pk}/file/", {"key": other.key})
    assert twice.status_code == 422 and "seen to this mail already" in twice.content.decode()
    assert "Not about this case" in page(client, f"/escalations/{case.key}/")

    corrections.strike(case.updates.get(direction="in"), reason="Not ours", by=nadia.as_actor(), now=NOW)
    here = client.post(f"/mail/{mail.pk}/file/", {"key": case.key})
    there = client.post(f"/mail/{mail.pk}/file/", {"key": other.key})

    assert here.status_code == 422 and "struck there" in here.content.decode()
    assert there.status_code == 302
    assert other.updates.get(direction="in").text == "It happened again."
