"""What is plainly wrong with the SPF, DKIM and DMARC records of our domain, as far as DNS answers.

Whether they are there, and the grossest mistakes in them; not whether they name the server that sends our mail.

SPF: RFC 7208. DKIM: RFC 6376. DMARC: RFC 7489.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.exception
import dns.resolver

from amends.cli.asides import Aside, Unseen
from amends.cli.failing import Failed

# For documentation and tests (RFC 2606), and for networks at home: nobody asks the world about these.
NOT_IN_THE_WORLD = re.compile(
    r"(^|\.)(example(\.(com|net|org))?|test|invalid|localhost|local|internal)$", re.IGNORECASE
)
# Under which names the keys of the usual senders stand, where nobody says which.
USUAL_SELECTORS = ("default", "dkim", "google", "k1", "mail", "s1", "s2", "selector1", "selector2", "smtp")
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_SELECTOR = re.compile(rf"(?=.{{1,120}}$){_LABEL}(\.{_LABEL})*", re.IGNORECASE | re.ASCII)
# After so many of them without an answer no more are tried: each may take seconds.
GUESSES_LOST = 3
CANNOT_ASK = "DNS cannot be reached from here, so SPF, DKIM and DMARC were not looked at."
SAYS_WHERE = "Its mail is likely to land among the junk, or nowhere."


class NoAnswer(Exception):
    """DNS did not answer this question."""


def check(domain: str, *, selector: str = "", resolver: dns.resolver.Resolver | None = None) -> Iterator[str]:
    """What is wrong with the records of the domain that we write from. `selector` names our DKIM key.

    Yields an Unseen of each record about which DNS said nothing, and one where it answered no question at all or the
    domain is none of the world. Raises Failed for a selector that can be none.
    """
    if selector and not _SELECTOR.fullmatch(selector):
        raise Failed(f"“{selector}” is no name of a DKIM key. It is made of letters, digits and hyphens, such as s1.")
    if NOT_IN_THE_WORLD.search(domain):
        yield Unseen(f"{domain} is no domain of the world, so SPF and DKIM were not looked at.")
        return
    try:
        ask = resolver or _of_this_machine()
    except dns.resolver.NoResolverConfiguration:
        yield Unseen(CANNOT_ASK)
        return
    looks = {"SPF": _spf(domain, ask), "DKIM": _dkim(domain, selector, ask), "DMARC": _dmarc(domain, ask)}
    found: list[str] = []
    unanswered = []
    for record, look in looks.items():
        try:
            found += look
        except NoAnswer:
            unanswered.append(record)
    if len(unanswered) == len(looks):
        yield Unseen(CANNOT_ASK)
        return
    yield from found
    yield from (
        Unseen(f"DNS did not say whether {domain} has a good {record} record. Ask again later.")
        for record in unanswered
    )


def _of_this_machine() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver()
    # Seconds for one question, tries included.
    resolver.lifetime = 3.0
    return resolver


def _spf(domain: str, ask: dns.resolver.Resolver) -> Iterator[str]:
    records = [text for text in _texts(domain, ask) if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    if not records:
        yield f"{domain} has no SPF record (a TXT record that begins with v=spf1). {SAYS_WHERE}"
    elif len(records) > 1:
        yield f"{domain} has {len(records)} SPF records, and so none that counts. Make them one."
    elif re.search(r"(^|\s)\+?all(\s|$)", records[0], re.IGNORECASE):
        yield f"The SPF record of {domain} lets anybody write in its name: end it with -all or ~all."


def _dkim(domain: str, selector: str, ask: dns.resolver.Resolver) -> Iterator[str]:
    keys = _texts(f"{selector}._domainkey.{domain}", ask) if selector else _under_usual_names(domain, ask)
    if any(re.search(r"(^|;)\s*p=[^;\s]", text) for text in keys):
        return
    if selector:
        what = "a key that was withdrawn (its p= is empty)" if keys else "no DKIM key"
        yield f"{selector}._domainkey.{domain} has {what}. {SAYS_WHERE}"
    else:
        yield Unseen(f"No DKIM key of {domain} stands under a usual name. Say which is yours with --dkim-selector.")


def _under_usual_names(domain: str, ask: dns.resolver.Resolver) -> list[str]:
    """What stands under the names that we guess. One that is not answered is no key; if none is, that is no answer."""
    keys: list[str] = []
    answered = unanswered = 0
    for name in USUAL_SELECTORS:
        try:
            keys += _texts(f"{name}._domainkey.{domain}", ask)
            answered += 1
        except NoAnswer:
            unanswered += 1
            if unanswered == GUESSES_LOST:
                break
    if not answered:
        raise NoAnswer(domain)
    return keys


def _dmarc(domain: str, ask: dns.resolver.Resolver) -> Iterator[str]:
    if not any(text.lower().startswith("v=dmarc1") for text in _texts(f"_dmarc.{domain}", ask)):
        yield Aside(f"{domain} has no DMARC record; large mail services ask for one.")


def _texts(name: str, ask: dns.resolver.Resolver) -> list[str]:
    """The TXT records of a name, each put together from its pieces; none where there is no such name."""
    try:
        answer = ask.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise NoAnswer(str(error)) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
