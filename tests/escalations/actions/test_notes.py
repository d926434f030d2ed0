"""What is said inside a case: who may, who hears, and that the customer never does."""

import pytest
from django.db import transaction

from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations import access
from amends.escalations.actions import endings, files, notes, updates
from amends.escalations.actions.files import File
from amends.escalations.models import Escalation, Note, Notice
from amends.escalations.standing import one_of_us
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import HOUR, forbids, kinds_of, letters_to, refuses
from tests.racing import meanwhile

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


def test_a_note_is_on_the_timeline_with_its_words(escalation):
    tom = escalation.account.csm

    note = notes.write(escalation, text="  Priya compares\r\nthe orders.\n", by=tom.as_actor(), now=NOW)

    assert (note.text, note.by, note.at) == ("Priya compares\nthe orders.", tom, NOW)
    event = escalation.events.first()
    assert (event.kind, event.words) == ("note.written", {"note": note.pk})
    assert event.personal.words == {"text": note.text}


def test_whoever_sees_the_case_may_note_and_who_may_only_read_may_not(escalation):
    for role in Role:
        assert notes.write(escalation, text="Seen.", by=make.member(role=role).as_actor(), now=NOW)
    with forbids("only read"):
        notes.write(escalation, text="Seen.", by=make.member().as_actor(may_write=False), now=NOW)


def test_a_note_can_be_written_when_it_is_over_and_wakes_no_clock(escalation):
    endings.withdraw(escalation, reason="A drill", by=escalation.handler.as_actor(), now=NOW)

    notes.write(escalation, text="For the record: it was a drill.", by=escalation.handler.as_actor(), now=NOW)

    assert kinds_of(escalation)[-1] == "note.written"
    assert Escalation.objects.get(pk=escalation.pk).next_look_at is None


def test_history_that_nobody_adopted_takes_no_notes(escalation):
    Escalation.objects.filter(pk=escalation.pk).update(imported_key="k", next_look_at=None)

    with refuses("Adopt it first"):
        notes.write(escalation, text="x", by=escalation.handler.as_actor(), now=NOW)


def test_who_is_mentioned_gets_the_words_by_mail_with_a_notice_and_sees_the_case_from_then_on(escalation):
    petra = make.member("Petra Lang", Role.RESPONDER)
    with pytest.raises(access.NotFound):
        access.find(escalation.key, seen_by=petra.as_actor())

    note = notes.write(
        escalation, text="@Petra Lang, can you\nlook?\n\nToday.", by=escalation.handler.as_actor(), now=NOW
    )

    assert list(note.mentions.all()) == [petra]
    assert access.find(escalation.key, seen_by=petra.as_actor()) == escalation
    assert Notice.objects.get(member=petra).event == escalation.events.first()
    (delivery,) = letters_to(petra)
    assert delivery.letter["subject"] == f"{escalation.key} {escalation.account}: Ruth Adeyemi mentioned you"
    assert delivery.letter["paragraphs"] == ["@Petra Lang, can you\nlook?", "Today."]


def test_nobody_else_gets_a_mail_and_nobody_one_of_their_own_note(escalation):
    before = Delivery.objects.count()

    notes.write(escalation, text="@Ruth Adeyemi: done.", by=escalation.handler.as_actor(), now=NOW)

    assert Delivery.objects.count() == before


def test_a_mention_of_somebody_who_has_left_or_could_be_several_is_refused(escalation):
    make.member("Petra Lang")
    by = escalation.handler.as_actor()
    Member.objects.filter(name="Petra Lang").update(is_active=False)
    with refuses("Petra Lang is not here any more", "text"):
        notes.write(escalation, text="Ask @petra", by=by, now=NOW)

    one, other = make.member("Petra Novak"), make.member("Petra Sousa")
    with refuses("“@petra” could be Petra Novak or Petra Sousa: write the whole name.", "text"):
        notes.write(escalation, text="Ask @petra", by=by, now=NOW)
    assert not Note.objects.exists()

    assert list(notes.write(escalation, text="@petra", mentions=[other], by=by, now=NOW).mentions.all()) == [other]
    assert list(notes.write(escalation, text="@Petra Novak", by=by, now=NOW).mentions.all()) == [one]


@pytest.mark.django_db(transaction=True)
def test_two_who_mention_the_same_people_in_another_order_do_not_wait_for_each_other(escalation):
    ana, ben = make.member("Ana Silva"), make.member("Ben Ford")
    by = escalation.handler.as_actor()

    def mentions_both() -> None:
        notes.write(Escalation.objects.get(pk=escalation.pk), text="@Ben Ford and @Ana Silva", by=by, now=NOW)

    with meanwhile(mentions_both) as begins, transaction.atomic():
        one_of_us(ana, "text")
        begins()
        one_of_us(ben, "text")

    assert set(Note.objects.get().mentions.all()) == {ana, ben}


def test_a_note_needs_words_of_a_length_and_a_problem_of_this_case(escalation):
    by = escalation.handler.as_actor()
    elsewhere = make.escalation(of=make.account("Moss & Co"), problems=("Slow",))

    with refuses("There is no text yet", "text"):
        notes.write(escalation, text=" \n ", by=by, now=NOW)
    with refuses("20,000 characters are the most", "text"):
        notes.write(escalation, text="x" * 20_001, by=by, now=NOW)
    with refuses("another escalation", "problem"):
        notes.write(escalation, text="x", problem=elsewhere.problems.get(), by=by, now=NOW)


def test_a_note_keeps_its_files_or_nothing_at_all(escalation):
    by = escalation.handler.as_actor()

    with refuses("is a web page", "files"):
        notes.write(
            escalation,
            text="See these.",
            files=[File("a.txt", b"fine"), File("b.txt", b"<html>")],
            by=by,
            now=NOW,
        )
    assert not Note.objects.exists()

    note = notes.write(escalation, text="See this.", files=[File("a.txt", b"fine")], by=by, now=NOW)
    assert [(file.name, file.kind, file.size) for file in note.attachments.all()] == [("a.txt", "text/plain", 4)]
    assert bytes(note.attachments.get().content.content) == b"fine"


def test_nothing_of_a_note_or_its_files_gets_anywhere_near_the_customer(escalation):
    by = escalation.handler.as_actor()
    notes.write(escalation, text="A secret among us", files=[File("secret.txt", b"secret")], by=by, now=NOW)
    files.attach(escalation, name="secret.txt", content=b"secret", by=by, now=NOW)

    updates.send(escalation, text="We are on it.", to=[escalation.contact], by=by, now=NOW)
    updates.send_no_news(escalation, by=by, now=NOW + HOUR)

    outside = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER)
    assert outside.count() == 2
    assert not any("secret" in str(delivery.letter) for delivery in outside)
