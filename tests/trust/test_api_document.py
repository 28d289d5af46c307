"""T12: whatever a program sends, the interface answers as its own document says, and never with a fault.

schemathesis invents it from the document; 1 case an operation and role in the suite, 100 with HOSTILE=whole
(``make drill-strings``).
"""

import random
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.kit.api.problems import TYPE
from app.kit.api.routes import KEY
from models.access import Role
from tests.app.api.programs import Program, told_by
from tests.factories.world import World
from tests.whole import is_whole

CASES = 100 if is_whole("HOSTILE") else 1
FEW = settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
OWN = {"order_id": "order", "worker_id": "worker", "run_id": "run", "report_id": "report"}
OWN |= {"roster_id": "monthly_roster", "batch_id": "roster_batch"}


def problem(answer: TestResponse, told: dict[str, Any], document: dict[str, Any]) -> str:
    """What is wrong with an answer, or nothing."""
    status = str(answer.status_code)
    if answer.status_code >= 500 or status not in told["responses"]:
        return f"{status} {answer.get_data(as_text=True)[:200]}"
    if answer.status_code >= 400:
        shape = document["components"]["schemas"]["Problem"]
        if answer.mimetype != TYPE:
            return f"{status} {answer.mimetype}"
    else:
        shape = told["responses"][status]["content"]["application/json"]["schema"]
    return "; ".join(str(one) for one in jsonschema_rs.validator_for(shape).iter_errors(answer.get_json()))


def _with(attack: Callable[[str, str, Any], None], path: str, method: str) -> Callable[[Any], None]:
    def one(case: Any) -> None:
        attack(path, method, case)

    return one


def test_whatever_is_sent_is_answered_as_the_document_says(
    app: Flask, session: Session, world: World
) -> None:
    document = told_by(app)
    schema = schemathesis.openapi.from_dict(document)
    programs = [Program(app, session, world.users[one]) for one in (Role.COUNTY, Role.ENTERPRISE, Role.CITY)]
    ids, rng = world.tenants["one"].ids, random.Random(12)
    wrong: list[str] = []
    seen: set[int] = set()

    def attack(path: str, method: str, case: Any) -> None:
        kind = "follow_up" if "follow-ups" in path else "placement"
        if rng.random() < 0.5:  # half of all cases reach a row that is there
            for name in case.path_parameters or {}:
                case.path_parameters[name] = ids.get(OWN.get(name, kind), "2017-05")
        asked = case.as_transport_kwargs(base_url="")
        query = {name: one for name, one in (asked.get("params") or {}).items() if one is not None}
        key = str((case.headers or {}).get("Idempotency-Key", ""))
        is_key = KEY.fullmatch(key) is not None  # what is none breaks the line of the header, not ours
        for program in programs:
            body: dict[str, Any] = {"json": asked["json"]} if "json" in asked else {}
            body["headers"] = program.headers | ({"Idempotency-Key": key} if is_key else {})
            answer = program.client.open(case.formatted_path, method=method, query_string=query, **body)
            seen.add(answer.status_code)
            if bad := problem(answer, document["paths"][path][method.lower()], document):
                wrong.append(f"{method} {case.formatted_path} {query} {asked.get('json')}: {bad}")

    for path, methods in document["paths"].items():
        for method in (one.upper() for one in methods):
            cases = schema[path][method].as_strategy()
            FEW(given(case=cases)(_with(attack, path, method)))()
    assert wrong == []
    assert {200, 404, 422} <= seen
