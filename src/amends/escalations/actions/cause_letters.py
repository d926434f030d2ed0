"""Letters to ours about a notice to the accounts of a cause: one to each of us, whatever the number of the accounts.

They are written after the notice has ended or stopped, a few in a transaction, so that nobody waits for all of them.
Whoever is cut off begins anew: a letter is written once, by its identity. Up to which account all have theirs stands on
the notice (`announced_to`), and nobody else is told by it before that is so: so none is missed, and none comes twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from amends.directory.models import Member, Organisation
from amends.escalations import reply_addresses
from amends.escalations.models import CauseNotice, CauseNoticePart, Notice
from amends.escalations.timeline import briefs, kinds, letters, reaching
from amends.escalations.timeline.audiences import around
from amends.escalations.timeline.record import HOST
from amends.outbox.letters import Letter
from amends.outbox.posting import Draft, post

log = logging.getLogger("amends.notices")

Outcome = CauseNoticePart.Outcome
# So many readers have their letters written in one transaction.
AT_ONCE = 25
# What ended longer ago is no news to anybody, and the doctor names it.
OWED_FOR = dt.timedelta(days=7)

# A reader, and how their letter is made.
Reader = tuple[Member, Callable[[], Iterable[Draft]]]


def owed(now: dt.datetime) -> QuerySet[CauseNotice]:
    """Those that ended or stopped, and of which ours have not had all their letters, the oldest first."""
    since = CauseNoticePart.objects.filter(notice=OuterRef("pk"), pk__gt=OuterRef("announced_to"))
    over = CauseNotice.objects.exclude(state__in=CauseNotice.UNDER_WAY)
    return over.filter(Exists(since.exclude(outcome=Outcome.WAITING)), ended_at__gt=now - OWED_FOR).order_by("id")


def write(notice: CauseNotice, *, now: dt.datetime) -> None:
    """The letters about whom it has told since the last ones, and about whom it could not tell."""
    notice = CauseNotice.objects.select_related("cause", "by").get(pk=notice.pk)
    since = notice.parts.filter(pk__gt=notice.announced_to).exclude(outcome=Outcome.WAITING)
    parts = list(since.select_related("account", "escalation").order_by("account__name", "pk"))
    if not parts:
        return
    readers = [*_of_those_not_told(notice, parts, now), *_of_cases_opened(notice, parts, now)]
    for start in range(0, len(readers), AT_ONCE):
        _write_to(notice, readers[start : start + AT_ONCE], now)
    last = max(part.pk for part in parts)
    CauseNotice.objects.filter(pk=notice.pk, announced_to=notice.announced_to).update(announced_to=last)


def that_it_stopped(notice: CauseNotice, now: dt.datetime) -> None:
    """A letter to who sent it, or who is there in their place: nobody else knows that some were not told."""
    told, of = notice.parts.exclude(outcome=Outcome.WAITING).count(), notice.parts.count()
    people = around([notice.by_id], now)
    sender = people.present(notice.by_id)
    to = [sender] if sender else list(people.administrators)
    ways = reaching.of(to, now)
    for member in to:
        with _keeps_nobody_else(notice, member), transaction.atomic():
            drafts = ways.drafts(
                member,
                identity=f"cause-notice:{notice.pk}|stopped|{now.isoformat()}|member:{member.pk}",
                letter=letters.notice_stopped(notice, told=told, of=of),
                subject=f"cause:{notice.cause_id}",
            )
            post(drafts, host=HOST, now=now)


def _write_to(notice: CauseNotice, readers: Sequence[Reader], now: dt.datetime) -> None:
    """Write the letters to a few. One that cannot be written keeps none of the others."""
    drafts: list[tuple[Member, list[Draft]]] = []
    for member, makes in readers:
        with _keeps_nobody_else(notice, member):
            drafts.append((member, list(makes())))
    with transaction.atomic():
        for member, theirs in drafts:
            with _keeps_nobody_else(notice, member), transaction.atomic():
                post(theirs, host=HOST, now=now)


@contextmanager
def _keeps_nobody_else(notice: CauseNotice, member: Member) -> Iterator[None]:
    """What is wrong with one letter stands in the log; where the database does not answer, that is another matter."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("The letter about notice %s to member %s could not be written.", notice.pk, member.pk)


def _of_cases_opened(notice: CauseNotice, parts: Sequence[CauseNoticePart], now: dt.datetime) -> Iterator[Reader]:
    """To each handler, CSM and member of an account team, with all cases of theirs that were opened with these parts.

    Who has one alone reads the brief, as of any opening. Four queries.
    """
    opened = [part.escalation_id for part in parts if part.escalation and part.escalation.opened_at == part.at]
    receipts = Notice.objects.filter(
        escalation__in=opened, event__kind=kinds.ESCALATION_OPENED.name, member__is_active=True
    )
    found = receipts.select_related(
        "member", "event__personal", "escalation__account", "escalation__handler", "escalation__contact"
    )
    of: dict[Member, list[Notice]] = defaultdict(list)
    for receipt in found.select_related("escalation__playbook").order_by("escalation__account__name", "id"):
        of[receipt.member].append(receipt)
    alone = [theirs[0].escalation.account_id for theirs in of.values() if len(theirs) == 1]
    organisation, insights, ways = Organisation.current(), briefs.insights_of(alone), reaching.of(of, now)

    def drafts(member: Member, theirs: Sequence[Notice]) -> Iterator[Draft]:
        one = theirs[0].escalation
        return ways.drafts(
            member,
            identity=f"cause-notice:{notice.pk}|opened after {notice.announced_to}|member:{member.pk}",
            letter=letters.cases_opened(notice, [each.escalation for each in theirs], to=member, now=now)
            if len(theirs) > 1
            else _opened(theirs[0], organisation, insights.get(one.account_id, ()), to=member, now=now),
            subject=f"cause:{notice.cause_id}" if len(theirs) > 1 else one.subject,
        )

    for member, theirs in of.items():
        yield member, partial(drafts, member, theirs)


def _opened(
    receipt: Notice, organisation: Organisation, insights: Sequence[str], *, to: Member, now: dt.datetime
) -> Letter:
    case, event = receipt.escalation, receipt.event
    words = event.words | event.personal.words
    return letters.notice(
        kinds.ESCALATION_OPENED,
        case,
        words,
        by=event.by_name,
        to=to,
        now=now,
        brief=briefs.of(case, words, insights),
        reply_to=reply_addresses.reply_to(organisation, case, to) if settings.MAIL_COMES_IN else "",
    )


def _of_those_not_told(notice: CauseNotice, parts: Sequence[CauseNoticePart], now: dt.datetime) -> Iterator[Reader]:
    """To the CSM of each of these parts, with all of theirs; to who sent it, where an account has none."""
    left = [part for part in parts if part.outcome == Outcome.NOT_TOLD]
    people = around([part.account.csm_id for part in left] + [notice.by_id], now)
    of: dict[Member, list[tuple[str, str]]] = defaultdict(list)
    for part in left:
        member = people.present(part.account.csm_id) or people.present(notice.by_id)
        if member:
            of[member].append((part.account.name, part.why))
    ways = reaching.of(of, now)

    def drafts(member: Member, accounts: Sequence[tuple[str, str]]) -> Iterator[Draft]:
        return ways.drafts(
            member,
            identity=f"cause-notice:{notice.pk}|not told after {notice.announced_to}|member:{member.pk}",
            letter=letters.not_told(notice.cause, accounts, by=str(notice.by or "Somebody")),
            subject=f"cause:{notice.cause_id}",
        )

    for member, accounts in of.items():
        yield member, partial(drafts, member, accounts)
