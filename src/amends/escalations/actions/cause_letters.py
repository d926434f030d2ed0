"""Letters to ours about a notice to the accounts of a cause: one to each of us, whatever the number of the accounts.

Each is written in the transaction with which the notice ends, or stops: so nobody is missed, and nobody told twice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.db.models import F

from amends.directory.actor import Actor
from amends.directory.models import Member, Organisation
from amends.escalations import reply_addresses
from amends.escalations.models import CauseNotice, CauseNoticePart, Notice
from amends.escalations.timeline import briefs, kinds, letters, reaching
from amends.escalations.timeline.audiences import around
from amends.escalations.timeline.record import HOST
from amends.outbox.letters import Letter
from amends.outbox.posting import post

Outcome = CauseNoticePart.Outcome


def of_cases_opened(notice: CauseNotice, now: dt.datetime) -> None:
    """One letter to each handler, CSM and member of an account team, with all cases of theirs that it has opened.

    Those since its last stop; of earlier ones they have read. Who has one alone reads the brief, as of any opening.
    """
    told = notice.parts.filter(outcome=Outcome.TOLD, pk__gt=notice.announced_to)
    last = told.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return
    opened = told.filter(escalation__opened_at=F("at")).values("escalation")
    receipts = Notice.objects.filter(escalation__in=opened, event__kind=kinds.ESCALATION_OPENED.name)
    of: dict[Member, list[Notice]] = defaultdict(list)
    found = receipts.filter(member__is_active=True).select_related(
        "member", "event__personal", "escalation__account", "escalation__handler", "escalation__contact"
    )
    for receipt in found.select_related("escalation__playbook").order_by("escalation__account__name", "id"):
        of[receipt.member].append(receipt)
    organisation, ways = Organisation.current(), reaching.of(of, now)
    post(
        [
            draft
            for member, theirs in of.items()
            for draft in ways.drafts(
                member,
                identity=f"cause-notice:{notice.pk}|opened after {notice.announced_to}|member:{member.pk}",
                letter=_opened(notice, theirs, organisation, to=member, now=now),
                subject=theirs[0].escalation.subject if len(theirs) == 1 else f"cause:{notice.cause_id}",
            )
        ],
        host=HOST,
        now=now,
    )
    notice.announced_to = last
    notice.save(update_fields=["announced_to"])


def _opened(
    notice: CauseNotice, theirs: Sequence[Notice], organisation: Organisation, *, to: Member, now: dt.datetime
) -> Letter:
    if len(theirs) > 1:
        return letters.cases_opened(notice, [receipt.escalation for receipt in theirs], to=to, now=now)
    case, event = theirs[0].escalation, theirs[0].event
    words = event.words | event.personal.words
    return letters.notice(
        kinds.ESCALATION_OPENED,
        case,
        words,
        by=event.by_name,
        to=to,
        now=now,
        brief=briefs.of(case, words),
        reply_to=reply_addresses.reply_to(organisation, case, to) if settings.MAIL_COMES_IN else "",
    )


def of_those_not_told(notice: CauseNotice, by: Actor, now: dt.datetime) -> None:
    """One letter to the CSM of each, with all of theirs; to who sent it, where an account has none."""
    left = list(notice.parts.filter(outcome=Outcome.NOT_TOLD).select_related("account").order_by("account__name"))
    people = around([part.account.csm_id for part in left] + [notice.by_id], now)
    of: dict[Member, list[tuple[str, str]]] = defaultdict(list)
    for part in left:
        member = people.present(part.account.csm_id) or people.present(notice.by_id)
        if member:
            of[member].append((part.account.name, part.why))
    ways = reaching.of(of, now)
    post(
        [
            draft
            for member, accounts in of.items()
            for draft in ways.drafts(
                member,
                identity=f"cause-notice:{notice.pk}|not told|member:{member.pk}",
                letter=letters.not_told(notice.cause, accounts, by=by.name),
                subject=f"cause:{notice.cause_id}",
            )
        ],
        host=HOST,
        now=now,
    )


def that_it_stopped(notice: CauseNotice, now: dt.datetime) -> None:
    """A letter to who sent it, or who is there in their place: nobody else knows that some were not told."""
    told, of = notice.parts.exclude(outcome=Outcome.WAITING).count(), notice.parts.count()
    people = around([notice.by_id], now)
    sender = people.present(notice.by_id)
    to = [sender] if sender else list(people.administrators)
    ways = reaching.of(to, now)
    post(
        [
            draft
            for member in to
            for draft in ways.drafts(
                member,
                identity=f"cause-notice:{notice.pk}|stopped|{now.isoformat()}|member:{member.pk}",
                letter=letters.notice_stopped(notice, told=told, of=of),
                subject=f"cause:{notice.cause_id}",
            )
        ],
        host=HOST,
        now=now,
    )
