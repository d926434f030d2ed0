"""Whether the world can tell that our mail is ours: asked of a real name server."""

from __future__ import annotations

import socket
from collections.abc import Collection

import dns.resolver
import pytest

from amends.cli import mail_domain
from amends.cli.asides import Aside, Unseen
from amends.cli.failing import Failed
from tests import nameserver

SPF = "v=spf1 include:relay.fernhill.org ~all"
KEY = "v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" * 12
GOOD = {"fernhill.org": [SPF], "s1._domainkey.fernhill.org": [KEY], "_dmarc.fernhill.org": ["v=DMARC1; p=none"]}


def found(records: dict[str, list[str]], *, selector: str = "", fails: Collection[str] = ()) -> list[str]:
    with nameserver.knows(records, fails=fails) as resolver:
        return list(mail_domain.check("fernhill.org", selector=selector, resolver=resolver))


def test_a_domain_with_all_three_records_is_well():
    assert found(GOOD) == []
    assert found(GOOD, selector="s1") == []


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], "no SPF record"),
        (["google-site-verification=abc"], "no SPF record"),
        (["v=spf10 -all"], "no SPF record"),
        ([SPF, "v=spf1 -all"], "2 SPF records"),
        (["v=spf1 +all"], "lets anybody write"),
        (["V=SPF1 a all"], "lets anybody write"),
    ],
)
def test_what_is_wrong_with_spf_is_said(texts, says):
    (trouble,) = found(GOOD | {"fernhill.org": texts})

    assert says in trouble
    assert not isinstance(trouble, Aside)


def test_a_domain_that_nobody_has_heard_of_has_no_spf():
    assert "no SPF record" in found({})[0]


def test_a_dkim_key_that_is_named_must_be_there_and_stand():
    assert "press._domainkey.fernhill.org has no DKIM key" in found(GOOD, selector="press")[0]
    withdrawn = GOOD | {"s1._domainkey.fernhill.org": ["v=DKIM1; p="]}
    assert "withdrawn" in found(withdrawn, selector="s1")[0]


@pytest.mark.parametrize("selector", ["s 1", "-s1", "s1.", "s..1", "schlüssel", "s" * 64, "s1\n"])
def test_what_can_be_no_name_of_a_dkim_key_is_refused(selector):
    with pytest.raises(Failed, match="is no name of a DKIM key"):
        list(mail_domain.check("fernhill.org", selector=selector))


def test_a_dkim_key_under_a_name_of_its_own_is_asked_for_and_no_trouble():
    elsewhere = {name: texts for name, texts in GOOD.items() if "_domainkey" not in name}

    (aside,) = found(elsewhere | {"press._domainkey.fernhill.org": [KEY]})

    assert "--dkim-selector" in aside
    assert isinstance(aside, Aside)


def test_without_dmarc_it_is_only_mentioned():
    (aside,) = found({name: texts for name, texts in GOOD.items() if not name.startswith("_dmarc")})

    assert isinstance(aside, Aside)
    assert "DMARC" in aside


def test_where_dns_cannot_be_reached_nothing_is_said_against_the_domain():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        resolver = nameserver.asking(deaf.getsockname()[1])
        resolver.lifetime = 0.2

        (aside,) = mail_domain.check("fernhill.org", resolver=resolver)

    assert isinstance(aside, Aside)
    assert "cannot be reached" in aside


def test_what_was_found_stands_although_a_name_that_we_only_guessed_is_not_answered():
    without_spf = GOOD | {"fernhill.org": []}

    (trouble,) = found(without_spf, fails={"default._domainkey.fernhill.org"})

    assert "no SPF record" in trouble
    assert not isinstance(trouble, Aside)


@pytest.mark.parametrize(
    ("record", "fails"),
    [
        ("SPF", {"fernhill.org"}),
        ("DMARC", {"_dmarc.fernhill.org"}),
        ("DKIM", {f"{name}._domainkey.fernhill.org" for name in mail_domain.USUAL_SELECTORS}),
    ],
)
def test_of_a_record_that_is_not_answered_nothing_is_said_and_the_others_are_looked_at(record, fails):
    (aside,) = found(GOOD, fails=fails)

    assert isinstance(aside, Unseen)
    assert f"good {record} record" in aside


@pytest.mark.parametrize("domain", ["fernhill.example", "mail.fernhill.example", "example.com", "desk.local", "a.test"])
def test_of_a_domain_for_examples_nobody_is_asked(domain):
    nobody = dns.resolver.Resolver(configure=False)

    (aside,) = mail_domain.check(domain, resolver=nobody)

    assert isinstance(aside, Aside)
    assert domain in aside
