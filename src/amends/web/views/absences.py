"""Being away: planned, changed and ended by oneself, by whom one reports to, or by an administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from amends.directory.models import Absence, Absences, Member
from amends.escalations.actions import absences
from amends.escalations.errors import Forbidden
from amends.web.forms.absences import AbsenceChangeForm, AbsenceForm
from amends.web.forms.base import sent
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def page(request: MemberRequest, pk: int) -> HttpResponse:
    """When a member is away and who stands in; and planning it."""
    member = _member(request, pk)
    if request.method != "POST":
        return _page(request, member, AbsenceForm.beginning(member, request.now))
    form = AbsenceForm(member=member, data=request.POST)
    absence = form.acts(lambda: absences.plan(member, **form.cleaned_data, by=request.actor, now=request.now))
    if absence is None:
        return _page(request, member, form)
    messages.success(request, f"{absence.stand_in} stands in for {member.name} {absence.says(request.now)}.")
    return redirect("absences", pk)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int, absence: int) -> HttpResponse:
    """Another end, or another stand-in."""
    member = _member(request, pk)
    found = find(_absences(member), absence, "absence")
    form = AbsenceChangeForm.of(found, sent(request))
    if form.acts(lambda: absences.change(found, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("absences", pk)
    return _change(request, found, form)


@require_POST
def end(request: MemberRequest, pk: int, absence: int) -> HttpResponse:
    """They are back, or do not go at all."""
    member = _member(request, pk)
    absences.end(find(_absences(member), absence, "absence"), by=request.actor, now=request.now)
    messages.success(request, f"{member.name} is here. What is theirs comes to them again.")
    return redirect("absences", pk)


def _member(request: MemberRequest, pk: int) -> Member:
    member = find(Member.objects.here(), pk, "member")
    if not absences.may_plan(request.actor, member):
        raise Forbidden(f"{member.name}, whom they report to, and an administrator say when they are away.")
    return member


def _absences(member: Member) -> Absences:
    return Absence.objects.filter(member=member).select_related("member", "stand_in")


def _page(request: MemberRequest, member: Member, form: AbsenceForm) -> HttpResponse:
    found = _absences(member).ahead(request.now)
    return render(
        request,
        "people/absences.html",
        {
            "member": member,
            "is_me": member.pk == request.actor.member_id,
            "absences": [(absence, absence.lasts(request.now)) for absence in found],
            "stands_in": member.stands_in.ahead(request.now).select_related("member"),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _change(request: MemberRequest, absence: Absence, form: AbsenceChangeForm) -> HttpResponse:
    context = {"member": absence.member, "absence": absence, "form": form, "lasts": absence.lasts(request.now)}
    return render(request, "people/absence.html", context, status=422 if form.errors else 200)
