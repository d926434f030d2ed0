"""Who writes, and what they may do by it: contacts, their colleagues, strangers, our own people."""

from __future__ import annotations

import pytest

from amends.directory.actor import MAILBOX, Role
from amends.directory.models import Contact
from amends.escalations.actions import incoming, updates
from amends.escalations.actions.files import MB
from amends.escalations.models import Escalation, Incoming
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import NOW, answer_address, arrives, brightwater, comes, in_case, letter
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, letters_to, refuses
from tests.escalations.saying import sent

pytestmark = pytest.mark.django_db
CONSULTANT = "Otto <otto@consultant.example>"


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


# Customers


def test_a_colleague_of_the_same_domain_becomes_a_contact(case: Escalation):
    arrives(to=answer_address(case), sender="Joana Reis <Joana@IT.brightwater.example>")

    joana = Contact.objects.get(name="Joana Reis")
    assert (joana.account, joana.email) == (case.account, "Joana@IT.brightwater.example")
    assert case.updates.get(direction="in").contact == joana


def test_what_came_in_is_told_to_the_handler_with_their_words_and_is_heard(case: Escalation):
    arrives("The whole warehouse stands still.", to=answer_address(case))

    told = letters_to(case.handler)[-1]
    assert "Maria Duarte wrote" in told.letter["subject"]
    assert "The whole warehouse stands still." in str(told.letter)
    case.refresh_from_db()
    assert (case.last_heard_at, kinds_of(case)[-1]) == (NOW, "update.arrived")


def test_only_what_is_new_is_filed_and_all_of_it_is_kept(case: Escalation):
    came = arrives(
        "No, it did not help.\n\nOn Thu, 19 Nov 2026, Tom wrote:\n> Does it help?\n", to=answer_address(case)
    )

    assert in_case(case) == ["No, it did not help."]
    assert "> Does it help?" in came.text


def test_a_contact_of_two_accounts_speaks_for_that_of_the_thread(case: Escalation):
    other = make.account("Brightwater Retail")
    make.contact(other, email="maria@brightwater.example")

    assert arrives(to=answer_address(case)).account == case.account
    assert len(in_case(case)) == 1


def test_of_a_domain_of_two_accounts_somebody_says_which_it_is():
    brightwater()
    make.account("Brightwater Retail", mail_domains=["brightwater.example"])

    came = arrives(sender="new@brightwater.example")

    assert (came.state, came.account) == ("to sort", None)
    assert came.why == "Several accounts have this domain: Brightwater Foods, Brightwater Retail."


def test_a_domain_that_only_ends_alike_is_another(case: Escalation):
    assert arrives(sender="eve@notbrightwater.example").state == "stranger"
    assert arrives(sender="eve@brightwater.example.evil.example").state == "stranger"


def test_who_has_left_and_writes_all_the_same_is_still_who_they_were(case: Escalation):
    old = make.contact(case.account, "Old Hand", email="old@brightwater.example", has_left=True)

    assert arrives(to=answer_address(case), sender="old@brightwater.example").state == "filed"

    assert case.updates.get(direction="in").contact == old


# Strangers


def test_a_stranger_is_quarantined_and_nobody_is_written_to(case: Escalation):
    before = Delivery.objects.count()

    came = arrives("Buy now", sender=CONSULTANT)

    assert (came.state, Delivery.objects.count()) == ("stranger", before)
    assert came.why == "Nobody of this address, and no account with its domain, is known here."


def test_an_outsider_who_knows_the_address_of_a_case_or_its_key_is_quarantined(case: Escalation):
    came = arrives(to=answer_address(case), subject=f"Re: {case.key}", sender=CONSULTANT)

    assert (came.state, came.escalation, in_case(case)) == ("stranger", case, [])


def test_a_known_contact_in_the_case_of_another_account_is_quarantined(case: Escalation):
    other = make.escalation(of=make.account("Somebody Else"))
    other.contact.email = "eve@elsewhere.example"
    other.contact.save()

    came = arrives(to=answer_address(other))

    assert (came.state, in_case(other)) == ("stranger", [])
    assert came.why == "They write about a case of another account than theirs."


@pytest.mark.parametrize("who", ["Maria Duarte <maria@brightwater.example>", "Tom Okafor <tom@fernhill.example>"])
def test_who_was_forged_is_quarantined_whoever_it_claims_to_be(case: Escalation, who: str):
    make.member("Tom Okafor", email="tom@fernhill.example")
    judged = "mx.fernhill.example; spf=pass; dmarc=fail (p=none) header.from=brightwater.example"

    came = arrives(to=answer_address(case), sender=who, Authentication_Results=judged)

    assert (came.state, in_case(case)) == ("stranger", [])
    assert "was not written by who it says it was" in came.why


def test_only_the_judgement_on_top_counts_and_what_a_mail_brings_along_does_not(case: Escalation):
    mail = letter(to=answer_address(case), Authentication_Results="elsewhere.example; dmarc=fail").as_bytes()

    came = comes(b"Authentication-Results: mx.fernhill.example; dmarc=pass\r\n" + mail)

    assert came.state == "filed"


def judged(mail: bytes, judgement: str) -> Incoming:
    """It comes in with the receiving server’s own judgement on top."""
    return comes(b"Authentication-Results: mx.fernhill.example; %b\r\n" % judgement.encode() + mail)


@pytest.mark.parametrize("name", ["maria@brightwater.example", '"Maria <maria@brightwater.example>"'])
def test_an_address_that_is_only_a_name_speaks_for_nobody(case: Escalation, name: str):
    mail = letter(to=answer_address(case)).as_bytes()
    mail = mail.replace(b"Maria Duarte <maria@brightwater.example>", f"{name} <eve@evil.example>".encode())

    came = judged(mail, "dmarc=pass header.from=evil.example")

    assert (came.state, came.sender_address, in_case(case)) == ("stranger", "eve@evil.example", [])


@pytest.mark.parametrize(
    ("domain", "state"),
    [
        ("brightwater.example", "filed"),
        ("BRIGHTWATER.example", "filed"),
        ("example.com", "stranger"),
        ("water.example", "stranger"),
    ],
)
def test_a_judgement_holds_for_the_domain_that_was_judged_alone(case: Escalation, domain: str, state: str):
    came = judged(letter(to=answer_address(case)).as_bytes(), f"spf=pass; dmarc=pass (p=reject) header.from={domain}")

    assert came.state == state


def test_who_writes_below_the_domain_that_was_judged_is_of_it(case: Escalation):
    mail = letter(to=answer_address(case), sender="joana@it.brightwater.example").as_bytes()

    assert judged(mail, "dmarc=pass header.from=brightwater.example").state == "filed"


@pytest.mark.parametrize(
    "wrote",
    [
        "From: Maria",
        "From: eve@evil.example\r\nFrom: maria@brightwater.example",
        "From: maria@brightwater.example, e@x.y",
    ],
)
def test_what_nobody_or_people_of_several_domains_wrote_is_believed_of_none(case: Escalation, wrote: str):
    mail = letter(to=answer_address(case), Sender="maria@brightwater.example").as_bytes()

    came = comes(mail.replace(b"From: Maria Duarte <maria@brightwater.example>", wrote.encode()))

    assert (came.state, in_case(case)) == ("stranger", [])
    assert "nobody can tell who did" in came.why


def test_two_of_one_house_may_write_together(case: Escalation):
    both = "Maria <maria@brightwater.example>, Joana <joana@brightwater.example>"

    assert arrives(to=answer_address(case), sender=both).state == "filed"


# Sorting


def test_who_sorts_puts_it_into_a_case_and_its_files_with_it(case: Escalation):
    came = arrives("See the list.", sender=CONSULTANT, files={"list.csv": b"order,times\n1,2\n"})

    incoming.file(came, case, by=case.account.csm.as_actor(), now=NOW + HOUR)

    came.refresh_from_db()
    assert (came.state, came.settled_by, in_case(case)) == ("filed", case.account.csm, ["See the list."])
    assert case.updates.get(direction="in").attachments.get().name == "list.csv"
    assert Contact.objects.get(email="otto@consultant.example").account == case.account


def test_it_is_filed_once_and_one_that_was_seen_to_is_not_sorted_again(case: Escalation):
    came = arrives(sender=CONSULTANT)
    incoming.file(came, case, by=case.account.csm.as_actor(), now=NOW)

    with refuses("seen to this mail already"):
        incoming.file(came, case, by=case.account.csm.as_actor(), now=NOW)
    with refuses("seen to this mail already"):
        incoming.open_from(came, case.account, by=case.account.csm.as_actor(), now=NOW)
    with refuses("seen to this mail already"):
        incoming.set_aside(came, reason="Spam", by=case.account.csm.as_actor(), now=NOW)
    assert len(in_case(case)) == 1


def test_it_becomes_an_escalation_of_an_account_that_somebody_names(case: Escalation):
    came = arrives("All is down.", sender=CONSULTANT, subject="Down")

    opened = incoming.open_from(came, case.account, by=case.account.csm.as_actor(), now=NOW + HOUR)

    assert (opened.reason, opened.account, opened.reported_at) == ("Down", case.account, NOW)
    assert in_case(opened) == ["All is down."]


def test_it_is_set_aside_with_a_reason_and_stays_to_be_read_and_sorted(case: Escalation):
    came = arrives(sender=CONSULTANT)
    with refuses("Say why", field="reason"):
        incoming.set_aside(came, reason=" ", by=case.account.csm.as_actor(), now=NOW)

    incoming.set_aside(came, reason="An advertisement", by=case.account.csm.as_actor(), now=NOW)
    assert Incoming.objects.get(pk=came.pk).state == "set aside"

    incoming.file(came, case, by=case.account.csm.as_actor(), now=NOW)
    assert len(in_case(case)) == 1


def test_who_may_not_sort_mail_sorts_none(case: Escalation):
    came, sales = arrives(sender=CONSULTANT), make.member(role=Role.SALES).as_actor()

    with forbids():
        incoming.set_aside(came, reason="x", by=sales, now=NOW)
    with forbids():
        incoming.file(came, case, by=sales, now=NOW)
    with forbids("may only read"):
        incoming.open_from(came, case.account, by=make.member(role=Role.EXECUTIVE).as_actor(may_write=False), now=NOW)


# Our own


def test_one_of_us_who_answers_a_notice_writes_a_note_with_its_files(case: Escalation):
    came = arrives(
        "Priya knows more.",
        sender=f"Tom <{case.handler.email}>",
        to=answer_address(case, case.handler),
        files={"log.txt": b"line"},
    )

    note = case.notes.get()
    assert (came.state, note.text, note.by) == ("filed", "Priya knows more.", case.handler)
    assert note.attachments.get().name == "log.txt"
    assert in_case(case) == []


def test_a_note_by_mail_goes_nowhere_near_the_customer(case: Escalation):
    arrives("Their CTO is furious.", sender=case.handler.email, to=answer_address(case, case.handler), subject="Secret")
    arrives("We are waiting.", to=answer_address(case))

    sent(case, now=NOW + HOUR, text="We found it.")
    updates.send_no_news(case, by=case.handler.as_actor(), now=NOW + 2 * HOUR)

    mails = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER)
    assert mails.count() == 2
    for mail in mails:
        assert not [word for word in ("furious", "Secret", case.reason) if word in f"{mail.letter}"]


def test_our_own_name_over_a_mail_is_not_enough_for_a_note(case: Escalation):
    nadia = make.member("Nadia Second", email="nadia@fernhill.example")
    for to in (answer_address(case), answer_address(case, nadia)):
        came = arrives("Refund them.", sender=case.handler.email, to=to)
        assert (came.state, case.notes.count()) == ("to sort", 0)

    came = arrives("About nothing", sender=case.handler.email)
    assert "about no case" in came.why


def test_the_same_answer_of_ours_that_comes_twice_is_one_note(case: Escalation):
    mail = letter("Once.", sender=case.handler.email, to=answer_address(case, case.handler)).as_bytes()

    comes(mail)
    comes(b"Received: from elsewhere\r\n" + mail)

    assert case.notes.get().text == "Once."


# What is too much, or broken


def test_more_than_thirty_a_day_from_one_address_are_held_and_shown_and_none_is_lost(case: Escalation):
    came = [arrives(f"Number {number}", to=answer_address(case)) for number in range(33)]

    assert [mail.state for mail in came] == ["filed"] * 30 + ["to sort"] * 3
    assert "More than 30 mails" in came[-1].why
    # Others of the same account are not held up, and the next day nor are they.
    assert arrives(to=answer_address(case), sender="joana@brightwater.example").state == "filed"
    assert arrives(to=answer_address(case), now=NOW + DAY + HOUR).state == "filed"


def test_a_file_that_we_do_not_take_is_named_and_keeps_nothing_else_out(case: Escalation):
    came = arrives(
        "Three files.",
        to=answer_address(case),
        files={"run.exe": b"MZ" + bytes(100), "big.txt": b"x" * (11 * MB), "../../list.csv": b"a,b\n1,2\n"},
    )

    kept = case.updates.get(direction="in").attachments.all()
    assert [file.name for file in kept] == ["list.csv"]
    assert len(came.left_out) == 2
    assert "run.exe" in came.left_out[0] and "big.txt" in came.left_out[1]


def test_scripts_in_body_subject_and_names_are_text_and_nothing_else(case: Escalation):
    evil = "<script>alert(1)</script>"
    mail = letter("Hello", to=answer_address(case), subject=evil, sender=f'"{evil}" <eve@brightwater.example>')
    mail.add_alternative(f"<p onclick='x()'>Hello</p>{evil}<img src='https://spy.example/1.gif'>", subtype="html")

    came = comes(mail)

    assert came.state == "filed"
    assert not [bad for bad in ("script", "onclick", "spy.example") if bad in came.html]


def test_a_mail_that_cannot_be_put_anywhere_is_parked_with_its_reason_and_the_next_is_on_time(case: Escalation):
    kept = incoming.keep(letter(sender="nobody").as_bytes(), came_by="desk", by=MAILBOX, now=NOW)
    fine = arrives("The next.", to=answer_address(case))

    kept.refresh_from_db()
    assert (kept.state, kept.why, fine.state) == ("parked", "This mail does not say who sent it.", "filed")
    with refuses("does not say who sent it"):
        incoming.file(kept, case, by=case.account.csm.as_actor(), now=NOW)
