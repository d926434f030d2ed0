"""Bringing in accounts, contacts and members: a file, its columns, what it would do, and how far it is."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amends.directory.imports import columns, receiving
from amends.directory.imports.models import Import
from amends.escalations.authority import Act, check, may
from amends.lib import csv_cells
from amends.lib.errors import Forbidden, Refused
from amends.web import paging
from amends.web.forms.imports import ColumnsForm, FileForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest

# So many mistakes stand on the page; the file has more.
SHOWN = 50
_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """The files that were brought in, newest first."""
    check(request.actor, Act.SEE_IMPORTS)
    rows = paging.newest(_arrived(), paging.number(request.GET.get("after")), at="uploaded_at")
    may_bring = may(request.actor, Act.BRING_IN_DIRECTORY)
    return render(request, "imports/page.html", {"page": rows, "may_bring": may_bring})


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A file to bring in."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    is_sent = request.method == "POST"
    form = (
        FileForm(request.POST, request.FILES)
        if is_sent
        else FileForm(initial={"noun": request.GET.get("noun", Import.Noun.ACCOUNTS)})
    )
    if imported := form.acts(lambda: _receive(request, form)):
        return redirect("import", imported.pk)
    return render(request, "imports/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@never_cache
def one(request: MemberRequest, pk: int) -> HttpResponse:
    """One file: its columns, what it would do, how far it is."""
    check(request.actor, Act.SEE_IMPORTS)
    imported = find(_arrived(), pk, "import")
    return _one(request, imported, ColumnsForm(imported))


@require_GET
@never_cache
def progress(request: MemberRequest, pk: int) -> HttpResponse:
    """How far it is; once nothing is under way any more, the whole page."""
    check(request.actor, Act.SEE_IMPORTS)
    imported = find(_arrived(), pk, "import")
    response = render(request, "imports/_progress.html", {"imported": imported})
    if not imported.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def check_rows(request: MemberRequest, pk: int) -> HttpResponse:
    """Have every row checked, with the columns as they are said to be."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = find(_arrived(), pk, "import")
    form = ColumnsForm(imported, request.POST)
    form.acts(
        lambda: receiving.check(imported, mapping=form.mapping, choices=form.choices, by=request.actor, now=request.now)
    )
    if form.errors:
        return _one(request, imported, form, status=422)
    return redirect("import", pk)


@require_POST
def apply(request: MemberRequest, pk: int) -> HttpResponse:
    """Have what was checked written."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = find(_arrived(), pk, "import")
    try:
        receiving.apply(imported, by=request.actor, now=request.now)
    except Forbidden:
        raise
    except Refused as refused:
        return _one(request, imported, ColumnsForm(imported), refused.sentence, status=422)
    return redirect("import", pk)


@require_POST
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    """Stop what is under way. If it is over meanwhile, the page says so."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = find(_arrived(), pk, "import")
    if imported.is_under_way:
        receiving.stop(imported, by=request.actor, now=request.now)
    return redirect("import", pk)


@require_POST
def discard(request: MemberRequest, pk: int) -> HttpResponse:
    """Throw a file away that is not applied."""
    check(request.actor, Act.BRING_IN_DIRECTORY)
    imported = find(_arrived(), pk, "import")
    try:
        receiving.discard(imported, by=request.actor, now=request.now)
    except Forbidden:
        raise
    except Refused as refused:
        return _one(request, imported, ColumnsForm(imported), refused.sentence, status=422)
    messages.success(request, f"{imported.file_name} is thrown away. Nothing of it was kept.")
    return redirect("imports")


@require_GET
@never_cache
def mistakes(request: MemberRequest, pk: int) -> HttpResponse:
    """The bad rows as a file, for whoever mends them."""
    check(request.actor, Act.SEE_IMPORTS)
    imported = find(_arrived(), pk, "import")
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(["Line", "Field", "Column", "Value", "Why"])
    for line, field, value, says in imported.mistakes.values_list("line", "field", "value", "says").iterator():
        rows.writerow([line, field, *map(csv_cells.plain, (imported.mapping.get(field, ""), value, says))])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bad-rows-{imported.pk}.csv"'
    return response


def _receive(request: MemberRequest, form: FileForm) -> Import:
    file = form.cleaned_data["file"]
    return receiving.receive(
        noun=form.cleaned_data["noun"], file=file.file, name=file.name, by=request.actor, now=request.now
    )


def _arrived() -> QuerySet[Import]:
    return Import.objects.exclude(state=Import.State.ARRIVING)


def _one(
    request: MemberRequest, imported: Import, form: ColumnsForm, refusal: str = "", *, status: int = 200
) -> HttpResponse:
    labels = {each.name: each.label for each in columns.FIELDS[imported.noun]}
    again = _arrived().filter(fingerprint=imported.fingerprint, noun=imported.noun, state=Import.State.APPLIED)
    return render(
        request,
        "imports/one.html",
        {
            "imported": imported,
            "form": form,
            "refusal": refusal,
            "read_as": _read_as(imported),
            "mistakes": [
                (labels.get(each.field, ""), "" if each.value in each.says else each.value, each)
                for each in imported.mistakes.all()[:SHOWN]
            ],
            "not_taken": [header for header in imported.headers if header not in imported.mapping.values()],
            "changed_fields": [(labels.get(name, name), count) for name, count in imported.changed_fields.items()],
            "before": again.exclude(pk=imported.pk).first(),
            "may_bring": may(request.actor, Act.BRING_IN_DIRECTORY),
            "would_do": imported.to_add + imported.to_change,
        },
        status=status,
    )


def _read_as(imported: Import) -> str:
    """How the file was understood, so that one sees why its letters look odd."""
    layout = imported.layout
    if layout["kind"] == "xlsx":
        return "a spreadsheet"
    return f"text in {_ENCODINGS[layout['encoding']]}, parted by {_DELIMITERS.get(layout['delimiter'], 'signs')}"
