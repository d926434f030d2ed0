"""Which door opens where."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("amends.api.urls")),
    path("", include("amends.web.urls")),
]
