"""What waits today: rolls to call, rolls that were forgotten, learners in danger."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task, counted
from app.training.attendance.queries.roll import lessons_on, unclosed
from app.training.attendance.queries.totals import outlooks
from models.access import Actor, Permission, Role, visible_to
from models.training.training_class import ClassState, TrainingClass

HERE = "attendance.today"
MOST_CLASSES = 200


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor`` in this room today."""
    found: list[Task] = []
    if actor.can(Permission.ATTENDANCE_TAKE):
        found += [*_todays(session, actor, today), *_forgotten(session, actor, today)]
    if actor.has_role(Role.SCHOOL, Role.COUNTY):
        found += _in_danger(session, actor, today)
    return found


def _todays(session: Session, actor: Actor, today: date) -> list[Task]:
    open_ones = [one for one in lessons_on(session, actor, today) if one.closed_at is None]
    if not open_ones:
        return []
    first = open_ones[0]
    reason = _(
        "第一节 %(at)s，%(content)s，%(name)s",
        at=f"{first.starts:%H:%M}",
        content=first.content,
        name=first.training_class.name,
    )
    url = url_for("attendance.roll", lesson_id=first.id) if len(open_ones) == 1 else url_for(HERE)
    return [Task(len(open_ones), counted(len(open_ones), "节课今天要点名"), reason, url, _("去点名"), HERE)]


def _forgotten(session: Session, actor: Actor, today: date) -> list[Task]:
    late = unclosed(session, actor, today)
    reason = _("没点到的课时不算出勤，越晚越说不清")
    return (
        [Task(len(late), counted(len(late), "节课的点名还没结束"), reason, url_for(HERE), _("去补上"), HERE)]
        if late
        else []
    )


def _in_danger(session: Session, actor: Actor, today: date) -> list[Task]:
    statement = (
        select(TrainingClass)
        .where(TrainingClass.state == ClassState.TEACHING)
        .order_by(TrainingClass.id)
        .limit(MOST_CLASSES)
    )
    classes = list(session.scalars(visible_to(actor, statement, TrainingClass, Permission.ENROLMENT_READ)))
    told = outlooks(session, classes, today)
    found = {class_id: [one for one in some if one.is_in_danger] for class_id, some in told.items()}
    if not any(found.values()):
        return []
    lost = sum(one.is_lost for some in found.values() for one in some)
    count = sum(len(some) for some in found.values())
    worst = max(found, key=lambda class_id: len(found[class_id]))
    reason = _("其中 %(lost)s 人已经来不及，其余再缺一节就来不及", lost=lost)
    url = url_for("attendance.show", class_id=worst)
    return [Task(count, counted(count, "名学员出勤可能不够，不能考核"), reason, url, _("去看是谁"), HERE)]
