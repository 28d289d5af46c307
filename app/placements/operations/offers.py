"""Offering a job: the county recommends, the enterprise invites and the county passes on."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations.steps import move, tell
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import Order
from models.match_run import MatchPair, MatchRun
from models.people.worker import Worker, WorkerState, candidate_refusal
from models.people.worker_status import update_worker_status
from models.placement.disclosed_terms import DisclosedTerms, terms_to_disclose
from models.placement.placement import FINAL, HOLDING, OPEN_OFFERS, Placement, PlacementState, next_attempt
from models.reference.area import area_names
from models.training.reserved_places import reservation_for
from models.workflow import IllegalTransition, TransitionRefused

DAYS_TO_ANSWER, MOST_AT_ONCE, EXPIRED_AT_ONCE = 5, 500, 200
LAPSING = (PlacementState.INVITED, PlacementState.OFFERED)
MISSING = Sentence("没有找到这个人，或不在你的管辖范围")
ACTIVE = Sentence("已被录用或在岗")
WAITING = Sentence("这个岗位已经推荐给他，还没有结果")
FINISHED = Sentence("这个岗位他已经说过不去，或企业没有录用")
NOT_IN_RUN = Sentence("不在这次匹配的候选人里")
KEPT = Sentence("剩下的名额是留给培训班学员的")
BUSY = Sentence("现在不能邀请：已有去处，或已在办理")


@dataclass
class Offered:
    """The offers made, and the reason per person who was left out (None: not in the actor's register)."""

    made: list[Placement] = field(default_factory=list)
    refused: list[tuple[Worker | None, Sentence]] = field(default_factory=list)


def offer_many(
    session: Session,
    actor: Actor,
    order: Order,
    worker_ids: Iterable[int],
    today: date,
    run: MatchRun | None = None,
    respond_by: date | None = None,
) -> Offered:
    """Recommend ``order`` to people of the actor's own area; each is told the terms as they stand today.

    People who cannot be offered it are left out with a reason, the others go through. ``respond_by`` defaults
    to five days. Raises TransitionRefused when the order itself takes no more people.
    """
    refuse_closed(order, today)
    wanted = list(dict.fromkeys(worker_ids))[:MOST_AT_ONCE]
    statement = select(Worker).where(Worker.id.in_(wanted)).order_by(Worker.id).with_for_update()
    people = session.scalars(visible_to(actor, statement, Worker, Permission.PLACEMENT_OFFER)).all()
    batch = _Batch(session, actor, order, today, pairs_of(session, run, order.id, wanted) if run else None)
    done = Offered(refused=[(None, MISSING)] * (len(wanted) - len(people)))
    for worker in people:
        if reason := batch.refusal(worker):
            done.refused.append((worker, reason))
        else:
            done.made.append(batch.create(worker, PlacementState.OFFERED))
    session.flush()
    until = respond_by or today + timedelta(days=DAYS_TO_ANSWER)
    for placement in done.made:
        _tell_offer(session, actor, placement, batch.terms(placement.county_code), until)
    return done


def invite_many(
    session: Session, actor: Actor, run: MatchRun, order: Order, worker_ids: Iterable[int], today: date
) -> Offered:
    """Invite masked candidates of the enterprise's own run; their county passes the invitation on.

    Every refusal of a candidate says the same, so that an enterprise cannot ask where a person works. Raises
    TransitionRefused when the order takes no more people.
    """
    refuse_closed(order, today)
    wanted = list(dict.fromkeys(worker_ids))[:MOST_AT_ONCE]
    pairs = pairs_of(session, run, order.id, wanted)
    statement = select(Worker).where(Worker.id.in_(pairs)).order_by(Worker.id).with_for_update()
    batch = _Batch(session, actor, order, today, pairs)
    done = Offered(refused=[(None, NOT_IN_RUN)] * (len(wanted) - len(pairs)))
    for worker in session.scalars(statement):
        if batch.refusal(worker):
            done.refused.append((worker, BUSY))
        else:
            done.made.append(batch.create(worker, PlacementState.INVITED))
    session.flush()
    for placement in done.made:
        placement.respond_by = today + timedelta(days=2 * DAYS_TO_ANSWER)
        update_worker_status(session, placement.worker)
        record(
            session, actor, EventTag.PLACEMENT_CREATE, placement, kind="invite", order=order.id, run=run.id
        )
    return done


def pass_on(session: Session, actor: Actor, placement: Placement, today: date) -> None:
    """Tell the person of an enterprise's invitation; from now on it is an offer like any other."""
    move(session, actor, placement, "pass_on")
    terms = terms_to_disclose(session, placement.order, placement.county_code, today)
    _tell_terms(session, placement, terms, today + timedelta(days=DAYS_TO_ANSWER))


def withdraw(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """Take an unanswered offer back, with the reason."""
    move(session, actor, placement, "withdraw", reason)


def expire_overdue(session: Session, actor: Actor, today: date) -> int:
    """Let everything lapse that should have been answered before ``today``, 200 a transaction. Commits;
    returns how many."""
    overdue = (
        select(Placement)
        .where(Placement.state.in_(LAPSING), Placement.respond_by < today)
        .order_by(Placement.worker_id)
        .limit(EXPIRED_AT_ONCE)
    )
    expired = 0
    while placements := session.scalars(overdue).all():
        for placement in placements:
            with suppress(IllegalTransition):  # answered in the last moment
                move(session, actor, placement, "expire")
        session.commit()
        expired += len(placements)
    return expired


def uninvite(session: Session, actor: Actor, placement: Placement) -> None:
    """Take an invitation back that was not passed on yet."""
    move(session, actor, placement, "uninvite")


def refuse_closed(order: Order, today: date) -> None:
    """Raise TransitionRefused unless ``order`` takes people on ``today``, if only graduates of a class."""
    if not (order.takes_people(today) or order.keeps_places):
        raise TransitionRefused(Sentence("这个岗位已经招满、过期或停止招聘，不能再推荐。"))


def pairs_of(session: Session, run: MatchRun, order_id: int, worker_ids: list[int]) -> dict[int, MatchPair]:
    """The run's pairs of one order by worker."""
    rows = session.scalars(
        select(MatchPair).where(
            MatchPair.run_id == run.id, MatchPair.order_id == order_id, MatchPair.worker_id.in_(worker_ids)
        )
    )
    return {pair.worker_id: pair for pair in rows}


class _Batch:
    """One order offered to several people in one transaction."""

    def __init__(
        self, session: Session, actor: Actor, order: Order, today: date, pairs: dict[int, MatchPair] | None
    ) -> None:
        self.session, self.actor, self.order, self.today, self.pairs = session, actor, order, today, pairs
        self.is_open = order.takes_people(today)
        self._terms: dict[str, DisclosedTerms] = {}

    def terms(self, county_code: str) -> DisclosedTerms:
        """What people of one county are told; worked out once a county."""
        if county_code not in self._terms:
            self._terms[county_code] = terms_to_disclose(self.session, self.order, county_code, self.today)
        return self._terms[county_code]

    def refusal(self, worker: Worker) -> Sentence | None:
        """Why ``worker`` cannot be offered the order, or None."""
        if self.pairs is not None and worker.id not in self.pairs:
            return NOT_IN_RUN
        placements = self.session.execute(
            select(Placement.order_id, Placement.state).where(Placement.worker_id == worker.id)
        ).all()
        if any(state in HOLDING for _order_id, state in placements):
            return ACTIVE
        here = {state for order_id, state in placements if order_id == self.order.id}
        if here.intersection(OPEN_OFFERS):
            return WAITING
        if here.intersection(FINAL):
            return FINISHED
        if not self.is_open and reservation_for(self.session, self.order.id, worker.id) is None:
            return KEPT
        if (
            worker.state is WorkerState.OFFERED
        ):  # was a candidate at the first offer, and may choose between two
            return None
        return candidate_refusal(worker, self.today)

    def create(self, worker: Worker, state: PlacementState) -> Placement:
        """Add the placement of ``worker``, with its points where a run proposed it."""
        pair = self.pairs[worker.id] if self.pairs else None
        placement = Placement(
            order=self.order,
            worker=worker,
            attempt=next_attempt(self.session, self.order.id, worker.id),
            county_code=worker.county_code,
            township_code=worker.township_code,
            enterprise_id=self.order.enterprise_id,
            city_code=self.order.city_code,
            state=state,
            run_id=pair.run_id if pair else None,
            score=pair.score if pair else None,
            factors=pair.factors if pair else {},
            created_by_id=self.actor.user_id,
            is_synthetic=worker.is_synthetic,
        )
        self.session.add(placement)
        return placement


def _tell_offer(
    session: Session, actor: Actor, placement: Placement, terms: DisclosedTerms, until: date
) -> None:
    update_worker_status(session, placement.worker)
    _tell_terms(session, placement, terms, until)
    order, run = placement.order_id, placement.run_id
    record(session, actor, EventTag.PLACEMENT_CREATE, placement, kind="offer", order=order, run=run)


def _tell_terms(session: Session, placement: Placement, terms: DisclosedTerms, until: date) -> None:
    placement.disclosed_terms, placement.respond_by = terms.as_json(), until
    county = area_names(session, {placement.county_code}).get(placement.county_code, "")
    recommendation = Sentence(
        "%(county)s就业局给你推荐了%(city)s%(enterprise)s的%(title)s，每月到手大约 %(money)s。"
        "%(day)s前，去不去都告诉村里或县就业局一声。",
        {
            "county": county,
            "city": terms.city,
            "enterprise": terms.enterprise,
            "title": terms.title,
            "money": terms.take_home,
            "day": until,
        },
    )
    tell(session, placement, recommendation)
