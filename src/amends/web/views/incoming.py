"""Mail that came in: the list, one of them, and what only a person can say of where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST, require_safe

from amends.directory.models import Organisation
from amends.escalations import letterbox, threads
from amends.escalations.actions import incoming as acts
from amends.escalations.authority import Act, check, may
from amends.escalations.models import Attachment, Escalation, Incoming, IncomingContent
from amends.lib import downloads
from amends.web import framed, paging
from amends.web.forms.base import Form, sent
from amends.web.forms.mail import FileForm, OpenForm, SetAsideForm
from amends.web.once import once
from amends.web.requests import MemberRequest

State = Incoming.State
_TABS = {"to-sort": "To sort", "in-cases": "In cases", "machines": "Machines", "set-aside": "Set aside", "all": "All"}
_OF_CASES = ("in-cases", "machines", "all")
_TONES = {State.FILED: "kept", State.TO_SORT: "risk", State.STRANGER: "held", State.PARKED: "bad", State.BOUNCE: "bad"}


@dataclass(frozen=True, slots=True)
class Row:
    """One mail, with how it stands in words, and the cases of it that one may see."""

    mail: Incoming
    tone: str
    says: str
    cases: list[Escalation]

    @classmethod
    def of(cls, mail: Incoming) -> Row:
        cases = [filing.escalation for filing in mail.filings.all()]
        return cls(mail, _TONES.get(State(mail.state), ""), mail.get_state_display(), cases)


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """What came in, the newest first; first of all what waits for somebody, for those who may see it."""
    tabs = _TABS if may(request.actor, Act.SEE_MAIL) else {name: _TABS[name] for name in _OF_CASES}
    show = request.GET.get("show", "")
    show = show if show in tabs else next(iter(tabs))
    found = letterbox.visible_to(request.actor)
    if show in letterbox.HEADINGS:
        found = found.filter(state__in=letterbox.HEADINGS[show])
    found = letterbox.listed(found, seen_by=request.actor)
    rows = paging.newest(found, paging.number(request.GET.get("after")), at="came_at")
    context = {
        "page": rows,
        "rows": [Row.of(mail) for mail in rows.rows],
        "show": show,
        "tabs": tabs.items(),
        "comes_in": settings.MAIL_COMES_IN or Incoming.objects.exists(),
        "desk": Organisation.current().mail_from,
    }
    return render(request, "mail/page.html", context)


@require_GET
def one(request: MemberRequest, pk: int) -> HttpResponse:
    """One mail: what was newly written, all of it, its files, where it came from."""
    return _shown(request, letterbox.find(pk, seen_by=request.actor))


@require_GET
def html(request: MemberRequest, pk: int) -> HttpResponse:
    """As its writer’s program shows it: made harmless when it was read, and shut into a frame all the same."""
    mail = letterbox.find(pk, seen_by=request.actor)
    return framed.document(mail.html)


@require_safe
def raw(request: MemberRequest, pk: int) -> HttpResponseBase:
    """The bytes as they came, to be kept."""
    mail = letterbox.find(pk, seen_by=request.actor)
    answer = HttpResponse(headers=downloads.headers(f"mail-{mail.pk}.eml", "message/rfc822", mail.fingerprint))
    known = get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
    if known is answer:
        answer.content = bytes(IncomingContent.objects.values_list("raw", flat=True).get(pk=mail.pk))
    return known


@require_POST
def file(request: MemberRequest, pk: int) -> HttpResponse:
    """Put it into a case."""
    mail = _to_sort(request, pk)
    form = FileForm(letterbox.cases_for(mail, request.actor), seen_by=request.actor, data=sent(request))

    def act() -> int:
        return acts.file(mail, form.cleaned_data["escalation"], by=request.actor, now=request.now).pk

    if form.acts(lambda: once(request, act)) is None:
        return _shown(request, mail, file=form)
    escalation, member = form.cleaned_data["escalation"], threads.one_of_us(mail.sender_address)
    became = f", as a note of {member} for us alone." if member else f". {escalation.handler} was told."
    messages.success(request, f"It stands in {escalation.key} now{became}")
    return redirect("mail")


@require_POST
def open_one(request: MemberRequest, pk: int) -> HttpResponse:
    """Make it an escalation of an account."""
    mail = _to_sort(request, pk)
    form = OpenForm(mail, data=sent(request))

    def act() -> int:
        account, reason = form.cleaned_data["account"], form.cleaned_data["reason"]
        return acts.open_from(mail, account, reason=reason, by=request.actor, now=request.now).pk

    number = form.acts(lambda: once(request, act))
    if number is None:
        return _shown(request, mail, open=form)
    escalation = Escalation.objects.select_related("handler").get(pk=number)
    is_asked = escalation.status == Escalation.Status.REQUESTED
    became = (
        f"requested; {escalation.handler} was asked to decide" if is_asked else f"open; {escalation.handler} was told"
    )
    messages.success(request, f"{escalation.key} is {became}.")
    return redirect("escalation", key=escalation.key)


@require_POST
def set_aside(request: MemberRequest, pk: int) -> HttpResponse:
    """It is about nothing of ours."""
    mail = _to_sort(request, pk)
    form = SetAsideForm(data=sent(request))

    def act() -> Incoming:
        return acts.set_aside(mail, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)

    if form.acts(act) is None:
        return _shown(request, mail, aside=form)
    messages.success(request, "It is set aside, and stays to be read there.")
    return redirect("mail")


def _to_sort(request: MemberRequest, pk: int) -> Incoming:
    check(request.actor, Act.SORT_MAIL)
    return letterbox.find(pk, seen_by=request.actor)


def _shown(request: MemberRequest, mail: Incoming, **typed: Form) -> HttpResponse:
    head, is_whole = letterbox.head(mail)
    forms = _forms(request, mail) | typed if _may_sort(request, mail) or typed else {}
    context = {
        "row": Row.of(mail),
        "mail": mail,
        "head": head.items(),
        "is_whole": is_whole,
        "files": _files(mail),
        "forms": forms,
        "one_of_us": threads.one_of_us(mail.sender_address) if forms else None,
    }
    return render(request, "mail/one.html", context, status=422 if typed else 200)


def _may_sort(request: MemberRequest, mail: Incoming) -> bool:
    return may(request.actor, Act.SORT_MAIL) and mail.can_be_sorted


def _forms(request: MemberRequest, mail: Incoming) -> dict[str, Any]:
    cases = letterbox.cases_for(mail, request.actor)
    # Of several, none is more likely but the one that it seems to be about.
    is_clear = len(cases) == 1 or bool(cases and cases[0].pk == mail.escalation_id)
    first = {"case": cases[0].key} if is_clear else {}
    return {
        "file": FileForm(cases, seen_by=request.actor, initial=first),
        "open": OpenForm(mail),
        "aside": SetAsideForm(),
    }


def _files(mail: Incoming) -> list[tuple[Escalation, list[Attachment]]]:
    """Its files as they are kept in each case of it that one may see."""
    filed = [filing for filing in mail.filings.all() if filing.update_id]
    found = Attachment.objects.filter(update__in=[filing.update_id for filing in filed]).order_by("id") if filed else []
    by_case = [(each.escalation, [file for file in found if file.update_id == each.update_id]) for each in filed]
    return [(escalation, files) for escalation, files in by_case if files]
