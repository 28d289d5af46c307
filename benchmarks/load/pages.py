"""Every page that a role can open: asked for again and again, alone, each with its queries and its weight.

The addresses are those of the application itself: what needs no row, and of what needs one the first that
its own lists lead to. A page that is new tomorrow is measured tomorrow.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from app.kit.web.guards import SIGNED_IN, policy_of
from benchmarks.load.build import PASSWORD
from models.access import ROLE_PERMISSIONS, Permission, Role

TURNS = 5
BY_PROCESSOR = os.environ.get("JUDGE") == "processor"
FIRST_PAGE, SEARCH, PAGE = 200, 100, 200  # milliseconds that 95 of 100 stay below
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LINK = re.compile(r'href="(/[^"#]*)"')
LONG = re.compile(r"\.(xlsx|csv|pdf|zip)$|/export|/static/|sign-out|/language|/health|/ready")
SEARCHES = (
    "/workers?q=吉克阿牛",
    "/workers?q=阿牛",
    "/workers?q=jike aniu",
    "/workers?q=0121",
    "/workers?candidate=1",
)
ROLES = tuple(role for role in Role if role is not Role.WORKER)


@dataclass(frozen=True)
class Line:
    """One page of one role: milliseconds of each turn and of processor, queries, kilobytes on the wire.

    On a machine that others use the clock tells of them: JUDGE=processor judges by what the page itself used.
    """

    role: str
    path: str
    status: int
    turns: tuple[float, ...]
    processors: tuple[float, ...]
    queries: int
    kilobytes: float

    @property
    def most(self) -> float:
        judged = self.processors if BY_PROCESSOR else self.turns
        return float(np.percentile(np.array(judged[1:]), 95))

    @property
    def allowed(self) -> int:
        if self.path == "/":
            return FIRST_PAGE
        return SEARCH if "?q=" in self.path else PAGE

    @property
    def is_over(self) -> bool:
        return self.most > self.allowed or self.status >= 500

    def row(self) -> str:
        first, mark = self.turns[0], " **over**" if self.is_over else ""
        most = float(np.percentile(np.array(self.turns[1:]), 95))
        times = f"{first:.0f} | {median(self.turns):.0f} | {most:.0f} | {median(self.processors):.0f}{mark}"
        return f"| {self.role} | {self.path} | {times} | {self.queries} | {self.kilobytes:.1f} |"


HEAD = "| role | page | first ms | median | p95 | processor ms | queries | kB |\n" + "|---" * 8 + "|"


class Counter:
    """Statements that the database was asked, and seconds of processor: this process's and those of the
    processes that serve it, where the database has some on this machine."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        self.backends = set[Path]()
        event.listen(engine, "before_cursor_execute", self._add)
        event.listen(engine, "connect", self._meet)

    def _add(self, *asked: object) -> None:
        self.count += 1

    def _meet(self, connection: Any, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            self.backends.add(Path(f"/proc/{connection.info.backend_pid}/schedstat"))

    def worked(self) -> float:
        """Seconds so far; a statement that PostgreSQL shares out among workers counts by its leader only."""
        served = (int(file.read_text().split()[0]) for file in self.backends if file.exists())
        return time.process_time() + sum(served) / 1e9


def sign_in(app: Flask, role: Role) -> FlaskClient:
    """Raises RuntimeError when the account of ``role`` is not let in."""
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)
    form = {"csrf_token": token.group(1) if token else "", "username": role.value, "password": PASSWORD}
    answer = client.post("/sign-in", data=form)
    if answer.status_code != 303:
        raise RuntimeError(f"{role} is not let in: {answer.status_code}")
    return client


def addresses(app: Flask, client: FlaskClient, role: Role) -> list[str]:
    """The first page, the searches, every page without a row, and one of each kind that has one."""
    rules, plain = app.url_map.bind("localhost"), ["/"]
    allowed = ROLE_PERMISSIONS[role]
    if Permission.WORKER_READ in allowed:
        plain += SEARCHES
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        policy = policy_of(app, rule.endpoint)
        may = policy in allowed if isinstance(policy, Permission) else policy == SIGNED_IN
        if may and "GET" in (rule.methods or ()) and not rule.arguments and not LONG.search(rule.rule):
            plain.append(rule.rule)
    seen, more = set[str](), list[str]()
    for path in dict.fromkeys(plain):
        answer = client.get(path)
        page = answer.text if answer.mimetype == "text/html" and answer.status_code == 200 else ""
        for link in LINK.findall(page):
            endpoint = _endpoint(rules, link)
            if endpoint and endpoint not in seen and not LONG.search(link):
                seen.add(endpoint)
                more.append(link.replace("&amp;", "&"))
    return list(dict.fromkeys([*plain, *more]))


def _endpoint(rules: MapAdapter, link: str) -> str:
    """The endpoint of a link that names a row; "" for all others."""
    try:
        endpoint, values = rules.match(link.split("?")[0], method="GET")
    except HTTPException:
        return ""
    return endpoint if values and endpoint != "static" else ""


def measured(client: FlaskClient, counter: Counter, role: Role, path: str) -> Line:
    """One page, ``TURNS`` times."""
    turns, processor, queries, size, status = [], [], 0, 0, 0
    for _turn in range(TURNS):
        counter.count, begun, worked = 0, time.perf_counter(), counter.worked()
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        size, status = len(answer.get_data()), answer.status_code
        turns.append(1000 * (time.perf_counter() - begun))
        processor.append(1000 * (counter.worked() - worked))
        queries = counter.count
        if turns[-1] > 20_000:  # nobody waits five times for what nobody can use
            turns, processor = turns * 2, processor * 2
            break
    return Line(role.value, path, status, tuple(turns), tuple(processor), queries, size / 1000)


def lines(app: Flask, engine: Engine, roles: tuple[Role, ...] = ROLES) -> Iterator[Line]:
    """Every page of every role that answers with a page."""
    counter = Counter(engine)
    for role in roles:
        client = sign_in(app, role)
        for path in addresses(app, client, role):
            line = measured(client, counter, role, path)
            if line.status not in (302, 303, 403, 404):
                yield line
