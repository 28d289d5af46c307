"""Cases in hand: people given to a colleague at once, a reminder, a note; through the operations."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.story import at
from app.kit.bulk.acts import cases_of
from app.kit.bulk.operations import choose, do
from app.kit.care.operations import Wanted, keep
from app.kit.care.queries import colleagues
from models.care import CareKind
from models.people.worker import Worker, WorkerState
from models.placement.placement import Placement, PlacementState

GIVEN, REMINDED = 12, timedelta(days=2)


def tell_in_hand(session: Session, today: date) -> None:
    """The demo's county gives a dozen people to a colleague and comes back to one placement soon."""
    clerk = actor_named(session, "county", today)
    colleague = next((one for one in colleagues(session, clerk, today) if one.id != clerk.user_id), None)
    people = (
        select(Worker.id)
        .where(Worker.county_code == ZHAOJUE, Worker.state == WorkerState.POOL)
        .order_by(Worker.id)
        .limit(GIVEN)
    )
    chosen, many = list(session.scalars(people)), cases_of(CareKind.WORKER)
    assign = many.act("assign")
    if colleague is not None and assign is not None and chosen:
        values = {"assigned_to_id": str(colleague.id)}
        act = choose(session, clerk, "workers.index", assign, chosen, values)
        do(session, clerk, many, act, at(today))
    waiting = select(Placement).where(
        Placement.county_code == ZHAOJUE, Placement.state == PlacementState.OFFERED
    )
    if placement := session.scalar(waiting.order_by(Placement.id).limit(1)):
        note = "家里老人住院，过两天再问去不去。"
        wanted = Wanted(note, today + REMINDED, clerk.user_id)
        keep(session, clerk, CareKind.PLACEMENT, placement, wanted, today)
