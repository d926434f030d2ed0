"""The composer of the case page: what it begins with, and what the page says beside it."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from amends.directory.models import Contact
from amends.escalations import mails, texts
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.boards import Case
from amends.escalations.models import Escalation, Promise
from amends.web import case_page
from amends.web.forms.case import to_keep, wall_time
from amends.web.forms.updates import ComposerForm
from amends.web.requests import MemberRequest

# Promises that any update keeps; others are kept when somebody says so.
UPDATES = (Promise.Kind.ACKNOWLEDGEMENT, Promise.Kind.NEXT_UPDATE)
_PREPARED = ("acknowledgement", "no_news")


def draft_key(escalation: Escalation, prepared: str) -> str:
    """Under which name the browser keeps the draft; a draft begun from another text is another one."""
    return f"update:{escalation.key}:{prepared}" if prepared in _PREPARED else f"update:{escalation.key}"


def sent_form(
    request: MemberRequest, escalation: Escalation, data: QueryDict, *, promises: list[Promise]
) -> ComposerForm:
    """The composer with what came in."""
    return ComposerForm(
        escalation,
        contacts=case_page.contacts_of(escalation),
        keeps=to_keep(promises, data.getlist("keeps")),
        data=data,
        now=request.now,
    )


def context(
    request: MemberRequest, escalation: Escalation, case: Case, contacts: list[Contact], form: ComposerForm | None
) -> dict[str, Any]:
    """What the page needs to show the composer, new or come back."""
    form = form or _fresh(request, escalation, case, contacts)
    prepared = form.data.get("prepared", "") if form.is_bound else form.initial["prepared"]
    owes_first_word = any(promise.kind == Promise.Kind.ACKNOWLEDGEMENT for promise in case.promises)
    return {
        "composer": form,
        "draft": draft_key(escalation, prepared),
        "prepared": prepared,
        "next_by": texts.NEXT_BY,
        "owes_first_word": owes_first_word,
        "etiquette": case_page.etiquette(escalation),
        "no_news": None if owes_first_word else _no_news(request, escalation, case),
    }


def _fresh(request: MemberRequest, escalation: Escalation, case: Case, contacts: list[Contact]) -> ComposerForm:
    asked = request.GET.getlist("keeps")
    offered = to_keep(case.promises, asked)
    kept = [promise for promise in offered if str(promise.pk) in asked]
    if not kept and case.next_promise and case.next_promise.kind in UPDATES:
        kept = [case.next_promise]
    owes_first_word = any(promise.kind == Promise.Kind.ACKNOWLEDGEMENT for promise in case.promises)
    wanted = request.GET.get("text", "acknowledgement" if owes_first_word else "")
    prepared = wanted if wanted in _PREPARED else ""
    to = _reachable(kept[0].to if kept else None, contacts) or _reachable(escalation.contact, contacts)
    another_comes = any(promise.kind == Promise.Kind.NEXT_UPDATE and promise not in kept for promise in case.promises)
    next_at = None if another_comes and not prepared else case_page.proposed_next(escalation, request.now)
    return ComposerForm(
        escalation,
        contacts=contacts,
        keeps=offered,
        now=request.now,
        initial={
            "prepared": prepared,
            "keeps": [promise.pk for promise in kept],
            "to": [to.pk] if to else [],
            "subject": mails.subject(escalation),
            "text": texts.prepare(prepared, escalation, contact=to, by=request.actor) if prepared else "",
            "next_what": AN_UPDATE if next_at else "",
            "next_at": wall_time(next_at, escalation.account.zone) if next_at else None,
            "next_channel": Promise.Channel.MAIL,
        },
    )


def _reachable(contact: Contact | None, contacts: list[Contact]) -> Contact | None:
    """That contact, if they can get a mail."""
    return next((each for each in contacts if contact and each.pk == contact.pk and each.email), None)


def _no_news(request: MemberRequest, escalation: Escalation, case: Case) -> dict[str, Any] | None:
    """Exactly what saying it with no news will send, to whom, and what it promises; None where nobody can get it."""
    promise = case.next_promise
    contact = (promise.to if promise else None) or escalation.contact
    next_at = case_page.proposed_next(escalation, request.now)
    if contact is None or not contact.email or contact.has_left or next_at is None:
        return None
    return {
        "text": texts.fill("no_news", escalation, contact=contact, next_at=next_at, by=request.actor, now=request.now),
        "to": contact,
        "next_at": next_at,
        "keeps": promise if promise and promise.kind in UPDATES else None,
    }
