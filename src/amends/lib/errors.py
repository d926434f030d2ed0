"""The domain’s no, which every room may say."""


class Refused(Exception):
    """An act that cannot be: one sentence that says why and what to do instead.

    `field` names the input at fault where there is one, so that a form or the API can point at it.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Forbidden(Refused):
    """Refused because of who asks, not of what is asked."""
