"""One delivery, as it would arrive, and what only a person may decide about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from amends.directory.models import Organisation
from amends.escalations.actions import deliveries
from amends.escalations.authority import Act, check, may
from amends.outbox.letters import Letter, Rendered, for_others
from amends.outbox.letters import render as render_letter
from amends.outbox.models import Delivery
from amends.web.framed import SANDBOX
from amends.web.lookup import find
from amends.web.requests import MemberRequest
from amends.web.views import outbox

State = Delivery.State


@require_GET
def page(request: MemberRequest, pk: int) -> HttpResponse:
    """One delivery: how it stands, its head, its words, and its looks in a frame."""
    check(request.actor, Act.SEE_OUTBOX)
    delivery = find(Delivery.objects.all(), pk, "delivery")
    organisation = Organisation.current()
    letter, rendered = _read(delivery, organisation)
    may_mend = may(request.actor, Act.MEND_OUTBOX)
    is_struck = delivery.state == State.DEAD and deliveries.is_struck(delivery)
    return render(
        request,
        "letters/page.html",
        {
            "row": outbox.rows([delivery], request.now)[0],
            "delivery": delivery,
            "letter": letter,
            "rendered": rendered,
            "sender": organisation.mail_from,
            "may_repeat": may_mend and delivery.state in (State.DEAD, State.MAYBE) and not is_struck,
            "is_struck": is_struck,
            "may_settle": may_mend and delivery.state == State.MAYBE,
        },
    )


@require_GET
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """The letter as a mail program would show it."""
    check(request.actor, Act.SEE_OUTBOX)
    delivery = find(Delivery.objects.all(), pk, "delivery")
    return HttpResponse(_read(delivery, Organisation.current())[1].html, headers=SANDBOX)


@require_POST
def try_again(request: MemberRequest, pk: int) -> HttpResponse:
    """Send it once more, under its old Message-ID."""
    check(request.actor, Act.MEND_OUTBOX)
    delivery = find(Delivery.objects.all(), pk, "delivery")
    deliveries.try_again(delivery, by=request.actor, now=request.now)
    messages.success(request, "It is tried again at once.")
    return redirect("delivery", pk)


@require_POST
def mark_sent(request: MemberRequest, pk: int) -> HttpResponse:
    """Somebody has made sure that it arrived."""
    check(request.actor, Act.MEND_OUTBOX)
    delivery = find(Delivery.objects.all(), pk, "delivery")
    deliveries.mark_sent(delivery, by=request.actor, now=request.now)
    messages.success(request, "Marked as sent.")
    return redirect("delivery", pk)


def _read(delivery: Delivery, organisation: Organisation) -> tuple[Letter, Rendered]:
    letter = Letter.read(for_others(delivery.letter))
    return letter, render_letter(letter, organisation=organisation.name)
