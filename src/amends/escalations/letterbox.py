"""Mail that came in, as people look at it: what one may see of it, under which heading, how much waits."""

from __future__ import annotations

from django.db.models import F, Prefetch, Q
from django.db.models.functions import Left, Length, Substr

from amends.directory.actor import Actor
from amends.escalations import access, told
from amends.escalations.authority import Act, may
from amends.escalations.models import Escalation, Filing, Incoming, IncomingContent
from amends.escalations.models.incoming import Incomings
from amends.inbox import reading

State = Incoming.State
# The headings of the page, and which states stand under each
HEADINGS: dict[str, tuple[State, ...]] = {
    "to-sort": Incoming.FOR_SOMEBODY,
    "in-cases": (State.FILED, State.ANSWER),
    "machines": (State.MACHINE, State.BOUNCE, State.LOOP),
    "set-aside": (State.SET_ASIDE,),
}
# What a machine sent about a case is seen with the case; what somebody wrote is seen where it is filed.
_WITH_ITS_CASE = (State.MACHINE, State.BOUNCE, State.ANSWER)
# In letters: so much of a mail stands in a list.
_BEGINNING = 300
# In bytes: where the headers of a mail end that is not made to annoy.
_HEAD = 100_000


def visible_to(actor: Actor) -> Incomings:
    """All mail that the actor may see: what is in a case with the case, the rest where they may see what waits."""
    found = Incoming.objects.all()
    sees_waiting = may(actor, Act.SEE_MAIL)
    if sees_waiting and may(actor, Act.SEE_EVERY_ESCALATION):
        return found
    cases = access.visible_to(actor).values("pk")
    seen = Q(state=State.FILED, pk__in=Filing.objects.filter(escalation__in=cases).values("incoming"))
    seen |= Q(state__in=_WITH_ITS_CASE, escalation__in=cases)
    if sees_waiting:
        seen |= ~Q(state__in=(State.FILED, *_WITH_ITS_CASE)) | Q(state__in=_WITH_ITS_CASE, escalation=None)
    return found.filter(seen)


def find(number: int, *, seen_by: Actor) -> Incoming:
    """The mail of that number, with its cases. Raises NotFound."""
    found = None
    if number < 2**63:
        seen = visible_to(seen_by).select_related("account", "contact", "escalation", "settled_by")
        found = seen.prefetch_related(filings(seen_by)).filter(pk=number).first()
    if found is None:
        raise access.NotFound("There is no such mail that you may see.")
    return found


def listed(found: Incomings, *, seen_by: Actor) -> Incomings:
    """With what a list says of each: `beginning` is that of its words. The words themselves are not read."""
    return (
        found.annotate(beginning=Left("words", _BEGINNING))
        .defer("words", "text", "html")
        .select_related("account", "contact")
        .prefetch_related(filings(seen_by))
    )


def filings(seen_by: Actor) -> Prefetch:
    """In which cases a mail stands, of those that one may see."""
    seen = Filing.objects.filter(escalation__in=access.visible_to(seen_by).values("pk"))
    return Prefetch("filings", queryset=seen.select_related("escalation__account", "update", "note"))


def waiting_count(actor: Actor) -> int:
    """How much waits to be sorted, for who may see it; as with notices, no more than `MOST_COUNTED` and one."""
    if not may(actor, Act.SEE_MAIL):
        return 0
    return Incoming.objects.for_somebody().order_by()[: told.MOST_COUNTED + 1].count()


def head(incoming: Incoming) -> tuple[dict[str, str], bool]:
    """The headers that people ask for, by name; and whether all of its bytes are here. They are not read for it."""
    content = IncomingContent.objects.filter(pk=incoming.pk)
    raw, length = content.values_list(Substr(F("raw"), 1, _HEAD), Length("raw")).get()
    return reading.head(bytes(raw)), length >= incoming.size


def cases_for(incoming: Incoming, actor: Actor, at_most: int = 12) -> list[Escalation]:
    """Where it may belong: the cases under way of its account, first that which it seems to be about."""
    if incoming.account_id is None:
        return []
    found = access.visible_to(actor).live().filter(account=incoming.account_id).order_by("-id")[:at_most]
    return sorted(found, key=lambda case: case.pk != incoming.escalation_id)
