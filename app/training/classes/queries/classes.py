"""Classes: the list by stage, what stands on the page of one, the pages that one has, what waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.history import Entry
from app.kit.web.navigation import Task
from app.kit.web.whole_list import Whole, in_line_whole, newest_whole
from app.training.classes.queries.people import count_to_ask, vacancies
from models.access import Actor, Permission, Role, count_and_first, visible_to
from models.audit import AuditEvent, events_of
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import N_, Sentence, counted
from models.training.agreement import Agreement, AgreementState
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import BEFORE_OPENING, ClassState, TrainingClass
from models.waiting import newest_page, page_in_line

C = ClassState
HERE, ASKING = "training_classes.index", "training_classes.asking"
PAGE, MOST_EVENTS = 50, 30
STOPPED_TOLD = timedelta(days=14)


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
    Stage("over", N_("已结束"), (C.ARCHIVED, C.CANCELLED, C.STOPPED)),
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


WITH_A_CLASS = (joinedload(TrainingClass.school), joinedload(TrainingClass.enterprise))


def scoped(actor: Actor, permission: Permission = Permission.TRAINING_READ) -> Select[Any]:
    """The classes ``actor`` may see, school and enterprise with them."""
    statement = select(TrainingClass).options(*WITH_A_CLASS)
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
    session: Session,
    actor: Actor,
    stage: Stage | None,
    after: str = "",
    size: int = PAGE,
    also: Sequence[ColumnElement[bool]] = (),
) -> tuple[list[TrainingClass], str]:
    """One page of classes and the key of the next ("" where there is none): in a stage that waits for a step
    as they stand in line, else the newest first."""
    statement = scoped(actor).where(_in_stage(stage), *also)
    if stage and stage.name != "over":
        return page_in_line(session, statement, TrainingClass, after, size)
    return newest_page(session, statement, TrainingClass, after, size)


def _in_stage(stage: Stage | None) -> ColumnElement[bool]:
    states = stage.states if stage else tuple(s for s in C if s not in STAGE_BY_NAME["over"].states)
    return TrainingClass.state.in_(states)


def whole(actor: Actor, stage: Stage | None, also: Sequence[ColumnElement[bool]] = ()) -> Whole:
    """All classes of a stage, in the order of its list."""
    seen = visible_to(actor, select(TrainingClass), TrainingClass, Permission.TRAINING_READ)
    rows = seen.where(_in_stage(stage), *also)
    return (in_line_whole if stage and stage.name != "over" else newest_whole)(rows, TrainingClass, seen)


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
    return [
        Entry(event.at, event.actor_name, _what(event), Sentence(event.details.get("reason", "")))
        for event in events_of(session, training_class, most=MOST_EVENTS)
    ]


def _what(event: AuditEvent) -> Sentence:
    step = event.details.get("event", "")
    if step in CLASS_WORKFLOW.by_event:
        return Sentence(CLASS_WORKFLOW.by_event[step].label)
    return Sentence(EVENT_LABELS[EventTag(event.tag)])


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


# --- what waits today -----------------------------------------------------------------------------------


Source = Callable[[Session, Actor, date], list[Task]]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` around classes; a count of zero means nothing does."""
    by_permission: dict[Permission, list[Source]] = {
        Permission.CLASS_WRITE: [_to_plan, _returned, _to_teach],
        Permission.CLASS_APPROVE: [_to_check, _to_open],
        Permission.ENROLMENT_CONFIRM: [_to_confirm, _free_seats],
        Permission.ENROLMENT_ENDORSE: [_to_ask],
        Permission.TRAINING_READ: [_stopped],
    }
    mine = [source for permission, own in by_permission.items() if actor.can(permission) for source in own]
    return [task for source in mine for task in source(session, actor, today)]


def _classes(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> tuple[int, TrainingClass | None]:
    """How many classes, and the one that has waited longest."""
    return count_and_first(session, actor, TrainingClass, permission, *where)


def _task(
    count: int,
    first: TrainingClass | None,
    text: Sentence,
    reason: Sentence | None,
    button: str,
    stage: str,
) -> Task:
    """One class is opened directly, several as a list."""
    url = url_for(HERE, stage=stage)
    if first is not None and count == 1:
        url = url_for("training_classes.show", class_id=first.id)
    return Task(count, text, reason, url, button, HERE)


def _named(first: TrainingClass | None) -> Sentence | None:
    return Sentence("例如“%(name)s”", {"name": first.name}) if first else None


def _to_plan(session: Session, actor: Actor, today: date) -> list[Task]:
    rows = agreements_to_open(session, actor)
    if not rows:
        return []
    agreement, left = rows[0]
    reason = Sentence(
        "%(enterprise)s，还有 %(n)s 人等着开班", {"enterprise": agreement.enterprise.name, "n": left}
    )
    url = url_for("training_classes.new", agreement_id=agreement.id)
    return [
        Task(len(rows), counted(len(rows), "份协议签好了，还没有开够班"), reason, url, N_("去筹备"), HERE)
    ]


def _returned(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = _classes(session, actor, Permission.CLASS_WRITE, TrainingClass.state == C.RETURNED)
    text = counted(count, "个班被退回，等你补正")
    return [_task(count, first, text, _named(first), N_("去补正"), "planned")]


def _to_teach(session: Session, actor: Actor, today: date) -> list[Task]:
    where = (TrainingClass.state == C.OPENED, TrainingClass.starts_on <= today)
    count, first = _classes(session, actor, Permission.CLASS_WRITE, *where)
    text = counted(count, "个班核查过了，可以开始上课")
    return [_task(count, first, text, _named(first), N_("去开课"), "opening")]


def _stopped(session: Session, actor: Actor, today: date) -> list[Task]:
    """For the parties that did not stop it: what became of a class within the last weeks."""
    if not actor.has_role(Role.ENTERPRISE, Role.SCHOOL, Role.CITY):
        return []
    where = (TrainingClass.state == C.STOPPED, TrainingClass.stopped_on >= today - STOPPED_TOLD)
    count, first = _classes(session, actor, Permission.TRAINING_READ, *where)
    text = counted(count, "个班中途停办了，留的名额已放开")
    return [_task(count, first, text, _named(first), N_("去看原因"), "over")]


def _to_check(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = _classes(session, actor, Permission.CLASS_APPROVE, TrainingClass.state == C.APPLIED)
    text = counted(count, "个班申请开班，等你审核")
    return [_task(count, first, text, _named(first), N_("去审核"), "applied")]


def _to_open(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = _classes(session, actor, Permission.CLASS_APPROVE, TrainingClass.state == C.APPROVED)
    reason = Sentence("到场数人、看场地，登记后才能开班")
    return [_task(count, first, counted(count, "个班等你到场核查"), reason, N_("去登记"), "opening")]


def _to_confirm(session: Session, actor: Actor, today: date) -> list[Task]:
    recruiting = Enrolment.training_class.has(TrainingClass.state.in_(BEFORE_OPENING))
    where = (Enrolment.state == EnrolmentState.ENDORSED, recruiting)
    count, first = count_and_first(session, actor, Enrolment, Permission.ENROLMENT_CONFIRM, *where)
    if first is None:
        return []
    url = url_for("training_classes.people", class_id=first.class_id)
    text, reason = counted(count, "人愿意参加培训，等你确认"), Sentence("确认一个占一个名额，满了排候补")
    return [Task(count, text, reason, url, N_("去确认"), HERE)]


def _free_seats(session: Session, actor: Actor, today: date) -> list[Task]:
    rows = vacancies(session, actor)
    if not rows:
        return []
    url = url_for("training_classes.people", class_id=rows[0].training_class.id)
    text, reason = counted(len(rows), "个班空出名额，有人在候补"), _named(rows[0].training_class)
    return [Task(len(rows), text, reason, url, N_("给候补的人"), HERE)]


def _to_ask(session: Session, actor: Actor, today: date) -> list[Task]:
    count = count_to_ask(session, actor)
    text, reason = (
        counted(count, "人推荐参加培训，还没问过本人"),
        Sentence("打个电话，问愿不愿意去学，记下来"),
    )
    return [Task(count, text, reason, url_for(ASKING), N_("去问"), ASKING)]
