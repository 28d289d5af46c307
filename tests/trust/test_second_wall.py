"""The second wall: with the first one taken away, PostgreSQL itself shows no foreign county's person."""

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

import models.access
from app.kit.web import row_scope
from app.kit.web.extensions import db
from models.access import Role
from models.base import Base
from models.i18n import Sentence
from models.people.worker import Worker
from models.row_security import (
    POLICIES,
    RowScope,
    look_as,
    looking_everywhere,
    scope_of_actor,
    whole,
)
from models.workflow import TransitionRefused
from tests.factories.any_row import fill
from tests.factories.people import (
    BUTUO,
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

pytestmark = pytest.mark.postgres
SignIn = Callable[..., FlaskClient]
OWN, FOREIGN = "沙马拉且", "阿苦尔哈"


@pytest.fixture
def two(session: Session) -> tuple[Worker, Worker]:
    """A person of either county."""
    return make_worker(session, name=OWN), make_worker(session, name=FOREIGN, county_code=BUTUO)


def seen(session: Session, scope: RowScope) -> set[str]:
    session.commit()
    look_as(session, scope)
    return set(session.scalars(select(Worker.name)))


def test_without_the_first_wall_a_foreign_person_still_does_not_appear(
    session: Session, two: tuple[Worker, Worker], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    foreign = two[1].id
    everything = lambda actor, model, permission=None: models.access.true()  # noqa: E731
    for module in (models.access, __import__("app.kit.web.guards", fromlist=["guards"])):
        monkeypatch.setattr(module, "scope_of", everything)
    page = clerk.get("/workers")
    assert page.status_code == 200
    assert OWN in page.text
    assert FOREIGN not in page.text
    assert clerk.get(f"/workers/{foreign}").status_code == 404


def test_without_a_setting_no_row_is_shown(session: Session, two: tuple[Worker, Worker]) -> None:
    session.commit()
    g.row_scope = None
    assert session.scalar(select(func.count()).select_from(Worker)) == 0


def test_nothing_of_a_setting_stays_on_the_connection(app: Flask, session: Session, two: object) -> None:
    assert seen(session, whole("tests")) >= {OWN, FOREIGN}
    session.rollback()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Worker)) == 0


@pytest.mark.parametrize(
    ("role", "where", "names"),
    [
        (Role.COUNTY, {"area_code": BUTUO}, {FOREIGN}),
        (Role.PREFECTURE, {"area_code": "513400"}, {OWN, FOREIGN}),
        (Role.CITY, {"area_code": FOSHAN}, {FOREIGN}),
        (Role.CITY, {"area_code": "440300"}, set()),
        (Role.PROVINCE, {"area_code": "510000"}, {OWN, FOREIGN}),
        (Role.ADMIN, {}, set()),
    ],
)
def test_each_role_is_shown_its_own_people(
    session: Session, two: tuple[Worker, Worker], role: Role, where: dict[str, str], names: set[str]
) -> None:
    enterprise = make_enterprise(session)
    make_placement(session, make_order(session, enterprise), two[1], county_code=BUTUO)
    actor = actor_of(session, make_user(session, role, **where))
    assert seen(session, scope_of_actor(session, actor)) == names


def test_an_enterprise_is_shown_those_it_was_offered(session: Session, two: tuple[Worker, Worker]) -> None:
    firms = [make_enterprise(session) for _number in range(2)]
    make_placement(session, make_order(session, firms[0]), two[0])
    users = [make_user(session, Role.ENTERPRISE, organisation_id=firm.id) for firm in firms]
    scopes = [scope_of_actor(session, actor_of(session, user)) for user in users]
    assert [seen(session, scope) for scope in scopes] == [{OWN}, set()]


def test_no_foreign_person_is_written_or_changed(session: Session, two: tuple[Worker, Worker]) -> None:
    session.commit()
    look_as(session, RowScope(areas=(ZHAOJUE,)))
    changed = session.execute(update(Worker).values(note="x").execution_options(synchronize_session=False))
    assert changed.rowcount == 1  # type: ignore[attr-defined]
    with pytest.raises(ProgrammingError, match="row-level security"):
        make_worker(session, county_code=BUTUO)


def test_a_declared_look_is_over_when_it_is_over(session: Session, two: tuple[Worker, Worker]) -> None:
    session.commit()
    look_as(session, RowScope(areas=(ZHAOJUE,)))
    with looking_everywhere(session, "the same number elsewhere"):
        assert session.scalar(select(func.count()).select_from(Worker)) == 2
    assert session.scalar(select(func.count()).select_from(Worker)) == 1


def test_a_look_that_ends_with_a_refusal_is_over(session: Session, two: tuple[Worker, Worker]) -> None:
    """Its page is drawn in the same transaction: what was open stayed open for it."""
    session.commit()
    look_as(session, RowScope(areas=(ZHAOJUE,)))
    with (
        pytest.raises(TransitionRefused),
        looking_everywhere(session, "a run that finds its order taken back"),
    ):
        raise TransitionRefused(Sentence("这个岗位已停止招聘。"))
    assert session.scalar(select(func.count()).select_from(Worker)) == 1


def test_an_error_of_the_database_within_a_look_is_told_as_it_is(
    session: Session, two: tuple[Worker, Worker]
) -> None:
    with pytest.raises(ProgrammingError, match="nowhere"), looking_everywhere(session, "a broken statement"):
        session.execute(text("SELECT * FROM nowhere"))


def test_every_table_of_people_has_its_policy(session: Session) -> None:
    there = session.scalars(text("SELECT tablename FROM pg_policies WHERE schemaname = 'public'"))
    assert set(there) == set(POLICIES)


OF_COUNTIES = sorted(
    table
    for table, columns in ((name, Base.metadata.tables[name].columns) for name in POLICIES)
    if "county_code" in columns and table not in ("worker", "household")
)


@pytest.mark.parametrize("table", OF_COUNTIES)
def test_each_row_behind_the_wall_is_shown_to_its_own_county_only(
    session: Session, two: tuple[Worker, Worker], table: str
) -> None:
    rows = Base.metadata.tables[table]
    for worker in two:
        given = {"county_code": worker.county_code} | (
            {"worker_id": worker.id} if "worker_id" in rows.c else {}
        )
        fill(session, rows, given)
    session.commit()
    told = []
    for scope in (RowScope(areas=(ZHAOJUE,)), RowScope(areas=(FOSHAN,)), whole("tests")):
        look_as(session, scope)
        told.append(session.scalars(select(rows.c.county_code)).all())
        session.rollback()
    assert [set(one) for one in told] == [{ZHAOJUE}, set(), {ZHAOJUE, BUTUO}]


def test_a_job_looks_everywhere_and_a_request_of_nobody_nowhere(app: Flask, session: Session) -> None:
    g.row_scope = None
    with app.test_request_context("/sign-in"):
        assert row_scope.settings() == {}
    with app.app_context():
        row_scope.show(db.session, whole("job export"))
        assert row_scope.settings()["xieshou.scope"] == "all"
