"""What can go wrong at a hand-over, whatever the channel: the sender decides by these what becomes of a delivery."""


class Rejected(Exception):
    """The other side refuses this message for good."""


class TryLater(Exception):
    """This try failed; nothing was handed over, or it does no harm to hand it over again."""


class HungUp(TryLater):
    """The server stopped answering at this message. Perhaps it does so at each; leave it alone for a moment."""


class Unreachable(Exception):
    """The server takes nothing from us at the moment, whatever the message. No try of any message has been made."""


class Unknown(Exception):
    """The content had gone out when the connection broke: it may have been sent."""
