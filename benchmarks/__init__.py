"""How fast Amends is, each figure beside a floor that was measured in the same run. `make bench` runs all of it."""
