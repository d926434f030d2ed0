"""The loop of a process, from its beginning to its end."""

import threading

import pytest
from django.db import InterfaceError, connection

from amends.worker import run


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_to_stop_ends_where_the_database_does_not_answer(caplog):
    stop = threading.Event()
    stop.set()

    def gone(*_):
        raise InterfaceError("the connection is closed")

    with connection.execute_wrapper(gone):
        run.run_clock(stop)

    assert "stops without saying so" in caplog.text
