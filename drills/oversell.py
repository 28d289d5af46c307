"""T5 of the trust page: 1,000 hires at once, from 20 processes over HTTP, on an order of 10 places.

``python -m drills.oversell`` (SQLite) or ``DATABASE_URL=postgres python -m drills.oversell``.
Prints one JSON line; exit status 1 unless exactly 10 are hired and nothing breaks.
"""

import json
import sys

from sqlalchemy import func, select

from drills.client import Press, press_all
from tests.factories import stage

PLACES, CROWD, REFUSAL = 10, 1000, "已经招满"


def main() -> int:
    """Run the drill."""
    app, url = stage.set_up("oversell")
    from app.kit.web.extensions import db
    from models.audit import verify
    from models.jobs.order import Order
    from models.placement.placement import Placement, PlacementState

    with app.app_context():
        order = stage.enterprise_with(db.session, 1, PLACES)
        placements = stage.said_yes(db.session, order, stage.people(db.session, CROWD))
        presses = [
            Press("firm1", f"/placements/{row.id}/advance", (("event", "hire"),)) for row in placements
        ]
        db.session.commit()
        db.engine.dispose()
    crowds = [presses[n :: stage.CLIENT_PROCESSES] for n in range(stage.CLIENT_PROCESSES)]
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, crowds, REFUSAL)
    with app.app_context():
        hired = db.session.scalar(select(func.count()).where(Placement.state == PlacementState.HIRED))
        taken, chain = db.session.scalar(select(Order.taken)), verify(db.session)
    report = {
        "drill": "oversell",
        "database": url.split(":")[0],
        "requests": CROWD,
        "processes": len(crowds),
        "statuses": dict(met.statuses),
        "hired": hired,
        "taken": taken,
        "refused_in_words": met.sentences,
        "broken": met.broken,
        "audit_broken_at": chain,
        "seconds": round(met.seconds, 1),
        "slowest_seconds": round(met.slowest, 1),
    }
    print(json.dumps(report))
    kept = hired == taken == met.statuses[303] == PLACES and met.sentences == CROWD - PLACES
    return 0 if kept and not met.broken and chain is None else 1


if __name__ == "__main__":
    sys.exit(main())
