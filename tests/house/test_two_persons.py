"""T22: no step at which somebody judges another's work is outside the table of what takes two persons."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.reference.audit.labels import WORKFLOWS
from models import two_person_acts
from models.access import Permission
from models.two_person_acts import CHECKS, JUDGING, Check
from tests.factories.sources import nodes_of, text_of

ROOT = Path(__file__).resolve().parents[2]
# Steps of those who judge that one person takes, and why. People of the organisation in question are kept out
# of every one of them (models/workflow.py).
ALONE = {
    "account_request": {"refuse": "changes nothing", "withdraw": "the asker's own", "expire": "the night"},
    "agreement": {
        "fulfil": "closes what is over",
        "break": "rests on a breach that was recorded and answered",
    },
    "cohort": {
        "open": "rests on the site check; the class was approved by a second person",
        "certify": "counted by the platform",
        "place": "counted by the platform",
        "follow": "counted by the platform",
        "archive": "after the payment",
        "cancel": "gives nothing",
        "stop": "gives nothing",
    },
    "duty": dict.fromkeys(
        ("verify_employed", "refuse_employed"),
        "the other end's word on what the first end told; what an end told itself makes no duty for it",
    ),
    "enrolment": dict.fromkeys(
        (
            "refuse",
            "enrol",
            "wait",
            "cancel_class",
            "reconsider",
            "reconsider_yes",
            "unseat",
            "return_to_class",
            "move",
            "arrive",
            "stop",
        ),
        "a seat; the rules decide it, and the county confirms what school and township proposed",
    ),
    "order": {"suspend": "takes an order down at once"},
    "fund_payment": {"refuse": "no money leaves"},
    "work_subsidy_list": {"refuse_list": "no money leaves"},
    "work_subsidy_recovery": {"return": "money that came back"},
    "recovery": {"return": "money that came back"},
    "score_card": {
        "judge": "the platform's own comparison",
        "switch_off": "back to what was there",
        "give_way": "follows a switch by a second person",
    },
    "settlement_case": dict.fromkeys(
        ("accept", "review", "ask_more", "list", "permit", "settle"),
        "the first person's part, or the carrying out of what a second one decided",
    ),
    "settlement_rule": {
        "supersede": "follows a release by a second person",
        "retire": "gives nobody anything",
    },
    "training_order": {"end": "closes what is over"},
}
# Who looks at his own account beside a row without being its second person.
OWN = {
    "app/training/inspections/queries.py": "which visits were mine",
    "app/training/inspections/operations.py": "who came on the visit may correct what he wrote",
    "app/home/queries.py": "my own jobs",
    "app/workers/exports/queries.py": "my own exports",
    "app/kit/care/queries.py": "my own cases and reminders",
    "models/care.py": "my own cases",
    "app/home/lists/queries.py": "my own files and filters",
    "app/placements/listing.py": "my own calls",
    "app/accounts/openings.py": "my own openings",
    "app/problems/queries/cases.py": "my own cases",
    "app/problems/queries/tasks.py": "my own reminders",
    "app/accounts/oversight.py": "asks models/one_hand.py",
    "app/accounts/oversight_views.py": "the asker withdraws, everybody else decides",
    "app/accounts/requests.py": "asks for no account of one's own",
    "app/accounts/sessions.py": "my own sign-ins",
    "app/accounts/tokens.py": "my own tokens",
    "app/accounts/queries.py": "my own webhooks that stopped",
    "app/api/webhooks.py": "my own webhooks",
    "models/people/calling.py": "whose call it is",
    "models/opening_budget.py": "whose telephones were taken out today",
    "models/training/roll.py": "whose roll it is",
    "models/account_request.py": "asks models/one_hand.py; the asker withdraws",
    "models/audit.py": "what the actor has done",
    "models/second_person.py": "the check itself",
}


def test_every_step_of_a_judge_takes_two_or_says_why_not() -> None:
    undecided = [
        f"{flow.name}.{step.event}"
        for flow in WORKFLOWS.values()
        for step in flow.transitions
        if step.permission in JUDGING and not step.second and step.event not in ALONE.get(flow.name, {})
    ]
    assert undecided == []


def test_no_step_is_both() -> None:
    steps = {(flow.name, step.event): step for flow in WORKFLOWS.values() for step in flow.transitions}
    for name, events in ALONE.items():
        for event in events:
            assert not steps[name, event].second, f"{name}.{event}"


def test_whoever_reviews_approves_pays_or_verifies_is_a_judge() -> None:
    words = (
        "review",
        "approve",
        "check",
        "pay",
        "verify",
        "release",
        "confirm",
        "switch",
        "inspect",
        "issue",
    )
    named = {one for one in Permission if one.value.partition(":")[2] in words}
    assert named <= JUDGING


@pytest.mark.parametrize(
    "name", [name for name, one in vars(two_person_acts).items() if isinstance(one, Check)]
)
def test_every_check_stands_in_the_table_and_is_asked(name: str) -> None:
    assert getattr(two_person_acts, name) in CHECKS.values()
    asked = [path for path in sources() if name in text_of(path)]
    assert [path for path in asked if path.name != "two_person_acts.py"]


def sources() -> Iterator[Path]:
    return (path for folder in ("app", "models") for path in (ROOT / folder).rglob("*.py"))


def compares_its_actor(path: Path) -> bool:
    """Whether an account is compared with ``actor.user_id`` by hand."""
    for node in nodes_of(path, "actor.user_id"):
        if isinstance(node, ast.Compare):
            sides = [ast.unparse(one) for one in (node.left, *node.comparators)]
            if any(side.endswith("actor.user_id") for side in sides) and not any(
                "None" in one for one in sides
            ):
                return True
    return False


def test_nobody_compares_a_maker_by_hand() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in sources() if compares_its_actor(path)}
    assert found == OWN.keys()  # a reason without its comparison would excuse a later one


def test_rights_are_given_by_one_door() -> None:
    """On the page by ``give`` alone, which lets no administration through without a request."""
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        for node in nodes_of(path, "Grant(")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Grant"
    }
    assert makers == {"app/accounts/rights.py", "app/commands/cli.py", "app/commands/demo/accounts.py"}
