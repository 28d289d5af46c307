"""What waits today: for the registration officer and for the county."""

from datetime import date, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from app.hukou.cases.operations.deadlines import OFFICE_STEPS
from app.hukou.cases.queries.cases import due_follow_ups, expiring
from app.hukou.cases.queries.prospects import newly_met
from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, count_and_first, count_of
from models.hukou.case import PERMIT_DAYS, CaseState, HukouCase
from models.i18n import N_, Sentence, counted

PERMIT_REMINDS = 14  # days before it lapses
HERE, CHANCES = "hukou.index", "hukou.chances"


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Tasks of the registration office and of the county that helps."""
    waiting: list[Task] = []
    if actor.can(Permission.HUKOU_REVIEW):
        waiting += _for_the_officer(session, actor, today)
    if actor.can(Permission.HUKOU_HELP) and actor.has_role(Role.COUNTY):
        waiting += _for_the_county(session, actor, today)
    return waiting


def _for_the_officer(session: Session, actor: Actor, today: date) -> list[Task]:
    permission, in_office = Permission.HUKOU_REVIEW, HukouCase.state.in_(OFFICE_STEPS)
    is_late = HukouCase.due_on <= today
    waiting = count_of(session, actor, HukouCase, permission, in_office)
    late, first = count_and_first(session, actor, HukouCase, permission, in_office, is_late)
    _count, coming = count_and_first(session, actor, HukouCase, permission, in_office, ~is_late)
    return [
        _at_the_desk(
            late, counted(late, "件落户申请今天到期或已超期"), Sentence("按规则的办理工作日算"), first
        ),
        _at_the_desk(
            waiting - late,
            counted(waiting - late, "件落户申请在办"),
            Sentence("有优先标识的规则允许时排前"),
            coming,
        ),
    ]


def _at_the_desk(count: int, text: Sentence, reason: Sentence, first: HukouCase | None) -> Task:
    due = first.due_on if first else None
    return Task(count, text, reason, url_for("hukou.desk"), N_("去办理"), "hukou.desk", due)


def _for_the_county(session: Session, actor: Actor, today: date) -> list[Task]:
    return [
        _supplements(session, actor),
        _newly_met(session, actor, today),
        _permits(session, actor, today),
        _lapsing(session, actor, today),
        _visits(session, actor, today),
    ]


def _supplements(session: Session, actor: Actor) -> Task:
    is_sent_back = HukouCase.state == CaseState.SUPPLEMENT
    count = count_of(session, actor, HukouCase, Permission.HUKOU_HELP, is_sent_back)
    text, url = counted(count, "件落户申请要补材料"), url_for(HERE, state="supplement")
    return Task(count, text, Sentence("窗口等着"), url, N_("去补"), HERE)


def _newly_met(session: Session, actor: Actor, today: date) -> Task:
    count = newly_met(session, actor, today)
    text, reason = counted(count, "人今天起符合落户条件"), Sentence("预审提示，以窗口为准")
    return Task(count, text, reason, url_for(CHANCES), N_("去告诉他们"), CHANCES)


def _permits(session: Session, actor: Actor, today: date) -> Task:
    issued_before = HukouCase.permitted_on <= today + timedelta(days=PERMIT_REMINDS - PERMIT_DAYS)
    is_waiting = HukouCase.state == CaseState.PERMITTED
    count, first = count_and_first(
        session, actor, HukouCase, Permission.HUKOU_HELP, is_waiting, issued_before
    )
    ends = first.permitted_on + timedelta(days=PERMIT_DAYS) if first and first.permitted_on else None
    text, url = counted(count, "张准迁证快要过期或已经过期"), url_for(HERE, state=CaseState.PERMITTED.value)
    reason = Sentence("自签发起 %(n)s 天内要迁出（待核，以证上写的为准）", {"n": PERMIT_DAYS})
    return Task(count, text, reason, url, N_("去催办"), HERE, ends)


def _lapsing(session: Session, actor: Actor, today: date) -> Task:
    rows = expiring(session, actor, today)
    count, first = len(rows), rows[0].valid_until if rows else None
    text, reason = counted(count, "份落户材料一个月内到期"), Sentence("过期就不算了，先去换新的")
    return Task(count, text, reason, url_for("hukou.follow_ups"), N_("去看看"), HERE, first)


def _visits(session: Session, actor: Actor, today: date) -> Task:
    rows = due_follow_ups(session, actor, today)
    count, first = len(rows), rows[0].due_on if rows else None
    text, reason = counted(count, "次落户后回访到期"), Sentence("孩子入学、社保、还在不在")
    return Task(count, text, reason, url_for("hukou.follow_ups"), N_("去回访"), HERE, first)
