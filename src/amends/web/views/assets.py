"""Serves the stylesheet, the scripts and the icons."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from amends.web import assets

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
@login_not_required
def serve(request: HttpRequest, edition: str, name: str) -> HttpResponse:
    """A file of this edition, which a browser may keep for ever; the page to log in needs it too.

    A page drawn before an update may ask for an older edition: it gets today's file, which it may not keep.
    """
    asset = assets.all_assets().get(name)
    if asset is None:
        raise Http404
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(asset.packed if packed else asset.content, content_type=asset.content_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = FOR_EVER if edition == assets.edition() else "no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
