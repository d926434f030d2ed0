"""Who is let in."""

import datetime as dt
import re

import pytest
from django.test import Client

from amends.api.keys import TRIES_A_MINUTE
from amends.directory import tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations.models import Escalation
from tests import make
from tests.api.calling import NOW, ROOT, Caller

pytestmark = pytest.mark.django_db


def test_without_a_key_one_is_asked_for_one(nobody):
    refused = nobody.get("/escalations")

    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == 'Bearer realm="Amends"'
    assert refused["Content-Type"] == "application/problem+json"
    assert nobody.post("/escalations", {}).status_code == 401


@pytest.mark.parametrize("key", ["wrong", "amends_wrong", "amends_ü", "", "a b c", "amends_" + "x" * 5000])
def test_a_key_that_opens_nothing_is_refused_and_said_to_be_wrong(key):
    refused = Caller(key=key or " ").get("/escalations")

    assert refused.status_code == 401
    assert "invalid_token" in refused["WWW-Authenticate"]


def test_a_revoked_token_and_one_of_somebody_who_left_open_nothing():
    member = make.member()
    token, key = tokens.make(member, name="x", scope="write", by=COMMAND_LINE, now=make.THURSDAY)
    left = make.member()
    caller = Caller(left)
    tokens.revoke(token, by=COMMAND_LINE, now=make.THURSDAY)
    left.is_active = False
    left.save()

    assert Caller(key=key).get("/members/me").status_code == 401
    assert caller.get("/members/me").status_code == 401


def test_a_wrong_key_is_not_made_good_by_a_session():
    client = Client()
    client.force_login(make.member())

    assert client.get(f"{ROOT}/members/me", headers={"Authorization": "Bearer amends_wrong"}).status_code == 401


def test_a_token_that_may_only_read_is_refused_every_other_method_at_the_door():
    account = make.account()
    reader = Caller(account.csm.reports_to, scope="read")

    assert reader.get("/escalations").status_code == 200
    for method, path in (
        ("post", "/escalations"),
        ("patch", f"/accounts/{account.pk}"),
        ("delete", "/tokens/1"),
        ("post", "/deliveries/resume"),
    ):
        refused = reader.call(method, path, {})
        assert refused.status_code == 403, path
        assert "only read" in refused.json()["detail"]


def test_a_session_reads_and_writes_with_its_csrf_token():
    account = make.account()
    make.organisation()
    make.playbook()
    client = Client(enforce_csrf_checks=True)
    client.force_login(account.csm)
    body = {"account": account.pk, "reason": "Slow"}

    assert client.get(f"{ROOT}/members/me").json()["name"] == "Tom Okafor"
    without = client.post(f"{ROOT}/escalations", body, content_type="application/json")
    assert without.status_code == 403
    assert "CSRF" in without.json()["detail"]
    assert not Escalation.objects.exists()

    page = client.get("/you/tokens/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    token = {"X-CSRFToken": found[1]}
    assert client.post(f"{ROOT}/escalations", body, content_type="application/json", headers=token).status_code == 201


def test_somebody_who_left_is_let_in_by_no_session():
    member = make.member()
    client = Client()
    client.force_login(member)
    member.is_active = False
    member.save()

    assert client.get(f"{ROOT}/members/me").status_code == 401


def test_an_address_that_goes_on_trying_must_wait_but_good_keys_are_not_locked_out():
    wrong, right = Caller(key="amends_wrong"), Caller(make.member())
    at = NOW + dt.timedelta(seconds=15)

    for _ in range(TRIES_A_MINUTE):
        assert wrong.get("/members/me", now=at).status_code == 401
    refused = wrong.get("/members/me", now=at)

    assert refused.status_code == 429
    assert refused["Retry-After"] == "45"
    assert "45 seconds" in refused.json()["detail"]
    assert right.get("/members/me", now=at).status_code == 200
    assert wrong.get("/members/me", now=NOW + dt.timedelta(seconds=60)).status_code == 401


def test_the_address_before_a_proxy_counts_only_where_a_proxy_was_announced(settings):
    wrong = Caller(key="amends_wrong")

    def tries(**headers):
        return [
            wrong.http.get(f"{ROOT}/members/me", headers=wrong.headers | headers).status_code
            for _ in range(TRIES_A_MINUTE + 1)
        ]

    assert tries(**{"X-Forwarded-For": "10.0.0.1"})[-1] == 429
    assert (
        wrong.http.get(f"{ROOT}/members/me", headers=wrong.headers | {"X-Forwarded-For": "10.0.0.2"}).status_code == 429
    )
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert (
        wrong.http.get(f"{ROOT}/members/me", headers=wrong.headers | {"X-Forwarded-For": "10.0.0.2"}).status_code == 401
    )


def test_whoever_is_let_in_with_a_token_acts_by_their_name():
    account = make.account()
    make.organisation()
    make.playbook()

    Caller(make.member("Rex Pond", Role.RESPONDER)).post("/escalations", {"account": account.pk, "reason": "Slow"})

    assert Escalation.objects.get().events.filter(kind="escalation.opened").get().by_name == "Rex Pond"
