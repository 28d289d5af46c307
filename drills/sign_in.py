"""T14 of the trust page: whether a name exists is not told by how long a refused sign-in takes.

As many tries with names that somebody has as with names that nobody has, a pair at a time so that a busy
machine slows both alike; each name is tried once, so that nothing is locked. The whole way of a request is
timed, in one process: a network would only hide a difference.
"""

import statistics
import sys
import time
from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from drills.figures import Figure, main, size
from tests.factories import stage

MOST_GAP_MS = 5.0


def accounts(app: Flask, count: int) -> None:
    """Accounts with a role each, as clerks have them."""
    from app.accounts.operations import add_user, give, hasher
    from app.kit.web.extensions import db
    from models.access import Actor, Role

    with app.app_context():
        drill, hashed = Actor(None, "drill"), hasher.hash(stage.PASSWORD)
        for n in range(count):
            user = add_user(db.session, drill, f"known{n:04d}", f"经办{n}", hashed, must_change=False)
            give(db.session, drill, user, Role.COUNTY, area_code="513431", valid_from=date(2016, 1, 1))
        db.session.commit()


def milliseconds(client: FlaskClient, name: str, source: str) -> float:
    """How long a refused sign-in took."""
    began = time.perf_counter()
    form = {"username": name, "password": "not the password"}
    answer = client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": source})
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 401, answer.status_code
    return took


def run(database: str) -> list[Figure]:
    """The gap within a pair, in the middle, in milliseconds."""
    count = size(300, 40)
    app, _url = stage.set_up("sign-in")
    app.config["WTF_CSRF_ENABLED"] = False
    from app.kit.web.extensions import limiter

    limiter.enabled = False
    accounts(app, count)
    client = app.test_client()
    milliseconds(client, "warm-up", "203.0.113.250")
    known: list[float] = []
    unknown: list[float] = []
    for n in range(count):
        for name, times in ((f"known{n:04d}", known), (f"nobody{n:03d}", unknown))[:: 1 if n % 2 else -1]:
            times.append(milliseconds(client, name, f"203.0.113.{n % 200}"))
    gap = abs(statistics.median(one - other for one, other in zip(known, unknown, strict=True)))
    medians = f"{statistics.median(known):.1f} and {statistics.median(unknown):.1f} ms"
    return [
        Figure(
            "T14",
            f"refused sign-ins with {count} names that somebody has and {count} that nobody has",
            f"at most {MOST_GAP_MS:.0f} ms apart (median of the pairs)",
            f"{gap:.1f} ms (medians {medians})",
            gap <= MOST_GAP_MS,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
