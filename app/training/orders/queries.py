"""Training orders: each role's list, one order's bids side by side, what the form can choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.kit.web.history import Entry
from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, count_and_first, scope_of, visible_to
from models.audit import AuditEvent, events_of
from models.event_tags import EventTag
from models.i18n import N_, Sentence, counted
from models.jobs.order import Order
from models.reference.area import Area, AreaLevel
from models.reference.area_latin import AreaName
from models.reference.dated_fact import ProgrammeCounty, minimum_wage_on, partner_prefectures
from models.reference.organisation import Organisation, OrganisationKind
from models.training.agreement import Agreement
from models.training.standard import StandardName
from models.training.standards import Figure, figure_on
from models.training.training_order import (
    TRAINING_ORDER_WORKFLOW,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)
from models.workflow import Transition

P, S, HERE = Permission, TrainingOrderState, "training_orders.index"
PAGE, MOST_CHOICES = 50, 300
STEPS = (N_("企业提需求"), N_("学校报名"), N_("选定学校"), N_("各方签协议"), N_("开班"))
STEP_OF = {S.DRAFT: 0, S.OPEN: 1, S.CHOSEN: 3, S.AGREED: 4, S.ENDED: 5, S.WITHDRAWN: 0}
TO_BID, MINE = "to_bid", "mine"


# --- the list -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One line of the list: ``bids`` is how many schools bid, None for a school, which may not know."""

    order: TrainingOrder
    bids: int | None


def list_page(session: Session, actor: Actor, view: str, before: int | None) -> tuple[list[Row], int | None]:
    """The newest orders of ``view`` with numbers below ``before``, and where the next page begins.

    ``view`` is a state; for a school ``to_bid`` or ``mine``; "" is everything.
    """
    bids = select(func.count()).where(
        TrainingBid.order_id == TrainingOrder.id, TrainingBid.withdrawn_at.is_(None)
    )
    statement = visible_to(
        actor, select(TrainingOrder, bids.scalar_subquery()), TrainingOrder, P.TRAINING_READ
    )
    statement = statement.options(
        joinedload(TrainingOrder.enterprise), joinedload(TrainingOrder.job_order)
    ).where(_in_view(actor, view), TrainingOrder.id < before if before else true())
    orders = session.execute(statement.order_by(TrainingOrder.id.desc()).limit(PAGE + 1)).all()
    may_count = not actor.has_role(Role.SCHOOL)
    rows = [Row(order, count if may_count else None) for order, count in orders[:PAGE]]
    return rows, rows[-1].order.id if len(orders) > PAGE else None


def _in_view(actor: Actor, view: str) -> ColumnElement[bool]:
    schools = actor.organisations(Role.SCHOOL)
    if view == TO_BID:
        return open_to(schools)
    if view == MINE:
        return TrainingOrder.id.in_(select(TrainingBid.order_id).where(TrainingBid.school_id.in_(schools)))
    return TrainingOrder.state == view if view in set(S) else true()


def open_to(schools: Sequence[int]) -> ColumnElement[bool]:
    """Orders for which one of these schools may bid: open, and no other school asked by name."""
    asked = or_(TrainingOrder.asked_school_id.is_(None), TrainingOrder.asked_school_id.in_(schools))
    return (TrainingOrder.state == S.OPEN) & asked


# --- one order ------------------------------------------------------------------------------------------


def may(session: Session, actor: Actor, order: TrainingOrder, permission: Permission) -> bool:
    """Whether this very order lies within the actor's ``permission``."""
    inside = select(TrainingOrder.id).where(
        TrainingOrder.id == order.id, scope_of(actor, TrainingOrder, permission)
    )
    return actor.can(permission) and session.scalar(inside) is not None


def transitions(session: Session, actor: Actor, order: TrainingOrder) -> list[Transition]:
    """The events that the actor may trigger on this very order."""
    available = TRAINING_ORDER_WORKFLOW.available(order, actor)
    return [transition for transition in available if may(session, actor, order, transition.permission)]


def bids_of(session: Session, actor: Actor, order: TrainingOrder) -> list[TrainingBid]:
    """The bids the actor may see (a school its own alone), the chosen one first, then the cheapest."""
    mine = select(TrainingBid).where(TrainingBid.order_id == order.id).options(joinedload(TrainingBid.school))
    ordered = mine.order_by(TrainingBid.chosen_at.is_(None), TrainingBid.price_fen, TrainingBid.id)
    return list(session.scalars(visible_to(actor, ordered, TrainingBid, P.TRAINING_READ)))


def agreements_of(session: Session, actor: Actor, order: TrainingOrder) -> list[Agreement]:
    """The order's agreements that the actor may see, the latest first; those before it came to nothing."""
    mine = select(Agreement).where(Agreement.order_id == order.id).order_by(Agreement.id.desc())
    return list(session.scalars(visible_to(actor, mine, Agreement, P.TRAINING_READ)))


def fee_of(session: Session, order: TrainingOrder, day: date) -> Figure | None:
    """What the county's standards pay for one person's training on ``day``; None where it is unknown."""
    return figure_on(
        session, StandardName.TRAINING_FEE, order.county_code, day, order.level, order.occupation_code
    )


def history(session: Session, order: TrainingOrder) -> list[Entry]:
    """What happened to an order, the latest first, from the audit."""
    return [
        Entry(event.at, event.actor_name, _what(event), Sentence(event.details.get("reason", "")))
        for event in events_of(session, order, _TOLD)
    ]


_TOLD = [tag for tag in EventTag if tag.startswith("training_order:")]


def _what(event: AuditEvent) -> Sentence:
    if (step := event.details.get("event", "")) in TRAINING_ORDER_WORKFLOW.by_event:
        return Sentence(TRAINING_ORDER_WORKFLOW.by_event[step].label)
    return Sentence("写好草稿") if event.tag == EventTag.TRAINING_ORDER_CREATE else Sentence("修改内容")


# --- what the form can choose from ----------------------------------------------------------------------


def jobs_to_train_for(session: Session, actor: Actor) -> list[Order]:
    """The actor's own open job orders with places left, the newest first."""
    mine = visible_to(actor, select(Order).where(Order.has_room()), Order, P.TRAINING_ORDER)
    return list(session.scalars(mine.order_by(Order.id.desc()).limit(MOST_CHOICES)))


def counties_for(session: Session, city_code: str, day: date) -> list[tuple[str, str]]:
    """Code and name of the counties that the city helps; all of the programme where it helps none."""
    helped = partner_prefectures(session, f"{city_code[:4]}00", day)
    counties = select(Area.code, Area.name).where(
        Area.code.in_(select(ProgrammeCounty.area_code).where(ProgrammeCounty.valid_to.is_(None))),
        Area.level == AreaLevel.COUNTY,
    )
    near = session.execute(counties.where(Area.prefecture_code.in_(helped)).order_by(Area.code)).all()
    return [
        (code, AreaName(name)) for code, name in near or session.execute(counties.order_by(Area.code)).all()
    ]


def schools(session: Session) -> list[tuple[int, str]]:
    """Number and name of the training schools."""
    schools = select(Organisation.id, Organisation.name).where(
        Organisation.kind == OrganisationKind.SCHOOL, Organisation.merged_into_id.is_(None)
    )
    rows = session.execute(schools.order_by(Organisation.name).limit(MOST_CHOICES))
    return [(school_id, name) for school_id, name in rows]


def least_wage_fen(session: Session, city_code: str, day: date) -> int | None:
    """The minimum wage of the job's city a month, None where the table has none."""
    minimum = minimum_wage_on(session, f"{city_code[:4]}00", day)
    return minimum.monthly_yuan * 100 if minimum else None


# --- what waits today -----------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` around training orders; a count of zero means nothing does."""
    tasks: list[Task] = []
    if actor.can(P.TRAINING_ORDER):
        tasks += [_to_choose(session, actor), _drafts(session, actor)]
    if actor.can(P.TRAINING_BID):
        tasks.append(_to_bid(session, actor))
    return tasks


def _url(count: int, first: TrainingOrder | None, view: str) -> str:
    """One order is opened directly, several as a list."""
    if count == 1 and first is not None:
        return url_for("training_orders.show", order_id=first.id)
    return url_for(HERE, view=view)


def _to_choose(session: Session, actor: Actor) -> Task:
    has_bid = exists().where(TrainingBid.order_id == TrainingOrder.id, TrainingBid.withdrawn_at.is_(None))
    where = (TrainingOrder.state == S.OPEN, has_bid)
    count, first = count_and_first(session, actor, TrainingOrder, P.TRAINING_ORDER, *where)
    reason = (
        Sentence("例如“%(skill)s”，%(day)s前要学完", {"skill": first.skill, "day": first.ready_by})
        if first
        else None
    )
    url = _url(count, first, S.OPEN.value)
    return Task(count, counted(count, "个培训订单有学校报名，等你选"), reason, url, N_("去选学校"), HERE)


def _drafts(session: Session, actor: Actor) -> Task:
    count, first = count_and_first(
        session, actor, TrainingOrder, P.TRAINING_ORDER, TrainingOrder.state == S.DRAFT
    )
    url = _url(count, first, S.DRAFT.value)
    return Task(
        count, counted(count, "个培训订单还没发布"), Sentence("发布了学校才看得到"), url, N_("去发布"), HERE
    )


def _to_bid(session: Session, actor: Actor) -> Task:
    schools = actor.organisations(Role.SCHOOL)
    has_own = exists().where(TrainingBid.order_id == TrainingOrder.id, TrainingBid.school_id.in_(schools))
    count, first = count_and_first(session, actor, TrainingOrder, P.TRAINING_BID, open_to(schools), ~has_own)
    reason = None
    if first is not None:
        reason = Sentence(
            "例如%(name)s %(n)s 人，%(skill)s",
            {"name": first.occupation_name, "n": first.headcount, "skill": first.skill},
        )
    url = _url(count, first, TO_BID)
    return Task(count, counted(count, "个培训订单可以报名"), reason, url, N_("去报名"), HERE)
