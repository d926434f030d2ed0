"""The one way onto the timeline: who hears, who does not, and that the clock is woken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import CLOCK, Role
from amends.directory.models import Member
from amends.escalations.actions import endings, looks, promises
from amends.escalations.models import Escalation, Mark
from amends.escalations.models.escalation import EPOCH
from amends.escalations.timeline import kinds
from amends.escalations.timeline.audiences import People, around, everyone
from amends.escalations.timeline.record import record
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def test_every_change_wakes_the_clock_and_counts_one_up():
    escalation = make.escalation()
    looks.look_at_due(NOW)
    escalation.refresh_from_db()
    asleep, version = escalation.next_look_at, escalation.version

    promises.make(escalation, what="x", due_at=NOW + HOUR, by=CLOCK, now=NOW)

    fresh = Escalation.objects.get(pk=escalation.pk)
    assert asleep > NOW
    assert (fresh.next_look_at, fresh.version) == (EPOCH, version + 1)


def test_the_clocks_own_events_do_not_wake_it(world):
    escalation = make.escalation()

    world.passes(hours=1)

    escalation.refresh_from_db()
    assert "promise.reminded" in kinds_of(escalation)
    assert escalation.next_look_at > world.now


def test_a_change_of_unadopted_history_wakes_nobody():
    escalation = make.escalation()
    Escalation.objects.filter(pk=escalation.pk).update(imported_key="k", next_look_at=None)
    escalation.refresh_from_db()

    record(kinds.TREND_CHANGED, escalation, by=CLOCK, now=NOW, old="same", new="declining")

    escalation.refresh_from_db()
    assert escalation.next_look_at is None


def test_nobody_is_told_of_what_they_did_themselves():
    escalation = make.escalation()
    ruth, tom = escalation.handler, escalation.account.csm
    before = len(letters_to(ruth))

    endings.resolve(escalation, by=ruth.as_actor(), now=NOW)

    assert len(letters_to(ruth)) == before
    assert "escalation resolved" in subjects_to(tom)[-1]


def test_one_who_is_both_handler_and_csm_hears_once():
    escalation = make.escalation()
    escalation.account.csm = escalation.handler
    escalation.account.save()

    endings.resolve(Escalation.objects.get(pk=escalation.pk), by=CLOCK, now=NOW)

    assert [subject for subject in subjects_to(escalation.handler) if "resolved" in subject] == [
        f"{escalation.key} {escalation.account}: escalation resolved"
    ]


def test_instead_of_somebody_who_has_left_whoever_is_above_them_hears():
    escalation = make.escalation()
    tom = escalation.account.csm
    nadia = tom.reports_to
    Member.objects.filter(pk=tom.pk).update(is_active=False)

    endings.resolve(escalation, by=CLOCK, now=NOW)

    assert "escalation resolved" in subjects_to(nadia)[-1]
    assert not any("resolved" in subject for subject in subjects_to(tom))


def test_an_alarm_names_what_is_owed_to_whom_by_when_and_the_way_to_end_it(world):
    escalation = make.escalation()

    world.passes(hours=1)

    alarm = letters_to(escalation.handler)[-1]
    facts = dict(alarm.letter["facts"])
    assert alarm.is_alarm
    assert alarm.letter["subject"].startswith("Due now: Acknowledge")
    assert facts["To"] == "Maria Duarte"
    assert facts["Due"] == "Thu 19 Nov, 11:00 (Thu 10:00 in Lisbon)"
    assert alarm.letter["acts"][0]["url"] == f"http://desk.fernhill.example/escalations/{escalation.key}/#tell"
    assert alarm.wanted_while == escalation.promises.get().subject


def test_an_alarm_goes_up_the_ladder(world):
    escalation = make.escalation()
    ruth = escalation.handler
    above = make.member("Otto Weiss", Role.EXECUTIVE)
    ruth.reports_to = above
    ruth.save()

    world.passes(hours=3)

    rings = escalation.events.filter(by_name="The clock").order_by("id")
    assert [event.words["told"] for event in rings][:3] == [
        "Ruth Adeyemi",
        "Ruth Adeyemi",
        "Ruth Adeyemi and Otto Weiss",
    ]
    assert any(delivery.is_alarm for delivery in letters_to(above))


def test_a_rung_that_names_nobody_rings_the_administrators():
    ada = make.member("Ada", Role.ADMINISTRATOR)
    make.member("Gone", Role.ADMINISTRATOR, is_active=False)
    alone = make.member("Alone")

    found = everyone(make.THURSDAY).on_a_rung(["handler's manager"], Escalation(handler_id=alone.pk), None)

    assert found == [ada]


def test_a_rung_tells_each_once_and_the_handler_where_the_owner_has_gone():
    ruth = make.member("Ruth", Role.EXECUTIVE)
    people, escalation = everyone(make.THURSDAY), Escalation(handler_id=ruth.pk)

    assert people.on_a_rung(["owner", "handler", "executives"], escalation, ruth.pk) == [ruth]
    assert people.on_a_rung(["owner"], escalation, 9999) == [ruth]


def test_a_ring_of_leads_who_have_all_left_does_not_go_round_for_ever():
    one, other = Member(pk=1, is_active=False, reports_to_id=2), Member(pk=2, is_active=False, reports_to_id=1)

    assert People({1: one, 2: other}).present(1) is None


def test_many_rings_take_hardly_more_statements_than_few(django_assert_max_num_queries, world):
    first = make.escalation()
    copy = {
        field.attname: getattr(first, field.attname)
        for field in Escalation._meta.concrete_fields
        if not field.primary_key
    }

    def statements(number):
        made = Escalation.objects.bulk_create(Escalation(**copy) for _ in range(number))
        for escalation in made:
            escalation.promises.create(
                what="x", owner=escalation.handler, made_at=NOW, due_at=NOW + HOUR, zone="UTC", to=escalation.contact
            )
        Escalation.objects.exclude(pk__in=[one.pk for one in made]).update(next_look_at=NOW + 90 * DAY)
        with django_assert_max_num_queries(40) as seen:
            assert looks.look_at_due(NOW + HOUR + MINUTE) == number
        assert Mark.objects.filter(escalation__in=made).count() == number
        return len(seen)

    # SQLite takes so many values a statement, and what is more goes in another.
    assert statements(150) <= statements(5) + 6
    assert Delivery.objects.filter(is_alarm=True).count() >= 155


def test_what_tells_only_those_whom_it_names_looks_for_nobody_where_it_names_nobody():
    escalation, sam = make.escalation(), make.member("Sam Field")
    by = escalation.handler.as_actor()

    with CaptureQueriesContext(connection) as naming_nobody:
        record(kinds.NOTE_WRITTEN, escalation, by=by, now=make.THURSDAY, text="They rang.")
    with CaptureQueriesContext(connection) as naming_sam:
        record(kinds.NOTE_WRITTEN, escalation, by=by, now=make.THURSDAY, named=iter([sam]), text="@Sam they rang.")

    assert members_read(naming_nobody) == 0
    assert members_read(naming_sam) > 0
    assert len(subjects_to(sam)) == 1


def members_read(asked):
    """How often their table was."""
    return len([query for query in asked if 'FROM "directory_member"' in query["sql"]])


def test_only_those_are_read_who_may_hear_and_not_the_whole_organisation():
    tom, nadia, ruth = make.chain()
    ada = make.member("Ada", Role.ADMINISTRATOR)
    nadias_stand_in, his = make.member("Carla"), make.member("Otto")
    make.absence(nadia, nadias_stand_in)
    make.absence(nadias_stand_in, his)
    for number in range(5):
        make.member(f"Stranger {number}")

    people = around([tom.pk, None], make.THURSDAY)

    assert set(people.by_id.values()) == {tom, nadia, ruth, ada, nadias_stand_in, his}
    assert people.above(tom.pk) == his
    assert (people.executives, people.administrators) == ((ruth,), (ada,))


def test_a_ring_of_leads_is_read_to_its_end():
    one, other = make.member("One"), make.member("Other")
    Member.objects.filter(pk=one.pk).update(reports_to=other)
    Member.objects.filter(pk=other.pk).update(reports_to=one)

    assert set(around([one.pk], make.THURSDAY).by_id) == {one.pk, other.pk}
