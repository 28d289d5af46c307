"""No two dated facts of one scope hold on one day: not by the form, the operation or a load."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commands.reference_load import SHIPPED, load_all
from app.reference.facts.operations import save_fact
from app.reference.facts.tables import BY_SLUG
from models.access import Role
from models.reference.dated_fact import MinimumWage, MoneyFigure, overlapping
from models.workflow import TransitionRefused
from tests.factories.people import actor_of, make_user

SOURCE = {"valid_to": "", "source": "粤府函〔2027〕1号"}
WAGE = {"city_code": "440600", "city_name": "佛山市", "monthly_yuan": "2500", "hourly_yuan": "23"}


@pytest.mark.parametrize("slug", ["minimum-wages", "figures", "pairings", "skills", "training-standards"])
def test_a_second_fact_for_the_same_days_is_refused_with_the_row_that_stands(
    session: Session, sign_in: Callable[..., FlaskClient], slug: str
) -> None:
    table, admin = BY_SLUG[slug], make_user(session, Role.ADMIN)
    model = table.model
    row = session.scalars(select(model).where(model.valid_to.is_(None)).limit(1)).one()
    before = session.scalar(select(func.count()).select_from(model))
    typed = {name: getattr(row, name) for name in table.field_names}
    typed["valid_from"] = date(2027, 1, 1)
    with pytest.raises(TransitionRefused, match="不能同时有效"):
        save_fact(session, actor_of(session, admin), table, None, typed, date(2027, 1, 1))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(model)) == before


def test_the_form_says_which_row_stands_and_keeps_what_was_typed(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.ADMIN))
    typed = WAGE | SOURCE | {"valid_from": "2027-01-01"}
    row = session.scalars(
        select(MinimumWage).where(MinimumWage.city_code == "440600", MinimumWage.valid_to.is_(None))
    ).one()
    answer = client.post("/admin/reference/minimum-wages/new", data=typed)
    assert answer.status_code == 200
    assert row.source in answer.text
    assert "不能同时有效" in answer.text
    assert 'value="2500"' in answer.text


def test_a_fact_that_begins_after_the_other_ended_is_taken(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    row = session.scalars(
        select(MinimumWage).where(MinimumWage.city_code == "440600", MinimumWage.valid_to.is_(None))
    ).one()
    row.valid_to = date(2026, 12, 31)
    session.commit()
    client = sign_in(make_user(session, Role.ADMIN))
    typed = WAGE | SOURCE | {"valid_from": "2027-01-01"}
    assert client.post("/admin/reference/minimum-wages/new", data=typed).status_code == 303


def test_a_load_leaves_out_what_an_administrator_entered_for_the_same_days(session: Session) -> None:
    shipped = session.scalars(select(MoneyFigure).where(MoneyFigure.valid_to.is_(None)).limit(1)).one()
    scope = {name: getattr(shipped, name) for name in MoneyFigure.SCOPE}
    shipped.valid_from, shipped.monthly_fen, shipped.entered = date(2015, 3, 1), 12_345, True
    session.commit()
    load_all(session)
    rows = session.scalars(select(MoneyFigure).filter_by(**scope)).all()
    assert [row.monthly_fen for row in rows] == [12_345]


def test_the_shipped_facts_themselves_do_not_overlap(session: Session) -> None:
    asked = 0
    for model in {shipped.model for shipped in SHIPPED if getattr(shipped.model, "SCOPE", ())}:
        for row in session.scalars(select(model).order_by(model.id.desc()).limit(40)):
            asked += 1
            assert overlapping(session, row) is None, (model, row.id)
    assert asked > 100
