"""What is kept on an account: what one should know before speaking with them, and what they bought."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from amends.directory import insights, purchases
from amends.directory.models import Account, Insight, Purchase
from amends.escalations.actions import insights as telling
from amends.escalations.authority import Act, check
from amends.lib.errors import Refused
from amends.web.forms.accounts import InsightForm, NewInsightForm, PurchaseForm
from amends.web.forms.base import sent
from amends.web.lookup import find
from amends.web.requests import MemberRequest
from amends.web.views import accounts


@require_POST
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """Write down what one has learnt; the account team hears of it where that is ticked."""
    account, form = _account(request, pk, Act.ADD_INSIGHTS), NewInsightForm(request.POST)
    if made := form.acts(lambda: telling.add(account, **form.cleaned_data, by=request.actor, now=request.now)):
        nobody = " Nobody else is in the account team yet." if form.cleaned_data["tells_the_team"] else ""
        told = "Written down, and the account team is told."
        messages.success(request, told if made.told_at else f"Written down.{nobody}")
        return redirect("account", pk)
    return accounts.shown(request, account, insight_form=form)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int, insight: int) -> HttpResponse:
    """Say it better."""
    account, found = _insight(request, pk, insight)
    form = InsightForm(request.POST) if request.method == "POST" else InsightForm.of(found)
    if form.acts(lambda: insights.change(found, **form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, "Saved. The old words stay to be read below.")
        return redirect("account", pk)
    context = {"form": form, "account": account, "insight": found}
    return render(request, "accounts/insight.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: MemberRequest, pk: int, insight: int) -> HttpResponse:
    """It is no longer so."""
    _, found = _insight(request, pk, insight)
    insights.retire(found, by=request.actor, now=request.now)
    messages.success(request, "It is shown before no contact any more.")
    return redirect("account", pk)


@require_POST
def tell(request: MemberRequest, pk: int, insight: int) -> HttpResponse:
    """Tell the whole account team of it."""
    _, found = _insight(request, pk, insight)
    try:
        telling.tell(found, by=request.actor, now=request.now)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, "The account team is told.")
    return redirect("account", pk)


@require_POST
def add_purchase(request: MemberRequest, pk: int) -> HttpResponse:
    """Write down what they bought."""
    account, form = _account(request, pk, Act.CHANGE_ACCOUNTS), PurchaseForm(request.POST)
    if form.acts(lambda: purchases.add(account, **form.cleaned_data, by=request.actor, now=request.now)):
        return redirect("account", pk)
    return accounts.shown(request, account, purchase_form=form)


@require_http_methods(["GET", "POST"])
def change_purchase(request: MemberRequest, pk: int, purchase: int) -> HttpResponse:
    """Correct what was written down."""
    account, found = _purchase(request, pk, purchase)
    form = PurchaseForm.of(found, sent(request))
    if form.acts(lambda: purchases.change(found, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("account", pk)
    context = {"form": form, "account": account, "purchase": found}
    return render(request, "accounts/purchase.html", context, status=422 if form.errors else 200)


@require_POST
def remove_purchase(request: MemberRequest, pk: int, purchase: int) -> HttpResponse:
    """It was written down by mistake."""
    _, found = _purchase(request, pk, purchase)
    purchases.remove(found, by=request.actor, now=request.now)
    messages.success(request, f"“{found.what}” is taken away.")
    return redirect("account", pk)


def _account(request: MemberRequest, pk: int, act: Act) -> Account:
    check(request.actor, act)
    return find(Account.objects.select_related("csm"), pk, "account")


def _insight(request: MemberRequest, pk: int, insight: int) -> tuple[Account, Insight]:
    account = _account(request, pk, Act.ADD_INSIGHTS)
    return account, find(Insight.objects.filter(account=account).select_related("account", "by"), insight, "insight")


def _purchase(request: MemberRequest, pk: int, purchase: int) -> tuple[Account, Purchase]:
    account = _account(request, pk, Act.CHANGE_ACCOUNTS)
    return account, find(Purchase.objects.filter(account=account), purchase, "purchase")
