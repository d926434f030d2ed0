"""`amends wording check`: how a draft reads, without a database."""

import json

from tests.cli.commands import Machine


def test_a_draft_is_advised_on_line_by_line_and_for_machines(tmp_path):
    machine = Machine(tmp_path / "home")
    (tmp_path / "draft.txt").write_bytes(b"Dear Ms Roy,\r\n\r\nthis will never happen again.\r\n")

    said = machine.amends("wording", "check", "draft.txt")
    listed = machine.amends("wording", "check", "draft.txt", "--json")

    assert said.code == listed.code == 0, (said, listed)
    assert "3:6 overpromise: “will never happen again”" in said.out
    (mark,) = json.loads(listed.out)
    assert set(mark) == {"name", "start", "end", "words", "why", "better"}
    assert (mark["name"], mark["start"], mark["end"]) == ("overpromise", 21, 44)
    assert not machine.home.exists()


def test_where_nothing_is_found_that_is_said_and_no_more_and_what_is_no_text_is_refused(tmp_path):
    machine = Machine(tmp_path / "home")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")

    nothing = machine.amends("wording", "check", "-")
    refused = machine.amends("wording", "check", "picture.png")

    assert nothing.code == 0
    assert nothing.out.startswith("• Nothing found. What is not marked was looked at by rules alone")
    assert "✓" not in nothing.out
    assert refused.sentence == "amends: picture.png is not text in UTF-8."
