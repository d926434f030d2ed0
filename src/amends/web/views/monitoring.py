from django.http import HttpResponse

from amends.web.requests import MemberRequest


def healthz(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")


def metrics(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")
