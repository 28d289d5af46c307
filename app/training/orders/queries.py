"""Training orders: each role's list, one order's offers side by side, what the form can choose from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import day, translated
from app.kit.web.history import Entry
from app.kit.web.navigation import Task, counted
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.audit import AuditEvent, EventTag, subject_name
from models.i18n import N_
from models.jobs.order import Order
from models.reference.area import Area, AreaLevel
from models.reference.dated_fact import ProgrammeCounty, helped_prefectures, minimum_wage_on
from models.reference.organisation import Organisation, OrganisationKind
from models.training.agreement import Agreement, AgreementState
from models.training.standards import Figure, figure_on
from models.training.subsidy import StandardName
from models.training.training_order import (
    TRAINING_ORDER_WORKFLOW,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)
from models.workflow import Transition

P, HERE = Permission, "training_orders.index"
PAGE, MOST_CHOICES = 50, 300
S = TrainingOrderState
STEPS = (N_("企业提需求"), N_("学校报名"), N_("选定学校"), N_("各方签协议"), N_("开班"))
_REACHED = {S.DRAFT: 0, S.OPEN: 1, S.CHOSEN: 3, S.AGREED: 4, S.ENDED: 5, S.WITHDRAWN: 0}
TO_BID, MINE = "to_bid", "mine"


@dataclass(frozen=True)
class Row:
    """One line of the list: the order and how many schools offer (None: not the reader's business)."""

    order: TrainingOrder
    bids: int | None


def list_page(session: Session, actor: Actor, view: str, after: int | None) -> tuple[list[Row], int | None]:
    """Return the newest orders of ``view`` before number ``after``, and where the next page begins.

    ``view`` is a state; for a school ``to_bid`` or ``mine``; "" is everything.
    """
    live = select(func.count()).where(
        TrainingBid.order_id == TrainingOrder.id, TrainingBid.withdrawn_at.is_(None)
    )
    statement = visible_to(actor, select(TrainingOrder, live.scalar_subquery()), TrainingOrder, _READ)
    statement = statement.options(
        joinedload(TrainingOrder.enterprise), joinedload(TrainingOrder.job_order)
    ).where(_in_view(actor, view), TrainingOrder.id < after if after else true())
    found = session.execute(statement.order_by(TrainingOrder.id.desc()).limit(PAGE + 1)).all()
    sees = not actor.has_role(Role.SCHOOL)
    rows = [Row(order, count if sees else None) for order, count in found[:PAGE]]
    return rows, rows[-1].order.id if len(found) > PAGE else None


_READ = Permission.TRAINING_READ


def _in_view(actor: Actor, view: str) -> ColumnElement[bool]:
    schools = actor.organisations(Role.SCHOOL)
    if view == TO_BID:
        return open_to(schools)
    if view == MINE:
        return TrainingOrder.id.in_(select(TrainingBid.order_id).where(TrainingBid.school_id.in_(schools)))
    return TrainingOrder.state == view if view in set(S) else true()


def open_to(schools: tuple[int, ...]) -> ColumnElement[bool]:
    """Orders for which one of these schools may make an offer: open, and no other school asked by name."""
    asked = or_(TrainingOrder.asked_school_id.is_(None), TrainingOrder.asked_school_id.in_(schools))
    return (TrainingOrder.state == S.OPEN) & asked


def steps_of(order: TrainingOrder) -> tuple[list[str], int]:
    """Return the names of the steps and the index of the present one."""
    return [translated(name) for name in STEPS], _REACHED[order.state]


def may(session: Session, actor: Actor, order: TrainingOrder, permission: Permission) -> bool:
    """Tell whether this very order lies within the actor's ``permission``."""
    inside = select(TrainingOrder.id).where(
        TrainingOrder.id == order.id, scope_of(actor, TrainingOrder, permission)
    )
    return actor.can(permission) and session.scalar(inside) is not None


def transitions(session: Session, actor: Actor, order: TrainingOrder) -> list[Transition]:
    """Return the events that the actor may trigger on this very order."""
    found = TRAINING_ORDER_WORKFLOW.available(order, actor)
    return [one for one in found if may(session, actor, order, one.permission)]


def bids_of(session: Session, actor: Actor, order: TrainingOrder) -> list[TrainingBid]:
    """Return the offers the actor may see (a school its own alone), the chosen one first, then the
    cheapest."""
    mine = select(TrainingBid).where(TrainingBid.order_id == order.id).options(joinedload(TrainingBid.school))
    ordered = mine.order_by(TrainingBid.chosen_at.is_(None), TrainingBid.price_fen, TrainingBid.id)
    return list(session.scalars(visible_to(actor, ordered, TrainingBid, _READ)))


def fee_of(session: Session, order: TrainingOrder, day: date) -> Figure | None:
    """Return what the county's standards pay for one person's training on ``day``; None where nothing is
    known."""
    return figure_on(
        session, StandardName.TRAINING_FEE, order.county_code, day, order.level, order.occupation_code
    )


# --- what the form can choose from ----------------------------------------------------------------------


def jobs_to_train_for(session: Session, actor: Actor) -> list[Order]:
    """Return the actor's own open job orders with places left, the newest first."""
    mine = visible_to(actor, select(Order).where(Order.has_room()), Order, Permission.TRAINING_ORDER)
    return list(session.scalars(mine.order_by(Order.id.desc()).limit(MOST_CHOICES)))


def counties_for(session: Session, city_code: str, day: date) -> list[tuple[str, str]]:
    """Return code and name of the counties that the city helps; all of the programme where it helps none."""
    helped = helped_prefectures(session, f"{city_code[:4]}00", day)
    statement = select(Area.code, Area.name).where(
        Area.code.in_(select(ProgrammeCounty.area_code)), Area.level == AreaLevel.COUNTY
    )
    near = session.execute(statement.where(Area.prefecture_code.in_(helped)).order_by(Area.code)).all()
    found = near or session.execute(statement.order_by(Area.code)).all()
    return [(code, name) for code, name in found]


def schools(session: Session) -> list[tuple[int, str]]:
    """Return number and name of the training schools."""
    wanted = select(Organisation.id, Organisation.name).where(Organisation.kind == OrganisationKind.SCHOOL)
    rows = session.execute(wanted.order_by(Organisation.name).limit(MOST_CHOICES))
    return [(number, name) for number, name in rows]


def least_wage_fen(session: Session, city_code: str, day: date) -> int | None:
    """Return the minimum wage of the job's city, or None where the table has none."""
    found = minimum_wage_on(session, f"{city_code[:4]}00", day)
    return found.monthly_yuan * 100 if found else None


def latest(session: Session, actor: Actor, order: TrainingOrder) -> Agreement | None:
    """Return the order's last agreement, if the actor may see it."""
    mine = select(Agreement).where(Agreement.order_id == order.id).order_by(Agreement.id.desc()).limit(1)
    return session.scalar(visible_to(actor, mine, Agreement, Permission.TRAINING_READ))


def earlier(session: Session, actor: Actor, order: TrainingOrder) -> list[Agreement]:
    """Return the order's agreements that came to nothing, the latest first."""
    mine = select(Agreement).where(
        Agreement.order_id == order.id, Agreement.state == AgreementState.CANCELLED
    )
    scoped = visible_to(actor, mine, Agreement, Permission.TRAINING_READ)
    return list(session.scalars(scoped.order_by(Agreement.id.desc())))


# --- what happened ---


def history(session: Session, order: TrainingOrder) -> list[Entry]:
    """What happened to an order, the latest first, from the audit."""
    statement = select(AuditEvent).where(AuditEvent.subject == subject_name(order), AuditEvent.tag.in_(_TOLD))
    return [
        Entry(row.at, row.actor_name, _what(row), translated(row.details.get("reason", "") or ""))
        for row in session.scalars(statement.order_by(AuditEvent.id.desc()).limit(100))
    ]


_TOLD = [tag.value for tag in EventTag if tag.startswith("training_order:")]


def _what(row: AuditEvent) -> str:
    if (event := row.details.get("event", "")) in TRAINING_ORDER_WORKFLOW.by_event:
        return translated(TRAINING_ORDER_WORKFLOW.by_event[event].label)
    return _("写好草稿") if row.tag == EventTag.TRAINING_ORDER_CREATE else _("修改内容")


# --- what waits today ---


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` around training orders; a count of zero means nothing does."""
    tasks: list[Task] = []
    if actor.can(P.TRAINING_ORDER):
        tasks += [_to_choose(session, actor), _drafts(session, actor)]
    if actor.can(P.TRAINING_BID):
        tasks.append(_to_bid(session, actor))
    return tasks


def _orders(actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> Select[Any]:
    return visible_to(actor, select(TrainingOrder).where(*where), TrainingOrder, permission)


def _count_and_first(session: Session, found: Select[Any]) -> tuple[int, Any]:
    """Return how many rows, and the oldest of them."""
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return count, session.scalars(found.order_by("id").limit(1)).first() if count else None


def _order_url(count: int, first: TrainingOrder | None, view: str) -> str:
    """One order is opened directly, several as a list."""
    if count == 1 and first is not None:
        return url_for("training_orders.show", order_id=first.id)
    return url_for(HERE, view=view)


def _to_choose(session: Session, actor: Actor) -> Task:
    offered = exists().where(TrainingBid.order_id == TrainingOrder.id, TrainingBid.withdrawn_at.is_(None))
    waiting = _orders(actor, P.TRAINING_ORDER, TrainingOrder.state == TrainingOrderState.OPEN, offered)
    count, first = _count_and_first(session, waiting)
    reason = (
        _("例如“%(skill)s”，%(day)s前要学完", skill=first.skill, day=day(first.ready_by)) if first else ""
    )
    url = _order_url(count, first, view=TrainingOrderState.OPEN.value)
    return Task(count, counted(count, "个培训订单有学校报名，等你选"), reason, url, _("去选学校"), HERE)


def _drafts(session: Session, actor: Actor) -> Task:
    waiting = _orders(actor, P.TRAINING_ORDER, TrainingOrder.state == TrainingOrderState.DRAFT)
    count, first = _count_and_first(session, waiting)
    url = _order_url(count, first, view=TrainingOrderState.DRAFT.value)
    return Task(count, counted(count, "个培训订单还没发布"), _("发布了学校才看得到"), url, _("去发布"), HERE)


def _to_bid(session: Session, actor: Actor) -> Task:
    schools = actor.organisations(Role.SCHOOL)
    mine = exists().where(TrainingBid.order_id == TrainingOrder.id, TrainingBid.school_id.in_(schools))
    count, first = _count_and_first(session, _orders(actor, P.TRAINING_BID, open_to(schools), ~mine))
    reason = ""
    if first is not None:
        reason = _(
            "例如%(name)s %(n)s 人，%(skill)s",
            name=first.occupation_name,
            n=first.headcount,
            skill=first.skill,
        )
    return Task(
        count,
        counted(count, "个培训订单可以报名"),
        reason,
        _order_url(count, first, view=TO_BID),
        _("去报名"),
        HERE,
    )
