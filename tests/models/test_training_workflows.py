"""Every state and every event of the four workflows of training, against tables written here by hand.

Columns: event, the states it starts at, the state it leads to, the roles that may. What stands in no line of
the table is refused and changes nothing.
"""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.training.agreement import AGREEMENT_WORKFLOW, AgreementState
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.enrolment import ENROLMENT_WORKFLOW, EnrolmentState
from models.training.training_class import ClassState
from models.training.training_order import TRAINING_ORDER_WORKFLOW, TrainingOrderState
from models.workflow import IllegalTransition, TransitionRefused, Workflow

CLASS = """
apply      draft,returned   applied    school
return     applied          returned   county
approve    applied          approved   county
open       approved         opened     county
teach      opened           teaching   school
examine    teaching         examined   school
certify    examined         certified  county
place      certified        placed     county
follow     placed           followed   county
claim      followed,stopped claimed    school
claim_first certified       claimed    school
send_back  claimed          followed   county
send_back_first claimed     certified  county
send_back_stopped claimed   stopped    county
publish    claimed          published  county
pull       published        claimed    county
pay        published        paid       county
pay_first  published        certified  county
archive    paid             archived   county
cancel     draft,applied,returned,approved,opened  cancelled  county
stop       teaching         stopped    county
"""
ENROLMENT = """
endorse      proposed                    endorsed   county,township
endorse_own  proposed                    endorsed   worker
decline      proposed,endorsed,waiting   declined   county,township
decline_own  proposed,endorsed,waiting   declined   worker
refuse       proposed,endorsed,waiting   refused    county
enrol        endorsed,waiting            enrolled   county
wait         endorsed                    waiting    county
drop         enrolled                    dropped    school
cancel_class proposed,endorsed,waiting,enrolled     cancelled  county
reconsider   refused                     proposed   county
reconsider_yes refused                   endorsed   county
ask_again    endorsed,waiting,declined   proposed   county,township
unseat       enrolled                    endorsed   county
return_to_class dropped                  enrolled   county
move         enrolled,stopped            moved      county
arrive       proposed,endorsed,waiting   enrolled   county
stop         enrolled                    stopped    county
finish       enrolled                    finished   school
fail         enrolled                    failed     school
regrade      finished,failed             enrolled   school
"""
TRAINING_ORDER = """
publish   draft        open       enterprise
withdraw  draft,open   withdrawn  enterprise
choose    open         chosen     enterprise,county
reopen    chosen       open       enterprise,school,county,city
agree     chosen       agreed     enterprise,school,county,city
end       agreed       ended      county
"""
AGREEMENT = """
take_force  signing    in_force   enterprise,school,county,city
cancel      signing    cancelled  enterprise,school,county,city
fulfil      in_force   fulfilled  county
break       in_force   broken     county
"""
TABLES: list[tuple[Workflow, str, Any]] = [
    (CLASS_WORKFLOW, CLASS, ClassState),
    (ENROLMENT_WORKFLOW, ENROLMENT, EnrolmentState),
    (TRAINING_ORDER_WORKFLOW, TRAINING_ORDER, TrainingOrderState),
    (AGREEMENT_WORKFLOW, AGREEMENT, AgreementState),
]
NOTEBOOK = Session()  # bound to nothing: it only notes the audit
EVERYBODY = Actor(1, "all", tuple(Right(role) for role in Role))


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    sources: frozenset[str]
    target: str
    roles: frozenset[str]


def lines(table: str) -> dict[str, Line]:
    rows = [row.split() for row in table.strip().splitlines()]
    return {
        event: Line(frozenset(start.split(",")), end, frozenset(roles.split(",")))
        for event, start, end, roles in rows
    }


PAIRS = [
    (workflow, line, state, event)
    for workflow, table, states in TABLES
    for event, line in lines(table).items()
    for state in states
]


def ready(state: Any, **values: Any) -> SimpleNamespace:
    """Return a row that every guard lets pass."""
    given = {
        "state": state,
        "state_since": None,
        "id": 1,
        "__tablename__": "row",
        "enrolled": 20,
        "periods": 120,
        "scheduled_periods": 120,
        "applied_by_id": 99,
        "claimed_by_id": 99,
        "checked_by_id": 98,
        "instalment": 0,
        "site_checked_on": date(2019, 5, 1),
        "graded_on": None,
        "ungraded": 0,
        "uncertified": 0,
        "unplaced": 0,
        "unfollowed": 0,
        "notice_over": True,
        "is_signed_by_all": True,
        "signatures": [],
    }
    return SimpleNamespace(**(given | values))


@pytest.mark.parametrize(
    ("workflow", "table"), [(w, t) for w, t, _s in TABLES], ids=[w.name for w, _t, _s in TABLES]
)
def test_the_code_knows_the_events_of_the_table_and_no_others(workflow: Workflow, table: str) -> None:
    assert set(workflow.by_event) == set(lines(table))


def test_every_pair_of_state_and_event_happens_or_changes_nothing() -> None:
    for workflow, line, state, event in PAIRS:
        row = ready(state, instalment=1 if event.endswith("_first") else 0)
        if state.value in line.sources:
            workflow.advance(NOTEBOOK, row, event, EVERYBODY, reason="because")
            assert row.state.value == line.target, (workflow.name, state, event)
            assert row.state_since is not None
        else:
            with pytest.raises(IllegalTransition):
                workflow.advance(NOTEBOOK, row, event, EVERYBODY, reason="because")
            assert (row.state, row.state_since) == (state, None), (workflow.name, state, event)
    NOTEBOOK.info.clear()
    assert len(PAIRS) == 16 * 21 + 12 * 20 + 6 * 6 + 5 * 4


def test_every_event_is_open_to_the_roles_of_the_table_alone() -> None:
    for workflow, table, _states in TABLES:
        for event, line in lines(table).items():
            may = {
                role.value
                for role in Role
                if Actor(1, "x", (Right(role),)).can(workflow.by_event[event].permission)
            }
            assert may == line.roles, (workflow.name, event)


@pytest.mark.parametrize("event", ["return", "send_back", "send_back_stopped", "pull", "cancel", "stop"])
def test_an_event_that_undoes_asks_for_its_reason(event: str) -> None:
    transition = CLASS_WORKFLOW.by_event[event]
    refused(ready(transition.sources[0]), event, reason="  ")


def refused(row: SimpleNamespace, event: str, user: int = 1, reason: str = "x") -> str:
    """Try an event that a guard stops; return its sentence. Nothing has changed then."""
    actor, state = Actor(user, "x", EVERYBODY.rights), row.state
    with pytest.raises(TransitionRefused) as refusal:
        CLASS_WORKFLOW.advance(NOTEBOOK, row, event, actor, reason=reason)
    assert row.state is state
    return str(refusal.value.args[0])


C = ClassState


@pytest.mark.parametrize(
    ("state", "event", "values", "word"),
    [
        (C.DRAFT, "apply", {"enrolled": 0}, "学员"),
        (C.DRAFT, "apply", {"scheduled_periods": 119}, "课时"),
        (C.APPROVED, "open", {"site_checked_on": None}, "核查"),
        (C.TEACHING, "examine", {"ungraded": 1}, "成绩"),
        (C.TEACHING, "examine", {"ungraded": None}, "清点"),
        (C.TEACHING, "stop", {"graded_on": date(2019, 6, 1)}, "成绩"),
        (C.EXAMINED, "certify", {"uncertified": 1}, "证书"),
        (C.CERTIFIED, "place", {"unplaced": 1}, "上岗"),
        (C.PLACED, "follow", {"unfollowed": 1}, "回访"),
        (C.PUBLISHED, "pay", {"notice_over": False}, "公示"),
    ],
)
def test_a_step_whose_work_is_not_done_is_refused(state: Any, event: str, values: dict, word: str) -> None:
    assert word in refused(ready(state, **values), event)


@pytest.mark.parametrize(
    ("state", "event", "user"),
    [
        (C.APPLIED, "approve", 99),
        (C.APPLIED, "return", 99),
        (C.CLAIMED, "publish", 99),
        (C.CLAIMED, "send_back", 99),
        (C.PUBLISHED, "pay", 99),
        (C.PUBLISHED, "pay", 98),
    ],
)
def test_who_made_it_does_not_check_it(state: Any, event: str, user: int) -> None:
    assert "同事" in refused(ready(state), event, user)
