"""Classes: the list, read by key, and what stands on the page of one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import label, translated
from app.kit.web.history import Entry
from app.training.classes import rules
from models.access import Actor, Permission, visible_to
from models.audit import AuditEvent, subject_name
from models.event_tags import EventTag
from models.i18n import N_
from models.training.agreement import Agreement, AgreementState
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Inspection, InspectionKind
from models.training.subsidy import StandardName
from models.training.training_class import CLASS_WORKFLOW, ClassState, TrainingClass

C = ClassState
PAGE, MOST_EVENTS = 50, 30


@dataclass(frozen=True)
class Stage:
    """One tab of the list: the states it shows and its word."""

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
_REACHED = {
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
    """Return a statement for the classes ``actor`` may see, school and enterprise with them."""
    statement = select(TrainingClass).options(
        joinedload(TrainingClass.school), joinedload(TrainingClass.enterprise)
    )
    return visible_to(actor, statement, TrainingClass, permission)


def state_counts(session: Session, actor: Actor) -> dict[ClassState, int]:
    """Return how many classes of each state the actor may see."""
    statement = select(TrainingClass.state, func.count()).group_by(TrainingClass.state)
    return dict(session.execute(visible_to(actor, statement, TrainingClass, Permission.TRAINING_READ)).all())


def stage_counts(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many classes stand at each stage."""
    counts = state_counts(session, actor)
    return {stage.name: sum(counts.get(state, 0) for state in stage.states) for stage in STAGES}


def class_page(
    session: Session, actor: Actor, stage: Stage | None, before: int | None = None
) -> tuple[list[TrainingClass], int | None]:
    """Return one page of classes, the newest first, and the key of the next page, if there is one."""
    states = stage.states if stage else tuple(s for s in C if s not in STAGE_BY_NAME["over"].states)
    statement = scoped(actor).where(TrainingClass.state.in_(states))
    if before:
        statement = statement.where(TrainingClass.id < before)
    rows = list(session.scalars(statement.order_by(TrainingClass.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def agreements_to_open(session: Session, actor: Actor) -> list[tuple[Agreement, int]]:
    """Return the agreements in force that still want a class, with how many people are left (at most 50)."""
    statement = select(Agreement).options(joinedload(Agreement.enterprise), joinedload(Agreement.order))
    statement = (
        statement.where(Agreement.state == AgreementState.IN_FORCE).order_by(Agreement.id.desc()).limit(PAGE)
    )
    rows = list(session.scalars(visible_to(actor, statement, Agreement, Permission.CLASS_WRITE)))
    used = dict(
        session.execute(
            select(TrainingClass.agreement_id, func.sum(TrainingClass.capacity))
            .where(
                TrainingClass.agreement_id.in_([row.id for row in rows]), TrainingClass.state != C.CANCELLED
            )
            .group_by(TrainingClass.agreement_id)
        ).all()
    )
    left = [(row, row.terms.headcount - int(used.get(row.id) or 0)) for row in rows]
    return [(row, places) for row, places in left if places > 0]


# --- one class ------------------------------------------------------------------------------------------


def steps_of(training_class: TrainingClass) -> tuple[list[str], int]:
    """Return the names of the steps and the index of the present one; a cancelled class stands nowhere."""
    return [translated(name) for name in STEPS], _REACHED.get(training_class.state, -1)


@dataclass(frozen=True)
class Standard:
    """One figure that rules the class: name, value, source, whether somebody checked it."""

    name: StandardName
    value: int | None
    source: str = ""
    verified: bool = False


def standards_of(session: Session, training_class: TrainingClass, day: Any) -> list[Standard]:
    """Return the figures frozen at the application; before it, those in force today. Missing ones are
    unknown."""
    figures = training_class.standards or rules.figures_of(session, training_class.agreement, day)
    return [
        Standard(name, **{key: figures[name.value][key] for key in ("value", "source", "verified")})
        if name.value in figures
        else Standard(name, None)
        for name in StandardName
    ]


def people_counts(session: Session, training_class: TrainingClass) -> dict[EnrolmentState, int]:
    """Return how many people stand where in this class."""
    rows = session.execute(
        select(Enrolment.state, func.count())
        .where(Enrolment.class_id == training_class.id)
        .group_by(Enrolment.state)
    )
    return dict(rows.all())


def visits(session: Session, training_class: TrainingClass) -> list[Inspection]:
    """Return the site checks before the opening, the newest first."""
    statement = select(Inspection).where(
        Inspection.class_id == training_class.id, Inspection.kind == InspectionKind.OPENING
    )
    return list(session.scalars(statement.order_by(Inspection.id.desc())))


def history(session: Session, training_class: TrainingClass) -> list[Entry]:
    """Return what happened to the class, the newest first (at most 30 lines)."""
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject == subject_name(training_class))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return [Entry(row.at, row.actor_name, _what(row), row.details.get("reason", "")) for row in rows]


def _what(row: AuditEvent) -> str:
    event = row.details.get("event", "")
    if event in CLASS_WORKFLOW.by_event:
        return translated(CLASS_WORKFLOW.by_event[event].label)
    return label(EventTag(row.tag))


def next_number(session: Session, agreement: Agreement) -> int:
    """Return which class of its agreement a new one would be, counted from 1."""
    known = select(func.count()).select_from(TrainingClass).where(TrainingClass.agreement_id == agreement.id)
    return (session.scalar(known) or 0) + 1


# --- the pages of a class ---


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
    """Return the tabs ``actor`` may open."""
    return [tab for tab in TABS if actor.can(tab.permission)]
