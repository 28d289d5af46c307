"""A worker's own household registration, on a phone, in plain words."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.hukou.case import CaseState, HukouCase, HukouDocument
from models.people.worker import Worker
from tests.factories.hukou import MET, live_rule, make_case, worker_with_facts
from tests.factories.people import FOSHAN, GUANGZHOU, make_user, make_worker


@pytest.fixture
def worker(session: Session) -> Worker:
    return worker_with_facts(session, MET)


@pytest.fixture
def phone(session: Session, worker: Worker, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_user(session, Role.WORKER, worker_id=worker.id))


def only_case(session: Session) -> HukouCase:
    session.expire_all()
    return session.scalars(select(HukouCase)).one()


def test_from_the_first_look_to_the_application(session: Session, phone: FlaskClient) -> None:
    page = phone.get("/my/settling").text
    assert "看起来都符合了" in page
    assert "预审提示" in page
    phone.post("/my/settling/begin", data={"rule": live_rule(session).id, "city": FOSHAN})
    assert "先读这几句" in phone.get("/my/settling").text
    assert phone.post("/my/settling/apply").status_code == 409
    phone.post("/my/settling/notice", data={})
    assert only_case(session).notice_read_at is None
    phone.post("/my/settling/notice", data={"read": "1"})
    phone.post("/my/settling/apply")
    case = only_case(session)
    assert case.state is CaseState.APPLIED
    assert case.number in phone.get("/my/settling").text


def test_a_photograph_of_a_paper_goes_to_the_case(
    session: Session, phone: FlaskClient, worker: Worker
) -> None:
    case = make_case(session, worker, state=CaseState.PRESCREEN)
    out = io.BytesIO()
    Image.new("RGB", (300, 200)).save(out, "JPEG")
    phone.post(
        "/my/settling/papers", data={"kind": "lease", "file": (io.BytesIO(out.getvalue()), "IMG_1.jpg")}
    )
    paper = session.scalars(select(HukouDocument)).one()
    assert (paper.case_id, paper.kind, paper.worker_id) == (case.id, "lease", worker.id)
    refused = phone.post(
        "/my/settling/papers", data={"kind": "lease", "file": (io.BytesIO(b"MZ" * 99), "a.jpg")}
    )
    assert "只收照片（JPG、PNG）或 PDF" in refused.text


def test_what_the_office_misses_is_said_and_can_be_supplied(
    session: Session, phone: FlaskClient, worker: Worker
) -> None:
    case = make_case(session, worker, state=CaseState.SUPPLEMENT)
    case.steps[0].reason, case.steps[0].left_at = "缺租赁备案", case.steps[0].entered_at
    session.commit()
    assert "缺租赁备案" in phone.get("/my/settling").text
    phone.post("/my/settling/apply", data={"event": "supply"})
    assert only_case(session).state is CaseState.REVIEWING


def test_taking_it_back_is_as_free_as_applying(session: Session, phone: FlaskClient, worker: Worker) -> None:
    make_case(session, worker, state=CaseState.APPLIED)
    phone.post("/my/settling/withdraw")
    assert only_case(session).state is CaseState.WITHDRAWN
    assert "你撤回了" in phone.get("/my/settling").text


def test_nobody_begins_in_a_city_where_he_does_not_work(session: Session, phone: FlaskClient) -> None:
    rule = live_rule(session, "积分入户", GUANGZHOU)
    answer = phone.post("/my/settling/begin", data={"rule": rule.id, "city": GUANGZHOU})
    assert answer.status_code == 400


def test_a_worker_at_home_is_told_what_registration_needs(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.WORKER, worker_id=make_worker(session).id))
    assert "没有在广东六市上班的记录" in client.get("/my/settling").text
    assert client.post("/my/settling/withdraw").status_code == 404
