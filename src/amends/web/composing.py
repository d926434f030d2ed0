"""The composer of the case page: what it begins with, and what the page says beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from amends.directory.models import Contact
from amends.escalations import citing, etiquette, hearers, mails, proofreading, texts
from amends.escalations.actions import keeping
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.boards import Case
from amends.escalations.models import Escalation, Promise, Update
from amends.escalations.proofreading import Proof
from amends.web import case_page, leaving, written_again
from amends.web.forms.case import to_keep, wall_time
from amends.web.forms.composer import Beside, ComposerForm
from amends.web.forms.files import chosen
from amends.web.forms.moments import LocalMoment
from amends.web.forms.proofread import fingerprint
from amends.web.forms.updates import MOST_WORDS
from amends.web.marked import marked
from amends.web.paging import number
from amends.web.requests import MemberRequest
from amends.web.uploads import left_out

_SEVERAL = ("keeps", "to", "facts")


@dataclass(frozen=True, slots=True)
class Asked:
    """A prepared text that was chosen after something had been typed: where should it go?"""

    key: str
    name: str


def draft_key(escalation: Escalation, again: object = None) -> str:
    """Under which name the browser keeps the draft; what was taken back stands beside it."""
    return f"update:{escalation.key}:again:{again}" if again else f"update:{escalation.key}"


def sent_form(
    request: MemberRequest,
    escalation: Escalation,
    data: QueryDict,
    *,
    promises: list[Promise],
    is_final: bool = True,
) -> ComposerForm:
    """The composer with what came in. `is_final` is false where it is only looked at."""
    return ComposerForm(
        escalation,
        contacts=case_page.contacts_of(escalation),
        keeps=to_keep(promises, data.getlist("keeps")),
        promises=promises,
        is_final=is_final,
        data=data,
        files=request.FILES,
        left_off=left_out(request),
        now=request.now,
        beside=beside(escalation, request.now),
        author=case_page.beside_the_handler(request, escalation),
    )


def beside(escalation: Escalation, now: dt.datetime) -> Beside:
    """What an update may cite, and who is left out. Two queries, or one where the ledger has been read."""
    return Beside(citing.citable(escalation), hearers.left_out(escalation, now))


def resumed(
    request: MemberRequest, escalation: Escalation, data: QueryDict, *, promises: list[Promise], **changes: Any
) -> ComposerForm:
    """The composer with what was typed so far and `changes` to it; nothing of it is judged yet."""
    typed = {name: data.getlist(name) if name in _SEVERAL else value for name, value in data.items()}
    form = ComposerForm(
        escalation,
        contacts=case_page.contacts_of(escalation),
        keeps=to_keep(promises, data.getlist("keeps")),
        promises=promises,
        now=request.now,
        beside=beside(escalation, request.now),
        author=case_page.beside_the_handler(request, escalation),
        initial=typed | changes,
    )
    form.had_chosen(chosen(request.FILES, "files"))
    return form


def begin(
    request: MemberRequest, escalation: Escalation, data: QueryDict, *, promises: list[Promise]
) -> tuple[ComposerForm, Asked | None]:
    """The composer with the prepared text that was chosen, in place of one that nobody has touched.

    Where something was typed it stays as it is, and it is asked where the other should go. LookupError where the
    playbook has no such text.
    """
    key, _, where = data.get("begin", "").partition(":")
    typed = data.get("text", "").replace("\r\n", "\n")
    names = {prepared.key: prepared.name for prepared in texts.prepared(escalation)}
    if key and key not in names:
        raise LookupError(f"The playbook has no text “{key}”.")
    if not where and typed.strip() and fingerprint(typed) != data.get("begun"):
        return resumed(request, escalation, data, promises=promises), Asked(key, names.get(key, "An empty page"))

    numbers = data.getlist("to")[:1]
    first = next((each for each in case_page.contacts_of(escalation) if str(each.pk) in numbers), None)
    text = texts.prepare(key, escalation, contact=first, by=request.actor) if key else ""
    changes: dict[str, Any] = {"text": text, "prepared": key, "begun": fingerprint(text)}
    if where == "below":
        # It is signed once, at the end.
        above, _ = texts.parted(typed, texts.signature(escalation, request.actor) if key else "")
        changes = {"text": f"{above}\n\n{text}"}
    if texts.NEXT_BY in text and not data.get("next_at"):
        changes |= _next(case_page.proposed_next(escalation, request.now), escalation)
    return resumed(request, escalation, data, promises=promises, **changes), None


def context(
    request: MemberRequest,
    escalation: Escalation,
    case: Case,
    contacts: list[Contact],
    form: ComposerForm | None,
    asked: Asked | None = None,
) -> dict[str, Any]:
    """What the page needs to show the composer, new or come back."""
    heard_by = etiquette.heard_by(escalation)
    form = form or _fresh(request, escalation, case, contacts, heard_by)
    owes_first_word = any(promise.kind == Promise.Kind.ACKNOWLEDGEMENT for promise in case.promises)
    return {
        **words_context(form, escalation, owes_first_word=owes_first_word, asked=asked),
        "stays_out": written_again.stays_out(form, escalation),
        "told_before": _told_before(form, escalation),
        "draft": draft_key(escalation, form["again"].value()),
        "etiquette": etiquette.by(heard_by).says,
        "leaves": leaving.has_server(),
        "no_news": None if owes_first_word else _no_news(request, escalation, case, form),
    }


def words_context(
    form: ComposerForm, escalation: Escalation, *, owes_first_word: bool, asked: Asked | None = None
) -> dict[str, Any]:
    """The part of it that changes when another text is begun with."""
    passed_over = {form["prepared"].value(), "no_news" if owes_first_word else "acknowledgement"}
    return {
        "composer": form,
        "says_next_by": texts.NEXT_BY in (form["text"].value() or ""),
        "begins": [prepared for prepared in texts.prepared(escalation) if prepared.key not in passed_over],
        "asked": asked,
        # Its troubles stand at the text already.
        "reading": reading(form.proof, form.zone, form["text"].value() or "", escalation) | {"troubles": ()},
    }


def reading(proof: Proof, zone: str, text: str, escalation: Escalation) -> dict[str, Any]:
    """What stands below a `text` while it is written; the moment as a field of `zone` takes it.

    Where the ledger of the case has not been read: one query.
    """
    found = marked(text, confirmed=citing.certain(escalation))
    at = f"{wall_time(proof.offer.at, zone):%Y-%m-%dT%H:%M}" if proof.offer else ""
    return {"offer": proof.offer, "at": at, "what": AN_UPDATE, "troubles": proof.troubles, "marks": found}


def read(request: MemberRequest, escalation: Escalation, data: QueryDict) -> dict[str, Any]:
    """The same for what is being typed, in the composer or where a call is logged."""
    zone = escalation.account.zone
    numbers = [data.get("contact", ""), *data.getlist("to")[:1]]
    first = next((each for each in case_page.contacts_of(escalation) if str(each.pk) in numbers), None)
    kept = [pk for typed in data.getlist("keeps") if (pk := number(typed))]
    open_promises = case_page.rest(escalation).exclude(pk__in=kept)
    text = "" if data.get("direction") == Update.Direction.IN else data.get("text", "")[:MOST_WORDS]
    proof = proofreading.read(
        text,
        zone=(first.zone if first else "") or zone,
        now=request.now,
        next_at=_moment(data.get("next_at", ""), zone),
        promised=open_promises.values_list("due_at", flat=True),
    )
    return reading(proof, zone, text, escalation)


def _moment(typed: str, zone: str) -> dt.datetime | None:
    try:
        moment: dt.datetime | None = LocalMoment(zone=zone, required=False).clean(typed)
    except ValidationError:
        return None
    return moment


def _fresh(
    request: MemberRequest, escalation: Escalation, case: Case, contacts: list[Contact], heard_by: str
) -> ComposerForm:
    back = written_again.find(request, escalation)
    asked = [*request.GET.getlist("keeps"), *(back.kept if back else ())]
    offered = to_keep(case.promises, asked)
    around = beside(escalation, request.now)
    initial = back.typed if back else _first_words(request, escalation, case, contacts, around, offered)
    first = next((contact for contact in contacts if contact.pk in initial["to"]), None)
    next_channel = etiquette.by(heard_by, first).next_channel
    form = ComposerForm(
        escalation,
        contacts=contacts,
        keeps=offered,
        promises=case.promises,
        now=request.now,
        beside=around,
        author=case_page.beside_the_handler(request, escalation),
        initial={"next_channel": next_channel, "facts": request.GET.getlist("cites"), **initial},
    )
    if back:
        form.had_chosen(back.files)
    elif _named(request, contacts):
        form.goes_to_just_these()
    return form


def _told_before(form: ComposerForm, escalation: Escalation) -> str:
    """Who is left out and was told what it would put right. Asked for only where somebody is, and it cites a fact."""
    numbers = {str(number) for number in form["facts"].value() or ()}
    cited = [fact for fact in form.beside.facts if str(fact.pk) in numbers]
    if not cited or not form.beside.left_out:
        return ""
    told = citing.to_tell(escalation, cited)
    names = [str(leave_out.contact) for number, leave_out in form.beside.left_out.items() if number in told]
    if not names:
        return ""
    were = "was" if len(names) == 1 else "were"
    return f"{' and '.join(names)} {were} told what this puts right. Choose them too, or it stays open until they know."


def _first_words(
    request: MemberRequest,
    escalation: Escalation,
    case: Case,
    contacts: list[Contact],
    around: Beside,
    offered: list[Promise],
) -> dict[str, Any]:
    """Where nothing has been typed yet: the acknowledgement as long as it is owed, what it keeps, what comes then.

    It goes to whoever has the promise and to all who should be told, but to nobody who is left out; or to just those
    whom the address names. It keeps nothing that was promised to somebody else; and what puts right what they were
    told keeps nothing by itself but the acknowledgement.
    """
    asked = [promise for promise in offered if str(promise.pk) in request.GET.getlist("keeps")]
    follow = (Promise.Kind.ACKNOWLEDGEMENT,) if _corrects(request) else Promise.UPDATES
    if not asked and case.next_promise and case.next_promise.kind in follow:
        asked = [case.next_promise]
    to = _first_told(request, escalation, contacts, around, asked[0].to if asked else None)
    kept = [promise for promise in asked if keeping.reaches(promise, to)]
    owes_first_word = any(promise.kind == Promise.Kind.ACKNOWLEDGEMENT for promise in case.promises)
    wanted = request.GET.get("text", "acknowledgement" if owes_first_word else "")
    prepared = wanted if wanted in {each.key for each in texts.prepared(escalation)} else ""
    another_comes = any(promise.kind == Promise.Kind.NEXT_UPDATE and promise not in kept for promise in case.promises)
    next_at = (
        None if another_comes and not prepared else case_page.proposed_next(escalation, request.now, case.organisation)
    )
    first = to[0] if to else None
    text = texts.prepare(prepared, escalation, contact=first, by=request.actor) if prepared else ""
    return {
        "prepared": prepared,
        "begun": fingerprint(text),
        "keeps": [promise.pk for promise in kept],
        "to": [contact.pk for contact in to],
        "subject": mails.subject(escalation),
        "text": text,
        **_next(next_at, escalation),
    }


def _first_told(
    request: MemberRequest, escalation: Escalation, contacts: list[Contact], around: Beside, promised_to: Contact | None
) -> list[Contact]:
    here = [contact for contact in contacts if contact.pk not in around.left_out]
    if named := _named(request, contacts):
        # Who is left out was told as well, but nobody has chosen to write to them again.
        return [contact for contact in named if contact in here] if _corrects(request) else named
    asked = (promised_to, escalation.contact, here[0] if len(here) == 1 else None)
    first = next(filter(None, (_reachable(contact, here) for contact in asked)), None)
    told = [contact for contact in here if hearers.should_hear(contact)]
    return list(dict.fromkeys([*([first] if first else []), *told]))


def _corrects(request: MemberRequest) -> bool:
    """Whether it begins with a fact that puts right what they were told."""
    return "cites" in request.GET


def _named(request: MemberRequest, contacts: list[Contact]) -> list[Contact]:
    """Whom the address asks for."""
    asked = request.GET.getlist("to")
    return [contact for contact in contacts if str(contact.pk) in asked]


def _next(next_at: dt.datetime | None, escalation: Escalation) -> dict[str, Any]:
    """What they hear next, as the fields of the form say it."""
    if next_at is None:
        return {"next_what": "", "next_at": None}
    return {"next_what": AN_UPDATE, "next_at": wall_time(next_at, escalation.account.zone)}


def _reachable(contact: Contact | None, contacts: list[Contact]) -> Contact | None:
    """That contact, if they can get a mail."""
    return next((each for each in contacts if contact and each.pk == contact.pk and each.email), None)


def _no_news(request: MemberRequest, escalation: Escalation, case: Case, form: ComposerForm) -> dict[str, Any] | None:
    """Exactly what saying it with no news will send, to whom, and what it promises; None where nobody can get it."""
    due = next((promise for promise in case.promises if promise.kind in Promise.UPDATES), None)
    to = hearers.without_news(escalation, due, form.should_hear, form.beside.left_out)
    next_at = case_page.proposed_next(escalation, request.now, case.organisation)
    if not to or next_at is None or any(not contact.email or contact.has_left for contact in to):
        return None
    if not escalation.customer_should_know:
        return None
    return {
        "text": texts.fill("no_news", escalation, contact=to[0], next_at=next_at, by=request.actor, now=request.now),
        "to": to,
        "next_at": next_at,
        "keeps": due,
    }
