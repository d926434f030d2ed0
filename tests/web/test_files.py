"""Files on their way out: to those who may see the case, to be kept and never to be run."""

import pytest
from django.test import Client
from django.utils.html import escape

from amends.directory.actor import Role
from amends.escalations.actions import files
from amends.escalations.models import Attachment
from tests import make
from tests.escalations.test_file_kinds import GIF, PNG

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


@pytest.fixture
def escalation():
    return make.escalation()


def attached(escalation, name="bericht März.txt", content=b"Gr\xc3\xb6\xc3\x9fe"):
    return files.attach(escalation, name=name, content=content, by=escalation.handler.as_actor(), now=NOW)


def client_of(member):
    client = Client()
    client.force_login(member)
    return client


def address(escalation, file):
    return f"/escalations/{escalation.key}/files/{file.pk}/"


def test_a_file_comes_out_as_it_went_in_and_runs_nowhere(escalation):
    file = attached(escalation)

    answer = client_of(escalation.handler).get(address(escalation, file))

    assert answer.content == "Größe".encode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"bericht M_rz.txt\"; filename*=UTF-8''bericht%20M%C3%A4rz.txt"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'; ")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_picture_is_what_its_content_says_and_is_to_be_kept_as_well(escalation):
    file = attached(escalation, "photo.jpg", PNG)
    ruth = client_of(escalation.handler)

    answer = ruth.get(address(escalation, file))

    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith('attachment; filename="photo.png"')
    page = ruth.get(f"/escalations/{escalation.key}/").content.decode()
    assert f'<img src="{address(escalation, file)}" alt="photo.png" loading="lazy">' in page


def test_what_one_has_already_is_not_sent_again(escalation):
    file, ruth = attached(escalation), client_of(escalation.handler)
    etag = ruth.get(address(escalation, file))["ETag"]

    again = ruth.get(address(escalation, file), headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (etag, "private, no-cache")


def test_only_who_sees_the_case_gets_its_files_and_only_below_its_own_key(escalation):
    file = attached(escalation)
    other = make.escalation(of=make.account("Moss & Co"))
    sam = make.member("Sam Sales", Role.SALES)

    assert client_of(sam).get(address(escalation, file)).status_code == 404
    assert client_of(escalation.handler).get(address(other, file)).status_code == 404
    assert client_of(escalation.handler).get(f"/escalations/{escalation.key}/files/{2**70}/").status_code == 404
    assert Client().get(address(escalation, file)).status_code == 302
    make.seat(escalation.account, sam)
    assert client_of(sam).get(address(escalation, file)).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ('"><script>alert(1)</script>.gif', GIF),
        ("a\r\nSet-Cookie: x=1.gif", GIF),
        ("<img src=x onerror=alert(1)>.gif", GIF),
        ("{{ 7|add:7 }}.gif", GIF),
    ],
)
def test_a_name_is_only_a_name_even_one_that_no_act_would_write(escalation, name, content):
    file, ruth = attached(escalation, "plain.gif", content), client_of(escalation.handler)
    Attachment.objects.filter(pk=file.pk).update(name=name)

    answer = ruth.get(address(escalation, file))
    page = ruth.get(f"/escalations/{escalation.key}/").content.decode()

    assert "Set-Cookie" not in answer
    assert "\n" not in answer["Content-Disposition"]
    assert f'alt="{escape(name)}"' in page
    assert "alert(1)" not in name or name not in page
