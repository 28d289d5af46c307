"""What a run is asked: the rows it may see, frozen as plain data, with the digest that names them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

import matching
from app.kit.vocabulary.queries import names_for
from app.kit.web.queue import JobProblem
from app.match_runs import engine_input, reserved_places
from app.match_runs.bands import in_bands
from app.match_runs.candidate_pool import (
    CandidatePool,
    Reach,
    open_pool,
    pool_of_frame,
    reach_of,
    reach_of_counties,
)
from app.match_runs.scorecards.queries import stored_scorecard
from app.match_runs.terms import terms_of
from app.match_runs.travel_groups import TravelGroups, travel_groups
from matching import Frame
from models.access import Actor, Permission, Role, scope_of
from models.i18n import Sentence
from models.jobs.order import Order, OrderState
from models.match_run import AskedTerms, MatchRun, Pin, PolicyKnobs, RunKind
from models.people.preference import Ranks, ranks_of_county
from models.people.worker import Worker, candidate_condition
from models.placement.placement import Placement
from models.reference.occupation_word import county_unit, organisation_unit
from models.row_security import looking_everywhere
from models.training.agreement import Agreement


@dataclass(frozen=True)
class RunInput:
    """The input of one run. ``masked``: the asker may see bands and masked people, not who they are.

    ``asked``, of an order's run, is what the order says; a masked one's ``orders`` say it in bands.
    ``top``: how many ranks are kept. ``policy``: the county's, with the places kept for classes. ``reach``,
    of an order's run, is whose data counts; ``renamed`` are the words settled for the asker's unit; ``pins``,
    of a county's, the changes by hand that stay; ``preferences`` what its people said they would take;
    ``cluster`` is where it is worked out, None for this machine.
    """

    run_id: int
    kind: RunKind
    as_of: date
    top: int
    policy: matching.Policy
    scorecard: matching.Scorecard
    pool: CandidatePool
    orders: list[matching.Order]
    groups: TravelGroups
    masked: bool
    shows_people: bool
    digest: str
    reach: Reach | None
    renamed: dict[str, str]
    pins: list[Pin]
    asked: AskedTerms | None = None
    preferences: Ranks = field(default_factory=dict)
    preference_floor: int = 0
    cluster: "matching.Cluster | None" = None

    @property
    def workers(self) -> Frame:
        """All workers as columns: for runs that ask about few workers, or all orders at once."""
        (only,) = self.pool.parts
        return only.workers.frame


def own_run(session: Session, actor: Actor, run_id: int) -> MatchRun:
    """The run, if ``actor`` may still ask it. Raises PermissionError."""
    run = session.scalar(
        select(MatchRun).where(MatchRun.id == run_id, scope_of(actor, MatchRun, Permission.MATCH_RUN))
    )
    if run is None:
        raise PermissionError(Permission.MATCH_RUN)
    return run


def read_run_input(session: Session, actor: Actor, run_id: int) -> RunInput:
    """Read what the run may see, through its asker's scope at this moment.

    Raises PermissionError when the right is gone, JobProblem when the order or worker is.
    """
    run = own_run(session, actor, run_id)
    asker = _acting_for(actor, run)
    kept = _places_kept(session, asker, run)
    rows = _orders(session, asker, run, kept)
    enterprises = [order.enterprise_id for order in rows]
    fellows = engine_input.fellow_counties(session, enterprises, scope_of(asker, Placement))
    orders = engine_input.engine_orders(session, rows, run.as_of, fellows, kept)
    is_order = run.kind is RunKind.ORDER
    asked = terms_of(orders[0]) if is_order else None
    if run.enterprise_id is not None:
        orders = [in_bands(order, run.as_of) for order in orders]
    reach = reach_for(asker, run.enterprise_id, orders[0]) if is_order else None
    renamed = names_for(session, _unit_of(run))
    with _people_of_helped_counties(session, run.enterprise_id is not None):
        groups, pool = _people(session, asker, run, reach, renamed)
    scorecard, policy = stored_scorecard(run.scorecard), _policy(run, kept)
    settings: dict[str, Any] = {**run.settings, "kind": run.kind.value, "policy": policy}
    wanted = ranks_of_county(session, run.county_code or "") if run.kind is RunKind.COUNTY else {}
    if wanted:
        settings["wanted"] = sorted((who, sorted(ranks.items())) for who, ranks in wanted.items())
    return RunInput(
        run_id=run.id,
        kind=run.kind,
        as_of=run.as_of,
        top=run.settings["top"],
        policy=matching.Policy.from_dict(policy),
        scorecard=scorecard,
        pool=pool,
        orders=orders,
        groups=groups,
        masked=run.enterprise_id is not None,
        shows_people=run.order_id is None or rows[0].state is OrderState.OPEN,
        digest=engine_input.digest_of(settings, scorecard.as_json(), pool.digest, orders),
        reach=reach,
        renamed=renamed,
        pins=run.settings.get("pins", []),
        asked=asked,
        preferences=wanted,
        preference_floor=run.settings.get("preference_floor", 0),
    )


def _acting_for(actor: Actor, run: MatchRun) -> Actor:
    """``actor`` with only the rights under which ``run`` was asked. Raises PermissionError without any."""
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


def _places_kept(session: Session, asker: Actor, run: MatchRun) -> reserved_places.Kept:
    """Places kept for classes that the run may count on; one worker's are those of the worker's classes."""
    kept = reserved_places.places_kept(session, scope_of(asker, Agreement))
    if run.worker_id is None:
        return kept
    own = reserved_places.trained_for(session, Worker.id == run.worker_id).get(run.worker_id, ())
    return {number: places for number, places in kept.items() if str(number) in own}


def _policy(run: MatchRun, kept: reserved_places.Kept) -> PolicyKnobs:
    knobs = run.settings["policy"]
    if run.kind is not RunKind.COUNTY or not kept:
        return knobs
    return {**knobs, "reserved": {str(number): places for number, places in kept.items()}}


def _orders(session: Session, asker: Actor, run: MatchRun, kept: reserved_places.Kept) -> Sequence[Order]:
    """The one order of an order's run, else every open order the asker may see."""
    visible = scope_of(asker, Order, Permission.ORDER_READ)
    takes = reserved_places.takes_people(run.as_of, kept)
    if run.order_id is None:
        return session.scalars(select(Order).where(takes, visible).order_by(Order.id)).all()
    # An enterprise may try an order that is not out yet; a county only what is open.
    condition = visible if run.enterprise_id else and_(visible, takes)
    order = session.scalar(select(Order).where(Order.id == run.order_id, condition))
    if order is None:
        raise JobProblem(Sentence("这个岗位已停止招聘或已招满，没有可匹配的名额。"))
    return [order]


def _people(
    session: Session, asker: Actor, run: MatchRun, reach: Reach | None, renamed: dict[str, str]
) -> tuple[TravelGroups, CandidatePool]:
    """Whom the run may count on, and who of them goes together (in a county's plan)."""
    if reach is not None:
        return TravelGroups(), open_pool(session, reach, run.as_of, renamed)
    condition = and_(candidate_condition(run.as_of), scope_of(asker, Worker, Permission.WORKER_READ))
    if run.kind is RunKind.WORKER:
        condition = and_(condition, Worker.id == run.worker_id)
        frame = engine_input.worker_frame(session, condition, renamed=renamed)
        return TravelGroups(), pool_of_frame(frame, run.as_of)
    groups = travel_groups(session, condition)
    frame = engine_input.worker_frame(session, condition, groups.of_worker, renamed)
    return groups, pool_of_frame(frame, run.as_of)


def _unit_of(run: MatchRun) -> str:
    """The unit that asks: its words count."""
    if run.enterprise_id is not None:
        return organisation_unit(run.enterprise_id)
    return county_unit(run.county_code or "")


def reach_for(asker: Actor, enterprise_id: int | None, order: matching.Order) -> Reach:
    """Whose data an order's run may count on: the asker's area, or those whom an enterprise may invite."""
    return reach_of_counties(order.priority_counties) if enterprise_id else reach_of(asker)


def read_again(session: Session, run_input: RunInput, numbers: Sequence[int]) -> Frame:
    """Those of ``numbers`` who are still candidates the asker may count on, as the register has them."""
    if run_input.reach is None or not numbers:
        return engine_input.worker_frame(session, false())
    condition = and_(candidate_condition(run_input.as_of), run_input.reach.workers, Worker.id.in_(numbers))
    with _people_of_helped_counties(session, run_input.masked):
        return engine_input.worker_frame(session, condition, renamed=run_input.renamed)


def _people_of_helped_counties(session: Session, masked: bool) -> AbstractContextManager[None]:
    """An enterprise's run, and only that, reads beyond what the asker may see: what comes of it is in bands
    and masked (decision 0010)."""
    if not masked:
        return nullcontext()
    return looking_everywhere(session, "an enterprise's run: people of the counties its city helps, masked")


def _helped_workers(order: matching.Order) -> ColumnElement[bool]:
    """Whom an enterprise sees, masked: the workers of the counties that the order's city helps.

    粤办发〔2016〕32号 二: the pairing is what the two sides exchange people under. For a city that helps
    no county there are none.
    """
    return Worker.county_code.in_(order.priority_counties) if order.priority_counties else false()


def asked_under(actor: Actor, order: Order | None) -> tuple[str | None, int | None]:
    """(area, enterprise) under which ``actor`` asks: own order as an enterprise, else as a county.

    Raises PermissionError for all others.
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
    """One worker and some orders as the engine reads them on the run's day, with what is known now.

    The worker is None outside of what ``actor`` may see; for an enterprise, outside of those it may invite.
    """
    enterprises = [order.enterprise_id for order in orders]
    fellows = engine_input.fellow_counties(session, enterprises, scope_of(actor, Placement))
    asked = engine_input.engine_orders(session, orders, run.as_of, fellows)
    visible = (
        _helped_workers(asked[0]) if run.enterprise_id else scope_of(actor, Worker, Permission.MATCH_READ)
    )
    renamed = names_for(session, _unit_of(run))
    frame = engine_input.worker_frame(session, and_(Worker.id == worker_id, visible), renamed=renamed)
    return (frame.row(0) if len(frame) else None), asked
