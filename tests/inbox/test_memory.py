"""What a large mail takes of the machine: counted in a process of its own, at its worst moment."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In times of the mail's size: its lines, its parts, and its files, once each and for a moment twice.
AT_MOST = 10
READS = """
import resource, sys
from amends.inbox.reading import read

top = b"From: maria@brightwater.example\\r\\nContent-Type: multipart/mixed; boundary=e\\r\\n\\r\\n"
head = top + b"--e\\r\\n\\r\\nHello\\r\\n--e\\r\\n"
file = b"Content-Type: application/pdf; name=a.pdf\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n"
size = int(sys.argv[1])
raw = head + file + (b"A" * 76 + b"\\r\\n") * (size // 78) + b"--e--\\r\\n"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = read(raw)
taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
print(type(found).__name__, taken / size)
"""


@pytest.mark.parametrize(("size", "becomes", "at_most"), [(6_000_000, "Message", AT_MOST), (60_000_000, "Parked", 0.2)])
def test_a_mail_takes_ten_times_its_size_at_most_and_one_over_the_limit_nothing(
    size: int, becomes: str, at_most: float
):
    told = subprocess.run(
        [sys.executable, "-c", READS, str(size)], capture_output=True, text=True, check=True, timeout=60
    )

    name, taken = told.stdout.split()
    assert name == becomes
    assert float(taken) < at_most
