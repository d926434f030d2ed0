"""Members from a file: added without a password, changed, put under whom they report to; nobody's power taken."""

import pytest

from amends.directory.actor import Role
from amends.directory.imports import receiving, working
from amends.directory.imports.nouns import judge_of
from amends.directory.imports.reading import Row
from amends.directory.models import Member
from tests import make
from tests.directory.imports.files import NOW, brought_in, checked, counts, mistakes, text, worked

pytestmark = pytest.mark.django_db
HEAD = "Email,Name,Role,Manager"


@pytest.fixture(autouse=True)
def _organisation():
    make.organisation()


def leads():
    return dict(Member.objects.values_list("name", "reports_to__name"))


def test_members_come_in_whoever_of_them_stands_first_and_a_second_time_nothing_changes():
    lines = (
        HEAD,
        "tom@fernhill.example,Tom Okafor,CSM,Nadia Brandt",
        "nadia@fernhill.example,Nadia Brandt,Manager,RUTH@fernhill.example",
        "ruth@fernhill.example,Ruth Adeyemi,Executive,",
    )

    done = brought_in("members", text(*lines))
    again = checked("members", text(*lines))

    assert counts(done) == (3, 0, 0, 0)
    assert leads() == {"Tom Okafor": "Nadia Brandt", "Nadia Brandt": "Ruth Adeyemi", "Ruth Adeyemi": None}
    assert counts(again) == (0, 0, 3, 0)
    tom = Member.objects.get(name="Tom Okafor")
    assert (tom.role, tom.zone, tom.joined_at, tom.is_active) == (Role.CSM, "Europe/Berlin", NOW, True)
    assert not tom.has_usable_password()


def test_what_is_known_of_a_member_changes_and_their_login_and_password_do_not():
    tom = make.member("Tom Okafor", email="Tom@fernhill.example")
    ruth = make.member("Ruth Adeyemi", Role.EXECUTIVE)
    password = tom.password

    done = brought_in("members", text("Mail,Title,Role,Reports to", "TOM@FERNHILL.EXAMPLE,Lead,manager,Ruth Adeyemi"))

    tom.refresh_from_db()
    assert done.changed_fields == {"title": 1, "role": 1, "reports_to": 1}
    assert (tom.title, tom.role, tom.reports_to) == ("Lead", Role.MANAGER, ruth)
    assert (tom.email, tom.password) == ("Tom@fernhill.example", password)


def test_a_line_that_turns_round_is_put_right_from_the_top_down():
    old_boss = make.member("Old Boss", email="old@fernhill.example")
    make.member("New Boss", email="new@fernhill.example", reports_to=old_boss)
    make.member("Top", email="top@fernhill.example")

    lines = ("Email,Manager", "old@fernhill.example,New Boss", "new@fernhill.example,Top")
    judge = judge_of(checked("members", text(*lines)))
    judge.judge([Row(2, lines[1].split(",")), Row(3, lines[2].split(","))], to_write=True)
    assert list(judge.links()) == [
        [("new@fernhill.example", "top@fernhill.example"), ("old@fernhill.example", "new@fernhill.example")]
    ]

    brought_in("members", text(*lines))

    assert leads() == {"Old Boss": "New Boss", "New Boss": "Top", "Top": None}


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([",Ann,csm,"], "email"),
        (["ann,Ann,csm,"], "email"),
        (["ann@x.example,,csm,"], "name"),
        (["ann@x.example,Ann,,"], "role"),
        (["ann@x.example,Ann,king,"], "role"),
        (["ann@x.example,Ann,csm,Nemo"], "reports_to"),
        (["ann@x.example,Ann,csm,Gone Grey"], "reports_to"),
        (["ann@x.example,Ann,csm,ann@x.example"], "reports_to"),
        (["ann@x.example,Ann,csm,", "ANN@x.example,Ann,csm,"], "email"),
        (["gone@fernhill.example,Gone Grey,csm,"], "email"),
        (["ada@fernhill.example,Ada,csm,"], "role"),
        (["me@fernhill.example,Me,executive,"], "role"),
        (["a@x.example,Jo,csm,", "b@x.example,Jo,csm,", "c@x.example,Bo,csm,Jo"], "reports_to"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_field(lines, field):
    make.member("Gone Grey", email="gone@fernhill.example", is_active=False)
    make.member("Ada", Role.ADMINISTRATOR, email="ada@fernhill.example")
    me = make.member("Me", Role.MANAGER, email="me@fernhill.example")

    found = checked("members", text(HEAD, *lines), by=me.as_actor())

    assert [(line, at) for line, at, _ in mistakes(found)] == [(1 + len(lines), field)]
    assert Member.objects.count() == 3


def test_nobody_comes_to_report_to_themselves_by_way_of_others():
    nadia = make.member("Nadia", email="nadia@fernhill.example")
    make.member("Tom", email="tom@fernhill.example", reports_to=nadia)

    found = checked(
        "members",
        text(HEAD, "nadia@fernhill.example,,,ann@x.example", "ann@x.example,Ann,csm,Tom", "bo@x.example,Bo,csm,Tom"),
    )

    assert [(line, field) for line, field, _ in mistakes(found)] == [(2, "reports_to"), (3, "reports_to")]


def test_a_ring_that_came_up_after_the_check_stops_it():
    nadia = make.member("Nadia", email="nadia@fernhill.example")
    tom = make.member("Tom", email="tom@fernhill.example")
    found = checked("members", text("Email,Manager", "tom@fernhill.example,Nadia"))
    receiving.apply(found, by=nadia.as_actor(), now=NOW)
    Member.objects.filter(pk=nadia.pk).update(reports_to=tom)

    worked(found)

    assert (found.state, Member.objects.get(pk=tom.pk).reports_to) == ("stopped", None)
    assert "report to themselves" in found.trouble


def test_leads_are_written_a_portion_at_a_time():
    make.member("Top", email="top@fernhill.example")
    lines = [f"m{number}@x.example,M {number},csm,Top" for number in range(600)]

    done = brought_in("members", text(HEAD, *lines))

    assert (done.state, Member.objects.filter(reports_to__name="Top").count()) == ("applied", 600)
    assert working.AT_ONCE < 600
