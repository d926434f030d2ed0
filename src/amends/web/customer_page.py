"""The customer's page: what it shows, and the ways in which they can answer on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import authority, customer_links, customer_view
from amends.escalations.actions import customer_answers, customer_requests, meeting_answers
from amends.escalations.authority import Act
from amends.escalations.customer_view import CustomerView, Standing
from amends.escalations.errors import Refused
from amends.escalations.models import Attendance, CustomerLink, Escalation, Meeting, Request
from amends.lib import when
from amends.web.forms.base import Form
from amends.web.forms.customer import (
    ConfirmForm,
    MeetingForm,
    OverForm,
    RateForm,
    RequestForm,
    TimesForm,
    WordsForm,
)

# As many of what passed stand open; the others are folded away.
MOST_SAID = 5
_GOES_ON = "What you typed stands under “Answer us” below, and is not sent yet."
_TONES = {
    Standing.NAMED: "",
    Standing.CONFIRMED: "good",
    Standing.IN_WORK: "good",
    Standing.YOURS: "risk",
    Standing.WAITING: "held",
    Standing.SOLVED: "kept",
    Standing.DECLINED: "",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One form of the page: how it is made, what it does, and what is said when it is done."""

    form: Callable[[CustomerView, QueryDict | None], Form]
    act: Callable[[CustomerLink, Any, dt.datetime], object]
    thanks: str
    # Whether it stands on the page: what was answered, called off or is over meanwhile does not.
    stands: Callable[[CustomerView, Mapping[str, Any]], bool] = lambda view, sent: True


def _confirm(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    order = form.cleaned_data["order"]
    return customer_answers.confirm_plan(link, order=order, by=customer_links.who(link), now=now)


def _missing(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    words = form.cleaned_data["words"]
    return customer_answers.something_is_missing(link, words=words, by=customer_links.who(link), now=now)


def _answer(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    return customer_answers.answer(link, words=form.cleaned_data["words"], by=customer_links.who(link), now=now)


def _request(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    number, words = form.cleaned_data["request"], form.cleaned_data["words"]
    asked = Request.objects.filter(pk=number, problem__escalation=link.case)
    request = asked.select_related("problem__owner", "problem__escalation").first()
    if request is None:
        raise Refused("We do not need this any more. Whatever else you want to tell us, write it below.")
    by = customer_links.who(link)
    return customer_answers.answer_request(link, request=request, words=words, by=by, now=now)


def _times(link: CustomerLink, form: TimesForm, now: dt.datetime) -> object:
    by = customer_links.who(link)
    return customer_answers.propose_times(link, moments=form.moments, words=form.cleaned_data["words"], by=by, now=now)


def _meeting(link: CustomerLink, form: MeetingForm, now: dt.datetime) -> object:
    typed = form.cleaned_data
    meeting = Meeting.objects.filter(pk=typed["meeting"], escalation=link.case).first()
    if meeting is None:
        raise Refused("This meeting is off. Whatever you want to tell us, write it below.")
    said = {name: typed[name] for name in ("answer", "words", "proposed_at")}
    return meeting_answers.by_page(link, meeting=meeting, **said, by=customer_links.who(link), now=now)


def _over(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    is_over = form.cleaned_data["is_over"] == "yes"
    say = customer_answers.say_over if is_over else customer_answers.say_not_over
    return say(link, words=form.cleaned_data["words"], by=customer_links.who(link), now=now)


def _rate(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    return customer_answers.rate(link, **form.cleaned_data, by=customer_links.who(link), now=now)


def _more(link: CustomerLink, form: Form, now: dt.datetime) -> object:
    words = form.cleaned_data["words"]
    return customer_requests.ask_for_more(link, words=words, by=customer_links.who(link), now=now)


WAYS: dict[str, Way] = {
    "confirm": Way(
        lambda view, sent: ConfirmForm(data=sent, auto_id="id_confirm_%s"),
        _confirm,
        "Thank you. We go on in this order.",
        lambda view, sent: view.may_confirm,
    ),
    "missing": Way(
        lambda view, sent: WordsForm("What is missing, or not right", data=sent, auto_id="id_missing_%s"),
        _missing,
        "Thank you for telling us. You hear from us what we make of it.",
        lambda view, sent: view.is_under_way,
    ),
    "request": Way(
        lambda view, sent: RequestForm("Your answer", data=sent, auto_id="id_request_%s"),
        _request,
        "Thank you. It is with whoever needs it.",
        lambda view, sent: any(str(asked.id) == sent.get("request") for asked in view.asked),
    ),
    "answer": Way(
        lambda view, sent: WordsForm(
            "It reaches us at once, and stands on this page.", data=sent, auto_id="id_answer_%s"
        ),
        _answer,
        "Thank you. Your words have reached us.",
    ),
    "more": Way(
        lambda view, sent: WordsForm("What it is about", data=sent, auto_id="id_more_%s"),
        _more,
        "Thank you. We have it, and somebody takes it up.",
    ),
    "times": Way(
        lambda view, sent: TimesForm(view.zone, data=sent, auto_id="id_times_%s"),
        _times,
        "Thank you. You hear from us which time it will be.",
        lambda view, sent: view.is_under_way,
    ),
    "meeting": Way(
        lambda view, sent: MeetingForm(view.zone, data=sent, auto_id="id_meeting_%s"),
        _meeting,
        "Thank you. We know it, and so does everybody who comes.",
        lambda view, sent: any(str(met.id) == sent.get("meeting") for met in view.meetings if _takes_answers(met)),
    ),
    "over": Way(
        lambda view, sent: OverForm(data=sent, auto_id="id_over_%s"),
        _over,
        "Thank you for your word on it.",
        lambda view, sent: view.is_resolved,
    ),
    "rate": Way(
        lambda view, sent: RateForm(
            data=sent, initial={"heard": view.rated.heard if view.rated else None}, auto_id="id_rate_%s"
        ),
        _rate,
        "Thank you. We read what you say here.",
    ),
}


def context(
    case: Escalation, contact: Contact, now: dt.datetime, *, said: str = "", sent: tuple[str, Form] | None = None
) -> dict[str, Any]:
    """All that the page shows. `said`: the way that was gone just now; `sent`: one whose form came back."""
    view = customer_view.of(case, contact, now)
    forms = {name: way.form(view, None) for name, way in WAYS.items()}
    way, form = sent or ("", None)
    not_taken: dict[str, str] = {}
    if form is not None and WAYS[way].stands(view, form.data):
        forms[way] = form
    elif form is not None:
        not_taken = _as_an_answer(form, forms["answer"])
    return not_taken | {
        "view": view,
        "plan": [(step, _TONES[step.standing], _request_form(step, forms["request"])) for step in view.plan],
        "meetings": [(met, _meeting_form(view, met, forms["meeting"])) for met in view.meetings if not met.is_held],
        "met": [met for met in view.meetings if met.is_held],
        "recent": view.said[:MOST_SAID],
        "earlier": view.said[MOST_SAID:],
        "also": view.promises[1:],
        "confirmed_says": _confirmed_says(view, contact, now),
        "now": now,
        "place": f"{when.place(view.zone)} time",
        "forms": forms,
        "thanks": _thanks(said, contact, view.zone, now),
        "came_back": way,
    }


def links(case: Escalation, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """What the case page shows of it: who has a link, and whether one may be given. One query."""
    found = [link for link in customer_links.of(case) if customer_links.standing(link, now)]
    may = authority.may(actor, Act.TELL, case) and customer_links.may_have(case, now) and not case.merged_into_id
    return {"their_links": found, "may_link": may}


def take_in(way: str, link: CustomerLink, form: Form, now: dt.datetime) -> int:
    """Do what one form asks for. The number of the case that was opened for it; 0 where none was."""
    made = WAYS[way].act(link, form, now)
    return made.pk if isinstance(made, Escalation) else 0


def _as_an_answer(form: Form, answer: Form) -> dict[str, str]:
    """A form that came back and has no place on the page any more: its words go on in the answer, and why is said."""
    why = " ".join(map(str, form.non_field_errors())) or "That is not open any more, as things stand now."
    if not form.as_typed:
        return {"not_taken": why}
    answer.initial["words"] = "\n".join(form.as_typed)
    answer.fields["words"].widget.attrs["data-besides"] = True
    return {"not_taken": why, "goes_on": _GOES_ON}


def _thanks(said: str, contact: Contact, zone: str, now: dt.datetime) -> str:
    """What is said when it is done; of something new, by when they hear of it."""
    hears_by = customer_requests.hears_by(contact) if said == "more" else None
    if hears_by and hears_by > now:
        return f"We have it; you hear from us by {when.their_date(hears_by, zone, now)}."
    return WAYS[said].thanks if said in WAYS else ""


def _confirmed_says(view: CustomerView, contact: Contact, now: dt.datetime) -> str:
    """Who of them confirmed the plan, and when."""
    if view.confirmed is None:
        return ""
    who = "You" if view.confirmed.by == contact.name else view.confirmed.by
    return f"{who} confirmed this on {when.day(view.confirmed.at, view.zone, now)}"


def _takes_answers(met: customer_view.Met) -> bool:
    """Whether its reader is invited themselves, to one that is still to come."""
    return bool(met.answer) and not met.is_held


def _meeting_form(view: CustomerView, met: customer_view.Met, came_back: Form) -> Form | None:
    """The form under a meeting to which they are invited: the one that came back, where it was that one’s."""
    if not _takes_answers(met):
        return None
    if came_back.is_bound and came_back.data.get("meeting") == str(met.id):
        return came_back
    known = "" if met.answer == Attendance.Answer.NEEDS_ACTION else met.answer
    begins = {"meeting": met.id, "answer": known}
    return MeetingForm(view.zone, initial=begins, auto_id=f"id_meeting_{met.id}_%s")


def _request_form(step: customer_view.Step, came_back: Form) -> Form | None:
    """The form under a problem that waits for them: the one that came back, where it was that one's."""
    if step.asked is None:
        return None
    if came_back.is_bound and came_back.data.get("request") == str(step.asked.id):
        return came_back
    return RequestForm("Your answer", initial={"request": step.asked.id}, auto_id=f"id_request_{step.asked.id}_%s")
