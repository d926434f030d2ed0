"""Whatever is sent to the API: it is done, or refused by a document that says what to do; as openapi.json has it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
import schemathesis
from django.core.cache import cache as tries
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import Phase, given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from amends.api import problem_documents, schema
from amends.directory.actor import Role
from tests import make
from tests.api.calling import ROOT, Caller
from tests.api.ground import Ground, lay
from tests.api.operations import OPERATIONS
from tests.fuzzing import AGAIN, SEED, SHARE, TIMES, chance, examples

pytestmark = pytest.mark.django_db
GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# At every change one in so many of the cases at the edges of the description, and one at least; all of them where
# more is asked for.
EVERY = 1 if TIMES > 1 else 60
# With which documents an administrator is refused. The others are of a fault of ours, or of two who meet.
KINDS = {
    (400, "unreadable"),
    (403, "forbidden"),
    (404, "not-found"),
    (405, "method-not-allowed"),
    (413, "too-big"),
    (422, "invalid"),
    (422, "refused"),
    (422, "bad-playbook"),
}
FORMS = {"files_attach", "imports_receive"}
# What JSON Schema has no word for: how many figures a number has.
BEYOND_WORDS = ("after the point.", "digits.")

# The API takes moments of these years, and days of those; the format of JSON Schema knows no bounds.
schemathesis.openapi.format(
    "date-time",
    st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2100, 12, 30)).map(lambda moment: f"{moment.isoformat()}Z"),
)
schemathesis.openapi.format("date", st.dates(dt.date(1800, 1, 1), dt.date(2100, 12, 31)).map(str))


class Asker:
    """An administrator with a key, on a ground with something of every noun. After each call all is as it was."""

    def __init__(self) -> None:
        self.ground: Ground = lay(make.member("Ada Min", Role.ADMINISTRATOR))
        # What schemathesis reads is not unpacked first.
        self.headers = Caller(self.ground.caller).headers | {"Accept-Encoding": "identity"}
        self.wrong: list[str] = []

    def sends(self, case: Case, name: str, mode: GenerationMode) -> None:
        """One request; what is wrong with its answer is kept."""
        with transaction.atomic():
            self._lead_somewhere(case, name)
            try:
                answer = case.call(headers=self.headers)
                # A no of the domain is no fault, what is too big is not looked into, and what goes without a key has
                # a test of its own.
                left_out = [positive_data_acceptance, ignored_auth]
                left_out += [negative_data_rejection] if answer.status_code == 413 else []
                case.validate_response(answer, excluded_checks=left_out, headers=self.headers)
                self._judge(answer.status_code, answer.content, name, mode)
            except (Failure, FailureGroup, AssertionError) as failure:
                self.wrong.append(f"{name}: {failure}\n{case.as_curl_command()[:500]}")
            transaction.set_rollback(True)

    def _lead_somewhere(self, case: Case, name: str) -> None:
        """Let the address name what is there, unless it is the address that is wrong on purpose."""
        place = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
        if not case.path_parameters or (place and place.mode is BAD):
            return
        operation = OPERATIONS[name]
        operation.before(self.ground)
        named = operation.url(self.ground).partition("?")[0].split("/")
        for part, real in zip(case.operation.path.removeprefix(ROOT).split("/"), named, strict=True):
            if part.startswith("{"):
                case.path_parameters[part.strip("{}")] = real

    def _judge(self, status: int, content: bytes, name: str, mode: GenerationMode) -> None:
        if status < 400:
            return
        document = problem_documents.ProblemDocument.model_validate_json(content)
        assert (status, document.type.rpartition(":")[2]) in KINDS, document
        assert document.status == status
        assert document.detail.endswith((".", "?")), document
        assert all(fault.field and fault.says.endswith((".", "?")) for fault in document.errors), document
        # The words are ours, never those of a library.
        assert "Input should" not in document.detail and "alue error" not in document.detail, document
        if document.type.endswith(":invalid"):
            assert document.errors, document
            is_described = mode is BAD or all(fault.says.endswith(BEYOND_WORDS) for fault in document.errors)
            # A form has text where JSON has numbers, and no null.
            assert is_described or name in FORMS, f"The description does not say so: {document}"


@cache
def _description() -> BaseSchema:
    return schemathesis.openapi.from_dict(json.loads(schema.text()))


@pytest.fixture
def described() -> Iterator[list[tuple[str, APIOperation]]]:
    """Every operation that is described, by its name, called in this process and transaction."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    found = _description()
    # To try the words of our source as well takes as long as all the rest.
    found.config.analysis.constants.enabled = TIMES > 1
    found.app = WSGIHandler()
    yield [(each.ok().definition.raw["operationId"], each.ok()) for each in found.get_all_operations()]
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def _today(described: list[tuple[str, APIOperation]]) -> Iterator[tuple[str, APIOperation, list[GenerationMode]]]:
    """Today's share of the operations, and of which kind is what is made up for each: right or wrong, the other way
    round the next time. Of the other kind it is sent what lies at the edges; both of both where more is asked for.
    """
    for place, (name, operation) in enumerate(described[SEED % SHARE :: SHARE]):
        yield name, operation, [GOOD, BAD] if TIMES > 1 else [(GOOD, BAD)[(place + SEED // SHARE) % 2]]


@pytest.mark.parametrize("mode", [GOOD, BAD])
def test_what_is_made_up_from_the_description_is_done_or_refused_as_it_says(
    mode: GenerationMode, described: list[tuple[str, APIOperation]]
) -> None:
    asker = Asker()

    for name, operation, made_up in _today(described):
        if mode in made_up:
            _made_up(asker, name, operation, mode)

    assert not asker.wrong, "\n".join([AGAIN, *asker.wrong])


def _made_up(asker: Asker, name: str, operation: APIOperation, mode: GenerationMode) -> None:
    @examples(1, phases=[Phase.generate])
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        asker.sends(case, name, mode)

    ask()


def test_what_lies_at_the_edges_of_the_description_is_done_or_refused_as_it_says(
    described: list[tuple[str, APIOperation]],
) -> None:
    asker, sent = Asker(), Counter[str]()

    for name, operation, made_up in _today(described):
        cases = _edges(operation, [mode for mode in (GOOD, BAD) if TIMES > 1 or mode not in made_up])
        for case in cases[chance(f"{name} edges").randrange(min(EVERY, len(cases))) :: EVERY]:
            asker.sends(case, name, BAD)
            sent[name] += 1

    assert sent.keys() == {name for name, *_ in _today(described)}
    assert not asker.wrong, "\n".join([AGAIN, *asker.wrong])


def _edges(operation: APIOperation, modes: list[GenerationMode]) -> list[Case]:
    found = operation.schema
    return list(found.iter_coverage_cases(operation, generation_modes=modes, generation_config=found.config.generation))


def test_no_operation_answers_to_a_wrong_key() -> None:
    ground, asker, wrong = lay(make.member("Ada Min", Role.ADMINISTRATOR)), Caller(key="amends_nothing"), []

    for name, operation in OPERATIONS.items():
        tries.clear()  # one more wrong key would be one too many
        answer = asker.call(operation.method, operation.url(ground), operation.body(ground))
        if answer.status_code != 401:
            wrong.append((name, answer.status_code))

    assert not wrong
