from django.http import HttpResponse
from amends.web.requests import MemberRequest


def page(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def add(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def change(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def invite(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def leave(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def come_back(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")

