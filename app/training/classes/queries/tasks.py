"""What waits today around classes: for the school, the county, the township."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task, counted
from app.training.classes.queries.classes import agreements_to_open
from app.training.classes.queries.people import count_to_ask, vacancies
from models.access import Actor, Permission, visible_to
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import BEFORE_OPENING, ClassState, TrainingClass

C = ClassState
HERE, ASKING = "training_classes.index", "training_classes.asking"
Source = Callable[[Session, Actor, date], list[Task]]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` around classes; a count of zero means nothing does."""
    by_permission: dict[Permission, list[Source]] = {
        Permission.CLASS_WRITE: [_to_plan, _returned, _to_teach],
        Permission.CLASS_APPROVE: [_to_check, _to_open],
        Permission.ENROLMENT_CONFIRM: [_to_confirm, _free_seats],
        Permission.ENROLMENT_ENDORSE: [_to_ask],
    }
    mine = [source for permission, own in by_permission.items() if actor.can(permission) for source in own]
    return [task for source in mine for task in source(session, actor, today)]


def _classes(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> tuple[int, TrainingClass | None]:
    """How many classes, and the one that has waited longest."""
    waiting: Select[Any] = visible_to(actor, select(TrainingClass).where(*where), TrainingClass, permission)
    count = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    oldest = waiting.order_by(TrainingClass.state_since, TrainingClass.id).limit(1)
    return count, session.scalar(oldest) if count else None


def _task(count: int, first: TrainingClass | None, text: str, reason: str, button: str, stage: str) -> Task:
    """One class is opened directly, several as a list."""
    url = url_for(HERE, stage=stage)
    if first is not None and count == 1:
        url = url_for("training_classes.show", class_id=first.id)
    return Task(count, text, reason, url, button, HERE)


def _named(first: TrainingClass | None) -> str:
    return _("例如“%(name)s”", name=first.name) if first else ""


def _to_plan(session: Session, actor: Actor, today: date) -> list[Task]:
    rows = agreements_to_open(session, actor)
    if not rows:
        return []
    agreement, left = rows[0]
    reason = _("%(enterprise)s，还有 %(n)s 人等着开班", enterprise=agreement.enterprise.name, n=left)
    url = url_for("training_classes.new", agreement_id=agreement.id)
    return [Task(len(rows), counted(len(rows), "份协议签好了，还没有开够班"), reason, url, _("去筹备"), HERE)]


def _returned(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = _classes(session, actor, Permission.CLASS_WRITE, TrainingClass.state == C.RETURNED)
    text = counted(count, "个班被退回，等你补正")
    return [_task(count, first, text, _named(first), _("去补正"), "planned")]


def _to_teach(session: Session, actor: Actor, today: date) -> list[Task]:
    where = (TrainingClass.state == C.OPENED, TrainingClass.starts_on <= today)
    count, first = _classes(session, actor, Permission.CLASS_WRITE, *where)
    text = counted(count, "个班核查过了，可以开始上课")
    return [_task(count, first, text, _named(first), _("去开课"), "opening")]


def _to_check(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = _classes(session, actor, Permission.CLASS_APPROVE, TrainingClass.state == C.APPLIED)
    text = counted(count, "个班申请开班，等你审核")
    return [_task(count, first, text, _named(first), _("去审核"), "applied")]


def _to_open(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = _classes(session, actor, Permission.CLASS_APPROVE, TrainingClass.state == C.APPROVED)
    reason = _("到场数人、看场地，登记后才能开班")
    return [_task(count, first, counted(count, "个班等你到场核查"), reason, _("去登记"), "opening")]


def _to_confirm(session: Session, actor: Actor, today: date) -> list[Task]:
    recruiting = Enrolment.training_class.has(TrainingClass.state.in_(BEFORE_OPENING))
    endorsed = select(Enrolment).where(Enrolment.state == EnrolmentState.ENDORSED, recruiting)
    waiting: Select[Any] = visible_to(actor, endorsed, Enrolment, Permission.ENROLMENT_CONFIRM)
    count = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    first = session.scalar(waiting.order_by(Enrolment.id).limit(1)) if count else None
    if first is None:
        return []
    url = url_for("training_classes.people", class_id=first.class_id)
    text, reason = counted(count, "人愿意参加培训，等你确认"), _("确认一个占一个名额，满了排候补")
    return [Task(count, text, reason, url, _("去确认"), HERE)]


def _free_seats(session: Session, actor: Actor, today: date) -> list[Task]:
    rows = vacancies(session, actor)
    if not rows:
        return []
    url = url_for("training_classes.people", class_id=rows[0].training_class.id)
    text, reason = counted(len(rows), "个班空出名额，有人在候补"), _named(rows[0].training_class)
    return [Task(len(rows), text, reason, url, _("给候补的人"), HERE)]


def _to_ask(session: Session, actor: Actor, today: date) -> list[Task]:
    count = count_to_ask(session, actor)
    text, reason = counted(count, "人推荐参加培训，还没问过本人"), _("打个电话，问愿不愿意去学，记下来")
    return [Task(count, text, reason, url_for(ASKING), _("去问"), ASKING)]
