"""What became of a job order's places: one set of numbers, the same on every page and for every reader."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.jobs.order import Order
from models.numbers import figure
from models.placement.flow import WORKING, PlacementState
from models.placement.placement import Placement

ANSWERED_YES = (PlacementState.ACCEPTED, PlacementState.INTERVIEW)


@dataclass(frozen=True)
class OrderCounts:
    """``headcount`` is ``open + kept + hired``; those who answered yes hold no place yet."""

    headcount: int
    open: int
    kept: int
    hired: int
    at_work: int
    answered_yes: int

    def parts(self) -> list[Sentence]:
        """The numbers by name; of those that can be nothing, only what there is."""
        told = [
            Sentence("招 %(n)s 人", {"n": figure(self.headcount)}),
            Sentence("空岗 %(n)s", {"n": figure(self.open)}),
        ]
        if self.kept:
            told.append(Sentence("班里留 %(n)s", {"n": figure(self.kept)}))
        if self.hired:
            told.append(Sentence("已录用 %(n)s", {"n": figure(self.hired)}))
        if self.at_work:
            told.append(Sentence("在岗 %(n)s", {"n": figure(self.at_work)}))
        if self.answered_yes:
            told.append(Sentence("已答应 %(n)s", {"n": figure(self.answered_yes)}))
        return told


def order_counts(session: Session, orders: Iterable[Order]) -> dict[int, OrderCounts]:
    """The counts of each of ``orders`` by its id, in one query.

    Who may see the order may see its numbers, of all counties together: narrowed to the reader's own people
    they would differ from page to page.
    """
    wanted = {order.id: order for order in orders}
    statement = (
        select(Placement.order_id, Placement.state, func.count())
        .where(Placement.order_id.in_(wanted), Placement.state.in_((*ANSWERED_YES, *WORKING)))
        .group_by(Placement.order_id, Placement.state)
    )
    people = {(order_id, state): n for order_id, state, n in session.execute(statement)}
    return {
        number: OrderCounts(
            order.headcount,
            order.places_left,
            order.reserved,
            order.taken,
            sum(people.get((number, state), 0) for state in WORKING),
            sum(people.get((number, state), 0) for state in ANSWERED_YES),
        )
        for number, order in wanted.items()
    }
