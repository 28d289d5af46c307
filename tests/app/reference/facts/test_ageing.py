"""Facts grow old: the page and the administrator's first page say so until somebody has looked."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference.facts import queries
from app.reference.facts.tables import BY_SLUG, TABLES, FactTable
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.reference.ageing import aged_on, is_aged
from models.reference.dated_fact import MinimumWage, MoneyFigure, ProgrammeCounty
from models.reference.sourced import Basis, Confidence
from tests.factories.people import actor_of, make_user

SignIn = Callable[..., FlaskClient]
NOW = date(2026, 11, 29)


def wage(valid_from: date, checked_on: date | None = None, valid_to: date | None = None) -> MinimumWage:
    return MinimumWage(
        city_code="440200",
        city_name="韶关市",
        monthly_yuan=1750,
        hourly_yuan=17,
        valid_from=valid_from,
        valid_to=valid_to,
        checked_on=checked_on,
        source="测试",
    )


@pytest.mark.parametrize(
    ("row", "old"),
    [
        (wage(date(2025, 3, 1)), True),
        (wage(date(2025, 5, 29)), False),
        (wage(date(2025, 5, 28)), True),
        (wage(date(2025, 3, 1), checked_on=date(2026, 11, 1)), False),
        (wage(date(2018, 7, 1), checked_on=date(2025, 1, 1)), True),
        (wage(date(2018, 7, 1), valid_to=date(2021, 11, 30)), False),
    ],
)
def test_a_wage_in_force_that_nobody_looked_at_for_eighteen_months_is_old(
    session: Session, row: MinimumWage, old: bool
) -> None:
    session.add(row)
    session.flush()
    assert is_aged(row, NOW) is old
    found = session.scalars(
        select(MinimumWage).where(aged_on(MinimumWage, NOW), MinimumWage.id == row.id)
    ).all()
    assert bool(found) is old


def test_the_shipped_wages_of_the_fourth_class_are_old_and_the_six_cities_are_not(session: Session) -> None:
    old = set(session.scalars(select(MinimumWage.city_code).where(aged_on(MinimumWage, NOW))))
    assert "440200" in old
    assert not old & {"440100", "440300", "440400", "440600", "441900", "442000"}
    later = set(session.scalars(select(MinimumWage.city_code).where(aged_on(MinimumWage, date(2028, 6, 1)))))
    assert {"440100", "440300"} <= later


def test_what_is_history_never_grows_old(session: Session) -> None:
    assert (
        session.scalars(select(ProgrammeCounty).where(aged_on(ProgrammeCounty, date(2099, 1, 1)))).all() == []
    )


@pytest.mark.parametrize("table", [one for one in TABLES if one.slug != "holidays"], ids=lambda one: one.slug)
def test_every_table_of_facts_shows_confidence_source_and_last_look(
    session: Session, sign_in: SignIn, table: FactTable
) -> None:
    page = sign_in(make_user(session, Role.ADMIN)).get(f"/admin/reference/{table.slug}").text
    assert all(f">{word}</th>" in page for word in ("依据", "把握", "上次看过"))
    assert "没有人看过" in page or "2026 年 11 月" in page


def test_an_administrator_is_told_and_says_that_nothing_changed(
    app: Flask, session: Session, sign_in: SignIn
) -> None:
    user = make_user(session, Role.ADMIN)
    admin = sign_in(user)

    def waiting() -> int:
        with app.test_request_context():
            told = queries.tasks(session, actor_of(session, user), today())
            return next(task.count for task in told if "很久没有人看过" in task.text.text)

    before = waiting()
    assert before > 10
    row = session.scalars(select(MoneyFigure).limit(1)).one()
    listed = admin.get("/admin/reference/figures?aged=1").text
    assert f"/admin/reference/figures/{row.id}/confirm" in listed
    assert "很久没看过" in admin.get("/admin/reference").text
    answer = admin.post(f"/admin/reference/figures/{row.id}/confirm", data={"aged": "1"})
    assert (answer.status_code, answer.location) == (303, "/admin/reference/figures?aged=1")
    session.refresh(row)
    assert (row.checked_on, row.verified) == (today(), False)
    assert waiting() == before - 1
    event = session.scalars(select(AuditEvent).where(AuditEvent.tag == "reference:confirm")).one()
    assert event.subject == f"money_figure:{row.id}"


def test_whoever_may_only_read_facts_cannot_confirm_them(session: Session, sign_in: SignIn) -> None:
    row = session.scalars(select(MoneyFigure).limit(1)).one()
    reader = sign_in(make_user(session, Role.AUDITOR))
    assert reader.post(f"/admin/reference/figures/{row.id}/confirm").status_code == 403


def test_a_fact_compared_with_its_document_is_sure_and_looked_at_today(
    session: Session, sign_in: SignIn
) -> None:
    row = session.scalars(
        select(MinimumWage).where(MinimumWage.confidence == Confidence.MEDIUM).limit(1)
    ).one()
    typed = {name: getattr(row, name) for name in BY_SLUG["minimum-wages"].field_names if name != "valid_to"}
    data = {name: value for name, value in typed.items() if isinstance(value, str | int | date)} | {
        "hourly_yuan": "19.9",
        "verified": "y",
    }
    data |= {"valid_from": row.valid_from.isoformat(), "valid_to": str(row.valid_to or "")}
    address = f"/admin/reference/minimum-wages/{row.id}"
    assert sign_in(make_user(session, Role.ADMIN)).post(address, data=data).status_code == 303
    session.refresh(row)
    assert (row.confidence, row.basis, row.verified) == (Confidence.HIGH, Basis.DOCUMENT, True)
    assert (row.checked_on, row.entered) == (today(), True)


def test_an_area_can_be_corrected(session: Session, sign_in: SignIn) -> None:
    data = {
        "code": "451003",
        "name": "田阳区",
        "level": "county",
        "valid_from": "2019-08-06",
        "source": "民政部",
    }
    answer = sign_in(make_user(session, Role.ADMIN)).post("/admin/reference/areas/451003", data=data)
    assert answer.status_code == 303
    assert "area:451003" in session.scalars(select(AuditEvent.subject)).all()
