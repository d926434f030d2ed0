"""The API as a whole: its routers, its keys, its refusals, its description."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from amends.api.keys import Bearer, Session
from amends.api.problem_documents import MEDIA_TYPE, ProblemDocument, answer_in_documents
from amends.api.routers import (
    absences,
    accounts,
    causes,
    composing,
    contacts,
    criteria,
    customer_links,
    decisions,
    deliveries,
    duties,
    escalations,
    facts,
    files,
    health,
    hearings,
    helps,
    holds,
    imports,
    insights,
    left_out,
    mail,
    meetings,
    members,
    notes,
    notices,
    plans,
    playbook,
    preferences,
    problems,
    promises,
    purchases,
    reports,
    requests,
    saved_views,
    search,
    teams,
    timeline,
    tokens,
    updates,
    watchers,
    wording,
)

ROOT = "/api/v1/"
_ABOUT = """
The escalation desk, for machines: the same nouns and acts as its pages, and the same rules.

Send a token as `Authorization: Bearer amends_…`; make one under *Your tokens*. One that may only read is refused
every method but GET; only to have a draft checked it may POST. Moments are ISO 8601 with a time zone; answers are in
UTC. Lists come in pages: send `next` back as `after`. Whatever is refused is answered by a problem document (RFC 9457)
whose `detail` says what to do.
"""


class Door(NinjaAPI):
    """Names operations after noun and act, and describes how every one of them refuses."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        noun = operation.view_func.__module__.rsplit(".", 1)[-1]
        return f"{noun}_{operation.view_func.__name__}"

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        described = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        refusal = ProblemDocument.model_json_schema(ref_template=REF_TEMPLATE)
        parts = described["components"]["schemas"]
        parts.update(refusal.pop("$defs"))
        parts["ProblemDocument"] = refusal
        answer = {
            "description": "Refused: why, and what to do",
            "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="ProblemDocument")}}},
        }
        for methods in described["paths"].values():
            for operation in methods.values():
                operation["responses"]["default"] = answer
                operation["summary"], _, more = operation.pop("description").partition("\n\n")
                if more:
                    operation["description"] = more
        return described


api = Door(
    title="Amends",
    version="1",
    description=_ABOUT.strip(),
    urls_namespace="api",
    docs_url=None,
    auth=[Bearer(), Session()],
)
for _noun in (
    escalations,
    decisions,
    hearings,
    promises,
    updates,
    composing,
    left_out,
    meetings,
    problems,
    plans,
    requests,
    criteria,
    customer_links,
    causes,
    timeline,
    notes,
    facts,
    files,
    watchers,
    notices,
    accounts,
    contacts,
    insights,
    purchases,
    holds,
    mail,
    members,
    absences,
    teams,
    imports,
    playbook,
    preferences,
    helps,
    deliveries,
    duties,
    reports,
    health,
    tokens,
    search,
    saved_views,
    wording,
):
    api.add_router("", _noun.router)
answer_in_documents(api)
