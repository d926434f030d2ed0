"""Whatever is refused is answered by a problem document."""

import json

import pytest

from amends.directory.actor import Role
from amends.escalations.models import Escalation
from tests import make
from tests.api.calling import Caller, says

pytestmark = pytest.mark.django_db
HUGE = 10**30


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def nadia(escalation):
    return Caller(escalation.handler)


def test_a_refusal_says_what_to_do_and_where(escalation, nadia):
    refused = nadia.post(f"/escalations/{escalation.key}/withdraw", {"reason": ""})

    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Cache-Control"] == "no-store"
    document = refused.json()
    assert document.pop("title")
    assert document == {
        "type": "urn:amends:problem:refused",
        "status": 422,
        "detail": "Say why it is withdrawn.",
        "errors": [{"field": "reason", "says": "Say why it is withdrawn."}],
    }


def test_input_that_is_not_valid_is_answered_the_same_way_with_the_path_of_each_field(escalation, nadia):
    refused = nadia.post(
        f"/escalations/{escalation.key}/updates",
        {"text": "x", "to": [1, "nobody"], "then": {"what": "x", "due_at": "2026-11-20T10:00:00"}, "colour": 1},
    )

    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:amends:problem:invalid"
    assert says(refused) == {
        "to.1": "This is a whole number.",
        "then.due_at": "Give it with a time zone, such as 2026-11-20T16:00:00+01:00.",
        "colour": "There is no such field.",
    }


@pytest.mark.parametrize(
    ("due_at", "sentence"),
    [
        ("2026-11-20T10:00:00", "time zone"),
        ("2026-11-20", "time zone"),
        (1795000000, "Write it out"),
        (HUGE, "Write it out"),
        ("1795000000", "Write it out"),
        ("-1", "Write it out"),
        (True, "Write it out"),
        ("0001-01-01T00:00:00+14:00", "between"),
        ("9999-12-31T23:59:59-12:00", "between"),
        ("soon", "Write it out"),
        ("2026-11-20T10:00:00+99:00", "Write a moment with its time zone"),
        ("", "Write it out"),
        (None, "Write a moment with its time zone"),
        ("2026-02-30T10:00:00Z", "Write a moment with its time zone"),
    ],
)
def test_a_moment_that_is_none_is_refused(escalation, nadia, due_at, sentence):
    refused = nadia.post(f"/escalations/{escalation.key}/promises", {"what": "x", "due_at": due_at})

    assert refused.status_code == 422
    assert sentence in says(refused)["due_at"]
    assert escalation.promises.count() == 1


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/escalations", {"account": 1, "reason": "a\0b"}, "reason"),
        ("/escalations", {"account": 1, "reason": "a\nb"}, "reason"),
        ("/escalations", {"account": 1, "reason": "a", "expectation": "a\0b"}, "expectation"),
        ("/escalations", {"account": 1, "reason": "a", "problems": ["fine", "a\0b"]}, "problems.1"),
        ("/escalations", {"account": HUGE, "reason": "a"}, "account"),
        ("/escalations", {"account": -1, "reason": "a"}, "account"),
        ("/escalations", {"account": 1.5, "reason": "a"}, "account"),
        ("/escalations", {"account": 1, "reason": "a" * 201}, "reason"),
        ("/escalations", {"account": 1, "reason": ["a"]}, "reason"),
        ("/escalations", {"account": 1, "reason": None}, "reason"),
        ("/escalations", {"account": 1, "reason": "a", "affects_customer": "perhaps"}, "affects_customer"),
        ("/escalations", {"account": 1, "reason": "a", "channel": "pigeon"}, "channel"),
        ("/escalations", {"account": 1, "reason": "a", "asks_for_level": HUGE}, "asks_for_level"),
        ("/escalations", {"reason": "a"}, "account"),
        ("/escalations", [], "body"),
        ("/escalations", None, "body"),
        ("/escalations", "null", "body"),
        ("/escalations", {"account": "1", "reason": "a"}, "account"),
        ("/escalations", {"account": True, "reason": "a"}, "account"),
        ("/escalations", {"account": 1, "reason": "a", "affects_customer": 0}, "affects_customer"),
        ("/accounts", {"name": "a", "spend": HUGE}, "spend"),
        ("/accounts", {"name": "a", "spend": "1_000"}, "spend"),
        ("/accounts", {"name": "a", "customer_since": "0"}, "customer_since"),
        ("/accounts", {"name": "a", "spend": "NaN"}, "spend"),
        ("/accounts", {"name": "a", "mail_domains": ["a\0"]}, "mail_domains.0"),
        ("/accounts", {"name": "a", "customer_since": "0001-01-01"}, "customer_since"),
        ("/members", {"name": "a", "email": "a\0@b.example", "role": "csm"}, "email"),
    ],
)
def test_what_no_field_takes_is_refused_at_it(path, body, field):
    ada = Caller(make.member("Ada Min", Role.ADMINISTRATOR))

    refused = ada.post(path, body)

    assert refused.status_code == 422, refused.content
    assert field in says(refused)
    assert all(sentence.endswith((".", "?")) for sentence in says(refused).values())


def test_text_that_no_text_is_made_of_is_refused(nadia):
    lone = nadia.post("/escalations", '{"account": 1, "reason": "\\ud800"}')

    assert lone.status_code == 422
    assert "reason" in says(lone)


@pytest.mark.parametrize(
    "body",
    ["{", "nonsense", b"\xff\xfe", '{"account": 1', "[" * 100_000, '{"account": ' + "9" * 5000 + "}"],
)
def test_what_is_not_json_is_unreadable(nadia, body):
    refused = nadia.post("/escalations", body)

    assert refused.status_code == 400
    assert refused.json()["type"] == "urn:amends:problem:unreadable"


def test_too_much_at_once_is_too_big(nadia):
    refused = nadia.post("/escalations", json.dumps({"reason": "a" * 6_000_000}))

    assert refused.status_code == 413


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", f"limit={HUGE}", "limit=x", "after=nonsense", "account=0", f"account={HUGE}",
     "status=gone", "search=a%00b", "handler=me", "after=%00"],
)  # fmt: skip
def test_a_list_asked_for_in_a_way_that_it_does_not_know_is_refused(nadia, query):
    refused = nadia.get(f"/escalations?{query}")

    assert refused.status_code == 422
    assert query.partition("=")[0] in next(iter(says(refused)))


def test_the_next_of_one_list_is_no_next_of_another(escalation, nadia):
    for _ in range(2):
        make.escalation()
    following = nadia.get("/escalations", limit=1).json()["next"]

    assert set(says(nadia.get("/promises", after=following))) == {"after"}


@pytest.mark.parametrize("path", ["/promises/{}", "/problems/{}", "/accounts/{}", "/contacts/{}", "/members/{}"])
def test_numbers_that_lead_nowhere_are_not_found_and_impossible_ones_refused(nadia, path):
    assert nadia.get(path.format(999_999)).status_code == 404
    assert nadia.get(path.format(2**63 - 1)).status_code == 404
    for number in (HUGE, 0, -1, "x", "1.5", "%00"):
        assert nadia.get(path.format(number)).status_code == 422, number


def test_an_address_or_a_method_that_is_not_there_is_answered_by_a_document(nadia, nobody):
    for path in ("", "/", "/nothing", "/escalations/", "/docs", "/escalations/ESC-1001/nothing"):
        refused = nobody.get(path or "/")
        assert refused.status_code == 404, path
        assert refused["Content-Type"] == "application/problem+json"
    refused = nadia.call("put", "/escalations", {})

    assert refused.status_code == 405
    assert set(refused["Allow"].split(", ")) == {"GET", "POST"}
    assert refused["Content-Type"] == "application/problem+json"
    assert nadia.post("/nothing", {}).status_code == 404


def test_a_fault_of_ours_is_said_plainly_and_shows_nothing_of_the_code(escalation, nadia):
    # A severity that no playbook knows can only come of a fault: the next update cannot be dated.
    Escalation.objects.update(severity="lost")

    failed = nadia.post(f"/escalations/{escalation.key}/updates/no-news")

    assert failed.status_code == 500
    assert failed["Content-Type"] == "application/problem+json"
    assert failed.json()["type"] == "urn:amends:problem:fault"
    assert "Traceback" not in failed.content.decode() and "lost" not in failed.content.decode()
