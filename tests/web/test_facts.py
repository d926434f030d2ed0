"""The ledger of facts, from the page."""

import datetime as dt
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import citations, facts, leave_outs, updates
from amends.escalations.models import Citation, Fact
from amends.lib import wall
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DOUBLED = "214 orders were sent twice."


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    """An escalation whose handler is logged in."""
    escalation = make.escalation(now=now - HOUR, problems=("Every order arrives twice",))
    client.force_login(escalation.handler)
    return escalation


def at(escalation, act=""):
    return f"/escalations/{escalation.key}/facts/{act}"


def page_of(client, escalation, act=""):
    return client.get(at(escalation, act)).content.decode()


def stated(escalation, now, words=DOUBLED, **more):
    return facts.state(escalation, words=words, by=escalation.handler.as_actor(), now=now, **more)


def confirmed(escalation, now, words=DOUBLED):
    return stated(escalation, now, words, source="Order journal", evidence="Query of 12 Nov.", is_confirmed=True)


def told(escalation, fact, now):
    by = escalation.handler.as_actor()
    update = updates.send(escalation, text="This we know.", to=[escalation.contact], by=by, now=now)
    citations.cite(update, [fact], by=by, now=now)


def of_a_team(name, team):
    member = make.member(name, Role.MANAGER)
    make.team(team).members.add(member)
    return member


def test_a_fact_is_stated_with_its_file_and_stands_in_the_ledger(client, escalation):
    journal = SimpleUploadedFile("journal.csv", b"a,b")
    data = filled(page_of(client, escalation, "new/"), at(escalation, "new/")) | {"words": DOUBLED}

    unshown = client.post(at(escalation, "new/"), data | {"is_confirmed": "yes", "source": "Journal", "files": journal})
    journal.seek(0)
    answer = client.post(at(escalation, "new/"), data | {"source": "Journal", "files": journal})

    assert unshown.status_code == 422 and "Say what shows it" in unshown.content.decode()
    assert DOUBLED in unshown.content.decode()
    assert "journal.csv: choose the files again: browsers do not keep them." in unshown.content.decode()
    assert answer["Location"] == at(escalation)
    ledger = page_of(client, escalation)
    assert DOUBLED in ledger and "Under investigation" in ledger and "journal.csv" in ledger


def test_what_was_typed_is_looked_at_for_blame_and_stated_all_the_same(client, escalation):
    blames = "It was your own mistake."

    marks = client.post(at(escalation, "read/"), {"words": blames}).content.decode()
    answer = client.post(at(escalation, "new/"), {"words": blames})

    assert "Blame" in marks and answer.status_code == 302
    assert "Blame" in page_of(client, escalation, f"{Fact.objects.get().pk}/")


def test_it_is_confirmed_then_refuted_then_in_question_again(client, escalation, now):
    fact = stated(escalation, now, source="Order journal")
    where = f"{fact.pk}/"

    nothing = client.post(at(escalation, f"{where}confirm/"), {"source": "Order journal", "evidence": ""})
    client.post(at(escalation, f"{where}confirm/"), {"source": "Order journal", "evidence": "Query of 12 Nov."})
    assert nothing.status_code == 422 and "Say what shows it" in nothing.content.decode()
    assert fact.escalation.facts.get().is_certain

    client.post(at(escalation, f"{where}refute/"), {"evidence": "It counted retries."})
    assert "It counted retries." in page_of(client, escalation)
    late = client.post(at(escalation, f"{where}confirm/"), {"source": "Journal", "evidence": "My own query"})
    assert late.status_code == 422
    assert "is refuted already" in late.content.decode() and "My own query" in late.content.decode()
    too_long = client.post(at(escalation, f"{where}confirm/"), {"source": "x" * 201, "evidence": "My second query"})
    assert "x" * 201 in too_long.content.decode() and "My second query" in too_long.content.decode()
    client.post(at(escalation, f"{where}reopen/"), {"reason": "Another log"})
    assert fact.escalation.facts.get().state == "investigating"


def test_who_refuted_a_fact_is_said_apart_from_whose_finding_it_was(client, escalation, now):
    claire = of_a_team("Claire Morel", "Support")
    words = {"source": "Order journal", "team": claire.teams.get(), "by": claire.as_actor(), "now": now}
    fact = facts.state(escalation, words=DOUBLED, **words)
    facts.refute(fact, evidence="It counted retries.", by=make.member("Ruth Adeyemi").as_actor(), now=now)

    says = "by Ruth Adeyemi; stated by Claire Morel, Support, Order journal"
    assert says in page_of(client, escalation) and says in page_of(client, escalation, f"{fact.pk}/")


def test_it_is_said_better_and_its_words_stay_once_the_customer_has_them(client, escalation, now):
    fact = confirmed(escalation, now)
    change = at(escalation, f"{fact.pk}/change/")

    client.post(change, filled(page_of(client, escalation, f"{fact.pk}/"), change) | {"words": "216 orders doubled."})
    told(escalation, Fact.objects.get(), now)

    assert "216 orders doubled." in page_of(client, escalation)
    assert "words" not in filled(page_of(client, escalation, f"{fact.pk}/"), change)


def test_a_team_disputes_and_each_dispute_is_answered_by_itself(client, escalation, now):
    fact = confirmed(escalation, now)
    claire, aiko = of_a_team("Claire", "Support"), of_a_team("Aiko", "ShipLane")
    client.force_login(claire)
    client.post(at(escalation, f"{fact.pk}/dispute/"), {"words": "Ours says 180."})
    theirs = facts.dispute(fact, words="Ours says 300.", by=aiko.as_actor(), now=now)

    page = page_of(client, escalation, f"{fact.pk}/")
    wrong = client.post(at(escalation, f"{fact.pk}/disputes/{theirs.pk}/settle/"), {"answer": " "})
    client.post(at(escalation, f"{fact.pk}/disputes/{theirs.pk}/settle/"), {"answer": "Counted together."})

    assert "Support disputes it" in page and "ShipLane disputes it" in page and "Dispute it</button>" not in page
    assert wrong.content.decode().count('aria-invalid="true"') == 1
    assert "disputed by Support" in page_of(client, escalation)
    assert fact.disputes.get(settled_at__isnull=False) == theirs


def test_the_case_says_what_the_customer_was_told_and_is_so_no_longer_until_it_is_put_right(client, escalation, now):
    fact, says = confirmed(escalation, now), "The customer was told what is certain no longer."
    told(escalation, fact, now)
    case = f"/escalations/{escalation.key}/"
    assert says not in client.get(case).content.decode()
    facts.refute(fact, evidence="It counted retries.", by=CLOCK, now=now)

    assert says in client.get(case).content.decode() and says in page_of(client, escalation)
    client.post(at(escalation, f"{fact.pk}/correct/"), {"how": "On the phone, to Maria."})

    assert says not in client.get(case).content.decode()
    assert "put right" in page_of(client, escalation) and not Citation.objects.to_be_corrected().exists()


def test_the_case_counts_them_and_shows_the_newest(client, escalation, now):
    confirmed(escalation, now)
    for number in range(13):
        stated(escalation, now, f"Guess {number}.")

    page = client.get(f"/escalations/{escalation.key}/").content.decode()

    assert "1 confirmed, 13 under investigation" in page and 'Facts <span class="count">14</span>' in page
    drawer = page[page.index('id="facts"') :].partition("</aside>")[0]
    assert "Guess 12." in drawer and "Guess 0." not in drawer and "The whole ledger, 2 more" in drawer


def queries(client, path):
    # Once before: what one was told of it is seen then.
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_a_long_ledger_asks_no_more_than_a_short_one(client, escalation, now):
    pages = (at(escalation), f"/escalations/{escalation.key}/")
    told(escalation, confirmed(escalation, now), now)
    few = [queries(client, page) for page in pages]
    for number in range(2):
        fact = confirmed(escalation, now, f"Fact {number}.")
        told(escalation, fact, now)
        facts.dispute(fact, words="No.", by=of_a_team(f"Eve {number}", f"Team {number}").as_actor(), now=now)

    assert [queries(client, page) for page in pages] == few


def test_who_may_not_state_facts_reads_them_and_may_dispute_for_their_team(client, escalation, now):
    fact, sam = confirmed(escalation, now), make.member("Sam", Role.SALES)
    make.seat(escalation.account, sam)
    make.team("Field sales").members.add(sam)
    client.force_login(sam)

    page = page_of(client, escalation, f"{fact.pk}/")

    assert "Dispute it</summary>" in page and "Refute it" not in page and "Say it better" not in page
    assert "State a fact" not in page_of(client, escalation)
    assert client.post(at(escalation, "new/"), {"words": "x"}).status_code == 403


def test_all_that_is_missing_to_confirm_a_fact_is_said_at_once_each_at_its_field(client, escalation, now):
    fact = stated(escalation, now)
    journal = SimpleUploadedFile("journal.csv", b"a,b")

    answers = [
        client.post(at(escalation, "new/"), {"words": "219 were.", "is_confirmed": "yes"}),
        client.post(at(escalation, f"{fact.pk}/confirm/"), {"source": "", "evidence": "", "files": journal}),
    ]

    for answer in answers:
        page = answer.content.decode()
        assert answer.status_code == 422
        assert re.search(r'id="[\w-]*source-error">.*?Say where it comes from', page)
        assert re.search(r'id="[\w-]*evidence-error">.*?Say what shows it', page)
    assert "journal.csv: choose the files again" in answers[1].content.decode()
    assert escalation.facts.get().state == "investigating"


def test_what_is_known_of_a_fact_already_need_not_be_said_again_to_confirm_it(client, escalation, now):
    fact = stated(escalation, now, source="Order journal", evidence="Query of 12 Nov.")

    answer = client.post(at(escalation, f"{fact.pk}/confirm/"), {"source": "", "evidence": ""})

    assert answer.status_code == 302 and escalation.facts.get().is_certain


def test_every_row_of_the_ledger_has_a_button_that_says_what_can_be_done(client, escalation, now):
    confirmed(escalation, now)
    stated(escalation, now, "The depots are wrong.")
    refuted = stated(escalation, now, "The warehouse scanned twice.")
    facts.refute(refuted, evidence="The scanner log.", by=CLOCK, now=now)

    for page in (client.get(f"/escalations/{escalation.key}/").content.decode(), page_of(client, escalation)):
        assert [page.count(says) for says in ("Refute or change…", "Confirm or refute…", "Investigate again…")] == [
            1
        ] * 3


def test_a_correction_leads_to_stating_what_is_right_and_then_to_all_who_were_told(client, escalation, now):
    rui = make.contact(escalation.account, "Rui Costa")
    fact, by = confirmed(escalation, now), escalation.handler.as_actor()
    to = [escalation.contact, rui]
    updates.send(escalation, text="This we know.", to=to, cites=[fact], by=by, now=now)
    facts.refute(fact, evidence="It counted retries.", by=by, now=now)

    owed = page_of(client, escalation, f"{fact.pk}/")
    form = filled(page_of(client, escalation, f"new/?corrects={fact.pk}"), at(escalation, "new/"))
    assert form["corrects"] == [str(fact.pk)] and f'new/?corrects={fact.pk}"' in owed
    assert "Write to them" not in owed and owed.index("State what is right…") < owed.index("They know</button>")
    answer = client.post(at(escalation, "new/"), form | {"words": "219 were.", "files": []})

    right = escalation.facts.get(words="219 were.")
    where = f"/escalations/{escalation.key}/?cites={right.pk}&to={to[0].pk}&to={rui.pk}#tell"
    assert answer["Location"] == where
    assert escape(where) in page_of(client, escalation, f"{fact.pk}/")
    send = f"/escalations/{escalation.key}/send/"
    composer = filled(client.get(where).content.decode(), send)
    assert composer["facts"] == [str(right.pk)] and composer["to"] == [str(contact.pk) for contact in to]
    assert client.post(send, composer | {"text": "We were wrong.", "files": []}).status_code == 302
    assert not Citation.objects.to_be_corrected().exists()


def test_a_correction_begins_with_those_who_were_told_and_ends_nobodys_being_left_out(client, escalation, now):
    helena = make.contact(escalation.account, "Helena Prado", must_hear=True)
    make.contact(escalation.account, "Rui Costa")
    fact, by = confirmed(escalation, now), escalation.handler.as_actor()
    maria = escalation.contact
    updates.send(escalation, text="This we know.", to=[maria, helena], cites=[fact], by=by, now=now)
    until = now.date() + dt.timedelta(days=9)
    leave_outs.leave_out(escalation, contact=helena, reason="On leave", until=until, by=by, now=now)
    facts.dispute(fact, words="Ours says 180.", by=of_a_team("Claire", "Support").as_actor(), now=now)
    where = html.unescape(re.search(r'href="([^"]+cites=[^"]+)"', page_of(client, escalation, f"{fact.pk}/"))[1])

    composer = client.get(where).content.decode()
    send = f"/escalations/{escalation.key}/send/"
    typed = filled(composer, send) | {"text": "We look into it again.", "files": []}
    assert client.post(send, typed).status_code == 302

    assert f"to={helena.pk}" in where and typed["to"] == [str(maria.pk)]
    says = "Helena Prado was told what this puts right. Choose them too, or it stays open until they know."
    assert says in composer and says not in client.get(f"/escalations/{escalation.key}/").content.decode()
    assert list(escalation.leave_outs.standing(now)) and Citation.objects.to_be_corrected().exists()
    both = typed | {"to": [str(maria.pk), str(helena.pk)]}
    looked = client.post(f"{send}preview/", both).content.decode()
    assert "<dt>Told again</dt><dd>Helena Prado, left out until" in looked
    assert client.post(send, both).status_code == 302
    assert not escalation.leave_outs.standing(now) and not Citation.objects.to_be_corrected().exists()


def test_a_correction_keeps_no_promise_unasked(client, escalation, now):
    fact = confirmed(escalation, now)
    told(escalation, fact, now)
    facts.dispute(fact, words="Ours says 180.", by=of_a_team("Claire", "Support").as_actor(), now=now)
    where = f"/escalations/{escalation.key}/"

    plain = filled(client.get(where).content.decode(), f"{where}send/")
    correcting = filled(client.get(f"{where}?cites={fact.pk}").content.decode(), f"{where}send/")

    assert plain["keeps"] and "keeps" not in correcting


def test_what_was_put_right_wrongly_leads_to_what_is_right_at_last(client, escalation, now):
    fact, by = confirmed(escalation, now), escalation.handler.as_actor()
    told(escalation, fact, now)
    facts.refute(fact, evidence="It counted retries.", by=by, now=now)
    wrong = stated(escalation, now, "219 were.", corrects=fact)
    facts.refute(wrong, evidence="They counted 221.", by=by, now=now)
    form = filled(page_of(client, escalation, f"new/?corrects={wrong.pk}"), at(escalation, "new/"))
    assert "Write to them" not in page_of(client, escalation, f"{fact.pk}/")

    answer = client.post(at(escalation, "new/"), form | {"words": "221 were.", "files": []})

    right = escalation.facts.get(words="221 were.")
    where = f"/escalations/{escalation.key}/?cites={right.pk}&to={escalation.contact.pk}#tell"
    assert answer["Location"] == where
    assert escape(where) in page_of(client, escalation, f"{fact.pk}/")
    send = f"/escalations/{escalation.key}/send/"
    composer = filled(client.get(where).content.decode(), send)
    assert client.post(send, composer | {"text": "We were wrong.", "files": []}).status_code == 302
    assert not Citation.objects.to_be_corrected().exists()


def test_the_page_of_a_fact_asks_no_more_where_it_was_replaced_often(client, escalation, now):
    fact, by = confirmed(escalation, now), escalation.handler.as_actor()
    told(escalation, fact, now)
    facts.refute(fact, evidence="It counted retries.", by=by, now=now)
    last = stated(escalation, now, "1 was.", corrects=fact)
    few = queries(client, at(escalation, f"{fact.pk}/"))
    for number in range(2, 8):
        facts.refute(last, evidence="They counted again.", by=by, now=now)
        last = stated(escalation, now, f"{number} were.", corrects=last)

    assert queries(client, at(escalation, f"{fact.pk}/")) == few
    assert f"?cites={last.pk}&amp;" in page_of(client, escalation, f"{fact.pk}/")


def test_the_drawer_goes_on_to_the_composer_from_the_page_of_the_case_as_well(client, escalation, now):
    fact = confirmed(escalation, now)
    told(escalation, fact, now)
    facts.refute(fact, evidence="It counted retries.", by=CLOCK, now=now)
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/escalations/{escalation.key}/"}

    right = client.post(at(escalation, "new/"), {"words": "219 were.", "corrects": fact.pk}, headers=here)
    other = client.post(at(escalation, "new/"), {"words": "It rained."}, headers=here)

    assert "?cites=" in right["HX-Redirect"] and other["HX-Refresh"] == "true"


def test_what_is_disputed_is_written_to_them_as_still_looked_into(client, escalation, now):
    fact = confirmed(escalation, now)
    told(escalation, fact, now)
    facts.dispute(fact, words="Ours says 180.", by=of_a_team("Claire", "Support").as_actor(), now=now)

    page = page_of(client, escalation, f"{fact.pk}/")
    composer = client.get(f"/escalations/{escalation.key}/?cites={fact.pk}").content.decode()

    assert f"?cites={fact.pk}&amp;to={escalation.contact.pk}#tell" in page
    assert filled(composer, f"/escalations/{escalation.key}/send/")["facts"] == [str(fact.pk)]
    # Nothing else is ticked by an address, and no number that is none breaks it.
    odd = client.get(f"/escalations/{escalation.key}/?cites=x&to=9999999999999999999999")
    assert odd.status_code == 200 and "facts" not in filled(
        odd.content.decode(), f"/escalations/{escalation.key}/send/"
    )


def test_a_refuted_fact_is_struck_through_in_its_drawer_with_its_status_beside_it(client, escalation, now):
    fact, other = confirmed(escalation, now), stated(escalation, now, "It rained.")
    facts.refute(fact, evidence="It counted retries.", by=CLOCK, now=now)
    in_drawer = {"HX-Request": "true", "HX-Target": "ask"}

    def heading(fact, level, headers):
        page = client.get(at(escalation, f"{fact.pk}/"), headers=headers).content.decode()
        return re.search(rf"<{level}>(.*?)</{level}>", page, re.DOTALL)[1]

    for level, headers in (("h1", {}), ("h2", in_drawer)):
        refuted, still_open = heading(fact, level, headers), heading(other, level, headers)
        assert f">{DOUBLED}</s>" in refuted and "Refuted" in refuted
        assert "</s>" not in still_open and "Under investigation" in still_open
