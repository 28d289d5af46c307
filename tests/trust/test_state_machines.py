"""T10: random walks through each workflow, held step by step against tables written by hand.

The tables (workflow_tables.py) are not made from the code: a transition that somebody adds, widens or forgets
is noticed.
"""

from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.account_request import REQUEST_WORKFLOW, AccountRequest, RequestState
from models.cooperation.entry import ENTRY_WORKFLOW, EntryState
from models.cooperation.fund_finding import FINDING_WORKFLOW, FindingState
from models.cooperation.fund_payment import PAYMENT_WORKFLOW, PaymentState
from models.cooperation.subsidy_recovery import SUBSIDY_RECOVERY_WORKFLOW, SubsidyRecoveryState
from models.cooperation.work_subsidy import (
    SUBSIDY_LIST_WORKFLOW,
    SUBSIDY_RULE_WORKFLOW,
    SubsidyListState,
    SubsidyRuleState,
)
from models.employment.duty import DUTY_WORKFLOW, DutyState
from models.employment.newcomer import NEWCOMER_WORKFLOW, NewcomerState
from models.hukou.case import CASE_WORKFLOW, CaseState
from models.hukou.rule import RULE_WORKFLOW, RouteKind
from models.jobs.order import ORDER_WORKFLOW, Order, OrderState
from models.messages.wording import WORDING_WORKFLOW
from models.people.intake import BATCH_WORKFLOW, BatchState
from models.people.own_word import OWN_WORD_WORKFLOW, OwnWordState
from models.people.worker import WORKER_WORKFLOW, WorkerState
from models.placement.placement import PLACEMENT_WORKFLOW, PlacementState
from models.problems.flow import PROBLEM_WORKFLOW, ProblemState
from models.reference.release import RuleState
from models.reports.indicator import INDICATOR_WORKFLOW
from models.reports.report import REPORT_WORKFLOW, ReportEnd, ReportState
from models.scorecard import SCORECARD_WORKFLOW, ScorecardState, Verdict
from models.training.recovery import RECOVERY_WORKFLOW, RecoveryState
from models.training.standard import STANDARD_WORKFLOW
from models.training.supplement import SUPPLEMENT_WORKFLOW, SupplementState
from models.workflow import IllegalTransition, TransitionRefused, Workflow
from tests.trust import workflow_tables as tables
from tests.whole import share

NOTEBOOK = Session()  # bound to nothing: it only notes the audit
ROLES = [*Role, None]
AREA = "440600"
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


def order_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    return {
        "occupation_confirmed": facts["ready"],
        "blocking": [],
        "reserved": 0,
        "enterprise_id": 5,
        "created_by_id": 99,
        "submitted_by_id": 99 if facts["other"] else actor.user_id,
    }


def placement_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    order = Order(state=OrderState.OPEN, headcount=1, taken=int(not facts["open"]), reserved=0)
    return {"order": order, "has_consent": facts["consent"], "has_kept_place": False}


def worker_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    return {"erased_at": None if facts["kept"] else "yesterday"}


def problem_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    words, tries = "发了" if facts["said"] else " ", 3 if facts["tried"] else 2
    return {"closed_words": words, "tries": tries, "days_of_tries": 3}


def import_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    return {
        "township_code": "" if facts["own"] else "513431100000",
        "user_id": 99 if facts["other"] else actor.user_id,
    }


def hands_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    hand = 99 if facts["other"] else actor.user_id
    return dict.fromkeys(("entered_by_id", "proposed_by_id"), hand)


def report_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    """A city and a province stand at the helping end of their own pair, a prefecture at the other."""
    ends = [ReportEnd.HELPER, ReportEnd.RECIPIENT]
    if actor.areas(Role.PREFECTURE):
        ends.reverse()
    return {
        "helper_code": AREA,
        "recipient_code": AREA,
        "drafted_end": ends[0 if facts["own"] else 1],
        "drafted_by_id": 99 if facts["other"] else actor.user_id,
        "figures": {"people": {}} if facts["ready"] else {},
    }


def version_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    hand = 99 if facts["other"] else actor.user_id
    return {"effect": {"people": 1} if facts["ready"] else None, "created_by_id": hand}


def case_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    return {
        "notice_read_at": "yesterday" if facts["ready"] else None,
        "rule": SimpleNamespace(state=RuleState.LIVE),
        "kind": RouteKind.POINTS if facts["own"] else RouteKind.FAMILY,
        "permit_number": "1" if facts["ready"] else "",
    }


def scorecard_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    verdict = Verdict.MAY_SWITCH if facts["ready"] else Verdict.TOO_FEW
    hand = 99 if facts["other"] else actor.user_id
    return {"verdict": verdict, "points": {"a": 1}, "created_by_id": hand}


def request_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    return {"asked_by_id": actor.user_id if facts["own"] else 99, "user_id": 98}


def ready_row(facts: dict[str, bool], actor: Actor) -> dict[str, Any]:
    return {"worker_id": 5 if facts["ready"] else None, "is_signed_by_all": facts["ready"]}


def machine(workflow: Workflow, table: str, states: Any, row_of: Any) -> type[RuleBasedStateMachine]:
    """Return the machine that walks ``workflow`` beside ``table``."""
    known = arrows(table)
    events = sorted({event for _state, event in known})

    class Walk(RuleBasedStateMachine):
        @initialize(start=st.sampled_from(list(states)))
        def begin(self, start: Any) -> None:
            made = AccountRequest() if workflow is REQUEST_WORKFLOW else SimpleNamespace(__tablename__="row")
            vars(made).update(state=start, state_since=None, id=1)  # a guard looks for the session of its row
            self.row: Any = made
            self.state = start.value
            self.facts = dict.fromkeys(FACTS, True)

        @rule(fact=st.sampled_from(FACTS), value=st.booleans())
        def change(self, fact: str, value: bool) -> None:
            self.facts[fact] = value

        @rule(
            event=st.sampled_from(events), role=st.sampled_from(ROLES), reason=st.sampled_from(["", " ", "x"])
        )
        def act(self, event: str, role: Role | None, reason: str) -> None:
            actor = Actor(7, "somebody", (Right(role, AREA),) if role else ())
            vars(self.row).update(row_of(self.facts, actor))
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
    (ORDER_WORKFLOW, tables.ORDER, OrderState, order_row),
    (PLACEMENT_WORKFLOW, tables.PLACEMENT, PlacementState, placement_row),
    (BATCH_WORKFLOW, tables.IMPORT, BatchState, import_row),
    (WORKER_WORKFLOW, tables.WORKER, WorkerState, worker_row),
    (PROBLEM_WORKFLOW, tables.PROBLEM, ProblemState, problem_row),
    (RECOVERY_WORKFLOW, tables.RECOVERY, RecoveryState, worker_row),
    (PAYMENT_WORKFLOW, tables.PAYMENT, PaymentState, worker_row),
    (FINDING_WORKFLOW, tables.FINDING, FindingState, worker_row),
    (ENTRY_WORKFLOW, tables.ENTRY, EntryState, hands_row),
    (SUBSIDY_RULE_WORKFLOW, tables.SUBSIDY_RULE, SubsidyRuleState, hands_row),
    (SUBSIDY_LIST_WORKFLOW, tables.SUBSIDY_LIST, SubsidyListState, hands_row),
    (SUBSIDY_RECOVERY_WORKFLOW, tables.SUBSIDY_RECOVERY, SubsidyRecoveryState, hands_row),
    (REPORT_WORKFLOW, tables.REPORT, ReportState, report_row),
    (INDICATOR_WORKFLOW, tables.INDICATOR, RuleState, version_row),
    (STANDARD_WORKFLOW, tables.STANDARD, RuleState, version_row),
    (WORDING_WORKFLOW, tables.WORDING, RuleState, version_row),
    (RULE_WORKFLOW, tables.RULE, RuleState, version_row),
    (DUTY_WORKFLOW, tables.DUTY, DutyState, ready_row),
    (NEWCOMER_WORKFLOW, tables.NEWCOMER, NewcomerState, ready_row),
    (OWN_WORD_WORKFLOW, tables.OWN_WORD, OwnWordState, ready_row),
    (SUPPLEMENT_WORKFLOW, tables.SUPPLEMENT, SupplementState, ready_row),
    (REQUEST_WORKFLOW, tables.REQUEST, RequestState, request_row),
    (SCORECARD_WORKFLOW, tables.SCORECARD, ScorecardState, scorecard_row),
    (CASE_WORKFLOW, tables.CASE, CaseState, case_row),
]
MANY = 40  # lines of a table that takes long walks to be seen whole


@pytest.mark.parametrize(
    ("workflow", "table", "states", "row_of"), WORKFLOWS, ids=[w[0].name for w in WORKFLOWS]
)
def test_no_walk_leaves_the_table(workflow: Workflow, table: str, states: Any, row_of: Any) -> None:
    walks = share(50, 100, "attacks") if len(arrows(table)) > MANY else share(15, 25, "attacks")
    how = settings(
        max_examples=walks, stateful_step_count=40, deadline=None, suppress_health_check=HealthCheck
    )
    run_state_machine_as_test(machine(workflow, table, states, row_of), settings=how)
    NOTEBOOK.info.clear()


@pytest.mark.parametrize(
    ("workflow", "table"), [(w[0], w[1]) for w in WORKFLOWS], ids=[w[0].name for w in WORKFLOWS]
)
def test_every_arrow_of_the_code_stands_in_the_table(workflow: Workflow, table: str) -> None:
    code = {(s.value, t.event, t.target.value) for t in workflow.transitions for s in t.sources}
    assert code == {(state, event, arrow.target) for (state, event), arrow in arrows(table).items()}
