"""T6 of the trust page: 500 persons, each recommended by two counties to two enterprises, hired by both at
once.

``python -m drills.double_claim`` (SQLite) or ``DATABASE_URL=postgres python -m drills.double_claim``.
Prints one JSON line; exit status 1 unless each person is hired once and each second claim hears why.
"""

import json
import sys

from sqlalchemy import func, select

from drills.client import Press, press_all
from tests.factories import stage

PERSONS, CONFLICT = 500, "已被另一家录用"


def main() -> int:
    """Run the drill."""
    app, url = stage.set_up("double_claim")
    from app.kit.web.extensions import db
    from models.audit import verify
    from models.jobs.order import Order
    from models.placement.placement import FollowUp, Placement

    with app.app_context():
        workers = stage.people(db.session, PERSONS)
        sides = [
            stage.said_yes(db.session, stage.enterprise_with(db.session, n, PERSONS), workers, county)
            for n, county in ((1, "513431"), (2, "513429"))
        ]
        claims = [
            [Press(f"firm{n}", f"/placements/{row.id}/advance", (("event", "hire"),)) for row in side]
            for n, side in enumerate(sides, 1)
        ]
        db.session.commit()
        db.engine.dispose()
    # Both claims of a person lie in the same crowd, side by side: they are pressed at the same moment.
    presses = [press for both in zip(*claims, strict=True) for press in both]
    size = len(presses) // stage.CLIENT_PROCESSES
    crowds = [presses[n : n + size] for n in range(0, len(presses), size)]
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, crowds, CONFLICT)
    with app.app_context():
        active = db.session.scalar(select(func.count(func.distinct(Placement.active_digest))))
        taken = db.session.scalar(select(func.sum(Order.taken)))
        visits, chain = db.session.scalar(select(func.count(FollowUp.id))), verify(db.session)
    report = {
        "drill": "double_claim",
        "database": url.split(":")[0],
        "persons": PERSONS,
        "processes": len(crowds),
        "statuses": dict(met.statuses),
        "active": active,
        "places_taken": taken,
        "follow_ups": visits,
        "conflicts_in_words": met.sentences,
        "broken": met.broken,
        "audit_broken_at": chain,
        "seconds": round(met.seconds, 1),
        "slowest_seconds": round(met.slowest, 1),
    }
    print(json.dumps(report))
    kept = active == taken == met.sentences == PERSONS and visits == 3 * PERSONS
    return 0 if kept and not met.broken and chain is None else 1


if __name__ == "__main__":
    sys.exit(main())
