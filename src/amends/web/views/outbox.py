"""The outbox: what must leave, how far it has come, and what holds it up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from amends.escalations import mails, wanted
from amends.escalations.actions import deliveries
from amends.escalations.authority import Act, check, may
from amends.escalations.models import Escalation
from amends.outbox.models import Channel, Delivery, Pause
from amends.web import leaving, paging
from amends.web.forms.people import PauseForm
from amends.web.requests import MemberRequest

State = Delivery.State
TONES = {State.SENT: "kept", State.MAYBE: "risk", State.DEAD: "bad"}
# Those that are few, and that somebody may have to do something about: they are counted.
COUNTED = (State.WAITING, State.HANDING_OVER, State.MAYBE, State.DEAD)


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery, with how it stands in words."""

    delivery: Delivery
    tone: str
    says: str
    # Why its channel waits, where it does
    pause: Pause | None = None

    @property
    def where(self) -> str:
        """Its address. A chat is only said to be one: where it is, is a secret."""
        return "by chat" if self.delivery.channel == Channel.CHAT else self.delivery.address

    @property
    def about(self) -> str:
        """The key of the escalation that it is about; blank for what is about none."""
        name, _, pk = self.delivery.subject.partition(":")
        return Escalation(pk=int(pk)).key if name == "escalation" else ""

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it rests until its next try so that who wrote it may take it back."""
        return self.says == "Held" and self.delivery.held_because.startswith(mails.RECALL)

    @property
    def has_rested(self) -> bool:
        """Whether its time to be held is over, and it waits for the sender alone."""
        return self.says == "Waiting" and bool(self.delivery.held_because)

    @property
    def is_called_off(self) -> bool:
        """Whether nobody needs it any more, and the sender has not looked at it since."""
        return self.says == NOT_NEEDED and self.delivery.state == State.WAITING


NOT_NEEDED = str(State.NOT_NEEDED.label)


def row(delivery: Delivery, pause: Pause | None, *, now: dt.datetime, is_wanted: bool = True) -> Row:
    """How a delivery stands: held and paused are ways of waiting, each with its reason.

    The sender takes off what is not wanted any more when it looks: until then it is said here.
    """
    if delivery.state != State.WAITING:
        return Row(delivery, TONES.get(State(delivery.state), ""), delivery.get_state_display())
    if not is_wanted:
        return Row(delivery, "", NOT_NEEDED)
    if pause:
        return Row(delivery, "held", "Paused", pause)
    if delivery.held_because and delivery.next_try_at > now:
        return Row(delivery, "held", "Held")
    return Row(delivery, "risk" if delivery.tries else "", "Trying again" if delivery.tries else "Waiting")


def rows(found: Sequence[Delivery], now: dt.datetime) -> list[Row]:
    """How each of them stands. A query for the pauses, and one for each kind of what they are wanted for."""
    pauses = {pause.channel: pause for pause in Pause.objects.all()}
    still = wanted.still_wanted([each for each in found if each.state == State.WAITING])
    return [row(each, pauses.get(each.channel), now=now, is_wanted=each.pk in still) for each in found]


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """What must leave and what has left, newest first; of one state where one is asked for."""
    check(request.actor, Act.SEE_OUTBOX)
    return _page(request, PauseForm())


@require_POST
def pause(request: MemberRequest) -> HttpResponse:
    """Stop all mail, or all chat, for now."""
    check(request.actor, Act.MEND_OUTBOX)
    form = PauseForm(request.POST)

    def act() -> bool:
        deliveries.pause(**form.cleaned_data, by=request.actor, now=request.now)
        return True

    if form.acts(act):
        what = form.cleaned_data["channel"].capitalize()
        messages.success(request, f"{what} is paused. It waits here, and nothing is lost.")
        return redirect("outbox")
    return _page(request, form)


@require_POST
def resume(request: MemberRequest) -> HttpResponse:
    """Let it go again."""
    check(request.actor, Act.MEND_OUTBOX)
    channel = Channel.CHAT if request.POST.get("channel") == Channel.CHAT else Channel.MAIL
    deliveries.resume(channel=channel, by=request.actor, now=request.now)
    messages.success(request, f"{channel.capitalize()} goes out again.")
    return redirect("outbox")


def _page(request: MemberRequest, form: PauseForm) -> HttpResponse:
    state = request.GET.get("state", "")
    found = Delivery.objects.filter(state=state) if state in State.values else Delivery.objects.all()
    shown = paging.newest(found, paging.number(request.GET.get("after")), at="posted_at")
    pauses = list(Pause.objects.order_by("since"))
    waiting = Delivery.objects.filter(state__in=COUNTED).order_by().values_list("state")
    counts = dict(waiting.annotate(Count("pk")))
    return render(
        request,
        "outbox/page.html",
        {
            "page": shown,
            "rows": rows(shown.rows, request.now),
            "state": state,
            "tabs": [(value, State(value).label, counts.get(value)) for value in State.values],
            "counts": {"waiting": counts.get(State.WAITING, 0), "maybe": counts.get(State.MAYBE, 0)}
            | {"dead": counts.get(State.DEAD, 0)},
            "pauses": pauses,
            "may_pause": may(request.actor, Act.MEND_OUTBOX) and len(pauses) < len(Channel),
            "has_server": leaving.has_server(),
            "form": form,
            "may_mend": may(request.actor, Act.MEND_OUTBOX),
        },
        status=422 if form.errors else 200,
    )
