"""The rules of the house, each with a bad example that it catches and a good one that it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps

from amends.clock.situations import Tell
from tests import house

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "amends"
MODULES = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
ACTS = sorted((SRC / "escalations" / "actions").glob("*.py"))
TEMPLATES = sorted(path for path in SRC.rglob("templates/**/*.html") if path.is_file())
# Mail has no style sheets; its look stands in the letter.
LETTERS = ("outbox/templates", "templates/account/email")

# Rooms and modules that write. Everything else asks them.
WRITERS = (
    "escalations/actions/",
    "escalations/timeline/record.py",
    "escalations/timeline/past.py",
    "directory/absences.py",
    "directory/accounts.py",
    "directory/calendars.py",
    "directory/contacts.py",
    "directory/feeds.py",
    "directory/imports/",
    "directory/insights.py",
    "directory/members.py",
    "directory/organisation.py",
    "directory/preferences.py",
    "directory/purchases.py",
    "directory/security/",
    "directory/teams.py",
    "directory/tokens.py",
    "outbox/posting.py",
    "outbox/claims.py",
    "outbox/outcomes.py",
    "outbox/repairs.py",
    "pulse/beats.py",
    "playbook/versions.py",
    # A town of plain rows for a demonstration, and one password for everybody in it; its story is told in acts.
    "demo/crowd.py",
    "demo/town.py",
    "demo/cast.py",
)
# Commands import late, so that `amends --help` loads no web server, and Django is set up before its models are read.
# What only PostgreSQL needs is eight megabytes that SQLite need not carry; what only a spreadsheet or a chat needs is
# more than that, and what reads and writes calendars as much.
IMPORT_LATE = ("cli/", "api/schema.py", "worker/waiting.py", "directory/imports/sheets.py", "outbox/chat.py")
IMPORT_LATE += ("escalations/invites.py", "escalations/calendar_entries.py", "escalations/actions/calendar_answers.py")
DOORS = ("web/", "api/", "worker/", "cli/")
# Called by libraries, which bring no `now`: Django saves a session, and counts tries, when it likes.
DOORS_OF_THEIR_OWN = ("directory/security/sessions.py", "directory/security/tallies.py")
# The clock's own: nobody does these, so they name no actor.
THE_CLOCKS = {"looks.py"}


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def told(found: dict[str, object]) -> str:
    return "\n" + "\n".join(f"{name}: {mistakes}" for name, mistakes in found.items())


def broken_by(rule, paths) -> dict[str, object]:
    """Which files break a rule, and where."""
    found = {path.relative_to(ROOT).as_posix(): rule(path.read_text(encoding="utf-8")) for path in paths}
    return {name: mistakes for name, mistakes in found.items() if mistakes}


def test_only_acts_write():
    reading = [path for path in MODULES if not name_of(path).startswith(WRITERS)]

    found = broken_by(house.writes, reading)

    assert not found, told(found)


@pytest.mark.parametrize(
    "bad",
    [
        "promise.save()",
        "promise.save(update_fields=['status'])",
        "Promise.objects.create(what='x')",
        "escalation.promises.create(what='x')",
        "Promise.objects.filter(pk=1).update(status='kept')",
        "rows.update(status='kept')",
        "Promise.objects.open().delete()",
        "promise.delete()",
        "Promise.objects.bulk_create(rows)",
        "Mark.objects.update_or_create(key='x')",
    ],
)
def test_a_write_outside_the_acts_is_caught(bad):
    assert house.writes(bad)


@pytest.mark.parametrize(
    "good", ["words.update(other)", "seen.update(range(3))", "Promise.objects.get(pk=1)", "{}.get(1)"]
)
def test_what_only_reads_or_fills_a_dictionary_is_let_pass(good):
    assert house.writes(good) == []


def test_every_act_says_who_and_when_and_locks_before_all_else():
    found = broken_by(house.acts_out_of_form, [path for path in ACTS if path.name not in THE_CLOCKS])

    assert not found, told(found)


ACT = "@transaction.atomic\ndef close({takes}) -> None:\n    '''Close it.'''\n    {first}\n    {second}\n"


@pytest.mark.parametrize(
    ("takes", "first", "second"),
    [
        ("escalation: Escalation, by: Actor, now: datetime", "escalation.lock()", "pass"),
        ("escalation: Escalation, *, now: datetime", "escalation.lock()", "pass"),
        ("escalation: Escalation, *, by: Actor", "escalation.lock()", "pass"),
        ("escalation: Escalation, *, by: Actor, now: datetime", "check(by)", "escalation.lock()"),
        ("promise: Promise, *, by: Actor, now: datetime", "escalation = promise.escalation", "check(by)"),
        ("problem: Problem, *, by: Actor, now: datetime", "problem.refresh_from_db()", "pass"),
        ("promise: Promise, *, by: Actor, now: datetime", "_settle(promise)", "pass"),
    ],
)
def test_an_act_out_of_form_is_caught(takes, first, second):
    assert house.acts_out_of_form(ACT.format(takes=takes, first=first, second=second))


@pytest.mark.parametrize(
    ("takes", "first", "second"),
    [
        ("escalation: Escalation, *, by: Actor, now: datetime", "escalation.lock()", "pass"),
        ("promise: Promise, *, by: Actor, now: datetime", "escalation = promise.escalation", "escalation.lock()"),
        ("escalation: Escalation, *, by: Actor, now: datetime", "escalation.lock_with(other)", "pass"),
        ("*, because: str, by: Actor, now: datetime", "check(by)", "pass"),
    ],
)
def test_an_act_in_form_is_let_pass(takes, first, second):
    assert house.acts_out_of_form(ACT.format(takes=takes, first=first, second=second)) == []


def the_kinds() -> dict[str, tuple[str, str]]:
    files = sorted((SRC / "escalations/timeline").glob("*kinds.py"))
    return {name: kind for path in files for name, kind in house.kinds_of(path.read_text(encoding="utf-8")).items()}


def test_every_kind_of_event_is_recorded_somewhere():
    kinds = the_kinds()
    recorded = set().union(*(house.recorded_kinds(path.read_text(encoding="utf-8")) for path in MODULES))
    by_the_clock = {tell.value for tell in Tell}

    never = {constant for constant, (name, _) in kinds.items() if constant not in recorded and name not in by_the_clock}

    assert len(kinds) > 30
    assert not never


def test_a_kind_that_nobody_records_is_caught():
    kinds = house.kinds_of("CAKE_EATEN = _kind('cake.eaten', 'ate {what}.')\nTEA_DRUNK = _kind('tea.drunk', 'drank.')")

    assert kinds["CAKE_EATEN"] == ("cake.eaten", "ate {what}.")
    assert kinds.keys() - house.recorded_kinds("record(kinds.TEA_DRUNK, escalation)") == {"CAKE_EATEN"}


def test_every_word_of_a_sentence_is_supplied_where_it_is_recorded():
    kinds = the_kinds()

    found = broken_by(lambda source: house.words_left_out(source, kinds), MODULES)

    assert not found, told(found)


def test_a_sentence_with_a_gap_is_caught():
    kinds = {"CAKE_EATEN": ("cake.eaten", "ate {what} with {whom}.")}

    assert house.words_left_out("record(kinds.CAKE_EATEN, it, by=by, now=now, what='all')", kinds)
    assert house.words_left_out("record(kinds.CAKE_EATEN if a else kinds.TEA, it, by=by, what='all')", kinds)
    assert house.words_left_out("record(kinds.CAKE_EATEN, it, what='all', whom='Tom')", kinds) == []


def test_nothing_happens_where_nobody_sees_it():
    found = broken_by(house.hidden_ways, MODULES)

    assert not found, told(found)


@pytest.mark.parametrize(
    "bad",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "from django.dispatch import receiver",
        "class Promise(models.Model):\n    def save(self): ...",
        "class Promise(models.Model):\n    at = models.DateTimeField(auto_now=True)",
        "at = models.DateTimeField(auto_now_add=True)",
    ],
)
def test_a_hidden_way_is_caught(bad):
    assert house.hidden_ways(bad)


def test_only_doors_read_the_clock_on_the_wall():
    inside = [path for path in MODULES if not name_of(path).startswith((*DOORS, *DOORS_OF_THEIR_OWN))]

    found = broken_by(house.reads_the_wall, inside)

    assert not found, told(found)


@pytest.mark.parametrize(
    "bad",
    [
        "from amends.lib import wall",
        "from amends.lib import wall, when",
        "from amends.lib.wall import now",
        "import amends.lib.wall",
        "def act():\n    from amends.lib import wall",
    ],
)
def test_a_look_at_the_clock_on_the_wall_is_caught(bad):
    assert house.reads_the_wall(bad)


def test_a_clock_that_is_brought_in_is_let_pass():
    assert house.reads_the_wall("from amends.lib import when\n\ndef act(wall):\n    wall()") == []


def test_imports_stand_at_the_top():
    found = broken_by(house.imports_inside, [path for path in MODULES if not name_of(path).startswith(IMPORT_LATE)])

    assert not found, told(found)


def test_an_import_inside_a_function_is_caught():
    assert house.imports_inside("def look():\n    if True:\n        from amends import clock")
    assert house.imports_inside("import amends\n\nclass Look:\n    import json") == []


def test_every_module_says_what_it_is_for():
    found = broken_by(house.without_docstring, MODULES)

    assert not found, told(found)


def test_a_module_without_a_word_is_caught():
    assert house.without_docstring("import json")
    assert not house.without_docstring('"""What it is for."""\nimport json')
    assert not house.without_docstring("")


def test_every_model_stands_in_the_glossary():
    models = [model.__name__ for model in apps.get_models() if model.__module__.startswith("amends.")]

    missing = house.unexplained(models, (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))

    assert len(models) > 15
    assert not missing


def test_a_model_that_the_glossary_only_mentions_is_caught():
    assert house.unexplained(["Promise", "Mark"], "| `Promise` | what they will get |\n\nA `Mark` too.") == ["Mark"]


def test_pages_hold_no_scripts_styles_or_handlers():
    pages = [path for path in TEMPLATES if not any(letters in path.as_posix() for letters in LETTERS)]

    found = broken_by(house.inline_in, pages)

    assert len(pages) > 10
    assert not found, told(found)


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<script type="module">x</script>',
        "<style>p {}</style>",
        '<p style="color: red">',
        "<p class='a'\n  style='color: red'>",
        '<button onclick="x()">',
        '<body\n onload = "x()">',
        '<a href="javascript:x()">',
    ],
)
def test_what_is_written_into_a_page_is_caught(bad):
    assert house.inline_in(bad)


@pytest.mark.parametrize(
    "good",
    [
        '<script src="/static/x.js" type="module"></script>',
        "<p>style = love, onclick = nothing</p>",
        '{# <p style="x"> #}<p class="style">',
        '<input name="on" data-on="x">',
    ],
)
def test_what_only_looks_like_it_is_let_pass(good):
    assert house.inline_in(good) == []


def test_nothing_is_loaded_from_another_host():
    static = [path for kind in ("css", "js", "svg") for path in SRC.rglob(f"static/**/*.{kind}")]

    found = broken_by(house.loads_from_elsewhere, [*TEMPLATES, *static])

    assert static
    assert not found, told(found)


@pytest.mark.parametrize(
    "bad",
    [
        '<script src="https://cdn.example.com/x.js"></script>',
        '<img src="//images.example.com/x.png">',
        '<link rel="stylesheet" href="https://fonts.example.com/x.css">',
        "p { background: url(https://images.example.com/x.png) }",
        '@import "https://fonts.example.com/x.css";',
        'fetch("https://api.example.com/")',
        'import { x } from "https://esm.example.com/x"',
    ],
)
def test_what_comes_from_elsewhere_is_caught(bad):
    assert house.loads_from_elsewhere(bad)


def test_a_link_that_one_follows_is_let_pass():
    good = '<a href="https://docs.example.com/">Guide</a> <svg xmlns="http://www.w3.org/2000/svg">'

    assert house.loads_from_elsewhere(good) == []


def test_no_file_is_longer_than_one_reads():
    text = [path for end in ("html", "css", "js") for path in SRC.rglob(f"*.{end}") if "vendor" not in path.parts]

    found = broken_by(house.too_long, [*MODULES, *text, *(ROOT / "tests").rglob("*.py")])

    assert not found, told(found)


def test_a_file_that_is_too_long_is_caught():
    assert house.too_long("x = 1\n" * 401)
    assert not house.too_long("x = 1\n" * 400)
