"""The API at a time that each test says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.calling import Caller


@pytest.fixture(autouse=True)
def _at_the_tests_time(settings: Any) -> None:
    settings.MIDDLEWARE = [
        name.replace("amends.web.middleware.RequestMoment", "tests.api.calling.RequestAt")
        for name in settings.MIDDLEWARE
    ]


@pytest.fixture
def nobody() -> Caller:
    return Caller()
