"""Mail on a real IMAP server becomes mail in its case, once, whatever breaks on the way (F21, F23, F24)."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from amends.directory.actor import MAILBOX
from amends.escalations.actions import incoming, mailboxes
from amends.escalations.models import Escalation, Incoming, Mailbox
from amends.inbox.imap import ImapServer, Unreachable
from amends.lib import wall
from amends.pulse import beats
from amends.worker.mailbox import ComingIn, Fetching
from tests.escalations.mail.writing import NOW, answer_address, brightwater, in_case, letter
from tests.escalations.reading import DAY, HOUR, MINUTE
from tests.imap import Box
from tests.mailbox import until

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


class Clock:
    """The process of a clock that reads the mailbox, at a time that the test sets."""

    def __init__(self, box: Box, place: str = "here") -> None:
        self.now = NOW
        self.server = ImapServer(box.url())
        self.fetching = Fetching(self.server, place, lambda: self.now)

    def looks(self) -> int:
        """Until nothing is new any more; says how many mails it fetched."""
        count = 0
        while fetched := self.fetching.look():
            count += fetched
        return count


@pytest.fixture
def clock(imap_box: Box) -> Clock:
    """One that has looked into the empty mailbox before."""
    clock = Clock(imap_box)
    assert clock.looks() == 0
    return clock


def arrived(clock: Clock) -> bytes:
    """The first mail, fetched and not kept."""
    clock.server.folder()
    raw = clock.server.content(1)
    assert raw
    return raw


def mail(case: Escalation, text: str = "It happened again.", **said: Any) -> bytes:
    return letter(text, to=answer_address(case), **said).as_bytes()


def test_new_mail_is_fetched_once_and_marked_as_seen(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(mail(case), mail(case, "And again."))

    assert (clock.looks(), clock.looks()) == (2, 0)

    assert in_case(case) == ["It happened again.", "And again."]
    assert imap_box.flags() == ["seen", "seen"]
    assert Incoming.objects.first().came_by == f"{imap_box.user}@127.0.0.1/INBOX"


def test_stopped_between_keeping_and_marking_it_is_there_once(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(mail(case))
    mailbox = mailboxes.lease(clock.server.name, place="here", now=NOW)
    raw = arrived(clock)
    mailboxes.fetched(mailbox, 1, raw=raw, size=len(raw), is_whole=True, by=MAILBOX, now=NOW)

    # Whoever comes next, when the lease is over.
    successor = Clock(imap_box, "elsewhere")
    successor.now = NOW + HOUR
    assert successor.looks() == 0

    assert (in_case(case), Incoming.objects.count()) == (["It happened again."], 1)


def test_stopped_before_it_was_kept_it_is_fetched_again(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(mail(case))
    assert arrived(clock)

    assert (clock.looks(), len(in_case(case))) == (1, 1)


def test_what_was_kept_and_not_read_is_read_although_the_mailbox_is_away(case: Escalation, imap_box: Box, clock: Clock):
    incoming.keep(mail(case), came_by="a post", by=MAILBOX, now=NOW)
    imap_box.server.goes_down()

    try:
        with pytest.raises(Unreachable):
            clock.looks()
    finally:
        imap_box.server.comes_up()

    assert len(in_case(case)) == 1


def test_down_over_midnight_all_of_it_arrives(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(*[mail(case, f"Hour {hour}") for hour in range(3)])
    clock.now = NOW + DAY

    assert clock.looks() == 3

    assert in_case(case) == ["Hour 0", "Hour 1", "Hour 2"]


def test_the_server_goes_away_and_comes_back_and_nothing_is_lost(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(mail(case))
    clock.looks()
    imap_box.server.goes_down()
    try:
        with pytest.raises(Unreachable, match="cannot be reached"):
            clock.looks()
    finally:
        imap_box.server.comes_up()
    imap_box.gets(mail(case, "While you were away."))

    assert clock.looks() == 1

    assert in_case(case) == ["It happened again.", "While you were away."]


def test_a_mailbox_with_old_mail_begins_with_what_nobody_has_read(case: Escalation, imap_box: Box):
    imap_box.gets(mail(case, "Old and read."), is_read=True)
    imap_box.gets(mail(case, "Old and unread."))
    imap_box.gets(mail(case, "Newer and read."), is_read=True)
    clock = Clock(imap_box)

    assert clock.looks() == 1

    imap_box.gets(mail(case, "New, and read by somebody at once."), is_read=True)
    assert clock.looks() == 1
    assert in_case(case) == ["Old and unread.", "New, and read by somebody at once."]


def test_when_its_numbers_are_new_ones_nothing_comes_twice_and_nothing_is_missed(case: Escalation, imap_box: Box):
    imap_box.gets(mail(case, "Long ago."), is_read=True)
    clock = Clock(imap_box)
    # The server counts the days on the wall.
    clock.now = wall.now()
    imap_box.gets(mail(case))
    assert clock.looks() == 1
    # Where the mail came long after the last look, and somebody read it there.
    Mailbox.objects.update(looked_at=clock.now + 10 * DAY)
    imap_box.gets(mail(case, "Read there."), is_read=True)
    imap_box.gets(mail(case, "Nobody has read it."))

    imap_box.is_numbered_anew()

    assert clock.looks() == 1
    assert in_case(case) == ["It happened again.", "Nobody has read it."]

    # And soon after it: all that came since is looked at, and what is known by its bytes is known.
    Mailbox.objects.update(looked_at=clock.now)
    imap_box.is_numbered_anew()
    clock.looks()
    assert in_case(case).count("It happened again.") == 1
    assert set(in_case(case)) == {"Long ago.", "It happened again.", "Read there.", "Nobody has read it."}


def test_two_clocks_fetch_it_once(case: Escalation, imap_box: Box, clock: Clock):
    other = Clock(imap_box, "elsewhere")
    imap_box.gets(mail(case))

    assert (clock.looks(), other.looks()) == (1, 0)

    # The first one is gone; the second goes on when its lease is over.
    imap_box.gets(mail(case, "Later."))
    other.now = NOW + MINUTE
    assert other.looks() == 0
    other.now = NOW + 3 * MINUTE
    assert other.looks() == 1
    assert in_case(case) == ["It happened again.", "Later."]


def test_who_lost_the_lease_keeps_nothing_more(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(mail(case))
    slow = mailboxes.lease(clock.server.name, place="here", now=NOW)
    assert mailboxes.lease(clock.server.name, place="elsewhere", now=NOW + 3 * MINUTE)

    raw = arrived(clock)
    assert not mailboxes.fetched(slow, 1, raw=raw, size=len(raw), is_whole=True, by=MAILBOX, now=NOW)

    assert (Incoming.objects.count(), Mailbox.objects.get().read_up_to) == (0, 0)


def test_a_mail_over_the_limit_is_parked_with_its_headers_and_stays_and_the_next_is_on_time(
    case: Escalation, imap_box: Box, clock: Clock, settings: Any
):
    settings.MAIL_LIMIT_MB = 1
    imap_box.gets(mail(case, "x" * 60 + "\n" + ("y" * 70 + "\n") * 20_000, subject="The log"), mail(case, "Next."))

    assert clock.looks() == 2

    large = Incoming.objects.get(state="parked")
    assert large.why == "This mail has 1.4 MB; up to 1 MB are read. It is in the mailbox."
    assert (large.subject, large.sender_address) == ("The log", "maria@brightwater.example")
    assert len(large.content.raw) < 1_000 < large.size
    assert (in_case(case), imap_box.flags()) == (["Next."], ["new", "seen"])


def odd(case: Escalation) -> list[bytes]:
    """What no desk should get, and every desk gets."""
    top = f"From: maria@brightwater.example\nTo: {answer_address(case)}\nMessage-ID: <%s@there.example>\n"
    many = 'Content-Type: multipart/mixed; boundary="e"\n\n' + "--e\n\nx\n" * 10_000 + "--e--\n"
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(200)) + "\nx\n"
    within = "Content-Type: message/rfc822\n\n" * 200
    broken = "Subject: =?nonsense?Q?=ff=fe?=\nContent-Type: text/plain; charset=klingon\n\n\udcff\udcfe words"
    mails = [many, nested, within, broken]
    return [(top % number + text).encode("utf-8", "surrogateescape") for number, text in enumerate(mails)]


def test_odd_mail_is_parked_or_read_and_the_next_is_on_time(case: Escalation, imap_box: Box, clock: Clock):
    imap_box.gets(*odd(case), b"\0\0\0", b"From: nobody\n\n", mail(case, "Next."))

    clock.looks()

    came = Incoming.objects.order_by("id")
    assert [one.state for one in came if one.state != "parked"] == ["filed", "filed"]
    assert all(one.why for one in came.filter(state="parked"))
    assert "words" in in_case(case)[0] and in_case(case)[1] == "Next."


def test_a_wrong_password_is_trouble_in_a_sentence_and_the_thread_goes_on(
    imap_box: Box, settings: Any, transactional_db: None
):
    settings.IMAP_URL, now = imap_box.url("wrong"), wall.now()
    stop = threading.Event()
    coming_in = ComingIn(settings.IMAP_URL, "here", stop, rest=0.05)
    coming_in.begin()
    try:
        until(lambda: any(vital.trouble for vital in beats.vitals(now)), "no trouble is told")
        [vital] = [vital for vital in beats.vitals(now) if vital.part == "mailbox"]
        assert vital.trouble == f"The mailbox at 127.0.0.1 does not let {imap_box.user} in: Authentication failed."
    finally:
        stop.set()
        coming_in.finish()

    assert [vital.is_running for vital in beats.vitals(now) if vital.part == "mailbox"] == [False]


def test_the_thread_reads_what_comes_and_lets_go_of_the_mailbox_at_its_end(
    imap_box: Box, settings: Any, transactional_db: None
):
    case = brightwater()[0]
    imap_box.gets(mail(case))
    stop = threading.Event()
    coming_in = ComingIn(imap_box.url(), "here", stop, every=0.05)
    coming_in.begin()
    try:
        until(lambda: in_case(case) == ["It happened again."], "it never came")
        imap_box.gets(mail(case, "Another."))
        until(lambda: len(in_case(case)) == 2, "the second never came")
    finally:
        stop.set()
        coming_in.finish()

    assert Mailbox.objects.get().leased_by == ""
    assert "mailbox" not in {thread.name for thread in threading.enumerate()}


def test_without_a_mailbox_the_thread_reads_what_was_posted(transactional_db: None):
    case, stop = brightwater()[0], threading.Event()
    incoming.keep(mail(case), came_by="a post", by=MAILBOX, now=NOW)
    coming_in = ComingIn("", "here", stop, every=0.05)
    coming_in.begin()
    try:
        until(lambda: in_case(case) == ["It happened again."], "it was never read")
    finally:
        stop.set()
        coming_in.finish()
