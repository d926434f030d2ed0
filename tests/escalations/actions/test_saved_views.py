"""Saved views of the list: each its owner's, and shared with everybody where they say so."""

from __future__ import annotations

import datetime as dt

import pytest

from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations.actions import saved_views
from amends.escalations.models import SavedView
from amends.lib.errors import Forbidden, Refused
from tests import make
from tests.make import THURSDAY

pytestmark = pytest.mark.django_db
LATER = THURSDAY + dt.timedelta(hours=1)


def save(member, name="Grave", **how):
    return saved_views.keep(name=name, query="view=open&severity=high", by=member.as_actor(), now=THURSDAY, **how)


def test_a_view_is_saved_renamed_shared_and_deleted():
    nadia = make.member("Nadia Brandt")

    view = save(nadia, "  Grave  ones ")
    saved_views.change(view, name="Grave", is_shared=True, by=nadia.as_actor(), now=LATER)

    assert SavedView.objects.values_list("name", "query", "is_shared", "at").get() == (
        "Grave",
        "view=open&severity=high",
        True,
        LATER,
    )
    saved_views.forget(view, by=nadia.as_actor(), now=LATER)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Grave"])
def test_a_name_is_needed_that_one_has_not_given_already(name):
    nadia = make.member("Nadia Brandt")
    save(nadia)

    with pytest.raises(Refused) as refused:
        save(nadia, name)

    assert refused.value.field == "name"


def test_two_members_may_use_the_same_name_and_one_may_keep_it():
    nadia, tom = make.member("Nadia Brandt"), make.member("Tom Okafor")
    view = save(nadia)

    save(tom)
    saved_views.change(view, name="Grave", is_shared=True, by=nadia.as_actor(), now=LATER)

    assert SavedView.objects.filter(name="Grave").count() == 2


def test_nobody_changes_the_view_of_another():
    view, tom = save(make.member("Nadia Brandt"), is_shared=True), make.member("Tom Okafor")

    with pytest.raises(Forbidden, match="Nadia Brandt saved this view"):
        saved_views.change(view, name="Mine", is_shared=False, by=tom.as_actor(), now=LATER)
    with pytest.raises(Forbidden):
        saved_views.forget(view, by=tom.as_actor(), now=LATER)


def test_an_administrator_forgets_what_was_shared_but_nothing_else():
    nadia, ines = make.member("Nadia Brandt"), make.member("Ines", Role.ADMINISTRATOR)
    shared, own = save(nadia, is_shared=True), save(nadia, "Own")

    saved_views.forget(shared, by=ines.as_actor(), now=LATER)
    with pytest.raises(Forbidden):
        saved_views.forget(own, by=ines.as_actor(), now=LATER)

    assert SavedView.objects.get() == own


def test_a_token_that_may_only_read_saves_nothing_and_no_view_is_without_an_owner():
    nadia = make.member("Nadia Brandt")

    with pytest.raises(Forbidden):
        saved_views.keep(name="Grave", query="", by=nadia.as_actor(may_write=False), now=THURSDAY)
    with pytest.raises(Forbidden):
        saved_views.keep(name="Grave", query="", by=COMMAND_LINE, now=THURSDAY)


def test_one_has_so_many_views_and_filters_and_no_more():
    nadia = make.member("Nadia Brandt")
    SavedView.objects.bulk_create(
        SavedView(member=nadia, name=f"View {number}", query="", at=THURSDAY) for number in range(saved_views.MOST)
    )

    with pytest.raises(Refused, match="Delete one"):
        save(nadia)
    with pytest.raises(Refused, match="too many filters"):
        saved_views.keep(name="Long", query="x" * 501, by=nadia.as_actor(), now=THURSDAY)
