"""What waits today: for the county, the city, the enterprise, the worker."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task, counted
from app.placements.queries.lists import follow_ups, is_due, scoped, waits_for_check
from app.placements.queries.people import faces
from models.access import Actor, Permission, visible_to
from models.clock import day_of
from models.placement.placement import FollowUp, Placement, PlacementState

S = PlacementState
HERE = "placements.index"
Source = Callable[[Session, Actor, date], list[Task]]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    return [task for source in _sources(actor) for task in source(session, actor, today)]


def _sources(actor: Actor) -> list[Source]:
    by_permission: dict[Permission, list[Source]] = {
        Permission.PLACEMENT_ANSWER: [_asked, _unanswered],
        Permission.PLACEMENT_OFFER: [_invited],
        Permission.PLACEMENT_DEPART: [_to_depart],
        Permission.PLACEMENT_HIRE: [_to_hire],
        Permission.PLACEMENT_ARRIVE: [_to_arrive],
        Permission.FOLLOWUP_RECORD: [_due],
        Permission.FOLLOWUP_VERIFY: [_to_verify],
        Permission.PORTAL: [_own_offers],
    }
    return [source for permission, some in by_permission.items() if actor.can(permission) for source in some]


def _count(session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(Placement).where(*where)
    return session.scalar(visible_to(actor, statement, Placement, permission)) or 0


def _oldest(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> Placement | None:
    statement = scoped(actor, permission).where(*where).order_by(Placement.id).limit(1)
    return session.scalar(statement)


def _unanswered(session: Session, actor: Actor, today: date) -> list[Task]:
    where = (Placement.state == S.OFFERED,)
    count = _count(session, actor, Permission.PLACEMENT_ANSWER, *where)
    if not count:
        return []
    first = _oldest(session, actor, Permission.PLACEMENT_ANSWER, *where)
    if first is None:
        return []
    reason = _(
        "最早的一位已等 %(days)s 天：%(name)s，%(title)s",
        days=(today - day_of(first.state_since or first.created_at)).days,
        name=faces(session, actor, [first])[first.id].name,
        title=first.order.title,
    )
    if actor.can(Permission.WORKER_REVEAL):
        url, button = url_for("placements.call_list"), _("打电话清单")
    else:
        url, button = url_for(HERE, stage="offered"), _("去登记答复")
    return [Task(count, counted(count, "人还没答复岗位推荐"), reason, url, button, HERE)]


def _asked(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _count(
        session,
        actor,
        Permission.PLACEMENT_ANSWER,
        Placement.state == S.OFFERED,
        Placement.asked_at.is_not(None),
    )
    url = url_for(HERE, stage="offered")
    return [
        Task(
            count,
            counted(count, "人想先问清楚再决定"),
            _("他们在手机上点了“先问问”，等你回电话"),
            url,
            _("去看看"),
            HERE,
        )
    ]


def _invited(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _count(session, actor, Permission.PLACEMENT_OFFER, Placement.state == S.INVITED)
    url = url_for(HERE, stage="invited")
    return [
        Task(
            count,
            counted(count, "份企业邀请等你转告本人"),
            _("企业还看不到姓名和电话"),
            url,
            _("去转告"),
            HERE,
        )
    ]


def _to_depart(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _count(
        session,
        actor,
        Permission.PLACEMENT_DEPART,
        Placement.state == S.HIRED,
        Placement.departure_id.is_(None),
    )
    url = url_for(HERE, stage="hired")
    return [
        Task(
            count,
            counted(count, "人已录用，还没有安排出发"),
            _("可以编成一队，一起走"),
            url,
            _("去编队"),
            HERE,
        )
    ]


def _to_hire(session: Session, actor: Actor, today: date) -> list[Task]:
    where = (Placement.state.in_((S.ACCEPTED, S.INTERVIEW)),)
    count = _count(session, actor, Permission.PLACEMENT_HIRE, *where)
    url = url_for(HERE, stage="accepted")
    return [
        Task(
            count,
            counted(count, "人愿意来，等你面试或录用"),
            _("回得越快，人越不会走掉"),
            url,
            _("去看人"),
            HERE,
        )
    ]


def _to_arrive(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _count(session, actor, Permission.PLACEMENT_ARRIVE, Placement.state == S.DEPARTED)
    url = url_for(HERE, stage="departed")
    return [
        Task(
            count,
            counted(count, "人在路上，等确认到岗"),
            _("到了就确认，回访从到岗那天算起"),
            url,
            _("去确认"),
            HERE,
        )
    ]


def _follow_up_count(
    session: Session, actor: Actor, permission: Permission, condition: ColumnElement[bool]
) -> int:
    inner = follow_ups(actor, permission).where(condition)
    return session.scalar(inner.with_only_columns(func.count(FollowUp.id), maintain_column_froms=True)) or 0


def _due(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _follow_up_count(session, actor, Permission.FOLLOWUP_RECORD, is_due(today))
    late = _follow_up_count(session, actor, Permission.FOLLOWUP_RECORD, is_due(today - timedelta(days=8)))
    reason = _("其中 %(late)s 人已过期一周以上", late=late) if late else _("到岗满 1、3、6 个月各打一次电话")
    return [
        Task(
            count,
            counted(count, "人到了回访的日子"),
            reason,
            url_for("placements.follow_ups"),
            _("开始回访"),
            HERE,
        )
    ]


def _to_verify(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _follow_up_count(session, actor, Permission.FOLLOWUP_VERIFY, waits_for_check(actor))
    url = url_for("placements.follow_ups", view="verify")
    return [
        Task(
            count,
            counted(count, "条回访等你核实"),
            _("登记人不能核实自己的，要换一双眼睛"),
            url,
            _("去核实"),
            HERE,
        )
    ]


def _own_offers(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _count(session, actor, Permission.PORTAL, Placement.state == S.OFFERED)
    mine = "portal.offers"
    return [
        Task(
            count,
            counted(count, "个岗位等你答复"),
            _("看清楚再答复，可以先问问"),
            url_for(mine),
            _("去看看"),
            mine,
        )
    ]
