"""Domain functions are told the day or the instant; only the edge (a view, a job, a command) asks a clock."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.factories.sources import names_any, text_of

ROOT = Path(__file__).resolve().parents[2]
# The parts of the tree whose functions are told: tables and domain rules, the engine, and of the application
# every module or package of these names.
TOLD = re.compile(r"(models|matching)/.*|app/.+/((operations|queries)/.+|(operations|queries|rules)\.py)")
CLOCKS = {"today", "utc_now", "china_now", "now", "utcnow", "time", "time_ns"}
OF_CLOCKS = {"date", "datetime", "time", "clock"}
# Who may ask, and why.
ALLOWED = {
    "models/clock.py:utc_now": "is the clock",
    "models/clock.py:china_now": "is the clock",
    "models/clock.py:today": "is the clock",
    "models/audit.py:record": "the audit is not told when it is",
    "models/account_request.py:_is_another": "a guard is told the row, not the hour",
    "models/workflow.py:Workflow.advance": "when a state began, unless it is told",
    "models/people/worker_status.py:update_worker_status": "when a state began",
    "models/people/worker_change.py:note": "the same stamp as the database's triggers write",
    "matching/clock.py:as_of": "the engine's callers may leave the day out (contract of engine.md)",
}


def told_modules() -> list[Path]:
    files = [path for top in ("app", "models", "matching") for path in sorted((ROOT / top).rglob("*.py"))]
    return [path for path in files if TOLD.fullmatch(path.relative_to(ROOT).as_posix())]


def clock_calls(tree: ast.AST, where: str = "") -> Iterator[str]:
    """The functions (dotted by class) that call a clock, one for each call."""
    for node in ast.iter_child_nodes(tree):
        inside = where
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{where}.{node.name}".lstrip(".")
        if isinstance(node, ast.Call) and is_clock(node.func):
            yield inside or "module"
        yield from clock_calls(node, inside)


def is_clock(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in CLOCKS - {"now", "time"}
    if not isinstance(function, ast.Attribute) or function.attr not in CLOCKS:
        return False
    owner = function.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return name in OF_CLOCKS


@cache
def asking() -> frozenset[str]:
    """Every function of the modules above that asks a clock, as ``path:function``."""
    calls = tuple(f"{clock}(" for clock in CLOCKS)
    return frozenset(
        f"{path.relative_to(ROOT).as_posix()}:{function}"
        for path in told_modules()
        if names_any(path, calls)
        for function in clock_calls(ast.parse(text_of(path)))
    )


def test_no_domain_function_asks_a_clock() -> None:
    assert len(told_modules()) > 200
    assert sorted(asking() - ALLOWED.keys()) == []


def test_whoever_may_ask_does_ask() -> None:
    assert sorted(ALLOWED.keys() - asking()) == []


@pytest.mark.parametrize(
    ("source", "is_seen"),
    [
        ("def late(row): return row.due_on < today()", True),
        ("def late(row): return row.due_on < datetime.date.today()", True),
        ("def late(row): return row.at < datetime.now(UTC)", True),
        ("def late(row): return row.at < clock.utc_now()", True),
        ("def late(row): return row.at < time.time()", True),
        ("def late(row, today): return row.due_on < today", False),
        ("at = mapped_column(default=utc_now)", False),
        ("def at(row): return time(9, 30), case.time(3)", False),
    ],
)
def test_a_clock_is_seen_however_it_is_called(source: str, is_seen: bool) -> None:
    assert bool(list(clock_calls(ast.parse(source)))) is is_seen
