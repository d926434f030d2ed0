"""Telling the customer, looking at it first, and writing down what was said elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from amends.directory.models import Member, Organisation
from amends.escalations import (
    access,
    citing,
    customer_links,
    etiquette,
    hearers,
    inside_readers,
    letters_lost,
    mails,
    texts,
)
from amends.escalations.actions import inside, keeping, leave_outs, promises, updates
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, InsidePart, Promise, Update
from amends.lib import when
from amends.outbox.letters import Letter, for_others
from amends.outbox.letters import render as rendered
from amends.web import case_page, composing, drafts, leaving, worth
from amends.web.asking import Ask, answer, finished
from amends.web.forms.case import to_keep, wall_time
from amends.web.forms.composer import ComposerForm
from amends.web.forms.updates import LogForm
from amends.web.lookup import find
from amends.web.marked import marked
from amends.web.once import once
from amends.web.paging import number
from amends.web.requests import MemberRequest, asks_aside
from amends.web.uploads import left_out
from amends.web.views import escalation as case_view


def send(request: MemberRequest, key: str) -> HttpResponse:
    """Mail an update; what cannot be comes back on the page with all that was typed."""
    escalation = _told(request, key)
    if request.method != "POST":
        return redirect("escalation", key=escalation.key)
    if at := request.POST.get("promise_at"):
        return case_view.shown(request, escalation, form=_resumed(request, escalation, next_at=at))
    if request.POST.get("back"):
        # From the preview: go on writing.
        return case_view.shown(request, escalation, form=_resumed(request, escalation))
    if again := request.POST.get("tell_again"):
        _tell_again(request, escalation, again)
        to = list(dict.fromkeys([*request.POST.getlist("to"), again]))
        return case_view.shown(request, _told(request, key), form=_resumed(request, escalation, to=to))
    form = _composer(request, escalation)
    update = form.acts(lambda: _send(request, escalation, form))
    if update is None:
        # Read anew: what the act had begun to write was taken back.
        return case_view.shown(request, _told(request, key), form=form, status=422)
    response = finished(request, escalation, _gone(request, escalation, update))
    drafts.arrived(response, composing.draft_key(escalation, form.cleaned_data["again"]))
    return response


@require_POST
def begin(request: MemberRequest, key: str) -> HttpResponse:
    """Begin with another prepared text: that part of the composer for htmx, else the page with it."""
    escalation = _told(request, key)
    try:
        form, asked = composing.begin(request, escalation, request.POST, promises=list(case_page.rest(escalation)))
    except LookupError as error:
        raise access.NotFound(str(error)) from error
    if not request.headers.get("HX-Request"):
        return case_view.shown(request, escalation, form=form, asked=asked)
    owes_first_word = any(promise.kind == Promise.Kind.ACKNOWLEDGEMENT for promise in form.promises)
    context = composing.words_context(form, escalation, owes_first_word=owes_first_word, asked=asked)
    return render(request, "escalation/_composer_words.html", {"escalation": escalation} | context)


@asks_aside
@require_POST
def read(request: MemberRequest, key: str) -> HttpResponse:
    """What the text says so far: a moment to promise, and what cannot be so. Nothing is kept of it."""
    escalation = _told(request, key)
    context = {"escalation": escalation, "reading": composing.read(request, escalation, request.POST)}
    return render(request, "escalation/_reading.html", context)


@csp_update({"style-src": [UNSAFE_INLINE]})  # type: ignore[arg-type]
def preview(request: MemberRequest, key: str) -> HttpResponse:
    """The update exactly as it will arrive. Nothing is sent.

    Mails carry their styles with them, so this one page allows them; the mail itself stands in a frame of its own.
    """
    escalation = _told(request, key)
    if request.method != "POST":
        return redirect("escalation", key=escalation.key)
    form = _composer(request, escalation, is_final=False)
    if not form.is_valid():
        return case_view.shown(request, escalation, form=form, status=422)
    organisation, typed = Organisation.current(), form.cleaned_data
    to, subject = typed["to"], typed["subject"].strip() or mails.subject(escalation)
    text = mails.whole(form.words, typed["facts"], signature=texts.signature(escalation, request.actor))
    parts = form.acts(lambda: _checked(request, escalation, form, told=(subject, text)))
    if parts is None:
        return case_view.shown(request, escalation, form=form, status=422)
    letter = mails.letter(
        organisation,
        escalation,
        subject=subject,
        text=text,
        to=to,
        by=request.actor,
        link=next(iter(customer_links.by_contact(escalation, [each.pk for each in to], request.now).values()), None),
    )
    # What stands at the foot of a copy is for its reader alone.
    letter = Letter.read(for_others(letter.as_json()))
    context = {
        "escalation": escalation,
        "form": form,
        "letter": letter,
        "mail": rendered(letter, organisation=organisation.name),
        "to": to,
        "sender": organisation.mail_from,
        "keeps": form.keeps,
        "then": form.then,
        "files": typed["files"],
        "shown_files": "/".join(file.name for file in typed["files"]),
        "leaving_out": form.leaving_out,
        "told_again": [leave for number, leave in form.beside.left_out.items() if number in {each.pk for each in to}],
        "inside": _read_by(request, escalation, parts),
        "marks": marked(form.words, confirmed=citing.certain(escalation)),
        "typed": _typed(request, form),
    }
    return render(request, "escalation/preview.html", context)


def no_news(request: MemberRequest, key: str) -> HttpResponse:
    """Say it even with no news: what was shown is what is sent, and the time that was shown is promised."""
    escalation = _told(request, key)
    if request.method != "POST":
        return redirect("escalation", key=escalation.key)
    shown_next = _moment(request.POST.get("next_at", ""))
    if shown_next is None or not updates.is_still_next(escalation, shown_next, request.now):
        says = "Time went on while you read: the next update is now due at another time. Read it again, then send it."
        return case_view.shown(request, escalation, status=422, warning=says)
    update = updates.send_no_news(escalation, by=request.actor, now=request.now, next_at=shown_next)
    return finished(request, escalation, _gone(request, escalation, update))


def log(request: MemberRequest, key: str) -> HttpResponse:
    """Write down a call, a meeting or a mail from elsewhere."""
    escalation = _told(request, key)
    form = _log_form(request, escalation)

    def log() -> int:
        typed = form.cleaned_data
        return updates.log(
            escalation,
            channel=typed["channel"],
            direction=typed["direction"],
            text=typed["text"],
            at=typed["at"],
            contact=typed["contact"],
            minutes=typed["minutes"],
            keeps=form.kept,
            then=form.then,
            may_know=typed.get("may_know", False) and not form.is_heard,
            files=typed["files"],
            by=request.actor,
            now=request.now,
        ).pk

    ask = Ask(
        "Log a call, a meeting or a mail",
        "Write it down",
        says="What you told somebody keeps what they were promised, at the time when you told them. "
        "What you only heard keeps none.",
        keeps_draft=True,
        template="escalation/_log.html",
    )
    shown: dict[str, Any] = {
        "before_contact": worth.before_contact(escalation.account),
        "etiquette": etiquette.of(escalation).says,
    }
    act = partial(once, request, log)
    return answer(request, escalation, form, ask, act, done="It is on the timeline.", **shown)


@require_GET
def one(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """All the words of one update."""
    escalation = access.find(key, seen_by=request.actor)
    found = escalation.updates.select_related("by", "contact", "filing")
    found = found.prefetch_related("recipients__contact", "attachments", "inside_parts")
    update = find(found, pk, "update", of=escalation.key)
    is_here = update.is_mailed and not update.struck_at and leaving.is_here(update)
    context = {
        "escalation": escalation,
        "update": update,
        "lost": letters_lost.by_update(escalation).get(update.pk, []),
        "waits": leaving.says("It is on its way.", "It waits") if is_here else "",
    }
    return render(request, "escalation/update.html", context)


def _told(request: MemberRequest, key: str) -> Escalation:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    return escalation


def _moment(typed: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(typed)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _composer(request: MemberRequest, escalation: Escalation, *, is_final: bool = True) -> ComposerForm:
    found = list(case_page.rest(escalation))
    return composing.sent_form(request, escalation, request.POST, promises=found, is_final=is_final)


def _resumed(request: MemberRequest, escalation: Escalation, **changes: Any) -> ComposerForm:
    found = list(case_page.rest(escalation))
    return composing.resumed(request, escalation, request.POST, promises=found, **changes)


def _send(request: MemberRequest, escalation: Escalation, form: ComposerForm) -> Update:
    typed = form.cleaned_data
    return updates.send(
        escalation,
        text=form.words,
        subject=typed["subject"],
        to=typed["to"],
        keeps=typed["keeps"],
        then=form.then,
        has_news=typed["prepared"] != "no_news",
        may_know=typed.get("may_know", False),
        leaving_out=form.leaving_out,
        cites=typed["facts"],
        files=typed["files"],
        for_team=typed["for_team"],
        for_executives=typed["for_executives"],
        once_more=typed["once_more"],
        by=request.actor,
        now=request.now,
    )


def _typed(request: MemberRequest, form: ComposerForm) -> list[tuple[str, str]]:
    """All that was typed, to be sent on from the preview; the preview says itself which files it showed."""
    kept = form.fields.keys() - {"shown_files"}
    return [(name, value) for name, values in request.POST.lists() if name in kept for value in values]


def _inside(form: ComposerForm) -> dict[InsidePart.Audience, str]:
    return {part: form.cleaned_data[name] for part, name in inside.FIELDS.items()}


def _checked(
    request: MemberRequest, escalation: Escalation, form: ComposerForm, *, told: tuple[str, str]
) -> dict[InsidePart.Audience, str]:
    """The parts for ours, where what is looked at could be sent: as the act itself would check it."""
    typed = form.cleaned_data
    left = [leave.contact for leave in form.leaving_out]
    keeping.by_mail(escalation, typed["keeps"], to=typed["to"], now=request.now, leaving_out=left)
    return inside.checked(escalation, _inside(form), told=told)


def _read_by(
    request: MemberRequest, escalation: Escalation, parts: Mapping[InsidePart.Audience, str]
) -> list[tuple[str, str, list[Member]]]:
    """What each audience inside reads besides: who they are, the words, their names."""
    readers = inside_readers.of(escalation, parts, by=request.actor, now=request.now)
    return [(part.label, text, readers[part]) for part, text in parts.items()]


def _tell_again(request: MemberRequest, escalation: Escalation, pk: str) -> None:
    """Whoever was left out is told from now on; where somebody else has seen to that, nothing is to be done."""
    found = hearers.left_out(escalation, request.now)
    leave_out = found.get(number(pk) or 0)
    if leave_out:
        leave_outs.tell_again(escalation, contact=leave_out.contact, by=request.actor, now=request.now)


def _gone(request: MemberRequest, escalation: Escalation, update: Update) -> str:
    """Where the mail is now, and what they hear next."""
    names = updates.names(update)
    goes = leaving.says(f"On its way to {names}.", f"The mail to {names} waits")
    return f"{goes} {_next_says(request, escalation, update)}"


def _next_says(request: MemberRequest, escalation: Escalation, update: Update) -> str:
    """What it promised itself; else what is due first."""
    promise = update.makes.order_by("due_at").first() or case_page.rest(escalation).first()
    if promise is None:
        return "Nothing else is promised."
    return f"They hear next by {when.their_time(promise.due_at, promise.zone, request.now)}."


def _log_form(request: MemberRequest, escalation: Escalation) -> LogForm:
    open_promises = list(case_page.rest(escalation))
    contacts = case_page.contacts_of(escalation)
    if request.method == "POST":
        keeps = to_keep(open_promises, request.POST.getlist("keeps"))
        return LogForm(
            escalation,
            contacts=contacts,
            keeps=keeps,
            here=request.zone,
            now=request.now,
            author=case_page.beside_the_handler(request, escalation),
            data=request.POST,
            files=request.FILES,
            left_out=left_out(request),
        )
    asked = request.GET.getlist("keeps")
    named = [promise for promise in open_promises if str(promise.pk) in asked]
    contact = (named[0].to if named else None) or escalation.contact
    # Where nobody is known whom it was said to, it is as it was asked for.
    kept = [promise for promise in named if contact not in contacts or keeping.reaches(promise, [contact])]
    another_comes = any(promise not in kept for promise in open_promises)
    next_at = None if another_comes else case_page.proposed_next(escalation, request.now)
    return LogForm(
        escalation,
        contacts=contacts,
        keeps=to_keep(open_promises, asked),
        here=request.zone,
        now=request.now,
        author=case_page.beside_the_handler(request, escalation),
        initial={
            "at": wall_time(request.now, request.zone),
            "contact": contact.pk if contact else "",
            "channel": kept[0].channel if kept and kept[0].channel != "mail" else "call",
            "keeps": [promise.pk for promise in kept],
            "next_what": promises.AN_UPDATE if next_at else "",
            "next_at": wall_time(next_at, escalation.account.zone) if next_at else None,
            "next_channel": etiquette.of(escalation, contact).next_channel,
        },
    )
