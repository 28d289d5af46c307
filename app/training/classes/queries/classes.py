"""Classes: the list by stage, what stands on the page of one, and the pages that one has."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.history import Entry
from models.access import Actor, Permission, visible_to
from models.audit import AuditEvent, subject_name
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import N_, Sentence
from models.training.agreement import Agreement, AgreementState
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import CLASS_WORKFLOW, ClassState, TrainingClass

C = ClassState
PAGE, MOST_EVENTS = 50, 30


@dataclass(frozen=True)
class Stage:
    """One tab of the list: the states it shows."""

    name: str
    word: str
    states: tuple[ClassState, ...]


STAGES = (
    Stage("planned", N_("筹备"), (C.DRAFT, C.RETURNED)),
    Stage("applied", N_("待审核"), (C.APPLIED,)),
    Stage("opening", N_("待开班"), (C.APPROVED, C.OPENED)),
    Stage("teaching", N_("上课中"), (C.TEACHING,)),
    Stage("results", N_("考核发证"), (C.EXAMINED, C.CERTIFIED)),
    Stage("following", N_("就业跟踪"), (C.PLACED, C.FOLLOWED)),
    Stage("claims", N_("补贴"), (C.CLAIMED, C.PUBLISHED, C.PAID)),
    Stage("over", N_("已结束"), (C.ARCHIVED, C.CANCELLED)),
)
STAGE_BY_NAME = {stage.name: stage for stage in STAGES}
STEPS = (
    N_("筹备"),
    N_("审核"),
    N_("开班"),
    N_("上课"),
    N_("考核"),
    N_("发证"),
    N_("上岗"),
    N_("跟踪"),
    N_("补贴"),
    N_("归档"),
)
STEP_OF = {
    C.DRAFT: 0,
    C.RETURNED: 0,
    C.APPLIED: 1,
    C.APPROVED: 2,
    C.OPENED: 2,
    C.TEACHING: 3,
    C.EXAMINED: 5,
    C.CERTIFIED: 6,
    C.PLACED: 7,
    C.FOLLOWED: 8,
    C.CLAIMED: 8,
    C.PUBLISHED: 8,
    C.PAID: 9,
    C.ARCHIVED: 10,
}


def scoped(actor: Actor, permission: Permission = Permission.TRAINING_READ) -> Select[Any]:
    """The classes ``actor`` may see, school and enterprise with them."""
    statement = select(TrainingClass).options(
        joinedload(TrainingClass.school), joinedload(TrainingClass.enterprise)
    )
    return visible_to(actor, statement, TrainingClass, permission)


def state_counts(session: Session, actor: Actor) -> dict[ClassState, int]:
    """How many classes of each state the actor may see."""
    statement = select(TrainingClass.state, func.count()).group_by(TrainingClass.state)
    return dict(session.execute(visible_to(actor, statement, TrainingClass, Permission.TRAINING_READ)).all())


def stage_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many classes stand at each stage."""
    counts = state_counts(session, actor)
    return {stage.name: sum(counts.get(state, 0) for state in stage.states) for stage in STAGES}


def class_page(
    session: Session, actor: Actor, stage: Stage | None, before: int | None = None
) -> tuple[list[TrainingClass], int | None]:
    """One page of classes, the newest first, and the key of the next page, if there is one."""
    states = stage.states if stage else tuple(s for s in C if s not in STAGE_BY_NAME["over"].states)
    statement = scoped(actor).where(TrainingClass.state.in_(states))
    if before:
        statement = statement.where(TrainingClass.id < before)
    rows = list(session.scalars(statement.order_by(TrainingClass.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def agreements_to_open(session: Session, actor: Actor) -> list[tuple[Agreement, int]]:
    """The agreements in force that still want a class, with how many people are left (at most 50)."""
    statement = select(Agreement).options(joinedload(Agreement.enterprise), joinedload(Agreement.order))
    statement = (
        statement.where(Agreement.state == AgreementState.IN_FORCE).order_by(Agreement.id.desc()).limit(PAGE)
    )
    agreements = list(session.scalars(visible_to(actor, statement, Agreement, Permission.CLASS_WRITE)))
    planned = _planned(session, [agreement.id for agreement in agreements])
    left = [(one, one.terms.headcount - planned.get(one.id, 0)) for one in agreements]
    return [(agreement, people) for agreement, people in left if people > 0]


def _planned(session: Session, agreement_ids: list[int]) -> dict[int, int]:
    """By agreement, for how many people classes are planned."""
    rows = session.execute(
        select(TrainingClass.agreement_id, func.sum(TrainingClass.capacity))
        .where(TrainingClass.agreement_id.in_(agreement_ids), TrainingClass.state != C.CANCELLED)
        .group_by(TrainingClass.agreement_id)
    )
    return {agreement_id: int(people or 0) for agreement_id, people in rows}


# --- one class ------------------------------------------------------------------------------------------


def step_of(training_class: TrainingClass) -> int:
    """The index in ``STEPS`` of the present one; -1 for a cancelled class, which stands nowhere."""
    return STEP_OF.get(training_class.state, -1)


def people_counts(session: Session, training_class: TrainingClass) -> dict[EnrolmentState, int]:
    """How many people stand where in this class."""
    rows = session.execute(
        select(Enrolment.state, func.count())
        .where(Enrolment.class_id == training_class.id)
        .group_by(Enrolment.state)
    )
    return dict(rows.all())


def visits(session: Session, training_class: TrainingClass) -> list[Inspection]:
    """The site checks before the opening, the newest first."""
    statement = select(Inspection).where(
        Inspection.class_id == training_class.id, Inspection.kind == InspectionKind.OPENING
    )
    return list(session.scalars(statement.order_by(Inspection.id.desc())))


def history(session: Session, training_class: TrainingClass) -> list[Entry]:
    """What happened to the class, the newest first (at most 30 lines)."""
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject == subject_name(training_class))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return [Entry(row.at, row.actor_name, _what(row), row.details.get("reason", "")) for row in rows]


def _what(row: AuditEvent) -> Sentence:
    event = row.details.get("event", "")
    if event in CLASS_WORKFLOW.by_event:
        return Sentence(CLASS_WORKFLOW.by_event[event].label)
    return Sentence(EVENT_LABELS[EventTag(row.tag)])


def next_number(session: Session, agreement: Agreement) -> int:
    """Which class of its agreement a new one would be, counted from 1."""
    known = select(func.count()).select_from(TrainingClass).where(TrainingClass.agreement_id == agreement.id)
    return (session.scalar(known) or 0) + 1


# --- the pages of a class -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tab:
    """A page of one class: its word, its endpoint (taking ``class_id``), who finds it."""

    word: str
    endpoint: str
    permission: Permission


TABS: list[Tab] = [
    Tab(N_("总览"), "training_classes.show", Permission.TRAINING_READ),
    Tab(N_("学员"), "training_classes.people", Permission.ENROLMENT_READ),
    Tab(N_("课程表"), "timetable.show", Permission.TRAINING_READ),
    Tab(N_("考勤"), "attendance.show", Permission.ENROLMENT_READ),
    Tab(N_("巡查记录"), "inspections.visits", Permission.TRAINING_READ),
    Tab(N_("成绩与证书"), "certification.marks", Permission.ENROLMENT_READ),
    Tab(N_("推荐上岗"), "certification.employment", Permission.ENROLMENT_READ),
    Tab(N_("办班成果"), "certification.results", Permission.TRAINING_READ),
    Tab(N_("补贴"), "subsidies.of_class", Permission.CLAIM_READ),
]


def tabs_for(actor: Actor) -> list[Tab]:
    """The tabs ``actor`` may open."""
    return [tab for tab in TABS if actor.can(tab.permission)]
