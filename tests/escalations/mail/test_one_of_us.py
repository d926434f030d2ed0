"""What one of us writes by mail and somebody sorts: a note, and on nothing that the customer reads."""

from __future__ import annotations

import pytest

from amends.directory.actor import Actor, Role
from amends.directory.models import Contact, Member
from amends.escalations import customer_view, threads
from amends.escalations.actions import incoming
from amends.escalations.models import Escalation, Incoming
from tests import make
from tests.escalations.mail.writing import NOW, answer_address, arrives, brightwater, comes, in_case, letter
from tests.escalations.reading import HOUR, refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


@pytest.fixture
def nadia() -> Member:
    return make.member("Nadia Second", Role.MANAGER, email="nadia@fernhill.example")


@pytest.fixture
def sorter(case: Escalation) -> Actor:
    return case.account.csm.as_actor()


def on_their_page(case: Escalation) -> list[str]:
    """The words of all mails that the customer reads there."""
    assert case.contact
    return [said.text for said in customer_view.of(case, case.contact, NOW + HOUR).said]


def test_what_one_of_us_wrote_is_put_into_a_case_as_their_note(case: Escalation, nadia: Member, sorter: Actor):
    came = arrives("Offer a tenth.", sender="nadia@fernhill.example", to=answer_address(case), files={"a.txt": b"line"})

    incoming.file(came, case, by=sorter, now=NOW + HOUR)

    note = case.notes.get()
    assert (note.text, note.by, note.attachments.get().name) == ("Offer a tenth.", nadia, "a.txt")
    came.refresh_from_db()
    assert (came.state, came.settled_by) == ("filed", case.account.csm)
    assert (in_case(case), on_their_page(case)) == ([], [])
    assert not Contact.objects.filter(email=nadia.email).exists()


def test_their_next_answer_to_a_notice_is_a_note_too(case: Escalation, nadia: Member, sorter: Actor):
    incoming.file(arrives("One.", sender=nadia.email), case, by=sorter, now=NOW)

    arrives("Their CTO is furious.", sender=nadia.email, to=answer_address(case, nadia))

    assert [note.text for note in case.notes.order_by("id")] == ["One.", "Their CTO is furious."]
    assert on_their_page(case) == []


def test_who_is_one_of_us_and_a_contact_is_one_of_us(case: Escalation, nadia: Member, sorter: Actor):
    """From before that was refused."""
    contact = make.contact(case.account, "Nadia Second", email=nadia.email)
    before = arrives("Before.", sender=nadia.email)
    Incoming.objects.filter(pk=before.pk).update(contact=contact, account=case.account)

    arrives("An answer.", sender=nadia.email.upper(), to=answer_address(case, nadia))
    incoming.file(before, case, by=sorter, now=NOW + HOUR)

    assert threads.sender(nadia.email, [case]) == threads.Sender(member=nadia)
    assert [note.text for note in case.notes.order_by("id")] == ["An answer.", "Before."]
    assert on_their_page(case) == []


def test_what_waits_names_the_case_that_one_of_us_wrote_about(case: Escalation, nadia: Member):
    came = arrives("Offer a tenth.", sender=nadia.email, to=answer_address(case))

    assert came.why == (
        f"Nadia Second wrote about {case.key}, but not in answer to a notice of their own. "
        "Put it there as their note, if it is from them."
    )


def test_a_mail_of_one_of_us_opens_no_escalation(case: Escalation, nadia: Member, sorter: Actor):
    came = arrives("They are unhappy.", sender=nadia.email)

    with refuses("That is one of us. Open it by hand, and put this mail into it as a note of Nadia Second."):
        incoming.open_from(came, case.account, by=sorter, now=NOW)

    assert Escalation.objects.get() == case
    assert not Contact.objects.filter(email=nadia.email).exists()


def test_nobody_notes_by_mail_in_a_case_that_they_may_not_see(case: Escalation, sorter: Actor):
    sam = make.member("Sam Seat", Role.SALES)
    came = arrives("I heard something.", sender=sam.email)

    with refuses(f"Sam Seat may not see {case.key}."):
        incoming.file(came, case, by=sorter, now=NOW)
    make.seat(case.account, sam)
    incoming.file(came, case, by=sorter, now=NOW)

    assert case.notes.get().by == sam


@pytest.mark.parametrize("judged", ["dmarc=fail", "dmarc=pass header.from=evil.example"])
def test_a_mail_that_one_of_us_did_not_write_is_no_note_of_theirs(
    case: Escalation, nadia: Member, sorter: Actor, judged: str
):
    mail = letter("Refund them.", sender=nadia.email, Authentication_Results=f"mx.fernhill.example; {judged}")
    came = comes(mail)

    with refuses("Nobody can tell whether Nadia Second wrote this."):
        incoming.file(came, case, by=sorter, now=NOW)

    assert (came.state, case.notes.count(), in_case(case)) == ("stranger", 0, [])


def test_a_mail_of_one_of_us_and_of_somebody_else_is_no_note(case: Escalation, nadia: Member, sorter: Actor):
    came = arrives("Refund them.", sender=f"{nadia.email}, eve@evil.example")

    with refuses("Nobody can tell whether Nadia Second wrote this."):
        incoming.file(came, case, by=sorter, now=NOW)


def test_who_was_one_of_us_may_work_for_the_customer_by_now(case: Escalation, nadia: Member, sorter: Actor):
    Member.objects.filter(pk=nadia.pk).update(is_active=False)
    came = arrives("I am with them since May.", sender=nadia.email)

    incoming.file(came, case, by=sorter, now=NOW)

    assert case.account.contacts.filter(email=nadia.email).exists()
