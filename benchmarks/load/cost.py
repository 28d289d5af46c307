"""`python -m benchmarks.load.cost FOLDER`: what a request costs of the processor, weighted as 200 people ask.

One process asks each page of the mix of ``benchmarks.load.users`` on what `make load` built, alone: seconds
of processor of this process and of the database's. The mean, times the requests of a second, is how many
cores the people need; two hundred with five seconds to think ask 35 a second.
"""

import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.load.pages import Counter, sign_in
from benchmarks.load.where import as_in_production, settle
from models.access import Role

# Requests of each page among some 430 that a run of `make load-users` counted; N: the first row of the list.
MIX: dict[Role, dict[str, int]] = {
    Role.COUNTY: {
        "/": 30,
        "/employment": 15,
        "/match-runs": 12,
        "/orders": 32,
        "/orders/N": 16,
        "/placements": 30,
        "/placements/N": 16,
        "/placements/follow-ups": 16,
        "/placements/follow-ups/N": 14,
        "/problems": 15,
        "/workers": 50,
        "/workers/N": 15,
        "/workers/N/edit": 14,
        "/workers?q=阿牛": 12,
    },
    Role.TOWNSHIP: {"/": 5, "/workers": 12, "/workers/N": 5, "/placements": 5, "/placements/follow-ups": 3},
    Role.ENTERPRISE: {
        "/": 7,
        "/orders": 16,
        "/orders/N": 8,
        "/placements": 9,
        "/placements/N": 5,
        "/employment": 5,
        "/employment/months": 5,
    },
    Role.CITY: {
        "/": 4,
        "/orders": 9,
        "/orders/N": 4,
        "/placements": 9,
        "/placements/N": 4,
        "/placements/verification": 4,
        "/employment": 4,
    },
    Role.SCHOOL: {"/": 5, "/training/orders": 4, "/training/classes": 3},
    Role.PREFECTURE: {"/": 3, "/orders": 3, "/reports": 3},
}
# A statement is planned once and for all when a connection has asked it ten times.
WARM, TURNS = 12, 5
LOOP = 10_000_000


class Asked(NamedTuple):
    """A page of the mix: whose, its address, how often it is asked for."""

    role: Role
    client: FlaskClient
    path: str
    weight: int


class Cost(NamedTuple):
    """Milliseconds of processor of this process and of the database's, and statements."""

    here: float
    database: float
    queries: int


def asked(app: Flask) -> list[Asked]:
    """The mix with its rows found, each page asked for until it is warm."""
    found = list[Asked]()
    for role, pages in MIX.items():
        client = sign_in(app, role)
        for path, weight in pages.items():
            base, is_row, rest = path.partition("/N")
            links = re.findall(rf'href="({base}/\d+)"', client.get(base).text) if is_row else [base]
            if links:
                found.append(Asked(role, client, links[0] + rest, weight))
    for one in found:
        for _turn in range(WARM):
            _get(one)
    return found


def _get(one: Asked) -> None:
    status = one.client.get(one.path).status_code
    if status != 200:
        raise RuntimeError(f"{one.role} {one.path}: {status}")


def measured(one: Asked, counter: Counter) -> Cost:
    """The mean of some turns."""
    counter.count, worked, here = 0, counter.worked(), time.process_time()
    for _turn in range(TURNS):
        _get(one)
    used = time.process_time() - here
    database = counter.worked() - worked - used
    return Cost(1000 * used / TURNS, 1000 * database / TURNS, counter.count // TURNS)


def speed() -> float:
    """Seconds of processor for ten million turns of an empty loop: machines differ, and so do their hours."""
    begun, summed = time.process_time(), 0
    for number in range(LOOP):
        summed += number
    return time.process_time() - begun


def main(folder: Path) -> None:
    """Print the table, the dearest first, and the mean."""
    settle(folder)
    from app import create_app
    from app.kit.web.collector import put_aside_what_stays
    from app.kit.web.extensions import db

    with create_app().app_context():
        as_in_production(db.engine)
    app = create_app()
    with app.app_context():
        counter = Counter(db.engine)
    pages = asked(app)
    put_aside_what_stays()  # as a web process
    costs = [(one, measured(one, counter)) for one in pages]
    total = sum(one.weight for one in pages)
    here = sum(one.weight * cost.here for one, cost in costs) / total
    database = sum(one.weight * cost.database for one, cost in costs) / total
    print("| role | page | of 100 | process ms | database ms | queries | share |\n" + "|---" * 7 + "|")
    for one, cost in sorted(costs, key=lambda pair: -pair[0].weight * (pair[1].here + pair[1].database)):
        share = one.weight * (cost.here + cost.database) / total / (here + database)
        told = f"{cost.here:.0f} | {cost.database:.0f} | {cost.queries} | {share:.1%}"
        print(f"| {one.role.value} | {one.path} | {100 * one.weight / total:.0f} | {told} |")
    print(f"\na request: {here:.1f} ms here, {database:.1f} ms in the database")
    print(f"ten million turns of an empty loop: {speed():.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else "instance/load"))
