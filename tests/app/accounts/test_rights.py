"""Accounts and rights: given by another person, read on each request, gone at once."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations
from models.access import Grant, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.i18n import Refusal
from models.reference.dated_fact import MinimumWage
from models.user import SignInCounter, User
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user


@pytest.fixture
def admin(session: Session) -> User:
    return make_user(session, Role.ADMIN)


@pytest.fixture
def client(admin: User, sign_in) -> FlaskClient:
    return sign_in(admin)


def grant_form(**values: str) -> dict[str, str]:
    return {
        "role": "county",
        "area_code": ZHAOJUE,
        "valid_from": today().isoformat(),
        "reason": "任命",
    } | values


def test_an_administrator_gives_a_right_to_another(client: FlaskClient, session: Session) -> None:
    person = make_user(session)
    assert client.post(f"/admin/users/{person.id}", data=grant_form()).status_code == 303
    grant = session.scalar(select(Grant).where(Grant.user_id == person.id))
    assert (grant.role, grant.area_code) == (Role.COUNTY, ZHAOJUE)
    assert "grant:give" in session.scalars(select(AuditEvent.tag)).all()


def test_nobody_gives_a_right_to_himself(client: FlaskClient, admin: User, session: Session) -> None:
    answer = client.post(f"/admin/users/{admin.id}", data=grant_form())
    assert "不能给自己授权" in answer.get_data(as_text=True)
    assert session.scalars(select(Grant.role).where(Grant.user_id == admin.id)).all() == [Role.ADMIN]
    with pytest.raises(Refusal, match="不能给自己授权"):
        operations.give(
            session, actor_of(session, admin), admin, Role.COUNTY, area_code=ZHAOJUE, valid_from=today()
        )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"area_code": "999999"}, "没有“999999”这个区划"),
        ({"role": "enterprise", "credit": "没有"}, "没有找到这家单位"),
    ],
)
def test_a_right_without_a_place_is_refused_and_the_form_kept(client, session, values, sentence) -> None:
    person = make_user(session)
    page = client.post(f"/admin/users/{person.id}", data=grant_form(**values)).get_data(as_text=True)
    assert sentence in page
    assert "任命" in page


def test_a_revoked_right_is_gone_on_the_next_request(client: FlaskClient, session: Session, sign_in) -> None:
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    officer = sign_in(clerk)
    assert officer.get("/workers").status_code == 200
    grant = session.scalar(select(Grant).where(Grant.user_id == clerk.id))
    client.post(f"/admin/users/{clerk.id}/revoke/{grant.id}")
    assert officer.get("/workers").status_code == 403


def test_a_right_holds_only_between_its_dates(session: Session, sign_in) -> None:
    for start, end in ((1, None), (-10, -1)):
        clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
        grant = session.scalar(select(Grant).where(Grant.user_id == clerk.id))
        grant.valid_from = today() + timedelta(days=start)
        grant.valid_to = None if end is None else today() + timedelta(days=end)
        session.commit()
        assert sign_in(clerk).get("/workers").status_code == 403


def test_a_closed_account_is_out_at_once(client: FlaskClient, session: Session, sign_in) -> None:
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    officer = sign_in(clerk)
    client.post(f"/admin/users/{clerk.id}/active", data={"active": "0"})
    assert officer.get("/").status_code == 302


def test_a_fact_is_corrected_with_its_source_and_audited(client: FlaskClient, session: Session) -> None:
    wage = session.scalar(
        select(MinimumWage).where(MinimumWage.city_code == FOSHAN).order_by(MinimumWage.id.desc())
    )
    form = {
        "city_code": FOSHAN,
        "city_name": "佛山市",
        "monthly_yuan": "2100",
        "hourly_yuan": "20.1",
        "valid_from": str(wage.valid_from),  # another day would clash with the figure before
        "source": "粤府函〔2026〕1号",
        "verified": "y",
    }
    assert client.post(f"/admin/reference/minimum-wages/{wage.id}", data=form).status_code == 303
    session.expire_all()
    assert (wage.monthly_yuan, wage.verified) == (2100, True)
    assert session.scalars(select(AuditEvent.tag)).all() == ["reference:update"]


@pytest.mark.parametrize(
    "slug", ["areas", "pairings", "counties", "minimum-wages", "occupations", "skills", "codes", "figures"]
)
def test_every_table_of_facts_opens_and_takes_a_new_row(client: FlaskClient, slug: str) -> None:
    assert client.get(f"/admin/reference/{slug}").status_code == 200
    assert client.get(f"/admin/reference/{slug}/new").status_code == 200
    assert client.post(f"/admin/reference/{slug}/new", data={}).status_code == 200


def test_locked_accounts_are_told_and_listed_while_they_are_locked(
    client: FlaskClient, session: Session
) -> None:
    locked, open_again = make_user(session), make_user(session)
    for person, seconds in ((locked, 30), (open_again, -30)):
        until = utc_now() + timedelta(seconds=seconds)
        row = SignInCounter(
            name_digest=str(person.id), place="strangers", user_id=person.id, locked_until=until
        )
        session.add(row)
    session.commit()
    assert re.search(r">1</a></b>\s*<p>个账号连着输错密码", client.get("/").text)
    page = client.get("/admin/users?locked=1").text
    assert f"/admin/users/{locked.id}" in page
    assert f"/admin/users/{open_again.id}" not in page
