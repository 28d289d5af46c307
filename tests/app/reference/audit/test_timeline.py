"""The auditor's page: one person's way through it all, narrowed, taken as a sheet; the chain on request."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.reference.audit import anchor
from app.reference.audit.filters import Filters, narrowed
from app.reference.audit.labels import KINDS, kind_of
from app.reference.audit.timeline import events
from models.about_person import subjects_of
from models.access import SYSTEM, Actor, Role
from models.append_only import unprotect
from models.audit import GENESIS, AuditEvent, record
from models.background_job import Job, JobState
from models.base import Base
from models.clock import utc_now
from models.event_tags import EventTag
from models.people.worker import Worker
from models.training.enrolment import EnrolmentState
from models.training.subsidy import ClaimLine, Scheme
from models.user import User
from tests.factories.any_row import fill
from tests.factories.people import BUTUO, ZHAOJUE, make_order, make_placement, make_user, make_worker
from tests.factories.training import make_class, make_enrolment

Enter = Callable[..., FlaskClient]


@pytest.fixture
def auditor(session: Session) -> User:
    return make_user(session, Role.AUDITOR, area_code="513400")


@pytest.fixture
def client(auditor: User, sign_in: Enter) -> FlaskClient:
    return sign_in(auditor)


@pytest.fixture
def worker(session: Session) -> Worker:
    return make_worker(session, name="阿布都热合曼·买买提")


def note(session: Session, tag: EventTag, subject: object, actor: Actor = SYSTEM, **payload: object) -> None:
    record(session, actor, tag, subject, **payload)
    session.commit()


def tags(session: Session, worker: Worker, **filters: str) -> list[str]:
    return [event.tag for event in session.scalars(events(session, worker, Filters.read(filters)))]


def test_every_event_is_of_a_kind_that_has_a_word() -> None:
    assert {kind_of(tag) for tag in EventTag} <= set(KINDS)
    assert kind_of(EventTag.WORKER_REVEAL) == "look"
    assert kind_of(EventTag.WORKER_UPDATE) == "register"


def test_one_timeline_goes_through_the_whole_chain_and_knows_nobody_else(
    session: Session, client: FlaskClient, worker: Worker
) -> None:
    other = make_worker(session)
    training_class = make_class(session)
    seat = make_enrolment(session, training_class, worker, state=EnrolmentState.FINISHED)
    offer = make_placement(session, make_order(session), worker)
    tables = Base.metadata.tables
    case = fill(session, tables["settlement_case"], {"worker_id": worker.id})
    certificate = fill(session, tables["certificate"], {"worker_id": worker.id, "enrolment_id": seat.id})
    account = make_user(session, Role.WORKER, worker_id=worker.id)
    session.commit()
    note(session, EventTag.WORKER_CREATE, worker)
    note(session, EventTag.PLACEMENT_CREATE, offer)
    note(session, EventTag.ENROLMENT_ADVANCE, seat, to="finished")
    note(session, EventTag.EXAM_IMPORT, training_class, counts=1)
    note(session, EventTag.CERTIFICATE_ISSUE, f"certificate:{certificate}")
    note(session, EventTag.HUKOU_CASE_CREATE, f"settlement_case:{case}")
    note(session, EventTag.USER_CREATE, f"user:{account.id}")
    note(session, EventTag.CONSENT_GIVE, "placement:987654", Actor(account.id, account.name))
    note(session, EventTag.WORKER_REVEAL, worker, purpose="核对证件")
    note(session, EventTag.WORKER_REVEAL, other, purpose="别人")
    answer = client.get("/admin/audit/people?q=阿布都热合曼买买提")
    assert answer.status_code == 302
    page = client.get(answer.location).text
    for word in ("登记人员", "推荐岗位", "学员状态变化", "登记成绩", "登记证书", "新建落户申请", "建账号"):
        assert word in page, word
    assert "本人同意给企业看" in page, "what the person did"
    assert "核对证件" in page
    assert "别人" not in page


def test_a_line_of_somebody_else_in_the_same_claim_is_not_told(session: Session, worker: Worker) -> None:
    training_class = make_class(session)
    mine, other = (
        make_enrolment(session, training_class, one, state=EnrolmentState.FINISHED)
        for one in (worker, make_worker(session))
    )
    claim = fill(
        session,
        Base.metadata.tables["claim"],
        {"cohort_id": training_class.id, "made_at": datetime.now(UTC), "made_by_id": make_user(session).id},
    )
    lines = [
        ClaimLine(claim_id=claim, enrolment_id=seat.id, scheme=Scheme.TRAINING, year=2026, amount_fen=1)
        for seat in (mine, other)
    ]
    session.add_all(lines)
    session.commit()
    for line in lines:
        note(session, EventTag.CLAIM_LINE_REFUSE, f"claim:{claim}", key=line.id, reason=f"第{line.id}笔")
    told = [event.details["key"] for event in session.scalars(events(session, worker, Filters()))]
    assert told == [lines[0].id]


def test_what_was_noted_of_a_record_that_was_merged_is_the_persons(session: Session, worker: Worker) -> None:
    gone = make_worker(session)
    note(session, EventTag.WORKER_CREATE, gone)
    assert tags(session, worker) == []
    gone.merged_into_id = worker.id
    session.commit()
    assert tags(session, worker) == ["worker:create"]


def test_filters_by_actor_kind_and_day_stand_in_the_address(
    session: Session, client: FlaskClient, worker: Worker
) -> None:
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    clerk.name = "吉克尔布"
    session.commit()
    note(session, EventTag.WORKER_CREATE, worker)
    note(session, EventTag.WORKER_REVEAL, worker, Actor(clerk.id, clerk.name), purpose="核对")
    assert tags(session, worker, actor="吉克") == ["worker:reveal"]
    assert tags(session, worker, actor="系统") == ["worker:create"]
    assert tags(session, worker, kind="look") == ["worker:reveal"]
    assert tags(session, worker, tag="worker:create") == ["worker:create"]
    assert tags(session, worker, start="2999-01-01") == []
    assert tags(session, worker, end="2000-01-01") == []
    assert tags(session, worker, start="2000-01-01", end="2999-01-01") == ["worker:reveal", "worker:create"]
    assert tags(session, worker, start="不是日期", kind="nonsense") == ["worker:reveal", "worker:create"]
    page = client.get(f"/admin/audit/people/{worker.id}?kind=look&actor=吉克").text
    assert "看完整号码" in page
    assert 'value="吉克"' in page
    assert "登记人员</td>" not in page
    assert "吉克尔布" in client.get("/admin/audit?actor=吉克").text


def test_a_day_is_found_by_halving_the_numbers(session: Session, intruder: Session) -> None:
    for _number in range(6):
        note(session, EventTag.USER_CREATE, "user:1")
    day = datetime(2026, 3, 1, 4, tzinfo=UTC)
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    moved = [(row.id, day + timedelta(days=place)) for place, row in enumerate(rows)]
    session.rollback()
    unprotect(intruder.connection())
    for number, at in moved:
        intruder.execute(
            AuditEvent.__table__.update().where(AuditEvent.__table__.c.id == number).values(at=at)
        )
    wanted = Filters.read({"start": "2026-03-03", "end": "2026-03-04"})
    statement = narrowed(intruder, select(AuditEvent.id).order_by(AuditEvent.id), wanted)
    assert list(intruder.scalars(statement)) == [moved[2][0], moved[3][0]]
    session.rollback()


def test_a_number_is_looked_up_with_a_purpose_and_stands_nowhere(
    session: Session, client: FlaskClient, worker: Worker
) -> None:
    number = worker.id_number
    assert "请用下面一格，并写明用途" in client.get(f"/admin/audit/people?q={number}").text
    data = {"number": number, "purpose": ""}
    assert client.post("/admin/audit/people", data=data).status_code == 200
    answer = client.post(
        "/admin/audit/people", data=data | {"purpose": "service", "purpose_word": "举报核实"}
    )
    assert answer.location.endswith(f"/admin/audit/people/{worker.id}")
    noted = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.AUDIT_LOOK)).one()
    assert (noted.subject, noted.details) == (f"worker:{worker.id}", {"purpose": "service:举报核实"})
    assert (
        "号码不对"
        in client.post(
            "/admin/audit/people", data=data | {"number": "12", "purpose": "service", "purpose_word": "x"}
        ).text
    )


def test_people_of_another_area_are_not_found(session: Session, sign_in: Enter) -> None:
    stranger = make_worker(session, county_code="520521", name="苏丙叁")
    near = make_worker(session, county_code=BUTUO, name="苏乙贰")
    client = sign_in(make_user(session, Role.AUDITOR, area_code="513400"))
    assert "没有找到" in client.get("/admin/audit/people?q=苏丙叁").text
    assert client.get(f"/admin/audit/people/{stranger.id}").status_code == 404
    assert client.get(f"/admin/audit/people/{near.id}").status_code == 200
    admin = sign_in(make_user(session, Role.ADMIN))
    assert admin.get(f"/admin/audit/people/{near.id}").status_code == 403
    assert "/admin/audit/people" not in admin.get("/admin/audit").text


def test_the_timeline_is_taken_as_a_sheet_as_it_is_filtered_and_that_is_noted(
    session: Session, client: FlaskClient, worker: Worker
) -> None:
    note(session, EventTag.WORKER_CREATE, worker)
    note(session, EventTag.WORKER_REVEAL, worker, purpose="=1+1")
    path = f"/admin/audit/people/{worker.id}/export?kind=look"
    assert client.post(path, data={"purpose": ""}).status_code == 200
    answer = client.post(path, data={"purpose": "service", "purpose_word": "年度审计"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert "用途：=1+1" in rows[1][4]
    noted = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.AUDIT_EXPORT)).one()
    assert noted.details == {"purpose": "service:年度审计", "rows": 1}


def test_whoever_may_have_the_person_in_a_roster_file_is_told(session: Session, worker: Worker) -> None:
    clerk, stranger = (make_user(session, Role.COUNTY, area_code=code) for code in (ZHAOJUE, BUTUO))
    for user in (clerk, stranger):
        values = {"user_id": user.id, "purpose": "service:排查", "filters": {}}
        number = fill(session, Base.metadata.tables["worker_export"], values)
        session.commit()
        note(session, EventTag.WORKER_EXPORT, f"worker_export:{number}", Actor(user.id, user.name))
    told = list(session.scalars(events(session, worker, Filters(kind="look"))))
    assert [event.actor_id for event in told] == [clerk.id]


def test_an_auditor_has_the_chain_walked_from_the_page(
    app: Flask, session: Session, client: FlaskClient, auditor: User
) -> None:
    note(session, EventTag.USER_CREATE, "user:1")
    anchor.begin(app.config["AUDIT_ANCHOR"], (0, GENESIS), utc_now())
    assert client.post("/admin/audit/check").status_code == 303
    session.rollback()
    walk = session.scalars(select(Job)).one()
    assert (walk.state, walk.user_id, walk.result["broken"]) == (JobState.DONE, auditor.id, None)
    page = client.get("/admin/audit").text
    assert "全部对得上" in page
    assert auditor.name in page


def test_a_broken_chain_names_its_first_broken_entry_on_the_page(
    session: Session, client: FlaskClient
) -> None:
    note(session, EventTag.USER_CREATE, "user:1")
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    values = {column.name: getattr(last, column.name) for column in AuditEvent.__table__.columns}
    forged = values | {"id": last.id + 1, "previous": "0" * 64, "hash": "f" * 64}
    session.execute(AuditEvent.__table__.insert().values(forged))
    session.commit()
    client.post("/admin/audit/check")
    session.rollback()
    page = client.get("/admin/audit").text
    assert f"从第 {last.id + 1} 条起对不上" in page


@pytest.mark.only_on("sqlite")
def test_the_way_to_a_persons_events_is_by_index(session: Session, worker: Worker) -> None:
    statement = events(session, worker, Filters()).limit(51)
    compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = [row[-1] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert not any(line.startswith("SCAN audit_event") for line in plan), plan
    assert subjects_of(session, worker) == [f"worker:{worker.id}"]
