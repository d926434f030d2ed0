"""Which promises a mail keeps: each says whose it is, and the preview says what is kept."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from amends.escalations.actions import leave_outs, promises, updates
from amends.escalations.models import Escalation
from amends.lib import wall
from tests import make
from tests.web.writing import HOUR, composed, page_of, post, text_in, typed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def now() -> dt.datetime:
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def case(now, client) -> Escalation:
    """Acknowledged yesterday; Maria is promised an update. Rui need not be told. Its handler is logged in."""
    found = make.escalation(now=now - 30 * HOUR, channel="mail")
    by = found.handler.as_actor()
    updates.log(found, channel="call", text="We are on it.", at=now - 29 * HOUR, by=by, now=now - 29 * HOUR)
    make.contact(found.account, "Rui Costa")
    client.force_login(found.handler)
    return found


def rui(case):
    return case.account.contacts.get(name="Rui Costa")


def figures(case, now):
    """What Rui is promised."""
    return promises.make(
        case,
        what="Corrected stock figures",
        kind="deliverable",
        to=rui(case),
        due_at=now + 90 * HOUR,
        by=case.handler.as_actor(),
        now=now,
    )


def ticked(page, name):
    return re.findall(rf'name="{name}" value="(\d+)"[^>]*checked', page)


def test_each_box_names_who_was_promised_it(client, case, now):
    figures(case, now)

    for page in (page_of(client, case), page_of(client, case, "log/")):
        assert "“Corrected stock figures”, to Rui Costa, by" in page
        assert "“An update on where we stand”, to Maria Duarte, by" in page


def test_what_is_ticked_beforehand_was_promised_to_one_who_gets_it(client, case, now):
    update = case.promises.open().get()
    board = figures(case, now)

    assert ticked(page_of(client, case), "keeps") == [str(update.pk)]
    asked = page_of(client, case, f"?keeps={board.pk}")
    assert ticked(asked, "keeps") == [str(board.pk)]
    assert ticked(asked, "to") == [str(case.contact.pk), str(rui(case).pk)]
    assert f'data-promised-to="{rui(case).pk}"' in asked

    by = case.handler.as_actor()
    leave_outs.leave_out(case, contact=case.contact, reason="On leave", until=now.date() + 2 * DAY, by=by, now=now)
    without_maria = page_of(client, case, f"?to={rui(case).pk}")
    assert (ticked(without_maria, "to"), ticked(without_maria, "keeps")) == ([str(rui(case).pk)], [])


def test_what_was_promised_to_another_comes_back_with_what_to_do_from_the_preview_too(client, case, now):
    data = composed(case, keeps=[figures(case, now).pk])

    for where in ("send/", "send/preview/"):
        answer = post(client, case, data, where)
        assert answer.status_code == 422
        assert re.search(
            r'id="id_keeps-error">.*?was promised to Rui Costa, who does not get this. Choose them too, or leave it',
            answer.content.decode(),
        )
    assert post(client, case, data | {"to": [case.contact.pk, rui(case).pk]}).status_code == 302


def test_the_preview_says_what_is_kept_and_whose_it_was(client, case, now):
    board = figures(case, now)
    data = composed(case, to=[case.contact.pk, rui(case).pk], keeps=[board.pk])
    none = composed(case, keeps=[])

    page = post(client, case, data, "send/preview/").content.decode()

    assert "<dt>Keeps</dt><dd>“Corrected stock figures”, promised to Rui Costa</dd>" in page
    assert "<dt>Keeps</dt>" not in post(client, case, none, "send/preview/").content.decode()


def test_the_preview_says_that_any_word_acknowledges(client, now):
    case = make.escalation(now=now - HOUR, channel="mail")
    client.force_login(case.handler)

    page = post(client, case, composed(case, keeps=[]), "send/preview/").content.decode()

    assert re.search(r"<dt>Keeps</dt><dd>“Acknowledge: [^<]*”, promised to Maria Duarte</dd>", page)


def test_saying_it_with_no_news_names_whose_promise_it_keeps(client, case):
    assert "It keeps “An update on where we stand”, promised to Maria Duarte." in page_of(client, case)


def test_a_preview_for_nobody_is_refused_and_says_who_should_be_told(client, case):
    make.contact(case.account, "Ana Lima", must_hear=True)

    answer = post(client, case, composed(case, to=[]), "send/preview/")
    page = answer.content.decode()

    assert answer.status_code == 422 and "As it arrives" not in page
    says = "Choose who at the customer gets this. Maria Duarte and Ana Lima should be told of it."
    assert re.search(rf'id="id_to-error">.*?{says}', page)
    assert text_in(page) == "The replay worked."


def test_the_preview_refuses_what_sending_would(client, case, now):
    ana = make.contact(case.account, "Ana Lima", must_hear=True)
    far, soon = (f"{now.date() + days * DAY}" for days in (40, 4))
    why = {f"why_not_{ana.pk}": "On leave"}

    def looked(**more):
        return post(client, case, composed(case, keeps=[], **more), "send/preview/")

    unsaid, too_far = looked(), looked(**why, **{f"until_{ana.pk}": far})
    gone = looked(**why, **{f"until_{ana.pk}": soon}, next_what="More", next_at="2026-01-02T10:00")

    assert (unsaid.status_code, too_far.status_code, gone.status_code) == (422, 422, 422)
    assert "Ana Lima should be told of this." in unsaid.content.decode()
    assert "30 days are the most." in too_far.content.decode()
    assert "As it arrives" not in too_far.content.decode() and text_in(too_far.content.decode()) == "The replay worked."
    shown = looked(**why, **{f"until_{ana.pk}": soon})
    assert shown.status_code == 200 and "<dt>Left out</dt><dd>Ana Lima, until" in shown.content.decode()


def test_one_sees_it_as_whoever_gets_it_first(client, case):
    case.contact.email = ""
    case.contact.save()

    assert ">they will</span>" in page_of(client, case, "?to=x")
    assert ">Rui</span>" in page_of(client, case, f"?to={rui(case).pk}")
    back = post(client, case, composed(case, to=[rui(case).pk], text=""), "send/preview/").content.decode()
    assert "See it as <span" in back and ">Rui</span>" in back


# Whom the address names


def test_the_address_chooses_just_those_whom_it_names_and_who_is_left_out_is_said(client, case, now):
    ana = make.contact(case.account, "Ana Lima", must_hear=True)
    by = case.handler.as_actor()
    leave_outs.leave_out(case, contact=ana, reason="On leave", until=now.date() + 2 * DAY, by=by, now=now)

    page = page_of(client, case, f"?to={rui(case).pk}&to={ana.pk}")

    assert set(ticked(page, "to")) == {str(ana.pk), str(rui(case).pk)}
    assert len(re.findall(r'name="to"[^>]*data-asked', page)) == 3, "a draft changes none of them"
    assert re.search(r"<b>Ana Lima</b> is left out until .*?On leave.*?Writing to them ends it\.", page)
    data = composed(case, keeps=[], to=[case.contact.pk, rui(case).pk, ana.pk])
    assert post(client, case, data).status_code == 302
    assert case.leave_outs.get().ended_at


def test_an_address_that_names_nobody_here_changes_nothing(client, case):
    page = page_of(client, case, "?to=999999")

    assert ticked(page, "to") == [str(case.contact.pk)]
    # A draft says who gets it: nobody was asked for who is here.
    assert not re.search(r'name="to"[^>]*data-asked', page)


# A call


def test_a_call_with_somebody_else_comes_back_with_what_to_do(client, case, now):
    board = figures(case, now)
    data = {
        "direction": "out",
        "channel": "call",
        "text": "Read out.",
        "at": typed(now, ZoneInfo("Europe/Berlin")),
        "contact": case.contact.pk,
        "keeps": [board.pk],
        "next_channel": "mail",
    }

    back = post(client, case, data, "log/")
    page = back.content.decode()
    done = post(client, case, data | {"contact": rui(case).pk}, "log/")

    assert back.status_code == 422 and done.status_code == 302
    assert "What you told somebody keeps what they were promised" in page
    assert re.search(r'id="id_keeps-error">.*?was promised to Rui Costa, and this was said to Maria Duarte\.', page)
    board.refresh_from_db()
    assert board.status == "kept"


def test_a_call_has_ticked_what_was_promised_to_whom_it_is_with(client, case, now):
    update, board = case.promises.open().get(), figures(case, now)

    both = page_of(client, case, f"log/?keeps={board.pk}&keeps={update.pk}")
    assert ticked(both, "keeps") == [str(update.pk)]
    assert ticked(page_of(client, case, f"log/?keeps={board.pk}"), "keeps") == [str(board.pk)]

    case.account.contacts.filter(name="Maria Duarte").update(has_left=True)
    nobody = page_of(client, case, f"log/?keeps={update.pk}&keeps={board.pk}")
    assert ticked(nobody, "keeps") == [str(update.pk), str(board.pk)]
