"""Offering a job: the county recommends, the enterprise invites and the county passes on."""

from collections.abc import Iterable, Sequence
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
from models.messages.kind import MessageKind
from models.people.standing import Standing, binding_for, standing_of, standings
from models.people.worker import Worker, WorkerState, candidate_refusal
from models.people.worker_status import update_worker_status
from models.placement.asking import DEFAULT_RULES, LEAST_DAYS, AskingRules, asking_room
from models.placement.disclosed_terms import DisclosedTerms, terms_to_disclose
from models.placement.placement import FINAL, HOLDING, OPEN_OFFERS, Placement, PlacementState, next_attempt
from models.reference.area import area_names
from models.reference.county_office import office_words
from models.row_security import looks_everywhere_for
from models.training.reserved_places import reservation_for
from models.workflow import IllegalTransition, TransitionRefused

MOST_AT_ONCE, EXPIRED_AT_ONCE, MOST_REASON = 500, 200, 300
LAPSING = (PlacementState.INVITED, PlacementState.OFFERED)
MISSING = Sentence("没有找到这个人，或不在你的管辖范围")
ACTIVE = Sentence("已被录用或在岗")
WAITING = Sentence("这个岗位已经推荐给他，还没有结果")
FINISHED = Sentence("这个岗位他已经说过不去，或企业没有录用")
NOT_IN_RUN = Sentence("不在这次匹配的候选人里")
KEPT = Sentence("剩下的名额是留给培训班学员的")
LEFT_BEFORE = Sentence("他从这个岗位走过（%(why)s），再推荐要写明理由")
LEFT_UNKNOWN = Sentence("他从这个岗位走过，再推荐要写明理由")
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
    reason: str = "",
    rules: AskingRules = DEFAULT_RULES,
) -> Offered:
    """Recommend ``order`` to people of the actor's own area; each is told the terms as they stand today.

    People who cannot be offered it are left out with a reason, the others go through. Somebody in a class, or
    who said yes to another job, is offered it only with the ``reason`` for it. ``respond_by`` defaults to
    the days of ``rules``. Raises TransitionRefused when the order itself takes no more people, or for a day
    that leaves no time to answer.
    """
    refuse_closed(order, today)
    until = rules.answer_by(today, respond_by)
    wanted = list(dict.fromkeys(worker_ids))[:MOST_AT_ONCE]
    statement = select(Worker).where(Worker.id.in_(wanted)).order_by(Worker.id).with_for_update()
    people = session.scalars(visible_to(actor, statement, Worker, Permission.PLACEMENT_OFFER)).all()
    pairs = pairs_of(session, run, order.id, wanted) if run else None
    batch = _Batch(session, actor, order, today, pairs, people, rules)
    done = Offered(refused=[(None, MISSING)] * (len(wanted) - len(people)))
    for worker in sorted(people, key=lambda one: wanted.index(one.id)):
        if refusal := batch.refusal(worker) or batch.unexplained(worker, reason) or batch.seat(worker):
            done.refused.append((worker, refusal))
        else:
            done.made.append(batch.create(worker, PlacementState.OFFERED))
    session.flush()
    for placement in done.made:
        why = reason if batch.is_bound(placement.worker_id) else ""
        _tell_offer(session, actor, placement, batch.terms(placement.county_code), until, why)
    return done


@looks_everywhere_for("an enterprise's invitation: people of its own run, whom the placement ties to it")
def invite_many(
    session: Session,
    actor: Actor,
    run: MatchRun,
    order: Order,
    worker_ids: Iterable[int],
    today: date,
    respond_by: date | None = None,
    rules: AskingRules = DEFAULT_RULES,
) -> Offered:
    """Invite masked candidates of the enterprise's own run; their county passes the invitation on.

    Every refusal of a candidate says the same, so that an enterprise cannot ask where a person works; only
    that too many were asked is told as it is. Raises what :func:`offer_many` raises.
    """
    refuse_closed(order, today)
    until = rules.answer_by(today, respond_by)
    wanted = list(dict.fromkeys(worker_ids))[:MOST_AT_ONCE]
    pairs = pairs_of(session, run, order.id, wanted)
    statement = select(Worker).where(Worker.id.in_(pairs)).order_by(Worker.id).with_for_update()
    people = session.scalars(statement).all()
    batch = _Batch(session, actor, order, today, pairs, people, rules)
    done = Offered(refused=[(None, NOT_IN_RUN)] * (len(wanted) - len(pairs)))
    for worker in sorted(people, key=lambda one: wanted.index(one.id)):
        if batch.refusal(worker) or batch.is_bound(worker.id):
            done.refused.append((worker, BUSY))
        elif refusal := batch.seat(worker):
            done.refused.append((worker, refusal))
        else:
            done.made.append(batch.create(worker, PlacementState.INVITED))
    session.flush()
    for placement in done.made:
        placement.respond_by = until
        update_worker_status(session, placement.worker)
        record(
            session, actor, EventTag.PLACEMENT_CREATE, placement, kind="invite", order=order.id, run=run.id
        )
    return done


def binding_of(session: Session, placement: Placement) -> Standing | None:
    """The class, or the yes to another job, in spite of which the person would be told of this one."""
    return binding_for(standing_of(session, placement.worker_id), placement.order_id)


def pass_on(
    session: Session,
    actor: Actor,
    placement: Placement,
    today: date,
    reason: str = "",
    rules: AskingRules = DEFAULT_RULES,
) -> None:
    """Tell the person of an enterprise's invitation; from now on it is an offer like any other.

    The enterprise's day to answer by stands while two days are left. Somebody who is in a class or said yes
    elsewhere since then is told only with a ``reason``: raises TransitionRefused without.
    """
    binding = binding_of(session, placement)
    if binding and not reason.strip():
        raise TransitionRefused(unexplained(binding))
    move(session, actor, placement, "pass_on", reason.strip() if binding else "")
    terms = terms_to_disclose(session, placement.order, placement.county_code, today)
    least = today + timedelta(days=LEAST_DAYS)
    until = max(placement.respond_by, least) if placement.respond_by else rules.answer_by(today)
    _tell_terms(session, actor, placement, terms, until)


def unexplained(binding: Standing) -> Sentence:
    """That an offer to somebody so taken up needs a reason."""
    return Sentence("%(standing)s，要推荐请先写明理由", {"standing": binding.sentence})


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
    """One order offered to several people in one transaction; ``people`` are locked already."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        order: Order,
        today: date,
        pairs: dict[int, MatchPair] | None,
        people: Sequence[Worker],
        rules: AskingRules,
    ) -> None:
        self.session, self.actor, self.order, self.today, self.pairs = session, actor, order, today, pairs
        # After the people, as hire does: two who lock both never wait for each other.
        session.refresh(order, with_for_update=True)
        self.is_open = order.takes_people(today)
        self.room = asking_room(session, order, rules)
        self._seats = self.room.more
        self._standings = standings(session, [worker.id for worker in people])
        self._terms: dict[str, DisclosedTerms] = {}

    def terms(self, county_code: str) -> DisclosedTerms:
        """What people of one county are told; worked out once a county."""
        if county_code not in self._terms:
            self._terms[county_code] = terms_to_disclose(self.session, self.order, county_code, self.today)
        return self._terms[county_code]

    def refusal(self, worker: Worker) -> Sentence | None:
        """Why ``worker`` cannot be offered the order, whatever is said for it, or None."""
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
        if not self.is_open and not self._has_kept_place(worker):
            return KEPT
        if (
            worker.state is WorkerState.OFFERED
        ):  # was a candidate at the first offer, and may choose between two
            return None
        return candidate_refusal(worker, self.today)

    def is_bound(self, worker_id: int) -> bool:
        """Whether a class or a yes to another job stands against the offer."""
        return binding_for(self._standings[worker_id], self.order.id) is not None

    def unexplained(self, worker: Worker, reason: str) -> Sentence | None:
        """That no reason was given for somebody who is taken up, or None."""
        if reason.strip():
            return None
        binding = binding_for(self._standings[worker.id], self.order.id)
        return unexplained(binding) if binding else self._left_before(worker)

    def _left_before(self, worker: Worker) -> Sentence | None:
        """That the person has left this very job, or None."""
        last = select(Placement.leave_reason).where(
            Placement.worker_id == worker.id,
            Placement.order_id == self.order.id,
            Placement.state.in_((PlacementState.LEFT, PlacementState.NOT_ARRIVED)),
        )
        row = self.session.execute(last.order_by(Placement.attempt.desc()).limit(1)).first()
        if row is None:
            return None
        return Sentence(LEFT_BEFORE.text, {"why": row[0]}) if row[0] else LEFT_UNKNOWN

    def seat(self, worker: Worker) -> Sentence | None:
        """Count ``worker`` among those asked for the free places; why not, once enough are asked."""
        if self._has_kept_place(worker):
            return None
        if not self._seats:
            return self.room.rule
        self._seats -= 1
        return None

    def _has_kept_place(self, worker: Worker) -> bool:
        return reservation_for(self.session, self.order.id, worker.id) is not None

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
    session: Session, actor: Actor, placement: Placement, terms: DisclosedTerms, until: date, reason: str
) -> None:
    update_worker_status(session, placement.worker)
    _tell_terms(session, actor, placement, terms, until)
    order, run = placement.order_id, placement.run_id
    why = {"reason": reason.strip()[:MOST_REASON]} if reason else {}
    record(session, actor, EventTag.PLACEMENT_CREATE, placement, kind="offer", order=order, run=run, **why)


def _tell_terms(
    session: Session, actor: Actor, placement: Placement, terms: DisclosedTerms, until: date
) -> None:
    placement.disclosed_terms, placement.respond_by = terms.as_json(), until
    county = area_names(session, {placement.county_code}).get(placement.county_code, "")
    told = {
        "county": county,
        "city": terms.city,
        "enterprise": terms.enterprise,
        "title": terms.title,
        "money": terms.take_home,
        "day": until,
        "office": office_words(session, placement.county_code),
    }
    tell(session, actor, placement, MessageKind.OFFER, told, until)
