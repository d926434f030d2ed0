"""How a file that somebody gave us leaves: to be kept, never to be run or shown as a page of ours."""

from __future__ import annotations

from urllib.parse import quote


def headers(name: str, kind: str, fingerprint: str) -> dict[str, str]:
    """The HTTP headers of a file. `kind` is what its content was found to be; browsers may not guess another."""
    plain = "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in name)
    return {
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "ETag": f'"{fingerprint}"',
    }
