"""Messages of the demo's own county: what people were told of, and how far it came."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.commands.demo.accounts import ZHAOJUE
from app.messages import receipts, texting
from app.messages.gateways.gateway import Answer, Parcel, Receipt, Taken
from app.messages.outgoing import Limits
from models.access import SYSTEM
from models.clock import CHINA, day_of
from models.jobs.order import Order
from models.messages.contact_choice import choose
from models.messages.kind import MessageKind
from models.messages.message import Message, send
from models.messages.reach import Reach, Why
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState
from models.reference.county_office import office_words

MOST_OF_A_STATE, LAPSES = 25, timedelta(days=2)
EVENING = time(20)  # the last hour in which text messages leave


class DemoGateway:
    """Takes every text message and sends none: by its last digit a number does not answer."""

    name, gives_receipts = "demo", True

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}

    def hand_over(self, parcel: Parcel) -> Answer:
        """A number that ends in 7 does not exist."""
        self.numbers[parcel.public_id] = parcel.number
        refused = parcel.number.endswith("7")
        return Answer(Taken.REFUSED, Why.NO_SUCH_NUMBER) if refused else Answer(Taken.YES)

    def receipts(self, public_ids: Sequence[str]) -> Mapping[str, Receipt]:
        """One that ends in 3 is switched off, one in 5 says nothing."""
        heard = {one: number for one, number in self.numbers.items() if not number.endswith("5")}
        return {
            one: Receipt(False, Why.SWITCHED_OFF) if number.endswith("3") else Receipt(True)
            for one, number in heard.items()
        }

    def close(self) -> None:
        """Nothing is open."""


def tell_messages(session: Session, today: date) -> int:
    """Tell people of offers, hires and interviews as the platform does; how many messages."""
    noon = datetime.combine(today - timedelta(days=1), time(12), CHINA)
    kinds = {
        PlacementState.OFFERED: MessageKind.OFFER_LAPSES,
        PlacementState.INTERVIEW: MessageKind.INTERVIEW,
        PlacementState.HIRED: MessageKind.HIRED,
    }
    count = 0
    for state, kind in kinds.items():
        for placement in _placements(session, state):
            count += _tell(session, placement, kind, today, noon)
    for hired in _placements(session, PlacementState.HIRED)[:2]:  # two who are told by telephone
        choose(
            session,
            hired.worker,
            takes_texts=False,
            language="",
            channel=Channel.PHONE,
            actor=SYSTEM,
            now=noon,
        )
    return count


def text_messages(session: Session, today: date) -> None:
    """Text what the demo has told people before ``today``, each evening what that day said."""
    session.commit()
    gateway = DemoGateway()
    told = session.scalars(select(Message.reach_at).where(Message.reach == Reach.WAITING).distinct())
    for day in sorted({day_of(when) for when in told}):
        if day < today:
            evening = datetime.combine(day, EVENING, CHINA)
            texting.hand_over(session, gateway, Limits(), evening, 60.0)
            receipts.ask_receipts(session, gateway, evening + timedelta(hours=1))


def _placements(session: Session, state: PlacementState) -> Sequence[Placement]:
    statement = (
        select(Placement)
        .options(joinedload(Placement.order).joinedload(Order.enterprise))
        .where(Placement.county_code == ZHAOJUE, Placement.state == state)
        .order_by(Placement.id.desc())
    )
    return session.scalars(statement.limit(MOST_OF_A_STATE)).all()


def _tell(session: Session, placement: Placement, kind: MessageKind, today: date, now: datetime) -> bool:
    order, interview = placement.order, placement.interview
    is_last_days = placement.respond_by is not None and today <= placement.respond_by <= today + LAPSES
    if (kind is MessageKind.INTERVIEW and interview is None) or (
        kind is MessageKind.OFFER_LAPSES and not is_last_days
    ):
        return False
    words: dict[str, Any] = {
        "enterprise": order.enterprise.name,
        "title": order.title,
        "day": placement.respond_by or today,
        "office": office_words(session, placement.county_code),
        "when": interview.held_at if interview else now,
        "place": interview.place if interview else "",
    }
    until = {MessageKind.OFFER_LAPSES: placement.respond_by, MessageKind.INTERVIEW: today + timedelta(days=2)}
    send(
        session,
        placement.worker_id,
        kind,
        words,
        actor=SYSTEM,
        now=now,
        placement_id=placement.id,
        until=until.get(kind),
    )
    return True
