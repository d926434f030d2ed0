"""Your own keys to the API."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from amends.directory import tokens
from amends.directory.models import Token
from amends.web.forms.base import sent
from amends.web.forms.people import TokenForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: MemberRequest) -> HttpResponse:
    """Your tokens. A new one is shown in the answer itself, once: it is kept nowhere, not even for a redirect."""
    form, key = TokenForm(sent(request)), ""
    if made := form.acts(lambda: tokens.make(request.user, **form.cleaned_data, by=request.actor, now=request.now)):
        key, form = made[1], TokenForm()
    return render(
        request,
        "you/tokens.html",
        {
            "form": form,
            "key": key,
            "tokens": tokens.live(request.now).filter(member=request.user).order_by("-made_at", "-pk"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def revoke(request: MemberRequest, pk: int) -> HttpResponse:
    """End one of your tokens."""
    token = find(Token.objects.filter(member=request.user), pk, "token")
    tokens.revoke(token, by=request.actor, now=request.now)
    messages.success(request, f"“{token.name}” no longer opens anything.")
    return redirect("tokens")
