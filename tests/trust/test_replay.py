"""T7: every form sent twice has one effect and one audit row. (20 at once, over HTTP: ``make
drill-replay``.)"""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, event, func, insert, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.access import Role
from models.audit import AuditEvent
from models.base import Base
from models.clock import today, utc_now
from models.people.intake import ImportBatch
from models.people.worker import Worker
from models.placement.placement import Placement, PlacementState
from tests.factories.people import ZHAOJUE, id_number, make_placement, make_user, make_worker
from tests.factories.world import World
from tests.trust.pages import FORM, Form, body, filled, forms_within_reach

# How many kinds of forms of each role must have done something, so that nothing is not compared with nothing.
ACTING = {Role.COUNTY: 18, Role.TOWNSHIP: 5, Role.ENTERPRISE: 12, Role.CITY: 7, Role.ADMIN: 7, Role.WORKER: 4}
# Sign-ins move on with each request; the reference tables are long, and a fact saved twice is the same fact.
FORGOTTEN = {"login_session", "sign_in_counter", "form_receipt", "area", "occupation", "code_item", "skill"}

WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+[\"`]?(\w+)")


def print_of(session: Session) -> str:
    """Return a fingerprint of what the database holds."""
    seen = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        if table.name not in FORGOTTEN:
            # As it lies in the file: nothing is decrypted or made a date only to be compared.
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table.name}").all()
            seen.update(repr(rows).encode())
    session.rollback()
    return seen.hexdigest()


@pytest.fixture
def written() -> Iterator[set[str]]:
    """Collect the tables that a statement writes to; whoever wants to know what comes next empties it."""
    tables: set[str] = set()

    def note(connection: object, cursor: object, statement: str, *_rest: object) -> None:
        if writes := WRITES.match(statement):
            tables.add(writes[1])

    event.listen(Engine, "before_cursor_execute", note)
    yield tables
    event.remove(Engine, "before_cursor_execute", note)


def audit_rows(session: Session) -> int:
    count = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    session.rollback()
    return count


@pytest.fixture
def busy(world: World, session: Session) -> World:
    """The world, with placements of the first tenant at every stage, so that every button is somewhere."""
    offered = session.get_one(Placement, world.tenants["one"].ids["placement"])
    offered.order.headcount = 50
    for state in PlacementState:
        if state not in (PlacementState.OFFERED, PlacementState.ON_SITE, PlacementState.STAYED):
            worker = make_worker(session, township_code="513431100")
            make_placement(
                session,
                offered.order,
                worker,
                state=state,
                hired_on=today() - timedelta(days=9),
                consented_at=utc_now(),
            )
    session.commit()
    return world


@pytest.mark.parametrize("role", ACTING)
def test_every_form_sent_twice_has_one_effect(
    app: Flask,
    busy: World,
    session: Session,
    sign_in: Callable[..., FlaskClient],
    back: Callable[[], None],
    written: set[str],
    role: Role,
) -> None:
    client, acted, wrong = sign_in(busy.users[role]), [], []
    forms = forms_within_reach(client)
    back()
    for number, (name, form) in enumerate(forms.items()):
        if "once" not in form.values:
            wrong.append(f"{name}: the form carries no key")
        sent = body(filled(form) | {"once": [f"key-{role}-{number}"]})

        def send(form: Form = form, sent: bytes = sent) -> TestResponse:
            written.clear()
            return client.post(form.action, data=sent, content_type=FORM)

        before, first = audit_rows(session), send()
        rows, again = audit_rows(session), send()
        if first.status_code == again.status_code == 200 and written - FORGOTTEN == {"audit_event"}:
            newest = session.scalar(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(1))
            assert "open" in (newest or ""), name  # shown twice is looked at twice, and each look noted
            assert audit_rows(session) == rows + 1
            continue
        if written - FORGOTTEN:  # it wrote: to what stands there already, or something new?
            back()
            send()
            after_first = print_of(session)
            again = send()
            if print_of(session) != after_first:
                wrong.append(f"{name}: the second one acted ({first.status_code}, {again.status_code})")
        if again.status_code >= 500:
            wrong.append(f"{name}: {first.status_code}, then {again.status_code}")
        if rows > before:
            acted.append(name)
            back()
    assert wrong == []
    assert len(acted) >= ACTING[role], acted


def test_what_a_statement_writes_to_is_noticed(session: Session, written: set[str]) -> None:
    worker = make_worker(session)
    assert {"worker", "import_batch"} & written == {"worker"}
    written.clear()
    session.get_one(Worker, worker.id).note = "打过电话"
    session.commit()
    assert written == {"worker"}
    session.execute(insert(Worker).from_select(["id"], select(Worker.id).where(Worker.id < 0)))
    session.execute(delete(ImportBatch).where(ImportBatch.id < 0))
    assert written == {"worker", "import_batch"}


def upload(key: str) -> bytes:
    parts = {"county_code": ZHAOJUE, "once": key}
    head = "".join(
        f'--XX\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items()
    )
    file = f"姓名,证件号码\n阿木,{id_number(order=78)}\n"
    named = 'Content-Disposition: form-data; name="file"; filename="a.csv"'
    return f"{head}--XX\r\n{named}\r\n\r\n{file}\r\n--XX--\r\n".encode()


def test_a_file_sent_and_confirmed_twice_is_imported_once(world: World, session: Session, sign_in) -> None:
    client, seen = sign_in(world.users[Role.COUNTY]), []
    for path, data, kind in (
        ("/imports", upload("k1"), "multipart/form-data; boundary=XX"),
        ("/imports/4/confirm", b"once=k2", FORM),
    ):
        answers = [client.post(path, data=data, content_type=kind) for _again in range(2)]
        seen.append((answers[0].location, answers[1].location, audit_rows(session)))
    assert seen == [("/imports/4", "/imports/4", 2), ("/imports/4", "/imports/4", 4)]
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 4


def test_a_key_of_somebody_else_opens_no_number(world: World, session: Session, sign_in) -> None:
    ids, sent = world.tenants["one"].ids, {"purpose": "service", "purpose_word": "核对", "once": "shared"}
    first, other = sign_in(world.users[Role.COUNTY]), make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    number = session.get_one(Worker, ids["worker"]).id_number
    assert number in first.post(f"/workers/{ids['worker']}/reveal", data=sent).get_data(as_text=True)
    rows = audit_rows(session)
    answer = sign_in(other).post(f"/workers/{ids['worker']}/reveal", data=sent)
    assert number not in answer.get_data(as_text=True)
    assert audit_rows(session) == rows
