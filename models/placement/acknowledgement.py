"""The job card (岗位明白卡) gone through before departure: which terms, point by point, by whom, when.

In comparable programmes two short sessions of honest information made people 18 % likelier to stay; so what
was gone through is kept as it was said, and reports may ask whether it helped.
"""

import enum
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.placement.disclosed_terms import DisclosedTerms
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState
from models.types import EncryptedText, EnumText, UTCDateTime

# Whoever has left has seen the place; whoever has not said yes has no card yet.
BEFORE_DEPARTURE = (PlacementState.ACCEPTED, PlacementState.INTERVIEW, PlacementState.HIRED)


class CardPoint(enum.StrEnum):
    """One point of the card; all of them are gone through."""

    MONEY = "money"
    WORK = "work"
    LIVING = "living"
    PAY = "pay"
    CONTRACT = "contract"
    JOURNEY = "journey"
    FEES = "fees"


CARD_POINT_LABELS = {
    CardPoint.MONEY: N_("每月到手多少钱"),
    CardPoint.WORK: N_("干什么活、干多久"),
    CardPoint.LIVING: N_("吃哪里、住哪里"),
    CardPoint.PAY: N_("工资怎么发、扣什么"),
    CardPoint.CONTRACT: N_("和谁签合同、签多久"),
    CardPoint.JOURNEY: N_("在哪里、怎么去"),
    CardPoint.FEES: N_("不交一分钱"),
}


class Grasp(enum.StrEnum):
    """What the person says of a point."""

    CLEAR = "clear"
    OPEN = "open"


GRASP_LABELS = {Grasp.CLEAR: N_("明白了"), Grasp.OPEN: N_("还要问")}
# 就业促进法 41条、劳动合同法 9条: no deposit, no papers kept; the fare is the journey's point.
NO_FEES = Sentence("找这个活不收介绍费，不交押金，不扣身份证。谁要，就打 12333。")


class Acknowledgement(Recorded, Base):
    """One time the card was gone through; of several of one placement the latest counts.

    ``terms`` are the disclosed terms as they were, ``points`` what was said of each, ``question`` what is
    still to be asked. ``is_clear``: every point was.
    """

    __tablename__ = "card_acknowledgement"

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    points: Mapped[dict[str, str]] = mapped_column(JSON)
    is_clear: Mapped[bool]
    question: Mapped[str | None] = mapped_column(EncryptedText("card_acknowledgement.question"))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    acknowledged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def open_points(self) -> list[CardPoint]:
        """The points of which the person still wants to ask."""
        return [point for point in CardPoint if self.points.get(point) != Grasp.CLEAR]

    @property
    def told(self) -> DisclosedTerms:
        """The terms that were gone through."""
        return DisclosedTerms.from_json(self.terms)


class Card(enum.StrEnum):
    """How far a person had gone through the card before leaving, as far as it was written down."""

    CLEAR = "clear"
    OPEN = "open"
    NONE = "none"


CARD_LABELS = {
    Card.CLEAR: N_("对过，每一条都明白"),
    Card.OPEN: N_("对过，有的还要问"),
    Card.NONE: N_("没有对过的记录"),
}


def cards_of_county(session: Session, county_code: str) -> Mapping[int, Card]:
    """By placement, how the last time through the card ended; who is not in it has no record."""
    statement = (
        select(Acknowledgement.placement_id, Acknowledgement.is_clear)
        .join(Placement, Placement.id == Acknowledgement.placement_id)
        .where(Placement.county_code == county_code)
        .order_by(Acknowledgement.id)
    )
    return {number: Card.CLEAR if clear else Card.OPEN for number, clear in session.execute(statement)}


def card_of(terms: DisclosedTerms) -> list[tuple[CardPoint, list[Sentence]]]:
    """What the card says of each point, in order."""
    said = [sentences for _heading, sentences in terms.topics]
    money = [Sentence("每月到手大约 %(money)s", {"money": terms.take_home})]
    if terms.uncounted:
        money.append(Sentence("还不知道、没有算进去的：%(what)s", {"what": list(terms.uncounted)}))
    return list(zip(CardPoint, [money, *said, [NO_FEES]], strict=True))


def latest_acknowledgements(
    session: Session, placement_ids: Collection[int]
) -> Mapping[int, Acknowledgement]:
    """The one that counts of each placement that has any."""
    last = (
        select(func.max(Acknowledgement.id))
        .where(Acknowledgement.placement_id.in_(placement_ids))
        .group_by(Acknowledgement.placement_id)
    )
    rows = session.scalars(select(Acknowledgement).where(Acknowledgement.id.in_(last)))
    return {row.placement_id: row for row in rows}


def is_up_to_date(acknowledgement: Acknowledgement, placement: Placement) -> bool:
    """Whether what was gone through is still what the person was told."""
    return acknowledgement.terms == placement.disclosed_terms


def without_card(placements: Sequence[Placement], known: Mapping[int, Acknowledgement]) -> list[Placement]:
    """Who has not gone through the card as it stands, or still has something to ask."""
    return [
        row
        for row in placements
        if row.state in BEFORE_DEPARTURE
        and not ((card := known.get(row.id)) and card.is_clear and is_up_to_date(card, row))
    ]
