"""Who acts. Every act takes one, and every event names one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member is to Amends; what each may do stands in `escalations/authority.py`."""

    CSM = "csm"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    RESPONDER = "responder"
    SALES = "sales"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return "CSM" if self is Role.CSM else self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Actor:
    """A member at work, or the system itself (then `member_id` and `role` are None), as which a contact acts too."""

    name: str
    member_id: int | None = None
    role: Role | None = None
    # False for a token that may only read.
    may_write: bool = True
    # Those for whom this member stands in just now.
    covers: frozenset[int] = frozenset()
    # A contact of the customer, by a link of their own.
    is_theirs: bool = False

    @property
    def is_system(self) -> bool:
        return self.member_id is None

    @property
    def stands_for(self) -> frozenset[int]:
        """Whose part this member has: their own, and that of those who are away."""
        return self.covers if self.member_id is None else self.covers | {self.member_id}


CLOCK = Actor("The clock")
SENDER = Actor("The sender")
MAILBOX = Actor("The mailbox")
PLAYBOOK = Actor("The playbook")
IMPORTER = Actor("Import")
COMMAND_LINE = Actor("Command line")
