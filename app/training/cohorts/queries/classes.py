"""Classes: the list, read by key, and what stands on the page of one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import label, translated
from app.kit.web.history import Entry
from app.training.cohorts import rules
from models.access import Actor, Permission, visible_to
from models.audit import AuditEvent, EventTag, subject_name
from models.i18n import N_
from models.training.lesson import Inspection, InspectionKind
from models.training.subsidy import StandardName
from models.training.training_class import COHORT_WORKFLOW, Cohort, CohortState, Enrolment, EnrolmentState
from models.training.training_order import Agreement, AgreementState

C = CohortState
PAGE, MOST_EVENTS = 50, 30


@dataclass(frozen=True)
class Stage:
    """One tab of the list: the states it shows and its word."""

    name: str
    word: str
    states: tuple[CohortState, ...]


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
    statement = select(Cohort).options(joinedload(Cohort.school), joinedload(Cohort.enterprise))
    return visible_to(actor, statement, Cohort, permission)


def state_counts(session: Session, actor: Actor) -> dict[CohortState, int]:
    """Return how many classes of each state the actor may see."""
    statement = select(Cohort.state, func.count()).group_by(Cohort.state)
    return dict(session.execute(visible_to(actor, statement, Cohort, Permission.TRAINING_READ)).all())


def stage_counts(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many classes stand at each stage."""
    counts = state_counts(session, actor)
    return {stage.name: sum(counts.get(state, 0) for state in stage.states) for stage in STAGES}


def class_page(
    session: Session, actor: Actor, stage: Stage | None, before: int | None = None
) -> tuple[list[Cohort], int | None]:
    """Return one page of classes, the newest first, and the key of the next page, if there is one."""
    states = stage.states if stage else tuple(s for s in C if s not in STAGE_BY_NAME["over"].states)
    statement = scoped(actor).where(Cohort.state.in_(states))
    if before:
        statement = statement.where(Cohort.id < before)
    rows = list(session.scalars(statement.order_by(Cohort.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def agreements_to_open(session: Session, actor: Actor) -> list[tuple[Agreement, int]]:
    """Return the agreements in force that still want a class, with how many people are left (at most 50)."""
    statement = select(Agreement).options(joinedload(Agreement.enterprise), joinedload(Agreement.order))
    statement = (
        statement.where(Agreement.state == AgreementState.IN_FORCE).order_by(Agreement.id.desc()).limit(PAGE)
    )
    rows = list(session.scalars(visible_to(actor, statement, Agreement, Permission.COHORT_WRITE)))
    used = dict(
        session.execute(
            select(Cohort.agreement_id, func.sum(Cohort.capacity))
            .where(Cohort.agreement_id.in_([row.id for row in rows]), Cohort.state != C.CANCELLED)
            .group_by(Cohort.agreement_id)
        ).all()
    )
    left = [(row, int(row.terms["headcount"]) - int(used.get(row.id) or 0)) for row in rows]
    return [(row, places) for row, places in left if places > 0]


# --- one class ------------------------------------------------------------------------------------------


def steps_of(cohort: Cohort) -> tuple[list[str], int]:
    """Return the names of the steps and the index of the present one; a cancelled class stands nowhere."""
    return [translated(name) for name in STEPS], _REACHED.get(cohort.state, -1)


@dataclass(frozen=True)
class Standard:
    """One figure that rules the class: name, value, source, whether somebody checked it."""

    name: StandardName
    value: int | None
    source: str = ""
    verified: bool = False


def standards_of(session: Session, cohort: Cohort, day: Any) -> list[Standard]:
    """Return the figures frozen at the application; before it, those in force today. Missing ones are
    unknown."""
    figures = cohort.standards or rules.figures_of(session, cohort.agreement, day)
    return [
        Standard(name, **{key: figures[name.value][key] for key in ("value", "source", "verified")})
        if name.value in figures
        else Standard(name, None)
        for name in StandardName
    ]


def people_counts(session: Session, cohort: Cohort) -> dict[EnrolmentState, int]:
    """Return how many people stand where in this class."""
    rows = session.execute(
        select(Enrolment.state, func.count())
        .where(Enrolment.cohort_id == cohort.id)
        .group_by(Enrolment.state)
    )
    return dict(rows.all())


def visits(session: Session, cohort: Cohort) -> list[Inspection]:
    """Return the site checks before the opening, the newest first."""
    statement = select(Inspection).where(
        Inspection.cohort_id == cohort.id, Inspection.kind == InspectionKind.OPENING
    )
    return list(session.scalars(statement.order_by(Inspection.id.desc())))


def history(session: Session, cohort: Cohort) -> list[Entry]:
    """Return what happened to the class, the newest first (at most 30 lines)."""
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject == subject_name(cohort))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return [Entry(row.at, row.actor_name, _what(row), row.details.get("reason", "")) for row in rows]


def _what(row: AuditEvent) -> str:
    event = row.details.get("event", "")
    if event in COHORT_WORKFLOW.by_event:
        return translated(COHORT_WORKFLOW.by_event[event].label)
    return label(EventTag(row.tag))


def next_number(session: Session, agreement: Agreement) -> int:
    """Return which class of its agreement a new one would be, counted from 1."""
    known = select(func.count()).select_from(Cohort).where(Cohort.agreement_id == agreement.id)
    return (session.scalar(known) or 0) + 1
