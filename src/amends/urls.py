"""Which door opens where."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [path("", include("amends.web.urls"))]
if find_spec("amends.api.urls"):
    urlpatterns.insert(0, path("api/v1/", include("amends.api.urls")))
