"""Which time zones there are."""

from amends.lib import zones


def test_every_place_has_its_zone_and_what_is_no_place_has_none():
    assert {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"} <= zones.names()
    assert not zones.names() & {"Factory", "localtime", "posixrules", "", "Europe"}
