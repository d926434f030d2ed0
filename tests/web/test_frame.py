import datetime as dt

import pytest

from amends.pulse.beats import Vital
from amends.web import frame

NOW = dt.datetime(2026, 11, 19, 13, 50, tzinfo=dt.UTC)
LAST = dt.datetime(2026, 11, 19, 13, 2, tzinfo=dt.UTC)


def alarms(*vitals):
    return [f"{each.title} {each.says}" for each in frame.alarms(vitals, zone="Europe/Berlin", now=NOW)]


def test_nothing_is_said_while_all_is_well():
    assert alarms(Vital("clock", NOW, True, ""), Vital("sender", NOW, True, "")) == []


@pytest.mark.parametrize(
    ("vital", "says"),
    [
        (
            Vital("clock", LAST, False, ""),
            "The clock has stopped. Since 14:02 nobody has been reminded and no alarm has rung.",
        ),
        (
            Vital("sender", None, False, ""),
            "The sender has stopped. So far nothing has left. It is all kept, and goes out once the sender runs again.",
        ),
        (
            Vital("sender", NOW, True, "The mail server does not answer."),
            "The sender is running but cannot do its work. The mail server does not answer.",
        ),
    ],
)
def test_what_has_stopped_says_what_that_means(vital, says):
    assert alarms(vital) == [says]
