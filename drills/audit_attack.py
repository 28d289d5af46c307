"""T11 of the trust page: 10,000 attacks on the audit by somebody who holds the database, or its anchor."""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from drills.figures import Figure, main, size
from tests.factories import stage

# Of these the intruder holds the anchor's file as well.
WITH_ANCHOR = ("lose_anchor", "rebuild_and_anchor", "edit_anchor", "cut_both")


def run(database: str) -> list[Figure]:
    """Every attack is found, and what nobody touched stays whole."""
    app, _url = stage.set_up("audit_attack")
    folder = Path(tempfile.mkdtemp(prefix="xieshou-anchor-"))
    from app.kit.web.extensions import db
    from tests.factories.intruder import ATTACKS, attempt, build

    times = size(10_000, 220)
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    with app.app_context():
        _empty_chain(db.session)
        scene = build(db.session, folder / "audit.anchor", seed=2016)
        whole_before = not scene.is_noticed()
        names = list(ATTACKS)
        for number in range(times):
            name = names[number % len(names)]
            with attempt(scene) as attacked:
                ATTACKS[name](attacked)
                tried[name] += 1
                found[name] += attacked.is_noticed()
        whole = whole_before and not scene.is_noticed()
    shutil.rmtree(folder)
    return [
        _figure("holds the database", tried, found, whole, database, held=False),
        _figure("holds the database and the anchor's file", tried, found, whole, database, held=True),
    ]


def _empty_chain(session: object) -> None:
    """Loading the facts was audited: the scene's chain begins at its own first row."""
    from sqlalchemy import delete
    from sqlalchemy.orm import Session

    from models.append_only import protect, unprotect
    from models.audit import AuditEvent

    assert isinstance(session, Session)
    unprotect(session.connection())
    session.execute(delete(AuditEvent))
    protect(session.connection())
    session.commit()


def _figure(
    who: str, tried: Counter[str], found: Counter[str], whole: bool, database: str, *, held: bool
) -> Figure:
    names = [name for name in tried if (name in WITH_ANCHOR) == held]
    attacks, seen = sum(tried[name] for name in names), sum(found[name] for name in names)
    missed = [f"{name} {tried[name] - found[name]}" for name in names if found[name] < tried[name]]
    told = f"{seen} of {attacks} found" + (f", missed: {', '.join(missed)}" if missed else "")
    return Figure(
        "T11",
        f"{attacks} attacks on the audit ({len(names)} kinds) by one who {who} but not the key",
        "all found, untouched chain whole",
        told + (", untouched chain whole" if whole else ", UNTOUCHED CHAIN NOT WHOLE"),
        attacks > 0 and seen == attacks and whole,
        database,
    )


if __name__ == "__main__":
    sys.exit(main(run))
