"""By which way each hears: their own choice, and never by none."""

import datetime as dt

import pytest

from amends.directory.models import Preference
from amends.escalations.actions import absences
from amends.escalations.timeline import reaching
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
LETTER = Letter("Word", ("For you.",))
SLACK = "slack://token-a/token-b/token-c"


def ways(member, *, is_alarm=False, **fields):
    if fields:
        Preference.objects.create(member=member, **fields)
    drafts = reaching.of([member], NOW).drafts(member, identity="n", letter=LETTER, is_alarm=is_alarm)
    return [(draft.identity, draft.address) for draft in drafts]


def test_who_has_not_said_anything_hears_by_mail():
    tom = make.member("Tom Okafor")

    assert ways(tom) == [("n|mail", tom.email)]


@pytest.mark.parametrize(("chosen", "channels"), [("mail", ["mail"]), ("chat", ["chat"]), ("both", ["mail", "chat"])])
def test_alarms_and_notices_each_go_as_chosen(chosen, channels):
    tom, ann = make.member(), make.member()
    address = {"mail": "{0.email}", "chat": "member:{0.pk}"}

    alarms = ways(tom, is_alarm=True, alarms_by=chosen, chat_url=SLACK)
    notices = ways(ann, notices_by=chosen, chat_url=SLACK)

    assert alarms == [(f"n|{channel}", address[channel].format(tom)) for channel in channels]
    assert notices == [(f"n|{channel}", address[channel].format(ann)) for channel in channels]


def test_chat_without_an_address_is_mail_so_that_nobody_hears_nothing():
    tom = make.member("Tom Okafor")

    assert ways(tom, is_alarm=True, alarms_by="chat") == [("n|mail", tom.email)]


def test_many_are_read_in_one_query(django_assert_num_queries):
    members = [make.member() for _ in range(20)]
    Preference.objects.bulk_create(
        Preference(member=member, quiet_from=dt.time(1), quiet_until=dt.time(2)) for member in members
    )

    with django_assert_num_queries(1):
        found = reaching.of(members, NOW)
        assert len([draft for member in members for draft in found.drafts(member, identity="n", letter=LETTER)]) == 20


def test_what_is_told_besides_escalations_goes_as_chosen_too():
    make.organisation()
    tom, sami = make.member("Tom Okafor"), make.member("Sami Haddad")
    Preference.objects.create(member=sami, notices_by="chat", chat_url=SLACK)

    absences.plan(tom, from_at=NOW, until_at=NOW + dt.timedelta(days=2), stand_in=sami, by=tom.as_actor(), now=NOW)

    assert list(Delivery.objects.values_list("channel", "address")) == [("chat", f"member:{sami.pk}")]


@pytest.mark.parametrize(
    ("identity", "reader"),
    [
        ("event:7|notice|member:5|mail", 5),
        ("member:3|planned|2026-11-19T09:00:00+00:00|member:5|chat", 5),
        ("update:7|contact:9", None),
        ("member:five", None),
    ],
)
def test_whose_a_delivery_is_stands_in_its_identity(identity, reader):
    assert reaching.reader_id(Delivery(identity=identity)) == reader
