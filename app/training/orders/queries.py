"""Training orders: each role's list, one order's offers side by side, what the form can choose from."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import translated
from app.kit.web.history import Entry
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.audit import AuditEvent, EventTag
from models.i18n import N_
from models.jobs.order import Order
from models.reference.area import Area, AreaLevel
from models.reference.dated_fact import ProgrammeCounty, helped_prefectures, minimum_wage_on
from models.reference.organisation import Organisation, OrganisationKind
from models.training.standards import Figure, figure_on
from models.training.subsidy import StandardName
from models.training.training_order import (
    AGREEMENT_WORKFLOW,
    PARTY_LABELS,
    TRAINING_ORDER_WORKFLOW,
    Party,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)
from models.workflow import Transition

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


# --- what happened --------------------------------------------------------------------------------------


def history(session: Session, *subjects: str) -> list[Entry]:
    """Return what happened to an order or agreement (``table:id``), the latest first, from the audit."""
    statement = select(AuditEvent).where(AuditEvent.subject.in_(subjects), AuditEvent.tag.in_(_TOLD))
    return [
        Entry(row.at, row.actor_name, _what(row), translated(row.details.get("reason", "") or ""))
        for row in session.scalars(statement.order_by(AuditEvent.id.desc()).limit(100))
    ]


_TOLD = [
    tag.value for tag in EventTag if tag.startswith(("training_order:", "agreement:", "breach:", "places:"))
]


def _what(row: AuditEvent) -> str:
    details = row.details
    labels = TRAINING_ORDER_WORKFLOW.by_event | AGREEMENT_WORKFLOW.by_event
    if (event := details.get("event", "")) in labels:
        return translated(labels[event].label)
    if row.tag == EventTag.AGREEMENT_SIGN:
        return _("%(party)s签字", party=translated(PARTY_LABELS[Party(details["party"])]))
    if row.tag in (EventTag.PLACES_RESERVE, EventTag.PLACES_RELEASE):
        kept = row.tag == EventTag.PLACES_RESERVE
        n = details["counts"]
        return _("预留 %(n)s 个名额", n=n) if kept else _("放开 %(n)s 个名额", n=n)
    words = {
        EventTag.TRAINING_ORDER_CREATE: _("写好草稿"),
        EventTag.TRAINING_ORDER_UPDATE: _("修改内容"),
        EventTag.AGREEMENT_CREATE: _("选定学校，拟好协议"),
        EventTag.BREACH_RECORD: _("说明违约原因") if event == "answer" else _("登记违约"),
    }
    return words[EventTag(row.tag)]
