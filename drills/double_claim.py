"""T6 of the trust page: 500 persons, each recommended by two counties to two enterprises, hired by both at
once.
"""

import sys

from sqlalchemy import func, select

from drills import soundness
from drills.client import Press, press_all
from drills.figures import Figure, main, size
from tests.factories import stage

CONFLICT = "已被另一家录用"


def run(database: str) -> list[Figure]:
    """Each person is hired once, each second claim hears why, nothing breaks."""
    app, _url = stage.set_up("double_claim")
    persons = size(500, 40)
    from app.kit.web.extensions import db
    from models.jobs.order import Order
    from models.placement.placement import FollowUp, Placement

    with app.app_context():
        workers = stage.people(db.session, persons)
        sides = [
            stage.said_yes(db.session, stage.enterprise_with(db.session, n, persons), workers, county)
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
    share = len(presses) // stage.processes()
    crowds = [presses[n : n + share] for n in range(0, len(presses), share)]
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, crowds, CONFLICT)
    with app.app_context():
        active = db.session.scalar(select(func.count(func.distinct(Placement.active_digest))))
        taken = db.session.scalar(select(func.sum(Order.taken)))
        visits, unsound = db.session.scalar(select(func.count(FollowUp.id))), soundness.troubles(db.session)
    kept = active == taken == met.sentences == persons and visits == 3 * persons
    return [
        Figure(
            "T6",
            f"{persons} persons claimed by two counties and two enterprises at once",
            f"{persons} active, {persons} conflicts in words, 0 errors, sound",
            f"{active} active, {met.sentences} conflicts in words; {met.said(unsound)}",
            kept and not met.broken and not unsound,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
