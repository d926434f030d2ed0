"""Files in a case: how large, how many, beside what; and that their bytes are kept as they came."""

import hashlib

import pytest

from amends.escalations import around
from amends.escalations.access import NotFound
from amends.escalations.actions import files, merges, notes, updates
from amends.escalations.actions.files import MB, File
from amends.escalations.models import Attachment, FileContent
from tests import make
from tests.escalations.reading import HOUR, forbids, kinds_of, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


@pytest.fixture
def by(escalation):
    return escalation.handler.as_actor()


def test_a_file_is_kept_byte_by_byte_under_a_safe_name(escalation, by):
    content = b"Bestellung, zweimal"

    kept = files.attach(escalation, name="../orders.csv", content=content, by=by, now=NOW)

    assert (kept.name, kept.kind, kept.size) == ("orders.csv", "text/csv", len(content))
    assert kept.fingerprint == hashlib.sha256(content).hexdigest()
    assert bytes(FileContent.objects.get().content) == content
    event = escalation.events.first()
    assert (event.kind, event.words, event.personal.words) == (
        "file.attached",
        {"attachment": kept.pk},
        {"file": "orders.csv"},
    )


def test_a_file_over_the_limit_is_refused_with_what_to_do_instead(escalation, by, settings):
    settings.FILE_LIMIT_MB = 1
    files.attach(escalation, name="a.txt", content=b"x" * MB, by=by, now=NOW)

    with refuses("“b.txt” is larger than 1 MB. Put it where large files are kept", "files"):
        files.attach(escalation, name="b.txt", content=b"x" * (MB + 1), by=by, now=NOW)


def test_a_case_holds_no_more_than_so_many_megabytes_and_another_one_its_own(escalation, by):
    first = files.attach(escalation, name="a.txt", content=b"x", by=by, now=NOW)
    Attachment.objects.filter(pk=first.pk).update(size=files.MOST_OF_A_CASE)
    other = make.escalation(of=make.account("Moss & Co"))

    with refuses("This case holds 200 MB of files, and 200 MB are the most", "files"):
        files.attach(escalation, name="b.txt", content=b"x", by=by, now=NOW)
    assert files.attach(other, name="b.txt", content=b"x", by=by, now=NOW)


def test_so_many_at_once_and_all_of_them_or_none(escalation, by):
    with refuses("10 files at once are the most", "files"):
        notes.write(escalation, text="x", files=[File("a.txt", b"x")] * 11, by=by, now=NOW)
    with refuses("10 files at once are the most", "files"):
        files.attach_all(escalation, files=[File("a.txt", b"x")] * 11, by=by, now=NOW)
    with refuses("is empty", "files"):
        files.attach_all(escalation, files=[File("a.txt", b"x"), File("b.txt", b"")], by=by, now=NOW)
    assert not Attachment.objects.exists()

    files.attach_all(escalation, files=[File("a.txt", b"x"), File("b.txt", b"y")], by=by, now=NOW)
    assert [kind for kind in kinds_of(escalation) if kind == "file.attached"] == ["file.attached"] * 2


def test_who_may_only_read_attaches_nothing(escalation):
    with forbids("only read"):
        files.attach(escalation, name="a.txt", content=b"x", by=make.member().as_actor(may_write=False), now=NOW)


def test_a_file_stands_beside_a_note_of_ones_own_a_logged_update_or_a_problem(escalation, by):
    given = {"name": "a.txt", "content": b"x", "by": by, "now": NOW}
    note = notes.write(escalation, text="Mine", by=by, now=NOW)
    theirs = notes.write(escalation, text="Theirs", by=make.member().as_actor(), now=NOW)
    call = updates.log(escalation, channel="call", text="Spoke.", at=NOW, files=[File("b.txt", b"y")], by=by, now=NOW)
    mail = updates.send(escalation, text="News.", to=[escalation.contact], by=by, now=NOW)
    problem = escalation.problems.get()

    assert files.attach(escalation, note=note, **given).note == note
    assert files.attach(escalation, update=call, **given).update == call
    assert files.attach(escalation, problem=problem, **given).problem == problem
    assert call.attachments.count() == 2
    with refuses("Only who wrote a note"):
        files.attach(escalation, note=theirs, **given)
    with refuses("has left without it", "update"):
        files.attach(escalation, update=mail, **given)


def test_what_belongs_to_another_case_is_refused_and_its_files_are_not_there(escalation, by):
    other = make.escalation(of=make.account("Moss & Co"), problems=("Slow",))
    note = notes.write(other, text="Elsewhere", by=by, now=NOW)
    given = {"name": "a.txt", "content": b"x", "by": by, "now": NOW}

    with refuses("another escalation", "note"):
        files.attach(escalation, note=note, **given)
    with refuses("another escalation", "problem"):
        files.attach(escalation, problem=other.problems.get(), **given)
    theirs = files.attach(other, **given)

    assert around.find_file(other, theirs.pk) == theirs
    for pk in (theirs.pk, 999, 2**70):
        with pytest.raises(NotFound):
            around.find_file(escalation, pk)


def test_files_go_along_with_a_problem_that_is_merged_and_no_other_of_its_case(escalation, by):
    second = make.escalation(of=escalation.account, problems=("Wrong stock",))
    given = {"by": second.handler.as_actor(), "now": NOW}
    problem = second.problems.get()
    on_it = files.attach(second, name="a.txt", content=b"x", problem=problem, **given)
    noted = notes.write(second, text="See", problem=problem, files=[File("b.txt", b"y")], **given)
    of_its_note = noted.attachments.get()
    of_its_case = files.attach(second, name="c.txt", content=b"z", **given)
    other = make.escalation(of=escalation.account, problems=("Slow",))

    merges.merge(second, into=escalation, reason="One cause.", by=by, now=NOW)

    for case in (escalation, second):
        assert [around.find_file(case, file.pk) for file in (on_it, of_its_note)] == [on_it, of_its_note]
    assert around.find_file(second, of_its_case.pk) == of_its_case
    for case, file in [(escalation, of_its_case), (other, on_it), (other, of_its_note), (other, of_its_case)]:
        with pytest.raises(NotFound):
            around.find_file(case, file.pk)


def test_the_same_bytes_again_are_told_and_share_nothing(escalation, by):
    first = files.attach(escalation, name="a.txt", content=b"same", by=by, now=NOW)
    again = files.attach(escalation, name="b.txt", content=b"same", by=by, now=NOW)
    other = make.escalation(of=make.account("Moss & Co"))
    elsewhere = files.attach(other, name="c.txt", content=b"same", by=by, now=NOW)

    assert files.same_before([again]) == {again.pk: first}
    assert files.same_before([elsewhere]) == {}
    assert FileContent.objects.count() == 3
