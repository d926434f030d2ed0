"""What pages.py measures ours against: plain views of the same Django, under the same server and middleware.

The product knows nothing of them: they stand before its own addresses.
"""

from __future__ import annotations

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Engine, RequestContext, Template
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from amends.directory.models import Account

TABLE = "benchmark_floor"
_PAGE = """<!doctype html><html lang="en"><head><title>Floor</title></head><body><table>{% for row in rows %}
<tr><td><a href="/accounts/{{ row.pk }}/">{{ row.name }}</a></td><td>{{ row.zone }}</td><td>{{ row.currency }}</td>
<td>{% if row.spend %}{{ row.spend }}{% else %}not known{% endif %}</td><td>{{ row.renewal_on }}</td>
<td>{{ row.csm.name }}</td></tr>{% endfor %}</table></body></html>"""


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse("Hello")


@login_not_required
def query(request: HttpRequest) -> HttpResponse:
    """One row by its number."""
    return HttpResponse(Account.objects.get(pk=1).name)


@login_not_required
def rows(request: HttpRequest) -> HttpResponse:
    """Fifty rows of one query in a plain table."""
    found = Account.objects.select_related("csm").order_by("pk")[:50]
    return HttpResponse(_template().render(RequestContext(request, {"rows": found})))


@csrf_exempt
@login_not_required
def insert(request: HttpRequest) -> HttpResponse:
    """One row of a table without indexes, in a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (words) VALUES (%s)", ["Nothing arrives before noon"])
    return HttpResponse("Kept", status=201)


@cache
def _template() -> Template:
    return Template(_PAGE, engine=Engine())


urlpatterns = [
    path("floor/hello/", hello),
    path("floor/query/", query),
    path("floor/rows/", rows),
    path("floor/insert/", insert),
    path("", include("amends.urls")),
]
