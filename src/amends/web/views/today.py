"""What needs me today."""

from django.http import HttpResponse
from django.shortcuts import render

from amends.web.requests import MemberRequest


def page(request: MemberRequest, key: str = "") -> HttpResponse:
    """The first page of the day."""
    return render(request, "404.html", {"says": "This page is being built."}, status=404)
