"""How many people may be asked at once for the free places of an order, and how long they have to answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.jobs.order import Order
from models.placement.placement import OPEN_OFFERS, Placement
from models.row_security import looking_everywhere
from models.training.reserved_places import graduates_with_a_place
from models.workflow import TransitionRefused

LEAST_DAYS = 2


@dataclass(frozen=True)
class AskingRules:
    """Settings of the platform: people asked ``per_place`` that is free, ``days`` to answer by default."""

    per_place: int = 3
    days: int = 5

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """As the environment sets them (ASKED_PER_PLACE, ANSWER_DAYS)."""
        return cls(config["ASKED_PER_PLACE"], config["ANSWER_DAYS"])

    def answer_by(self, today: date, wished: date | None = None) -> date:
        """The day to answer by. Raises TransitionRefused for one that leaves less than two days."""
        if wished is not None and wished < today + timedelta(days=LEAST_DAYS):
            earliest = {"day": today + timedelta(days=LEAST_DAYS)}
            raise TransitionRefused(Sentence("答复日期最早填%(day)s，给本人留两天想一想。", earliest))
        return wished or today + timedelta(days=self.days)


DEFAULT_RULES = AskingRules()


@dataclass(frozen=True)
class AskingRoom:
    """The places of an order that are ``free`` to everybody, and how many ``more`` people may be asked."""

    free: int
    more: int
    per_place: int

    @property
    def sentence(self) -> Sentence:
        """What whoever asks is shown beside the button."""
        return Sentence("空岗 %(free)s，可再邀请 %(more)s 人", {"free": self.free, "more": self.more})

    @property
    def rule(self) -> Sentence:
        """Why no more."""
        return Sentence("一个空岗最多同时问 %(n)s 人，等有人答复了再问别人", {"n": self.per_place})


@dataclass(frozen=True)
class AskingTerms:
    """What a page says beside the button that asks people: room, and the days to answer by."""

    room: AskingRoom
    answer_by: date
    earliest: date


def asking_terms(session: Session, order: Order, rules: AskingRules, today: date) -> AskingTerms:
    """Of ``order`` on ``today``."""
    earliest = today + timedelta(days=LEAST_DAYS)
    return AskingTerms(asking_room(session, order, rules), rules.answer_by(today), earliest)


def asking_room(session: Session, order: Order, rules: AskingRules) -> AskingRoom:
    """How many more people may be asked for ``order``; graduates with a place of their own do not count."""
    asked = select(func.count()).where(
        Placement.order_id == order.id,
        Placement.state.in_(OPEN_OFFERS),
        Placement.worker_id.not_in(graduates_with_a_place(order.id)),
    )
    free = max(0, order.places_left)
    with looking_everywhere(session, "how many others were asked, as a number"):
        more = max(0, free * rules.per_place - (session.scalar(asked) or 0))
    return AskingRoom(free, more, rules.per_place)
