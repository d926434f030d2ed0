"""Secrets that we hand out: made once, shown once, kept only as a hash."""

import hashlib
import secrets


def new_key(prefix: str) -> str:
    """A fresh secret of 256 bits that says what it opens: `amends_…`."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def fingerprint(key: str) -> str:
    """What is stored of a secret: its SHA-256 in hex.

    A plain hash is enough here, because the secret is random and long; a password is neither.
    """
    return hashlib.sha256(key.encode()).hexdigest()
