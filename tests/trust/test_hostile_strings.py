"""Nothing that is typed, sent or named breaks a page, and nothing comes back as more than text.

A share of the texts in the suite (of a form every fourth field), twenty times as many with HOSTILE=whole
(``make drill-strings``).
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, Column, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.kit.web.guards import NO_DATABASE, policy_of
from models.access import ROLE_PERMISSIONS, Permission, Role
from models.base import Base
from models.types import EnumText
from tests.app.test_matrix import WORDS, kind_of
from tests.factories.world import World
from tests.trust.pages import FORM, Page, body, encoded, filled, forms_within_reach
from tests.trust.strings import CALCULATED, MARKS, NAUGHTY, blns, share
from tests.whole import is_whole, some

WHOLE = is_whole("HOSTILE")
ROLES = (Role.COUNTY, Role.ENTERPRISE, Role.CITY, Role.ADMIN, Role.WORKER)
ASKED = (
    "q",
    "after",
    "before",
    "tab",
    "stage",
    "view",
    "state",
    "city",
    "wage",
    "order",
    "enterprise",
    "first",
    "reason",
    "rule",
    "household",
    "ids",
    "kind",
    "next",
    "township",
    "education",
    "willing",
    "candidate",
    "wish",
    "phone",
    "county",
    "couple",
    "doubt",
)
SENT = (
    "event",
    "reason",
    "ids",
    "worker_ids",
    "order_id",
    "run_id",
    "respond_by",
    "decision",
    "keep",
    "to",
    "code",
    "on",
    "note",
    "active",
    "purpose",
    "purpose_word",
    "headcount",
    "locale",
    "next",
    "answer",
    "channel",
    "once",
    "kind",
    "state",
    "format",
)
# Health says 503 on purpose: the tables of tests have no version.
LEFT_ALONE = NO_DATABASE | {"accounts.sign_out"}


def texts(part: int, count: int) -> list[str]:
    return share(NAUGHTY + blns(), part, count * 20) if WHOLE else share(NAUGHTY, part, count)


def complaint(answer: Any, path: str, typed: str = "") -> str:
    """Say what is wrong with an answer, or nothing. A file that is sent stays open until it is closed."""
    with contextlib.closing(answer):
        return _complaint(answer, path, typed)


def _complaint(answer: Any, path: str, typed: str) -> str:
    if answer.status_code >= 500:
        return f"{answer.status_code} {path}"
    if "Set-Cookie: a=1" in str(answer.headers).splitlines():
        return f"a header slipped in: {path}"
    if urlsplit(answer.headers.get("Location", "")).netloc not in ("", "localhost"):
        return f"led astray: {path}"
    page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    raw = typed and any(mark in typed for mark in MARKS) and typed.strip() in page
    return f"markup from outside: {path}" if raw or CALCULATED in page else ""


def report(wrong: list[str]) -> None:
    """Fail with every complaint on a line of its own."""
    found = [one for one in wrong if one]
    assert not found, "\n".join(["", *found[:200]])


def reachable(app: Flask, world: World, method: str) -> Iterator[tuple[Role, Rule, str]]:
    """Yield every route with a role that may use it, and an address that exists for that role."""
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        roles = [r for r in ROLES if not isinstance(policy, Permission) or policy in ROLE_PERMISSIONS[r]]
        if method in rule.methods and roles and rule.endpoint not in LEFT_ALONE:
            yield roles[0], rule, filled_address(rule, world)


def filled_address(rule: Rule, world: World) -> str:
    """Return an address of a route: the first tenant's rows, an example for each word."""
    ids, path = world.tenants["one"].ids, rule.rule
    for name in rule.arguments:
        value = WORDS.get(name) or ids.get(kind_of(rule.endpoint, name) or "", 1)
        path = re.sub(rf"<(\w+:)?{name}>", str(value), path)
    return path


@pytest.fixture
def clients(world: World, sign_in: Callable[..., FlaskClient]) -> dict[Role, FlaskClient]:
    return {role: sign_in(world.users[role]) for role in ROLES}


def test_no_query_breaks_a_page(app: Flask, world: World, clients: dict[Role, FlaskClient]) -> None:
    wrong = []
    for part, (role, _rule, path) in enumerate(reachable(app, world, "GET")):
        for text in texts(part, 1):
            query = "&".join(f"{name}={encoded(text[:500])}" for name in ASKED)
            wrong.append(complaint(clients[role].get(f"{path}?{query}"), f"{path} {text[:30]!r}", text))
    report(wrong)


def test_no_word_in_an_address_breaks_a_page(
    app: Flask, world: World, clients: dict[Role, FlaskClient]
) -> None:
    wrong = []
    for role, rule, path in reachable(app, world, "GET"):
        for part, name in enumerate(sorted(rule.arguments)):
            for text in texts(part, 5):
                hostile = rule.rule.replace(f"<int:{name}>", f"<{name}>").replace(
                    f"<path:{name}>", f"<{name}>"
                )
                there = hostile.replace(f"<{name}>", encoded(text)).replace("<slug>", "codes")
                if "<" not in there:
                    wrong.append(complaint(clients[role].get(there), f"{path} {name} {text[:30]!r}", text))
    report(wrong)


def test_no_route_breaks_on_what_it_is_sent(
    app: Flask, world: World, clients: dict[Role, FlaskClient], back: Callable[[], None], oversized: list[str]
) -> None:
    wrong, columns = [], {column.name for table in Base.metadata.tables.values() for column in table.columns}
    back()
    for part, (role, rule, path) in enumerate(reachable(app, world, "POST")):
        for text in texts(part, 1):
            sent = body({name: [text[:500]] for name in (*SENT, *sorted(columns - set(SENT)))})
            answer = clients[role].post(path, data=sent, content_type=FORM)
            wrong.append(complaint(answer, f"{rule.endpoint} {text[:30]!r}", text))
            if answer.status_code < 400:
                back()
    report(wrong + sorted(set(oversized)))


@pytest.mark.parametrize("role", ROLES)
def test_no_field_of_a_form_breaks_its_page(
    world: World, clients: dict[Role, FlaskClient], back: Callable[[], None], oversized: list[str], role: Role
) -> None:
    client, wrong, part = clients[role], [], 0
    forms = forms_within_reach(client)
    back()
    for form in forms.values():
        for name in form.names:
            part += 1
            for text in texts(part, 1 if part % 4 == 1 or WHOLE else 0):
                sent = body(filled(form) | {name: [text]})
                answer = client.post(form.action, data=sent, content_type=FORM)
                wrong.append(complaint(answer, f"{form.action} {name} {text[:30]!r}", text))
                if answer.status_code < 400 and answer.location:
                    wrong.append(
                        complaint(client.get(answer.location), f"{answer.location} after {name}", text)
                    )
                    back()
    report(wrong + sorted(set(oversized)))


STORED = '"><script>xs1()</script>{{9187*7919}}%(x)s%s\u202e'
TYPED = {
    "name",
    "title",
    "description",
    "address",
    "wage_note",
    "contact_name",
    "industry",
    "village",
    "hamlet",
    "work_place",
    "work_employer",
    "experience",
    "companions",
    "care_duties",
    "note",
    "leader_name",
    "transport",
    "from_place",
    "passage",
    "purpose",
    "filename",
    "evidence_note",
    "trouble",
    "text",
    "leave_note",
    "header",
    "source",
    "occupation_name",
    "township",
    "relation",
    "ethnicity",
    "education_text",
    "health_text",
    "city_name",
    "poverty_attribute",
    "poverty_cause",
    "helper_name",
    "recipient_name",
    "category",
    "wishes",
    "skills",
    "certificates",
    "synonyms",
    "finding",
    "place",
    "teacher_name",
    "material",
    "plan",
    "head_teacher",
    "priority_basis",
    "decision_reason",
    "refused_reason",
    "outcome_note",
    "inspector_name",
    "issuer",
    "by_whom",
    "signed_name",
    "account_name",
    "bank_name",
    "answer",
    "report",
    "ranking_text",
    "document",
}
# A name of the catalogue, which no form lets be anything else; a masked name of which the first sign is left.
CODES = {"person_fact.name", "points_list_row.name"}


def poison(session: Session) -> None:
    """Write hostile text into everything that people type or files bring."""
    for mapper in Base.registry.mappers:
        columns = [column for column in mapper.local_table.columns if is_typed(column)]
        for row in session.scalars(select(mapper.class_).limit(200)):
            for column in columns:
                most = getattr(column.type, "length", None)
                setattr(row, column.name, [STORED] if isinstance(column.type, JSON) else STORED[:most])
    session.commit()


def is_typed(column: Column[Any]) -> bool:
    """Whether somebody types the column's text, or a file brings it."""
    free = column.name in TYPED and not column.unique and not isinstance(column.type, EnumText)
    return free and str(column) not in CODES


@pytest.mark.parametrize("role", list(Role) if WHOLE else some([*ROLES, Role.PREFECTURE], 3, "attacks"))
def test_what_lies_in_the_database_is_shown_as_text(
    world: World, session: Session, sign_in: Callable[..., FlaskClient], role: Role
) -> None:
    poison(session)
    client, waiting, done, wrong = sign_in(world.users[role]), ["/"], set(), []
    while waiting and len(done) < 40:
        path = waiting.pop(0)
        done.add(path)
        answer = client.get(path, follow_redirects=True)
        wrong.append(complaint(answer, path, STORED[:24]))
        if answer.mimetype == "text/html":
            links = Page(path, answer.get_data(as_text=True)).links
            waiting += [link for link in links if link not in done and link not in waiting]
    report(wrong)
