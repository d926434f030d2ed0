"""Deciding from the mail: a signed link, used once, that does nothing before somebody says so."""

import datetime as dt

import pytest
from django.test import Client

from amends.directory.actor import CLOCK, Role
from amends.escalations import decision_links
from amends.escalations.actions import decisions, escalations
from amends.escalations.models import Escalation
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.actions.requested import requested
from tests.escalations.reading import DAY, MINUTE, letters_to

pytestmark = pytest.mark.django_db
WAYS = {
    "accept": ({}, "open", "accepted this"),
    "decline": ({"reason": "Support has it."}, "declined", "declined this"),
    "give-back": ({"steps": "Ring finance."}, "requested", "gave this back"),
    "close": ({"note": "Settled.", "outcome": "recovered"}, "closed", "closed this with a note"),
}


@pytest.fixture
def asked():
    return requested(now=wall.now() - MINUTE, outcome_wanted="One right invoice", problems=("It is wrong again",))


def link(asked, how="accept", member=None):
    """As it stands in the mail to Nadia, without the host."""
    if member is None:
        acts = letters_to(asked.nadia)[0].letter["acts"]
        return next(act["url"] for act in acts if act["url"].endswith(f"/{how}/")).partition("/decide/")[2]
    decision = decisions.pending(asked.case)
    return f"{decision_links.sign(decision.pk, member.pk, wall.now())}/{how}/"


def get(path, client=None):
    return (client or Client()).get(f"/decide/{path}")


def status_of(asked):
    return Escalation.objects.get(pk=asked.case.pk).status


# The mail


def test_the_handlers_mail_has_the_brief_and_the_four_ways_and_nobody_elses_has(asked):
    letter = letters_to(asked.nadia)[0].letter
    facts = dict(letter["facts"])

    assert letter["subject"] == f"Please decide: Saltmarsh, Third invoice in a row is wrong ({asked.case.key})"
    assert [act["label"] for act in letter["acts"]] == [
        "Accept",
        "Give next steps",
        "Decline",
        "Close it with a note",
        f"Open {asked.case.key}",
    ]
    assert letter["words"] == "One right invoice" and facts["Their problems"] == "“It is wrong again”"
    assert facts["Does it qualify"] == "No. All the same: They write for the trade press."
    for delivery in Delivery.objects.exclude(address=asked.nadia.email):
        assert "/decide/" not in str(delivery.letter)


def test_one_that_is_simply_opened_brings_the_brief_without_the_ways():
    case = make.escalation(problems=("Doubled",))

    letter = letters_to(case.handler)[0].letter

    assert dict(letter["facts"])["Their problems"] == "“Doubled”"
    assert [act["label"] for act in letter["acts"]] == [f"Open {case.key}"]


def test_whoever_looks_at_the_outbox_does_not_get_the_links(asked, client):
    client.force_login(make.member("Ada", Role.ADMINISTRATOR))
    delivery = letters_to(asked.nadia)[0]

    pages = [client.get(f"/outbox/{delivery.pk}/"), client.get(f"/outbox/{delivery.pk}/letter/")]

    for page in pages:
        assert "Accept" in page.content.decode() and "/decide/" not in page.content.decode()


# Following a link


@pytest.mark.parametrize("how", WAYS)
def test_opening_a_link_shows_the_brief_and_the_question_and_does_nothing(asked, how):
    for method in ("get", "head", "options"):
        getattr(Client(), method)(f"/decide/{link(asked, how)}")

    page = get(link(asked, how))

    body = page.content.decode()
    assert page.status_code == 200 and status_of(asked) == "requested"
    assert "Third invoice in a row is wrong" in body and "“It is wrong again”" in body and "Nadia Brandt" in body
    assert "Log out" not in body
    assert "no-store" in page["Cache-Control"] and page["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("how", WAYS)
def test_each_way_decides_once_it_is_said(asked, how):
    typed, status, became = WAYS[how]
    client = Client()

    answer = client.post(f"/decide/{link(asked, how)}", typed, follow=True)

    decision = asked.case.decisions.get()
    assert status_of(asked) == status
    assert (decision.decided_by, decision.words) == (asked.nadia, next(iter(typed.values()), ""))
    assert f"You {became}" in answer.content.decode()


def test_a_link_decides_once_and_then_says_what_became_of_it(asked):
    path = link(asked)
    Client().post(f"/decide/{path}")

    again = Client().post(f"/decide/{link(asked, 'decline')}", {"reason": "No"})

    assert status_of(asked) == "open" and "You accepted this" in again.content.decode()


def test_decided_meanwhile_by_somebody_else_it_says_by_whom(asked):
    decisions.decline(asked.case, reason="Support has it.", by=asked.ruth.as_actor(), now=wall.now())

    page = get(link(asked))

    assert page.status_code == 410
    assert "Ruth Adeyemi declined this" in page.content.decode() and "Support has it." in page.content.decode()


def test_given_back_and_asked_again_the_old_link_stays_used(asked):
    old = link(asked)
    decisions.give_back(asked.case, steps="Ring them.", by=asked.nadia.as_actor(), now=wall.now())
    decisions.ask_again(asked.case, done="Rang them.", by=asked.tom.as_actor(), now=wall.now())

    Client().post(f"/decide/{old}")

    assert status_of(asked) == "requested"


def test_handed_on_the_old_handlers_link_decides_nothing(asked):
    path = link(asked)
    escalations.hand_to(asked.case, handler=asked.ruth, reason="x", by=CLOCK, now=wall.now())

    page = Client().post(f"/decide/{path}")

    assert page.status_code == 410 and "This is no longer asked of you" in page.content.decode()
    assert status_of(asked) == "requested"


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(asked):
    empty = Client().post(f"/decide/{link(asked, 'decline')}", {"reason": "  "})
    long = Client().post(f"/decide/{link(asked, 'close')}", {"note": "Settled <b>now</b>.", "outcome": "perhaps"})

    assert empty.status_code == 422 and "id_reason-error" in empty.content.decode()
    assert long.status_code == 422 and "Settled &lt;b&gt;now&lt;/b&gt;." in long.content.decode()
    assert status_of(asked) == "requested"


# Links that are not good


def test_a_link_is_good_for_its_member_only(asked):
    decision = decisions.pending(asked.case)
    path = link(asked)
    token, _, signature = path.split("/")[0].rpartition(":")
    forged = decision_links.sign(decision.pk, asked.tom.pk, wall.now()).rpartition(":")[0]

    for wrong in (f"{forged}:{signature}/accept/", f"{token}:{'x' * len(signature)}/accept/", "abc/accept/"):
        page = Client().post(f"/decide/{wrong}")
        assert page.status_code == 404 and "This link is not whole" in page.content.decode()
    assert status_of(asked) == "requested"


def test_another_kind_of_signature_of_ours_is_no_link(asked, settings):
    path = link(asked)
    settings.SECRET_KEY = "another key altogether, of a decent length"

    assert get(path).status_code == 404


def test_who_may_not_decide_does_not_by_a_link_either(asked):
    page = Client().post(f"/decide/{link(asked, member=asked.tom)}")

    assert page.status_code == 403 and status_of(asked) == "requested"


def test_who_has_left_decides_nothing(asked):
    path = link(asked)
    asked.nadia.is_active = False
    asked.nadia.save()

    page = Client().post(f"/decide/{path}")

    assert page.status_code == 410 and status_of(asked) == "requested"


def test_a_link_that_is_too_old_says_so_and_where_to_log_in(asked):
    decision = decisions.pending(asked.case)
    old = decision_links.sign(decision.pk, asked.nadia.pk, wall.now() - 7 * DAY - MINUTE)
    nearly = decision_links.sign(decision.pk, asked.nadia.pk, wall.now() - 7 * DAY + MINUTE)

    page = Client().post(f"/decide/{old}/accept/")

    assert page.status_code == 410 and "too old" in page.content.decode() and "/login/" in page.content.decode()
    assert get(f"{nearly}/accept/").status_code == 200 and status_of(asked) == "requested"


def test_somebody_elses_link_is_not_used_by_who_is_logged_in_as_another(asked, client):
    client.force_login(asked.ruth)

    page = client.post(f"/decide/{link(asked)}")

    assert page.status_code == 403 and "It was sent to Nadia Brandt" in page.content.decode()
    assert status_of(asked) == "requested"


def test_a_form_that_did_not_come_from_our_page_is_refused(asked):
    page = Client(enforce_csrf_checks=True).post(f"/decide/{link(asked)}")

    assert page.status_code == 403 and status_of(asked) == "requested"


def test_trying_is_limited(asked):
    answers = [Client().post("/decide/abc/accept/").status_code for _ in range(31)]

    assert answers[0] == 404 and answers[-1] == 429


def test_the_alarm_brings_the_same_ways(world):
    asked = requested()

    world.passes(hours=5)

    rung = [
        each.letter
        for each in letters_to(asked.ruth)
        if "Undecided" in each.letter["subject"] or "decided by" in each.letter["subject"]
    ]
    assert rung and [act["label"] for act in rung[0]["acts"]][:4] == list(decision_links.WAYS.values())
    assert rung[0]["because"].endswith("It stops when somebody has decided.")
    assert dt.timedelta(days=7) == decision_links.LASTS
