"""A notice to the accounts of a cause: written, looked at, sent to one after another."""

from __future__ import annotations

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amends.directory.models import Organisation
from amends.escalations import access
from amends.escalations import causes as reading
from amends.escalations.actions import cause_notices
from amends.escalations.authority import Act, check, may
from amends.escalations.causes import AsTold
from amends.escalations.models import Cause, CauseNotice
from amends.lib.errors import Forbidden, Refused
from amends.outbox.letters import Letter
from amends.outbox.letters import render as rendered
from amends.web import drafts, leaving
from amends.web.forms.base import sent
from amends.web.forms.causes import NoticeForm
from amends.web.lookup import find
from amends.web.marked import marked
from amends.web.requests import MemberRequest

SHOWN = 200
_TEXT = """Dear {{contact}},

we have found something that affects {{account}} too: {name}. Whether or not you have noticed it, you should have it \
from us.

What it has done at your end, and what we do about it, you have from us by {{next_by}}.

{by}"""


@csp_update({"style-src": [UNSAFE_INLINE]})  # type: ignore[arg-type]
@require_http_methods(["GET", "POST"])
def write(request: MemberRequest, cause: str) -> HttpResponse:
    """Write it; look at the mail of one account; then send it.

    Mails carry their styles with them, so this page allows them; the mail itself stands in a frame of its own.
    """
    check(request.actor, Act.SEND_CAUSE_NOTICE)
    found = reading.find(cause)
    affected = reading.affected(found, seen_by=request.actor)
    text = _TEXT.format(name=found.name, by=request.actor.name)
    initial = {"subject": found.name, "text": text, "next_what": "What we have found, and what we do about it"}
    form = NoticeForm(affected, request.zone, data=sent(request), initial=initial)
    context: dict[str, Any] = {"cause": found, "form": form, "nobody": affected.nobody, "leaves": leaving.has_server()}
    context["most"] = cause_notices.MOST_TOLD
    is_final = "send" in request.POST
    if is_final and (notice := form.acts(lambda: _begin(request, found, form))):
        goes = "It goes out now, to one account after another."
        messages.success(request, leaving.says(goes, "Each account gets a mail of its own now, which waits"))
        response = redirect("cause_notice", found.key, notice.pk)
        drafts.arrived(response, request.path)
        return response
    if "look" in request.POST and not is_final and (first := form.acts(lambda: _first(request, found, form))):
        return render(request, "causes/look.html", context | _as_it_arrives(request, form, first))
    return render(request, "causes/write.html", context, status=422 if form.errors else 200)


def _first(request: MemberRequest, cause: Cause, form: NoticeForm) -> AsTold:
    """What the first that was chosen gets, of those who get anything.

    Where it does not say all that it must, or cannot go to all of them, or to nobody, that is refused at its field.
    """
    typed = form.cleaned_data
    cause_notices.may_be_told(cause, typed["accounts"])
    text, next_at, why = cause_notices.checked(typed["text"]), cause_notices.ahead(typed["next_at"], request.now), ""
    for account in typed["accounts"]:
        case = reading.case_of(cause, account)
        try:
            return reading.as_told(account, case, subject=typed["subject"], text=text, next_at=next_at, now=request.now)
        except Refused as refused:
            why = why or refused.sentence
    raise Refused(why, field="accounts")


@require_GET
@never_cache
def one(request: MemberRequest, cause: str, pk: int) -> HttpResponse:
    """What went out, how far it is, and who was not told."""
    check(request.actor, Act.SEE_CAUSES)
    return _one(request, *_found(cause, pk))


@require_GET
@never_cache
def progress(request: MemberRequest, cause: str, pk: int) -> HttpResponse:
    """How far it is; once nothing is under way any more, the whole page."""
    check(request.actor, Act.SEE_CAUSES)
    found, notice = _found(cause, pk)
    context = {"cause": found, "notice": notice, "may_send": may(request.actor, Act.SEND_CAUSE_NOTICE)}
    response = render(request, "causes/_progress.html", context)
    if not notice.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def stop(request: MemberRequest, cause: str, pk: int) -> HttpResponse:
    """Tell nobody else. If it is through meanwhile, the page says so."""
    check(request.actor, Act.SEND_CAUSE_NOTICE)
    found, notice = _found(cause, pk)
    if notice.is_under_way:
        cause_notices.stop(notice, by=request.actor, now=request.now)
    return redirect("cause_notice", found.key, pk)


@require_POST
def go_on(request: MemberRequest, cause: str, pk: int) -> HttpResponse:
    """Tell those who were not told yet."""
    check(request.actor, Act.SEND_CAUSE_NOTICE)
    found, notice = _found(cause, pk)
    try:
        cause_notices.go_on(notice, by=request.actor, now=request.now)
    except Forbidden:
        raise
    except Refused as refused:
        return _one(request, found, notice, refused.sentence, status=422)
    return redirect("cause_notice", found.key, pk)


def _begin(request: MemberRequest, cause: Cause, form: NoticeForm) -> CauseNotice:
    return cause_notices.begin(cause, **form.cleaned_data, by=request.actor, now=request.now)


def _as_it_arrives(request: MemberRequest, form: NoticeForm, first: AsTold) -> dict[str, Any]:
    """The mail of the first, to its own contacts, in their own time."""
    organisation = Organisation.current()
    letter = Letter(
        subject=first.subject,
        paragraphs=tuple(part.strip() for part in first.text.split("\n\n") if part.strip()),
        sender_name=f"{request.actor.name}, {organisation.name}",
    )
    return {
        "account": first.account,
        "to": first.to,
        "letter": letter,
        "sender": organisation.mail_from,
        "mail": rendered(letter, organisation=organisation.name),
        "marks": marked(first.text),
        "names": [account.name for account in form.cleaned_data["accounts"]],
        "typed": [(name, value) for name, values in request.POST.lists() for value in values if name in form.fields],
    }


def _waits(count: int) -> str:
    """How many of its mails have not left yet, and why; blank where all have."""
    if not count:
        return ""
    are, wait = ("One mail is", "One mail waits") if count == 1 else (f"{count:,} mails are", f"{count:,} mails wait")
    return leaving.says(f"{are} on the way.", wait)


def _found(cause: str, pk: int) -> tuple[Cause, CauseNotice]:
    found = reading.find(cause)
    return found, find(reading.notices(found), pk, "notice", of=found.key)


def _one(
    request: MemberRequest, cause: Cause, notice: CauseNotice, refusal: str = "", *, status: int = 200
) -> HttpResponse:
    parts = notice.parts.select_related("account", "escalation").order_by("account__name", "id")
    told, waiting = list(reading.told_by(notice)[:SHOWN]), reading.still_here([notice]).get(notice.pk, 0)
    numbers = [part.escalation_id for part in told if part.escalation_id]
    seen = set(access.visible_to(request.actor).filter(pk__in=numbers).values_list("pk", flat=True))
    context = {
        "cause": cause,
        "notice": notice,
        "refusal": refusal,
        "waiting": waiting,
        "waits": _waits(waiting),
        "not_told": parts.filter(outcome="not told")[:SHOWN],
        "told": [(part, part.escalation_id in seen) for part in told],
        "may_send": may(request.actor, Act.SEND_CAUSE_NOTICE),
    }
    return render(request, "causes/notice.html", context, status=status)
