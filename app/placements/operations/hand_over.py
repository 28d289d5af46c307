"""The list that an enterprise signs for the people of a group: who arrived, who did not and why, by whom they
were received. The caller commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.document_sanitizer import Paper
from app.placements.operations.hiring import arrive, miss
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.fact_dates import refuse_ahead
from models.i18n import Sentence
from models.people.purpose import Purpose, stated
from models.placement.departure import Departure, HandOver, Passenger, Way
from models.placement.leaving import LeaveReason
from models.placement.placement import Placement, PlacementState
from models.workflow import TransitionRefused

ON_THE_WAY = (PlacementState.HIRED, PlacementState.DEPARTED)
BEFORE_LEAVING = Sentence("交接日期早于出发的日子（%(day)s），请核对。")


@dataclass(frozen=True)
class Receipt:
    """What the signed list says. ``absent``: by placement, why the person did not come and what was heard."""

    enterprise_id: int
    received_on: date
    received_by: str
    arrived: frozenset[int]
    absent: Mapping[int, tuple[LeaveReason, str]]
    note: str = ""


def expected(session: Session, departure: Departure, enterprise_id: int | None = None) -> list[Placement]:
    """Who of the group is still to be handed over, to one enterprise or to any."""
    statement = select(Placement).where(
        Placement.departure_id == departure.id, Placement.state.in_(ON_THE_WAY)
    )
    if enterprise_id is not None:
        statement = statement.where(Placement.enterprise_id == enterprise_id)
    return list(session.scalars(statement.order_by(Placement.enterprise_id, Placement.worker_id)))


def hand_over(
    session: Session, actor: Actor, departure: Departure, receipt: Receipt, paper: Paper | None, today: date
) -> HandOver:
    """Write the signed list down: who is on it is at work from that day, who is not never came.

    All of it or nothing. Raises TransitionRefused for a list that was recorded before, a day to come or
    before the group left, somebody of whom it says nothing or two things, and somebody who is not in the
    group.
    """
    people = {one.id: one for one in expected(session, departure, receipt.enterprise_id)}
    _refuse(session, departure, receipt, people, today)
    row = HandOver(
        departure_id=departure.id,
        enterprise_id=receipt.enterprise_id,
        received_on=receipt.received_on,
        received_by=receipt.received_by.strip(),
        note=receipt.note.strip(),
        recorded_by_id=actor.user_id,
        pages=paper.pages if paper else None,
        digest=paper.digest if paper else "",
        content=paper.content if paper else None,
    )
    session.add(row)
    session.flush()
    places = _places(session, departure)
    for number in sorted(people):
        placement = people[number]
        if has_come := number in receipt.arrived:
            arrive(session, actor, placement, receipt.received_on, today)
        else:
            miss(session, actor, placement, *receipt.absent[number])
        if place := places.get(number):
            place.hand_over_id, place.arrived = row.id, has_come
    counts = {"arrived": len(receipt.arrived), "absent": len(receipt.absent)}
    record(session, actor, EventTag.DEPARTURE_HANDOVER, departure, counts=counts)
    return row


def _refuse(
    session: Session, departure: Departure, receipt: Receipt, people: Mapping[int, Placement], today: date
) -> None:
    if departure.way is not Way.OUT:
        raise TransitionRefused(Sentence("只有去上岗的队伍要交接。"))
    refuse_ahead("hand_over.received_on", receipt.received_on, today)
    leaves = day_of(departure.departs_at)
    if receipt.received_on < leaves:
        raise TransitionRefused(Sentence(BEFORE_LEAVING.text, {"day": leaves}))
    known = select(HandOver.id).where(
        HandOver.departure_id == departure.id, HandOver.enterprise_id == receipt.enterprise_id
    )
    if session.scalar(known):
        raise TransitionRefused(Sentence("这家企业的交接单已经登记过了；登记错了，请到每个人的页面更正。"))
    both = receipt.arrived & receipt.absent.keys()
    told = receipt.arrived | receipt.absent.keys()
    if both or told - people.keys():
        raise TransitionRefused(Sentence("名单变了，有人已经不在这一队里，请刷新后重填。"))
    if silent := people.keys() - told:
        raise TransitionRefused(Sentence("还有 %(n)s 人没有写到了还是没到。", {"n": len(silent)}))
    if not people:
        raise TransitionRefused(Sentence("这家企业没有等着交接的人。"))


def _places(session: Session, departure: Departure) -> dict[int, Passenger]:
    rows = session.scalars(select(Passenger).where(Passenger.departure_id == departure.id))
    return {row.placement_id: row for row in rows if row.placement_id}


def hand_overs(session: Session, departure: Departure) -> dict[int, HandOver]:
    """The signed lists of a group, by enterprise."""
    rows = session.scalars(select(HandOver).where(HandOver.departure_id == departure.id))
    return {row.enterprise_id: row for row in rows}


def open_list(session: Session, actor: Actor, departure: Departure, row: HandOver) -> bytes | None:
    """The scan of a signed list, None where nobody sent it; opening it is noted in the same transaction."""
    if row.content is None:
        return None
    purpose = stated(Purpose.INSPECTION, "核对交接单")
    record(session, actor, EventTag.EVIDENCE_OPEN, departure, purpose=purpose)
    return row.content
