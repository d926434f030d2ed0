"""Checking and applying, by whichever process has the time: claimed under a lease, and done in small portions.

Checking writes nothing but what it found. Applying commits a few hundred rows at a time together with how far it is,
so that whoever goes on after a crash begins at the first row that is not written. Nothing is ever written twice:
rows are found again by what identifies them, and what is so already is left alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from amends.directory.imports import reading
from amends.directory.imports.judging import Judge, Mistake, Verdict
from amends.directory.imports.models import Import, ImportMistake
from amends.directory.imports.nouns import judge_of
from amends.lib.errors import Refused

log = logging.getLogger("amends.imports")
State = Import.State

# Rows of one transaction: on the embedded database everybody else waits meanwhile.
AT_ONCE = 150
LEASE_FOR = dt.timedelta(seconds=20)
# How often one says how far it is.
KEEP_EVERY = dt.timedelta(seconds=1)
# So many mistakes are kept to be shown; all are counted.
MOST_MISTAKES = 1_000


class Lost(Exception):
    """Somebody else has it now, or a person has stopped it, or this process is asked to end."""


class Spoilt(Exception):
    """It was good when it was checked, and cannot be written now. The sentence says why."""


@dataclass(slots=True)
class Tally:
    """What the rows of a file would do."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    mistake_count: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    mistakes: list[Mistake] = field(default_factory=list)

    def count(self, verdicts: Sequence[Verdict[Any]]) -> None:
        """Take in what some rows mean."""
        for verdict in verdicts:
            self.rows += 1
            self.bad += bool(verdict.mistakes)
            self.mistake_count += len(verdict.mistakes)
            self.mistakes += verdict.mistakes[: MOST_MISTAKES - len(self.mistakes)]
            if verdict.mistakes:
                continue
            self.added += verdict.is_new
            self.changed += not verdict.is_new and bool(verdict.changed)
            self.unchanged += not verdict.is_new and not verdict.changed
            if not verdict.is_new:
                self.fields.update(name.removesuffix("_id") for name in verdict.changed)


@dataclass(slots=True)
class Worker:
    """Works from one process: its name on leases, its clock, whether it is to end, whom it tells how far it is."""

    place: str
    wall: Callable[[], dt.datetime]
    is_over: Callable[[], bool] = lambda: False
    tells: Callable[[Import], None] = lambda imported: None

    def work(self, only: int | None = None) -> int:
        """Check and apply whatever waits for it, or the one numbered `only`; says how many."""
        count = 0
        while not self.is_over() and (imported := self._claim(only)):
            self._one(imported)
            count += 1
        return count

    def _claim(self, only: int | None) -> Import | None:
        if not _free(self.wall(), only).exists():
            return None
        with transaction.atomic():
            found = _free(self.wall(), only).order_by("id")
            skips = connection.features.has_select_for_update_skip_locked
            imported = found.select_for_update(skip_locked=skips).first()
            if imported is not None:
                imported.leased_by, imported.leased_until = self.place, self.wall() + LEASE_FOR
                imported.save(update_fields=["leased_by", "leased_until"])
        return imported

    def _one(self, imported: Import) -> None:
        work = self._check if imported.state == State.CHECKING else self._apply
        try:
            with _file_of(imported) as file, closing(reading.read(file, imported.layout)) as rows:
                work(imported, rows)
        except Lost:
            self._let_go(imported)
        except (Spoilt, reading.Unreadable) as error:
            self._end(imported, str(error))
        except (OperationalError, InterfaceError):
            # The lease runs out by itself; who has the database again goes on.
            raise
        except Exception:
            log.exception("%s failed.", imported)
            self._end(imported, "Something went wrong here. What is written stays; the server’s log says more.")

    def _check(self, imported: Import, rows: Iterator[reading.Row]) -> None:
        """Read every row and say what it would do."""
        judge, tally = judge_of(imported), Tally()
        for portion in _portions(rows):
            tally.count(judge.judge(portion))
            imported.rows = tally.rows
            self._keep(imported)
        tally.count(judge.rest())
        self._found(imported, tally)

    @transaction.atomic
    def _found(self, imported: Import, tally: Tally) -> None:
        self._hold(imported)
        imported.state = State.REFUSED if tally.bad else State.CHECKED
        imported.rows, imported.bad, imported.mistake_count = tally.rows, tally.bad, tally.mistake_count
        imported.to_add, imported.to_change, imported.unchanged = tally.added, tally.changed, tally.unchanged
        imported.changed_fields = dict(tally.fields.most_common())
        imported.checked_at, imported.leased_by, imported.leased_until = self.wall(), "", None
        imported.save()
        ImportMistake.objects.bulk_create(
            ImportMistake(of=imported, line=each.line, field=each.field, value=each.value, says=each.says)
            for each in sorted(tally.mistakes, key=lambda mistake: mistake.line)
        )
        self.tells(imported)

    def _apply(self, imported: Import, rows: Iterator[reading.Row]) -> None:
        """Write every row that is not written yet."""
        judge = judge_of(imported)
        done = self._pass_over(imported, rows) if judge.may_skip else 0
        for portion in _portions(rows):
            done += len(portion)
            self._write(imported, judge, portion, max(done, imported.applied))
        try:
            for links in judge.links():
                with transaction.atomic():
                    self._hold(imported)
                    judge.link(links)
                self._renew(imported)
        except Refused as refused:
            raise Spoilt(refused.sentence) from refused
        self._over(imported)

    def _pass_over(self, imported: Import, rows: Iterator[reading.Row]) -> int:
        """Read past the rows that are written, which may take longer than a lease lasts; says how many they were."""
        passed = 0
        for portion in _portions(islice(rows, imported.applied)):
            passed += len(portion)
            self._renew(imported)
        return passed

    def _write(self, imported: Import, judge: Judge[Any], portion: Sequence[reading.Row], done: int) -> None:
        """One transaction: a few rows, and that they are written."""
        if self.is_over():
            raise Lost
        try:
            with transaction.atomic():
                self._hold(imported)
                judge.learn()
                verdicts = judge.judge(portion, to_write=True)
                if wrong := next((each.mistakes[0] for each in verdicts if each.mistakes), None):
                    raise Spoilt(f"Line {wrong.line:,}: {wrong.says}")
                judge.write(verdicts, now=self.wall())
                imported.applied, imported.leased_until = done, self.wall() + LEASE_FOR
                imported.save(update_fields=["applied", "leased_until"])
        except IntegrityError as error:
            log.warning("%s: somebody wrote the same at the same time (%s).", imported, error)
            raise Spoilt(
                f"Near line {portion[0].line:,}: somebody wrote the same just now. Check the file again."
            ) from error
        self.tells(imported)

    @transaction.atomic
    def _over(self, imported: Import) -> None:
        self._hold(imported)
        imported.state, imported.applied_at = State.APPLIED, self.wall()
        imported.leased_by, imported.leased_until = "", None
        imported.save()
        imported.pieces.all().delete()
        self.tells(imported)

    def _keep(self, imported: Import) -> None:
        """Say how far the check is, and keep the lease; not after every portion."""
        if self._renew(imported, rows=imported.rows):
            self.tells(imported)

    def _renew(self, imported: Import, **columns: int) -> bool:
        """Keep the lease, and write these columns with it, where it was last kept a second ago; says whether it was."""
        if self.is_over():
            raise Lost
        if imported.leased_until and imported.leased_until - self.wall() > LEASE_FOR - KEEP_EVERY:
            return False
        imported.leased_until = self.wall() + LEASE_FOR
        mine = Import.objects.filter(pk=imported.pk, leased_by=self.place, state=imported.state)
        if not mine.update(leased_until=imported.leased_until, **columns):
            raise Lost
        return True

    def _hold(self, imported: Import) -> None:
        """Lock it for this transaction, as long as it is ours: nobody else may be writing the same rows."""
        mine = Import.objects.select_for_update().filter(pk=imported.pk, leased_by=self.place, state=imported.state)
        if mine.values_list("pk").first() is None:
            raise Lost

    def _let_go(self, imported: Import) -> None:
        Import.objects.filter(pk=imported.pk, leased_by=self.place).update(leased_by="", leased_until=None)

    def _end(self, imported: Import, trouble: str) -> None:
        """It cannot go on: say why, and let a person decide."""
        state = State.REFUSED if imported.state == State.CHECKING else State.STOPPED
        imported.state, imported.trouble = state, trouble[:400]
        Import.objects.filter(pk=imported.pk, leased_by=self.place).update(
            state=state, trouble=imported.trouble, checked_at=self.wall(), leased_by="", leased_until=None
        )
        self.tells(imported)


def is_waiting(now: dt.datetime) -> bool:
    """Whether there is something to check or to apply that nobody is at. One indexed query."""
    return _free(now, None).exists()


def _free(now: dt.datetime, only: int | None) -> QuerySet[Import]:
    unleased = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    found = Import.objects.filter(unleased, state__in=(State.CHECKING, State.APPLYING))
    return found if only is None else found.filter(pk=only)


@contextmanager
def _file_of(imported: Import) -> Iterator[IO[bytes]]:
    """Its bytes, as a file on this machine while it is needed."""
    with tempfile.TemporaryFile() as file:
        for content in imported.pieces.order_by("number").values_list("content", flat=True).iterator(chunk_size=4):
            file.write(content)
        yield file


def _portions(rows: Iterator[reading.Row]) -> Iterator[list[reading.Row]]:
    while portion := list(islice(rows, AT_ONCE)):
        yield portion
