"""What a person does with an import: bring a file, say what its columns mean, apply it, stop it, throw it away.

Who may is asked by the doors. Checking and applying themselves are a worker's (`working.py`): they take longer than a
request.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from typing import IO

from django.db import transaction
from django.db.models import Q

from amends.directory import checks
from amends.directory.actor import CLOCK, Actor
from amends.directory.imports import cells, columns, reading
from amends.directory.imports.models import Import, ImportPiece
from amends.directory.imports.reading import Look
from amends.directory.security import traces
from amends.lib.errors import Refused

PIECE = 1 << 20
State = Import.State
# A file that has not arrived whole by then never will.
ARRIVES_WITHIN = dt.timedelta(hours=1)
# What nobody has applied by then is thrown away: it is a list of people, and lies about.
KEPT_UNAPPLIED = dt.timedelta(days=7)


def receive(*, noun: str, file: IO[bytes], name: str, by: Actor, now: dt.datetime) -> Import:
    """Take a CSV or XLSX file in and guess what its columns mean. Refuses what cannot be read, with the field “file”.

    The bytes are written down a piece at a time, so that nobody waits for a large file; it is there when all of it is.
    """
    checks.one_of(noun, Import.Noun.values, "noun", what="something to bring in")
    look = reading.look(file, name)
    Import.objects.filter(state=State.ARRIVING, uploaded_at__lt=now - ARRIVES_WITHIN).delete()
    headers = columns.headings(look.head)
    mapping = columns.guess(noun, headers)
    imported = Import.objects.create(
        noun=noun,
        file_name=cells.shown(name) or "file",
        size=file.seek(0, io.SEEK_END),
        layout=look.layout,
        headers=headers,
        sample=[[cells.shown(row.at(place)) for place in range(len(headers))] for row in look.rows[: reading.SAMPLE]],
        mapping=mapping,
        choices=_likely(noun, look, headers, mapping),
        rows_about=look.rows_about,
        by_id=by.member_id,
        by_name=by.name,
        uploaded_at=now,
    )
    digest, number = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        ImportPiece.objects.create(of=imported, number=number, content=piece)
        number += 1
    imported.fingerprint, imported.state = digest.hexdigest(), State.UPLOADED
    imported.save(update_fields=["fingerprint", "state"])
    return imported


@transaction.atomic
def check(
    imported: Import, *, mapping: Mapping[str, str], choices: Mapping[str, str], by: Actor, now: dt.datetime
) -> None:
    """Say what the columns mean, and have every row checked. Nothing is written before all of them are good.

    `mapping` is field -> heading; a blank heading leaves the field out. `choices` are the decimal sign, the order of
    days ("dmy" or "mdy") and the default_currency of new accounts; what is left out stays as it was guessed.
    """
    _hold(imported)
    if imported.state in (State.APPLYING, State.APPLIED):
        raise Refused("This file is being applied, or has been. Bring it in anew to check it again.")
    imported.mapping = _mapping(imported, mapping)
    imported.choices = _choices(imported, choices)
    imported.state, imported.trouble, imported.checked_at = State.CHECKING, "", None
    imported.rows = imported.to_add = imported.to_change = imported.unchanged = imported.bad = 0
    imported.mistake_count, imported.changed_fields, imported.applied = 0, {}, 0
    imported.leased_by, imported.leased_until = "", None
    imported.save()
    imported.mistakes.all().delete()


@transaction.atomic
def apply(imported: Import, *, by: Actor, now: dt.datetime) -> None:
    """Have what was checked written. Refuses as long as a row is bad, and where nothing would change."""
    _hold(imported)
    if imported.state == State.REFUSED:
        raise Refused("There are bad rows. Mend them in the file, and bring it in anew.")
    if imported.state != State.CHECKED:
        raise Refused("Only a file that has just been checked can be applied. Check it first.")
    if not imported.to_add and not imported.to_change:
        raise Refused("All of this is so already: there is nothing to apply.")
    imported.state, imported.leased_by, imported.leased_until = State.APPLYING, "", None
    imported.save(update_fields=["state", "leased_by", "leased_until"])
    _leave("import.applied", imported, by, now)


@transaction.atomic
def stop(imported: Import, *, by: Actor, now: dt.datetime) -> None:
    """Stop checking or applying. What is written already stays; checking again shows what is left."""
    _hold(imported)
    if not imported.is_under_way:
        raise Refused("Nothing is under way here.")
    if imported.state == State.APPLYING:
        imported.trouble = f"{by.name} stopped it after {imported.applied:,} of {imported.rows:,} rows."
    imported.state = State.STOPPED if imported.state == State.APPLYING else State.UPLOADED
    imported.leased_by, imported.leased_until = "", None
    imported.save(update_fields=["state", "trouble", "leased_by", "leased_until"])
    _leave("import.stopped", imported, by, now)


@transaction.atomic
def discard(imported: Import, *, by: Actor, now: dt.datetime) -> None:
    """Throw a file away with all that was found in it. One that is being applied, or has been, stays as a record."""
    _hold(imported)
    if imported.state in (State.APPLYING, State.APPLIED):
        raise Refused("This file is being applied, or has been: it stays here as a record.")
    _leave("import.discarded", imported, by, now)
    imported.delete()


def expire(now: dt.datetime) -> int:
    """Throw away the files that nobody has applied for a week since they came or were last checked; says how many."""
    old = now - KEPT_UNAPPLIED
    over = Import.objects.exclude(state__in=(State.CHECKING, State.APPLYING, State.APPLIED)).filter(
        Q(checked_at__isnull=True) | Q(checked_at__lt=old), uploaded_at__lt=old
    )
    # One at a time: each may be large, and on the embedded database everybody waits meanwhile.
    return sum(_expire(pk, now) for pk in over.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int, now: dt.datetime) -> bool:
    imported = Import.objects.select_for_update().filter(pk=pk).first()
    if imported is None or imported.is_under_way:
        return False
    _leave("import.expired", imported, CLOCK, now)
    imported.delete()
    return True


def _leave(act: str, imported: Import, by: Actor, now: dt.datetime) -> None:
    """What a file did, in numbers: its rows are too many, and the file names them."""
    told = ("rows", "to_add", "to_change", "applied", "fingerprint")
    traces.leave(act, imported, by=by, now=now, after=traces.picture(imported, told))


def _hold(imported: Import) -> None:
    """Take the lock, and see it as it is now."""
    try:
        imported.refresh_from_db(from_queryset=Import.objects.select_for_update())
    except Import.DoesNotExist as error:
        raise Refused("This file has been thrown away meanwhile.") from error


def _mapping(imported: Import, asked: Mapping[str, str]) -> dict[str, str]:
    mapping = {name: header for name, header in asked.items() if header}
    for name, header in mapping.items():
        if columns.field(imported.noun, name) is None:
            known = ", ".join(field.name for field in columns.FIELDS[imported.noun])
            raise Refused(f"There is no field “{name}” here. There are {known}.", name)
        if header not in imported.headers:
            raise Refused(f"No column of this file is called “{header}”.", name)
    if missing := columns.missing(imported.noun, mapping):
        raise Refused(f"Which column is “{missing[0].label}”? Without it, no row says whom it means.", missing[0].name)
    return mapping


def _choices(imported: Import, asked: Mapping[str, str]) -> dict[str, str]:
    chosen = {**imported.choices, **{name: value for name, value in asked.items() if value}}
    checks.one_of(chosen["decimal"], cells.DECIMALS, "decimal", what="a decimal sign")
    checks.one_of(chosen["dates"], cells.ORDERS, "dates", what="an order of day and month")
    chosen["default_currency"] = checks.currency(chosen["default_currency"], "default_currency")
    return {name: chosen[name] for name in ("decimal", "dates", "default_currency")}


def _likely(noun: str, look: Look, headers: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """How amounts and days are written, as far as the first rows show it."""
    kinds = {field.name: field.kind for field in columns.FIELDS[noun]}
    places = {name: headers.index(header) for name, header in mapping.items()}
    amounts, days = (
        [row.at(place) for row in look.rows for name, place in places.items() if kinds[name] is kind]
        for kind in (columns.Kind.AMOUNT, columns.Kind.DAY)
    )
    # Where semicolons part the cells, it is because the comma parts the cents.
    otherwise = "," if look.layout.get("delimiter") == ";" else "."
    return {
        "decimal": cells.likely_decimal(amounts, otherwise=otherwise),
        "dates": cells.likely_order(days),
        "default_currency": "EUR",
    }
