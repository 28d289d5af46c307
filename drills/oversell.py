"""T5 of the trust page: 1,000 hires at once, from 20 processes over HTTP, on an order of 10 places."""

import sys

from sqlalchemy import func, select

from drills import soundness
from drills.client import Press, press_all
from drills.figures import Figure, main, size
from tests.factories import stage

PLACES, REFUSAL = 10, "已经招满"


def run(database: str) -> list[Figure]:
    """Exactly 10 are hired, everybody else hears why, nothing breaks."""
    app, _url = stage.set_up("oversell")
    crowd = size(1000, 100)
    from app.kit.web.extensions import db
    from models.jobs.order import Order
    from models.placement.placement import Placement, PlacementState

    with app.app_context():
        order = stage.enterprise_with(db.session, 1, PLACES)
        placements = stage.said_yes(db.session, order, stage.people(db.session, crowd))
        presses = [
            Press("firm1", f"/placements/{row.id}/advance", (("event", "hire"),)) for row in placements
        ]
        db.session.commit()
        db.engine.dispose()
    crowds = [presses[n :: stage.processes()] for n in range(stage.processes())]
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, crowds, REFUSAL)
    with app.app_context():
        hired = db.session.scalar(select(func.count()).where(Placement.state == PlacementState.HIRED))
        taken, unsound = db.session.scalar(select(Order.taken)), soundness.troubles(db.session)
    kept = hired == taken == met.statuses[303] == PLACES and met.sentences == crowd - PLACES
    return [
        Figure(
            "T5",
            f"{crowd} hires at once from {len(crowds)} processes on {PLACES} places",
            f"{PLACES} hires, {crowd - PLACES} refused in words, 0 errors, sound",
            f"{hired} hires, {met.sentences} refused in words; {met.said(unsound)}",
            kept and not met.broken and not unsound,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
