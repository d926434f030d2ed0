"""The product's own settings, with the addresses of plain_pages.py besides: what the server of pages.py runs with."""

from amends.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain_pages"
