"""What every answer tells a browser to keep from, whatever kind of answer it is. Each page: test_permissions.py."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from amends import urls
from tests import make
from tests.api.calling import Caller
from tests.web.guarded import unguarded

pytestmark = pytest.mark.django_db
HTTPS = """
import django, json; django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/login/", secure=True, headers={"host": "desk.example.org"})
print(json.dumps({"headers": dict(answer.headers), "cookies": answer.cookies.output(), "session": [
    settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
    settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_NAME]}))
"""


def broken(request: Any) -> HttpResponse:
    raise RuntimeError("a fault of ours, with a secret in it")


# This module is an address list of its own: ours, and a page that breaks.
urlpatterns = [path("broken/", broken), *urls.urlpatterns]
handler500 = urls.handler500


def test_errors_files_and_the_api_are_guarded_and_a_fault_says_nothing_of_itself(settings: Any):
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = __name__, ["testserver"]
    client, caller = Client(raise_request_exception=False), Caller(make.member())
    client.force_login(make.member())

    said = {
        500: client.get("/broken/"),
        404: client.get("/nowhere/"),
        405: client.put("/you/"),
        400: client.get("/you/", headers={"host": "elsewhere.example"}),
        403: Client(enforce_csrf_checks=True).post("/login/", {}),
    }

    assert {status: answer.status_code for status, answer in said.items()} == {status: status for status in said}
    assert {status: unguarded(answer) for status, answer in said.items() if unguarded(answer)} == {}
    assert "secret" not in said[500].content.decode() and "Traceback" not in said[500].content.decode()
    for answer in (caller.get("/members/me"), caller.get("/nothing"), caller.get("/openapi.json")):
        assert unguarded(answer) == []
    assert unguarded(client.get("/assets/old/nothing.js")) == []


def test_over_https_cookies_are_of_this_host_alone_and_browsers_insist_on_it(tmp_path: Any):
    told = subprocess.run(
        [sys.executable, "-c", HTTPS],
        env=os.environ
        | {
            "AMENDS_URL": "https://desk.example.org",
            "AMENDS_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "amends.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    said = json.loads(told.stdout)

    assert said["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert said["session"] == ["__Host-sessionid", True, True, "Lax", "__Host-csrftoken"]
    cookie = said["cookies"]
    assert cookie.startswith("Set-Cookie: __Host-csrftoken=") and "Domain" not in cookie
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_a_page_goes_packed_to_a_browser_that_can_unpack_it():
    plain, packed = Client().get("/login/"), Client().get("/login/", headers={"accept-encoding": "gzip, br"})

    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"] and len(packed.content) < len(plain.content) / 2
    assert b"Log in" in gzip.decompress(packed.content)


def test_trace_is_not_allowed():
    client = Client(raise_request_exception=False)

    assert client.generic("TRACE", "/login/").status_code == 405
    assert client.generic("TRACE", "/api/v1/members/me").status_code == 405


def test_a_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_sites():
    tom, client = make.member(), Client()

    client.post("/login/", {"login": tom.email, "password": make.PASSWORD})
    cookie = client.cookies["sessionid"]

    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert len(cookie.value) >= 32


@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_no_address_leads_away_from_here(where: str):
    tom = make.member()

    came_in = Client().post("/login/", {"login": tom.email, "password": make.PASSWORD, "next": where})
    left = Client()
    left.force_login(tom)

    assert came_in["Location"] == "/"
    assert left.post("/logout/", {"next": where})["Location"] == "/login/"
