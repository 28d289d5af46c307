"""T12: what answers scripts (JSON) answers anything: by its description, never with a fault of ours.

The description stands here, not in the product: these are no interface for others. schemathesis invents what
is sent; 20 cases a route in the suite, 400 with HOSTILE=whole (``make drill-strings``).
"""

import json
import random
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies
from werkzeug.test import TestResponse

from models.access import Role
from tests.factories.world import World
from tests.whole import is_whole

CASES = 400 if is_whole("HOSTILE") else 20
NUMBER, TEXT = {"type": "integer"}, {"type": "string"}


def described(**properties: Any) -> dict[str, Any]:
    """A JSON object with just these properties, or a page that says why not."""
    body = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"200": {"description": "", "content": {"application/json": {"schema": body}}}}


def operation(*parameters: tuple[str, str, Any], answer: dict[str, Any], sent: Any = None) -> dict[str, Any]:
    """One operation: (name, where, schema) of what is sent in the address, and the form."""
    told = [
        {"name": name, "in": where, "schema": schema, "required": where == "path"}
        for name, where, schema in parameters
    ]
    form = {"content": {"application/x-www-form-urlencoded": {"schema": sent}}} if sent else None
    return {"parameters": told, "responses": answer} | ({"requestBody": form} if form else {})


MARKS = {"type": "object", "properties": {"marks": TEXT}, "required": ["marks"], "additionalProperties": TEXT}
ANYTHING = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats()
    | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
)
MARK = strategies.fixed_dictionaries({"id": ANYTHING, "presence": ANYTHING, "ago": ANYTHING})
ROLL = described(marks={"type": "object"}, at={"type": "number"}, token=TEXT)
LESSON = ("lesson_id", "path", NUMBER)
PATHS: dict[str, dict[str, Any]] = {
    "/occupations": {
        "get": operation(
            ("q", "query", TEXT),
            answer={
                "200": {
                    "description": "",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "array",
                                "items": {"type": "object", "required": ["code", "name", "also"]},
                            }
                        }
                    },
                }
            },
        )
    },
    "/jobs/{number}": {
        "get": operation(
            ("number", "path", NUMBER),
            answer=described(text=TEXT, count=TEXT, done=NUMBER, total=NUMBER, finished={"type": "boolean"}),
        )
    },
    "/training/lessons/{lesson_id}/marks": {
        "get": operation(LESSON, answer=ROLL),
        "post": operation(LESSON, answer=ROLL, sent=MARKS),
    },
    "/training/lessons/{lesson_id}/code.json": {
        "get": operation(LESSON, answer=described(svg=TEXT, left=NUMBER, marked=NUMBER, learners=NUMBER))
    },
}


def operations() -> dict[str, Any]:
    """ "GET /path" -> what schemathesis would send there."""
    document = {"openapi": "3.0.3", "info": {"title": "JSON", "version": "1"}, "paths": PATHS}
    schema = schemathesis.openapi.from_dict(document)
    return {
        f"{method.upper()} {path}": schema[path][method.upper()]
        for path, methods in PATHS.items()
        for method in methods
    }


OPERATIONS = operations()


def sent(client: FlaskClient, case: Any) -> TestResponse:
    """Send one case through our own client: the cookies of the sign-in are in it."""
    asked = case.as_transport_kwargs(base_url="")
    query = {name: value for name, value in (asked.get("params") or {}).items() if value is not None}
    return client.open(case.formatted_path, method=case.method, query_string=query, data=asked.get("data"))


def problem(answer: TestResponse, told: dict[str, Any]) -> str:
    """What is wrong with an answer, or nothing."""
    if answer.status_code >= 500 or (answer.status_code == 200 and not answer.is_json):
        return f"{answer.status_code} {answer.mimetype}"
    if answer.is_json:
        schema = told["responses"]["200"]["content"]["application/json"]["schema"]
        return "; ".join(
            str(one) for one in jsonschema_rs.validator_for(schema).iter_errors(answer.get_json())
        )
    return ""


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_answers_scripts_answers_whatever_is_sent(
    name: str, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    clients = [sign_in(world.users[role]) for role in (Role.COUNTY, Role.SCHOOL, Role.ENTERPRISE)]
    method, path = name.split()
    own = {"lesson_id": world.tenants["one"].ids["lesson"], "number": world.tenants["one"].ids["job"]}
    wrong: list[str] = []
    seen: set[int] = set()
    rng = random.Random(12)

    @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(OPERATIONS[name].as_strategy(), strategies.lists(MARK) | ANYTHING)
    def attack(case: Any, marks: Any) -> None:
        if rng.random() < 0.5:  # half of all cases reach a row that is there
            case.path_parameters = {key: own[key] for key in case.path_parameters}
        if method == "POST" and rng.random() < 0.5:  # and half of the forms hold JSON
            case.body = {"marks": json.dumps(marks)}
        for client in clients:
            answer = sent(client, case)
            seen.add(answer.status_code)
            told = problem(answer, PATHS[path][method.lower()])
            if told:
                wrong.append(f"{case.formatted_path}: {told}")

    attack()
    assert wrong == []
    assert seen & {200, 303, 400}, "nobody got through to the route"


@pytest.mark.parametrize(
    "marks",
    [
        "[" * 100_000,
        '[{"id": 1e400}]',
        '"x"',
        "null",
        "1" * 5000,
    ],
)
def test_marks_of_a_broken_phone_are_refused_and_break_nothing(
    marks: str, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    teacher = sign_in(world.users[Role.SCHOOL])
    lesson = world.tenants["one"].ids["lesson"]
    assert teacher.post(f"/training/lessons/{lesson}/marks", data={"marks": marks}).status_code == 400
