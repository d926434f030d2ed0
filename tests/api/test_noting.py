"""Notes, files, watchers and notices over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.directory.actor import Role
from amends.escalations.actions import notes
from amends.escalations.actions.files import File
from tests import make
from tests.api.calling import NOW, Caller, Upload, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


@pytest.fixture
def ruth(escalation):
    return Caller(escalation.handler)


def upload(name="a.txt", content=b"fine", **more):
    return Upload(file=SimpleUploadedFile(name, content), **more)


def test_a_note_is_written_names_members_and_is_listed(escalation, ruth):
    petra, path = make.member("Petra Lang"), f"/escalations/{escalation.key}/notes"

    written = ruth.post(path, {"text": "@petra, look.", "problem": escalation.problems.get().pk})

    assert written.status_code == 201, written.content
    assert written.json()["mentions"] == [{"id": petra.pk, "name": "Petra Lang"}]
    assert ruth.get(path).json()["items"] == [written.json()]
    assert set(says(ruth.post(path, {"text": " "}))) == {"text"}
    assert set(says(ruth.post(path, {"text": "x", "problem": 999}))) == {"problem"}
    assert set(says(ruth.post(path, {"text": "x", "mentions": [999]}))) == {"mentions"}


def test_a_file_goes_in_and_comes_out(escalation, ruth):
    path = f"/escalations/{escalation.key}/files"
    note = ruth.post(f"/escalations/{escalation.key}/notes", {"text": "See this."}).json()["id"]

    sent = ruth.post(path, upload("photo", b"fine", note=note))
    again = ruth.post(path, upload("b.txt", b"fine"))

    assert sent.status_code == again.status_code == 201, sent.content
    assert (sent.json()["name"], sent.json()["note"], sent.json()["same_as"]) == ("photo.txt", note, None)
    assert again.json()["same_as"] == sent.json()["id"]
    assert [row["name"] for row in ruth.get(path).json()["items"]] == ["b.txt", "photo.txt"]
    out = ruth.get(f"{path}/{sent.json()['id']}")
    assert out.content == b"fine"
    assert out["Content-Disposition"].startswith("attachment")
    assert out["Content-Security-Policy"].startswith("sandbox; default-src 'none'; ")
    assert out["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_one_has_already_is_not_sent_again(escalation, ruth):
    path = f"/escalations/{escalation.key}/files"
    path = f"{path}/{ruth.post(path, upload()).json()['id']}"
    first = ruth.get(path)
    ruth.headers["If-None-Match"] = first["ETag"]

    again = ruth.get(path)

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"] == "private, no-cache"


def test_a_file_that_cannot_be_is_refused_at_its_field(escalation, ruth, settings):
    settings.FILE_LIMIT_MB = 1
    path = f"/escalations/{escalation.key}/files"

    assert "not taken" in says(ruth.post(path, upload("a.html")))["file"]
    assert "larger than 1 MB" in says(ruth.post(path, upload(content=b"x" * 1_048_577)))["file"]
    assert set(says(ruth.post(path, upload(note=999)))) == {"note"}
    assert set(says(ruth.post(path, Upload(note="1")))) == {"file"}


def test_the_file_of_another_case_is_not_there(escalation, ruth):
    other = make.escalation(of=make.account("Moss & Co"))
    theirs = ruth.post(f"/escalations/{other.key}/files", upload()).json()["id"]

    assert ruth.get(f"/escalations/{escalation.key}/files/{theirs}").status_code == 404


def test_one_watches_has_others_watch_and_stops(escalation, ruth):
    sam, path = make.member("Sam Sales", Role.SALES), f"/escalations/{escalation.key}/watchers"

    assert ruth.post(path, {}).json()["member"]["name"] == "Ruth Adeyemi"
    assert ruth.post(path, {"member": sam.pk}).status_code == 201
    assert [row["member"]["name"] for row in ruth.get(path).json()] == ["Ruth Adeyemi", "Sam Sales"]
    assert Caller(sam).get(path).status_code == 200
    assert Caller(sam).delete(f"{path}/{escalation.handler_id}").status_code == 403

    assert Caller(sam).delete(f"{path}/{sam.pk}").status_code == 204
    assert Caller(sam).get(path).status_code == 404


def test_notices_are_ones_own_and_are_marked_as_seen(escalation, ruth):
    (notice,) = ruth.get("/notices").json()["items"]
    assert (notice["escalation"], notice["kind"], notice["seen_at"]) == (escalation.key, "escalation.opened", None)
    assert notice["sentence"].startswith("opened this escalation")

    assert ruth.post(f"/escalations/{escalation.key}/seen").json() == {"seen": 1}

    assert ruth.get("/notices", unseen="true").json()["items"] == []
    assert ruth.get("/notices").json()["items"][0]["seen_at"] == NOW.isoformat().replace("+00:00", "Z")
    assert ruth.post("/notices/seen").json() == {"seen": 0}


def test_long_lists_take_as_many_queries_as_short_ones(escalation, ruth, django_assert_num_queries):
    for number in range(12):
        notes.write(
            escalation,
            text="@Tom Okafor",
            files=[File(f"{number}.txt", b"x")],
            by=escalation.handler.as_actor(),
            now=NOW,
        )

    # The token and its owner’s absences; then the escalation, its rows and what hangs on them.
    for path, queries in (("notes", 7), ("files", 4)):
        for limit in (2, 12):
            with django_assert_num_queries(queries):
                assert ruth.get(f"/escalations/{escalation.key}/{path}", limit=limit).status_code == 200
