"""A real name server at the other end: it answers questions for TXT records over UDP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import dns.rrset


@contextmanager
def knows(records: Mapping[str, list[str]], *, fails: Collection[str] = ()) -> Iterator[dns.resolver.Resolver]:
    """A resolver that asks a server which knows these TXT records, and nothing else; of some names it says SERVFAIL."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(door, records, fails), daemon=True)
        thread.start()
        yield asking(door.getsockname()[1])
        # An empty question ends it.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", door.getsockname())
        thread.join(5)


def asking(port: int) -> dns.resolver.Resolver:
    """A resolver that asks whoever listens on this port."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    return resolver


def _serve(door: socket.socket, records: Mapping[str, list[str]], fails: Collection[str]) -> None:
    while True:
        question, back = door.recvfrom(4096)
        if not question:
            return
        asked = dns.message.from_wire(question)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        name = asked.question[0].name
        asked_of = name.to_text(omit_final_dot=True)
        texts = records.get(asked_of)
        if asked_of in fails:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [_quoted(text) for text in texts]))
        door.sendto(answer.to_wire(), back)


def _quoted(text: str) -> str:
    """In pieces of at most 255 bytes, as long keys come."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))
