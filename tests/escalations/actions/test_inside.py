"""One text, every audience: an update is written once, and the account team and executives each get their part."""

from decimal import Decimal

import pytest

from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Contact
from amends.escalations import customer_links, customer_view, inside_readers
from amends.escalations.actions import (
    corrections,
    criteria,
    deliveries,
    facts,
    files,
    hearings,
    meetings,
    merges,
    plans,
    problems,
    promises,
    requests,
    updates,
    watchers,
)
from amends.escalations.actions import customer_links as links
from amends.escalations.actions.files import File
from amends.escalations.errors import KeptInside, Refused
from amends.escalations.hearing import Heard
from amends.escalations.meetings import Invited
from amends.escalations.models import InsidePart, Problem
from amends.outbox.models import Delivery
from amends.worker.deliver import Sender
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
TEAM = "They think of leaving: say nothing of the Lisbon contract."
BOARD = "412,000 € a year are at stake, and we were at fault."


@pytest.fixture
def case():
    """Handled by a manager, under an executive; a sponsor, a salesperson and a watcher beside the CSM."""
    tom, nadia, _ = make.chain()
    account = make.account(csm=tom, spend=Decimal(50_000))
    make.seat(account, make.member("Sales Sal", Role.SALES))
    make.seat(account, make.member("Sponsor Sue", Role.EXECUTIVE), part="sponsor")
    escalation = make.escalation(of=account)
    assert escalation.handler == nadia
    watchers.add(escalation, member=make.member("Watch Wim", Role.RESPONDER), by=COMMAND_LINE, now=NOW)
    watchers.add(escalation, member=make.member("Exec Eva", Role.EXECUTIVE), by=COMMAND_LINE, now=NOW)
    return escalation


def send(case, **more):
    values = {"text": "Dear Maria,\n\nwe found it.", "to": [case.contact], "by": case.handler.as_actor()}
    return updates.send(case, **values | {"now": NOW + HOUR} | more)


def heard(case, kind):
    """Who was told by the newest event of that kind."""
    return sorted(notice.member.name for notice in case.events.get(kind=kind).notices.all())


def test_each_audience_gets_its_part_with_what_the_customer_was_told(case):
    update = send(case, for_team=f" {TEAM} ", for_executives=BOARD)

    assert heard(case, "team.told") == ["Sales Sal", "Tom Okafor", "Watch Wim"]
    assert heard(case, "executives.told") == ["Exec Eva", "Ruth Adeyemi", "Sponsor Sue"]
    assert [(part.audience, part.text) for part in update.inside_parts.all()] == [("team", TEAM), ("executives", BOARD)]
    letter = letters_to(case.account.csm)[-1].letter
    assert letter["paragraphs"][0] == TEAM and "for us alone" in letter["paragraphs"][1]
    assert letter["facts"] == [["What the customer was told", "Dear Maria,\n\nwe found it."]]
    assert "Nadia Brandt wrote to them, and to the account team" in letter["subject"]


def test_without_a_part_for_them_executives_are_of_the_team(case):
    send(case, for_team=TEAM)

    assert heard(case, "team.told") == ["Exec Eva", "Sales Sal", "Sponsor Sue", "Tom Okafor", "Watch Wim"]
    assert "executives.told" not in kinds_of(case)


def test_whoever_writes_is_not_told_what_they_wrote(case):
    parts = list(InsidePart.Audience)
    read = inside_readers.of(case, parts, by=case.account.csm.as_actor(), now=NOW)

    assert case.account.csm not in read[InsidePart.Audience.TEAM] and case.handler in read[InsidePart.Audience.TEAM]


@pytest.mark.parametrize(
    ("more", "says", "field"),
    [
        ({"for_team": "dear maria, we  FOUND it."}, "The customer reads that already.", "for_team"),
        ({"for_executives": "x" * 5_001}, "5,000 characters are the most.", "for_executives"),
    ],
)
def test_a_part_that_the_customer_reads_or_that_is_a_book_is_refused_at_its_field(case, more, says, field):
    with refuses(says, field=field):
        send(case, text="Dear Maria,\n\nwe found it. It is gone.", **more)


def test_what_was_written_for_us_alone_is_in_no_later_word_to_the_customer(case):
    send(case, for_team=TEAM)

    with refuses(f"This holds what was written for the account team alone: “{TEAM}” Say it in other", field="text"):
        send(case, text=f"Dear Maria,\n\n{TEAM}", now=NOW + 2 * HOUR)
    with refuses("for the account team alone", field="subject"):
        send(case, subject=TEAM.upper(), now=NOW + 2 * HOUR)
    with refuses("for the account team alone", field="text"):
        send(case, subject=TEAM[:30], text=TEAM[30:], now=NOW + 2 * HOUR)
    with refuses("The customer reads that already.", field="for_executives"):
        send(case, for_executives="Dear Maria, we found it.", text="And it is gone.", now=NOW + 2 * HOUR)


def test_nothing_that_the_customer_reads_of_a_case_is_written_with_it(case):
    """Their page shows the plan, what is asked of them, what ends it, what is promised; invitations the agenda."""
    by, later = case.handler.as_actor(), NOW + DAY
    send(case, for_executives=BOARD)
    problem = problems.name(case, words="Doubled", by=by, now=NOW)
    said = {"by": by, "now": NOW}
    asked = {"starts_at": later, "minutes": 30, "members": [Invited(case.handler)], "contacts": [case.contact]}

    for field, act in {
        "words": lambda: problems.name(case, words=BOARD, **said),
        "what": lambda: requests.make(problem, what=f"A list. {BOARD}", due_at=later, **said),
    }.items():
        with refuses("This holds what was written for executives alone: “412,000 € a year", field=field):
            act()
    with refuses("for executives alone", field="words"):
        criteria.add(case, words=BOARD, **said)
    with refuses("for executives alone", field="what"):
        promises.make(case, what=BOARD, due_at=later, **said)
    with refuses("for executives alone", field="what"):
        send(case, then=updates.Next(BOARD, later))
    for field in ("agenda", "place"):
        with refuses("for executives alone", field=field):
            meetings.plan(case, kind="status", **asked, **{field: BOARD}, **said)
    fact = facts.state(case, words=BOARD, **said)
    with refuses("for executives alone", field="text"):
        send(case, cites=[fact])


def test_nothing_that_was_heard_or_goes_along_or_is_a_name_on_their_page_brings_it_out_either(case):
    """What they want, further problems, the names of files, and of who confirmed the plan."""
    send(case, for_executives=BOARD)
    problem = problems.name(case, words="Doubled", by=COMMAND_LINE, now=NOW)
    said, later = {"by": COMMAND_LINE, "now": NOW + 2 * HOUR}, NOW + 3 * HOUR
    again = Heard(reason="Again", impact="impaired", problems=("Stock is wrong", BOARD), contact=case.contact)
    (file,) = files.attach_all(case, files=[File(f"{BOARD}.txt", b"x")], **said)

    with refuses("for executives alone", field="outcome_wanted"):
        hearings.complete(case, said={"outcome_wanted": f"They think: {BOARD.upper()}"}, **said)
    with refuses("for executives alone", field="problems"):
        hearings.complete(case, said={"problems": (BOARD,)}, **said)
    with refuses("for executives alone", field="problems"):
        merges.add(case, heard=again, **said)
    for along in ({"files": [File(f"{BOARD}.txt", b"x")]}, {"encloses": [file]}):
        with refuses("for executives alone", field="files"):
            send(case, text="See the file.", **along, now=later)
    with refuses("for executives alone", field="name"):
        plans.confirm(case, order=[problem.pk], how="call", at=NOW, name=BOARD, **said)

    page = customer_view.of(case, case.contact, later)
    assert [step.words for step in page.plan] == ["Doubled"] and not page.outcome_wanted and not page.confirmed


def test_what_they_want_already_is_no_hindrance_to_hear_more(case):
    """They read their own wish on their page long before somebody wrote the same inside."""
    hearings.complete(case, said={"outcome_wanted": BOARD}, by=COMMAND_LINE, now=NOW)
    send(case, for_executives=BOARD)

    hearings.complete(case, said={"mood": "upset"}, by=COMMAND_LINE, now=NOW + 2 * HOUR)

    case.refresh_from_db()
    assert (case.mood, case.outcome_wanted) == ("upset", BOARD)


def test_what_names_our_words_is_told_apart_from_every_other_refusal(case):
    send(case, for_executives=BOARD)

    with pytest.raises(KeptInside):
        send(case, text=BOARD, now=NOW + 2 * HOUR)
    with pytest.raises(Refused) as refused:
        send(case, text="", now=NOW + 2 * HOUR)

    assert not isinstance(refused.value, KeptInside)


def test_a_mail_that_nobody_gives_a_name_goes_without_what_is_for_us_alone(case):
    """The words of a problem were heard before somebody wrote the same inside: a link is called after them."""
    by = case.handler.as_actor()
    case.problems.all().delete()
    told = send(case, subject="Where we stand")
    Problem.objects.create(escalation=case, words=TEAM, rank=1)
    InsidePart.objects.create(update=told, audience="team", text=TEAM)
    corrections.take_back(told, by=by, now=NOW + HOUR)

    link = links.give(case, contact=case.contact, mail=True, by=by, now=NOW + 2 * HOUR)
    links.send_again(link, by=by, now=NOW + 4 * HOUR)

    given, again = [mail for mail in letters_to(case.contact) if "customer-link" in mail.identity]
    assert given.letter["subject"] == again.letter["subject"] == f"Your page ({case.key})"
    with refuses("for the account team alone", field="subject"):
        send(case, now=NOW + 2 * HOUR)


def test_what_is_told_beside_leaves_when_the_mail_does_and_not_at_all_where_that_was_taken_back(case, world, mailbox):
    world.mail_goes_to(mailbox.url)
    world.passes(hours=1)
    mailbox.take_all()
    update = send(case, for_team=TEAM, now=world.now)

    corrections.take_back(update, by=case.handler.as_actor(), now=world.now)
    world.passes(minutes=1)

    states = dict(Delivery.objects.filter(letter__icontains="Lisbon contract").values_list("address", "state"))
    assert set(states.values()) == {Delivery.State.NOT_NEEDED} and len(states) == 5
    assert not [mail for mail in mailbox.take_all() if "Lisbon contract" in mail.text]


def all_that_left(mailbox, contact: Contact) -> str:
    return "\n".join(str(mail.message) for mail in mailbox.take_all() if mail.to == contact.email)


def test_no_way_out_to_the_customer_holds_a_word_of_it(case, world, mailbox, client):
    """A mail, one without news, the link to their page by itself, a mail that is repeated, and their page."""
    sender, by, maria = world.mail_goes_to(mailbox.url), case.handler.as_actor(), case.contact
    assert isinstance(sender, Sender)
    link = links.give(case, contact=maria, by=by, now=world.now)
    send(case, for_team=TEAM, for_executives=BOARD, now=world.now)
    world.passes(minutes=11)
    updates.send_no_news(case, by=by, now=world.now)
    links.send_again(link, by=by, now=world.now)
    world.passes(minutes=1)
    first = letters_to(maria)[0]
    Delivery.objects.filter(pk=first.pk).update(state=Delivery.State.MAYBE)
    deliveries.try_again(Delivery.objects.get(pk=first.pk), by=COMMAND_LINE, now=world.now)
    world.passes(minutes=1)

    theirs = all_that_left(mailbox, maria)
    page = client.get(f"/c/{customer_links.token(link)}/").content.decode()

    assert theirs.count("Message-ID") >= 4 and "we found it" in theirs and "we found it" in page
    for words in ("Lisbon contract", "412,000", "at fault", "Sponsor"):
        assert words not in theirs and words not in page


def test_it_stands_on_the_timeline_for_members(case, client):
    send(case, for_team=TEAM)
    client.force_login(case.account.csm)

    page = client.get(f"/escalations/{case.key}/").content.decode()
    inside = client.get(f"/escalations/{case.key}/timeline/?show=inside").content.decode()

    assert f"told the account team besides: {TEAM}" in page and TEAM in inside


def test_a_case_without_a_soul_beside_the_writer_keeps_what_is_said_all_the_same():
    ruth = make.member("Ruth Adeyemi", Role.EXECUTIVE)
    case = make.escalation(of=make.account(csm=ruth))

    send(case, for_team=TEAM, for_executives=BOARD, by=case.handler.as_actor(), now=NOW + DAY + MINUTE)

    assert kinds_of(case)[-2:] == ["team.told", "executives.told"]
    assert not case.events.get(kind="team.told").notices.exists()
