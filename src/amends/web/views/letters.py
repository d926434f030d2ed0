from django.http import HttpResponse

from amends.web.requests import MemberRequest


def page(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def preview(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def try_again(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def mark_sent(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")
