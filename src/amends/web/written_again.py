"""A mail that was taken back, or reached nobody, as it was written: it comes back into the composer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from amends.escalations import citing
from amends.escalations.actions.inside import FIELDS
from amends.escalations.models import Citation, Escalation, Update
from amends.escalations.timeline import kinds
from amends.web.forms.case import wall_time
from amends.web.forms.composer import ComposerForm
from amends.web.paging import number
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was typed into the fields, which promises it had kept (by number), and the names of its files."""

    typed: dict[str, Any]
    kept: list[str]
    files: list[str]


def find(request: MemberRequest, escalation: Escalation) -> TakenBack | None:
    """The mail that the address asks for; None where none is asked for, or that one stands."""
    asked = number(request.GET.get("again"))
    struck = escalation.updates.filter(is_mailed=True, meeting__isnull=True, struck_at__isnull=False)
    update = struck.filter(pk=asked).first() if asked else None
    if update is None:
        return None
    cited = list(update.citations.select_related("fact"))
    kept = list(dict.fromkeys([*request.GET.getlist("keeps"), *_kept(update, escalation)]))
    parts = {part.audience: part.text for part in update.inside_parts.all()}
    typed = {
        "again": update.pk,
        "prepared": "" if update.has_news else "no_news",
        "keeps": kept,
        "to": [recipient.contact_id for recipient in update.recipients.all()],
        "subject": update.subject,
        "text": _without(cited, update.text),
        "facts": [citation.fact_id for citation in cited],
        **{name: parts.get(audience, "") for audience, name in FIELDS.items()},
        **_promised(request, update, escalation),
    }
    return TakenBack(typed, kept, [attachment.name for attachment in update.attachments.all()])


def stays_out(form: ComposerForm, escalation: Escalation) -> str:
    """Whom the mail left out that comes back: that stands, and is said. Blank where it left out nobody."""
    left_out = form.beside.left_out.values()
    back = number(str(form["again"].value() or "")) if left_out else None
    update = escalation.updates.filter(pk=back).first() if back else None
    names = [str(leave_out.contact) for leave_out in left_out if update and leave_out.at == update.at]
    if not names:
        return ""
    return f"The mail has reached nobody; that {' and '.join(names)} should not get it stands, as it is said below."


def _kept(update: Update, escalation: Escalation) -> list[str]:
    """What it had kept, and is open again since it does not stand, or did not reach whom that was promised to.

    One query.
    """
    since = Q(at=update.struck_at) | Q(words__update=update.pk)
    opened = escalation.events.filter(since, kind=kinds.PROMISE_OPEN_AGAIN.name)
    return [str(words["promise"]) for words in opened.values_list("words", flat=True)]


def _without(cited: Sequence[Citation], text: str) -> str:
    """The text as it was typed: without the facts that stood in it, above the signature, in their words of then."""
    cited = sorted(cited, key=lambda citation: (not citation.was_confirmed, citation.fact.at, citation.fact_id))
    told = citing.told(
        [citation.words for citation in cited if citation.was_confirmed],
        [citation.words for citation in cited if not citation.was_confirmed],
    )
    above, found, below = text.rpartition("\n\n".join(told)) if told else ("", "", text)
    return "\n\n".join(filter(None, [above.strip(), below.strip()])) if found else text


def _promised(request: MemberRequest, update: Update, escalation: Escalation) -> dict[str, Any]:
    """What it promised, where that is still ahead."""
    promised = update.makes.filter(due_at__gt=request.now).order_by("id").first()
    if promised is None:
        return {}
    return {
        "next_what": promised.what,
        "next_at": wall_time(promised.due_at, escalation.account.zone),
        "next_channel": promised.channel,
        "next_owner": "me" if promised.owner_id == request.user.pk else "handler",
    }
