"""Every state and every event of a placement: what may happen happens, anything else changes nothing."""

from datetime import date
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.access import Actor, Permission, Right, Role
from models.clock import utc_now
from models.jobs.order import Order, OrderState
from models.people.worker import WorkerState
from models.people.worker_status import worker_status
from models.placement.follow_up import is_short, record_refusal
from models.placement.placement import (
    HOLDING,
    PLACEMENT_WORKFLOW,
    Evidence,
    FollowUp,
    Outcome,
    Placement,
    PlacementState,
)
from models.reference.calendar import months_after
from models.workflow import IllegalTransition, TransitionRefused

EVERYBODY = Actor(1, "all", tuple(Right(role) for role in Role))
PAIRS = list(product(PlacementState, PLACEMENT_WORKFLOW.by_event))
NOTEBOOK = Session()  # bound to nothing: it only notes the audit
ANY_STATE = st.sampled_from(list(PlacementState))


def placement(state: PlacementState, **values: object) -> SimpleNamespace:
    order = Order(state=OrderState.OPEN, headcount=1, taken=0, reserved=0)
    given = {
        "state": state,
        "state_since": None,
        "order": order,
        "has_consent": True,
        "has_kept_place": False,
        "__tablename__": "placement",
    }
    return SimpleNamespace(**(given | values))


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda value: str(value))
def test_every_pair_of_state_and_event_is_allowed_or_refused_whole(state: PlacementState, event: str) -> None:
    row, transition = placement(state), PLACEMENT_WORKFLOW.by_event[event]
    if state in transition.sources:
        PLACEMENT_WORKFLOW.advance(NOTEBOOK, row, event, EVERYBODY, reason="because")
        assert row.state is transition.target
    else:
        with pytest.raises(IllegalTransition):
            PLACEMENT_WORKFLOW.advance(NOTEBOOK, row, event, EVERYBODY, reason="because")
        assert row.state is state
        assert row.state_since is None


@pytest.mark.parametrize("event", PLACEMENT_WORKFLOW.by_event)
def test_no_step_without_its_permission(event: str) -> None:
    transition = PLACEMENT_WORKFLOW.by_event[event]
    row = placement(transition.sources[0])
    with pytest.raises(PermissionError):
        PLACEMENT_WORKFLOW.advance(
            NOTEBOOK, row, event, Actor(1, "auditor", (Right(Role.AUDITOR),)), reason="x"
        )
    assert row.state is transition.sources[0]


@pytest.mark.parametrize("event", [t.event for t in PLACEMENT_WORKFLOW.transitions if t.asks_reason])
def test_a_step_that_asks_why_is_refused_without_a_reason(event: str) -> None:
    row = placement(PLACEMENT_WORKFLOW.by_event[event].sources[0])
    with pytest.raises(TransitionRefused):
        PLACEMENT_WORKFLOW.advance(NOTEBOOK, row, event, EVERYBODY, reason="  ")


@pytest.mark.parametrize("event", ["interview", "hire"])
def test_nobody_is_interviewed_or_hired_without_consent(event: str) -> None:
    row = placement(PlacementState.ACCEPTED, has_consent=False)
    with pytest.raises(TransitionRefused):
        PLACEMENT_WORKFLOW.advance(NOTEBOOK, row, event, EVERYBODY)


@pytest.mark.parametrize("event", ["pass_on", "accept", "accept_own"])
def test_nobody_says_yes_to_a_full_order(event: str) -> None:
    full = Order(state=OrderState.OPEN, headcount=1, taken=1, reserved=0)
    row = placement(PLACEMENT_WORKFLOW.by_event[event].sources[0], order=full)
    with pytest.raises(TransitionRefused):
        PLACEMENT_WORKFLOW.advance(NOTEBOOK, row, event, EVERYBODY)


def test_only_enterprises_hire_and_only_workers_answer_for_themselves() -> None:
    hire = PLACEMENT_WORKFLOW.by_event["hire"].permission
    own = PLACEMENT_WORKFLOW.by_event["accept_own"].permission
    assert hire is Permission.PLACEMENT_HIRE
    assert [role for role in Role if Actor(1, "", (Right(role),)).can(hire)] == [Role.ENTERPRISE]
    assert [role for role in Role if Actor(1, "", (Right(role),)).can(own)] == [Role.WORKER]


@given(st.sets(ANY_STATE))
def test_a_person_stands_where_the_furthest_placement_is(states: set[PlacementState]) -> None:
    found = worker_status(states)
    assert (found in (WorkerState.HIRED, WorkerState.WORKING)) == bool(states.intersection(HOLDING))
    if not states:
        assert found is WorkerState.POOL


@given(st.booleans(), ANY_STATE)
def test_an_enterprise_never_sees_a_person_without_consent(withdrawn: bool, state: PlacementState) -> None:
    row = Placement(state=state, consented_at=None if withdrawn else utc_now())
    if withdrawn:
        assert not row.is_open_to_enterprise
    assert row.is_open_to_enterprise <= row.has_consent


@given(st.sampled_from(Outcome), st.sampled_from(Evidence), st.sampled_from(Evidence))
def test_weaker_evidence_never_replaces_stronger(outcome: Outcome, known: Evidence, new: Evidence) -> None:
    row = FollowUp(months=3, due_on=date(2017, 8, 1), recorded_at=utc_now(), evidence=known, outcome=outcome)
    if new < known:
        assert record_refusal(row, outcome, new, date(2017, 8, 2))


@given(st.sampled_from(Evidence))
def test_unknown_carries_no_evidence_and_replaces_nothing_known(known: Evidence) -> None:
    row = FollowUp(
        months=3, due_on=date(2017, 8, 1), recorded_at=utc_now(), evidence=known, outcome=Outcome.EMPLOYED
    )
    for evidence in Evidence:
        refusal = record_refusal(row, Outcome.UNKNOWN, evidence, date(2017, 8, 2))
        assert refusal or (evidence is known is Evidence.NONE)


def test_a_verified_finding_yields_only_to_better_evidence() -> None:
    row = FollowUp(
        months=1,
        due_on=date(2017, 8, 1),
        recorded_at=utc_now(),
        verified_at=utc_now(),
        evidence=Evidence.ROSTER,
        outcome=Outcome.EMPLOYED,
    )
    assert record_refusal(row, Outcome.EMPLOYED, Evidence.ROSTER, date(2017, 9, 1))
    assert record_refusal(row, Outcome.EMPLOYED, Evidence.WAGE_SLIP, date(2017, 9, 1)) is None


def test_nobody_is_found_at_work_before_the_day() -> None:
    row = FollowUp(months=6, due_on=date(2017, 8, 1), evidence=Evidence.NONE)
    assert record_refusal(row, Outcome.EMPLOYED, Evidence.ROSTER, date(2017, 7, 31))
    assert record_refusal(row, Outcome.LEFT, Evidence.SELF_REPORT, date(2017, 7, 31)) is None


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2017, 1, 31), 1, date(2017, 2, 28)),
        (date(2017, 8, 31), 6, date(2018, 2, 28)),
        (date(2017, 5, 8), 3, date(2017, 8, 8)),
        (date(2017, 11, 30), 3, date(2018, 2, 28)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last(day: date, months: int, due: date) -> None:
    assert months_after(day, months) == due


def test_a_wage_is_short_below_four_fifths_of_what_was_told() -> None:
    assert is_short(500_000, 399_999)
    assert not is_short(500_000, 400_000)
    assert not is_short(None, 100)
    assert not is_short(500_000, None)
