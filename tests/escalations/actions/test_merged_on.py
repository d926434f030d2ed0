"""What was merged, and then once more: all of it is one step away from the case that goes on."""

import itertools

import pytest
from django.db import Error, transaction

from amends.directory.actor import CLOCK
from amends.escalations import customer_links, customer_view, hearers, invariants, kept_inside
from amends.escalations.actions import corrections, hearings, merges, problems, updates
from amends.escalations.actions import customer_links as links
from amends.escalations.errors import KeptInside
from amends.escalations.models import Escalation, Update
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
OURS = "The retry has sent orders twice since May, and we knew."


def tells(case, text, *, now=NOW + HOUR, **more):
    return updates.send(case, text=text, to=hearers.all_of(case), by=case.handler.as_actor(), now=now, **more)


def three():
    """Of one account; who reported the first did not report the others."""
    first = make.escalation(problems=("Doubled",))
    rui = make.contact(first.account, "Rui Costa")
    return [first, *(make.escalation(of=first.account, contact=rui, problems=(words,)) for words in ("Stock", "Slow"))]


def merged(*cases):
    """Each into the next, a day apart; as they stand afterwards."""
    for day, (case, into) in enumerate(itertools.pairwise(cases), 1):
        case, into = Escalation.objects.get(pk=case.pk), Escalation.objects.get(pk=into.pk)
        merges.merge(case, into=into, reason="One cause.", by=CLOCK, now=NOW + day * DAY)
    return [Escalation.objects.get(pk=case.pk) for case in cases]


def test_what_had_been_merged_goes_on_there_too_and_says_still_where_it_went_and_when():
    first, second, last = merged(*three())

    assert (first.merged_into, second.merged_into, last.merged_into) == (last, last, None)
    assert (first.stands, first.closed_at) == (f"Merged into {last.key}", NOW + DAY)
    event = first.events.get(kind="escalation.merged")
    assert (event.words["other"], event.at) == (second.key, NOW + DAY)
    assert second.events.get(kind="escalation.took_in").words["other"] == first.key
    assert invariants.breaches(NOW + 2 * DAY) == []


def test_its_page_leads_to_the_one_that_goes_on(client):
    first, second, last = merged(*three())
    client.force_login(last.handler)

    page = client.get(f"/escalations/{first.key}/").content.decode()

    assert f'It is the same as <a href="/escalations/{last.key}/">{last.key}</a>, and goes on there.' in page
    assert f"found this to be the same as {second.key}, which goes on" in page


def test_what_is_ours_in_the_first_is_kept_from_the_last_by_the_act_and_by_the_database():
    first, second, last = three()
    tells(first, "We are on it.", for_executives=OURS)
    _, _, last = merged(first, second, last)
    said = {"escalation": last, "direction": "out", "channel": "mail", "at": NOW, "logged_at": NOW, "is_mailed": True}

    with refuses("for executives alone", field="text"):
        tells(last, f"Dear Rui, {OURS}", now=NOW + 3 * DAY)
    with pytest.raises(Error, match=kept_inside.REFUSED), transaction.atomic():
        Update.objects.create(**said, text=OURS)


def test_who_was_told_in_the_first_finds_their_page_and_what_was_written_and_is_told_further():
    first, second, last = three()
    maria = first.contact
    link = links.give(first, contact=maria, by=CLOCK, now=NOW)
    tells(first, "We are on it.")
    Delivery.objects.update(state="sent", settled_at=NOW)

    _, _, last = merged(first, second, last)

    assert list(customer_links.of(last)) == [link] and type(link).objects.get(pk=link.pk).case == last
    assert "We are on it." in {said.text for said in customer_view.of(last, maria, NOW + 3 * DAY).said}
    assert maria in hearers.all_of(last)


def test_a_mail_of_a_merged_one_is_on_the_page_when_it_has_left():
    first, second, _ = three()
    tells(first, "Too early.")
    _, second = merged(first, second)

    before = {said.text for said in customer_view.of(second, second.contact, NOW + 2 * DAY).said}
    Delivery.objects.update(state="sent", settled_at=NOW)
    after = {said.text for said in customer_view.of(second, second.contact, NOW + 2 * DAY).said}

    assert "Too early." not in before and "Too early." in after


def test_one_that_goes_on_in_what_was_merged_itself_is_found():
    first, second, _ = merged(*three())

    Escalation.objects.filter(pk=first.pk).update(merged_into=second)

    (found,) = invariants.breaches(NOW + 2 * DAY)
    assert (found.invariant, found.subject) == ("merging", first.key)
    assert f"It was merged into {second.key}, which has gone on in {second.merged_key}" in found.says


@pytest.mark.parametrize("newest", [0, 1])
def test_that_they_met_goes_along(newest):
    cases = three()[:2]
    for number, case in enumerate(cases):
        at = NOW + (2 if number == newest else 1) * HOUR
        updates.log(case, channel="meeting", text="We met.", at=at, by=CLOCK, now=NOW + 3 * HOUR)

    _, into = merged(*cases)

    assert into.last_met_at == NOW + 2 * HOUR


@pytest.mark.parametrize("first_is_known", [True, False])
def test_what_they_come_to_know_by_it_holds_nothing_that_is_ours(first_is_known):
    known = make.escalation(problems=("Doubled",))
    tells(known, "We are on it.", for_team=OURS)
    unknown = make.escalation(of=known.account, customer_should_know=False, why_not_told="Unseen.", problems=(OURS,))
    pair = (known, unknown) if first_is_known else (unknown, known)

    with refuses(f"In {unknown.key}, where the customer would read it, stands what was", field="into"):
        merged(*pair)
    with pytest.raises(KeptInside) as refused:
        merged(*pair)
    problem = unknown.problems.get()
    problems.decline(problem, reason="Named anew.", by=CLOCK, now=NOW + MINUTE)
    problem.delete()
    merged(*pair)

    assert OURS not in refused.value.sentence


@pytest.mark.parametrize("first_is_told", [True, False])
def test_of_two_that_they_are_not_to_know_of_neither_brings_what_is_ours_onto_the_page_of_both(first_is_told):
    told = make.escalation(problems=("Doubled",))
    tells(told, "We are on it.", for_team=OURS)
    hidden = {"customer_should_know": False, "why_not_told": "Unseen."}
    hearings.complete(told, said=hidden, by=CLOCK, now=NOW + HOUR)
    other = make.escalation(of=told.account, problems=(OURS,), **hidden)
    pair = (told, other) if first_is_told else (other, told)

    with refuses(f"In {other.key}, where the customer would read it, stands what was written in {told.key}", "into"):
        merged(*pair)
    other.problems.all().delete()
    (_, into) = merged(*pair)

    assert not into.customer_should_know


def test_what_is_struck_after_a_merge_takes_nothing_from_when_they_met_before_it():
    first, second = three()[:2]
    by = first.handler.as_actor()
    updates.log(first, channel="meeting", text="We sat together.", at=NOW + HOUR, by=by, now=NOW + HOUR)
    (_, second) = merged(first, second)
    called = updates.log(second, channel="call", text="We spoke.", at=NOW + 2 * DAY, by=by, now=NOW + 2 * DAY)

    corrections.strike(called, reason="It was another case.", by=by, now=NOW + 2 * DAY)

    assert Escalation.objects.get(pk=second.pk).last_met_at == NOW + HOUR
