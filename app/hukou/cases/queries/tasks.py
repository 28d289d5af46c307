"""What waits today: for the registration officer and for the county."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.hukou.cases.operations.deadlines import OFFICE_STEPS
from app.hukou.cases.queries.cases import due_follow_ups, expiring
from app.hukou.cases.queries.prospects import newly_met
from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, scope_of
from models.hukou.case import CaseState, HukouCase


def _count(session: Session, actor: Actor, permission: Permission, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(HukouCase).where(scope_of(actor, HukouCase, permission))
    return session.scalar(query.where(*conditions)) or 0


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Tasks of the registration office and of the county that helps."""
    waiting: list[Task] = []
    if actor.can(Permission.HUKOU_REVIEW):
        waiting += _for_the_officer(session, actor, today)
    if actor.can(Permission.HUKOU_HELP) and actor.has_role(Role.COUNTY):
        waiting += _for_the_county(session, actor, today)
    return waiting


def _for_the_officer(session: Session, actor: Actor, today: date) -> list[Task]:
    in_office = HukouCase.state.in_(OFFICE_STEPS)
    waiting = _count(session, actor, Permission.HUKOU_REVIEW, in_office)
    late = _count(session, actor, Permission.HUKOU_REVIEW, in_office, HukouCase.due_on <= today)
    url = url_for("hukou.desk")
    return [
        Task(
            late, _("件落户申请今天到期或已超期"), _("按规则的办理工作日算"), url, _("去办理"), "hukou.desk"
        ),
        Task(
            waiting - late,
            _("件落户申请在办"),
            _("有优先标识的规则允许时排前"),
            url,
            _("去办理"),
            "hukou.desk",
        ),
    ]


def _for_the_county(session: Session, actor: Actor, today: date) -> list[Task]:
    permission = Permission.HUKOU_HELP
    more = _count(session, actor, permission, HukouCase.state == CaseState.SUPPLEMENT)
    newly = newly_met(session, actor, today)
    visits, lapsing = len(due_follow_ups(session, actor, today)), len(expiring(session, actor, today))
    return [
        Task(
            more,
            _("件落户申请要补材料"),
            _("窗口等着"),
            url_for("hukou.index", state="supplement"),
            _("去补"),
            "hukou.index",
        ),
        Task(
            newly,
            _("人今天起符合落户条件"),
            _("预审提示，以窗口为准"),
            url_for("hukou.chances"),
            _("去告诉他们"),
            "hukou.chances",
        ),
        Task(
            lapsing,
            _("份落户材料一个月内到期"),
            _("过期就不算了，先去换新的"),
            url_for("hukou.follow_ups"),
            _("去看看"),
            "hukou.index",
        ),
        Task(
            visits,
            _("次落户后回访到期"),
            _("孩子入学、社保、还在不在"),
            url_for("hukou.follow_ups"),
            _("去回访"),
            "hukou.index",
        ),
    ]
