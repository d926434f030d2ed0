"""Shares never flatter."""

import pytest

from amends.reports.shares import in_percent


@pytest.mark.parametrize(
    ("share", "kept", "too_long"),
    [
        (1, "100", "100"),
        (0, "0", "0"),
        (0.07, "7", "7"),
        (2 / 17, "11.7", "11.8"),
        (2 / 6022, "0", "0.1"),
        (9999 / 10_000, "99.9", "100"),
    ],
)
def test_what_is_good_is_rounded_down_and_what_is_bad_up(share, kept, too_long):
    assert in_percent(share) == kept
    assert in_percent(share, less_is_better=True) == too_long
