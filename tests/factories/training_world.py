"""One tenant's training rows: an order with a bid and an agreement, and a class at three points of its way.

The learner's name may be seen by the school; that of the person who is only invited may not.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.clock import today
from models.jobs.order import Order
from models.people.worker import Worker
from models.reference.organisation import Organisation
from models.training.agreement import Agreement
from models.training.certificate import Certificate, ResultBatch, ResultKind
from models.training.claim_paper import ClaimPaper, ClaimPaperKind
from models.training.enrolment import Enrolment, EnrolmentState, ProposalBatch
from models.training.lesson import (
    Attendance,
    Inspection,
    InspectionKind,
    Lesson,
    LessonKind,
    MarkedBy,
    Presence,
    TimetableBatch,
)
from models.training.recovery import Recovery, RecoveryGround
from models.training.reserved_places import PlaceReservation
from models.training.subsidy import Claim, ClaimLine, PublicNotice, Scheme
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import TrainingBid, TrainingOrder, TrainingOrderState
from tests.factories.training import (
    make_agreement,
    make_class,
    make_enrolment,
    make_school,
    make_training_order,
)

PLACES_KEPT = 2


def make_training_rows(
    session: Session, county: str, order: Order, clerk_id: int, invited: Worker, learner: Worker
) -> dict[str, int]:
    """Build the rows of one tenant in ``county`` for its job order; returns the ids by kind."""
    school = make_school(session, name=f"技校{county}")
    rows = _agreed(session, county, order, school)
    teaching = _class(session, rows["agreement"], ClassState.TEACHING)
    published = _class(session, rows["agreement"], ClassState.PUBLISHED)
    recruiting = _class(session, rows["agreement"], ClassState.DRAFT)
    rows |= {
        "school": school,
        "cohort": teaching,
        "enrolment": make_enrolment(session, teaching, learner),
        "recruiting": recruiting,
        "invitation": make_enrolment(session, recruiting, invited, state=EnrolmentState.PROPOSED),
    }
    rows["proposal_batch"] = _proposal(session, recruiting, clerk_id)
    graduate = make_enrolment(session, published, learner, state=EnrolmentState.FINISHED, exam_passed=True)
    rows |= _taught(session, teaching, rows["enrolment"], clerk_id)
    rows |= _claimed(session, published, graduate, clerk_id)
    return {kind: row.id for kind, row in rows.items()}


def _proposal(session: Session, training_class: TrainingClass, clerk_id: int) -> ProposalBatch:
    batch = ProposalBatch(
        class_id=training_class.id,
        county_code=training_class.county_code,
        user_id=clerk_id,
        filename="名单.xlsx",
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    session.add(batch)
    session.commit()
    return batch


def _agreed(session: Session, county: str, order: Order, school: Organisation) -> dict[str, Any]:
    wanted: TrainingOrder = make_training_order(
        session, job_order=order, county_code=county, headcount=PLACES_KEPT, state=TrainingOrderState.AGREED
    )
    agreement: Agreement = make_agreement(session, wanted, school)
    bid = TrainingBid(
        order_id=wanted.id,
        school_id=school.id,
        price_fen=150_000,
        periods=120,
        place="实训楼",
        starts_on=today(),
        chosen_at=datetime.now(UTC),
    )
    order.reserved = PLACES_KEPT
    session.add_all(
        [bid, PlaceReservation(job_order_id=order.id, agreement_id=agreement.id, places=PLACES_KEPT)]
    )
    session.commit()
    return {"training_order": wanted, "bid": bid, "agreement": agreement}


def _class(session: Session, agreement: Agreement, state: ClassState) -> TrainingClass:
    return make_class(
        session, agreement, state=state, capacity=PLACES_KEPT, name=f"焊工班{agreement.county_code}"
    )


def _taught(
    session: Session, training_class: TrainingClass, learner: Enrolment, clerk_id: int
) -> dict[str, Any]:
    lesson = Lesson(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        held_on=today(),
        starts=time(8, 30),
        ends=time(11, 30),
        kind=LessonKind.PRACTICE,
        content="平焊",
        periods=4,
        place="一号车间",
        teacher_name="马老师",
        code_secret="s" * 32,
    )
    visit = Inspection(
        class_id=training_class.id,
        kind=InspectionKind.RANDOM,
        visited_at=datetime.now(UTC),
        counted=1,
        in_order=True,
        inspector_id=clerk_id,
        inspector_name="巡查员",
    )
    batch = ResultBatch(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        kind=ResultKind.MARKS,
        user_id=clerk_id,
        filename="成绩.xlsx",
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    timetable = TimetableBatch(
        class_id=training_class.id,
        school_id=training_class.school_id,
        user_id=clerk_id,
        filename="课程表.xlsx",
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    session.add_all([lesson, visit, batch, timetable])
    session.flush()
    now = datetime.now(UTC)
    session.add(
        Attendance(
            lesson_id=lesson.id,
            enrolment_id=learner.id,
            presence=Presence.PRESENT,
            how=MarkedBy.ROSTER,
            marked_at=now,
            received_at=now,
        )
    )
    session.commit()
    return {"lesson": lesson, "inspection": visit, "result_batch": batch, "timetable_batch": timetable}


def _claimed(
    session: Session, training_class: TrainingClass, graduate: Enrolment, clerk_id: int
) -> dict[str, Any]:
    certificate = Certificate(
        class_id=training_class.id,
        enrolment_id=graduate.id,
        worker_id=graduate.worker_id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        number=f"ZS{training_class.id}",
        token=f"certificate{training_class.id}",
        issuer="鉴定中心",
        occupation_code=training_class.occupation_code,
        occupation_name=training_class.occupation_name,
        skill=training_class.skill,
        level=training_class.level,
        issued_on=today(),
    )
    claim = Claim(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        city_code=training_class.city_code,
        number=f"BT{training_class.id}",
        made_at=datetime.now(UTC),
        made_by_id=clerk_id,
    )
    session.add_all([certificate, claim])
    session.flush()
    line = ClaimLine(
        claim_id=claim.id,
        enrolment_id=graduate.id,
        scheme=Scheme.TRAINING,
        year=today().year,
        amount_fen=150_000,
        payment_key=f"test:{claim.id}",
    )
    notice = PublicNotice(
        claim_id=claim.id,
        token=f"notice{claim.id}",
        starts_on=today(),
        rows=[],
        ends_on=today() + timedelta(days=7),
    )
    paper = ClaimPaper(
        claim_id=claim.id,
        kind=ClaimPaperKind.INVOICE,
        size=4,
        pages=1,
        digest="d" * 64,
        content=b"%PDF",
        uploaded_by_id=clerk_id,
    )
    session.add_all([line, notice, paper])
    session.flush()
    recovery = Recovery(
        line_id=line.id,
        claim_id=claim.id,
        county_code=claim.county_code,
        city_code=claim.city_code,
        scheme=line.scheme,
        amount_fen=line.amount_fen,
        ground=RecoveryGround.REVOKED,
    )
    session.add(recovery)
    session.commit()
    return {
        "certificate": certificate,
        "claim": claim,
        "line": line,
        "notice": notice,
        "claim_paper": paper,
        "recovery": recovery,
        "paid_class": training_class,
    }
