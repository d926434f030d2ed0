from django.http import HttpResponse

from amends.web import drafts


def test_the_browser_hears_which_draft_arrived_and_may_read_it():
    response = HttpResponse()

    drafts.arrived(response, "update:ESC-1042; x")

    cookie = response.cookies["draft_done"]
    assert cookie.value == "update%3AESC-1042%3B%20x"
    assert not cookie["httponly"]
