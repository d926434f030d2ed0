"""Files that go along with an update: kept once, read when the mail leaves, and read back at the other end."""

import pytest

from amends.escalations import enclosures
from amends.escalations.actions import files, notes, updates
from amends.escalations.actions.files import MB, File
from amends.escalations.models import Attachment, FileContent
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
NAME = 'Lager „Süd“ 2026 (1) "final".pdf'


@pytest.fixture
def case(world):
    return make.escalation(now=world.now)


def send(case, now, **more):
    values = {"text": "The count.", "to": [case.contact], "by": case.handler.as_actor()}
    return updates.send(case, **values | {"now": now} | more)


def test_they_arrive_as_they_were_given_to_whoever_gets_the_mail(case, world, mailbox):
    rui = make.contact(case.account, "Rui Costa")
    world.mail_goes_to(mailbox.url)
    given = [File(NAME, PDF), File("count.csv", b"order;count\r\n1;2\n" * 9)]

    update = send(case, world.now, to=[case.contact, rui], files=given)
    world.passes(minutes=1)

    for contact in (case.contact, rui):
        (mail,) = (each for each in mailbox.to(contact.email) if each.subject == update.subject)
        parts = list(mail.message.iter_attachments())
        assert [part.get_filename() for part in parts] == [file.name for file in update.attachments.all()]
        assert [part.get_payload(decode=True) for part in parts] == [file.content for file in given]
        assert [part.get_content_type() for part in parts] == ["application/pdf", "text/csv"]
        assert mail.message.get_content_type() == "multipart/mixed"
        assert mail.message.get_body(("plain",)).get_content().startswith("The count.")
        assert mail.message.get_body(("html",)) is not None
    mailbox.take_all()
    # The bytes stand in the database once, and in no letter.
    assert FileContent.objects.count() == 2
    assert all(len(str(delivery.letter)) < 2_000 for delivery in letters_to(rui))


def test_what_is_in_the_case_already_may_go_along_if_it_belongs_to_nothing_else(case, world):
    by = case.handler.as_actor()
    loose = files.attach(case, name="count.csv", content=b"1;2", by=by, now=world.now)
    noted = notes.write(case, text="x", files=[File("note.csv", b"1;2")], by=by, now=world.now).attachments.get()

    update = send(case, world.now, encloses=[loose])

    assert letters_to(case.contact)[0].letter["encloses"] == [loose.pk] and update.attachments.get() == loose
    for other, says in ((noted, "belongs to something else here"), (loose, "belongs to something else here")):
        with refuses(says, field="files"):
            send(case, world.now, encloses=[other])
    with refuses("is in another case", field="files"):
        send(make.escalation(now=world.now), world.now, encloses=[loose])


def test_more_than_a_mail_takes_is_refused_at_the_files(case, world):
    half = b"x" * (enclosures.MOST // 2 + 1)

    with refuses("larger than 7 MB", field="files"):
        send(case, world.now, files=[File("a.txt", half), File("b.txt", half)])

    assert not Attachment.objects.exists() and enclosures.MOST == 7 * MB


def test_a_mail_whose_file_is_gone_does_not_leave_and_its_author_hears(case, world, mailbox):
    world.mail_goes_to(mailbox.url)
    send(case, world.now, files=[File("count.csv", b"1;2")])
    Attachment.objects.all().delete()

    world.passes(minutes=1)

    (delivery,) = letters_to(case.contact)
    assert delivery.state == Delivery.State.DEAD and "not kept any more" in delivery.trouble
    assert "update.not_delivered" in kinds_of(case) and not mailbox.to(case.contact.email)
    mailbox.take_all()


def test_nothing_is_attached_to_a_mail_afterwards(case, world):
    update = send(case, world.now)

    with refuses("That mail has left without it.", field="update"):
        files.attach(case, name="a.csv", content=b"1", update=update, by=case.handler.as_actor(), now=world.now)
