"""What the customer does on their page. Whoever acts is a contact, by their own link; what they type is not trusted.

The handler and the CSM hear of all of it, with the words. Nothing here closes or reopens anything.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from amends.directory.actor import Actor
from amends.escalations.actions import plans, requests
from amends.escalations.errors import Refused
from amends.escalations.models import CustomerLink, Escalation, PageWord, Rating, Request, Update
from amends.escalations.standing import not_far_ahead
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.lib import visible, when

# In letters: what a text may have, and so much of it goes with the word of it.
MOST, _TOLD = 5_000, 2_000
MOST_OF_A_RATING, MOST_MOMENTS = 1_000, 3
# As much as stands in a request; all of it stands in what they wrote.
_OF_AN_ANSWER = 300
Status = Escalation.Status


@transaction.atomic
def confirm_plan(link: CustomerLink, *, order: Sequence[int], by: Actor, now: dt.datetime) -> None:
    """The problems are the right ones, and in the right order: the one that they were shown."""
    escalation = held(link)
    current = list(escalation.problems.values_list("pk", flat=True))
    if list(order) != current:
        raise Refused("The plan has changed since you opened this page. Please read it once more, as it is now.")
    plans.confirm(
        escalation,
        order=order,
        how=Update.Channel.PAGE,
        at=now,
        contact=link.contact,
        by=by,
        now=now,
        by_themselves=True,
    )


@transaction.atomic
def something_is_missing(link: CustomerLink, *, words: str, by: Actor, now: dt.datetime) -> Update:
    """What we understood is not all of it, or not right. The plan stays as it is until somebody of ours changes it;
    their word that it is right, if they had given it, no longer stands, so that they can give it anew."""
    escalation = held(link)
    text = said(words)
    if escalation.is_under_way:
        plans.contradict(escalation, now=now)
    return wrote(link, escalation, kinds.UPDATE_SOMETHING_MISSING, text, by, now)


@transaction.atomic
def answer(link: CustomerLink, *, words: str, by: Actor, now: dt.datetime) -> Update:
    """Whatever they want to say. After the end it is heard as well, and reopens nothing."""
    return wrote(link, held(link), kinds.UPDATE_WRITTEN, said(words), by, now)


@transaction.atomic
def answer_request(link: CustomerLink, *, request: Request, words: str, by: Actor, now: dt.datetime) -> None:
    """What we asked them for: it is written down as their answer, and who has the problem goes on with it."""
    escalation = held(link)
    request.problem.refresh_from_db()
    request.refresh_from_db(fields=["outcome"])
    is_elsewhere = request.problem.escalation_id != escalation.pk
    if is_elsewhere or request.outcome or not escalation.is_under_way:
        raise Refused("We do not need this any more. Whatever else you want to tell us, write it below.")
    text = said(words)
    wrote(link, escalation, kinds.UPDATE_WRITTEN, f"{request.what}:\n{text}", by, now)
    request.problem.escalation = escalation
    fits = text if len(text) <= _OF_AN_ANSWER else f"{text[: _OF_AN_ANSWER - 2]} …"
    requests.answer(request, answer=" ".join(fits.split()), by=by, now=now, by_themselves=True)


@transaction.atomic
def propose_times(
    link: CustomerLink, *, moments: Sequence[dt.datetime], words: str, by: Actor, now: dt.datetime
) -> Update:
    """When a call would suit them: up to three moments that lie ahead, in their own zone as they typed them."""
    escalation = held(link)
    if not moments:
        raise Refused("Say at least one time that suits you.", field="first")
    if any(moment <= now for moment in moments):
        raise Refused("Choose times that are still ahead.", field="first")
    for moment in moments[:MOST_MOMENTS]:
        not_far_ahead(moment, now, "first")
    zone = link.contact.zone or escalation.account.zone
    times = [f"– {when.their_date(moment, zone, now)}" for moment in sorted(set(moments[:MOST_MOMENTS]))]
    text = "\n".join(["A call would suit me:", *times, "", _clean(words)]).strip()
    typed = [moment.isoformat() for moment in moments[:MOST_MOMENTS]]
    return wrote(link, escalation, kinds.UPDATE_TIMES_PROPOSED, text, by, now, moments=typed)


@transaction.atomic
def say_over(link: CustomerLink, *, words: str, by: Actor, now: dt.datetime) -> None:
    """It is over for them: the closing list has their word. Somebody of ours closes it."""
    escalation = held(link)
    _is_asked(escalation)
    escalation.confirmed_at = now
    escalation.save(update_fields=["confirmed_at"])
    _record_word(link, escalation, kinds.ESCALATION_CONFIRMED, _clean(words), by, now)


@transaction.atomic
def say_not_over(link: CustomerLink, *, words: str, by: Actor, now: dt.datetime) -> None:
    """It is not over for them, and why: their word, if they had given it, no longer stands. The handler goes on."""
    escalation = held(link)
    _is_asked(escalation)
    if not _clean(words):
        raise Refused("Say what is not solved yet, so that we can go on with it.", field="words")
    escalation.confirmed_at = None
    escalation.save(update_fields=["confirmed_at"])
    _record_word(link, escalation, kinds.ESCALATION_CONTESTED, _clean(words), by, now)


@transaction.atomic
def rate(link: CustomerLink, *, heard: int, words: str, by: Actor, now: dt.datetime) -> Rating:
    """How far they feel heard, as often as they like; the newest holds."""
    escalation = held(link)
    if heard not in Rating.Heard.values:
        raise Refused("Choose one of the five.", field="heard")
    text = _clean(words)
    if len(text) > MOST_OF_A_RATING:
        raise Refused(f"Please say it in {MOST_OF_A_RATING:,} letters.", field="words")
    rating = Rating.objects.create(escalation=escalation, contact=link.contact, heard=heard, words=text, at=now)
    says = rating.get_heard_display().lower()
    record(
        kinds.RATING_GIVEN, escalation, by=by, now=now, contact=link.contact.name, heard=says, text=text, rating=heard
    )
    return rating


def held(link: CustomerLink) -> Escalation:
    """The case that the link leads to, locked; where that is merged meanwhile, the one that goes on. Part of acts."""
    escalation = link.case
    escalation.lock()
    while escalation.merged_into:
        escalation = escalation.merged_into
        escalation.lock()
    return escalation


def wrote(
    link: CustomerLink,
    escalation: Escalation,
    kind: kinds.Kind,
    text: str,
    by: Actor,
    now: dt.datetime,
    moments: Sequence[str] = (),
) -> Update:
    """Their words as something heard. Part of what they do."""
    update = Update.objects.create(
        escalation=escalation,
        direction=Update.Direction.IN,
        channel=Update.Channel.PAGE,
        at=now,
        logged_at=now,
        contact=link.contact,
        text=text,
    )
    PageWord.objects.create(update=update, link=link)
    escalation.last_heard_at = max(filter(None, [escalation.last_heard_at, now]))
    escalation.save(update_fields=["last_heard_at"])
    told: dict[str, Any] = {"moments": moments} if moments else {}
    record(kind, escalation, by=by, now=now, update=update, contact=link.contact.name, text=text[:_TOLD], **told)
    return update


def _record_word(
    link: CustomerLink, escalation: Escalation, kind: kinds.Kind, text: str, by: Actor, now: dt.datetime
) -> None:
    escalation.last_heard_at = max(filter(None, [escalation.last_heard_at, now]))
    escalation.save(update_fields=["last_heard_at"])
    record(kind, escalation, by=by, now=now, contact=link.contact.name, text=text[:_TOLD])


def _is_asked(escalation: Escalation) -> None:
    if escalation.status != Status.RESOLVED:
        raise Refused("We are not waiting for your word on that just now. Whatever it is, write it below.")


def said(words: str) -> str:
    """What they wrote, if there is anything to be read in it."""
    text = _clean(words)
    if not text:
        raise Refused("There is nothing to read in it yet.", field="words")
    return text


def _clean(words: str) -> str:
    """The text without what is no letter: control characters, and marks that turn others around."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    text = visible.words(
        "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) != "Cc")
    ).strip()
    if len(text) > MOST:
        raise Refused(f"Please say it in {MOST:,} letters, or send us a mail.", field="words")
    return text
