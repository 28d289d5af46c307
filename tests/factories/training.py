"""Training orders, agreements, classes, learners, lessons and certificates for tests: each valid as it
stands."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.clock import today
from models.people.worker import Worker
from models.reference.organisation import Organisation, OrganisationKind
from models.training.agreement import Agreement, AgreementState, AgreementTerms, Party, Signature
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, LessonKind, MarkedBy, Presence
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import SkillLevel, TrainingOrder, TrainingOrderState
from tests.factories.people import ZHAOJUE, make_enterprise, make_order, make_worker

_numbers = itertools.count(1)
SCHOOL = {"kind": OrganisationKind.SCHOOL, "area_code": ZHAOJUE}
WELDER = {"occupation_code": "6-18-02-04", "occupation_name": "焊工", "skill": "焊接"}


def make_school(session: Session, **values: Any) -> Organisation:
    """Return a training school."""
    return make_enterprise(
        session,
        **(SCHOOL | {"name": f"第{next(_numbers)}技工学校"} | values),
    )


def make_training_order(
    session: Session, enterprise: Organisation | None = None, **values: Any
) -> TrainingOrder:
    """Return a published training order of 20 people for a job order of 30."""
    job_order = values.pop("job_order", None) or make_order(session, enterprise, headcount=30)
    given = WELDER | {
        "enterprise_id": job_order.enterprise_id,
        "job_order_id": job_order.id,
        "county_code": ZHAOJUE,
        "city_code": job_order.city_code,
        "state": TrainingOrderState.OPEN,
        "level": SkillLevel.FIVE,
        "headcount": 20,
        "ready_by": today() + timedelta(days=90),
        "wage_floor_fen": 400_000,
    }
    return _saved(session, TrainingOrder(**(given | values)))


def make_agreement(
    session: Session, order: TrainingOrder | None = None, school: Organisation | None = None, **values: Any
) -> Agreement:
    """Return an agreement in force between county, school and enterprise, signed by all."""
    order = order or make_training_order(session, state=TrainingOrderState.AGREED)
    school = school or make_school(session)
    terms: dict[str, Any] = {
        "skill": WELDER["skill"],
        "parties": {
            Party.COUNTY: "昭觉县",
            Party.CITY: "佛山市",
            Party.SCHOOL: school.name,
            Party.ENTERPRISE: order.enterprise.name,
        },
        "job": order.job_order.title,
        "occupation": order.occupation_name,
        "level": order.level,
        "certificate": "",
        "headcount": order.headcount,
        "periods": 120,
        "price_fen": 150_000,
        "place": "实训楼",
        "starts_on": today(),
        "ready_by": order.ready_by,
        "plan": "",
        "other": "",
        "wage_floor_fen": 400_000,
        "hire_share_percent": 100,
        "follow_months": 6,
        "breach": (),
    }
    given = {
        "order_id": order.id,
        "number": f"XY{next(_numbers):06d}",
        "enterprise_id": order.enterprise_id,
        "school_id": school.id,
        "county_code": order.county_code,
        "city_code": order.city_code,
        "state": AgreementState.IN_FORCE,
        "terms": AgreementTerms(**terms),
    }
    agreement = _saved(session, Agreement(**(given | values)))
    now = datetime.now(UTC)
    session.add_all(
        Signature(agreement_id=agreement.id, party=party, signed_at=now, signed_name="签字人")
        for party in (Party.COUNTY, Party.SCHOOL, Party.ENTERPRISE)
    )
    session.commit()
    return agreement


def make_class(session: Session, agreement: Agreement | None = None, **values: Any) -> TrainingClass:
    """Return a class being taught, of 120 periods from ten days ago."""
    agreement = agreement or make_agreement(session)
    n = next(_numbers)
    given = WELDER | {
        "agreement_id": agreement.id,
        "number": f"TGZX201905{n:03d}",
        "name": f"焊工{n}班",
        "school_id": agreement.school_id,
        "enterprise_id": agreement.enterprise_id,
        "county_code": agreement.county_code,
        "city_code": agreement.city_code,
        "state": ClassState.TEACHING,
        "level": SkillLevel.FIVE,
        "capacity": 20,
        "periods": 120,
        "scheduled_periods": 120,
        "starts_on": min(today(), values.get("ends_on", today())) - timedelta(days=10),
        "ends_on": max(today(), values.get("starts_on", today())) + timedelta(days=10),
        "place": "实训楼",
    }
    return _saved(session, TrainingClass(**(given | values)))


def make_enrolment(
    session: Session, training_class: TrainingClass | None = None, worker: Worker | None = None, **values: Any
) -> Enrolment:
    """Return somebody who sits in the class (its ``enrolled`` grows with him)."""
    training_class = training_class or make_class(session)
    worker = worker or make_worker(session, county_code=training_class.county_code)
    state = values.get("state", EnrolmentState.ENROLLED)
    given = {
        "class_id": training_class.id,
        "worker_id": worker.id,
        "county_code": worker.county_code,
        "township_code": worker.township_code,
        "school_id": training_class.school_id,
        "enterprise_id": training_class.enterprise_id,
        "city_code": training_class.city_code,
        "state": state,
        "active_digest": worker.id_digest if state is EnrolmentState.ENROLLED else None,
    }
    if state in (EnrolmentState.ENROLLED, EnrolmentState.FINISHED, EnrolmentState.FAILED):
        training_class.enrolled += 1
        given["seat"] = training_class.enrolled
    return _saved(session, Enrolment(**(given | values)))


def make_lesson(
    session: Session, training_class: TrainingClass, held_on: date | None = None, **values: Any
) -> Lesson:
    """Return a lesson of four periods on the morning of ``held_on`` (today)."""
    given = {
        "class_id": training_class.id,
        "school_id": training_class.school_id,
        "county_code": training_class.county_code,
        "held_on": held_on or today(),
        "starts": time(8, 30),
        "ends": time(11, 30),
        "kind": LessonKind.PRACTICE,
        "content": "平焊",
        "periods": 4,
        "place": "一号车间",
        "teacher_name": "马老师",
        "code_secret": "s" * 32,
    }
    return _saved(session, Lesson(**(given | values)))


def hours_around(now: datetime) -> dict[str, time]:
    """When a lesson that is being held at ``now`` (China) starts and ends: an hour each way, on one day."""
    today_begins = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = max(now - timedelta(hours=1), today_begins)
    ends = min(now + timedelta(hours=1), today_begins + timedelta(hours=23, minutes=59, seconds=59))
    return {"starts": starts.replace(microsecond=0).time(), "ends": ends.replace(microsecond=0).time()}


def make_attendance(session: Session, lesson: Lesson, enrolment: Enrolment, **values: Any) -> Attendance:
    """Return a mark: present, called by the teacher."""
    now = datetime.now(UTC)
    given = {
        "lesson_id": lesson.id,
        "enrolment_id": enrolment.id,
        "presence": Presence.PRESENT,
        "how": MarkedBy.ROSTER,
        "marked_at": now,
        "received_at": now,
    }
    return _saved(session, Attendance(**(given | values)))


def make_certificate(session: Session, enrolment: Enrolment, **values: Any) -> Certificate:
    """Return a valid certificate of a finished learner."""
    training_class, n = enrolment.training_class, next(_numbers)
    given = WELDER | {
        "class_id": training_class.id,
        "enrolment_id": enrolment.id,
        "worker_id": enrolment.worker_id,
        "school_id": training_class.school_id,
        "county_code": training_class.county_code,
        "number": f"ZS{n:08d}",
        "token": f"token{n:08d}",
        "issuer": "州职业技能鉴定中心",
        "level": training_class.level,
        "issued_on": today(),
    }
    return _saved(session, Certificate(**(given | values)))


def _saved(session: Session, row: Any) -> Any:
    session.add(row)
    session.commit()
    return row
