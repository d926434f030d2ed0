"""Certificates for the servers of the tests, signed by an authority that nobody knows unless a test says so."""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
import trustme


@cache
def authority() -> trustme.CA:
    """The one of this process."""
    return trustme.CA()


@cache
def certificate(host: str = "127.0.0.1") -> Path:
    """A file with key and certificate of a server by that name, as dovecot and ssl read it."""
    with tempfile.NamedTemporaryFile(prefix="amends-tls-", suffix=".pem", delete=False) as file:
        file.write(authority().issue_cert(host).private_key_and_cert_chain_pem.bytes())
    atexit.register(os.unlink, file.name)
    return Path(file.name)


def is_trusted(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From now on this process trusts the authority, as a machine on which its certificate is installed."""
    authority().cert_pem.write_to_path(str(folder / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
