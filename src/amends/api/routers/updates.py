"""Updates."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.problem_documents import under
from amends.api.requests import Request
from amends.api.schemas.updates import (
    CorrectUpdate,
    DraftRead,
    LeavingOut,
    LogUpdate,
    NextUpdate,
    ReadDraft,
    Reply,
    ReplyWanted,
    SendUpdate,
    UpdateShown,
)
from amends.api.schemas.words import Because, Id
from amends.escalations import access, proofreading, texts
from amends.escalations.actions import corrections, updates
from amends.escalations.authority import Act, check
from amends.escalations.models import Update
from amends.escalations.standing import may_hear

router = Router(tags=["updates"])
_NEWEST_FIRST = ("-at", "-id")
_BESIDE = ("recipients__contact", "keeps", "attachments", "inside_parts")


@router.get("/escalations/{key}/updates", response=Page[UpdateShown])
def list_of(request: Request, key: str, wanted: Query[Paging]) -> Page[UpdateShown]:
    """What was said and heard, the newest first."""
    escalation = access.find(key, seen_by=request.actor)
    seen = Update.objects.filter(escalation=escalation)
    seen = seen.select_related("by", "contact", "struck_by", "filing").prefetch_related(*_BESIDE)
    rows, following = page(seen, _NEWEST_FIRST, wanted, UpdateShown.of)
    return Page(items=rows, next=following)


@router.post("/escalations/{key}/updates", response={201: UpdateShown})
def send(request: Request, key: str, asked: SendUpdate) -> Status[UpdateShown]:
    """Mail the customer an update. It can be taken back until it leaves, some seconds later."""
    escalation = access.find(key, seen_by=request.actor)
    with under("then", "due_at", "what"), under("leaving_out", "reason", "until", "contact"):
        update = updates.send(
            escalation,
            text=asked.text,
            subject=asked.subject,
            to=found.named_contacts(asked.to, "to"),
            keeps=found.named_promises(asked.keeps, escalation, "keeps"),
            then=NextUpdate.meant(asked.then),
            may_know=asked.may_know,
            leaving_out=LeavingOut.meant(asked.leaving_out),
            cites=found.named_facts(asked.facts, escalation, "facts"),
            encloses=found.named_files(asked.files, escalation, "files"),
            for_team=asked.for_team,
            for_executives=asked.for_executives,
            by=request.actor,
            now=request.now,
        )
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


@router.post("/escalations/{key}/updates/no-news", response={201: UpdateShown})
def send_no_news(request: Request, key: str) -> Status[UpdateShown]:
    """Tell the customer in the playbook’s words that there is no news, and when they hear next. In one step."""
    escalation = access.find(key, seen_by=request.actor)
    update = updates.send_no_news(escalation, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


@router.post("/escalations/{key}/updates/log", response={201: UpdateShown})
def log(request: Request, key: str, asked: LogUpdate) -> Status[UpdateShown]:
    """Write down a call, a meeting or a mail that took place elsewhere."""
    escalation = access.find(key, seen_by=request.actor)
    with under("then", "due_at", "what"):
        update = updates.log(
            escalation,
            channel=asked.channel,
            direction=asked.direction,
            text=asked.text,
            at=asked.at,
            contact=found.named_contact(asked.contact, "contact"),
            minutes=asked.minutes,
            keeps=found.named_promises(asked.keeps, escalation, "keeps"),
            then=NextUpdate.meant(asked.then),
            may_know=asked.may_know,
            by=request.actor,
            now=request.now,
        )
    return Status(HTTPStatus.CREATED, UpdateShown.of(update))


@router.post("/updates/{update_id}/take-back", response=UpdateShown)
def take_back(request: Request, update_id: Id) -> UpdateShown:
    """Keep a mail from leaving. Refused once a sender has any copy of it. What it kept is open again."""
    update = found.update(update_id, seen_by=request.actor)
    corrections.take_back(update, by=request.actor, now=request.now)
    return UpdateShown.of(update)


@router.post("/updates/{update_id}/strike", response=UpdateShown)
def strike(request: Request, update_id: Id, asked: Because) -> UpdateShown:
    """What was written down never happened, or happened elsewhere. It stays, and counts for nothing."""
    update = found.update(update_id, seen_by=request.actor)
    corrections.strike(update, reason=asked.reason, by=request.actor, now=request.now)
    return UpdateShown.of(update)


@router.post("/updates/{update_id}/correct", response={201: UpdateShown})
def correct(request: Request, update_id: Id, asked: CorrectUpdate) -> Status[UpdateShown]:
    """Write down anew what was written down wrongly. Answers with what stands in its place."""
    update = found.update(update_id, seen_by=request.actor)
    new = corrections.correct(
        update,
        reason=asked.reason,
        channel=asked.channel,
        direction=asked.direction,
        text=asked.text,
        at=asked.at,
        contact=found.named_contact(asked.contact, "contact"),
        minutes=asked.minutes,
        by=request.actor,
        now=request.now,
    )
    return Status(HTTPStatus.CREATED, UpdateShown.of(new))


@router.post("/escalations/{key}/read-draft", response=DraftRead)
def read_draft(request: Request, key: str, asked: ReadDraft) -> DraftRead:
    """Read a text as its reader will: what it promises, what cannot be so, which words nothing fills."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    first = next(iter(found.named_contacts(asked.to, "to")), None)
    may_hear(first, escalation.account, "to")
    others = escalation.promises.open().exclude(pk__in=asked.keeps)
    proof = proofreading.read(
        asked.text,
        zone=(first.zone if first else "") or escalation.account.zone,
        now=request.now,
        next_at=asked.next_at,
        promised=others.values_list("due_at", flat=True),
    )
    return DraftRead.of(proof, texts.unknown(asked.text, escalation))


@router.get("/escalations/{key}/replies", response=list[Reply])
def replies(request: Request, key: str, wanted: Query[ReplyWanted]) -> list[Reply]:
    """The playbook’s prepared texts, filled for one reader: only with what they said or were told."""
    escalation = access.find(key, seen_by=request.actor)
    first = found.named_contact(wanted.to, "to") or escalation.contact
    may_hear(first if wanted.to else None, escalation.account, "to")
    return [
        Reply(
            key=each.key,
            name=each.name,
            text=texts.prepare(each.key, escalation, contact=first, by=request.actor),
        )
        for each in texts.prepared(escalation)
    ]
