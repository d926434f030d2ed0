"""Who at the customer has a link to their page: giving one, taking it, and looking at the page as they see it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from amends.escalations import access, customer_links
from amends.escalations.actions import customer_links as links
from amends.escalations.authority import Act, check
from amends.web import leaving
from amends.web.asking import Ask, answer, asked, finished, is_in_drawer
from amends.web.case_page import contacts_of
from amends.web.customer_page import context
from amends.web.forms.base import sent
from amends.web.forms.customer import GiveLinkForm
from amends.web.forms.steering import ConsentForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@never_cache
def give(request: MemberRequest, key: str) -> HttpResponse:
    """Give a contact a link of their own, or a new one for the one they have. Not mailed, it is shown here, once."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    contacts = contacts_of(escalation)
    linked = customer_links.by_contact(escalation, [contact.pk for contact in contacts], request.now)
    form = GiveLinkForm(contacts, linked, data=sent(request), initial={"contact": request.GET.get("contact")})
    ask = Ask(
        "Give them a link to their page",
        "Give it",
        says="It opens the customer’s page of this case without a password, and stands at the foot of every mail to "
        "them from now on. If they have one already, the old one opens nothing any more. Unless you take the mark off "
        "below, they get it by mail at once; otherwise it is shown here, once, for you to pass on.",
    )
    link = form.acts(lambda: links.give(escalation, **form.cleaned_data, by=request.actor, now=request.now))
    if link is None:
        return asked(request, escalation, ask, form, status=422 if form.is_bound else 200)
    if form.cleaned_data["mail"]:
        goes = leaving.says(
            f"The link is on its way to {link.contact}.", f"The mail with the link for {link.contact} waits"
        )
        return finished(request, escalation, goes)
    shown = {"escalation": escalation, "contact": link.contact, "url": customer_links.url(link)}
    return render(request, "escalation/_given.html" if is_in_drawer(request) else "escalation/given.html", shown)


@require_http_methods(["GET", "POST"])
def revoke(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Their link opens nothing from now on."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    link = find(customer_links.of(escalation), pk, "link", of=escalation.key)
    ask = Ask(
        f"Take the link from {link.contact}",
        "Take it from them",
        says="Whoever opens it is told that it is closed. You can give them another one.",
        is_grave=True,
    )
    form = ConsentForm(data=sent(request))
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: links.revoke(link, by=request.actor, now=request.now),
        done=f"{link.contact}’s link opens nothing any more.",
    )


@require_GET
@never_cache
def look(request: MemberRequest, key: str, contact: int) -> HttpResponse:
    """The page as that contact sees it. Nothing can be sent from here, and nobody counts it as opened."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    reader = find(escalation.account.contacts.all(), contact, "contact", of=escalation.key)
    request.zone = reader.zone or escalation.account.zone
    shown = context(escalation, reader, request.now)
    return render(request, "customer/page.html", shown | {"preview": escalation, "token": "preview"})
