"""Telling the customer, and writing down what was said and heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.checks import one_of
from amends.directory.models import Contact, Member
from amends.escalations import enclosures, hearers, mails
from amends.escalations.actions import citations, hearings, inside, keeping, leave_outs, promises
from amends.escalations.actions.files import File, goes_along
from amends.escalations.actions.files import keep as keep_files
from amends.escalations.actions.leave_outs import Leave
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import (
    Attachment,
    Escalation,
    Fact,
    InsidePart,
    Meeting,
    Promise,
    Update,
    UpdateRecipient,
)
from amends.escalations.standing import can_be_mailed, is_to_know, may_be_told, may_hear, not_long_ago
from amends.escalations.texts import fill, signature, unknown
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import HOST, record
from amends.outbox.posting import post


@dataclass(frozen=True, slots=True)
class Next:
    """What the customer hears next, by when, and who sees to it (the handler, unless named)."""

    what: str
    due_at: dt.datetime
    channel: str = Promise.Channel.MAIL
    owner: Member | None = None


@transaction.atomic
def send(
    escalation: Escalation,
    *,
    text: str,
    to: Sequence[Contact],
    by: Actor,
    now: dt.datetime,
    subject: str = "",
    keeps: Sequence[Promise] = (),
    then: Next | None = None,
    has_news: bool = True,
    may_know: bool = False,
    leaving_out: Sequence[Leave] = (),
    cites: Sequence[Fact] = (),
    files: Sequence[File] = (),
    encloses: Sequence[Attachment] = (),
    for_team: str = "",
    for_executives: str = "",
    once_more: bool = True,
) -> Update:
    """Mail the customer an update. It keeps `keeps`, and promises what comes `then`.

    The first one acknowledges. Without `then`, the next update is promised by cadence where nothing else is open.
    It leaves after `RECALL_SECONDS`, so that it can be taken back. `may_know` says that the customer may hear of
    this now, where they were not to.

    All who should be told get it, but those who are left out, of whom `leaving_out` names new ones; refused at `to`
    otherwise. So is, at `keeps`, what was promised to somebody else than those in `to`: see `keeping.by_mail`. What it
    `cites` stands below the text; `files` go along, and what it `encloses` of the case’s.
    `for_team` and `for_executives` are told inside, with what the customer was told, and nowhere else. Not `once_more`:
    refused where they got the same words within a day, as a form that is gone back to and sent again brings them.
    """
    escalation.lock()
    check(by, Act.TELL, escalation)
    may_be_told(escalation, text)
    if may_know:
        hearings.may_know(escalation, by=by, now=now)
    is_to_know(escalation)
    to = list(dict.fromkeys(to))
    can_be_mailed(to, escalation.account)
    _says_what_it_means(text, escalation, "text")
    _says_what_it_means(subject, escalation, "subject")
    leave_outs.see_to(escalation, to=to, leaving_out=leaving_out, by=by, now=now)
    keeping.by_mail(escalation, keeps, to=to, now=now)
    named = [*(file.name for file in files), *(file.name for file in encloses)]
    inside.tells_nothing_of_it(escalation, files=" ".join(named))
    enclosures.fit_into_a_mail([*(len(file.content) for file in files), *(file.size for file in encloses)])
    facts = citations.checked(escalation, cites)
    text = mails.whole(text, facts, signature=signature(escalation, by) if facts else "")
    subject = subject.strip() or mails.subject(escalation)
    if not once_more:
        _is_said_anew(escalation, text, to, now)
    parts = inside.checked(escalation, {Part.TEAM: for_team, Part.EXECUTIVES: for_executives}, told=(subject, text))

    update = _mailed(escalation, to, by, now, subject=subject, text=text, has_news=has_news)
    along = [*keep_files(escalation, files, update=update, by=by, now=now), *goes_along(update, encloses)]
    citations.cite(update, facts, by=by, now=now)
    post(mails.drafts(update, to=to, encloses=[file.pk for file in along], by=by, now=now), host=HOST, now=now)
    _said(escalation, update, keeps, then, by, now, kinds.UPDATE_SENT)
    inside.tell(update, parts, by=by, now=now)
    return update


@transaction.atomic
def invite(
    meeting: Meeting,
    *,
    subject: str,
    text: str,
    to: Sequence[Contact],
    invitation: mails.Invitation,
    by: Actor,
    now: dt.datetime,
) -> Update:
    """Mail those who are invited to a meeting that they are, that it changed, or that it is off.

    They have been told something by it. Who else should be told of the case need not come. Part of planning it.
    """
    escalation = meeting.escalation
    escalation.lock()
    may_be_told(escalation, text)
    # Who was invited learns that it is off, whatever else they are not to know.
    if invitation.calendar.method != "CANCEL":
        is_to_know(escalation)
    can_be_mailed(to, escalation.account)
    _says_what_it_means(text, escalation, "text")
    inside.tells_nothing_of_it(escalation, subject=subject, agenda=meeting.agenda, place=meeting.place, text=text)
    update = _mailed(escalation, to, by, now, subject=subject, text=text.strip(), meeting=meeting)
    post(mails.drafts(update, to=to, invitation=invitation, by=by, now=now), host=HOST, now=now)
    _said(escalation, update, (), None, by, now, kinds.UPDATE_SENT)
    return update


@transaction.atomic
def send_no_news(escalation: Escalation, *, by: Actor, now: dt.datetime, next_at: dt.datetime | None = None) -> Update:
    """Say it even with no news: where the investigation stands, and when they hear next. In one step, to all of them.

    They hear next by the cadence, or at `next_at`, the time that was shown, while that is still about the same.
    Refused where one of them was mailed a moment ago: whoever presses had not read that.
    """
    escalation.lock()
    if next_at is not None and not is_still_next(escalation, next_at, now):
        raise Refused("The next update is now due at another time. Read it again, then send it.", field="next_at")
    promise = escalation.promises.open().filter(kind__in=Promise.UPDATES).select_related("to").first()
    everybody, hidden = hearers.all_of(escalation), hearers.left_out(escalation, now)
    to = hearers.without_news(escalation, promise, everybody, hidden)
    if not to:
        raise Refused("Nobody at the customer is named here yet. Write the update and choose who gets it.", field="to")
    mailed = escalation.updates.filter(is_mailed=True, meeting=None, struck_at=None, recipients__contact__in=to)
    if mailed.filter(at__gt=now - READING).exists():
        raise Refused("They were mailed a moment ago. Read what they were told first.")
    due_at = next_at or promises.next_by_cadence(escalation, now)
    return send(
        escalation,
        text=fill("no_news", escalation, contact=to[0], next_at=due_at, by=by, now=now),
        to=to,
        keeps=[promise] if promise else [],
        then=Next(promises.AN_UPDATE, due_at),
        has_news=False,
        by=by,
        now=now,
    )


def is_still_next(escalation: Escalation, shown: dt.datetime, now: dt.datetime) -> bool:
    """Whether a time shown a while ago still is when they hear next: some cadences count from now."""
    return shown > now and abs(shown - promises.next_by_cadence(escalation, now)) <= READING


READING = dt.timedelta(minutes=10)
A_DAY = dt.timedelta(days=1)
Part = InsidePart.Audience


@transaction.atomic
def log(
    escalation: Escalation,
    *,
    channel: str,
    text: str,
    at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    direction: str = Update.Direction.OUT,
    contact: Contact | None = None,
    minutes: int | None = None,
    keeps: Sequence[Promise] = (),
    then: Next | None = None,
    files: Sequence[File] = (),
    may_know: bool = False,
) -> Update:
    """Write down a call, a meeting or a mail that happened elsewhere, at its own time.

    What was said keeps promises; what was only heard cannot. `may_know`: see `send`.
    """
    escalation.lock()
    check(by, Act.TELL, escalation)
    if direction == Update.Direction.IN and (keeps or then):
        raise Refused("Hearing from the customer keeps no promise; telling them does.", field="keeps")
    keeping.by_word(escalation, keeps, to=contact, now=now)
    if may_know and direction == Update.Direction.OUT:
        hearings.may_know(escalation, by=by, now=now)
    update = written(
        escalation,
        channel=channel,
        text=text,
        at=at,
        by=by,
        now=now,
        direction=direction,
        contact=contact,
        minutes=minutes,
    )
    keep_files(escalation, files, update=update, by=by, now=now)
    if direction == Update.Direction.IN:
        _heard(escalation, update, by, now)
    else:
        _said(escalation, update, keeps, then, by, now, kinds.UPDATE_LOGGED)
    return update


def written(
    escalation: Escalation,
    *,
    channel: str,
    text: str,
    at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    direction: str,
    contact: Contact | None,
    minutes: int | None,
    corrects: Update | None = None,
) -> Update:
    """The row alone, of what was said or heard elsewhere, once it is checked. Part of acts."""
    may_be_told(escalation, text)
    if at > now:
        raise Refused("That moment is still to come. Promise it instead.", field="at")
    not_long_ago(at, now, "at")
    one_of(channel, Update.Channel.values, "channel", what="a channel")
    one_of(direction, Update.Direction.values, "direction", what="a direction")
    if corrects is None or contact != corrects.contact:
        may_hear(contact, escalation.account, "contact")
    if direction == Update.Direction.OUT and (corrects is None or corrects.direction != direction):
        is_to_know(escalation)
    if direction == Update.Direction.OUT and channel == Update.Channel.MAIL:
        _says_what_it_means(text, escalation, "text")
    return Update.objects.create(
        escalation=escalation,
        direction=direction,
        channel=channel,
        at=at,
        logged_at=now,
        by_id=by.member_id,
        contact=contact or escalation.contact,
        text=text.strip(),
        minutes=minutes,
        corrects=corrects,
    )


@transaction.atomic
def take_down(
    escalation: Escalation,
    *,
    channel: str,
    text: str,
    at: dt.datetime,
    contact: Contact | None,
    by: Actor,
    now: dt.datetime,
) -> Update:
    """What they told us besides, at its own time. Part of adding it, so who may tell is not asked again."""
    escalation.lock()
    update = Update.objects.create(
        escalation=escalation,
        direction=Update.Direction.IN,
        channel=channel,
        at=at,
        logged_at=now,
        by_id=by.member_id,
        contact=contact or escalation.contact,
        text=text.strip(),
    )
    _heard(escalation, update, by, now)
    return update


def _is_said_anew(escalation: Escalation, text: str, to: Sequence[Contact], now: dt.datetime) -> None:
    same = escalation.updates.filter(is_mailed=True, struck_at=None, at__gt=now - A_DAY, text=text)
    for update in same.prefetch_related("recipients"):
        if {recipient.contact_id for recipient in update.recipients.all()} == {contact.pk for contact in to}:
            raise Refused("They were mailed these very words within the last day.", field="once_more")


def _mailed(escalation: Escalation, to: Sequence[Contact], by: Actor, now: dt.datetime, **said: Any) -> Update:
    """The row of a mail, and of each who gets it."""
    update = Update.objects.create(
        escalation=escalation,
        direction=Update.Direction.OUT,
        channel=Update.Channel.MAIL,
        at=now,
        logged_at=now,
        by_id=by.member_id,
        contact=to[0],
        is_mailed=True,
        **said,
    )
    UpdateRecipient.objects.bulk_create(UpdateRecipient(update=update, contact=contact) for contact in to)
    return update


def _said(
    escalation: Escalation,
    update: Update,
    keeps: Sequence[Promise],
    then: Next | None,
    by: Actor,
    now: dt.datetime,
    kind: kinds.Kind,
) -> None:
    """What follows from having told the customer something: milestones, promises kept, the next one made."""
    escalation.last_said_at = max(filter(None, [escalation.last_said_at, update.at]))
    if _is_since_the_report(update, escalation):
        escalation.acknowledged_at = escalation.acknowledged_at or update.at
    _in_touch(escalation, update)
    escalation.save(update_fields=["last_said_at", "last_met_at", "acknowledged_at", "first_contact_at"])
    record(
        kind,
        escalation,
        by=by,
        now=now,
        update=update,
        contact=names(update),
        channel=update.get_channel_display().lower(),
    )
    for promise in keeping.named_and_owed(escalation, keeps, update):
        promises.keep(promise, update=update, by=by, now=now)
    if then:
        promises.make(
            escalation,
            what=then.what,
            due_at=then.due_at,
            channel=then.channel,
            to=update.contact if update.contact and not update.contact.has_left else None,
            owner=then.owner,
            made_with=update,
            by=by,
            now=now,
        )
    promises.owe_next(escalation, made_with=update, by=by, now=now)


def _heard(escalation: Escalation, update: Update, by: Actor, now: dt.datetime) -> None:
    escalation.last_heard_at = max(filter(None, [escalation.last_heard_at, update.at]))
    _in_touch(escalation, update)
    escalation.save(update_fields=["last_heard_at", "last_met_at", "first_contact_at"])
    record(
        kinds.UPDATE_HEARD,
        escalation,
        by=by,
        now=now,
        update=update,
        contact=names(update),
        channel=update.get_channel_display().lower(),
    )


def _in_touch(escalation: Escalation, update: Update) -> None:
    if update.channel == Update.Channel.MEETING:
        escalation.last_met_at = max(filter(None, [escalation.last_met_at, update.at]))
    if update.channel in Update.BY_VOICE and _is_since_the_report(update, escalation):
        escalation.first_contact_at = escalation.first_contact_at or update.at


def _is_since_the_report(update: Update, escalation: Escalation) -> bool:
    return not promises.is_before(update.at, escalation.reported_at)


def names(update: Update) -> str:
    """Who at the customer it was said to or heard from."""
    names = [str(recipient.contact) for recipient in update.recipients.select_related("contact").order_by("id")]
    return ", ".join(names) or str(update.contact or update.escalation.account)


def _says_what_it_means(text: str, escalation: Escalation, field: str) -> None:
    """Refuse words in braces that nothing has filled: the customer would get them as they stand."""
    for word in unknown(text, escalation):
        raise Refused(f"{word} means nothing here; write it out.", field=field)
