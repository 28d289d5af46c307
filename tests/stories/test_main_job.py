"""The platform's main job on both databases: from a spreadsheet to somebody hired, followed, and counted
once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import config
from app import create_app
from app.accounts.operations import open_session
from app.commands.reference_load import load_all
from app.kit.web.extensions import db
from models.access import Role
from models.audit_walk import verify
from models.clock import today
from models.jobs.order import Order, OrderState
from models.match_run import MatchPair, MatchRun
from models.people.worker import Worker, WorkerState
from models.placement.placement import FollowUp, Placement, PlacementState
from tests.conftest import Client
from tests.factories.databases import postgres_url
from tests.factories.people import FOSHAN, ZHAOJUE, make_enterprise, make_user
from tests.house.test_migrations import alembic_config
from tests.stories.clock import let_days_pass
from tests.stories.roster_file import roster


@dataclass
class Desk:
    """Five people at their desks, and the database they work on."""

    session: Session
    clients: dict[Role, FlaskClient]

    def post(self, role: Role, path: str, **form: Any) -> TestResponse:
        """Send a form; anything but a redirect is a failure, with what the page said."""
        answer = self.clients[role].post(path, data=form, content_type="multipart/form-data")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {problems(page)}"
        self.session.expire_all()
        return answer

    def page(self, role: Role, path: str) -> str:
        """Open a page."""
        answer = self.clients[role].get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)


def problems(page: str) -> list[str]:
    """Return what an answered page complains of."""
    return [
        re.sub(r"<[^>]+>|\s+", " ", text)
        for text in re.findall(r'class="(?:problem|notice[^"]*)"[^>]*>(.*?)</', page)
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 's.db'}" if request.param == "sqlite" else postgres_url("story")
    application = create_app({**config.load(), "DATABASE_URL": url, "WTF_CSRF_ENABLED": False})
    application.test_client_class = Client
    with application.app_context():
        settings = alembic_config()
        with db.engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
        load_all(db.session)
        db.session.commit()
        yield Desk(db.session, _clients(application))
        db.session.close()
        db.engine.dispose()


def _clients(application: Flask) -> dict[Role, FlaskClient]:
    firm = make_enterprise(db.session, name="佛山顺德同心制衣有限公司", area_code=FOSHAN)
    places: dict[Role, dict[str, Any]] = {
        Role.COUNTY: {"area_code": ZHAOJUE},
        Role.CITY: {"area_code": FOSHAN},
        Role.PROVINCE: {"area_code": "440000"},
        Role.ENTERPRISE: {"organisation_id": firm.id},
    }
    return {role: _enter(application, role, where) for role, where in places.items()}


def _enter(application: Flask, role: Role, where: dict[str, Any]) -> FlaskClient:
    token = open_session(db.session, make_user(db.session, role, **where))
    db.session.commit()
    client = application.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
    return client


ORDER = {
    "title": "缝纫工",
    "headcount": "1",
    "city_code": FOSHAN,
    "address": "佛山市顺德区工业路 8 号",
    "description": "平车车缝衣身，计件。",
    "base_wage_fen": "2600",
    "wage_low_fen": "4500",
    "wage_high_fen": "5600",
    "pay_day": "15",
    "hours_per_day": "8",
    "days_per_week": "6",
    "overtime_hours_month": "36",
    "shift": "day",
    "board": "part",
    "board_cost_fen": "350",
    "lodging": "free",
    "utilities_cost_fen": "50",
    "room_persons": "6",
    "travel": "free",
    "medical_fee_paid": "1",
    "contract_with": "direct",
    "contract_months": "12",
    "probation_months": "1",
    "min_age": "18",
    "contact_name": "阿说老师",
    "contact_phone": "13900000001",
    "forbidden_work": "none",
    "halal_food": "",
    "standing_work": "0",
}


def test_from_a_spreadsheet_to_three_follow_ups(desk: Desk) -> None:
    the_county_imports_its_spreadsheet(desk)
    order = the_enterprise_posts_an_order_that_the_law_lets_through(desk)
    placement = the_county_finds_and_recommends(desk, order)
    the_worker_is_told_and_says_yes(desk, placement)
    the_enterprise_hires_and_the_only_place_is_taken(desk, order, placement)
    the_group_leaves_and_arrives(desk, placement)
    three_follow_ups_prove_that_she_stayed(desk, placement)
    everybody_counts_her_once(desk)
    assert verify(desk.session) is None


def the_county_imports_its_spreadsheet(desk: Desk) -> None:
    sent = desk.post(Role.COUNTY, "/imports", county_code=ZHAOJUE, file=(BytesIO(roster()), "新城镇5月.xlsx"))
    preview = desk.page(Role.COUNTY, sent.headers["Location"])
    assert "新增 3 人" in preview, preview
    assert "退回的 1 行" in preview
    assert desk.session.scalars(select(Worker)).all() == []
    desk.post(Role.COUNTY, f"{sent.headers['Location']}/confirm")
    people = desk.session.scalars(select(Worker).order_by(Worker.id)).all()
    assert [person.name for person in people] == ["沙马伍各木", "吉克阿牛", "俄木木加"]
    refused = desk.clients[Role.COUNTY].get(f"{sent.headers['Location']}/refused.xlsx")
    assert refused.status_code == 200


def the_enterprise_posts_an_order_that_the_law_lets_through(desk: Desk) -> Order:
    wrong = {
        **ORDER,
        "description": "平车车缝衣身，不要彝族。",
        "base_wage_fen": "1500",
        "valid_until": str(today() + timedelta(days=60)),
        "start_on": str(today() + timedelta(days=20)),
    }
    where = desk.post(Role.ENTERPRISE, "/orders/new", **wrong).headers["Location"]
    order = desk.session.scalar(select(Order))
    assert {finding.rule for finding in order.blocking} >= {"ethnicity", "wage"}
    assert "不要彝族" in desk.page(Role.ENTERPRISE, where)
    desk.post(Role.ENTERPRISE, f"/orders/{order.id}/edit", **{**wrong, **ORDER})
    assert order.blocking == []
    desk.post(Role.ENTERPRISE, f"/orders/{order.id}/occupation", code=order.occupation_code)
    desk.post(Role.ENTERPRISE, f"/orders/{order.id}/advance", event="submit")
    assert desk.clients[Role.COUNTY].get(where).status_code == 404
    desk.post(Role.CITY, f"/orders/{order.id}/advance", event="approve")
    assert order.state == OrderState.OPEN
    return order


def the_county_finds_and_recommends(desk: Desk, order: Order) -> Placement:
    desk.post(Role.COUNTY, f"/match-runs/orders/{order.id}")
    run = desk.session.scalar(select(MatchRun).order_by(MatchRun.id.desc()))
    best = desk.session.scalar(select(MatchPair).where(MatchPair.run_id == run.id, MatchPair.rank == 1))
    assert sum(best.factors.values()) == best.score
    assert desk.session.get(Worker, best.worker_id).name in desk.page(Role.COUNTY, f"/match-runs/{run.id}")
    desk.post(
        Role.COUNTY, "/placements/offers", order_id=order.id, run_id=run.id, worker_ids=[best.worker_id]
    )
    placement = desk.session.scalar(select(Placement))
    assert placement.state == PlacementState.OFFERED
    return placement


def the_worker_is_told_and_says_yes(desk: Desk, placement: Placement) -> None:
    person = placement.worker
    before = desk.page(Role.ENTERPRISE, f"/placements/{placement.id}")
    assert person.name not in before
    assert person.phone not in before
    user = make_user(desk.session, Role.WORKER, worker_id=person.id)
    token = open_session(desk.session, user)
    desk.session.commit()
    client = desk.clients[Role.COUNTY].application.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
    desk.clients[Role.WORKER] = client
    offer = desk.page(Role.WORKER, f"/my/offers/{placement.id}")
    assert "到手" in offer
    assert "350" in offer
    desk.post(Role.WORKER, f"/my/offers/{placement.id}/accept")
    assert placement.state == PlacementState.ACCEPTED
    assert person.name in desk.page(Role.ENTERPRISE, f"/placements/{placement.id}")


def the_enterprise_hires_and_the_only_place_is_taken(desk: Desk, order: Order, placement: Placement) -> None:
    desk.post(Role.ENTERPRISE, f"/placements/{placement.id}/advance", event="hire")
    assert (placement.state, order.taken) == (PlacementState.HIRED, 1)
    assert placement.active_digest == placement.worker.id_digest
    assert [visit.months for visit in placement.follow_ups] == [1, 3, 6]


def the_group_leaves_and_arrives(desk: Desk, placement: Placement) -> None:
    desk.post(
        Role.COUNTY,
        "/placements/departures/new",
        ids=[placement.id],
        leader_name="阿说老师",
        transport="大巴",
        from_place="县汽车站",
        departs_at=f"{today() + timedelta(days=2)}T08:00",
    )
    desk.post(Role.COUNTY, f"/placements/departures/{placement.departure_id}/depart")
    desk.post(Role.ENTERPRISE, f"/placements/{placement.id}/arrive", on=str(today()))
    assert placement.state == PlacementState.ON_SITE
    assert placement.worker.state == WorkerState.WORKING


def three_follow_ups_prove_that_she_stayed(desk: Desk, placement: Placement) -> None:
    let_days_pass(desk.session, 200)
    for visit in list(placement.follow_ups):
        desk.post(
            Role.COUNTY,
            f"/placements/follow-ups/{visit.id}",
            outcome="employed",
            evidence="3",
            wage_fen="4700",
            note="工资条",
        )
        desk.post(Role.CITY, f"/placements/follow-ups/{visit.id}/verify")
    visits = desk.session.scalars(select(FollowUp)).all()
    assert all(visit.verified_at for visit in visits)
    assert placement.state == PlacementState.STAYED


def everybody_counts_her_once(desk: Desk) -> None:
    for role, figure in ((Role.PROVINCE, "不公布"), (Role.COUNTY, "1"), (Role.CITY, "1")):
        page = re.sub(r"\s+", " ", desk.page(role, "/"))
        assert re.search(rf'满六个月</th>.*?class="figure">(<a [^>]*>)?{figure}<', page), role
