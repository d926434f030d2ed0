"""What was said of a meeting does not stand: struck it is asked again how it was, corrected it was as it says now."""

from __future__ import annotations

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations import customer_view, duties, invariants
from amends.escalations.actions import corrections, meeting_notes, meetings, updates
from amends.escalations.actions.updates import Next
from amends.escalations.models import Meeting, Update
from tests import make
from tests.escalations.meetings.planned import AT, NOW, a_case, handler, hold, of, plan
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, refuses
from tests.world import World, rings

pytestmark = pytest.mark.django_db


def said_of(meeting: Meeting) -> Update:
    """The word that it was held, as anybody who opens its page finds it."""
    return Update.objects.select_related("escalation").get(held=meeting)


def correct(update: Update, **said: object) -> Update:
    was = {"channel": update.channel, "text": update.text, "at": update.at, "minutes": update.minutes}
    return corrections.correct(update, **was | said, reason="Read again.", by=CLOCK, now=AT + DAY)  # type: ignore[arg-type]


def test_struck_it_is_asked_again_how_it_was_and_its_promise_is_open():
    case = a_case()
    meeting = hold(plan(case), words="They are worn out.", mood="upset", then=Next("The cause", AT + 2 * DAY))
    meeting_notes.waive(meeting, reason="They wrote their own.", by=CLOCK, now=AT + HOUR)

    corrections.strike(said_of(meeting), reason="That was another customer.", by=CLOCK, now=AT + HOUR)

    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.held_at, meeting.settled_at, meeting.held_update) == ("planned", None, None, None)
    assert (meeting.lasted, meeting.mood, meeting.words, meeting.why_no_notes) == (None, "", "", "")
    assert (meeting.promise.status, meeting.promise.kept_by, meeting.notes_due_at) == ("open", None, None)
    assert of(meeting, case.contact).came is None
    assert case.promises.get(what="The cause").status == "released"
    assert (meeting.is_unsettled(AT + HOUR), meeting.awaits_notes) == (True, False)
    assert duties.of(handler(case).as_actor(), AT + HOUR).to_settle == [meeting]
    assert [each.is_held for each in customer_view.of(case, case.contact, AT + HOUR).meetings] == [False]
    assert "meeting.open_again" in kinds_of(case)
    case.refresh_from_db()
    assert case.last_met_at is None
    assert invariants.breaches(AT + HOUR) == []


def test_once_struck_it_is_rung_for_and_held_again_or_called_off(world: World):
    case = a_case()
    first, second = plan(case, starts_at=NOW + HOUR), plan(case, starts_at=NOW + HOUR + MINUTE)
    world.passes(hours=2)
    for meeting in (first, second):
        corrections.strike(said_of(hold(meeting, now=world.now)), reason="Not so.", by=CLOCK, now=world.now)

    world.passes(hours=1)
    asked = {event.words["meeting"] for event in rings(case) if event.kind == "meeting.unsettled"}
    again = hold(Meeting.objects.get(pk=first.pk), now=world.now)

    assert asked == {first.pk, second.pk}
    assert Meeting.objects.get(pk=first.pk).promise.kept_by == said_of(again)
    assert again.notes_due_at == NOW + 7 * HOUR
    assert invariants.breaches(world.now) == []


def test_a_draft_of_its_notes_is_kept():
    case = a_case()
    meeting = hold(plan(case))
    meeting_notes.write(meeting, subject="Our talk", text="Dear Maria,", by=CLOCK, now=AT + HOUR)
    corrections.strike(said_of(meeting), reason="Not so.", by=CLOCK, now=AT + HOUR)

    meeting = hold(Meeting.objects.get(), now=AT + 2 * HOUR)

    assert Meeting.objects.get(pk=meeting.pk).notes.text == "Dear Maria,"


def test_whoever_has_its_notes_has_read_that_it_was_held():
    case = a_case()
    meeting = hold(plan(case))
    notes = meeting_notes.send(meeting, text="Dear Maria,", to=[case.contact], by=CLOCK, now=AT + HOUR)

    with refuses("They have the notes of this meeting"):
        corrections.strike(said_of(meeting), reason="Not so.", by=CLOCK, now=AT + HOUR)
    for otherwise in ({"direction": "in"}, {"channel": "call"}):
        with refuses("They have the notes of this meeting, so it was held. It stays a meeting"):
            correct(said_of(meeting), **otherwise)
    assert Meeting.objects.get().state == "held"

    corrections.take_back(notes, by=CLOCK, now=AT + HOUR)
    corrections.strike(said_of(meeting), reason="Not so.", by=CLOCK, now=AT + HOUR)
    assert Meeting.objects.get().is_planned
    assert invariants.breaches(AT + HOUR) == []


def test_corrected_it_was_as_is_written_down_now():
    case = a_case()
    meeting = hold(plan(case), words="They are worn out.", lasted=20)

    new = correct(said_of(meeting), at=AT + 10 * MINUTE, text="They are angry.", minutes=50)

    meeting = Meeting.objects.get()
    assert (meeting.held_update, meeting.held_at, meeting.lasted) == (new, AT + 10 * MINUTE, 50)
    assert (meeting.words, meeting.notes_due_at) == ("They are angry.", AT + 2 * HOUR)
    assert (meeting.promise.status, meeting.promise.kept_by) == ("kept late", new)
    case.refresh_from_db()
    assert case.last_met_at == AT + 10 * MINUTE
    assert invariants.breaches(AT + DAY) == []
    corrections.strike(new, reason="Not so.", by=CLOCK, now=AT + DAY)
    assert Meeting.objects.get().is_planned


def test_its_own_words_are_not_what_stands_where_nobody_wrote_any():
    case = a_case()
    meeting = hold(plan(case))

    correct(said_of(meeting), minutes=50)

    assert (Meeting.objects.get().words, Meeting.objects.get().lasted) == ("", 50)


@pytest.mark.parametrize("said", [{"direction": "in"}, {"at": NOW - HOUR}, {"channel": "call"}, {"channel": "mail"}])
def test_corrected_to_what_cannot_have_been_it_is_asked_again(said: dict[str, object]):
    case = a_case()
    meeting = hold(plan(case))

    new = correct(said_of(meeting), **said)

    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.promise.status) == ("planned", "open")
    assert invariants.breaches(AT + DAY) == []
    again = hold(meeting, now=AT + DAY)
    assert Meeting.objects.get().promise.kept_by == again.held_update != new


def test_corrected_to_a_call_they_have_not_been_met_and_what_it_promised_stays_promised():
    case = a_case()
    meeting = hold(plan(case), then=Next("The cause", AT + 2 * DAY))

    new = correct(said_of(meeting), channel="call")

    case.refresh_from_db()
    assert (case.last_met_at, case.first_contact_at) == (None, AT)
    assert "meeting.open_again" in kinds_of(case)
    assert case.promises.open().get(what="The cause").made_with == new


def test_corrected_to_before_it_was_given_its_time_it_is_asked_again():
    case = a_case()
    meetings.change(plan(case), starts_at=AT + HOUR, reason="They asked.", by=CLOCK, now=NOW + 2 * HOUR)
    meeting = hold(Meeting.objects.get())

    correct(said_of(meeting), at=NOW + 2 * HOUR - MINUTE)

    assert Meeting.objects.get().is_planned
    assert invariants.breaches(AT + DAY) == []


def test_striking_any_other_word_leaves_the_meeting_as_it_was():
    case = a_case()
    meeting = hold(plan(case))
    word = updates.log(case, channel="meeting", text="x", at=AT + HOUR, by=CLOCK, now=AT + HOUR)

    corrections.strike(word, reason="Not so.", by=CLOCK, now=AT + HOUR)

    assert (Meeting.objects.get().state, case.last_met_at) == ("held", meeting.held_at)


def test_an_invitation_that_reached_nobody_leaves_the_meeting_planned_and_promised():
    case = a_case()
    meeting = plan(case)

    corrections.reached_nobody(meeting.invitations.get(), by=CLOCK, now=NOW + HOUR)
    meeting = Meeting.objects.get()
    assert (meeting.is_planned, meeting.promise.status) == (True, "open")
    meetings.change(meeting, starts_at=AT + DAY, reason="They asked.", by=CLOCK, now=NOW + HOUR)
    corrections.reached_nobody(meeting.invitations.last(), by=CLOCK, now=NOW + HOUR)

    meeting = Meeting.objects.get()
    assert (meeting.promise.status, meeting.promise.due_at) == ("open", AT + DAY)
    assert meeting.promise.moved_from.status == "broken"
    assert invariants.breaches(NOW + HOUR) == []
    corrections.strike(said_of(hold(meeting)), reason="Not so.", by=CLOCK, now=AT + 2 * DAY)
    assert Meeting.objects.get().promise.status == "open"
    assert invariants.breaches(AT + 2 * DAY) == []


# Who hears of it


def test_the_handler_hears_from_somebody_else_how_it_was_and_what_is_owed():
    case, tom = a_case(), make.member("Tom", Role.MANAGER)
    meeting, before = plan(case, also=[tom]), len(letters_to(handler(case)))

    came = [each.pk for each in meeting.attendances.all()]

    meetings.held(meeting, came=came, mood="upset", by=tom.as_actor(), now=meeting.ends_at)

    (letter,) = letters_to(handler(case))[before:]
    assert letter.letter["subject"].endswith("Tom says how a meeting was")
    said = " ".join(letter.letter["paragraphs"])
    assert "Maria Duarte" in said and "They were upset." in said
    assert "Its notes are to be with the customer by Thu 19 Nov, 17:30." in said


def test_whoever_says_how_it_was_and_others_who_were_there_get_no_letter_of_it():
    case, tom = a_case(), make.member("Tom", Role.MANAGER)
    meeting = plan(case, also=[tom])
    before = len(letters_to(handler(case))), len(letters_to(tom))

    hold(meeting)

    assert (len(letters_to(handler(case))), len(letters_to(tom))) == before
