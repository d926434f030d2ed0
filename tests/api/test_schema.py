"""The description of the API is public, whole, and the one that is committed."""

import importlib
import json
import pkgutil
from collections import Counter
from pathlib import Path

import pytest
from pydantic import BaseModel

from amends.api import schema, schemas

COMMITTED = Path(__file__).parents[2] / "openapi.json"


@pytest.mark.django_db
def test_the_committed_description_is_the_one_that_the_code_gives():
    assert COMMITTED.read_text(encoding="utf-8") == schema.text(), (
        "The API has changed. Look at what changed, and run: python -m amends.api.schema openapi.json"
    )


@pytest.mark.django_db
def test_anybody_may_read_the_description(nobody):
    served = nobody.get("/openapi.json")

    assert served.status_code == 200
    assert served.json() == json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_the_command_writes_the_description_to_a_file(tmp_path):
    file = tmp_path / "openapi.json"

    schema.main([str(file)])

    assert file.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8")


def test_without_a_file_the_description_is_printed(capsys):
    schema.main([])

    assert capsys.readouterr().out == COMMITTED.read_text(encoding="utf-8")


def test_no_two_bodies_or_answers_have_one_name_of_which_the_description_would_know_only_one():
    modules = [
        importlib.import_module(f"{schemas.__name__}.{found.name}") for found in pkgutil.iter_modules(schemas.__path__)
    ]
    made = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
    }

    names = Counter(each.__name__ for each in made)

    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []


def test_every_reference_in_the_description_leads_somewhere_and_every_operation_says_what_it_does():
    text = COMMITTED.read_text(encoding="utf-8")
    described = json.loads(text)
    parts = described["components"]["schemas"]
    references = {line.split('"')[3].rsplit("/", 1)[-1] for line in text.splitlines() if '"$ref"' in line}
    operations = [each for methods in described["paths"].values() for each in methods.values()]

    assert references <= set(parts)
    assert all(each["summary"].endswith(".") for each in operations)
    assert all("default" in each["responses"] and each["security"] for each in operations)
    assert len({each["operationId"] for each in operations}) == len(operations)
