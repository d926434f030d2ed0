from django.http import HttpResponse
from amends.web.requests import MemberRequest


def page(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def add(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def one(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def change(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def add_seat(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def remove_seat(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")

