"""Prepared texts: what fills them, what never does, and what is caught before it is sent."""

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.directory.actor import CLOCK
from amends.directory.models import Account, Contact, Insight
from amends.escalations import mails, texts
from amends.escalations.actions import problems, updates
from amends.escalations.models import Escalation, Note, Problem, Promise, Ticket, Update
from amends.playbook import versions
from tests import make
from tests.escalations.reading import DAY, HOUR, refuses

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
# What the customer said or was told. Whatever else is typed stays inside.
THEIRS = {(Account, "name"), (Contact, "name"), (Problem, "words")}
# Not words: addresses in the sense of the machine.
NOT_TYPED = {"zone", "currency", "email", "severity", "proposed_severity", "impact", "category", "imported_key"}
MARK = "INSIDE"


def prepared(escalation, *, contact=None, by=None):
    """Every text that the playbook has, and the subject of a mail."""
    by = by or escalation.handler.as_actor()
    filled = [
        texts.prepare(each.key, escalation, contact=contact or escalation.contact, by=by)
        for each in texts.prepared(escalation)
    ]
    return [*filled, mails.subject(escalation)]


def typed_fields(model):
    """The fields of a model that hold what somebody typed."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
        if is_text and not field.choices and field.name not in NOT_TYPED and (model, field.name) not in THEIRS:
            yield field


def mark(row, words):
    """Write `words` into every typed field of a row that is not the customer's own."""
    changes = {}
    for field in typed_fields(type(row)):
        marked = f"{MARK} {field.name} {words}"
        changes[field.name] = [marked] if isinstance(field, models.JSONField) else marked[: field.max_length]
    type(row).objects.filter(pk=row.pk).update(**changes)


def one_of_everything():
    """An escalation with a row of all that is typed inside around it."""
    escalation = make.escalation(problems=("Every order arrives twice", "Labels"))
    problem, by = escalation.problems.first(), escalation.handler
    rows = [escalation, escalation.account, escalation.contact, *escalation.problems.all(), *escalation.promises.all()]
    rows.append(Note.objects.create(escalation=escalation, text="x", by=by, at=NOW))
    rows.append(Insight.objects.create(account=escalation.account, kind="helps", text="x", by=by, at=NOW))
    rows.append(Ticket.objects.create(problem=problem, label="x", url="https://t.example", at=NOW))
    told = {"escalation": escalation, "direction": "in", "channel": "call", "at": NOW, "logged_at": NOW}
    rows.append(Update.objects.create(**told, text="x"))
    return escalation, rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60) | st.just("{problems} {contact}"),
    is_over=st.booleans(),
)
def test_nothing_inside_is_in_a_prepared_text_whatever_is_typed_where(words, is_over):
    with transaction.atomic():
        escalation, rows = one_of_everything()
        if is_over:
            escalation.problems.update(status="solved", settled_at=NOW)
        for row in rows:
            mark(row, words)

        found = prepared(Escalation.objects.get(pk=escalation.pk))

        assert not [text for text in found if MARK in text]
        assert ("“Every order arrives twice”" in found[0]) is not is_over
        transaction.set_rollback(True)


def test_every_field_that_one_could_type_into_is_marked():
    assert {"reason", "why_not_told", "because", "severity_reason", "tried"} <= {
        field.name for field in typed_fields(Escalation)
    }
    assert {"resources", "waiting_for", "next_step", "why_declined"} <= {field.name for field in typed_fields(Problem)}
    assert {"text"} <= {field.name for field in typed_fields(Note)} & {field.name for field in typed_fields(Insight)}
    assert {"what", "reason"} <= {field.name for field in typed_fields(Promise)}


def test_while_no_problem_is_in_their_words_the_text_says_so_and_not_our_reason():
    escalation = make.escalation(reason="They threaten to leave")

    found = prepared(escalation)

    assert f"we see it as you do: {texts.NOTHING_NAMED}" in found[0]
    assert not [text for text in found if "threaten" in text]


def test_what_is_settled_is_named_no_more():
    escalation = make.escalation(problems=("Every order arrives twice", "Labels"))
    problems.decline(escalation.problems.last(), reason="Out of scope", by=CLOCK, now=NOW)

    assert [text for text in prepared(escalation) if "Labels" in text] == []


def test_a_placeholder_in_the_customers_own_words_is_not_filled():
    escalation = make.escalation(problems=("Our mails say {handler} and {first_name}",))

    acknowledgement = prepared(escalation)[0]

    assert "“Our mails say {handler} and {first_name}”" in acknowledgement
    assert texts.unknown(acknowledgement.replace(texts.NEXT_BY, "Friday"), escalation) == []


def test_replies_come_from_the_version_of_the_case():
    escalation = make.escalation()
    later = versions.shipped().replace("key: understood", "key: grasped")
    make.playbook(later)

    assert "understood" in {each.key for each in texts.prepared(escalation)}
    assert "grasped" in {each.key for each in texts.prepared(make.escalation())}
    with pytest.raises(LookupError, match="grasped"):
        texts.prepare("grasped", escalation, contact=None, by=CLOCK)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {name}, {name}", ["{name}"]),
        ("By {next_by} from {handler}", ["{next_by}", "{handler}"]),
        ("{First name}", ["{First name}"]),
        ('{"id": 3} and {} and {1}', []),
        ("No braces", []),
    ],
)
def test_words_in_braces_are_found_and_programs_are_left_alone(text, found):
    assert texts.unknown(text, make.escalation()) == found


def test_what_nothing_fills_never_leaves():
    escalation = make.escalation()
    by = {"by": escalation.handler.as_actor(), "now": NOW + HOUR}
    call = {"channel": "call", "at": NOW, **by}

    with refuses("{name} means nothing here; write it out.", "text"):
        updates.send(escalation, text="Dear {name}", to=[escalation.contact], **by)
    with refuses("{name} means nothing here", "subject"):
        updates.send(escalation, text="Dear", subject="{name}", to=[escalation.contact], **by)
    with refuses("{name} means nothing here", "text"):
        updates.log(escalation, text="Dear {name}", **call | {"channel": "mail"})
    updates.log(escalation, text="They said {name}", **call)
    updates.log(escalation, text="Dear {name}", **call | {"channel": "mail", "direction": "in"})


def test_the_time_is_on_the_clock_of_whom_it_goes_to():
    escalation = make.escalation()
    rui = make.contact(escalation.account, "Rui Costa", zone="Asia/Tokyo")

    text = texts.fill("no_news", escalation, contact=rui, next_at=NOW + DAY, by=CLOCK, now=NOW)

    assert "Fri 20 Nov, 18:00 in Tokyo" in text


SIGNED = "Best regards,\nNadia Brandt\nFernhill, Customer Success"


@pytest.mark.parametrize(
    "closing",
    [
        SIGNED,
        "Nadia Brandt",
        "Best regards, Nadia Brandt",
        "Nadia Brandt\nFernhill, Customer Success",
        "Fernhill, Customer  Success\n\n nadia  brandt ",
        "All the best,\n\nNadia",
        "Kind regards\nNadia Brandt",
        "--\nNadia",
    ],
)
def test_who_signs_otherwise_than_the_playbook_has_signed_all_the_same(closing):
    text, signed = texts.parted(f"Dear Maria,\n\nwe found it.\n\n{closing}\n", SIGNED)

    assert text == "Dear Maria,\n\nwe found it."
    assert signed == closing.strip()


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Dear Maria,\n\nwe found it.", SIGNED),
        ("We found it.\n\nNadia Brandt rings you today.", SIGNED),
        ("We found it.\n\nNadia Brandt", ""),
        ("", SIGNED),
    ],
)
def test_what_says_more_than_the_signature_is_none(text, signature):
    assert texts.parted(text, signature) == (text, "")


def test_a_name_below_a_greeting_alone_leaves_the_greeting_above():
    assert texts.parted("Dear Maria,\n\nNadia", SIGNED) == ("Dear Maria,", "Nadia")


def test_a_long_text_is_parted_at_once():
    text = "word " * 4000 + "\n" + "w" * 20_000

    assert texts.parted(text, SIGNED) == (text, "")
