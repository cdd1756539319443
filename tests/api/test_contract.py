"""The server keeps its own OpenAPI document: a few made-up requests to every route, answered as it says."""

import asyncio
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kat_monitor.access.policy import POLICIES
from tests.api.chairside import Chairside, good, plan
from tests.server_fixtures import Running

EXAMPLES = 4
"""Per route: enough to meet every body once with something and once with nonsense."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LEFT_OUT = {
    "GET /docs": "a page",
    "POST /api/v1/login": "wrong secrets are slowed",
    "POST /api/v1/logout": "nobody is there afterwards",
}


async def bearers(running: Running) -> dict[str, str]:
    """A token of one person for each role that any route asks for; a gateway's key."""
    found = {}
    for role in ("admin", "clinician", "nurse", "auditor", "wallboard"):
        made = await (await running.as_(role)).post("/tokens", json={"label": role})
        found[role] = good(made, 201)["secret"]
    return found


def known(side: Chairside) -> dict[str, dict[str, str]]:
    """Path parameters that lead somewhere, by the path's beginning."""
    there = {"sessions": side.session_id, "chairs": side.chair["id"], "patients": side.patient["id"]}
    found = {f"/api/v1/{kind}/": {"id": id} for kind, id in {**there, "devices": side.cuff["id"]}.items()}
    limit = {"id": side.session_id, "code": "systolic_high"}
    return {"/api/v1/sessions/{id}/limits": limit, "/api/v1/protocols/": {"code": "iv_infusion"}, **found}


def one_route(operation: Any, running: Running, headers: dict[str, str], leads: dict[str, str]) -> None:
    """Draw requests to it, send each, and hold the answer against the document. Raises what is found."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), somewhere=st.booleans())
    def sent(case: Any, somewhere: bool) -> None:
        if somewhere and leads:
            case.path_parameters = {**case.path_parameters, **leads}
        answer = case.call(base_url=running.url, headers=headers, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    sent()


async def test_every_answer_is_as_the_document_says(running: Running) -> None:
    side = await plan(running)
    document = (await side.nurse.get("/openapi.json")).json()
    tokens = await bearers(running)
    tokens["gateway"] = side.gateway.headers["authorization"].removeprefix("Bearer ")
    schema = schemathesis.openapi.from_dict(document)
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation: Any = found.ok()
        if operation.label in LEFT_OUT:
            continue
        roles = operation.definition.raw.get("x-roles", [])
        who = next((role for role in ("clinician", *roles) if role in roles), None)
        headers = {} if who is None else {"Authorization": f"Bearer {tokens[who]}"}
        leads = next((leads for start, leads in known(side).items() if operation.path.startswith(start)), {})
        await asyncio.to_thread(one_route, operation, running, headers, leads)
        tried += 1
    assert tried >= len(POLICIES) - len(LEFT_OUT) - 11, "what is no part of the document: pages, metrics, sockets"
