"""The customer's page, for whoever has its link: no login, no session, and no need of scripts.

The link is all that lets one in, so that nothing of it may leak: the pages are kept by nobody, found by no search
engine, and tell nobody where one came from. Only a form that came back is kept, by their own browser: else it
could not go back to what they typed.

So its forms need no token against forged ones: no cookie lets anybody do anything here, and whoever could forge one
would have to know the link. They are taken from browsers and mail programs that keep no cookies, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.core.ratelimit import consume, consume_or_429
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amends.directory.models import Organisation
from amends.escalations import calendar_entries, customer_links, customer_view
from amends.escalations.actions import customer_links as links
from amends.escalations.models import CustomerLink
from amends.lib import downloads
from amends.web import drafts, leaving
from amends.web.customer_page import WAYS, context, take_in
from amends.web.forms.base import Form
from amends.web.forms.customer import AddressForm
from amends.web.once import once
from amends.web.requests import is_looking_ahead

View = Callable[..., HttpResponse]
_WAIT = "That was a lot at once. Your words are still here: wait five minutes, then send them again."


def _apart(view: View) -> View:
    """Kept by nobody, found by nobody, and not said to be where somebody came from."""

    @wraps(view)
    def kept_apart(request: HttpRequest, *args: str, **named: str) -> HttpResponse:
        answer = view(request, *args, **named)
        answer.headers.setdefault("Cache-Control", "no-store")
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return kept_apart


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD"])
@_apart
def page(request: HttpRequest, token: str) -> HttpResponse:
    """All that they may see, and every way to answer. One of us who comes by the link sees it, and leaves no trace."""
    link = customer_links.read(token, request.now)  # type: ignore[attr-defined]
    if link is None:
        return _gone(request)
    if _is_opened_by_them(request) and not link.was_opened_this_hour(request.now):  # type: ignore[attr-defined]
        links.opened(link, by=customer_links.who(link), now=request.now)  # type: ignore[attr-defined]
    return _shown(request, link, token, said=request.GET.get("said", ""))


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@_apart
def act(request: HttpRequest, token: str, way: str) -> HttpResponse:
    """One form of the page. What cannot be comes back at its field with all that was typed."""
    now = request.now  # type: ignore[attr-defined]
    link = customer_links.read(token, now)
    if link is None or way not in WAYS:
        return _gone(request)
    if request.method != "POST":
        return redirect("customer_page", token=token)
    request.zone = link.contact.zone or link.case.account.zone  # type: ignore[attr-defined]
    view = context(link.case, link.contact, now)["view"]
    form = WAYS[way].form(view, request.POST)
    if _is_one_of_us(request):
        form.add_error(None, "You are logged in as one of us. Only the customer answers here.")
        return _shown(request, link, token, sent=(way, form), status=403)
    if not consume(request, action="customer", key=f"link:{link.pk}"):
        form.add_error(None, _WAIT)
        return _shown(request, link, token, sent=(way, form), status=429)
    opened = form.acts(lambda: once(request, lambda: take_in(way, link, form, now), by=customer_links.who(link)))
    if form.errors:
        return _shown(request, link, token, sent=(way, form), status=422)
    answer = redirect("customer_page", token=token)
    # What could not be taken up on its own is an answer, and no time is named for it.
    answer["Location"] += f"?said={'answer' if way == 'more' and not opened else way}#said"
    which = request.POST.get("request") or request.POST.get("meeting")
    drafts.arrived(answer, ":".join(filter(None, [_draft(link), way, which])))
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD"])
@_apart
def file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A file that went along with a mail to them: to be kept, and never run or shown as a page of ours."""
    now = request.now  # type: ignore[attr-defined]
    link = customer_links.read(token, now)
    found = customer_view.find_file(link.case, pk, now) if link else None
    if link is None or found is None:
        return _gone(request)
    if consume_or_429(request, action="customer_file", key=f"link:{link.pk}", limit_get=True):
        return _closed(request, AddressForm(), status=429, says="That was a lot at once. Wait five minutes, please.")
    headers = downloads.headers(found.name, found.kind, found.fingerprint) | {"Cache-Control": "no-store"}
    return HttpResponse(bytes(found.content.content), headers=headers)


@login_not_required
@require_http_methods(["GET", "HEAD"])
@_apart
def meeting(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A meeting of theirs that is planned, for a calendar that did not get our mail."""
    now = request.now  # type: ignore[attr-defined]
    link = customer_links.read(token, now)
    found = customer_view.find_meeting(link.case, pk) if link else None
    if link is None or found is None:
        return _gone(request)
    organisation = Organisation.current()
    text = calendar_entries.written([calendar_entries.of_meeting(found, organisation)], organisation.name, now)
    headers = {"Content-Disposition": f'attachment; filename="meeting-{pk}.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@_apart
def again(request: HttpRequest) -> HttpResponse:
    """The link once more, to the address of whoever has one. Whatever is typed, the answer is the same."""
    form = AddressForm(data=request.POST or None)
    if request.method != "POST":
        return _closed(request, form, status=200, is_asked=True)
    if not form.is_valid():
        return _closed(request, form, status=422, is_asked=True)
    address = form.cleaned_data["email"]
    if not consume(request, action="customer_again", key=address.lower()):
        says = "That was a lot at once. Wait an hour, then ask again."
        return _closed(request, form, status=429, says=says, is_asked=True)
    now = request.now  # type: ignore[attr-defined]
    for link in customer_links.of_address(address, now):
        links.send_again(link, by=customer_links.who(link), now=now)
    return _closed(request, AddressForm(), status=200, is_sent=True)


def _is_opened_by_them(request: HttpRequest) -> bool:
    return request.method == "GET" and not _is_one_of_us(request) and not is_looking_ahead(request)


def _is_one_of_us(request: HttpRequest) -> bool:
    return getattr(request, "actor", None) is not None


def _shown(
    request: HttpRequest,
    link: CustomerLink,
    token: str,
    *,
    said: str = "",
    sent: tuple[str, Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    request.zone = link.contact.zone or link.case.account.zone  # type: ignore[attr-defined]
    shown = context(link.case, link.contact, request.now, said=said, sent=sent)  # type: ignore[attr-defined]
    answer = render(request, "customer/page.html", shown | {"token": token, "draft": _draft(link)}, status=status)
    if sent:
        answer["Cache-Control"] = "private, no-cache"
    return answer


def _draft(link: CustomerLink) -> str:
    """Under which name their browser keeps what they type, while this tab is open: it tells nothing of the link."""
    return f"their-page:{link.pk}"


def _gone(request: HttpRequest) -> HttpResponse:
    """One and the same page for a link that is wrong, revoked or over: who guesses learns nothing."""
    if consume_or_429(request, action="customer_guess", limit_get=True):
        says = "That was a lot at once. Wait five minutes, then open your link again."
        return _closed(request, AddressForm(), status=429, says=says)
    return _closed(request, AddressForm(), status=404, is_gone=True)


def _closed(request: HttpRequest, form: AddressForm, *, status: int, says: str = "", **is_so: bool) -> HttpResponse:
    """The page that is none. `is_so`: is_asked, is_sent, is_gone."""
    shown = {"form": form, "organisation": Organisation.current().name, "says": says, "leaves": leaving.has_server()}
    return render(request, "customer/closed.html", shown | is_so, status=status)
