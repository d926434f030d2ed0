"""Accounts: whom we serve, what they are worth, who looks after them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amends.directory import accounts, checks
from amends.directory.models import Account, Seat
from amends.escalations import access, outreach
from amends.escalations.authority import Act, check, may
from amends.web import drafts, paging, worth
from amends.web.forms.accounts import AccountForm, NewInsightForm, PurchaseForm, SeatForm
from amends.web.forms.base import sent
from amends.web.lookup import find
from amends.web.requests import MemberRequest

NEWEST = 30


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """All accounts from A to Z, or those whose name holds what was typed."""
    check(request.actor, Act.SEE_ACCOUNTS)
    sought = paging.typed(request.GET, "q", 160)
    found = Account.objects.select_related("csm")
    if sought:
        found = found.filter(name__icontains=sought)
    rows = paging.by_name(found, paging.number(request.GET.get("after")))
    counted = access.visible_to(request.actor).open().filter(account__in=[row.pk for row in rows.rows])
    open_of = dict(counted.order_by().values_list("account").annotate(Count("pk")))
    on_hold = set(outreach.on_hold(Account.objects.filter(pk__in=[row.pk for row in rows.rows])))
    return render(
        request,
        "accounts/page.html",
        {
            "page": rows,
            "rows": [(account, open_of.get(account.pk, 0), account in on_hold) for account in rows.rows],
            "count": found.count(),
            "sought": sought,
            "may_change": may(request.actor, Act.CHANGE_ACCOUNTS),
            "may_bring_in": may(request.actor, Act.BRING_IN_DIRECTORY),
        },
    )


@require_GET
def one(request: MemberRequest, pk: int) -> HttpResponse:
    """One account: worth, standing, people on both sides, its escalations."""
    check(request.actor, Act.SEE_ACCOUNTS)
    return shown(request, find(_accounts(), pk, "account"))


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A new account."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    named = {"name": name} if (name := paging.typed(request.GET, "name", 160)) else {}
    form = AccountForm(sent(request), initial={"csm": request.actor.member_id, "zone": request.zone} | named)
    drafts.begin_with(form, *named)
    if account := form.acts(lambda: accounts.add(**form.cleaned_data, by=request.actor, now=request.now)):
        response = _go_on(request, account)
        drafts.arrived(response, "new-account")
        return response
    return _form(request, form, None)


def _go_on(request: MemberRequest, account: Account) -> HttpResponse:
    """To the account that was just added; or back to the intake, where it was missing."""
    if _is_for_the_intake(request):
        messages.success(request, f"{account.name} is an account now. Go on with what you heard.")
        return redirect(f"{reverse('new_escalation')}?{urlencode({'account': account.name})}")
    messages.success(request, f"{account.name} is an account now. Who speaks for them?")
    return redirect("account", account.pk)


def _is_for_the_intake(request: MemberRequest) -> bool:
    return request.GET.get("then") == "escalation"


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """What is known of an account, to be changed."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account = find(_accounts(), pk, "account")
    form = AccountForm.of(account, sent(request))
    if form.acts(lambda: accounts.change(account, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("account", pk)
    return _form(request, form, account)


@require_POST
def add_seat(request: MemberRequest, pk: int) -> HttpResponse:
    """Give somebody a part in the account team."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account, form = find(_accounts(), pk, "account"), SeatForm(request.POST)
    if form.acts(lambda: accounts.seat(account, **form.cleaned_data, by=request.actor, now=request.now)):
        return redirect("account", pk)
    return shown(request, account, seat_form=form)


@require_POST
def remove_seat(request: MemberRequest, pk: int, seat: int) -> HttpResponse:
    """Take somebody’s part in the account team away."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    found = find(Seat.objects.filter(account=pk).select_related("member"), seat, "seat")
    accounts.unseat(found, by=request.actor, now=request.now)
    messages.success(request, f"{found.member.name} is no longer in the account team.")
    return redirect("account", pk)


def _accounts() -> QuerySet[Account]:
    return Account.objects.select_related("csm")


def shown(
    request: MemberRequest,
    account: Account,
    *,
    seat_form: SeatForm | None = None,
    insight_form: NewInsightForm | None = None,
    purchase_form: PurchaseForm | None = None,
) -> HttpResponse:
    """The page; a form is one that was sent and came back."""
    escalations = access.visible_to(request.actor).filter(account=account).select_related("handler")
    insights = list(account.insights.select_related("by"))
    sent_back = seat_form or insight_form or purchase_form
    return render(
        request,
        "accounts/one.html",
        {
            "account": account,
            "contacts": account.contacts.order_by("has_left", "name", "id"),
            # The CSM stands above them already.
            "seats": account.seats.exclude(part=Seat.Part.CSM, member=account.csm_id or 0).select_related("member"),
            "escalations": escalations[:NEWEST],
            "hold": next(iter(outreach.standing([account], seen_by=request.actor, now=request.now)), None),
            "insights": worth.by_kind([insight for insight in insights if insight.retired_at is None]),
            "retired": [insight for insight in insights if insight.retired_at][:NEWEST],
            "purchases": worth.purchases_of(account),
            "seat_form": seat_form or SeatForm(),
            "insight_form": insight_form or NewInsightForm(),
            "purchase_form": purchase_form or PurchaseForm(),
            "may_change": may(request.actor, Act.CHANGE_ACCOUNTS),
            "may_add_insights": may(request.actor, Act.ADD_INSIGHTS),
        },
        status=422 if sent_back and sent_back.errors else 200,
    )


def _form(request: MemberRequest, form: AccountForm, account: Account | None) -> HttpResponse:
    return render(
        request,
        "accounts/form.html",
        {
            "form": form,
            "account": account,
            "zones": checks.zones(),
            "is_for_the_intake": account is None and _is_for_the_intake(request),
        },
        status=422 if form.errors else 200,
    )
