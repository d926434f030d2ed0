"""Promising, moving and giving up, from the case."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from amends.escalations import access, hearers
from amends.escalations.actions import moves, promises
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Promise
from amends.lib import when
from amends.web import case_page
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.case import wall_time
from amends.web.forms.promises import NEW_TIME, MoveForm, PromiseForm, SettleForm
from amends.web.requests import MemberRequest


def make(request: MemberRequest, key: str) -> HttpResponse:
    """Promise the customer something."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    contact = escalation.contact
    form = PromiseForm(
        contacts=case_page.contacts_of(escalation),
        zone=escalation.account.zone,
        data=sent(request),
        initial={"channel": "mail", "to": contact.pk if contact else ""},
    )
    ask = Ask(
        "Promise something",
        "Promise it",
        says="It rings before, at and after its time until it has been kept, moved or given up.",
        keeps_draft=True,
        template="escalation/_promise_form.html",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: promises.make(escalation, **form.cleaned_data, by=request.actor, now=request.now),
        done="It is promised.",
        zone=escalation.account.zone,
    )


def move(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Give a promise a new time by telling the customer of it."""
    escalation, promise = _found(request, key, pk)
    form = _move_form(request, escalation, promise)

    def act() -> Promise:
        typed = form.cleaned_data
        new: dict[str, Any] = {
            "due_at": typed["due_at"],
            "reason": typed["reason"],
            "by": request.actor,
            "now": request.now,
        }
        if form.is_mail:
            return moves.by_mail(promise, text=form.words, to=[typed["to"]], **new)
        told: dict[str, Any] = {"channel": typed["told"], "text": typed["said"], "at": typed["at"]}
        return moves.by_word(promise, contact=typed["to"], **told, **new)

    ask = Ask(
        f"Move “{promise.what}”",
        "Tell them and move it",
        says=_stands(promise, request),
        keeps_draft=True,
        template="escalation/_move.html",
    )
    shown: dict[str, Any] = {"promise": promise, "also": hearers.of(escalation, request.now)}
    return answer(request, escalation, form, ask, act, done="They have been told, and it has its new time.", **shown)


def settle(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Release a promise that the customer waived, or say that it will not be kept."""
    escalation, promise = _found(request, key, pk)
    form = SettleForm(data=sent(request))

    def act() -> None:
        end = promises.release if form.cleaned_data["how"] == "released" else promises.give_up
        end(promise, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)

    ask = Ask(f"“{promise.what}” will not be kept", "End it", says=_stands(promise, request), is_grave=True)
    return answer(request, escalation, form, ask, act, done="It is ended, with the reason.")


def _found(request: MemberRequest, key: str, pk: int) -> tuple[Escalation, Promise]:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    return escalation, case_page.find_promise(escalation, pk)


def _stands(promise: Promise, request: MemberRequest) -> str:
    """To whom and by when it is promised, or that it is over already."""
    if promise.status != Promise.Status.OPEN:
        return f"It is {promise.get_status_display().lower()} already."
    due = when.their_time(promise.due_at, promise.zone, request.now)
    to = promise.to or promise.escalation.account
    return f"Promised to {to} by {due}, {when.in_words(promise.due_at, request.now)}."


def _move_form(request: MemberRequest, escalation: Escalation, promise: Promise) -> MoveForm:
    contact = promise.to or escalation.contact
    due = when.their_date(promise.due_at, promise.zone, request.now)
    # Told before it is due, it is moved; after, it is an apology as well.
    word = (
        "We will not manage that, and you should know it before."
        if promise.due_at > request.now
        else "We did not manage that, and I am sorry that you had to wait for this word."
    )
    letter = (
        f"Dear {contact or escalation.account},\n\nwe promised you this by {due}: {promise.what}\n\n"
        f"{word} You will have it by {NEW_TIME}.\n\n"
        f"{request.actor.name}"
    )
    return MoveForm(
        promise,
        contacts=case_page.contacts_of(escalation),
        here=request.zone,
        now=request.now,
        data=sent(request),
        initial={
            "to": contact.pk if contact else "",
            "letter": letter,
            "at": wall_time(request.now, request.zone),
            "due_at": wall_time(max(promise.due_at, request.now), promise.zone),
        },
    )
