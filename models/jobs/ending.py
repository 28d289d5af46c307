"""Why a job takes nobody any more, for everybody it was offered to."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEvent, subject_name
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import Order, OrderState

_EVENTS = {"close": Sentence("企业停止了招聘"), "suspend": Sentence("市人社局下架了这个岗位")}


def endings(session: Session, orders: Collection[Order], today: date) -> dict[int, Sentence]:
    """By order that takes nobody on ``today``, why: who ended it with which words, that its day is over, or
    that it is full."""
    stopped = [order for order in orders if order.state is not OrderState.OPEN]
    said = _said(session, stopped)
    ended = {order.id: said.get(order.id, Sentence("这个岗位停止招聘了")) for order in stopped}
    for order in orders:
        if order.id in ended:
            continue
        if order.valid_until < today:
            ended[order.id] = Sentence("招聘到%(day)s截止，已经过期", {"day": order.valid_until})
        elif not order.places_left and not order.keeps_places:
            ended[order.id] = Sentence("名额已经招满")
    return ended


def _said(session: Session, orders: Collection[Order]) -> dict[int, Sentence]:
    """The last act that ended each order, with its reason, from the audit: no column keeps it twice."""
    subjects = {subject_name(order): order.id for order in orders}
    if not subjects:
        return {}
    acts = select(AuditEvent).where(
        AuditEvent.subject.in_(subjects), AuditEvent.tag == EventTag.ORDER_ADVANCE.value
    )
    said: dict[int, Sentence] = {}
    for act in session.scalars(acts.order_by(AuditEvent.id)):
        details = act.details
        if what := _EVENTS.get(details.get("event", "")):
            reason = details.get("reason", "")
            told = Sentence("%(what)s：%(reason)s", {"what": what, "reason": reason}) if reason else what
            said[subjects[act.subject]] = told
    return said
