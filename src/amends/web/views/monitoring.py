"""For machines that watch: does it run, and figures for Prometheus."""

from __future__ import annotations

import ipaddress
import logging
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amends.escalations.models import Escalation, Parked, Promise
from amends.lib import when
from amends.outbox.models import Delivery
from amends.pulse import beats
from amends.pulse.models import Pulse
from amends.web.requests import MemberRequest

log = logging.getLogger("amends.web")
# A proxy on this host makes everybody look local; one that says for whom it asks is known by these.
_FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")


@login_not_required
@require_safe
@never_cache
def healthz(request: MemberRequest) -> HttpResponse:
    """200 when the database answers and clock and sender have beaten lately; else 503, saying which does not."""
    try:
        vitals = beats.vitals(request.now)
    except DatabaseError as problem:
        log.warning("/healthz: the database does not answer: %s", problem)
        return JsonResponse({"is_well": False, "database": "cannot be reached"}, status=503)
    parts = {
        vital.part: {
            "is_running": vital.is_running,
            "has_trouble": bool(vital.trouble),
            "beat_at": when.iso(vital.beat_at) if vital.beat_at else None,
        }
        for vital in vitals
    }
    silent = [vital.part for vital in vitals if not vital.is_running]
    if silent:
        log.warning("/healthz: not running: %s", ", ".join(silent))
    runs = not silent
    return JsonResponse({"is_well": runs, "database": "answers", **parts}, status=200 if runs else 503)


@login_not_required
@require_safe
@never_cache
def metrics(request: MemberRequest) -> HttpResponse:
    """Figures for Prometheus, to this host or to whoever has AMENDS_METRICS_TOKEN."""
    if not _may_read(request):
        return HttpResponse(
            "Ask from this host, or with the bearer token that AMENDS_METRICS_TOKEN sets.\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )
    lines = "\n".join(_figures(request))
    return HttpResponse(f"{lines}\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    key = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and secrets.compare_digest(key.encode(), settings.METRICS_TOKEN.encode()):
        return True
    if any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _figures(request: MemberRequest) -> list[str]:
    now = request.now
    open_promises = Promise.objects.open().filter(escalation__next_look_at__isnull=False)
    states = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    beaten = list(Pulse.objects.order_by("part", "place"))
    return [
        *_gauge("amends_escalations_open", "Escalations under way.", {"": Escalation.objects.open().count()}),
        *_gauge("amends_escalations_parked", "Escalations set aside.", {"": Parked.objects.count()}),
        *_gauge("amends_promises_open", "Promises to keep.", {"": open_promises.count()}),
        *_gauge(
            "amends_promises_overdue",
            "Promises past their time.",
            {"": open_promises.overdue(now).count()},
        ),
        *_gauge(
            "amends_deliveries",
            "Deliveries by state.",
            {_labels(state=state): states.get(state, 0) for state in Delivery.State.values},
        ),
        *_gauge(
            "amends_pulse_age_seconds",
            "Since each clock and sender has beaten.",
            {
                _labels(part=pulse.part, place=pulse.place): round((now - pulse.beat_at).total_seconds(), 1)
                for pulse in beaten
            },
        ),
        *_gauge(
            "amends_pulse_trouble",
            "1 where a clock or sender runs but cannot work.",
            {_labels(part=pulse.part, place=pulse.place): int(bool(pulse.trouble)) for pulse in beaten},
        ),
    ]


def _gauge(name: str, means: str, values: dict[str, float]) -> list[str]:
    return [
        f"# HELP {name} {means}",
        f"# TYPE {name} gauge",
        *(f"{name}{labels} {value}" for labels, value in values.items()),
    ]


def _labels(**labels: str) -> str:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{written}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
