"""T10 on the real tables: whatever is tried in whatever order, nobody is counted twice and no place is lost.

Three people, four orders of two places, three clerks; after each step the counters, the persons' states and
the unique claim are counted again from nothing but the placements.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as walk
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.placements.operations import answers, hiring, interviews, offers
from app.placements.operations.interviews import Appointment
from models.access import Role
from models.audit import AuditEvent
from models.audit_walk import verify
from models.clock import today, utc_now
from models.jobs.order import Order
from models.people.worker import Worker
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.placement.placement import Placement
from models.workflow import IllegalTransition, TransitionRefused
from tests.factories.people import (
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
    make_worker,
)
from tests.whole import share

TOMORROW = Appointment(utc_now() + timedelta(days=1), "三号门", "王姐")
HOLDING = ("hired", "departed", "on_site", "stayed")
OPEN = ("invited", "offered", "accepted", "interview")
STEPS = (
    "accept",
    "decline",
    "interview",
    "cancel_interview",
    "hire",
    "not_hire",
    "withdraw",
    "arrive",
    "miss",
    "leave",
    "drop_consent",
)
DEEDS = ("offer", *["go on"] * 9, *STEPS)  # one rule, because Hypothesis leaves whole rules out of a walk
# What comes next when all goes well.
ONWARD = {"offered": "accept", "accepted": "hire", "interview": "hire", "hired": "arrive", "on_site": "leave"}


def step(session: Session, clerks: dict[str, Any], row: Placement, name: str) -> None:
    """Take one step as whoever may take it."""
    county, firm, day = clerks["county"], clerks["firm"], today()
    {
        "accept": lambda: answers.accept(session, county, row, Channel.PHONE, utc_now()),
        "decline": lambda: answers.decline(session, county, row, Channel.PHONE, DeclineReason.PAY, utc_now()),
        "interview": lambda: interviews.arrange(session, firm, row, TOMORROW, utc_now()),
        "cancel_interview": lambda: interviews.cancel(session, firm, row, "经理出差"),
        "hire": lambda: hiring.hire(session, firm, row, day),
        "not_hire": lambda: hiring.not_hire(session, firm, row, "人满"),
        "withdraw": lambda: offers.withdraw(session, county, row, "写错"),
        "arrive": lambda: hiring.arrive(session, firm, row, day, day),
        "miss": lambda: hiring.miss(session, firm, row, LeaveReason.FAMILY, ""),
        "leave": lambda: hiring.leave(session, firm, row, LeaveReason.FAMILY, day, "", day),
        "drop_consent": lambda: answers.withdraw_consent(session, county, row, utc_now()),
    }[name]()


def attempt(session: Session, clerks: dict[str, Any], row: Placement, name: str) -> None:
    """Take a step, or see it refused: then neither the row nor the audit has moved."""
    before, counted = row.state, session.scalar(select(func.count()).select_from(AuditEvent))
    try:
        step(session, clerks, row, name)
        session.commit()
    except (IllegalTransition, TransitionRefused):
        session.rollback()
        assert row.state is before
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == counted
    else:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) > counted


def machine(session: Session) -> type[RuleBasedStateMachine]:
    """Return the machine that walks over ``session``'s database; each walk has people and orders of its
    own."""
    enterprise = make_enterprise(session)
    users = {
        "county": make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        "firm": make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id),
    }
    clerks = {name: actor_of(session, user) for name, user in users.items()}

    class Walk(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.order_ids = [make_order(session, enterprise, headcount=2).id for _ in range(4)]
            self.worker_ids = [make_worker(session).id for _ in range(3)]

        @rule(
            order=st.integers(0, 3),
            worker=st.integers(0, 2),
            pick=st.integers(0, 9),
            name=st.sampled_from(DEEDS),
        )
        def act(self, order: int, worker: int, pick: int, name: str) -> None:
            if name == "offer":
                return self.offer(self.order_ids[order])
            mine = select(Placement).where(Placement.worker_id == self.worker_ids[worker])
            rows = session.scalars(mine.where(Placement.state.in_(ONWARD)) if name == "go on" else mine).all()
            if rows:
                row = rows[pick % len(rows)]
                attempt(session, clerks, row, ONWARD[row.state.value] if name == "go on" else name)

        def offer(self, order_id: int) -> None:
            """Offer the order to all three, or see it refused because it is full."""
            wanted = session.get_one(Order, order_id)
            is_full = wanted.taken >= wanted.headcount
            try:
                offers.offer_many(session, clerks["county"], wanted, self.worker_ids, today())
            except TransitionRefused:
                assert is_full
            else:
                assert not is_full
            session.commit()

        @invariant()
        def everything_adds_up(self) -> None:
            if not hasattr(self, "order_ids"):
                return
            rows = session.scalars(select(Placement).where(Placement.worker_id.in_(self.worker_ids))).all()
            held = [row for row in rows if row.state.value in HOLDING]
            for order in session.scalars(select(Order).where(Order.id.in_(self.order_ids))):
                assert order.taken == sum(row.order_id == order.id for row in held) <= order.headcount
            assert max(Counter(row.worker_id for row in held).values(), default=0) <= 1
            for row in rows:
                assert (row.active_digest is not None) is (row in held)
            for worker in session.scalars(select(Worker).where(Worker.id.in_(self.worker_ids))):
                states = {row.state.value for row in rows if row.worker_id == worker.id}
                assert worker.state.value == self.standing(states)
            session.rollback()

        @staticmethod
        def standing(states: set[str]) -> str:
            if {"on_site", "stayed"} & states:
                return "working"
            if {"hired", "departed"} & states:
                return "hired"
            return "offered" if set(OPEN) & states else "pool"

    return Walk


def test_whatever_is_tried_every_place_and_person_is_counted_once(session: Session) -> None:
    how = settings(
        max_examples=share(5, 25), stateful_step_count=25, deadline=None, suppress_health_check=HealthCheck
    )
    walk(machine(session), settings=how)
    assert verify(session) is None
