"""Somebody else’s HTML as a document of its own, for a frame that may do nothing."""

from __future__ import annotations

from django.http import HttpResponse

# It has its looks inside it, and may do nothing: no script, no form, no image, no way out of its frame.
SANDBOX = {
    "Content-Security-Policy": "; ".join(
        [
            *("sandbox", "default-src 'none'", "style-src 'unsafe-inline'"),
            *("object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"),
        ]
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
_BEGINS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title><style>
body { margin: 1rem; background: #fff; color: #1c1c28; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
blockquote { margin: 0 0 0 .25rem; padding-inline-start: .75rem; border-inline-start: 2px solid #ccc }
pre { white-space: pre-wrap }
td, th { vertical-align: top }
</style></head><body>"""


def document(harmless: str) -> HttpResponse:
    """What a sanitiser has gone over, readable by day and by night. The frame runs nothing, whatever is in it."""
    return HttpResponse(f"{_BEGINS}{harmless}</body></html>", headers=SANDBOX)
