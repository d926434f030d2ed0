"""Whether an answer tells a browser all that it has to keep from."""

from __future__ import annotations

from typing import Any

# What a policy has to say itself, since nothing else says it for it.
SAYS = ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors ")


def unguarded(answer: Any) -> list[str]:
    """What an answer leaves open."""
    policy = answer.headers.get("Content-Security-Policy", "")
    found = [each for each in SAYS if each not in policy]
    if "script" in policy and ("unsafe" in policy.partition("script-src")[2].partition(";")[0] or "*" in policy):
        found.append("scripts")
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("sniffing")
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append("referrer")
    if answer.headers.get("Access-Control-Allow-Origin"):
        found.append("origins")
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset" not in kind:
        found.append("charset")
    return found
