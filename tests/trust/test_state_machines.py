"""T10: random walks through each workflow, held step by step against tables written down here, by hand.

The tables are not made from the code: a transition that somebody adds, widens or forgets is noticed.
Columns: state, event, next state, roles that may, and what else must hold ("reason": one must be given).
"""

from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.cooperation.fund_finding import FINDING_WORKFLOW, FindingState
from models.cooperation.fund_payment import PAYMENT_WORKFLOW, PaymentState
from models.jobs.order import ORDER_WORKFLOW, Order, OrderState
from models.people.intake import BATCH_WORKFLOW, BatchState
from models.people.worker import WORKER_WORKFLOW, WorkerState
from models.placement.placement import PLACEMENT_WORKFLOW, PlacementState
from models.problems.flow import PROBLEM_WORKFLOW, ProblemState
from models.training.recovery import RECOVERY_WORKFLOW, RecoveryState
from models.workflow import IllegalTransition, TransitionRefused, Workflow

ORDER = """
draft      submit   submitted  enterprise  ready
returned   submit   submitted  enterprise  ready
submitted  recall   draft      enterprise  -
submitted  approve  open       city        other
submitted  return   returned   city        other,reason
submitted  reject   rejected   city        other,reason
open       close    closed     enterprise  reason
open       suspend  returned   city        reason
"""
RECOVERY = """
open       return   returned   county      -
open       waive    waived     county      reason
open       cancel   cancelled  county      -
"""
PAYMENT = """
proposed   pay      paid       county      -
proposed   refuse   refused    county      reason
paid       accept   accepted   county      -
paid       reverse  reversed   county      reason
"""
FINDING = """
open       rectify  rectified  county      reason
rectified  close    closed     auditor     -
rectified  reopen   open       auditor     reason
"""
PLACEMENT = """
invited    pass_on     offered      county                  open
invited    uninvite    withdrawn    enterprise              -
offered    accept      accepted     county,township         open
offered    accept_own  accepted     worker                  open
offered    decline     declined     county,township         -
accepted   decline     declined     county,township         -
interview  decline     declined     county,township         -
offered    decline_own declined     worker                  -
accepted   decline_own declined     worker                  -
interview  decline_own declined     worker                  -
invited    withdraw    withdrawn    county                  reason
offered    withdraw    withdrawn    county                  reason
invited    expire      expired      county                  -
offered    expire      expired      county                  -
accepted   interview   interview    enterprise              consent
interview  change_interview interview enterprise            consent
interview  cancel_interview accepted enterprise             reason
accepted   hire        hired        enterprise              consent
interview  hire        hired        enterprise              consent
accepted   not_hire    not_hired    enterprise              reason
interview  not_hire    not_hired    enterprise              reason
invited    supersede   withdrawn    enterprise              -
offered    supersede   withdrawn    enterprise              -
accepted   supersede   withdrawn    enterprise              -
interview  supersede   withdrawn    enterprise              -
hired      depart      departed     county                  -
hired      arrive      on_site      county,enterprise,city  -
departed   arrive      on_site      county,enterprise,city  -
hired      miss        not_arrived  county,enterprise,city  reason
departed   miss        not_arrived  county,enterprise,city  reason
on_site    leave       left         county,enterprise,city  reason
stayed     leave       left         county,enterprise,city  reason
on_site    found_left  left         county,township,city    reason
stayed     found_left  left         county,township,city    reason
on_site    stay        stayed       county,township,city    -
accepted   undo_answer offered      county,township         reason
declined   undo_answer offered      county,township         reason
hired      undo_hire   accepted     enterprise              reason
not_hired  undo_not_hire accepted   enterprise              reason
departed   undo_depart hired        county                  reason
on_site    undo_arrive departed     county,enterprise,city  reason
not_arrived undo_miss  departed     county,enterprise,city  reason
left       undo_leave  on_site      county,enterprise,city  reason
left       found_there on_site      county,township,city    reason
stayed     undo_stay   on_site      county,township,city    reason
"""
IMPORT = """
reading    ask        mapping    county,township  -
mapping    read       reading    county,township  -
previewed  read       reading    county,township  -
submitted  read       reading    county,township  -
reading    preview    previewed  county,township  -
reading    wait       submitted  county,township  -
reading    fail       failed     county,township  -
previewed  submit     submitted  county,township  theirs
submitted  recall     previewed  county,township  theirs
submitted  hand_back  previewed  county           reason
previewed  confirm    confirmed  county           own
submitted  confirm    confirmed  county           own|other
reading    cancel     cancelled  county,township  -
mapping    cancel     cancelled  county,township  -
previewed  cancel     cancelled  county,township  -
confirmed  undo       undone     county           reason
"""
PROBLEM = """
open       take          working    county,township,city  -
open       answer        answered   county,township,city  reason
working    answer        answered   county,township,city  reason
answered   go_on         working    county,township,city  reason
answered   go_on_own     working    worker                -
open       solve         solved     county,township,city  said
working    solve         solved     county,township,city  said
answered   solve         solved     county,township,city  said
open       solve_own     solved     worker                -
working    solve_own     solved     worker                -
answered   solve_own     solved     worker                -
open       withdraw      withdrawn  county,township,city  said
working    withdraw      withdrawn  county,township,city  said
answered   withdraw      withdrawn  county,township,city  said
open       withdraw_own  withdrawn  worker                -
working    withdraw_own  withdrawn  worker                -
answered   withdraw_own  withdrawn  worker                -
open       give_up       unreached  county,township,city  tried,reason
working    give_up       unreached  county,township,city  tried,reason
answered   give_up       unreached  county,township,city  tried,reason
solved     reopen        working    county,township,city  reason
withdrawn  reopen        working    county,township,city  reason
unreached  reopen        working    county,township,city  reason
solved     reopen_own    working    worker                -
withdrawn  reopen_own    working    worker                -
unreached  reopen_own    working    worker                -
"""
WORKER = """
pool    close   closed  county,township  reason
closed  reopen  pool    county,township  kept
"""
NOTEBOOK = Session()  # bound to nothing: it only notes the audit
ROLES = [*Role, None]
# ``own``: a roster of the county itself, else a township's.
FACTS = ("ready", "other", "open", "consent", "kept", "own", "said", "tried")


class Arrow(NamedTuple):
    """One line of a table."""

    target: str
    roles: frozenset[str]
    conditions: frozenset[str]


def arrows(table: str) -> dict[tuple[str, str], Arrow]:
    """Read a table."""
    lines = [line.split() for line in table.strip().splitlines()]
    return {
        (state, event): Arrow(target, frozenset(roles.split(",")), frozenset(conditions.split(",")) - {"-"})
        for state, event, target, roles, conditions in lines
    }


def order_row(facts: dict[str, bool], actor: int) -> dict[str, Any]:
    return {
        "occupation_confirmed": facts["ready"],
        "blocking": [],
        "reserved": 0,
        "enterprise_id": 5,
        "created_by_id": 99,
        "submitted_by_id": 99 if facts["other"] else actor,
    }


def placement_row(facts: dict[str, bool], actor: int) -> dict[str, Any]:
    order = Order(state=OrderState.OPEN, headcount=1, taken=int(not facts["open"]), reserved=0)
    return {"order": order, "has_consent": facts["consent"], "has_kept_place": False}


def worker_row(facts: dict[str, bool], actor: int) -> dict[str, Any]:
    return {"erased_at": None if facts["kept"] else "yesterday"}


def problem_row(facts: dict[str, bool], actor: int) -> dict[str, Any]:
    words, tries = "发了" if facts["said"] else " ", 3 if facts["tried"] else 2
    return {"closed_words": words, "tries": tries, "days_of_tries": 3}


def import_row(facts: dict[str, bool], actor: int) -> dict[str, Any]:
    return {
        "township_code": "" if facts["own"] else "513431100000",
        "user_id": 99 if facts["other"] else actor,
    }


def machine(workflow: Workflow, table: str, states: Any, row_of: Any) -> type[RuleBasedStateMachine]:
    """Return the machine that walks ``workflow`` beside ``table``."""
    known = arrows(table)
    events = sorted({event for _state, event in known})

    class Walk(RuleBasedStateMachine):
        @initialize(start=st.sampled_from(list(states)))
        def begin(self, start: Any) -> None:
            self.row = SimpleNamespace(state=start, state_since=None, id=1, __tablename__="row")
            self.state = start.value
            self.facts = dict.fromkeys(FACTS, True)

        @rule(fact=st.sampled_from(FACTS), value=st.booleans())
        def change(self, fact: str, value: bool) -> None:
            self.facts[fact] = value

        @rule(
            event=st.sampled_from(events), role=st.sampled_from(ROLES), reason=st.sampled_from(["", " ", "x"])
        )
        def act(self, event: str, role: Role | None, reason: str) -> None:
            actor = Actor(7, "somebody", (Right(role),) if role else ())
            vars(self.row).update(row_of(self.facts, actor.user_id))
            self.row.state_since, before = None, len(NOTEBOOK.info.get("pending_audit", ()))
            problem = attempt(workflow, self.row, event, actor, reason)
            expected = self.expected(event, role, reason)
            assert problem is expected, f"{self.state} --{event}--> by {role}: {problem}, not {expected}"
            if expected is None:
                self.state = known[self.state, event].target
            assert self.row.state.value == self.state
            assert (self.row.state_since is not None) is (expected is None)
            assert len(NOTEBOOK.info.get("pending_audit", ())) == before + (expected is None)

        def expected(self, event: str, role: Role | None, reason: str) -> type[Exception] | None:
            may = {name for (_state, one), arrow in known.items() if one == event for name in arrow.roles}
            if role is None or role.value not in may:
                return PermissionError
            arrow = known.get((self.state, event))
            if arrow is None:
                return IllegalTransition
            facts = {**self.facts, "theirs": not self.facts["own"]}
            wanted = arrow.conditions - {"reason"}
            missing = [one for one in wanted if not any(facts[fact] for fact in one.split("|"))]
            unsaid = "reason" in arrow.conditions and not reason.strip()
            return TransitionRefused if missing or unsaid else None

    return Walk


def attempt(workflow: Workflow, row: Any, event: str, actor: Actor, reason: str) -> type[Exception] | None:
    """Try an event; return the kind of refusal, or None when it happened."""
    try:
        workflow.advance(NOTEBOOK, row, event, actor, reason=reason)
    except (PermissionError, IllegalTransition, TransitionRefused) as refusal:
        return type(refusal)
    return None


WORKFLOWS = [
    (ORDER_WORKFLOW, ORDER, OrderState, order_row),
    (PLACEMENT_WORKFLOW, PLACEMENT, PlacementState, placement_row),
    (BATCH_WORKFLOW, IMPORT, BatchState, import_row),
    (WORKER_WORKFLOW, WORKER, WorkerState, worker_row),
    (PROBLEM_WORKFLOW, PROBLEM, ProblemState, problem_row),
    (RECOVERY_WORKFLOW, RECOVERY, RecoveryState, worker_row),
    (PAYMENT_WORKFLOW, PAYMENT, PaymentState, worker_row),
    (FINDING_WORKFLOW, FINDING, FindingState, worker_row),
]


@pytest.mark.parametrize(
    ("workflow", "table", "states", "row_of"), WORKFLOWS, ids=[w[0].name for w in WORKFLOWS]
)
def test_no_walk_leaves_the_table(workflow: Workflow, table: str, states: Any, row_of: Any) -> None:
    how = settings(max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=HealthCheck)
    run_state_machine_as_test(machine(workflow, table, states, row_of), settings=how)
    NOTEBOOK.info.clear()


@pytest.mark.parametrize(
    ("workflow", "table"), [(w[0], w[1]) for w in WORKFLOWS], ids=[w[0].name for w in WORKFLOWS]
)
def test_every_arrow_of_the_code_stands_in_the_table(workflow: Workflow, table: str) -> None:
    code = {(s.value, t.event, t.target.value) for t in workflow.transitions for s in t.sources}
    assert code == {(state, event, arrow.target) for (state, event), arrow in arrows(table).items()}
