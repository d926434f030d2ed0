from django.http import HttpResponse
from amends.web.requests import MemberRequest


def add(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def change(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")

