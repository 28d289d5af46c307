"""How much each line comes to, and which rule stands against it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries import attendance
from app.training.subsidies import facts
from app.training.subsidies.rules import Assessed, assess, calculation_on_paper
from models.clock import CHINA, today, utc_now
from models.people.category import ORDINARY, CategoryEvidence, PersonCategory
from models.people.worker import WorkerState
from models.placement.placement import PlacementState
from models.reference.sourced import Basis, Confidence
from models.reference.target_category import CategoryUse, TargetCategory
from models.training.certificate import Certificate
from models.training.enrolment import trained_key
from models.training.lesson import Attendance, Lesson, Presence
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import Scheme
from tests.app.training.subsidies.scene import (
    DAY_FEN,
    DAYS,
    FEE_FEN,
    SEPTEMBER,
    Scene,
    another_class,
    fix,
    followed_class,
    make_scene,
)
from tests.factories.people import make_placement
from tests.factories.training import make_lesson

T, L = Scheme.TRAINING, Scheme.LIVING
BEFORE_THE_END = datetime.combine(SEPTEMBER - timedelta(days=2), time(9), CHINA)


def assessed(scene: Scene, learner: int = 0) -> dict[Scheme, Assessed]:
    """Return the lines of one learner by subsidy."""
    scene.session.flush()
    wanted = scene.learners[learner].id
    found = assess(scene.session, scene.training_class, today())
    return {line.scheme: line for line in found.lines if line.enrolment.id == wanted}


def refusal(line: Assessed) -> str:
    return str(line.refusal or "")


def test_the_fee_goes_once_and_the_allowance_by_attended_day(scene: Scene) -> None:
    lines = assessed(scene)
    assert (lines[T].amount_fen, lines[L].amount_fen) == (FEE_FEN, DAYS * DAY_FEN)
    assert not lines[T].refusal
    assert not lines[L].refusal


def test_whom_the_money_is_for_is_asked_of_the_day_the_class_began(scene: Scene) -> None:
    """Who was an ordinary farmer on that day gets nothing; who became one later keeps it."""
    began = scene.training_class.starts_on
    ordinary = PersonCategory(
        worker_id=scene.learners[0].worker_id,
        category=ORDINARY,
        held_from=began,
        seen_on=began,
        evidence=CategoryEvidence.DOCUMENT,
    )
    use = TargetCategory(
        name=ORDINARY,
        use=CategoryUse.TRAINING,
        counts=False,
        valid_from=began - timedelta(days=400),
        source="某省2016年9号",
        verified=True,
        confidence=Confidence.HIGH,
        basis=Basis.DOCUMENT,
    )
    scene.session.add_all([ordinary, use])
    assert all("不在订单培训的范围" in refusal(line) for line in assessed(scene).values())
    assert not any(refusal(line) for line in assessed(scene, learner=1).values())
    ordinary.held_from = ordinary.seen_on = began + timedelta(days=1)
    assert not any(refusal(line) for line in assessed(scene).values())


def test_the_days_are_those_that_attendance_counts(scene: Scene) -> None:
    mark = scene.session.scalars(select(Attendance).order_by(Attendance.id)).first()
    mark.presence = Presence.EXCUSED
    told = attendance(scene.session, scene.training_class.id, today())
    assert [told[one.id].days for one in scene.learners] == [1, 2]
    assert [assessed(scene, n)[L].basis.days for n in range(2)] == [1, 2]


def test_the_fee_never_passes_the_agreed_price(scene: Scene) -> None:
    agreement = scene.training_class.agreement
    agreement.terms = replace(agreement.terms, price_fen=90_000)
    line = assessed(scene)[T]
    assert line.amount_fen == 90_000
    assert "按协议价" in str(calculation_on_paper(line))


def test_each_day_follows_the_standard_of_that_day(scene: Scene) -> None:
    days = scene.session.scalars(select(Lesson.held_on).order_by(Lesson.held_on)).all()
    old = scene.session.scalars(
        select(TrainingStandard)
        .where(TrainingStandard.value == DAY_FEN)
        .where(TrainingStandard.source == "县发文")
    ).one()
    old.valid_to = days[0]
    fix(scene.session, StandardName.LIVING_ALLOWANCE, 3_000, valid_from=days[1], verified=False)
    line = assessed(scene)[L]
    assert line.amount_fen == DAY_FEN + 3_000
    assert str(calculation_on_paper(line)) == "1 天 × 50 元 + 1 天 × 30 元（待核）"


def test_without_a_standard_nothing_is_guessed(session: Session, sign_in: Callable) -> None:
    scene = make_scene(session, sign_in, county_code="520521")  # 大方: an allowance of Guizhou, but no fee
    line = assessed(scene)[T]
    assert line.amount_fen == 0
    assert "没有标准" in refusal(line)
    assert not assessed(scene)[L].refusal


def test_a_figure_nobody_checked_is_said_and_refuses_nobody(scene: Scene) -> None:
    scene.training_class.standards = {"attendance": {"value": 80, "source": "各地通行", "verified": False}}
    for mark in scene.session.scalars(
        select(Attendance).where(Attendance.enrolment_id == scene.learners[0].id)
    ):
        mark.presence = Presence.ABSENT
    line = assessed(scene)[T]
    assert not line.refusal
    scene.training_class.standards = {"attendance": {"value": 80, "source": "县发文", "verified": True}}
    assert "出勤 0%，不到 80%" in refusal(assessed(scene)[T])


def test_who_never_came_gets_no_allowance(scene: Scene) -> None:
    scene.training_class.standards = {}
    for mark in scene.session.scalars(
        select(Attendance).where(Attendance.enrolment_id == scene.learners[0].id)
    ):
        mark.presence = Presence.ABSENT
    assert "没有一天出勤" in refusal(assessed(scene)[L])


def test_a_revoked_certificate_earns_no_fee(scene: Scene) -> None:
    certificate = scene.session.scalars(select(Certificate).order_by(Certificate.id)).first()
    certificate.revoked_at = utc_now()
    lines = assessed(scene)
    assert "没有有效的证书" in refusal(lines[T])
    assert not lines[L].refusal


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"erased_at": utc_now()}, "资料已经清除"),
        ({"merged_into_id": 1}, "已并入另一条"),
        ({"state": WorkerState.CLOSED, "state_since": BEFORE_THE_END}, "不再服务这个人"),
    ],
)
def test_whom_the_register_marks_is_refused(scene: Scene, changes: dict, sentence: str) -> None:
    for name, value in changes.items():
        setattr(scene.learners[0].worker, name, value)
    assert sentence in refusal(assessed(scene)[T])


def test_who_was_closed_after_the_class_is_paid(scene: Scene) -> None:
    worker = scene.learners[0].worker
    worker.state, worker.state_since = WorkerState.CLOSED, utc_now()
    assert not assessed(scene)[T].refusal


def test_who_had_a_job_on_a_class_day_is_refused(scene: Scene) -> None:
    order = scene.training_class.agreement.order.job_order
    make_placement(
        scene.session,
        order,
        scene.learners[0].worker,
        state=PlacementState.LEFT,
        on_site_on=SEPTEMBER - timedelta(days=90),
        left_on=SEPTEMBER - timedelta(days=4),
    )
    assert "已经在企业上班，共 1 天" in refusal(assessed(scene)[L])


def test_who_was_in_two_classes_on_one_day_is_refused(scene: Scene) -> None:
    another_class(scene, [scene.learners[0].worker], ended=SEPTEMBER)
    assert "同一天在另一个班也记了到课，共 2 天" in refusal(assessed(scene)[T])
    assert not assessed(scene, 1)[T].refusal


def test_nobody_is_trained_twice_for_the_same(scene: Scene) -> None:
    worker, training_class = scene.learners[0].worker, scene.training_class
    key = trained_key(worker.id_digest, training_class.occupation_code, training_class.level)
    _earlier, rows = followed_class(scene.session, [worker], ended=SEPTEMBER - timedelta(days=300))
    rows[0].trained_key = key
    assert "不重复补贴" in refusal(assessed(scene)[T])


def test_attendance_is_measured_up_to_the_day_of_the_claim_not_up_to_today(scene: Scene) -> None:
    for days in (1, 0):  # missed after the day in question, and not closed by the teacher
        make_lesson(scene.session, scene.training_class, SEPTEMBER - timedelta(days=days))
    everybody = {one.id for one in scene.learners}
    read = facts.read
    assert read(scene.session, scene.training_class, SEPTEMBER - timedelta(days=2)).below == set()
    assert read(scene.session, scene.training_class, SEPTEMBER + timedelta(days=1)).below == everybody
