"""How a file that somebody gave us leaves: to be kept, never to be run or shown as a page of ours."""

from __future__ import annotations

import re
from urllib.parse import quote

# What may not stand between the quotes of a header.
_NOT_PLAIN = re.compile(r'[^ -~]|["\\%]')

_NOTHING = "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def headers(name: str, kind: str, fingerprint: str) -> dict[str, str]:
    """The HTTP headers of a file. `kind` is what its content was found to be; browsers may not guess another."""
    plain = _NOT_PLAIN.sub("_", name)
    return {
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _NOTHING,
        "Cross-Origin-Resource-Policy": "same-origin",
        # It may be kept by whoever was given it, who asks each time whether they still may see it.
        "Cache-Control": "private, no-cache",
        "ETag": f'"{fingerprint}"',
    }
