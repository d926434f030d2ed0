"""Saying that there is work. On PostgreSQL whoever waits hears it at commit; elsewhere they look by themselves."""

from django.db import connection

CHANNEL = "amends"


def wake() -> None:
    """Wake clocks and senders when this transaction commits. Many calls in one transaction are one notice."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
