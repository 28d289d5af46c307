"""A class whose follow-up is over: its school, a checker and a payer of the county, the standards of the
day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.subsidies.operations import claims, notices
from models.access import Role
from models.clock import CHINA, today, utc_now
from models.people.worker import Worker
from models.training.agreement import Agreement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import Claim, ClaimLine, PublicNotice, Scheme
from models.training.training_class import ClassState, TrainingClass
from models.user import User
from tests.app.training.acting import Acting
from tests.factories.people import ZHAOJUE, make_user, make_worker
from tests.factories.training import (
    make_agreement,
    make_attendance,
    make_certificate,
    make_class,
    make_enrolment,
    make_lesson,
)

FIGURES = {"attendance": 80, "pass_score": 60, "employment_rate": 80}
STANDARDS = {name: {"value": value, "source": "测试", "verified": True} for name, value in FIGURES.items()}
FEE_FEN, DAY_FEN, DAYS = 120_000, 5_000, 2
ACCOUNT = claims.Account("昭觉技校", "6222020200112233445", "农行昭觉支行")
TYPED = {"account_name": ACCOUNT.name, "account_number": "6222 0202 0011 2233 445", "bank_name": ACCOUNT.bank}
PHONE = "0834-8321234"
WHY = "打过电话，情况属实"
# Of one year, whatever day the tests run.
SEPTEMBER, NOVEMBER = date(today().year - 1, 9, 30), date(today().year - 1, 11, 30)


@dataclass
class Scene(Acting):
    """The class and who works on its money."""

    root = "/training/claims"
    school: User
    checker: User
    payer: User

    def lines(self, learner: Enrolment | None = None) -> dict[Scheme, ClaimLine]:
        """Return one learner's lines (the first's) by subsidy."""
        wanted = learner or self.learners[0]
        rows = self.session.scalars(select(ClaimLine).where(ClaimLine.enrolment_id == wanted.id))
        return {row.scheme: row for row in rows}

    def claim(self) -> Claim:
        """Let the school claim."""
        claim = claims.make(self.session, self.actor(self.school), self.training_class, ACCOUNT, utc_now())
        self.session.commit()
        return claim

    def publish(self, days_ago: int = 0) -> PublicNotice:
        """Let the school claim and the county put the list up, so that it began ``days_ago``."""
        claim, checker = self.claim(), self.actor(self.checker)
        for number in range(len(claim.warnings)):
            claims.answer_warning(self.session, checker, claim, number, WHY, today())
        notice, _struck = notices.publish(self.session, checker, claim, "材料齐全", today(), PHONE)
        back = timedelta(days=days_ago)
        notice.starts_on, notice.ends_on = notice.starts_on - back, notice.ends_on - back
        self.training_class.notice_ends_on = notice.ends_on
        self.session.commit()
        return notice


def fix(session: Session, name: StandardName, value: int, **values: Any) -> TrainingStandard:
    """Write a standard of 昭觉, in force for two years."""
    given: dict[str, Any] = {
        "area_code": ZHAOJUE,
        "valid_from": today() - timedelta(days=730),
        "source": "县发文",
        "verified": True,
    }
    row = TrainingStandard(name=name, value=value, **given | values)
    session.add(row)
    session.commit()
    return row


def followed_class(
    session: Session,
    people: list[Worker],
    agreement: Agreement | None = None,
    ended: date = SEPTEMBER,
    **values: Any,
) -> tuple[TrainingClass, list[Enrolment]]:
    """Return a class that ended last year and taught ``people`` on two days; all passed and are certified."""
    given = {
        "state": ClassState.FOLLOWED,
        "standards": STANDARDS,
        "ends_on": ended,
        "graded_on": ended,
        "starts_on": ended - timedelta(days=20),
    }
    training_class = make_class(session, agreement, **given | values)
    rows = [
        make_enrolment(
            session, training_class, one, state=EnrolmentState.FINISHED, exam_on=ended, exam_passed=True
        )
        for one in people
    ]
    for n in range(DAYS):
        lesson = make_lesson(session, training_class, ended - timedelta(days=5 - n), closed_at=utc_now())
        at = datetime.combine(lesson.held_on, lesson.starts, CHINA)
        for row in rows:
            make_attendance(session, lesson, row, marked_at=at, received_at=at)
    for row in rows:
        make_certificate(session, row)
    return training_class, rows


def make_scene(
    session: Session, enter: Callable[..., FlaskClient], learners: int = 2, **values: Any
) -> Scene:
    """Return a class of ``learners`` in 昭觉 that may be claimed for."""
    people = [make_worker(session, county_code=ZHAOJUE) for _ in range(learners)]
    training_class, rows = followed_class(session, people, **values)
    school = make_user(session, Role.SCHOOL, organisation_id=training_class.school_id)
    checker, payer = (make_user(session, Role.COUNTY, area_code=ZHAOJUE) for _ in range(2))
    return Scene(session, enter, training_class, rows, school, checker, payer)


def with_figures(session: Session) -> None:
    """Let fee and allowance be in force."""
    fix(session, StandardName.TRAINING_FEE, FEE_FEN)
    fix(session, StandardName.LIVING_ALLOWANCE, DAY_FEN)


def another_class(
    scene: Scene, people: list[Worker], **values: Any
) -> tuple[TrainingClass, list[Enrolment], User]:
    """Return a class of another school and occupation with ``people`` in it, in the same year."""
    given = {
        "agreement": make_agreement(scene.session),
        "ended": NOVEMBER,
        "occupation_code": "4-02",
        **values,
    }
    training_class, rows = followed_class(scene.session, people, **given)
    return (
        training_class,
        rows,
        make_user(scene.session, Role.SCHOOL, organisation_id=training_class.school_id),
    )
