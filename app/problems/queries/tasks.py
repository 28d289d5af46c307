"""What waits today: cases by last day, reminders, an enterprise's, the worker's own."""

from collections.abc import Callable
from datetime import date

from flask import url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task
from app.problems.queries import contacts, warnings
from app.problems.queries.cases import is_turn_of
from models.access import Actor, Permission, count_and_first, visible_to
from models.i18n import N_, Sentence, counted
from models.problems.flow import ALIVE, ProblemState
from models.problems.problem import Problem
from models.waiting import wait_of

HERE = "problems.index"
Source = Callable[[Session, Actor, date], list[Task]]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    return [task for source in _sources(actor) for task in source(session, actor, today)]


def _sources(actor: Actor) -> list[Source]:
    by_permission: dict[Permission, list[Source]] = {
        Permission.PROBLEM_HANDLE: [_turn, _reminded, _calls],
        Permission.WARNING_READ: [_warned],
        Permission.WORKER_WRITE: [_returned],
        Permission.PROBLEM_ANSWER: [_told],
        Permission.PORTAL: [_own],
    }
    return [source for permission, some in by_permission.items() if actor.can(permission) for source in some]


def _count(session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> int:
    statement = select(func.count(Problem.id)).where(Problem.state.in_(ALIVE), *where)
    return session.scalar(visible_to(actor, statement, Problem, permission)) or 0


def _turn(session: Session, actor: Actor, today: date) -> list[Task]:
    alive = Problem.state.in_(ALIVE)
    count, first = count_and_first(
        session, actor, Problem, Permission.PROBLEM_HANDLE, alive, is_turn_of(actor)
    )
    if first is None:
        return []
    late = _count(session, actor, Permission.PROBLEM_HANDLE, is_turn_of(actor), Problem.due_on < today)
    told = {"name": first.worker.name, "kind": first.kind, "late": late}
    reason = Sentence("最急的一件：%(name)s，%(kind)s", told)
    if late > 1:
        reason = Sentence("最急的一件：%(name)s，%(kind)s；%(late)s 件已超期", told)
    return [
        Task(
            count,
            counted(count, "件反映的问题轮到你们办"),
            reason,
            url_for(HERE, view="turn"),
            N_("去办"),
            HERE,
            first.due_on,
        )
    ]


def _reminded(session: Session, actor: Actor, today: date) -> list[Task]:
    own = Problem.owner_id == actor.user_id, Problem.remind_on <= today
    count = _count(session, actor, Permission.PROBLEM_HANDLE, *own)
    text = counted(count, "件事你让我们今天提醒你")
    return [Task(count, text, None, url_for(HERE, view="mine"), N_("去看看"), HERE)]


def _told(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = count_and_first(
        session, actor, Problem, Permission.PROBLEM_ANSWER, Problem.state.in_(ALIVE)
    )
    reason = Sentence("务工者同意让你们知道，县里和市里在等你们的答复")
    return [
        Task(
            count,
            counted(count, "件反映的问题等你们答复"),
            reason,
            url_for(HERE, view="open"),
            N_("去答复"),
            HERE,
            first.due_on if first else None,
        )
    ]


def _calls(session: Session, actor: Actor, today: date) -> list[Task]:
    count = contacts.due_count(session, actor, today)
    text, reason = counted(count, "人到了头两周该打电话的日子"), Sentence("头两周有人问一声，走的人少")
    return [Task(count, text, reason, url_for("problems.first_calls"), N_("去打电话"), HERE)]


def _warned(session: Session, actor: Actor, today: date) -> list[Task]:
    count = warnings.warning_count(session, actor, today)
    text, reason = counted(count, "人在关心名单上"), Sentence("平台看到一些迹象，请打个电话问问，只为关心")
    return [Task(count, text, reason, url_for("problems.warnings"), N_("去看看"), HERE)]


def _returned(session: Session, actor: Actor, today: date) -> list[Task]:
    count = warnings.returned_count(session, actor, today)
    text, reason = (
        counted(count, "人回来了，还没问现在想做什么"),
        Sentence("问过再推荐，不再推荐他刚离开的那一份"),
    )
    return [Task(count, text, reason, url_for("problems.returned"), N_("去问"), HERE)]


def _own(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = count_and_first(
        session, actor, Problem, Permission.PORTAL, Problem.state == ProblemState.ANSWERED
    )
    if first is None:
        return []
    reason = Sentence("%(kind)s，%(waited)s", {"kind": first.kind, "waited": wait_of(first, today).sentence})
    url = url_for("portal.problems")
    return [
        Task(
            count,
            counted(count, "件你说的事办过了，解决了吗"),
            reason,
            url,
            N_("去说一声"),
            "portal.problems",
        )
    ]
