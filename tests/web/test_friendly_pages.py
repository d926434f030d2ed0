"""The pages for what went wrong, which must stand even when nothing else does."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("template", ["400.html", "500.html", "503.html", "429.html", "403_csrf.html"])
def test_they_are_drawn_without_a_request_or_a_database(template: str):
    page = render_to_string(template)

    assert "<h1>" in page or "<h2>" in page
    assert 'id="main"' in page
