"""The people at an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from amends.directory import checks, contacts
from amends.directory.models import Account, Contact
from amends.escalations.authority import Act, check
from amends.web.forms.accounts import ContactForm
from amends.web.forms.base import sent
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """A new contact of an account."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    account = find(Account.objects.all(), pk, "account")
    form = ContactForm(sent(request))
    if contact := form.acts(lambda: contacts.add(account, **form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, f"{contact.name} is a contact of {account.name}.")
        return redirect("account", pk)
    return _form(request, form, account, None)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int, contact: int) -> HttpResponse:
    """What is known of a contact, to be changed."""
    check(request.actor, Act.CHANGE_ACCOUNTS)
    found = find(Contact.objects.filter(account=pk).select_related("account"), contact, "contact")
    form = ContactForm.of(found, sent(request))
    if form.acts(lambda: contacts.change(found, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("account", pk)
    return _form(request, form, found.account, found)


def _form(request: MemberRequest, form: ContactForm, account: Account, contact: Contact | None) -> HttpResponse:
    return render(
        request,
        "accounts/contact.html",
        {"form": form, "account": account, "contact": contact, "zones": checks.zones()},
        status=422 if form.errors else 200,
    )
