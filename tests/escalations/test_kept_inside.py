"""What is written for us alone stays inside: the database refuses to let it out, past every act."""

import pytest
from django.db import Error, connection, transaction

from amends.escalations import kept_inside
from amends.escalations.actions import updates
from amends.escalations.models import InsidePart, Update
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import HOUR

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
SECRET = "Their renewal is worth 412,000 €,\n\nand Über-Admin Ruth wants “no mention” of it."


@pytest.fixture
def told():
    """An update with something for the team alone."""
    escalation = make.escalation()
    return updates.send(
        escalation,
        text="Dear Maria,\n\nwe found it.",
        to=[escalation.contact],
        for_team=SECRET,
        by=escalation.handler.as_actor(),
        now=NOW + HOUR,
    )


def posted(subject, letter, audience="customer"):
    """A delivery that somebody writes by hand."""
    Delivery.objects.create(
        identity=f"by hand {Delivery.objects.count()}",
        audience=audience,
        address="maria@brightwater.example",
        subject=subject,
        letter=letter,
        message_id="<1@desk.example>",
        posted_at=NOW,
        next_try_at=NOW,
    )


def is_refused(act):
    try:
        with transaction.atomic():
            act()
    except Error as error:
        return kept_inside.REFUSED in str(error)
    return False


@pytest.mark.parametrize(
    "letter",
    [
        {"subject": "Hello", "paragraphs": ["Dear Maria,", *SECRET.split("\n\n")]},
        {"subject": SECRET, "paragraphs": []},
        {"paragraphs": [f"See below.\r\n> {SECRET.upper()}"]},
        {"facts": [["Worth", SECRET]]},
        {"words": SECRET, "sections": []},
        {"sections": [["Today", [["What they say", "https://x", SECRET]]]]},
    ],
)
def test_no_letter_to_the_customer_holds_it_wherever_it_stands(told, letter):
    assert is_refused(lambda: posted(told.escalation.subject, letter))


def test_what_is_posted_inside_may_hold_it_and_another_case_has_secrets_of_its_own(told):
    letter = {"paragraphs": [SECRET]}

    assert not is_refused(lambda: posted(told.escalation.subject, letter, audience="inside"))
    assert not is_refused(lambda: posted(make.escalation().subject, letter))
    assert not is_refused(lambda: posted("", letter))


def test_a_letter_is_not_changed_into_one_that_holds_it(told):
    mail = Delivery.objects.get(audience="customer")
    notice = Delivery.objects.filter(audience="inside", letter__icontains="412,000").first()
    leaking = mail.letter | {"words": SECRET}

    assert is_refused(lambda: Delivery.objects.filter(pk=mail.pk).update(letter=leaking))
    assert is_refused(lambda: Delivery.objects.filter(pk=notice.pk).update(audience="customer"))


def test_nor_does_an_update_that_the_customer_reads(told):
    values = {
        "escalation": told.escalation,
        "direction": "out",
        "channel": "mail",
        "at": NOW,
        "logged_at": NOW,
        "text": f"By the way: {SECRET}",
    }

    assert is_refused(lambda: Update.objects.create(**values, is_mailed=True))
    assert not is_refused(lambda: Update.objects.create(**values))
    assert is_refused(lambda: Update.objects.filter(text=values["text"]).update(is_mailed=True))
    assert is_refused(lambda: Update.objects.filter(pk=told.pk).update(text=SECRET))


def test_what_they_have_read_is_nothing_for_us_alone(told):
    read = "We found it, and it is gone: the export was at fault."
    updates.send(
        told.escalation,
        text=f"Dear Maria,\n\n{read}",
        to=[told.escalation.contact],
        by=told.escalation.handler.as_actor(),
        now=NOW + 2 * HOUR,
    )

    assert is_refused(lambda: InsidePart.objects.create(update=told, audience="executives", text=read))
    assert is_refused(lambda: InsidePart.objects.filter(update=told).update(text=read.upper()))


def test_short_words_are_nobodys_secret(told):
    InsidePart.objects.filter(update=told).update(text="Dear Maria, we do.")

    assert not is_refused(lambda: posted(told.escalation.subject, {"paragraphs": ["Dear Maria, we do."]}))


def test_a_secret_of_what_was_merged_is_one_of_the_case_that_goes_on(told):
    into = make.escalation(of=told.escalation.account)
    told.escalation.merged_into = into
    told.escalation.save(update_fields=["merged_into"])

    assert is_refused(lambda: posted(into.subject, {"paragraphs": [SECRET]}))


def test_an_ordinary_notice_is_not_even_looked_at(told):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'letter_keeps_inside'")
            (says,) = cursor.fetchone()
        assert "WHEN (((new.audience)::text = 'customer'::text))" in says
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name LIKE 'letter_keeps_inside_%'")
        found = [sql for (sql,) in cursor.fetchall()]
    assert len(found) == 2
    assert all("WHEN new.audience = 'customer' BEGIN" in sql for sql in found)


def test_acts_compare_as_the_database_does():
    assert kept_inside.stands_in(f"Dear Maria, {SECRET.upper()}", SECRET)
    assert kept_inside.stands_in("the\u00a0renewal\tis worth\r\n412,000", "The renewal is worth 412,000")
    assert not kept_inside.stands_in("Dear Maria, yes of course.", "yes of course")
