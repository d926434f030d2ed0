"""The files that go along with a mail to the customer: kept with its update, and read when the mail leaves.

A letter names them, so that their bytes stand in the database once, however many get the mail and however often it is
tried. Who composes it reads them then, without any lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from amends.escalations.actions.files import MB
from amends.escalations.errors import Refused
from amends.escalations.models import Attachment
from amends.outbox import mime
from amends.outbox.troubles import Rejected

# Of one mail. Mail servers take ten as they come from the box, and a file grows by a third on its way.
MOST = 7 * MB


def fit_into_a_mail(sizes: Iterable[int]) -> None:
    """Refuse files that together, in bytes, are more than a mail server takes."""
    if sum(sizes) > MOST:
        raise Refused(
            f"Together these files are larger than {MOST // MB} MB, which is the most that a mail can take along. "
            "Send some of them with another update, or write where they are found.",
            field="files",
        )


def read(ids: Collection[int]) -> list[mime.File]:
    """The files of these numbers, in their order. Raises Rejected where one is gone, or its update does not stand."""
    standing = Attachment.objects.filter(pk__in=ids, update__is_mailed=True, update__struck_at__isnull=True)
    found = list(standing.select_related("content").order_by("id"))
    if len(found) < len(ids):
        raise Rejected("A file that was to go along is not kept any more.")
    return [mime.File(file.name, file.kind, bytes(file.content.content)) for file in found]
