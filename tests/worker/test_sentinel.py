"""The sentinel finds what the clock should have told, by a path of its own, and repairs only by waking it."""

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from amends.escalations.actions import decisions, promises
from amends.escalations.models import Escalation, Event, Parked, Promise
from amends.escalations.models.escalation import EPOCH
from amends.pulse import beats
from amends.worker import sentinel
from amends.worker.tick import tick
from tests import make
from tests.escalations.actions.requested import requested
from tests.make import THURSDAY

pytestmark = pytest.mark.django_db
DUE = THURSDAY + dt.timedelta(hours=2)


@pytest.fixture
def escalation() -> Escalation:
    """An escalation with a promise due at noon, which the clock has looked at."""
    escalation = make.escalation()
    promises.make(escalation, what="Root cause", due_at=DUE, by=escalation.handler.as_actor(), now=THURSDAY)
    tick(THURSDAY)
    return escalation


@pytest.fixture
def heartbeat():
    """A listener that counts who calls."""
    calls: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "/inside")
            self.end_headers()

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/beat", calls
    server.shutdown()
    thread.join()
    server.server_close()


def asleep_until(escalation: Escalation, moment: dt.datetime) -> None:
    """As after a fault: the clock would not look before then."""
    Escalation.objects.filter(pk=escalation.pk).update(next_look_at=moment)


def test_nothing_is_late_right_after_the_clock_has_looked(escalation):
    found = sentinel.survey(THURSDAY)

    assert (found.cases, found.late, found.unreadable) == (1, (), ())


def test_what_the_clock_missed_is_late_after_two_minutes_and_not_before(escalation):
    asleep_until(escalation, DUE + dt.timedelta(days=30))
    tick(DUE)
    first_rung = min(event.at for event in Event.objects.all())
    assert first_rung == THURSDAY

    on_the_minute = sentinel.survey(DUE + dt.timedelta(minutes=3))

    assert {late.id for late in on_the_minute.late} == {escalation.pk}
    assert str(on_the_minute.late[0]).startswith(escalation.key)


def test_its_only_repair_is_to_wake_the_clock(escalation):
    asleep_until(escalation, DUE + dt.timedelta(days=30))
    now = DUE + dt.timedelta(minutes=3)
    events = Event.objects.count()

    says = sentinel.round_of_duty(now)

    assert any(escalation.key in sentence for sentence in says)
    assert Event.objects.count() == events
    escalation.refresh_from_db()
    assert escalation.next_look_at == EPOCH
    tick(now)
    promise = Promise.objects.get(what="Root cause")
    assert Event.objects.filter(kind="promise.overdue", once__startswith=promise.subject).count() == 1
    assert sentinel.survey(now).late == ()


def test_what_is_set_aside_is_said_and_left_alone(escalation):
    later = DUE + dt.timedelta(minutes=15)
    asleep_until(escalation, later)
    Parked.objects.create(escalation=escalation, trouble="Lost severity", since=DUE, last_at=DUE)

    says = sentinel.round_of_duty(DUE + dt.timedelta(minutes=3))

    assert f"{escalation.key} is set aside: Lost severity" in says
    escalation.refresh_from_db()
    assert escalation.next_look_at == later


def test_a_request_that_was_set_aside_and_is_declined_troubles_nobody_any_more():
    asked = requested()
    Parked.objects.create(escalation=asked.case, trouble="Lost severity", since=THURSDAY, last_at=THURSDAY)
    assert set_aside()

    decisions.decline(asked.case, reason="Support answers today.", by=asked.nadia.as_actor(), now=THURSDAY)

    assert not set_aside()


def set_aside() -> list[str]:
    says = sentinel.troubles(THURSDAY, sentinel.survey(THURSDAY))
    return [sentence for sentence in says if "set aside" in sentence]


def test_a_case_that_cannot_be_read_does_not_hide_the_others(escalation):
    other = make.escalation()
    Escalation.objects.filter(pk=other.pk).update(severity="lost")
    asleep_until(escalation, DUE + dt.timedelta(days=30))

    found = sentinel.survey(DUE + dt.timedelta(minutes=3))

    assert found.cases == 2
    assert [sentence.partition(" ")[0] for sentence in found.unreadable] == [other.key]
    assert {late.id for late in found.late} == {escalation.pk}


def test_the_heartbeat_is_pinged_only_while_all_is_well(escalation, heartbeat, settings):
    settings.HEARTBEAT_URL, calls = heartbeat
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    for part in ("clock", "sender"):
        beats.begin(part, "here", now=THURSDAY)

    assert sentinel.round_of_duty(THURSDAY) == []
    assert calls == ["/beat"]

    later = THURSDAY + dt.timedelta(minutes=2)
    beats.beat("clock", "here", now=later)
    assert sentinel.round_of_duty(later) == [
        "The sender stopped 2 min ago.",
        "1 mail should have left over two minutes ago.",
    ]
    assert calls == ["/beat"]


def test_a_heartbeat_that_is_sent_elsewhere_does_not_go_there(heartbeat):
    url, calls = heartbeat

    sentinel._ping(url.replace("/beat", "/moved"))

    assert calls == ["/moved"]


def test_a_heartbeat_that_nobody_hears_stops_nothing(escalation, settings):
    settings.HEARTBEAT_URL = "http://127.0.0.1:1/beat"
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    for part in ("clock", "sender"):
        beats.begin(part, "here", now=THURSDAY)

    assert sentinel.round_of_duty(THURSDAY) == []


def test_many_cases_are_read_in_a_constant_number_of_queries(django_assert_max_num_queries):
    for _ in range(5):
        make.escalation()

    with django_assert_max_num_queries(10):
        assert sentinel.survey(THURSDAY).cases == 5
