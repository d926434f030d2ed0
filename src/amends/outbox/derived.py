"""Secrets that are derived from the signing key, so that they need to be kept nowhere: a stolen database has none."""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac

# Of five bits each: a hundred and thirty.
LETTERS = 26
_SALT = "amends.derived"


def secret(what: str) -> str:
    """The secret that belongs to `what`: always the same, in letters and digits that survive any mail program."""
    digest = salted_hmac(_SALT, what, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:LETTERS]
