"""A year's places of household registration are a fact like the others: sure or not, looked at or not."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.hukou.rule import HukouQuota, take_quota
from models.reference.ageing import aged_on, is_aged
from models.reference.sourced import Basis, Confidence
from tests.factories.people import FOSHAN, make_user

TABLE = "/admin/reference/hukou-quotas"
TYPED = {"city_code": FOSHAN, "route": "稳定居住就业", "year": "2026", "total": "60", "source": "市里的公告"}


@pytest.fixture
def admin(session: Session, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_user(session, Role.ADMIN))


def test_a_shipped_quota_says_that_it_is_remembered_and_was_looked_at_by_nobody(
    session: Session, admin: FlaskClient
) -> None:
    rows = session.scalars(select(HukouQuota)).all()
    assert len(rows) > 5
    for row in rows:
        assert (row.basis, row.verified, row.checked_on) == (Basis.MEMORY, False, None)
        assert (row.valid_from, row.valid_to) == (date(row.year, 1, 1), date(row.year, 12, 31))
    assert {row.confidence for row in rows} == {Confidence.MEDIUM_LOW}
    page = admin.get(TABLE).text
    assert all(word in page for word in ("入户指标", "把握中低", "凭记忆", "没有人看过", "10,000"))


def test_a_quota_typed_in_holds_for_its_year_and_is_looked_at_today(
    session: Session, admin: FlaskClient
) -> None:
    assert admin.post(f"{TABLE}/new", data=TYPED | {"verified": "y"}).status_code == 303
    row = session.scalars(select(HukouQuota).where(HukouQuota.total == 60)).one()
    assert (row.valid_from, row.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (row.confidence, row.checked_on, row.entered) == (Confidence.HIGH, today(), True)
    assert f"settlement_quota:{row.id}" in session.scalars(select(AuditEvent.subject)).all()
    assert admin.post(f"{TABLE}/{row.id}", data=TYPED | {"year": "2027"}).status_code == 303
    session.expire_all()
    assert (row.year, row.valid_to) == (2027, date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "old"), [("2026-06-30", False), ("2026-07-02", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_a_quota_that_nobody_looked_at_for_half_its_year_is_old(
    session: Session, day: str, old: bool
) -> None:
    row = HukouQuota(city_code=FOSHAN, route="稳定居住就业", year=2026, total=60)
    session.add(row)
    session.flush()
    assert is_aged(row, date.fromisoformat(day)) is old
    aged = session.scalars(select(HukouQuota.id).where(aged_on(HukouQuota, date.fromisoformat(day)))).all()
    assert (row.id in aged) is old


def test_places_already_given_cannot_be_taken_out_of_the_year(session: Session, admin: FlaskClient) -> None:
    row = HukouQuota(city_code=FOSHAN, route="稳定居住就业", year=2026, total=60)
    session.add(row)
    session.flush()
    for _ in range(2):
        take_quota(session, row.id)
    session.commit()
    refused = admin.post(f"{TABLE}/{row.id}", data=TYPED | {"total": "1"})
    assert refused.status_code == 200
    assert "已经用了 2 个名额" in refused.text
    assert admin.post(f"{TABLE}/{row.id}", data=TYPED | {"total": "2"}).status_code == 303
    session.expire_all()
    assert (row.total, row.used) == (2, 2)
