"""What happens to a job order: written, checked against the law, handed in, decided, copied, enlarged."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from app.kit.vocabulary.operations import confirm_meaning
from app.kit.vocabulary.queries import meaning_of
from app.orders import legal_check
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import EDITABLE, ORDER_WORKFLOW, Order, OrderState
from models.posting_law import Posting
from models.reference.dated_fact import Occupation
from models.reference.occupation_word import Meanings, meanings_for, organisation_unit
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

# What a copy does not take along: identity, fate, and the dates of the order it was made from.
NOT_COPIED = {
    "id",
    "created_at",
    "state",
    "state_since",
    "taken",
    "reserved",
    "created_by_id",
    "submitted_by_id",
    "version",
    "posted_on",
    "start_on",
    "valid_until",
}
COPY_VALID_DAYS = 60


def warm_up(session: Session, day: date) -> None:
    """Read a title and a text: the first of a process loads word lists and the classifier, for seconds."""
    matching.normalise(["普工"], [""], None)
    posting = Posting("普工", "招普工，包吃住。", city_code=None, base_wage_yuan=None, posted_on=day)
    legal_check.examine(posting, legal_check.wage_table(session))


def create(
    session: Session, actor: Actor, enterprise: Organisation, values: dict[str, Any], day: date, **audit: Any
) -> Order:
    """Write a draft for ``enterprise``, with the engine's occupation and the law's findings.

    ``values`` are columns of Order (see app.orders.forms); ``audit`` goes into the record. The caller
    commits.
    """
    return create_all(session, actor, enterprise, [values], day, **audit)[0]


def create_all(
    session: Session,
    actor: Actor,
    enterprise: Organisation,
    many: Iterable[dict[str, Any]],
    day: date,
    **audit: Any,
) -> list[Order]:
    """Write a draft for each of ``many`` (see create); they reach the database together."""
    return keep_all(session, actor, drafts(session, actor, enterprise, many, day), **audit)


def drafts(
    session: Session, actor: Actor, enterprise: Organisation, many: Iterable[dict[str, Any]], day: date
) -> list[Order]:
    """A draft for each of ``many``, held against the law, in no session yet. Only reads, and takes long."""
    wages, orders = legal_check.wage_table(session), []
    meanings = meanings_for(session, organisation_unit(enterprise.id))
    with session.no_autoflush:
        for values in many:
            order = Order(enterprise=enterprise, created_by_id=actor.user_id, posted_on=day, **values)
            if not order.occupation_code:
                propose_occupation(order, meanings)
            legal_check.recheck(session, order, wages)
            orders.append(order)
    return orders


def keep_all(session: Session, actor: Actor, orders: list[Order], **audit: Any) -> list[Order]:
    """Write what :func:`drafts` made."""
    session.add_all(orders)
    for order in orders:
        record(session, actor, EventTag.ORDER_CREATE, order, **audit)
    session.flush()
    return orders


def change(session: Session, actor: Actor, order: Order, values: dict[str, Any]) -> None:
    """Write ``values`` into a draft or returned order and check it again.

    Raises TransitionRefused when the order is already in other hands, or would have less places than people.
    """
    if order.state not in EDITABLE:
        raise TransitionRefused(Sentence("岗位已经交出去了，不能改内容。要改，请先撤回，或复制一份新的。"))
    if values["headcount"] < order.taken + order.reserved:
        raise TransitionRefused(
            Sentence("已经录用的人加上留给培训班的名额，比这个人数多，招聘人数不能再少。")
        )
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    for name in changed:
        setattr(order, name, values[name])
    if "title" in changed:
        propose_occupation(order, meanings_for(session, organisation_unit(order.enterprise_id)))
    legal_check.recheck(session, order)
    if changed:
        record(session, actor, EventTag.ORDER_UPDATE, order, fields=changed)


def propose_occupation(order: Order, meanings: Meanings) -> None:
    """Write the reading of the title into the order: what people said it means, else what the engine thinks.

    What the enterprise itself said of this title before is confirmed already.
    """
    meaning = meaning_of(meanings, order.title, order.enterprise.industry)
    confirmed = {order.title: meaning.code} if meaning else None
    trade = f"{order.enterprise.industry} {order.description}"
    reading = matching.normalise([order.title], [trade], confirmed)[0]
    order.occupation_code, order.occupation_name = reading.code, reading.name
    order.occupation_confirmed = bool(meaning and meaning.is_own)


def confirm_occupation(session: Session, actor: Actor, order: Order, code: str, now: datetime) -> None:
    """Write down which occupation the enterprise says it is, and that this is what its title means.

    Raises TransitionRefused for an unknown code.
    """
    if order.state not in EDITABLE:
        raise TransitionRefused(Sentence("岗位已经交出去了，不能再改工种。"))
    occupation = session.scalar(select(Occupation).where(Occupation.code == code))
    if occupation is None:
        raise TransitionRefused(Sentence("没有这个工种，请再搜一次。"))
    order.occupation_code, order.occupation_name = occupation.code, occupation.name
    order.occupation_confirmed = True
    record(session, actor, EventTag.ORDER_UPDATE, order, fields=["occupation_code"])
    unit = organisation_unit(order.enterprise_id)
    confirm_meaning(session, actor, unit, order.title, occupation.code, now, order.enterprise.industry)


def copied(session: Session, actor: Actor, order: Order, day: date) -> Order:
    """A new draft with everything ``order`` says, valid for two months from ``day``, in no session yet."""
    columns = {column.key for column in Order.__table__.columns} - NOT_COPIED - {"enterprise_id"}
    values = {name: getattr(order, name) for name in columns}
    values["valid_until"] = day + timedelta(days=COPY_VALID_DAYS)
    return drafts(session, actor, order.enterprise, [values], day)[0]


def advance(session: Session, actor: Actor, order: Order, event: str, reason: str, day: date) -> None:
    """Carry the order along ``event``. Handing it in checks it against the law of that very day first.

    Raises what Workflow.advance raises: PermissionError, IllegalTransition, TransitionRefused.
    """
    if event == "submit" and order.state in EDITABLE:
        order.posted_on = day
        legal_check.recheck(session, order)
    ORDER_WORKFLOW.advance(session, order, event, actor, reason=reason)
    if event == "submit":
        order.submitted_by_id = actor.user_id


def suspend_all(session: Session, actor: Actor, enterprise_id: int, reason: str, day: date) -> list[Order]:
    """Take all open jobs of an enterprise down for one reason; a new one opens only after a review, as ever.

    Raises what :func:`advance` raises, and then none is taken down.
    """
    open_orders = select(Order).where(Order.enterprise_id == enterprise_id, Order.state == OrderState.OPEN)
    seen = visible_to(actor, open_orders.order_by(Order.id), Order, Permission.ORDER_REVIEW)
    orders = list(session.scalars(seen))
    for order in orders:
        advance(session, actor, order, "suspend", reason, day)
    return orders


def enlarge(session: Session, actor: Actor, order: Order, headcount: int) -> None:
    """Give an open order more places; fewer would take back what counties count on."""
    if order.state != OrderState.OPEN:
        raise TransitionRefused(Sentence("只有正在招聘的岗位才能加人数。"))
    if headcount <= order.headcount:
        raise TransitionRefused(Sentence("人数只能加，不能减。招够了，请点“停止招聘”。"))
    before, order.headcount = order.headcount, headcount
    record(
        session,
        actor,
        EventTag.ORDER_UPDATE,
        order,
        fields=["headcount"],
        **{"from": before, "to": headcount},
    )
