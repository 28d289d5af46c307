"""T25: a key or cursor that names a foreign row is none: no page moves with what its reader may not see."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import config
from app.kit.web.guards import policy_of
from models.access import ROLE_PERMISSIONS, Role
from models.hukou.fact import EligibilityForecast
from models.people.worker import Worker
from models.placement.placement import Evidence, FollowUp, Outcome
from tests.app.test_matrix import address
from tests.factories.sources import callee, nodes_of
from tests.factories.world import NO_SUCH, World
from tests.trust.test_replay import print_of

VIEWS = sorted((config.ROOT / "app").rglob("*views*/*.py")) + sorted((config.ROOT / "app").rglob("*views.py"))
READING = {"place_asked", "ticked", "turned", "get", "getlist"}
READERS, FORM_READERS = "args|values", "form|values"
EARLY, MIDDLE, LATE = (datetime(year, 1, 1, tzinfo=UTC) for year in (2001, 2020, 2025))
CLERKS = (Role.COUNTY, Role.CITY, Role.PREFECTURE, Role.ENTERPRISE, Role.SCHOOL, Role.REGISTRATION)


@cache
def keys_by_view(readers: str = READERS) -> dict[str, set[str]]:
    """The names under which each view function reads a key of a row from its address, or from its form."""
    read: dict[str, set[str]] = {}
    for path in VIEWS:
        for node in nodes_of(path, "request.", "place_asked(", "ticked(", "turned("):
            if isinstance(node, ast.FunctionDef) and (names := set(_keys_in(node, readers))):
                read.setdefault(node.name, set()).update(names)
    return read


def _keys_in(view: ast.FunctionDef, readers: str) -> Iterator[str]:
    for node in ast.walk(view):
        if not isinstance(node, ast.Call):
            continue
        text = ast.unparse(node) if callee(node) in READING else ""
        if text.startswith("place_asked("):
            yield "after"
        elif (readers == FORM_READERS and re.match(r"(ticked|turned)\('", text)) or (
            re.match(rf"request\.({readers})\.get(list)?\('", text) and "row_number" in text
        ):
            yield ast.literal_eval(node.args[0])


def asked(app: Flask) -> Iterator[tuple[object, str]]:
    """Every rule of GET with each key that its view reads."""
    keys = keys_by_view()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint].__name__
        if "GET" in rule.methods:
            yield from ((rule, key) for key in sorted(keys.get(view, set())))


def move_foreign(session: Session, world: World, at: datetime, name: str) -> None:
    """Put what the third tenant's rows are sorted by to one end; the first tenant's stands in the middle."""
    for tenant, moment, called in (("one", MIDDLE, "莫甲壹"), ("two", at, name)):
        ids = world.tenants[tenant].ids
        session.get_one(Worker, ids["worker"]).name = called
        visit = session.get_one(FollowUp, ids["follow_up"])
        visit.outcome, visit.evidence, visit.recorded_at = Outcome.EMPLOYED, Evidence.SELF_REPORT, moment
        visit.recorded_by_id = ids["user"]
        for row in session.scalars(
            select(EligibilityForecast).where(EligibilityForecast.id == ids["forecast"])
        ):
            row.became_on = moment.date()
    session.commit()


def add_forecasts(session: Session, world: World) -> None:
    """A forecast for somebody without a case of the first and of the third tenant.

    The third's, and its follow-up, have the number of its worker: one question names all three.
    """
    theirs = world.tenants["two"].ids
    visit = update(FollowUp).where(FollowUp.id == theirs["follow_up"])
    session.execute(visit.values(id=theirs["worker"]), execution_options={"synchronize_session": False})
    theirs["follow_up"] = theirs["worker"]
    for tenant in ("one", "two"):
        ids = world.tenants[tenant].ids
        county = session.get_one(Worker, ids["worker"]).county_code
        of_county = select(Worker.id).where(Worker.county_code == county, Worker.id != ids["worker"])
        row = EligibilityForecast(
            id=theirs["worker"] if tenant == "two" else None,
            worker_id=session.scalars(of_county).first(),
            rule_id=ids["rule"],
            county_code=county,
            city_code="440600",
            verdict="meets",
            became_on=MIDDLE.date(),
            evaluated_on=MIDDLE.date(),
        )
        session.add(row)
        session.commit()
        ids["forecast"] = row.id


def test_no_list_moves_with_a_foreign_row_that_its_address_names(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    """Generated: each key of each page of each clerk, with the foreign rows once at the beginning of every
    order and once at its end."""
    add_forecasts(session, world)
    (number,) = {world.tenants["two"].ids[kind] for kind in ("forecast", "worker", "follow_up")}
    questions = [
        (role, f"{address(rule, world, '', 0)}?{key}={number}")
        for rule, key in asked(app)
        for role in [one for one in CLERKS if policy_of(app, rule.endpoint) in ROLE_PERMISSIONS[one]][:1]
    ]
    assert len(questions) > 60
    clients = {role: sign_in(world.users[role]) for role in CLERKS}

    def pages() -> list[str]:
        return [_plain(clients[role].get(path)) for role, path in questions]

    move_foreign(session, world, EARLY, "阿丙叁")
    first = pages()
    move_foreign(session, world, LATE, "祖丙叁")
    moved = [asked for asked, before, after in zip(questions, first, pages(), strict=True) if before != after]
    assert moved == []


def _plain(answer: object) -> str:
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    return f"{answer.status_code} " + re.sub(r'value="[^"]*"', "", text)


def test_the_search_for_keys_finds_those_that_are_there() -> None:
    keys = keys_by_view()
    assert "after" in keys["chances"]
    assert {"after"} <= keys["verification_list"]
    assert {"enterprise", "after"} <= keys["verification_list"] | keys["_narrowed"]
    assert sum(map(len, keys.values())) >= 30


# What a key of a form names, by the beginning of the endpoint.
FORM_KEYS = {
    ("placements.", "ids"): ("placement", "working"),
    ("placements.", "worker_ids"): ("worker",),
    ("placements.", "run_id"): ("run",),
    ("training_classes.", "ids"): ("enrolment", "invitation", "worker"),
    ("intake.", "row"): ("import_row",),
    ("orders.", "enterprise"): ("enterprise",),
}
OTHERWISE = {"reason": "测试", "channel": "phone", "answer": "accept", "respond_by": "", "on": "row"}


def test_no_form_answers_a_foreign_key_otherwise_than_a_missing_one(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    """Generated: each of these keys with every form of its room that a clerk may send."""
    theirs, told, asked_for = world.tenants["two"].ids, [], 0
    clients = {role: sign_in(world.users[role]) for role in CLERKS}
    before, forms = print_of(session), keys_by_view(FORM_READERS)
    for rule in app.url_map.iter_rules():
        keys = [(key, kinds) for (room, key), kinds in FORM_KEYS.items() if rule.endpoint.startswith(room)]
        able = [one for one in CLERKS if policy_of(app, rule.endpoint) in ROLE_PERMISSIONS[one]][:1]
        view = app.view_functions[rule.endpoint].__name__
        if "POST" not in rule.methods or not able or not forms.get(view):
            continue
        client, path = clients[able[0]], address(rule, world, "", 0)
        for key, kinds in [one for one in keys if one[0] in forms[view]]:
            missing = _after(client, path, key, NO_SUCH)
            for number in [theirs[kind] for kind in kinds]:
                asked_for += 1
                if _after(client, path, key, number) != missing:
                    told.append((able[0], path, key, number))
    assert told == []
    assert asked_for >= 12
    assert print_of(session) == before


def _after(client: FlaskClient, path: str, key: str, number: int) -> str:
    """What a form is answered, led on to the page where its message stands."""
    answer = client.post(path, data=OTHERWISE | {key: str(number)}, follow_redirects=True)
    return f"{answer.request.path} " + re.sub(rf"(ticked|{key})=[0-9]+", "", _plain(answer))
