"""What a run is asked: the rows it may see, frozen as plain data, with the digest that names them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import JobProblem
from app.match_runs import engine_input, reserved_places
from app.match_runs.candidate_pool import Pool, Reach, open_pool, pool_of_frame, reach_of, reach_of_counties
from app.match_runs.travel_groups import Companions, companions_of
from app.reference.vocabulary.queries import names_for
from matching import Frame
from models.access import Actor, Permission, Role, scope_of
from models.i18n import N_
from models.jobs.order import Order, OrderState
from models.match_run import MatchRun, RunKind
from models.people.worker import Worker, candidate_condition
from models.placement.placement import Placement
from models.reference.occupation_word import county_unit, organisation_unit
from models.training.agreement import Agreement


@dataclass(frozen=True)
class Question:
    """The input of one run. ``masked``: the asker may see numbers and masked people, not who they are.

    ``reach``, of an order's run, is whose data counts; ``renamed`` are the words settled for the asker's
    unit.
    """

    run_id: int
    kind: RunKind
    settings: dict[str, Any]
    card: matching.Scorecard
    pool: Pool
    orders: list[matching.Order]
    companions: Companions
    masked: bool
    shows_people: bool
    digest: str
    reach: Reach | None
    renamed: dict[str, str]

    @property
    def day(self) -> date:
        """The day as of which the run is answered."""
        return date.fromisoformat(self.settings["as_of"])

    @property
    def workers(self) -> Frame:
        """Everybody as columns: for questions that are asked of few, or of all orders at once."""
        (only,) = self.pool.parts
        return only.people.frame


def own_run(session: Session, actor: Actor, run_id: int) -> MatchRun:
    """Return the run if ``actor`` may still ask it. Raises PermissionError."""
    run = session.scalar(
        select(MatchRun).where(MatchRun.id == run_id, scope_of(actor, MatchRun, Permission.MATCH_RUN))
    )
    if run is None:
        raise PermissionError(Permission.MATCH_RUN)
    return run


def acting_for(actor: Actor, run: MatchRun) -> Actor:
    """Return ``actor`` with only the rights under which ``run`` was asked. Raises PermissionError without
    any."""
    rights = tuple(
        right
        for right in actor.rights_for(Permission.MATCH_RUN)
        if (
            right.organisation_id == run.enterprise_id
            if run.enterprise_id
            else right.area_code == run.county_code
        )
    )
    if not rights:
        raise PermissionError(Permission.MATCH_RUN)
    return replace(actor, rights=rights)


def read_question(session: Session, actor: Actor, run_id: int) -> Question:
    """Read what the run may see, through its asker's scope at this moment.

    Raises PermissionError when the right is gone, JobProblem when the order or worker is.
    """
    run = own_run(session, actor, run_id)
    asker = acting_for(actor, run)
    day = date.fromisoformat(run.settings["as_of"])
    kept = kept_for(session, asker, run)
    found = orders_for(session, asker, run, day, kept)
    fellows = engine_input.fellow_counties(
        session, [order.enterprise_id for order in found], scope_of(asker, Placement)
    )
    orders = engine_input.engine_orders(session, found, day, fellows, kept)
    reach = reach_for(asker, run, orders[0]) if run.kind is RunKind.ORDER else None
    renamed = names_for(session, unit_of(run))
    together, pool = people_of(session, asker, run, reach, renamed)
    card = matching.Scorecard.from_json(json.dumps(run.card))
    settings = {**run.settings, "kind": run.kind.value}
    if run.kind is RunKind.COUNTY and kept:
        settings["policy"] = {
            **settings["policy"],
            "reserved": {str(number): n for number, n in kept.items()},
        }
    return Question(
        run_id=run.id,
        kind=run.kind,
        settings=settings,
        card=card,
        pool=pool,
        orders=orders,
        companions=together,
        masked=run.enterprise_id is not None,
        shows_people=run.order_id is None or found[0].state is OrderState.OPEN,
        digest=engine_input.digest_of(settings, card.as_json(), pool.digest, orders),
        reach=reach,
        renamed=renamed,
    )


def kept_for(session: Session, asker: Actor, run: MatchRun) -> reserved_places.Kept:
    """Return the places kept for classes that the run may count on; one worker's are those of his own
    classes."""
    kept = reserved_places.places_kept(session, scope_of(asker, Agreement))
    if run.worker_id is None:
        return kept
    own = reserved_places.trained_for(session, Worker.id == run.worker_id).get(run.worker_id, ())
    return {number: places for number, places in kept.items() if str(number) in own}


def orders_for(
    session: Session, asker: Actor, run: MatchRun, day: date, kept: reserved_places.Kept
) -> Sequence[Order]:
    """Return the one order of an order run, else every open order the asker may see."""
    visible = scope_of(asker, Order, Permission.ORDER_READ)
    if run.order_id is None:
        takes = reserved_places.takes_people(day, kept)
        return session.scalars(select(Order).where(takes, visible).order_by(Order.id)).all()
    # An enterprise may try an order that is not out yet; a county only what is open.
    condition = visible if run.enterprise_id else and_(visible, reserved_places.takes_people(day, kept))
    order = session.scalar(select(Order).where(Order.id == run.order_id, condition))
    if order is None:
        raise JobProblem(N_("这个岗位已停止招聘或已招满，没有可匹配的名额。"))
    return [order]


def people_of(
    session: Session, asker: Actor, run: MatchRun, reach: Reach | None, renamed: dict[str, str]
) -> tuple[Companions, Pool]:
    """Return whom the run may count on, and who of them goes together (of a county's plan)."""
    day = date.fromisoformat(run.settings["as_of"])
    if reach is not None:
        return Companions(), open_pool(session, reach, day, renamed)
    condition = and_(candidate_condition(day), scope_of(asker, Worker, Permission.WORKER_READ))
    if run.kind is RunKind.WORKER:
        condition = and_(condition, Worker.id == run.worker_id)
        return Companions(), pool_of_frame(
            engine_input.worker_frame(session, condition, renamed=renamed), day
        )
    together = companions_of(session, condition)
    frame = engine_input.worker_frame(session, condition, together.groups, renamed)
    return together, pool_of_frame(frame, day)


def unit_of(run: MatchRun) -> str:
    """Return the unit that asks: its words count."""
    if run.enterprise_id is not None:
        return organisation_unit(run.enterprise_id)
    return county_unit(run.county_code or "")


def reach_for(asker: Actor, run: MatchRun, order: matching.Order) -> Reach:
    """Return whose data an order's run may count on: the asker's area, or those whom an enterprise may
    invite."""
    return reach_of_counties(order.priority_counties) if run.enterprise_id else reach_of(asker)


def read_again(session: Session, question: Question, numbers: Sequence[int]) -> Frame:
    """Return those of ``numbers`` who are still candidates the asker may count on, as the register has
    them."""
    if question.reach is None or not numbers:
        return engine_input.worker_frame(session, false())
    condition = and_(candidate_condition(question.day), question.reach.workers, Worker.id.in_(numbers))
    return engine_input.worker_frame(session, condition, renamed=question.renamed)


def pool_of(order: matching.Order) -> ColumnElement[bool]:
    """Return whom an enterprise finds, masked: the people of the counties that the order's city helps.

    粤办发〔2016〕32号 二: the pairing is what the two sides exchange people under. A city that helps nobody
    finds nobody.
    """
    return Worker.county_code.in_(order.priority_counties) if order.priority_counties else false()


def may_ask(actor: Actor, order: Order | None) -> tuple[str | None, int | None]:
    """Return (area, enterprise) under which ``actor`` asks: own order as an enterprise, else as a county.

    Raises PermissionError for anybody else.
    """
    if not actor.can(Permission.MATCH_RUN):
        raise PermissionError(Permission.MATCH_RUN)
    if order is not None and order.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return None, order.enterprise_id
    if areas := actor.areas(Role.COUNTY):
        return areas[0], None
    raise PermissionError(Permission.MATCH_RUN)


def read_pair(
    session: Session, actor: Actor, run: MatchRun, worker_id: int, orders: Sequence[Order]
) -> tuple[matching.Worker | None, list[matching.Order]]:
    """Return one worker and some orders as the engine reads them on the run's day, with what is known now.

    The worker is None outside of what ``actor`` may see; for an enterprise, outside of those it may invite.
    """
    day = date.fromisoformat(run.settings["as_of"])
    enterprises = [order.enterprise_id for order in orders]
    fellows = engine_input.fellow_counties(session, enterprises, scope_of(actor, Placement))
    found = engine_input.engine_orders(session, orders, day, fellows)
    visible = pool_of(found[0]) if run.enterprise_id else scope_of(actor, Worker, Permission.MATCH_READ)
    renamed = names_for(session, unit_of(run))
    frame = engine_input.worker_frame(session, and_(Worker.id == worker_id, visible), renamed=renamed)
    return (frame.row(0) if len(frame) else None), found
