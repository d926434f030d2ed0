"""WCAG 2.2 AA: nothing is found on any page of the escalations. Those of the house stand in a file of their own.

Two files, because each runs as a whole, and two can run at once.
"""

from tests.e2e.conftest import Desk
from tests.e2e.every_page import nothing_is_found


def test_nothing_is_found_on_any_page_of_a_case_and_of_the_list(desk: Desk) -> None:
    nothing_is_found(desk, where=lambda path: path.startswith("/escalations/"))
