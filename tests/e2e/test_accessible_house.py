"""WCAG 2.2 AA: nothing is found on any page of the house: accounts, people, playbook, outbox, and oneself."""

from tests.e2e.conftest import Desk
from tests.e2e.every_page import nothing_is_found


def test_nothing_is_found_on_any_other_page(desk: Desk) -> None:
    nothing_is_found(desk, where=lambda path: not path.startswith("/escalations/"))
