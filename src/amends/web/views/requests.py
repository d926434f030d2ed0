"""What we ask of the customer for a problem: asked, answered, withdrawn."""

from __future__ import annotations

from django.http import HttpResponse

from amends.escalations.actions import requests
from amends.web import problem_page
from amends.web.requests import MemberRequest


def make(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Wait for something of theirs, with a date."""
    return problem_page.act(
        request,
        key,
        pk,
        "asking",
        lambda problem, typed: requests.make(problem, **typed),
        done="it waits for the customer. Nothing was sent: ask them in your next update, or on the phone.",
    )


def answer(request: MemberRequest, key: str, pk: int, number: int) -> HttpResponse:
    """They have answered."""
    return problem_page.act(
        request,
        key,
        pk,
        "answering",
        lambda problem, typed: requests.answer(problem_page.find_request(problem, number), **typed),
        done="the answer is written down, and it is in work again.",
    )


def withdraw(request: MemberRequest, key: str, pk: int, number: int) -> HttpResponse:
    """We go on without it."""
    return problem_page.act(
        request,
        key,
        pk,
        "withdrawing",
        lambda problem, typed: requests.withdraw(problem_page.find_request(problem, number), **typed),
        done="nothing is asked for it any more, and it is in work again.",
    )
