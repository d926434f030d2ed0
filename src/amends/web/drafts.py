"""Drafts that browsers keep: `static/web/js/drafts.js` stores them, the server says when they arrived."""

from urllib.parse import quote

from django.forms import Form
from django.http import HttpResponse

COOKIE = "draft_done"
# Long enough to reach the next page, short enough not to eat a draft begun much later.
SECONDS = 60


def arrived(response: HttpResponse, key: str) -> None:
    """Tell the browser that the form with `data-draft="key"` was taken in, so that it drops its draft."""
    response.set_cookie(COOKIE, quote(key, safe=""), max_age=SECONDS, samesite="Lax")


def begin_with(form: Form, *names: str) -> None:
    """Let these fields begin as the address asks, and not as a draft has them."""
    for name in names:
        form.fields[name].widget.attrs["data-asked"] = True
