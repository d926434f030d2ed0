"""Something else, from the customer's page: a request of its own, told at once, and only so many a day."""

import pytest
from django.db.models import F
from django.test import Client

from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Account, Contact
from amends.escalations import also_told
from amends.escalations.actions import corrections, endings, merges
from amends.escalations.actions import customer_links as links
from amends.escalations.models import CustomerLink, Escalation, Update
from amends.lib import wall, when
from tests import make
from tests.escalations.reading import DAY, kinds_of, letters_to, subjects_to
from tests.escalations.test_customer_view import MARK, mark_all_that_is_inside
from tests.web.customers import body, case_of, linked, look, path, say

pytestmark = pytest.mark.django_db
WORDS = "The invoices are wrong as well.\nAll of November, in fact."


@pytest.fixture
def link() -> CustomerLink:
    return linked()


def newest() -> Escalation:
    return Escalation.objects.latest("pk")


def test_it_becomes_a_request_of_the_account_and_they_read_by_when_they_hear(link):
    answer = say(link, "more", words=WORDS)

    case, asked = case_of(link), newest()
    assert asked != case and (asked.status, asked.account) == ("requested", case.account)
    assert (asked.channel, asked.found_by, asked.contact) == ("page", "customer", link.contact)
    assert asked.reason == "The invoices are wrong as well."
    assert [update.text for update in asked.updates.all()] == [WORDS]
    assert asked.decisions.get(verdict="").asked_of == asked.handler
    assert f"Please decide: {asked.account}, {asked.reason} ({asked.key})" in subjects_to(asked.handler)
    assert letters_to(asked.handler)[-1].letter["words"] == WORDS
    assert answer["Location"] == f"{path(link)}?said=more#said"
    assert "We have it; you hear from us by" in look_after(link)
    assert not case.updates.filter(text=WORDS).exists()


def test_they_asked_and_what_that_brings_about_is_our_doing(link):
    say(link, "more", words=WORDS)

    who = dict(newest().events.values_list("kind", "by_name"))
    assert who["escalation.requested"] == who["update.written"] == "Maria Duarte"
    assert who["hold.placed"] == who["promise.made"] == "The playbook"


def test_whoever_decides_reads_who_asked_and_of_which_account(link, client):
    say(link, "more", words=WORDS)
    asked = newest()
    client.force_login(asked.handler)

    today, page = body(client.get("/")), body(client.get(f"/escalations/{asked.key}/"))

    assert f"Maria Duarte of {asked.account} asks." in today
    assert f"Requested by Maria Duarte of {asked.account}." in page


def look_after(link: CustomerLink) -> str:
    return body(Client().get(f"{path(link)}?said=more"))


def test_what_they_also_told_us_stands_on_their_page_until_it_has_a_page_of_its_own(link):
    say(link, "more", words=WORDS)
    case, asked = case_of(link), newest()
    make.contact(case.account, "Rui Costa")
    other = links.give(case, contact=Contact.objects.get(name="Rui Costa"), by=COMMAND_LINE, now=wall.now())
    by = asked.promises.get().due_at

    page, theirs = look(link), look(other)
    links.give(asked, contact=link.contact, by=COMMAND_LINE, now=wall.now())

    told = page.partition("You also told us")[2].partition("</section>")[0]
    assert "“The invoices are wrong as well.<br>All of November, in fact.”" in told
    assert "you hear from us by" in told and when.day_and_time(by, "Europe/Lisbon", wall.now()) in told
    assert asked.key not in page and "You also told us" not in theirs
    assert "You also told us" not in look(link)


def test_of_what_they_also_told_us_nothing_is_shown_that_is_over_struck_or_stands_here_already(link):
    for number in range(3):
        say(link, "more", words=f"Thing {number}")
    over, struck, merged = Escalation.objects.exclude(pk=link.escalation_id).order_by("pk")

    endings.withdraw(over, reason="Settled.", by=COMMAND_LINE, now=wall.now())
    corrections.strike(struck.updates.get(), reason="A joke", by=COMMAND_LINE, now=wall.now())
    merges.merge(merged, into=case_of(link), reason="The same", by=COMMAND_LINE, now=wall.now())

    page = look(link)
    assert "You also told us" not in page and page.count("Thing 2") == 1


def elsewhere(link: CustomerLink, asked: Escalation) -> Escalation:
    """What they also told us is the same as another case of their account, of which they have no page."""
    rui = make.contact(case_of(link).account, "Rui Costa")
    other = make.escalation(of=asked.account, contact=rui, now=wall.now())
    merges.merge(asked, into=other, reason="The same invoices", by=COMMAND_LINE, now=wall.now())
    return other


def test_what_they_also_told_us_stands_there_also_where_it_goes_on_in_another_case(link):
    say(link, "more", words=WORDS)
    other = elsewhere(link, newest())
    by = other.promises.open().order_by("due_at").first().due_at
    said, told = look_after(link), look(link).partition("You also told us")[2].partition("</section>")[0]

    rui = other.contact
    links.give(other, contact=rui, by=COMMAND_LINE, now=wall.now())
    still = look(link)
    links.give(other, contact=link.contact, by=COMMAND_LINE, now=wall.now())

    assert "All of November" in told and when.day_and_time(by, "Europe/Lisbon", wall.now()) in told
    assert "We have it; you hear from us by" in said and other.key not in still
    assert "You also told us" in still and "You also told us" not in look(link)


def test_where_that_other_case_is_over_nothing_of_it_is_shown_any_more(link):
    say(link, "more", words=WORDS)
    other = elsewhere(link, newest())

    endings.withdraw(other, reason="Settled.", by=COMMAND_LINE, now=wall.now())

    assert "You also told us" not in look(link)


def test_where_that_other_case_goes_on_in_this_one_their_words_stand_here(link):
    say(link, "more", words=WORDS)
    other = elsewhere(link, newest())

    merges.merge(other, into=case_of(link), reason="The same", by=COMMAND_LINE, now=wall.now())

    page = look(link)
    assert "You also told us" not in page and page.count("All of November") == 1
    # As one of ours sees it as well, where they have no link any more.
    CustomerLink.objects.update(revoked_at=wall.now())
    assert also_told.of(case_of(link), link.contact) == []


def test_a_page_of_what_was_merged_there_is_the_page_of_what_goes_on(link):
    say(link, "more", words=WORDS)
    asked, now = newest(), wall.now()
    merged = make.escalation(of=asked.account, contact=link.contact, now=now)
    links.give(merged, contact=link.contact, by=COMMAND_LINE, now=now)
    other = elsewhere(link, asked)

    before = look(link)
    merges.merge(merged, into=other, reason="The same", by=COMMAND_LINE, now=now)

    assert "You also told us" in before and "You also told us" not in look(link)


def test_of_what_they_also_told_us_they_see_their_own_words_alone(link):
    say(link, "more", words=WORDS)

    marked = mark_all_that_is_inside()

    page = look(link)
    assert "The invoices are wrong as well." in page.partition("You also told us")[2]
    assert MARK not in page and "escalations.Escalation.reason" in marked


def test_a_late_answer_to_what_they_also_told_us_is_said_to_be_late(link):
    say(link, "more", words=WORDS)
    newest().promises.update(made_at=wall.now() - 2 * DAY, due_at=wall.now() - DAY)

    assert "We are late with it, and we know it" in look(link).partition("You also told us")[2]


def test_members_may_merge_it_and_it_is_one_case_again(link):
    say(link, "more", words=WORDS)
    case, asked = case_of(link), newest()

    merges.merge(asked, into=case, reason="The same invoices.", by=case.handler.as_actor(), now=wall.now())

    assert "All of November" in look(link)


def test_on_a_page_whose_case_is_over_they_can_tell_us_of_something_else(link):
    case = case_of(link)
    endings.withdraw(case, reason="Settled.", by=case.handler.as_actor(), now=wall.now())
    assert "Something else?" in look(link)

    say(link, "more", words=WORDS)

    case.refresh_from_db()
    assert (case.status, newest().status) == ("withdrawn", "requested")


def test_so_many_a_day_are_taken_and_what_was_typed_stands_there_still(link):
    for number in range(3):
        assert say(link, "more", words=f"Thing {number}").status_code == 302

    answer = say(link, "more", words="A fourth thing")

    assert answer.status_code == 422
    assert "3 new things since yesterday" in body(answer) and "A fourth thing" in body(answer)
    assert Escalation.objects.count() == 4
    asked = Escalation.objects.exclude(pk=link.escalation_id)
    asked.update(opened_at=F("opened_at") - DAY)
    Update.objects.filter(escalation__in=asked).update(logged_at=F("logged_at") - DAY)
    assert say(link, "more", words="Another day").status_code == 302


def test_nothing_to_be_read_is_no_request(link):
    assert say(link, "more", words=" \u200b ").status_code == 422
    assert Escalation.objects.count() == 1


def test_where_nobody_can_take_charge_no_word_is_lost_and_nothing_of_ours_is_shown(link):
    case = case_of(link)
    Account.objects.update(csm=None)
    type(case.handler).objects.update(role="csm", reports_to=None)

    answer = say(link, "more", words=WORDS)

    assert answer.status_code == 302
    assert Escalation.objects.count() == 1
    assert kinds_of(case)[-1] == "update.written"
    assert "We have it, and somebody takes it up" in look_after(link)


def test_a_long_beginning_is_cut_where_it_stands_as_the_reason(link):
    say(link, "more", words="x" * 400)

    assert len(newest().reason) == 200
    assert newest().updates.get().text == "x" * 400
