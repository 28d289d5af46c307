"""T6 of the trust page, money: 100 workers, each in two classes of two schools in one year, claimed by both
at once.
"""

import sys
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from drills import soundness
from drills.client import Press, press_all
from drills.figures import Figure, main, size
from tests.factories import stage

SCHOOLS, COUNTY, CONFIRMED = 2, "513431", "/training/claims/"
FORM = (("account_name", "学校"), ("account_number", "6222020200112233445"), ("bank_name", "农行"))


def run(database: str) -> list[Figure]:
    """Each worker has one line of each subsidy that will be paid; the other is refused in words."""
    app, _url = stage.set_up("double_payment")
    tries = size(100, 20)
    from app.kit.web.extensions import db
    from models.training.subsidy import Claim, ClaimLine

    with app.app_context():
        claims = _classes(db.session, tries)
        db.session.commit()
        db.engine.dispose()
    # Both claims of a worker lie in the same crowd, side by side: they are pressed at the same moment.
    presses = [press for both in zip(*claims, strict=True) for press in both]
    share = len(presses) // stage.processes()
    crowds = [presses[n : n + share] for n in range(0, len(presses), share)]
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, crowds, CONFIRMED)
    with app.app_context():
        kept = db.session.scalars(
            select(ClaimLine.payment_key).where(ClaimLine.payment_key.is_not(None))
        ).all()
        refused = db.session.scalar(
            select(func.count()).where(ClaimLine.refused.contains("每人每年只能领一次"))
        )
        made, unsound = db.session.scalar(select(func.count(Claim.id))), soundness.troubles(db.session)
    # Of each shared worker one line of each subsidy is kept; each class has one more learner of its own.
    expected = 2 * tries + 2 * SCHOOLS * tries
    paid_once = len(kept) == len(set(kept)) == expected and refused == 2 * tries
    whole = met.statuses[303] == made == SCHOOLS * tries and not met.broken
    return [
        Figure(
            "T6",
            f"{tries} workers claimed for by two schools at once: who is paid for",
            f"{expected} payments, each once, {2 * tries} lines refused in words, 0 errors, sound",
            f"{len(kept)} payments, {len(set(kept))} distinct, {refused} refused; {met.said(unsound)}",
            paid_once and whole and not unsound,
            database,
        )
    ]


def _classes(session: Any, tries: int) -> list[list[Press]]:
    """Write the classes of two schools; return for each school the presses that claim for them."""
    people = stage.people(session, 3 * tries)
    shared, own = people[:tries], (people[tries : 2 * tries], people[2 * tries :])
    presses = []
    for n in range(SCHOOLS):
        account, school_id = _school(session, n)
        ended = date(date.today().year - 1, 6 + 2 * n, 28)  # noqa: DTZ011 (both in one year, whatever day it is)
        _figures(session, ended)
        agreement = _agreement(session, school_id, n, tries)
        rows = [_class(session, agreement, ended, pair) for pair in zip(shared, own[n], strict=True)]
        presses.append([Press(account, f"/training/claims/classes/{row.id}", FORM) for row in rows])
    return presses


def _school(session: Any, n: int) -> tuple[str, int]:
    from app.accounts.operations import give, make_user
    from models.access import SYSTEM, Role
    from models.reference.organisation import Organisation, OrganisationKind

    school = Organisation(
        kind=OrganisationKind.SCHOOL, credit_code=f"SCHOOL{n:012d}", name=f"第{n}技校", area_code="513431"
    )
    session.add(school)
    session.flush()
    user = make_user(session, SYSTEM, f"school{n}", f"第{n}技校", stage.PASSWORD, must_change=False)
    give(session, SYSTEM, user, Role.SCHOOL, organisation_id=school.id, valid_from=date(2016, 1, 1))
    return user.username, school.id


def _figures(session: Any, day: date) -> None:
    """Let a fee and an allowance be in force around ``day``."""
    from models.training.standard import StandardName, TrainingStandard

    session.add_all(
        TrainingStandard(
            area_code=COUNTY,
            name=name,
            value=value,
            source="演练",
            verified=True,
            valid_from=day - timedelta(days=60),
        )
        for name, value in ((StandardName.TRAINING_FEE, 120_000), (StandardName.LIVING_ALLOWANCE, 5_000))
    )


def _agreement(session: Any, school_id: int, n: int, tries: int) -> Any:
    from models.training.agreement import Agreement, AgreementState, AgreementTerms, Party
    from models.training.training_order import SkillLevel, TrainingOrder, TrainingOrderState

    job = stage.enterprise_with(session, n, tries)
    order = TrainingOrder(
        enterprise_id=job.enterprise_id,
        job_order_id=job.id,
        county_code=COUNTY,
        city_code=job.city_code,
        state=TrainingOrderState.AGREED,
        occupation_code=f"6-{n}",
        occupation_name="焊工",
        skill="焊接",
        level=SkillLevel.FIVE,
        headcount=tries,
        ready_by=date(2030, 1, 1),
        wage_floor_fen=400_000,
    )
    session.add(order)
    session.flush()
    agreement = Agreement(
        order_id=order.id,
        number=f"XY{n}",
        enterprise_id=order.enterprise_id,
        school_id=school_id,
        county_code=COUNTY,
        city_code=order.city_code,
        state=AgreementState.IN_FORCE,
        terms=AgreementTerms(
            parties={Party.SCHOOL: f"第{n}技校"},
            job=job.title,
            occupation=order.occupation_name,
            skill=order.skill,
            level=order.level,
            certificate="",
            headcount=tries,
            periods=120,
            price_fen=150_000,
            starts_on=date(2030, 1, 1),
            ready_by=order.ready_by,
            place="实训楼",
            plan="",
            wage_floor_fen=order.wage_floor_fen,
            hire_share_percent=100,
            follow_months=6,
            other="",
            breach=(),
        ),
    )
    session.add(agreement)
    session.flush()
    return agreement


def _class(session: Any, agreement: Any, ended: date, pair: tuple[Any, Any]) -> Any:
    """A class whose follow-up is over, with two graduates and one lesson."""
    from models.training.training_class import ClassState, TrainingClass

    order = agreement.order
    training_class = TrainingClass(
        agreement_id=agreement.id,
        name="焊工班",
        school_id=agreement.school_id,
        enterprise_id=agreement.enterprise_id,
        county_code=COUNTY,
        city_code=agreement.city_code,
        state=ClassState.FOLLOWED,
        occupation_code=order.occupation_code,
        occupation_name="焊工",
        skill="焊接",
        level=order.level,
        capacity=2,
        enrolled=2,
        periods=120,
        starts_on=ended - timedelta(days=20),
        ends_on=ended,
        place="实训楼",
        graded_on=ended,
    )
    session.add(training_class)
    session.flush()
    _graduates(session, training_class, pair)
    return training_class


def _graduates(session: Any, training_class: Any, pair: tuple[Any, Any]) -> None:
    from datetime import UTC, datetime, time

    from models.training.certificate import Certificate
    from models.training.enrolment import Enrolment, EnrolmentState
    from models.training.lesson import Attendance, Lesson, LessonKind, MarkedBy, Presence

    now = datetime.now(UTC)
    lesson = Lesson(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=COUNTY,
        held_on=training_class.ends_on,
        starts=time(8, 30),
        ends=time(11, 30),
        kind=LessonKind.PRACTICE,
        content="平焊",
        periods=4,
        place="车间",
        teacher_name="马老师",
        code_secret="drill",
        closed_at=now,
    )
    session.add(lesson)
    for seat, worker in enumerate(pair, 1):
        row = Enrolment(
            class_id=training_class.id,
            worker_id=worker.id,
            county_code=COUNTY,
            school_id=training_class.school_id,
            enterprise_id=training_class.enterprise_id,
            city_code=training_class.city_code,
            state=EnrolmentState.FINISHED,
            seat=seat,
            exam_passed=True,
            exam_on=training_class.ends_on,
        )
        session.add(row)
        session.flush()
        session.add(
            Attendance(
                lesson_id=lesson.id,
                enrolment_id=row.id,
                presence=Presence.PRESENT,
                how=MarkedBy.ROSTER,
                marked_at=now,
                received_at=now,
            )
        )
        session.add(
            Certificate(
                class_id=training_class.id,
                enrolment_id=row.id,
                worker_id=worker.id,
                school_id=training_class.school_id,
                county_code=COUNTY,
                number=f"ZS{row.id}",
                token=f"drill{row.id}",
                issuer="鉴定中心",
                occupation_code=training_class.occupation_code,
                occupation_name="焊工",
                skill="焊接",
                level=training_class.level,
                issued_on=training_class.ends_on,
            )
        )


if __name__ == "__main__":
    sys.exit(main(run))
