"""To tell of new people by ID number may find who is registered: so many a day, watched, refused in words."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import oversight
from models.access import Role
from models.clock import today
from models.employment.newcomer import Newcomer
from models.employment.roster import RosterLine
from models.employment.spell import EmploymentSpell
from tests.app.employment.office import make_office, send
from tests.factories.people import ZHAOJUE, actor_of, id_number, make_user, make_worker

SignIn = Callable[..., FlaskClient]


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_enterprise_tells_of_so_many_new_people_a_day_whoever_of_it_and_by_whatever_way(
    app: Flask, session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one and by a sheet, registered or not; nothing of what is refused is written."""
    monkeypatch.setitem(app.config, "NEWCOMERS_A_DAY", 3)
    office = make_office(session, persons=0)
    colleague = make_user(session, Role.ENTERPRISE, organisation_id=office.firm.id)
    known = [make_worker(session) for _n in range(2)]

    def tell(user: object, name: str, number: str) -> str:
        said = {"name": name, "id_number": number, "county": ZHAOJUE, "township": "", "phone": ""}
        said |= {"began_on": today().isoformat(), "consent": "visit"}
        return sign_in(user).post("/employment/newcomers/new", data=said, follow_redirects=True).text

    assert "已登记" in tell(office.clerk, known[0].name, known[0].id_number)
    rows = [
        {"姓名": name, "身份证号": number, "户籍县": "昭觉县", "本人怎么同意登记的": "当面", "还在岗吗": "是"}
        for name, number in (
            (known[1].name, known[1].id_number),
            ("吉克新来", id_number()),
            ("吉克又来", id_number()),
        )
    ]
    client = sign_in(colleague)
    preview = send(client, rows)
    refused = client.post(f"{preview}/confirm")
    assert refused.status_code == 409
    assert "今天还能报 2 个，这次有 3 个" in refused.text
    assert (count(session, RosterLine), count(session, Newcomer), count(session, EmploymentSpell)) == (
        0,
        0,
        1,
    )
    assert client.post(f"{send(client, rows[:2])}/confirm").status_code == 303
    for name, number in (("吉克再来", id_number()), (known[0].name, known[0].id_number)):
        assert "今天还能报 0 个" in tell(office.clerk, name, number)
    assert (count(session, Newcomer), count(session, EmploymentSpell)) == (1, 2)
    admin = actor_of(session, make_user(session, Role.ADMIN))
    assert oversight.many_in_a_day(session, admin, today(), 2) == [colleague.name]


def test_a_newcomers_number_is_one_of_the_numbers_that_an_account_opens_in_a_day(
    app: Flask, session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "NUMBERS_OPENED_A_DAY", 1)
    office = make_office(session, persons=0)
    for name in ("吉克甲", "吉克乙"):
        said = {"name": name, "id_number": id_number(), "county": ZHAOJUE, "township": "", "phone": ""}
        said |= {"began_on": today().isoformat(), "consent": "visit"}
        sign_in(office.clerk).post("/employment/newcomers/new", data=said)
    first, second = session.scalars(select(Newcomer).order_by(Newcomer.id))
    clerk, purpose = sign_in(office.county), {"purpose": "service", "purpose_word": "核对证件"}
    opened = clerk.post(f"/employment/newcomers/{first.id}/numbers", data=purpose)
    assert first.id_number in opened.text
    refused = clerk.post(f"/employment/newcomers/{second.id}/numbers", data=purpose)
    assert refused.status_code == 409
    assert "今天不能再开" in refused.text
    assert second.id_number not in refused.text
