"""Slips around learners are undone before they count, and nobody's days are lost or counted twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries import attendance
from app.training.classes import corrections, operations
from app.training.subsidies.facts import attended_days, year_of
from app.training.subsidies.rules import assess
from models.access import Actor, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.jobs.order import Order
from models.messages.message import Message
from models.people.household import Household
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Lesson
from models.training.reserved_places import reserve_places
from models.training.standard import StandardName
from models.training.subsidy import Scheme
from models.training.training_class import ClassState, TrainingClass
from models.workflow import TransitionRefused
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker
from tests.factories.training import make_agreement, make_attendance, make_class, make_enrolment, make_lesson

S = EnrolmentState
DAY = timedelta(days=1)


@pytest.fixture
def home(session: Session) -> Household:
    row = Household(county_code=ZHAOJUE, code="H1", poverty_attribute="一般贫困户")
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def person(session: Session, home: Household) -> Worker:
    return make_worker(session, household_id=home.id)


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def school_of(session: Session, row: Enrolment) -> Actor:
    """The school whose class it is."""
    return actor_of(session, make_user(session, Role.SCHOOL, organisation_id=row.school_id))


def threshold(value: int, verified: bool) -> dict[str, Any]:
    """The least share of periods as a class keeps it."""
    return {
        StandardName.ATTENDANCE.value: {"value": value, "source": "培训办法第 9 条", "verified": verified}
    }


def taught(session: Session, training_class: TrainingClass, days: int) -> list[Lesson]:
    """Four periods on each of the last ``days``."""
    return [make_lesson(session, training_class, today() - n * DAY) for n in range(days, 0, -1)]


# --- answers, refusals, confirmations -------------------------------------------------------------------


def test_a_wrong_refusal_is_taken_back_to_where_the_person_stood(
    session: Session, person: Worker, county: Actor
) -> None:
    training_class = make_class(session, state=ClassState.DRAFT)
    (row,), _ = operations.propose(session, county, training_class, [person], today())
    operations.endorse(session, county, row, Channel.PHONE, utc_now())
    operations.refuse(session, county, row, "年龄不符")
    with pytest.raises(TransitionRefused, match="理由"):
        corrections.reconsider(session, county, row, "", today())
    corrections.reconsider(session, county, row, "看错了出生年份", today())
    session.commit()
    assert (row.state, row.outcome_note) == (S.ENDORSED, "")
    told = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert told.details["reason"] == "看错了出生年份"


def test_a_refusal_before_anybody_asked_goes_back_to_the_township(
    session: Session, person: Worker, county: Actor
) -> None:
    training_class = make_class(session, state=ClassState.DRAFT)
    (row,), _ = operations.propose(session, county, training_class, [person], today())
    operations.refuse(session, county, row, "点错了")
    corrections.reconsider(session, county, row, "点错了人", today())
    assert row.state is S.PROPOSED


def test_an_answer_of_the_wrong_person_is_asked_again(
    session: Session, person: Worker, county: Actor
) -> None:
    training_class = make_class(session, state=ClassState.DRAFT)
    (row,), _ = operations.propose(session, county, training_class, [person], today())
    operations.decline(session, county, row, Channel.PHONE, "不想去", utc_now())
    corrections.ask_again(session, county, row, "接电话的是同名的人", today())
    assert (row.state, row.answered_at, row.answer_channel) == (S.PROPOSED, None, None)


def test_a_wrong_confirmation_gives_the_seat_back_until_a_roll_was_called(
    session: Session, person: Worker, county: Actor
) -> None:
    training_class = make_class(session, state=ClassState.DRAFT, capacity=1)
    (row,), _ = operations.propose(session, county, training_class, [person], today())
    operations.endorse(session, county, row, Channel.PHONE, utc_now())
    assert operations.enrol(session, county, row, today())
    corrections.unseat(session, county, row, "确认错了人", today())
    session.commit()
    assert (row.state, row.seat, row.active_digest, training_class.enrolled) == (S.ENDORSED, None, None, 0)
    messages = session.scalars(select(Message.text).where(Message.worker_id == person.id)).all()
    assert "登记错了" in messages[-1]
    assert operations.enrol(session, county, row, today())
    training_class.state = ClassState.TEACHING
    make_attendance(session, make_lesson(session, training_class), row)
    with pytest.raises(TransitionRefused, match="已经点过名"):
        corrections.unseat(session, county, row, "又错了", today())


def test_a_wrong_dropping_out_is_taken_back_with_the_days_from_before(
    session: Session, person: Worker, county: Actor
) -> None:
    training_class = make_class(session)
    row = make_enrolment(session, training_class, person)
    for lesson in taught(session, training_class, 2):
        make_attendance(session, lesson, row)
    operations.drop(session, school_of(session, row), row, "登记错了人")
    corrections.return_to_class(session, county, row, "退学的是另一个阿牛", today())
    session.commit()
    assert (row.state, row.active_digest, row.joined_on) == (S.ENROLLED, person.id_digest, None)
    assert attendance(session, training_class.id, today())[row.id].days == 2


def test_who_sits_in_another_class_meanwhile_does_not_come_back(
    session: Session, person: Worker, county: Actor
) -> None:
    row = make_enrolment(session, make_class(session), person)
    operations.drop(session, school_of(session, row), row, "登记错了人")
    session.commit()
    make_enrolment(session, make_class(session), person)
    with pytest.raises(TransitionRefused, match="在另一个班"):
        corrections.return_to_class(session, county, row, "登记错了", today())


# --- from class to class --------------------------------------------------------------------------------


def test_a_learner_moves_with_his_days_and_no_hour_counts_twice(
    session: Session, person: Worker, county: Actor
) -> None:
    old, new = make_class(session), make_class(session)
    row = make_enrolment(session, old, person)
    for lesson in taught(session, old, 3):  # twelve periods attended
        make_attendance(session, lesson, row)
    taught(session, new, 2)  # eight periods held without him
    moved = corrections.move(session, county, row, new, "离家近", today())
    session.commit()
    assert (row.state, row.active_digest, old.enrolled) == (S.MOVED, None, 0)
    assert (moved.state, moved.active_digest, new.enrolled) == (S.ENROLLED, person.id_digest, 1)
    total = attendance(session, new.id, today())[moved.id]
    assert (total.attended_periods, total.held_periods, total.days) == (8, 8, 3)
    assert attended_days(session, new, today())[moved.id] == {today() - n * DAY for n in (1, 2, 3)}


def test_the_year_of_the_subsidy_comes_along(session: Session, person: Worker, county: Actor) -> None:
    old = make_class(session, starts_on=date(2025, 12, 1))
    row = make_enrolment(session, old, person)
    moved = corrections.move(session, county, row, make_class(session), "离家近", today())
    assert year_of(moved) == 2025


def test_nobody_moves_into_another_trade_or_a_full_class(
    session: Session, person: Worker, county: Actor
) -> None:
    row = make_enrolment(session, make_class(session), person)
    cook = make_class(session, occupation_code="4-03-02-01", occupation_name="中式烹调师")
    full = make_class(session, capacity=1)
    make_enrolment(session, full)
    for target, why in ((cook, "同一工种"), (full, "没有空位")):
        with pytest.raises(TransitionRefused, match=why):
            corrections.move(session, county, row, target, "离家近", today())
        session.rollback()
    assert row.state is S.ENROLLED


def test_the_page_moves_a_learner(
    session: Session, person: Worker, sign_in: Callable[..., FlaskClient]
) -> None:
    old, new = make_class(session), make_class(session, name="焊工近的班")
    row = make_enrolment(session, old, person)
    office = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert f"/people/{row.id}/move" in office.get(f"/training/classes/{old.id}/people").text
    address = f"/training/classes/people/{row.id}/move"
    assert "焊工近的班" in office.get(address).text
    answer = office.post(address, data={"class_id": new.id, "reason": "离家近"}, follow_redirects=True)
    assert "从“" in answer.text
    assert old.name in answer.text


# --- late, and cut short --------------------------------------------------------------------------------


@pytest.mark.parametrize("verified", [True, False])
def test_who_comes_late_must_still_reach_the_least_hours(
    session: Session, person: Worker, county: Actor, verified: bool
) -> None:
    training_class = make_class(session, periods=20, standards=threshold(80, verified))
    taught(session, training_class, 1)  # 4 of 20 missed: 80% can still be reached
    (row,), barred = operations.propose(session, county, training_class, [person], today())
    assert not barred
    operations.endorse(session, county, row, Channel.PHONE, utc_now())
    assert operations.enrol(session, county, row, today())
    session.commit()
    assert (row.state, row.joined_on) == (S.ENROLLED, today())
    make_lesson(session, training_class, today() - 2 * DAY)
    late = make_worker(session, household_id=person.household_id)
    _rows, barred = operations.propose(session, county, training_class, [late], today())
    assert bool(barred) is verified
    if verified:
        assert "已经上了 8 课时" in str(barred[late.id][0].sentence)


def test_a_class_stopped_midway_leaves_its_learners_their_days_and_gives_the_places_back(
    session: Session, person: Worker, county: Actor, sign_in: Callable[..., FlaskClient]
) -> None:
    agreement = make_agreement(session)
    job = session.get_one(Order, agreement.order.job_order_id)
    reserve_places(session, agreement, job.id, 20)
    training_class = make_class(session, agreement)
    row = make_enrolment(session, training_class, person)
    lessons = taught(session, training_class, 2)
    make_attendance(session, lessons[0], row)
    make_lesson(session, training_class, today() + 3 * DAY)
    session.commit()
    operations.advance(session, county, training_class, "stop", today(), "教室垮了")
    session.commit()
    session.expire_all()
    assert (training_class.state, row.state, row.active_digest) == (ClassState.STOPPED, S.STOPPED, None)
    assert job.reserved == 0
    assert session.scalars(
        select(Lesson.id).where(Lesson.class_id == training_class.id).order_by(Lesson.id)
    ).all() == [one.id for one in lessons]
    lines = assess(session, training_class, today()).lines
    assert [(line.scheme, line.amount_fen, line.refusal) for line in lines] == [(Scheme.LIVING, 5000, None)]
    text = session.scalars(select(Message.text).where(Message.worker_id == person.id)).all()[-1]
    assert "教室垮了" in text
    enterprise = make_user(session, Role.ENTERPRISE, organisation_id=training_class.enterprise_id)
    assert "中途停办" in sign_in(enterprise).get("/").text
    page = sign_in(enterprise).get(f"/training/classes/{training_class.id}").text
    assert "教室垮了" in page
    other = make_class(session)
    moved = corrections.move(session, county, row, other, "原来的班停办了", today())
    assert attended_days(session, other, today())[moved.id] == {lessons[0].held_on}


def test_a_class_with_lessons_is_not_cancelled_as_if_nothing_had_been_taught(
    session: Session, county: Actor, sign_in: Callable[..., FlaskClient]
) -> None:
    training_class = make_class(session)
    office = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    page = office.get(f"/training/classes/{training_class.id}").text
    assert "中途停办" in page
    assert "取消这个班" not in page


# --- a standard that only asks --------------------------------------------------------------------------


def test_a_county_decides_with_a_reason_where_a_standard_is_not_verified(
    session: Session, person: Worker, county: Actor
) -> None:
    training_class = make_class(session, standards=threshold(80, False))
    row = make_enrolment(session, training_class, person)
    with pytest.raises(TransitionRefused, match="理由"):
        corrections.decide(session, county, training_class, StandardName.ATTENDANCE, True, " ", today(), row)
    corrections.decide(
        session, county, training_class, StandardName.ATTENDANCE, True, "修路封山三天", today(), row
    )
    session.commit()
    training_class.standards = threshold(80, True)
    with pytest.raises(TransitionRefused, match="已经核实"):
        corrections.decide(
            session, county, training_class, StandardName.ATTENDANCE, True, "修路", today(), row
        )
