"""Twenty payments at the same moment pay what is allocated, and not a fen more, on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from models.access import SYSTEM
from models.cooperation.fund import FundAccount, FundItem, FundItemKind, FundPurpose, FundStep
from models.cooperation.fund_ledger import Movement, drift, post
from models.cooperation.fund_rule import FundRule
from tests.factories.people import FOSHAN, ZHAOJUE
from tests.factories.racing import at_once, racing_app

DAY = date(2016, 12, 28)


@pytest.fixture(params=["sqlite", "postgresql"])
def application(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path, "funds") as application:
        yield application


def test_twenty_payments_at_once_pay_no_more_than_is_allocated(application: Flask) -> None:
    session = db.session
    session.add(
        FundRule(
            helper_code="440000",
            county_yuan=10_000_000,
            province_parts=3,
            city_parts=7,
            valid_from=date(2016, 1, 1),
            source="测试",
        )
    )
    item = FundItem(
        county_code=ZHAOJUE,
        year=2016,
        kind=FundItemKind.PROJECT,
        purpose=FundPurpose.PROJECT,
        name="危房改造",
    )
    session.add(item)
    session.flush()
    item_id = item.id
    for step, one in ((FundStep.APPROPRIATE, None), (FundStep.ALLOCATE, item)):
        post(session, SYSTEM, Movement(step, ZHAOJUE, 2016, 10_000, DAY, one, payer_code=FOSHAN))
    session.commit()

    def pay(mine: Session) -> None:
        row = mine.get_one(FundItem, item_id)
        post(mine, SYSTEM, Movement(FundStep.PAY, ZHAOJUE, 2016, 1_001, DAY, row))

    said = at_once(application, [pay] * 20)
    assert said.count(None) == 9
    assert all("支付不能超过安排" in refusal for refusal in said if refusal)
    paid = select(FundAccount.balance_fen).where(FundAccount.stage == "paid")
    assert sum(session.scalars(paid)) == 9_009
    assert drift(session) == []
