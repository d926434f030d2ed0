from django.http import HttpResponse

from amends.web.requests import MemberRequest


def page(request: MemberRequest, **parts: int) -> HttpResponse:
    return HttpResponse("")
