"""What the guides say of the code is so: the table of roles, the settings, the commands, the links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer

from amends.cli import main
from amends.directory.actor import Role
from amends.escalations.authority import HANDLER_TOO, READING, TABLE, Act
from amends.playbook.conditions import Condition
from amends.playbook.document import Document
from amends.playbook.fields import Part
from tests.escalations.test_access import PARTS

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "amends"
GUIDE = ROOT / "docs" / "guide"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
VARIABLE = re.compile(r"\b(?:AMENDS_[A-Z][A-Z_]*[A-Z]|DATABASE_URL)\b")
# How `amends run` tells its parts that it is gone; nobody sets it.
OUR_OWN = {"AMENDS_LIFELINE", "AMENDS_SUCCEEDS"}
CODES = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MOST_BYTES = 250_000


def table(page: str, first_heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is that, its own row of headings first, without the rule below it."""
    lines = (GUIDE / page).read_text(encoding="utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return [rows[0], *rows[2:]]


def commands(app: typer.Typer, before: str = "amends") -> Iterator[str]:
    """Every command that `--help` shows, as it is typed."""
    for command in app.registered_commands:
        if not command.hidden and command.callback:
            yield f"{before} {command.name or command.callback.__name__}"
    for group in app.registered_groups:
        if group.typer_instance:
            yield from commands(group.typer_instance, f"{before} {group.name}")


def slugs(page: Path) -> set[str]:
    """The names by which the headings of a page can be linked to."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """Relative links of a page that lead to no file, or to no heading in it."""
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (heading and heading not in slugs(target)):
            broken.append(link)
    return broken


def test_the_guide_says_who_may_do_what_just_as_the_table_does():
    headings, *rows = table("roles.md", "may")
    roles = [Role(heading.lower()) for heading in headings[1:7]]

    written = {Act(row[0]): {role for role, cell in zip(roles, row[1:7], strict=True) if cell} for row in rows}

    assert written == {act: set(allowed) for act, allowed in TABLE.items()}
    assert {Act(row[0]) for row in rows if row[7]} == set(HANDLER_TOO)
    assert {Act(row[0]) for row in rows if row[8]} == set(READING)


def test_the_guide_says_who_sees_a_case_just_as_it_is():
    _, *rows = table("roles.md", "a part in it has whoever")

    assert {part: bool(cell) for part, cell in rows} == {part: passes_on for part, (_, passes_on) in PARTS.items()}


def test_every_variable_that_is_read_stands_in_the_operators_guide_and_no_other():
    read = {name for file in SRC.rglob("*.py") for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}

    _, *rows = table("operators.md", "variable")

    assert {row[0].strip("`") for row in rows} == read - OUR_OWN


def test_every_command_is_named_in_the_operators_guide():
    for name in main.COMMANDS:
        import_module(f"amends.cli.{name}")
    guide = (GUIDE / "operators.md").read_text(encoding="utf-8")

    known = set(commands(main.app))

    assert {"amends init", "amends playbook adopt"} <= known
    assert {command for command in known if f"`{command}" not in guide} == set()


def test_no_guide_names_a_command_that_does_not_exist():
    for name in main.COMMANDS:
        import_module(f"amends.cli.{name}")
    known = {command for whole in commands(main.app) for command in (whole, " ".join(whole.split()[:2]))}

    named = {
        (page.name, found)
        for page in PAGES
        for found in re.findall(r"`(amends [a-z]+)", page.read_text(encoding="utf-8"))
    }

    assert {(page, found) for page, found in named if found not in known} == set()


def test_every_noun_of_the_api_stands_in_its_guide():
    """What an address begins with; of an escalation, what follows its key."""
    paths = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))["paths"]
    parts = [path.removeprefix("/api/v1/").split("/") for path in paths]
    said = {part for row in table("api.md", "noun") for code in CODES.findall("".join(row)) for part in code.split("/")}

    nouns = {address[0] for address in parts}
    of_a_case = {address[2] for address in parts if address[:2] == ["escalations", "{key}"] and len(address) > 2}

    assert nouns | of_a_case <= said
    assert {"causes", "facts", "meetings", "meeting-proposal"} <= nouns | of_a_case


def test_every_field_of_the_playbook_stands_in_its_guide():
    guide = (GUIDE / "playbook.md").read_text(encoding="utf-8")
    parts: list[type[Part]] = [Document, Condition, *_parts_below(Part)]

    fields = {field.alias or name for part in parts for name, field in part.model_fields.items()}

    assert {field for field in fields if not re.search(rf"\b{field}\b", guide)} == set()


def _parts_below(part: type[Part]) -> Iterator[type[Part]]:
    for below in part.__subclasses__():
        yield below
        yield from _parts_below(below)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    assert broken_links(page) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Here it is\n[a](gone.md) [b](#here-it-is) [c](#not) [d](https://example.org)\n", encoding="utf-8"
    )

    assert broken_links(page) == ["gone.md", "#not"]


def test_pictures_are_used_and_stay_small():
    pictures = sorted((ROOT / "docs" / "pictures").glob("*"))
    words = "".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert pictures
    assert [each.name for each in pictures if f"pictures/{each.name}" not in words] == []
    assert [each.name for each in pictures if each.stat().st_size > MOST_BYTES] == []


def shown_by() -> set[str]:
    """The tests that the page on security names."""
    return set(re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", (GUIDE / "security.md").read_text(encoding="utf-8")))


def test_every_test_that_the_page_on_security_names_is_there():
    named = shown_by()

    gone = set()
    for test in named:
        file, _, name = test.partition("::")
        path = ROOT / file
        if not path.exists() or not re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            gone.add(test)

    assert len(named) > 80
    assert gone == set()


def test_the_page_on_security_says_each_point_once():
    page = (GUIDE / "security.md").read_text(encoding="utf-8")

    points = [point for row in re.findall(r"^\| ([\d. ]+) \|", page, re.MULTILINE) for point in row.split()]

    assert len(points) == len(set(points))
    assert len(points) > 170


def test_passwords_are_hashed_with_scrypt():
    text = (SRC / "settings.py").read_text(encoding="utf-8")

    assert 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]' in text


def test_every_dependency_is_locked_with_its_hash():
    for name in ("requirements.lock", "requirements-test.lock"):
        packages = re.split(r"\n(?=[a-z])", (ROOT / name).read_text(encoding="utf-8"))[1:]

        assert len(packages) > 30
        assert [package for package in packages if "==" not in package or "--hash=sha256:" not in package] == []
