"""T7 of the trust page: each form sent 20 times at the same moment, over HTTP, has one effect."""

import sys
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from drills import soundness
from drills.client import Press, press_all
from drills.figures import Figure, main
from tests.factories import stage

TIMES, ELSEWHERE = 20, "已经办过"
# What the forms below do, each as the audit calls it.
EXPECTED = {"placement:advance", "order:create", "user:create", "grant:give", "worker:create", "match:start"}


def accounts(session: Any) -> None:
    """Make the clerks who press, besides the enterprise's."""
    from app.accounts.operations import give, make_user
    from models.access import Actor, Role

    drill = Actor(None, "drill")
    for name, role, where in (("county", Role.COUNTY, "513431"), ("admin", Role.ADMIN, None)):
        user = make_user(session, drill, name, name, stage.PASSWORD, must_change=False)
        give(session, drill, user, role, area_code=where, valid_from=date(2016, 1, 1))


def forms(hired: int, user: int) -> list[Press]:
    """One press of each form; ``hired`` is a placement, ``user`` an account."""
    until = date.today().replace(year=date.today().year + 1).isoformat()  # noqa: DTZ011
    person = (("name", "阿木"), ("id_number", "513431199005030015"), ("version", "1"))
    right = (("role", "province"), ("area_code", "440000"), ("valid_from", "2017-01-01"), ("reason", "drill"))
    return [
        Press("firm1", f"/placements/{hired}/advance", (("event", "hire"), ("once", "hire"))),
        Press(
            "firm1",
            "/orders/new",
            (
                ("title", "普工"),
                ("headcount", "5"),
                ("city_code", "440600"),
                ("valid_until", until),
                ("forbidden_work", "none"),
                ("once", "order"),
            ),
        ),
        Press("admin", "/admin/users", (("username", "twice"), ("name", "阿木"), ("once", "user"))),
        Press("admin", f"/admin/users/{user}", (*right, ("once", "grant"))),
        Press("county", "/workers/new", (*person, ("once", "worker"))),
        Press("county", "/match-runs/county", (("once", "match"),)),
    ]


def effects(app: Flask, before: int) -> tuple[dict[str, int], int, list[str]]:
    """Audit rows since row ``before`` by tag, the number of receipts, and what is not sound."""
    from app.kit.web.extensions import db
    from models.audit import AuditEvent
    from models.form_receipt import FormReceipt

    with app.app_context():
        count = select(AuditEvent.tag, func.count()).where(AuditEvent.id > before).group_by(AuditEvent.tag)
        rows = {tag: number for tag, number in db.session.execute(count) if not tag.startswith("user:sign")}
        return (
            rows,
            db.session.scalar(select(func.count(FormReceipt.id))) or 0,
            soundness.troubles(db.session),
        )


def run(database: str) -> list[Figure]:
    """Everything happens once, with one audit row of its kind, and nothing breaks."""
    app, _url = stage.set_up("replay")
    from app.kit.web.extensions import db
    from models.audit import tail
    from models.user import User

    with app.app_context():
        order = stage.enterprise_with(db.session, 1, 10)
        hired = stage.said_yes(db.session, order, stage.people(db.session, 1))[0].id
        accounts(db.session)
        user = db.session.scalars(select(User.id).where(User.username == "county")).one()
        db.session.commit()
        before = (tail(db.session) or (0, ""))[0]
        db.engine.dispose()
    presses = forms(hired, user)
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, [presses] * TIMES, ELSEWHERE)
    rows, receipts, unsound = effects(app, before)
    single = receipts == len(presses) and set(rows) == EXPECTED and set(rows.values()) == {1}
    return [
        Figure(
            "T7",
            f"{len(presses)} forms, each sent {TIMES} times at once",
            "one effect and one audit row each, 0 errors, sound",
            f"{receipts} effects, {sum(rows.values())} audit rows; {met.said(unsound)}",
            single and not met.broken and not unsound,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
