"""What waits today in this room: marks for the school, certificates and jobs for the county."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task, counted
from models.access import Actor, Permission, visible_to
from models.training.training_class import ClassState, TrainingClass

BADGE = "training_classes.index"


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor`` in this room today."""
    sources = {
        Permission.EXAM_RECORD: _to_grade,
        Permission.CERTIFICATE_ISSUE: _to_certify,
        Permission.PLACEMENT_OFFER: _to_place,
    }
    return [source(session, actor, today) for permission, source in sources.items() if actor.can(permission)]


def _waiting(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> tuple[int, int | None]:
    """Return how many classes wait, and the one that has waited longest."""
    statement = select(func.count(), func.min(TrainingClass.id)).where(*where)
    count, first = session.execute(visible_to(actor, statement, TrainingClass, permission)).one()
    return count, first


def _to_grade(session: Session, actor: Actor, today: date) -> Task:
    count, first = _waiting(
        session,
        actor,
        Permission.EXAM_RECORD,
        TrainingClass.state == ClassState.TEACHING,
        TrainingClass.ends_on < today,
    )
    url = url_for("certification.record", class_id=first) if first else ""
    what, reason = counted(count, "个班课已上完，等你登记成绩"), _("可以下载本班模板，填好一次导入")
    return Task(count, what, reason, url, _("登记成绩"), BADGE)


def _to_certify(session: Session, actor: Actor, today: date) -> Task:
    count, first = _waiting(
        session,
        actor,
        Permission.CERTIFICATE_ISSUE,
        TrainingClass.state == ClassState.EXAMINED,
        TrainingClass.uncertified > 0,
    )
    url = url_for("certification.issue", class_id=first) if first else ""
    what, reason = counted(count, "个班考核完了，等登记证书"), _("证书登记了，技能才进本人资料")
    return Task(count, what, reason, url, _("登记证书"), BADGE)


def _to_place(session: Session, actor: Actor, today: date) -> Task:
    count, first = _waiting(
        session,
        actor,
        Permission.PLACEMENT_OFFER,
        TrainingClass.state == ClassState.CERTIFIED,
        TrainingClass.unplaced > 0,
    )
    url = url_for("certification.employment", class_id=first) if first else ""
    what, reason = counted(count, "个班有结业学员还没上岗"), _("企业给他们留了名额")
    return Task(count, what, reason, url, _("推荐上岗"), BADGE)
