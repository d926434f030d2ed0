"""How the system runs: what beats, what waits, what went wrong."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from amends.escalations import invariants
from amends.escalations.authority import Act, check, may
from amends.escalations.models import Escalation, Parked
from amends.outbox.models import Channel, Delivery, Pause
from amends.pulse import beats
from amends.pulse.models import Pulse
from amends.web.requests import MemberRequest

State = Delivery.State
# As many as a person reads; the number beside them counts all.
MOST = 50
A_WEEK = dt.timedelta(days=7)


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """The clock, the sender, what is set aside, what did not arrive, and what should never be so."""
    check(request.actor, Act.SEE_HEALTH)
    vitals = beats.vitals(request.now)
    waiting = Delivery.objects.filter(state=State.WAITING)
    stuck = Delivery.objects.filter(state__in=[State.DEAD, State.MAYBE])
    counts = dict(stuck.order_by().values_list("state").annotate(Count("pk")))
    parked = Parked.objects.select_related("escalation__account").order_by("since")
    breaches = invariants.breaches(request.now)
    return render(
        request,
        "health/page.html",
        {
            "vitals": vitals,
            "pulses": Pulse.objects.order_by("part", "place"),
            "parked": parked[:MOST],
            "parked_count": parked.count(),
            "late_looks": Escalation.objects.due_for_a_look(request.now).count(),
            "waiting": waiting.count(),
            "oldest": waiting.order_by("next_try_at").first(),
            "maybe": counts.get(State.MAYBE, 0),
            "dead": counts.get(State.DEAD, 0),
            "chat_dead": stuck.filter(channel=Channel.CHAT, settled_at__gt=request.now - A_WEEK).count(),
            "pauses": Pause.objects.order_by("since"),
            "breaches": breaches[:MOST],
            "breach_count": len(breaches),
            "is_well": all(vital.is_well for vital in vitals),
            "may_settle": may(request.actor, Act.SETTLE_CLOCK) and any(vital.trouble for vital in vitals),
        },
    )


@require_POST
def settle_clock(request: MemberRequest) -> HttpResponse:
    """An administrator’s word that the wall clock of the host is right."""
    check(request.actor, Act.SETTLE_CLOCK)
    beats.clear(now=request.now)
    messages.success(request, "Noted: the clock is right. It goes on within ten seconds.")
    return redirect("health")
