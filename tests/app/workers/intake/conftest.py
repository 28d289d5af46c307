"""A county officer signed in, and rosters made on the spot."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.people.intake import ImportBatch
from models.user import User
from tests.factories.people import ZHAOJUE, id_number, make_user

HEADINGS = ["乡镇", "村", "户编号", "姓名", "证件号码", "与户主关系", "联系电话", "文化程度", "意向工种"]
BORN = date(1990, 5, 3)


def person(name: str, number: str | None = None, **values: str) -> dict[str, str]:
    """Return one row: a head of a household of his own."""
    number = number or id_number(born=BORN)
    household = f"5134{number[4:6]}{number[-6:-1]}"
    home = {"乡镇": "四开镇", "村": "好谷村", "户编号": household, "与户主关系": "户主"}
    return home | {"姓名": name, "证件号码": number} | values


def roster(*rows: dict[str, str], extra: tuple[str, ...] = ()) -> bytes:
    """Return a roster as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*HEADINGS, *extra])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


@pytest.fixture
def officer(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


@pytest.fixture
def client(officer: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(officer)


@pytest.fixture
def send(client: FlaskClient, session: Session) -> Callable[..., ImportBatch]:
    """Return a function: (content, name) -> the batch, read up to where it waits for somebody."""

    def upload(content: bytes, name: str = "河头乡5月表.csv") -> ImportBatch:
        data: dict[str, Any] = {"file": (io.BytesIO(content), name), "county_code": ZHAOJUE}
        answer = client.post("/imports", data=data)
        assert answer.status_code == 303, answer.text
        session.rollback()
        return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()

    return upload


@pytest.fixture
def bring_in(
    send: Callable[..., ImportBatch], client: FlaskClient, session: Session
) -> Callable[..., ImportBatch]:
    """Return a function: (content) -> the batch, confirmed."""

    def both(content: bytes, name: str = "河头乡5月表.csv") -> ImportBatch:
        batch = send(content, name)
        assert client.post(f"/imports/{batch.id}/confirm").status_code == 303
        session.expire_all()
        session.rollback()
        return session.get_one(ImportBatch, batch.id)

    return both
