"""A promise is kept by a word that goes to whom it was made, by mail or on the phone."""

import pytest

from amends.directory.actor import Role
from amends.escalations.actions import corrections, leave_outs, promises, updates
from amends.escalations.actions.leave_outs import Leave
from tests import make
from tests.escalations.meetings.planned import hold, plan
from tests.escalations.noticing import begun, tells_all
from tests.escalations.reading import DAY, HOUR, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
FIGURES = "Corrected stock figures"


@pytest.fixture
def case():
    """Reported by Maria; Rui, who need not be told, was promised figures."""
    escalation = make.escalation()
    make.contact(escalation.account, "Rui Costa")
    return escalation


def rui(case):
    return case.account.contacts.get(name="Rui Costa")


def promised(case, to, **more):
    by = case.handler.as_actor()
    return promises.make(case, what=FIGURES, to=to, due_at=NOW + DAY, by=by, now=NOW, **more)


def send(case, to, keeps, **more):
    return updates.send(
        case, text="They are attached.", to=to, keeps=keeps, by=case.handler.as_actor(), now=NOW + HOUR, **more
    )


def status(promise):
    promise.refresh_from_db()
    return promise.status


@pytest.mark.parametrize("kind", ["deliverable", "fix_date", "next_update"])
def test_what_was_promised_to_somebody_who_does_not_get_it_is_not_kept(case, kind):
    figures = promised(case, rui(case), kind=kind)

    with refuses(
        "“Corrected stock figures” was promised to Rui Costa, who does not get this. "
        "Choose them too, or leave it open.",
        field="keeps",
    ):
        send(case, [case.contact], [figures])

    assert status(figures) == "open" and not case.updates.exists()
    send(case, [case.contact, rui(case)], [figures])
    assert status(figures) == "kept"


def test_the_next_update_of_the_rhythm_is_somebodys_too(case):
    by = case.handler.as_actor()
    updates.log(case, channel="call", text="We are on it.", contact=rui(case), at=NOW, by=by, now=NOW)
    case.promises.open().update(to=rui(case))

    with refuses("“An update on where we stand” was promised to Rui Costa", field="keeps"):
        send(case, [case.contact], case.promises.open())


def test_any_word_acknowledges(case):
    case.promises.update(to=rui(case))
    owed = case.promises.get()

    send(case, [case.contact], [owed])

    assert status(owed) == "kept"


def test_what_was_promised_to_somebody_whom_a_mail_cannot_reach_may_be_kept(case):
    gone, mute = make.contact(case.account, "Gone Gil"), make.contact(case.account, "Mute Mia", email="")
    both = [promised(case, gone), promised(case, mute)]
    gone.has_left = True
    gone.save()

    send(case, [case.contact], both)

    assert {status(each) for each in both} == {"kept"}


def test_what_was_promised_to_somebody_who_is_left_out_for_a_reason_may_be_kept(case):
    must = make.contact(case.account, "Ana Lima", must_hear=True)
    before, with_it = promised(case, must), promised(case, must)
    left = [Leave(must, "On leave", NOW.date() + 2 * DAY)]

    send(case, [case.contact], [with_it], leaving_out=left)
    send(case, [case.contact], [before])
    assert {status(before), status(with_it)} == {"kept"}

    # Told again, they have what they were promised.
    third = promised(case, must)
    leave_outs.tell_again(case, contact=must, by=case.handler.as_actor(), now=NOW + HOUR)
    with refuses("Ana Lima should be told of this.", field="to"):
        send(case, [case.contact], [third])


def called(case, contact, keeps, *, now=NOW + HOUR):
    by = case.handler.as_actor()
    return updates.log(case, channel="call", text="Read out.", contact=contact, keeps=keeps, at=now, by=by, now=now)


def test_a_call_keeps_what_was_promised_to_whom_it_was_with_and_nothing_of_anybody_else(case):
    figures = promised(case, rui(case))

    with refuses(
        "“Corrected stock figures” was promised to Rui Costa, and this was said to Maria Duarte. "
        "Log by itself what Rui Costa was told, or leave it open.",
        field="keeps",
    ):
        called(case, case.contact, [figures])

    assert status(figures) == "open" and not case.updates.exists()
    called(case, rui(case), [figures])
    assert status(figures) == "kept"


def test_any_call_acknowledges_and_one_with_nobody_by_name_keeps_what_one_says(case):
    figures = promised(case, rui(case))
    owed = case.promises.get(kind="acknowledgement")
    case.promises.filter(pk=owed.pk).update(to=rui(case))

    called(case, case.contact, [owed])
    assert status(owed) == "kept" and status(figures) == "open"
    called(case, None, [figures])
    assert status(figures) == "kept"


def test_a_call_may_keep_what_was_promised_to_somebody_who_has_left_or_is_left_out(case):
    gone, must = make.contact(case.account, "Gone Gil"), make.contact(case.account, "Ana Lima", must_hear=True)
    both = [promised(case, gone), promised(case, must)]
    gone.has_left = True
    gone.save()
    by = case.handler.as_actor()
    leave_outs.leave_out(case, contact=must, reason="On leave", until=NOW.date() + 2 * DAY, by=by, now=NOW)

    called(case, case.contact, both)

    assert {status(each) for each in both} == {"kept"}


@pytest.mark.parametrize(("to", "stands"), [("Rui Costa", "kept"), ("Maria Duarte", "open")])
def test_a_call_that_was_with_somebody_else_after_all_kept_nothing_of_theirs(case, to, stands):
    figures, by = promised(case, rui(case)), case.handler.as_actor()
    update = called(case, rui(case), [figures])

    corrections.correct(
        update,
        reason="Mixed up.",
        channel="call",
        text="Read out to them.",
        at=NOW + HOUR,
        contact=case.account.contacts.get(name=to),
        by=by,
        now=NOW + 2 * HOUR,
    )

    assert status(figures) == stands
    assert figures.what in {promise.what for promise in case.promises.open()} or stands == "kept"


def test_a_meeting_is_kept_by_holding_it_whoever_of_them_came(case):
    meeting = plan(case, contacts=[case.contact, rui(case)])
    assert meeting.promise.to == case.contact
    came = [attendance.pk for attendance in meeting.attendances.exclude(contact=case.contact)]

    hold(meeting, came=came)
    assert meeting.held_update.contact == rui(case) and status(meeting.promise) == "kept"
    said = {"reason": "Ana came.", "channel": "meeting", "text": "We talked.", "at": meeting.held_at}
    ana = make.contact(case.account, "Ana Lima")
    new = corrections.correct(meeting.held_update, **said, contact=ana, by=case.handler.as_actor(), now=NOW + DAY)

    assert (status(meeting.promise), meeting.promise.kept_by) == ("kept", new)


def test_a_notice_of_a_cause_leaves_open_what_was_promised_to_somebody_whom_it_does_not_reach(case):
    cause = make.cause(of=case)
    by = case.handler.as_actor()
    updates.log(case, channel="call", text="We are on it.", contact=rui(case), at=NOW, by=by, now=NOW)
    routine = case.promises.open().get()
    case.promises.open().update(to=rui(case))

    notice = begun(cause, make.member(role=Role.MANAGER), [case.account])
    tells_all(notice, NOW + HOUR)

    assert notice.parts.get().outcome == "told"
    assert status(routine) == "open"
