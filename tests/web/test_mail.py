"""The pages of mail that came in: what waits, one mail as it came, and what a person says of where it belongs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations import reply_addresses
from amends.escalations.actions import incoming as acts
from amends.escalations.models import Attachment, Escalation, Incoming
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import NOW, answer_address, arrives, brightwater, comes, letter
from tests.escalations.saying import sent

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


def answered(case: Escalation, text: str = "It happened again.", **said: Any) -> Incoming:
    return arrives(text, to=answer_address(case), **said)


def page(client: Client, address: str = "/mail/") -> str:
    found = client.get(address)
    assert found.status_code == 200, found
    return str(found.content.decode())


def logged_in(role: Role) -> Client:
    client = Client()
    client.force_login(make.member(role=role))
    return client


# The list


def test_what_waits_for_a_person_stands_first_with_why(client: Client, nadia: Member, case: Escalation):
    arrives("Buy from us.", sender=STRANGER, subject="An offer")
    arrives("Something else is wrong.", sender="Rui Teixeira <rui@brightwater.example>", subject="The labels")
    answered(case, subject="Re: Orders")

    html = page(client)

    assert "An offer" in html and "Buy from us." in html and "Otto Klein" in html and "otto@elsewhere.example" in html
    assert "Nobody of this address, and no account with its domain, is known here." in html
    assert f"They wrote anew, while {case.key} is under way." in html
    assert f'<a href="/accounts/{case.account_id}/">Brightwater Foods</a>' in html
    assert "Re: Orders" not in html


def test_each_tab_holds_its_own(client: Client, nadia: Member, case: Escalation):
    answered(case, subject="Re: Orders")
    answered(case, subject="Automatic reply: Orders", Auto_Submitted="auto-replied")
    arrives(sender=STRANGER, subject="An offer")
    aside = arrives(sender=STRANGER, subject="Another offer")
    acts.set_aside(aside, reason="Advertising", by=nadia.as_actor(), now=NOW)

    shown = {show: page(client, f"/mail/?show={show}") for show in ("in-cases", "machines", "set-aside", "all")}

    assert "Re: Orders" in shown["in-cases"] and f">{case.key}</a> {case.reason}" in shown["in-cases"]
    assert "Automatic reply: Orders" in shown["machines"] and "Re: Orders" not in shown["machines"]
    assert "Another offer" in shown["set-aside"] and "Advertising" in shown["set-aside"]
    assert shown["all"].count("<li class=") == 4


def test_an_empty_list_says_how_mail_comes_in_and_how_it_is_set_up(client: Client, nadia: Member, settings: Any):
    assert "Nothing waits" in page(client) and "AMENDS_IMAP_URL" in page(client)

    settings.MAIL_COMES_IN = True

    assert "AMENDS_IMAP_URL" not in page(client)
    assert "No mail yet" in page(client, "/mail/?show=all")


def test_how_much_waits_stands_in_the_navigation_for_those_who_may_sort_it(client: Client, nadia: Member):
    arrives(sender=STRANGER)
    arrives(sender=STRANGER)

    assert '2<span class="only-spoken"> to be sorted</span>' in page(client, "/escalations/")
    assert "to be sorted" not in page(logged_in(Role.EXECUTIVE), "/escalations/")
    assert 'href="/mail/"' not in page(logged_in(Role.SALES), "/escalations/")


def test_the_list_asks_as_many_questions_for_fifty_as_for_three(client: Client, nadia: Member, case: Escalation):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, "/mail/?show=all")
        return len(asked)

    for _ in range(3):
        answered(case)
    for_three = questions()
    for number in range(20):
        answered(case, sender=f"Person {number} <p{number}@brightwater.example>")
        arrives(sender=STRANGER)

    assert questions() == for_three


def test_older_mail_stands_on_further_pages(client: Client, nadia: Member):
    for number in range(53):
        raw = letter(sender=STRANGER, subject=f"Offer {number}").as_bytes()
        kept = acts.keep(raw, came_by="desk", by=nadia.as_actor(), now=NOW + dt.timedelta(seconds=number))
        Incoming.objects.filter(pk=kept.pk).update(state=State.STRANGER, subject=f"Offer {number}")

    first = page(client)
    second = page(client, f"/mail/?show=to-sort&after={first.split('after=')[1].split(chr(34))[0]}")

    assert "Offer 52" in first and "Offer 2<" not in first
    assert second.count("<li class=") == 3 and "Offer 0" in second


# One mail


def test_one_mail_shows_what_is_new_and_below_it_all_of_it(client: Client, nadia: Member, case: Escalation):
    mail = answered(
        case, "No, it did not <help>.\n\nOn Thu, 19 Nov 2026, Tom wrote:\n> Does it help?\n", subject="Re: Orders"
    )

    html = page(client, f"/mail/{mail.pk}/")

    new, _, rest = html.partition("<details")
    assert "No, it did not &lt;help&gt;." in new and "Does it help?" not in new
    assert "&gt; Does it help?" in rest
    assert f'href="/escalations/{case.key}/"' in html
    assert "maria@brightwater.example" in html and "Where does it belong?" not in html


def test_its_html_is_shut_into_a_frame_that_may_do_nothing(client: Client, nadia: Member):
    mail = letter("Look.", sender=STRANGER)
    mail.add_alternative(
        '<p onclick="x()">Look <b>here</b><script>bad()</script><img src="https://spy.example/1.png"></p>',
        subtype="html",
    )
    came = comes(mail)

    html = page(client, f"/mail/{came.pk}/")
    looks = client.get(f"/mail/{came.pk}/html/")

    assert f'<iframe class="letter mail-frame" sandbox src="/mail/{came.pk}/html/"' in html
    policy = set(looks["Content-Security-Policy"].split("; "))
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= policy
    shown = looks.content.decode()
    assert "Look <b>here</b>" in shown
    assert not [word for word in ("script", "onclick", "spy.example") if word in shown]


def test_its_files_are_those_kept_in_the_case_and_what_was_left_out_says_why(
    client: Client, nadia: Member, case: Escalation
):
    mail = answered(case, files={"label.png": PNG, "virus.exe": b"MZ\x90\0" + b"\0" * 60})

    html = page(client, f"/mail/{mail.pk}/")
    file = Attachment.objects.get()

    assert f'href="/escalations/{case.key}/files/{file.pk}/"' in html and "label.png" in html
    assert "virus.exe" in html.partition("</ul>")[2]


def test_files_of_what_waits_are_named(client: Client, nadia: Member):
    mail = arrives(sender=STRANGER, files={"offer.pdf": b"%PDF-1.7 x"})

    html = page(client, f"/mail/{mail.pk}/")

    assert "offer.pdf" in html and "once it is in one" in html


def test_the_bytes_leave_as_they_came_and_only_to_be_kept(client: Client, nadia: Member):
    raw = letter(sender=STRANGER).as_bytes()
    mail = comes(raw)

    answer = client.get(f"/mail/{mail.pk}/mail.eml")

    assert answer.content == raw
    assert answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert client.get(f"/mail/{mail.pk}/mail.eml", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_mail_that_was_too_large_shows_its_head_and_that_this_is_all(client: Client, nadia: Member):
    head = b"From: Maria <maria@brightwater.example>\r\nSubject: All the logs\r\nMessage-ID: <9@there>\r\n\r\n"
    mail = acts.keep_without_content(head, size=99_000_000, came_by="desk", by=nadia.as_actor(), now=NOW)

    html = page(client, f"/mail/{mail.pk}/")

    assert "All the logs" in html and "99.0 MB" in html
    assert "of which only the head was fetched" in html
    assert "&lt;9@there&gt;" in html


# Who may see it


def test_mail_in_a_case_is_seen_with_the_case_and_what_waits_by_those_who_sort(case: Escalation):
    filed, waiting = answered(case, subject="Re: Orders"), arrives(sender=STRANGER, subject="An offer")
    sales, team = logged_in(Role.SALES), make.member("Sam Seat", Role.SALES)
    make.seat(case.account, team)
    seated = Client()
    seated.force_login(team)

    for more in ("", "html/", "mail.eml"):
        assert sales.get(f"/mail/{filed.pk}/{more}").status_code == 404
        assert seated.get(f"/mail/{waiting.pk}/{more}").status_code == 404
        assert seated.get(f"/mail/{filed.pk}/{more}").status_code == 200
    html = page(seated)
    assert "Re: Orders" in html and "An offer" not in html and "To sort" not in html
    assert "Re: Orders" not in page(sales) + page(sales, "/mail/?show=all")


def test_what_a_machine_sent_about_a_case_is_seen_with_the_case(case: Escalation):
    away = answered(case, subject="Automatic reply", Auto_Submitted="auto-replied")
    seat = make.seat(case.account, make.member("Sam Seat", Role.SALES))
    seated = Client()
    seated.force_login(seat.member)

    assert away.state == State.MACHINE
    assert seated.get(f"/mail/{away.pk}/").status_code == 200
    assert logged_in(Role.SALES).get(f"/mail/{away.pk}/").status_code == 404


# On the case


def test_the_case_shows_what_they_wrote_with_its_subject_files_and_the_way_to_all_of_it(
    client: Client, nadia: Member, case: Escalation
):
    mail = answered(case, "It happened again.", subject="Re: Orders & labels", files={"label.png": PNG})

    html = page(client, f"/escalations/{case.key}/")

    entry = next(part for part in html.split("<li class=") if "It happened again." in part)
    assert "<b>Maria Duarte</b> wrote" in entry and "Re: Orders &amp; labels" in entry
    assert f'<a class="text-button" href="/mail/{mail.pk}/">Show all of the mail</a>' in entry
    assert "label.png" in html and "Written down by" not in entry and "The mailbox" not in entry
    update = case.updates.get(direction="in")
    assert f'href="/mail/{mail.pk}/"' in page(client, f"/escalations/{case.key}/updates/{update.pk}/")


def test_a_note_that_one_of_us_wrote_by_mail_leads_to_it(client: Client, nadia: Member, case: Escalation):
    mail = arrives("Ask Priya.", sender=nadia.email, to=reply_addresses.address("desk@fernhill.example", case, nadia))

    html = page(client, f"/escalations/{case.key}/")

    assert "noted, for us alone" in html and f'href="/mail/{mail.pk}/"' in html


def test_what_came_back_is_said_at_the_update_and_no_more_once_it_is_sent_again(
    client: Client, nadia: Member, case: Escalation
):
    update = sent(case)
    lost = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    lost.update(state="dead", settled_at=NOW, trouble="It came back: 550 No such user")

    for address in (f"/escalations/{case.key}/", f"/escalations/{case.key}/updates/{update.pk}/"):
        assert "It did not reach Maria Duarte. It came back: 550 No such user" in page(client, address)

    lost.update(state="sent")
    assert "It did not reach" not in page(client, f"/escalations/{case.key}/")


def test_the_case_asks_as_many_questions_for_many_mails_as_for_one(client: Client, nadia: Member, case: Escalation):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, f"/escalations/{case.key}/")
        return len(asked)

    answered(case, files={"label.png": PNG})
    page(client, f"/escalations/{case.key}/")
    for_one = questions()
    for _ in range(12):
        answered(case, files={"label.png": PNG})
    page(client, f"/escalations/{case.key}/")

    assert questions() == for_one
