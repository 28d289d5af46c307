"""Whole telephones leave the house by one door, which counts them (models/opening_budget.py)."""

import ast
from pathlib import Path

from tests.factories.sources import nodes_of

ROOT = Path(__file__).resolve().parents[2]
# One person at a time, behind the day's budget of numbers (spend_opening).
ONE_BY_ONE = {"app/workers/personal_data/operations.py", "app/employment/spells/operations/newcomers.py"}


def test_no_list_of_telephones_leaves_past_the_days_budget() -> None:
    """A list that notes its reveals itself is counted, and never refused."""
    noting = {
        file.relative_to(ROOT).as_posix()
        for folder in ("app", "models")
        for file in (ROOT / folder).rglob("*.py")
        for call in nodes_of(file, "WORKER_REVEAL")
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "record"
        and any(isinstance(one, ast.Attribute) and one.attr == "WORKER_REVEAL" for one in call.args)
    }
    assert noting == ONE_BY_ONE | {"models/opening_budget.py"}


def test_who_opens_one_by_one_spends_the_days_budget_of_numbers() -> None:
    for name in ONE_BY_ONE:
        folder = (ROOT / name).parents[0]
        near = [*folder.glob("*.py"), *folder.parent.glob("*.py")]
        assert any("spend_opening(" in file.read_text("utf-8") for file in near), name
