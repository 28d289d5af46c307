"""A class from its plan to its first lesson, and who may do which step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.classes import operations, planning
from app.training.classes.operations import Visit
from models.access import Actor, Role
from models.clock import today
from models.messages.message import Message
from models.training.agreement import Agreement, AgreementState
from models.training.class_rules import Plan, number_prefix, places_left
from models.training.enrolment import EnrolmentState
from models.training.lesson import Inspection
from models.training.reserved_places import PlaceReservation
from models.training.standard import StandardName, TrainingStandard
from models.training.training_class import ClassState, TrainingClass
from models.workflow import IllegalTransition, TransitionRefused
from tests.factories.people import ZHAOJUE, actor_of, make_user
from tests.factories.training import make_agreement, make_class, make_enrolment

C = ClassState
PLAN = Plan("焊工 1 班", 20, today() + timedelta(days=10), today() + timedelta(days=30), "实训楼", "马老师")


@pytest.fixture
def agreement(session: Session) -> Agreement:
    return make_agreement(session)


@pytest.fixture
def school(session: Session, agreement: Agreement) -> Actor:
    return actor_of(session, make_user(session, Role.SCHOOL, organisation_id=agreement.school_id))


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def test_a_class_takes_its_occupation_and_hours_from_the_agreement(
    session: Session, agreement: Agreement, school: Actor
) -> None:
    training_class = planning.create_class(session, school, agreement, PLAN, today())
    assert (training_class.periods, training_class.occupation_name, training_class.level) == (
        120,
        "焊工",
        agreement.order.level,
    )
    assert (training_class.state, training_class.number, places_left(session, agreement)) == (
        C.DRAFT,
        None,
        0,
    )


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"capacity": 21}, "还剩 20 人"),
        ({"ends_on": PLAN.starts_on - timedelta(days=1)}, "不能早于开班"),
        ({"starts_on": today() - timedelta(days=1)}, "不能早于今天"),
        ({"ends_on": today() + timedelta(days=4000)}, "培训完"),
    ],
)
def test_a_plan_beyond_the_agreement_is_refused(
    session: Session, agreement: Agreement, school: Actor, changed: dict, word: str
) -> None:
    agreement.terms = replace(agreement.terms, ready_by=today() + timedelta(days=90))
    with pytest.raises(TransitionRefused, match=word):
        planning.create_class(session, school, agreement, replace(PLAN, **changed), today())


def test_no_class_without_an_agreement_in_force(
    session: Session, agreement: Agreement, school: Actor
) -> None:
    agreement.state = AgreementState.SIGNING
    with pytest.raises(TransitionRefused, match="还没有生效"):
        planning.create_class(session, school, agreement, PLAN, today())


@pytest.mark.parametrize("verified", [True, False])
def test_a_class_too_large_is_refused_by_a_checked_standard_only(
    session: Session, agreement: Agreement, school: Actor, verified: bool
) -> None:
    session.add(
        TrainingStandard(
            area_code=ZHAOJUE,
            name=StandardName.CLASS_SIZE,
            value=15,
            verified=verified,
            valid_from=date(2016, 1, 1),
            source="县开班办法",
        )
    )
    session.commit()
    if verified:
        with pytest.raises(TransitionRefused, match="县开班办法"):
            planning.create_class(session, school, agreement, PLAN, today())
    else:
        assert planning.create_class(session, school, agreement, PLAN, today()).id


def test_the_number_is_initials_year_month_and_serial() -> None:
    assert number_prefix("天门高级中学", date(2019, 5, 8)) == "TMGJ201905"
    assert number_prefix("昭觉县职业技能培训学校", date(2019, 12, 1)) == "ZJZY201912"
    assert number_prefix("123", date(2019, 12, 1)).endswith("201912")


def ready(session: Session, agreement: Agreement) -> TrainingClass:
    training_class = make_class(session, agreement, state=C.DRAFT, number=None)
    make_enrolment(session, training_class)
    return training_class


def test_applying_freezes_the_standards_and_gives_the_number(
    session: Session, agreement: Agreement, school: Actor, county: Actor
) -> None:
    training_class = ready(session, agreement)
    operations.advance(session, school, training_class, "apply", today())
    number, frozen = training_class.number, training_class.standards["class_size"]
    assert number
    assert number.endswith(f"{today():%Y%m}001")
    assert (frozen["value"], frozen["verified"]) == (50, False)
    for row in session.scalars(select(TrainingStandard)):
        row.value = 1
    operations.advance(session, county, training_class, "return", today(), "缺场地证明")
    planning.update_class(session, school, training_class, replace(PLAN, capacity=19), today())
    assert training_class.standards["class_size"]["value"] == 50
    operations.advance(session, school, training_class, "apply", today())
    assert (training_class.number, training_class.standards["class_size"]["value"]) == (number, 1)


def test_a_class_opens_after_a_visit_that_found_all_in_order(
    session: Session, agreement: Agreement, school: Actor, county: Actor
) -> None:
    training_class = ready(session, agreement)
    operations.advance(session, school, training_class, "apply", today())
    with pytest.raises(IllegalTransition):
        operations.check_site(session, county, training_class, Visit(datetime.now(UTC), 1, True))
    operations.advance(session, county, training_class, "approve", today())
    operations.check_site(session, county, training_class, Visit(datetime.now(UTC), 0, False, "没有人"))
    with pytest.raises(TransitionRefused, match="核查"):
        operations.advance(session, county, training_class, "open", today())
    operations.check_site(session, county, training_class, Visit(datetime.now(UTC), 1, True))
    waiting = make_enrolment(session, training_class, state=EnrolmentState.WAITING)
    operations.advance(session, county, training_class, "open", today())
    assert waiting.state is EnrolmentState.CANCELLED  # the class is full; he is free for others, and told so
    assert "没有轮到你" in session.scalars(select(Message.text)).one()
    operations.advance(session, school, training_class, "teach", today())
    assert training_class.state is C.TEACHING
    assert session.scalars(select(Inspection.in_order).order_by(Inspection.id)).all() == [False, True]


def test_a_cancelled_class_frees_its_people_and_tells_them(
    session: Session, agreement: Agreement, county: Actor
) -> None:
    training_class = make_class(session, agreement, state=C.DRAFT)
    sat, asked = (
        make_enrolment(session, training_class, state=state)
        for state in (EnrolmentState.ENROLLED, EnrolmentState.PROPOSED)
    )
    operations.advance(session, county, training_class, "cancel", today(), "人数不够")
    assert {sat.state, asked.state} == {EnrolmentState.CANCELLED}
    assert (sat.active_digest, training_class.enrolled, places_left(session, agreement)) == (None, 0, 20)
    session.flush()
    assert session.scalars(select(Message.worker_id)).all() == [sat.worker_id]


def test_the_places_of_a_cancelled_class_wait_for_another_class_or_are_released(
    session: Session, agreement: Agreement, sign_in: Callable
) -> None:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    session.add(
        PlaceReservation(job_order_id=agreement.order.job_order_id, agreement_id=agreement.id, places=20)
    )
    agreement.order.ready_by = today() + timedelta(days=60)
    training_class = make_class(session, agreement, state=C.DRAFT)
    operations.advance(session, actor_of(session, user), training_class, "cancel", today(), "人数不够")
    session.commit()
    county = sign_in(user)
    path = f"/training/classes/{training_class.id}"
    assert "还留着 20 个名额" in county.get(path).get_data(as_text=True)
    assert "份协议还留着没人用的名额" in county.get("/").get_data(as_text=True)
    make_class(session, agreement, state=C.DRAFT)
    session.commit()
    assert "还留着 20 个名额" not in county.get(path).get_data(as_text=True)
    assert "份协议还留着没人用的名额" not in county.get("/").get_data(as_text=True)


def test_the_way_over_http(session: Session, agreement: Agreement, sign_in: Callable) -> None:
    school = sign_in(make_user(session, Role.SCHOOL, organisation_id=agreement.school_id))
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    training_class = ready(session, agreement)
    path = f"/training/classes/{training_class.id}"
    assert school.post(f"{path}/advance", data={"event": "apply"}).status_code == 303
    assert school.post(f"{path}/advance", data={"event": "approve"}).status_code == 403
    assert county.post(f"{path}/advance", data={"event": "approve"}).status_code == 303
    assert county.post(f"{path}/advance", data={"event": "pay"}).status_code == 400
    assert county.post(f"{path}/advance", data={"event": "open"}).status_code == 409
    typed = {"visited_at": "2019-05-08T09:00", "counted": "1", "in_order": "0", "finding": ""}
    assert "请写清楚哪里不对" in county.post(f"{path}/site-check", data=typed).get_data(as_text=True)
    assert county.post(f"{path}/site-check", data=typed | {"in_order": "1"}).status_code == 303
    assert county.post(f"{path}/advance", data={"event": "open"}).status_code == 303
