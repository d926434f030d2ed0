"""The customer's page, by its link: no login, nothing that is not ours opens it, and it is given and taken inside."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Contact
from amends.escalations import customer_links
from amends.escalations.actions import criteria, endings, merges, problems, updates
from amends.escalations.actions import customer_links as links
from amends.escalations.models import CustomerLink, Escalation, Update
from amends.lib import wall
from amends.outbox.letters import Letter
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, refuses
from tests.web.customers import body, case_of, linked, look, path, say
from tests.web.guarded import unguarded
from tests.web.writing import composed, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> CustomerLink:
    return linked()


# The link


def test_it_opens_without_a_login_or_a_session_and_runs_nothing_but_what_keeps_their_words(link):
    client = Client()

    answer = client.get(path(link))

    assert answer.status_code == 200 and "Every order arrives twice" in body(answer)
    [script] = re.findall(r"<script[^>]*>", body(answer))
    assert script.endswith('/js/theirs.js">') and "sessionid" not in client.cookies
    assert "Log out" not in body(answer) and "Lisbon time" in body(answer)


@pytest.mark.parametrize("ending", ["", "answer/"])
def test_it_is_kept_by_nobody_and_found_by_nobody(link, ending):
    for address in (path(link), "/c/1-aaaaaaaaaaaaaaaaaaaaaaaaaa/", "/c/"):
        answer = Client().get(address if address == "/c/" else f"{address}{ending}")

        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert unguarded(answer) == []


def test_its_secret_stands_nowhere_in_the_database(link):
    updates.send(
        case_of(link), text="On it.", to=[link.contact], by=case_of(link).handler.as_actor(), now=wall.now() - MINUTE
    )
    links.send_again(link, by=COMMAND_LINE, now=wall.now())
    secret = customer_links.token(link).partition("-")[2]

    stored = [str(delivery.letter) for delivery in Delivery.objects.all()]

    assert len(secret) == 26 and not [letter for letter in stored if secret in letter]
    assert not [field for field in CustomerLink.objects.values_list().get() if secret in str(field)]


def wrong(link: CustomerLink) -> dict[str, str]:
    """Links that are not ours, or open nothing."""
    token = customer_links.token(link)
    other = make.escalation(now=wall.now() - HOUR)
    second = links.give(other, contact=other.contact, by=COMMAND_LINE, now=wall.now() - HOUR)
    secret, number = token.partition("-")[2], second.pk
    return {
        "forged": f"{link.pk}-{'a' * 26}",
        "of another case": f"{number}-{secret}",
        "cut off": token[:-1],
        "longer": f"{token}a",
        "in capitals": token.upper(),
        "no number": f"99999-{secret}",
        "a huge number": f"{'9' * 30}-{secret}",
        "nothing of ours": "abc",
    }


def test_what_is_not_ours_and_what_no_longer_stands_is_one_and_the_same_page(link):
    said = {what: Client().get(f"/c/{token}/") for what, token in wrong(link).items()}
    links.revoke(link, by=COMMAND_LINE, now=wall.now())
    said["revoked"] = Client().get(path(link))

    assert {answer.status_code for answer in said.values()} == {404}
    assert len({body(answer) for answer in said.values()}) == 1


def test_who_has_left_gets_in_no_more_by_any_of_their_links(link):
    Contact.objects.filter(pk=link.contact_id).update(has_left=True)

    assert Client().get(path(link)).status_code == 404


def test_where_they_are_not_to_know_of_it_there_is_no_page(link):
    Escalation.objects.filter(pk=link.escalation_id).update(customer_should_know=False, why_not_told="Ours")

    assert Client().get(path(link)).status_code == 404


def test_it_stays_open_for_ninety_days_after_the_end_and_comes_back_with_the_case(link):
    now = wall.now()
    ended = {"status": "closed", "next_look_at": None}
    Escalation.objects.filter(pk=link.escalation_id).update(closed_at=now - 89 * DAY, **ended)
    page = Client().get(path(link))
    assert page.status_code == 200 and "It is over since" in body(page)

    Escalation.objects.filter(pk=link.escalation_id).update(closed_at=now - 91 * DAY)
    assert Client().get(path(link)).status_code == 404

    endings.reopen(case_of(link), reason="It came back", by=COMMAND_LINE, now=now)
    assert Client().get(path(link)).status_code == 200


def test_a_new_link_closes_the_one_before(link):
    again = links.give(case_of(link), contact=link.contact, by=COMMAND_LINE, now=wall.now())

    assert Client().get(path(link)).status_code == 404
    assert Client().get(path(again)).status_code == 200


def test_a_merged_case_leads_to_the_one_that_goes_on(link):
    case = case_of(link)
    other = make.escalation(of=case.account, contact=case.contact, now=wall.now() - MINUTE, problems=("Invoices",))

    merges.merge(case, into=other, reason="The same", by=COMMAND_LINE, now=wall.now())

    assert "Invoices" in look(link)
    assert say(link, "answer", words="Here too").status_code == 302
    assert other.updates.get(channel="page").text == "Here too"


def test_guessing_is_limited(link):
    answers = [Client().get(f"/c/{link.pk}-{'a' * 26}/").status_code for _ in range(31)]

    assert answers[0] == 404 and answers[-1] == 429
    assert Client(REMOTE_ADDR="192.0.2.9").get(path(link)).status_code == 200


def test_looking_is_written_down_once_an_hour_and_told_the_first_time(link):
    for _ in range(3):
        Client().get(path(link))

    link.refresh_from_db()
    assert link.first_opened_at and link.last_opened_at and link.last_opened_at.minute == 0
    assert kinds_of(case_of(link)).count("link.opened") == 1


def test_a_browser_that_looks_ahead_and_a_machine_that_only_asks_have_not_opened_it(link):
    Client().head(path(link))
    for says in ("Purpose", "Sec-Purpose", "X-Moz"):
        Client().get(path(link), headers={says: "prefetch"})

    link.refresh_from_db()
    assert link.first_opened_at is None and "link.opened" not in kinds_of(case_of(link))


def test_one_of_us_who_comes_by_it_leaves_no_trace_and_says_nothing_for_them(link):
    client = Client()
    client.force_login(make.member("Ada", Role.ADMINISTRATOR))

    assert client.get(path(link)).status_code == 200
    assert client.post(f"{path(link)}answer/", {"words": "As if"}).status_code == 403

    link.refresh_from_db()
    assert link.first_opened_at is None and not Update.objects.filter(channel="page").exists()


def test_a_form_that_came_back_may_be_gone_back_to_in_their_own_browser_alone(link):
    refused = say(link, "answer", words="")

    assert (refused.status_code, refused["Cache-Control"]) == (422, "private, no-cache")
    assert say(link, "answer", words="Two lorries")["Cache-Control"] == "no-store"


def test_their_browser_is_told_which_of_its_forms_arrived_and_nothing_of_the_link(link):
    arrived = say(link, "answer", words="Two lorries").cookies["draft_done"].value

    assert unquote(arrived) == f"their-page:{link.pk}:answer"
    assert f'data-draft="their-page:{link.pk}:answer"' in look(link)
    assert "draft_done" not in say(link, "answer", words="").cookies


# A new link


def ask_again(address: str) -> Any:
    return Client().post("/c/", {"email": address})


def test_whoever_asks_for_their_link_reads_the_same_and_only_who_has_one_gets_it(link):
    strange, known = ask_again("nobody@elsewhere.example"), ask_again(link.contact.email.upper())

    assert body(strange) == body(known) and strange.status_code == known.status_code == 200
    [delivery] = letters_to(link.contact)
    letter = Letter.read(delivery.letter).signed()
    assert letter.acts[0].url == customer_links.url(link)
    assert letter.subject.startswith("Your page: ")


def test_the_link_is_sent_once_an_hour_and_never_where_it_was_taken_from_them(link):
    ask_again(link.contact.email)
    ask_again(link.contact.email)
    assert len(letters_to(link.contact)) == 1

    links.revoke(link, by=COMMAND_LINE, now=wall.now())
    Delivery.objects.all().delete()
    ask_again(link.contact.email)
    assert letters_to(link.contact) == []


def test_who_asks_for_their_link_on_purpose_is_not_told_that_it_opens_nothing(link):
    on_purpose, mistyped = Client().get("/c/"), ask_again("no address")
    gone = Client().get(f"/c/{link.pk}-{'a' * 26}/")

    assert (on_purpose.status_code, mistyped.status_code, gone.status_code) == (200, 422, 404)
    for answer in (on_purpose, mistyped):
        assert "<h1>Have your link sent once more</h1>" in body(answer) and "may be old" not in body(answer)
        assert "data-gone" not in body(answer)
    assert "<h1>This link does not open a page</h1>" in body(gone) and "data-gone" in body(gone)


def test_asking_again_and_again_is_limited(link):
    said = [ask_again("maria@brightwater.example").status_code for _ in range(4)]

    assert said == [200, 200, 200, 429]
    assert ask_again("no address").status_code == 422


# Inside


def test_each_copy_of_a_mail_has_the_link_of_its_reader_alone(link):
    case = case_of(link)
    rui = make.contact(case.account, "Rui Teixeira")
    ana = make.contact(case.account, "Ana Reis")
    other = links.give(case, contact=rui, by=COMMAND_LINE, now=wall.now())

    updates.send(case, text="On it.", to=[link.contact, rui, ana], by=case.handler.as_actor(), now=wall.now())

    to_maria, to_rui, to_ana = (
        [act.url for act in Letter.read(letters_to(each)[-1].letter).signed().acts] for each in (link.contact, rui, ana)
    )
    assert (to_maria, to_rui, to_ana) == ([customer_links.url(link)], [customer_links.url(other)], [])


def test_the_case_page_says_who_has_a_link_and_the_preview_shows_what_they_see(link):
    case = case_of(link)
    client = Client()
    client.force_login(case.handler)

    page = body(client.get(f"/escalations/{case.key}/"))
    preview = client.get(f"/escalations/{case.key}/customer-page/{link.contact_id}/")

    assert "has not opened it yet" in page and "See it as they do" in page
    assert customer_links.token(link) not in page + body(preview)
    assert "This is how Maria Duarte sees it" in body(preview) and "Every order arrives twice" in body(preview)
    link.refresh_from_db()
    assert link.first_opened_at is None


def test_of_a_case_that_was_merged_no_link_is_offered(link):
    case = case_of(link)
    other = make.escalation(of=case.account, contact=case.contact, now=wall.now() - MINUTE, problems=("Invoices",))
    client = Client()
    client.force_login(case.handler)
    before = body(client.get(f"/escalations/{case.key}/"))

    merges.merge(case, into=other, reason="The same", by=COMMAND_LINE, now=wall.now())

    pages = [body(client.get(f"/escalations/{each.key}/")) for each in (case, other)]
    assert ["Give a link…" in page for page in (before, *pages)] == [True, False, True]


def test_a_link_is_given_by_mail_or_shown_once(link):
    case = case_of(link)
    rui = make.contact(case.account, "Rui Teixeira", email="")
    client = Client()
    client.force_login(case.handler)
    new = f"/escalations/{case.key}/customer-links/new/"

    refused = client.post(new, {"contact": rui.pk, "mail": "on"})
    shown = client.post(new, {"contact": rui.pk})
    mailed = client.post(new, {"contact": link.contact_id, "mail": "on"})

    assert refused.status_code == 422 and "has no mail address" in body(refused)
    given = CustomerLink.objects.get(contact=rui, revoked_at=None)
    assert shown.status_code == 200 and customer_links.url(given) in body(shown)
    assert mailed.status_code == 302 and len(letters_to(link.contact)) == 1


def test_who_has_a_link_is_not_chosen_by_itself_for_another(link):
    case = case_of(link)
    rui = make.contact(case.account, "Rui Teixeira")
    client = Client()
    client.force_login(case.handler)
    new = f"/escalations/{case.key}/customer-links/new/"

    first, renewing = body(client.get(new)), body(client.get(f"{new}?contact={link.contact_id}"))
    links.give(case, contact=rui, by=COMMAND_LINE, now=wall.now())
    all_have = body(client.get(new))
    nobody = client.post(new, {"contact": "", "mail": "on"})

    assert re.search(rf'value="{rui.pk}" selected>Rui Teixeira<', first)
    assert "Maria Duarte (has a link)<" in first and "Everybody here has a link" not in first
    assert re.search(rf'value="{link.contact_id}" selected>', renewing)
    assert 'value="" selected>Choose somebody<' in all_have and "Everybody here has a link" in all_have
    assert nobody.status_code == 422 and Client().get(path(link)).status_code == 200


def test_what_ends_it_reads_right_for_both_sides_and_whoever_writes_it_is_told_who_reads_it(link):
    case = case_of(link)
    criteria.add(case, words="It is clear whom to ring.", by=case.handler.as_actor(), now=wall.now())
    client = Client()
    client.force_login(case.handler)

    page, inside = look(link), body(client.get(f"/escalations/{case.key}/"))

    assert "What must be true before we both call it over</h3>" in page and "It is clear whom to ring." in page
    assert "It stands on their page too: write it so that it is right for both of you." in inside


def test_where_no_mail_leaves_a_lost_link_is_not_said_to_be_on_its_way(link, settings):
    asked = body(Client().post("/c/", {"email": link.contact.email}))
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    as_usual = body(Client().post("/c/", {"email": "somebody@else.example"}))

    assert "as soon as our mail leaves again" in asked and "on its way" not in asked
    assert "its link is on its way there now" in as_usual


def test_a_link_is_taken_away(link):
    case = case_of(link)
    client = Client()
    client.force_login(case.handler)

    assert client.post(f"/escalations/{case.key}/customer-links/{link.pk}/revoke/").status_code == 302

    assert Client().get(path(link)).status_code == 404
    assert kinds_of(case)[-1] == "link.revoked"


def test_no_link_is_given_where_there_is_no_page(link):
    case, now = case_of(link), wall.now()
    stranger = make.contact(make.account("Another"))
    with refuses("is not at", "contact"):
        links.give(case, contact=stranger, by=COMMAND_LINE, now=now)
    Escalation.objects.filter(pk=case.pk).update(status="closed", closed_at=now - 91 * DAY, next_look_at=None)

    with refuses("so long that its page is closed"):
        links.give(case, contact=link.contact, by=COMMAND_LINE, now=now)


def test_what_they_wrote_is_never_corrected_only_struck(link):
    say(link, "answer", words="Mine")
    case = case_of(link)
    client = Client()
    client.force_login(case.handler)

    page = body(client.get(f"/escalations/{case.key}/"))

    assert "wrote on their page" in page and "Not about this case" in page


def test_the_preview_of_a_mail_shows_its_foot_without_the_secret(link):
    case = case_of(link)
    client = Client()
    client.force_login(case.handler)

    page = body(post(client, case, composed(case), "send/preview/"))

    assert customer_links.LABEL in page and "#only-in-the-mail" in page
    assert f"/c/{link.pk}" not in page


def test_it_takes_as_many_queries_for_much_as_for_little(link, django_assert_max_num_queries):
    client = Client()
    client.get(path(link))
    case, now = case_of(link), wall.now()
    for number in range(8):
        problems.name(case, words=f"Problem {number}", by=COMMAND_LINE, now=now)
        updates.log(case, channel="call", text="x", at=now, by=COMMAND_LINE, now=now)

    with django_assert_max_num_queries(14):
        client.get(path(link))
