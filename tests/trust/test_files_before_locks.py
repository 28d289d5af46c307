"""What strangers send is decoded while nothing of the database is held (T23).

An upload was decoded inside the write transaction, and everybody waited for it.
"""

import ast
import sqlite3
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from app.kit.files import sandbox, spreadsheet
from app.kit.files.sandbox import Killed
from app.kit.web.guards import reads_files
from models.access import Role
from tests.app.test_matrix import UNSCOPED, address, kind_of
from tests.app.test_refusals import who_may
from tests.conftest import SCRATCH
from tests.factories.sources import nodes_of
from tests.factories.world import World

DATABASE = "sqlite"  # it is held, or copied, as a file

# They open what strangers send: in views nobody else does.
DECODERS = {"read_upload", "read_sent", "hand_to", "drawn_anew"}
FORM = {"kind": "id_card", "county_code": "513431", "held_on": "2026-01-05"}
FORMS = {
    "subsidies.attach": {"kind": "invoice"},
    "placements.follow_up": {"outcome": "employed", "evidence": "1"},
}


@pytest.fixture
def held_by_whom(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whether the database was free each time a file was decoded; every file is then too slow to open."""
    seen: list[str] = []

    def look(*_arguments: Any) -> None:
        other = sqlite3.connect(SCRATCH / "xieshou.db", isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN EXCLUSIVE")  # not even a reader
            seen.append("free")
        except sqlite3.OperationalError:
            seen.append("held")
        finally:
            other.close()
        raise Killed("time")

    monkeypatch.setattr(spreadsheet, "run", look)
    monkeypatch.setattr(sandbox, "run", look)
    return seen


def views_that_read_files(app: Flask) -> set[str]:
    return {name for name, view in app.view_functions.items() if getattr(view, "reads_files", False)}


def decoding(path: Any) -> Iterator[ast.FunctionDef]:
    """Functions of a module that decode, themselves or through another function of the module."""
    functions = [one for one in nodes_of(path, *DECODERS) if isinstance(one, ast.FunctionDef)]
    calling, known = set(DECODERS), 0
    while len(calling) > known:
        known = len(calling)
        for one in functions:
            called = {
                n.func.attr if isinstance(n.func, ast.Attribute) else getattr(n.func, "id", "")
                for n in ast.walk(one)
                if isinstance(n, ast.Call)
            }
            if called & calling:
                calling.add(one.name)
    return (one for one in functions if one.name in calling)


def test_every_view_that_opens_a_file_says_so(app: Flask) -> None:
    """Then its transaction only reads until the file is decoded: to write before that is refused by the
    database."""
    bare = []
    for path in sorted((config.ROOT / "app").rglob("*views*.py")) + sorted(
        (config.ROOT / "app").rglob("views/*.py")
    ):
        for one in decoding(path):
            marks = {ast.unparse(mark) for mark in one.decorator_list}
            if any(".route" in mark for mark in marks) and reads_files.__name__ not in marks:
                bare.append(f"{path.name}: {one.name}")
    assert bare == []
    assert len(views_that_read_files(app)) >= 11


def test_nothing_is_held_while_a_file_is_decoded(
    app: Flask, world: World, sign_in: Callable[..., FlaskClient], held_by_whom: list[str]
) -> None:
    clients: dict[Role, FlaskClient] = {}
    reached = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in views_that_read_files(app) or "POST" not in (rule.methods or ()):
            continue
        rows = sorted(rule.arguments)
        kind = kind_of(rule.endpoint, rows[0]) if rows and rule.endpoint not in UNSCOPED else None
        role = who_may(app, rule, kind)
        assert role is not None
        client = clients.setdefault(role, sign_in(world.users[role]))
        path = address(rule, world, rows[0], world.tenants["one"].ids[kind]) if kind else rule.rule
        before = len(held_by_whom)
        answer = client.post(
            path, data=FORM | FORMS.get(rule.endpoint, {}) | {"file": (BytesIO(b"x" * 99), "x.xlsx")}
        )
        reached[rule.endpoint] = (answer.status_code, held_by_whom[before:])
    assert "held" not in held_by_whom
    assert sum(bool(seen) for _code, seen in reached.values()) >= 9
